"""Plotly figures: `*_facts(…)` says what is true in plain values, `draw_*(facts)` only draws it.

One way for all of them, on the page and in a notebook: `draw_loss(loss_facts(run))`. Each drawing
takes `language="en"` or `"zh"` and `theme="light"` or `"dark"`.
"""

from echoviz.figures.drift import DriftFacts, draw_drift, drift_facts
from echoviz.figures.head_growth import (
    HeadGrowth,
    HeadGrowthFacts,
    draw_head_growth,
    head_growth_facts,
)
from echoviz.figures.loss import LossFacts, draw_loss, loss_facts
from echoviz.figures.luck import LuckFacts, draw_luck, luck_facts
from echoviz.figures.pairs import PairFacts, draw_pairs, pair_facts
from echoviz.figures.predictions import PredictionFacts, draw_predictions, prediction_facts
from echoviz.figures.time_distributed import (
    DenseStep,
    TimeDistributedFacts,
    arithmetic_table,
    time_distributed_facts,
)
from echoviz.figures.time_distributed_drawing import draw_time_distributed
from echoviz.figures.weight_counts import (
    WeightCountFacts,
    draw_weight_counts,
    parameter_table,
    weight_count_facts,
)

__all__ = [
    "DenseStep",
    "DriftFacts",
    "HeadGrowth",
    "HeadGrowthFacts",
    "LossFacts",
    "LuckFacts",
    "PairFacts",
    "PredictionFacts",
    "TimeDistributedFacts",
    "WeightCountFacts",
    "arithmetic_table",
    "draw_drift",
    "draw_head_growth",
    "draw_loss",
    "draw_luck",
    "draw_pairs",
    "draw_predictions",
    "draw_time_distributed",
    "draw_weight_counts",
    "drift_facts",
    "head_growth_facts",
    "loss_facts",
    "luck_facts",
    "pair_facts",
    "parameter_table",
    "prediction_facts",
    "time_distributed_facts",
    "weight_count_facts",
]
