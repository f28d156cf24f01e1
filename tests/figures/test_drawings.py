"""Every figure draws its facts: small, transparent, legible, in both languages and themes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go
import pytest

from echoviz import figures
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.run import Ending, Run
from echoviz.core.run_file import load_recordings
from echoviz.core.theme import PALETTES, color_of, compute_contrast
from tests.core.drawn import KINDS, random_run

SIZES = [(1, 1), (5, 5), (50, 1), (50, 64)]
THEMES = ("light", "dark")


def record(framing: Framing) -> Run:
    return load_recordings()[Experiment(framing=framing).key]


def draw_all(length: int, neurons: int, **look: str) -> Iterator[tuple[str, go.Figure]]:
    for framing, head in KINDS:
        run = random_run(Experiment(framing=framing, head=head, length=length, neurons=neurons))
        yield "predictions", figures.draw_predictions(figures.prediction_facts(run), **look)
        yield "loss", figures.draw_loss(figures.loss_facts(run), **look)
        yield "weights", figures.draw_weight_counts(figures.weight_count_facts(run.experiment), **look)
        yield "growth", figures.draw_head_growth(figures.head_growth_facts(run.experiment), **look)
        facts = figures.time_distributed_facts(run)
        yield "dense", figures.draw_time_distributed(facts, **look)
        yield "dense, first step", figures.draw_time_distributed(facts, step=0, **look)


def all_text(figure: go.Figure) -> str:
    return json.dumps(json.loads(figure.to_json()), ensure_ascii=False)


def find(spec: object, key: str) -> list[dict]:
    """Every object that stands under `key` anywhere in a figure."""
    found: list[dict] = []
    if isinstance(spec, dict):
        for name, value in spec.items():
            if name == key and isinstance(value, dict):
                found.append(value)
            found += find(value, key)
    elif isinstance(spec, list):
        for value in spec:
            found += find(value, key)
    return found


@pytest.mark.parametrize(("length", "neurons"), SIZES)
def test_figures_are_small_transparent_and_legible(length: int, neurons: int) -> None:
    for language, theme in (("en", "light"), ("zh", "dark")):
        for name, figure in draw_all(length, neurons, language=language, theme=theme):
            spec = json.loads(figure.to_json())
            assert len(figure.to_json()) < 28_000, name
            template = spec["layout"]["template"]["layout"]
            assert len(json.dumps(template)) < 2000, name
            assert template["paper_bgcolor"] == template["plot_bgcolor"] == "rgba(0,0,0,0)"
            assert spec["layout"]["coloraxis"] == {"cmin": -1, "cmax": 1}, "what the template cannot say"
            fonts = [font["size"] for font in find(spec, "font") if "size" in font]
            fonts += [font["size"] for font in find(spec, "tickfont") + find(spec, "textfont")]
            assert fonts
            assert min(fonts) >= 12, name
            assert spec["layout"]["height"] <= 1200, name
            assert "{" not in spec["layout"]["title"]["text"], name


def test_unknown_theme_and_language_are_refused() -> None:
    facts = figures.head_growth_facts(Experiment())
    with pytest.raises(ValueError, match="theme was 'sepia'; expected one of light, dark"):
        figures.draw_head_growth(facts, theme="sepia")
    with pytest.raises(ValueError, match="language was 'xx'"):
        figures.draw_head_growth(facts, language="xx")


def test_languages_differ_in_words_only() -> None:
    (name, english), *_ = draw_all(5, 5, language="en")
    (_, chinese), *_ = draw_all(5, 5, language="zh")
    assert name == "predictions"
    assert english.layout.title.text != chinese.layout.title.text
    np.testing.assert_array_equal(english.data[-1].y, chinese.data[-1].y)


def test_predictions_are_printed_and_drawn() -> None:
    run = record(Framing.MANY_TO_MANY)
    figure = figures.draw_predictions(figures.prediction_facts(run))
    printed = next(figure.select_traces({"mode": "text"}))
    assert list(printed.text) == ["0.0", "0.2", "0.4", "0.6", "0.8"] * 2
    by_name = {trace.name: trace for trace in figure.data if trace.name}
    np.testing.assert_array_equal(by_name["prediction"].y, run.predictions.ravel())
    assert "5 of 5" in figure.layout.title.text
    untrained = figures.draw_predictions(figures.prediction_facts(run, epoch=0))
    assert "≠" in [trace.text for trace in untrained.select_traces({"mode": "text"})]


def test_numbers_stand_out_from_their_cells() -> None:
    """AA: 4.5 to 1 between a cell's colour and the number in it."""
    for theme in THEMES:
        run = random_run(Experiment(framing="many-to-one"))
        facts = figures.time_distributed_facts(run)
        figure = figures.draw_time_distributed(facts, theme=theme)
        printed = next(figure.select_traces({"mode": "text"}))
        values = [float(text.replace("−", "-")) for text in printed.text]
        for value, ink in zip(values, printed.textfont.color, strict=True):
            assert compute_contrast(ink, color_of(value, PALETTES[theme])) >= 4.4  # the value is rounded


def test_loss_axis_is_logarithmic_unless_a_loss_is_zero() -> None:
    run = record(Framing.ONE_TO_ONE)
    figure = figures.draw_loss(figures.loss_facts(run))
    assert figure.layout.yaxis.type == "log"
    low, high = figure.layout.yaxis.range
    assert 10**low < run.losses.min() <= run.losses.max() < 10**high
    one = figures.LossFacts((1,), (0.3,), epochs_asked=9, epochs_done=1, ending=Ending.STOPPED)
    low, high = figures.draw_loss(one).layout.yaxis.range
    assert high - low >= 1
    zero = figures.LossFacts((1, 2), (0.5, 0.0), epochs_asked=2, epochs_done=2, ending=Ending.FINISHED)
    assert figures.draw_loss(zero).layout.yaxis.type is None


@pytest.mark.parametrize(
    ("epochs", "ending", "words"),
    [
        ((0, 1), Ending.STOPPED, "stopped after epoch 1"),
        ((0, 700), Ending.DIVERGED, "diverged at epoch 700"),
    ],
)
def test_early_ends_are_marked(epochs: tuple[int, ...], ending: Ending, words: str) -> None:
    run = random_run(Experiment(), epochs, ending=ending)
    assert words in all_text(figures.draw_loss(figures.loss_facts(run)))
    assert words not in all_text(figures.draw_loss(figures.loss_facts(random_run(Experiment(), epochs))))


def test_an_untrained_model_was_not_stopped() -> None:
    untrained = random_run(Experiment(), (0,), ending=Ending.STOPPED)
    assert "stopped" not in all_text(figures.draw_loss(figures.loss_facts(untrained)))


def test_every_matrix_has_its_shape_and_count() -> None:
    facts = figures.weight_count_facts(Experiment(framing="many-to-one", length=4))
    names = [trace.name for trace in figures.draw_weight_counts(facts).data if trace.name]
    assert names == [
        "kernel: 4 × (1, 5) = 20, Dense (5, 4) = 20",
        "recurrent kernel: 4 × (5, 5) = 100",
        "bias: 4 × (5,) = 20, Dense (4,) = 4",
    ]
    counted = sum(int(count) for name in names for count in re.findall(r"= (\d+)", name))
    assert counted == facts.counts[facts.framing].total


def test_areas_are_counts() -> None:
    """One weight takes the same area in every matrix of every framing."""
    facts = figures.weight_count_facts(Experiment(framing="many-to-one", length=7, neurons=3))
    figure = figures.draw_weight_counts(facts)
    bars = list(figure.select_traces({"type": "bar"}))
    assert [trace.name.split(":")[0] for trace in bars] == ["kernel", "recurrent kernel", "bias"]
    areas = np.concatenate([np.multiply(trace.width, trace.y) for trace in bars])
    said = [int(re.search(r": (\d+) weights", text)[1]) for trace in bars for text in trace.hovertext]
    np.testing.assert_allclose(areas / areas.sum(), np.array(said) / sum(said))
    assert sum(said) == sum(counts.total for counts in facts.counts.values())


def test_blocks_do_not_overlap_and_stay_on_the_sheet() -> None:
    for length, neurons in SIZES:
        facts = figures.weight_count_facts(Experiment(length=length, neurons=neurons))
        figure = figures.draw_weight_counts(facts)
        boxes = [
            (x - width / 2, x + width / 2, base, base + height)
            for trace in figure.select_traces({"type": "bar"})
            for x, width, base, height in zip(trace.x, trace.width, trace.base, trace.y, strict=True)
        ]
        assert max(box[1] for box in boxes) <= figure.layout.xaxis.range[1]
        assert min(box[2] for box in boxes) >= 0
        for index, one in enumerate(boxes):
            for other in boxes[index + 1 :]:
                apart = max(one[0], other[0]) >= min(one[1], other[1]) - 1e-6
                assert apart or max(one[2], other[2]) >= min(one[3], other[3]) - 1e-6


def test_formula_has_its_numbers() -> None:
    words = all_text(figures.draw_weight_counts(figures.weight_count_facts(Experiment())))
    assert "4 · ((1 + 1) · 5 + 5²) = 140" in words
    assert "140 + 5 · 5 + 5 = <b>170</b>" in words
    assert "one-to-one 146 · one-to-many 146<br>many-to-one 170 · many-to-many 146<br>" in words
    own = all_text(figures.draw_weight_counts(figures.weight_count_facts(Experiment(head="unshared"))))
    assert "140 + 5 · (5 · 1 + 1) = <b>170</b>" in own


def test_thousands_are_parted_alike_everywhere() -> None:
    largest = Experiment(framing="many-to-one", length=50, neurons=64, epochs=10_000)
    run = random_run(largest, (0, 10_000))
    growth = figures.draw_head_growth(figures.head_growth_facts(largest))
    loss = figures.draw_loss(figures.loss_facts(run))
    weights = figures.draw_weight_counts(figures.weight_count_facts(largest))
    assert "Dense(length), a Dense(1) for each timestep: 20\u202f146" in all_text(growth)
    assert "= <b>20\u202f146</b>" in all_text(weights)
    assert "4 × (64, 64) = 16\u202f384" in all_text(weights)
    assert "at epoch 10\u202f000" in loss.layout.title.text
    for figure in (growth, loss):  # what the axes' own numbers are parted by
        assert figure.layout.template.layout.separators == ".\u202f"


def test_the_loss_is_printed_as_on_the_stage() -> None:
    facts = figures.LossFacts((0, 1), (0.5, 2.24e-4), epochs_asked=1, epochs_done=1)
    assert figures.draw_loss(facts).layout.title.text == "Loss 2.2e−4 at epoch 1"


def test_a_product_is_said_to_be_rounded() -> None:
    """0.16 · 0.98 is not 0.153: the factors were rounded too. And a minus after a dot wants brackets."""
    step = figures.DenseStep(
        hidden=(0.1564, -0.5),
        weights=(0.9801, -0.25),
        products=(0.1533, 0.125),
        bias=0.1,
        prediction=0.3783,
        target=0.4,
    )
    facts = figures.TimeDistributedFacts(
        layer="TimeDistributed(Dense)",
        which="timestep",
        epoch=1000,
        steps=(step,),
        shares_weights=True,
        shares_hidden=False,
        lanes_read=1,
        greatest_difference=3.2e-7,
    )
    figure = figures.draw_time_distributed(facts)
    assert list(figure.layout.yaxis2.ticktext) == [
        "0.16 · 0.98 ≈ +0.153",
        "(−0.50) · (−0.25) ≈ +0.125",
        "b ≈ +0.100",
        "<b>ŷ ≈ 0.378</b>",
    ]
    assert "at most 4e−7 from Keras" in all_text(figure)


def test_growth_marks_the_current_length() -> None:
    figure = figures.draw_head_growth(figures.head_growth_facts(Experiment(length=12)))
    assert figure.layout.shapes[0].x0 == 12
    assert [trace.name for trace in figure.data if trace.name] == [
        "Flatten + Dense(length): 872",
        "Dense(length), a Dense(1) for each timestep: 212",
        "Dense(1), TimeDistributed(Dense(1)): 146",
    ]


def test_the_staircase_ends_at_the_prediction() -> None:
    run = record(Framing.MANY_TO_MANY)
    facts = figures.time_distributed_facts(run)
    for step, expected in enumerate(facts.steps):
        figure = figures.draw_time_distributed(facts, step=step)
        (stairs,) = figure.select_traces({"type": "waterfall"})
        assert sum(stairs.x[:-1]) == pytest.approx(expected.prediction, abs=1e-9)
        assert stairs.x[-1] == expected.prediction
        assert f"timestep {step + 1}" in all_text(figure)
        low, high = figure.layout.xaxis2.range
        assert low < min(0, expected.target) <= max(0, expected.target, expected.prediction) < high


def test_one_row_of_weights_stands_over_all_timesteps() -> None:
    run = record(Framing.MANY_TO_MANY)
    figure = figures.draw_time_distributed(figures.time_distributed_facts(run))
    shared, hidden, bias, answers = (trace.z for trace in figure.select_traces({"type": "heatmap"}))
    np.testing.assert_allclose(shared, run.weights[3].T)
    np.testing.assert_allclose(hidden, run.trace().h[0], rtol=1e-6)
    np.testing.assert_allclose(bias, run.weights[4][None])
    np.testing.assert_allclose(hidden @ shared.T + bias, answers, atol=1e-6)


def test_large_experiments_are_drawn_within_bounds_and_say_so() -> None:
    run = random_run(Experiment(length=50, neurons=64))
    facts = figures.time_distributed_facts(run)
    figure = figures.draw_time_distributed(facts)
    assert "16 of 64 shown" in figure.layout.xaxis.title.text
    assert "48 others" in all_text(figure)
    (stairs,) = figure.select_traces({"type": "waterfall"})
    assert len(stairs.x) == 16 + 1 + 1 + 1
    assert sum(stairs.x[:-1]) == pytest.approx(facts.steps[-1].prediction, abs=1e-9)


def test_where_nothing_is_shared_each_row_holds_its_own_products() -> None:
    facts = figures.time_distributed_facts(random_run(Experiment(head="unshared")))
    figure = figures.draw_time_distributed(facts)
    products, bias, answers = (trace.z for trace in figure.select_traces({"type": "heatmap"}))
    np.testing.assert_allclose(products.sum(axis=1, keepdims=True) + bias, answers, rtol=1e-5, atol=1e-6)
    assert len(figure.layout.shapes) == 2  # the answer that is taken apart, and its target
    assert "each reads its own h" in figure.layout.title.subtitle.text


def test_what_flatten_reads_is_not_called_a_neuron() -> None:
    facts = figures.time_distributed_facts(random_run(Experiment(head="flatten", length=3, neurons=4)))
    figure = figures.draw_time_distributed(facts)
    assert figure.layout.xaxis.title.text == "hidden number"
    assert figure.layout.title.text == "3 × (12 + 1) weights, each used once"


def test_a_drawing_says_what_it_is_of() -> None:
    run = random_run(Experiment(sequences=64))
    drawn = figures.draw_predictions(figures.prediction_facts(run))
    assert "A sequence that training did not see" in drawn.layout.title.subtitle.text
    assert "over 64 sequences" in figures.draw_loss(figures.loss_facts(run)).layout.title.subtitle.text


@pytest.mark.parametrize("step", [-1, 5])
def test_a_step_that_is_not_there_is_refused(step: int) -> None:
    facts = figures.time_distributed_facts(random_run(Experiment()))
    with pytest.raises(ValueError, match=f"step was {step}; expected 0 to 4"):
        figures.draw_time_distributed(facts, step=step)


def test_typed_arrays_hold_what_the_facts_say() -> None:
    """The page receives base64: decode it as a browser does."""
    facts = figures.LossFacts((1, 2, 9), (0.5, 0.25, 0.125), epochs_asked=9, epochs_done=9)
    y = json.loads(figures.draw_loss(facts).to_json())["data"][0]["y"]
    assert np.frombuffer(base64.b64decode(y["bdata"]), dtype=y["dtype"]).tolist() == [0.5, 0.25, 0.125]
