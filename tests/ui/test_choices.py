"""What the page puts into its controls outlives messages that do not know of it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def test_reset_and_undo_pressed_twice_are_one_each(app: AppTest) -> None:
    """The browser itself sends a press twice when it falls together with a poll."""
    app.query_params["length"] = "7"
    app.run()
    for key, length in {"reset": 5, "undo": 7}.items():
        app.button(key=key).click()
        message = app._tree.get_widget_states()
        for _ in range(2):
            app._run(message)
            assert not app.exception
            assert app.slider(key="length").value == length


@pytest.mark.parametrize(("said", "used"), [(7, 5), (9, 9)])
def test_a_message_older_than_a_reset_does_not_undo_it(app: AppTest, said: int, used: int) -> None:
    """A browser that has not heard of the reset says 7, the old length; 9 is what the visitor chose since."""
    app.query_params["length"] = "7"
    app.run()
    app.button(key="reset").click().run()
    app.number_input(key="revision_of_numbers").set_value(0)
    app.slider(key="length").set_value(said)
    app.run()
    assert not app.exception
    assert app.slider(key="length").value == used
    assert app.number_input(key="revision_of_numbers").value == 1
    assert ("undo" in {button.key for button in app.button}) == (used == 5)


def test_a_closed_popover_does_not_bring_the_old_seed_back(app: AppTest) -> None:
    """What is in it hears of a reset only when it is opened; until then the browser says the old values."""
    app.query_params["seed"] = "7"
    app.run()
    app.button(key="reset").click().run()
    for folded, said, used in [(0, 7, 55), (0, 7, 55), (1, 55, 55), (1, 7, 7)]:
        app.number_input(key="revision_of_folded").set_value(folded)
        app.number_input(key="seed").set_value(said)
        app.run()
        assert not app.exception
        assert app.number_input(key="seed").value == used
        assert app.number_input(key="revision_of_folded").value == 1


def test_the_address_keeps_what_was_chosen_while_the_language_changed(app: AppTest) -> None:
    """A new language writes the whole address: over what a browser wrote there before it heard of that."""
    app.run()
    app.segmented_control(key="language").set_value("zh").run()
    app.number_input(key="revision_of_numbers").set_value(0)
    app.slider(key="length").set_value(9).run()
    assert not app.exception
    assert dict(app.query_params) == {"lang": "zh", "length": "9"}
