"""What the page says and where its controls are."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from echoviz.core.experiment import FIELD_BY_NAME, Experiment


def read(app: AppTest) -> str:
    """All that the page says in words."""
    parts = [*app.markdown, *app.warning, *app.error, *app.info, *app.caption, *app.header]
    return "\n".join(part.value for part in parts)


def _map_controls(app: AppTest) -> dict[str, Any]:
    """The controls of choices by their names; the key of each ends with its generation."""
    kinds = (app.slider, app.number_input, app.radio, app.selectbox, app.button_group)
    return {str(widget.key).rpartition("-")[0]: widget for kind in kinds for widget in kind}


def list_controls(app: AppTest) -> set[str]:
    """The names of the choices that have a control."""
    return set(_map_controls(app))


def find_control(app: AppTest, name: str) -> Any:
    """The control of a choice."""
    return _map_controls(app)[name]


def chosen(app: AppTest) -> Experiment:
    """What the controls say; choices that have none are at their defaults."""
    assert not app.exception
    return Experiment(
        **{name: find_control(app, name).value for name in list_controls(app) & {*FIELD_BY_NAME}}
    )


def address(app: AppTest) -> dict[str, str]:
    """What the page has made of its address."""
    given = app.query_params.items()
    return {name: values if isinstance(values, str) else values[-1] for name, values in given}


def address_data(app: AppTest) -> dict[str, Any]:
    """What the browser's side of the address is told."""
    data: dict[str, Any] = read_components(app)["address"]
    return data


def read_components(app: AppTest) -> dict[str, Any]:
    """What each of our own components is told in JSON, by its name without ours before it."""
    assert not app.exception
    components = [element.proto for element in app.get("bidi_component")]
    return {
        each.component_name.removeprefix("echoviz_"): json.loads(each.json)[0]
        for each in components
        if each.json
    }
