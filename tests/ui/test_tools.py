"""What a link says of the tools: bounded, corrected in words, and read again as it was written."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing, Head
from echoviz.ui.tools import LIMIT, MOST_NUMBERS, TOOL_NAMES, read_tool
from echoviz.ui.view import read_view
from tests.core.drawn import PROFILE, experiments

HOSTILE = [
    "",
    "inf_nan",
    "1_" * 5000,
    "<b>",
    "3v1e999",
    "3t99v1",
    "f-0-0-0",
    "1,5 2,5",
    "\u2212\u0663",
    "_",
    "all",
]
texts = st.text(alphabet="0123456789_.-vtfioalmen ,;", max_size=60) | st.sampled_from(HOSTILE)
queries = st.fixed_dictionaries(
    {"tool": st.sampled_from(["echo", "pull", "hold", "kitchen", ""])}
) | st.fixed_dictionaries(
    {}, optional={name: texts | st.sampled_from(["echo", "pull", "hold"]) for name in TOOL_NAMES}
)


@settings(PROFILE, max_examples=300)
@given(query=queries, experiment=experiments())
def test_any_link_is_bounded_and_then_says_the_same(query: dict[str, str], experiment: Experiment) -> None:
    view, _ = read_tool(query, experiment)
    assert set(view) <= {"tool", *TOOL_NAMES}
    assert read_tool(view, experiment) == (view, ())
    numbers = [float(number) for number in view.get("own", "0").split("_")]
    assert len(numbers) <= MOST_NUMBERS
    assert all(abs(number) <= LIMIT for number in numbers)


def test_what_did_not_fit_is_said() -> None:
    block = Experiment(framing=Framing.MANY_TO_ONE)
    view, corrections = read_tool({"tool": "echo", "own": "0.1,0.2,99", "held": "f-all-all-0"}, block)
    assert view == {"tool": "echo", "own": "0.1_0.2_10_0.6_0.8"}
    assert [(each.field, each.given, each.used) for each in corrections] == [
        ("own", "0.1,0.2,99", "0.1_0.2_10_0.6_0.8"),
        ("held", "f-all-all-0", "\u2014"),
    ]
    assert read_tool({"tool": "spoon"}, block)[1][0].field == "tool"
    assert read_tool({"tool": "echo", "own": "0.10 0.2,0.3;0.4_0.5"}, block)[1] == ()


def test_a_timesteps_own_weight_exists_only_where_all_share_one() -> None:
    link = {"tool": "pull", "pulled": "145t2v0.5"}
    shared, apart = Experiment(), Experiment(framing=Framing.MANY_TO_MANY, head=Head.UNSHARED)
    assert read_tool(link, shared) == (link, ())
    assert read_tool(link, apart)[0] == {"tool": "pull"}
    assert read_tool({"tool": "pull", "pulled": "3t2v0.5"}, shared)[0] == {"tool": "pull"}


def test_a_view_may_stand_on_any_of_the_own_numbers() -> None:
    query = {"tool": "echo", "own": "_".join(["0.5"] * 9), "step": "9"}
    assert read_view(query, Experiment()) == ({"step": 9, "tool": "echo", "own": query["own"]}, ())
    assert read_view({"step": "9"}, Experiment())[0] == {"step": 5}
