"""Every colour, size and font, once: the stage, the figures and the page read them here.

Sign is a hue (blue above zero, orange below: the pair that colour-blind eyes tell apart), magnitude is
lightness (nothing at zero, far from the background when large). Words and drawings share role colours.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

ThemeName = Literal["light", "dark"]

FONT_TEXT = (
    "'Source Sans', 'Source Sans 3', system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', "
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
)
FONT_NUMBERS = (
    "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono', monospace"
)


@dataclass(frozen=True)
class Sizes:
    """Lengths in CSS pixels on screen, and durations in milliseconds."""

    text_min: float = 11
    text_small: float = 12
    text: float = 14
    text_large: float = 17
    line: float = 1.5
    line_strong: float = 3
    touch: float = 44
    moment_ms: float = 350
    move_ms: float = 700


@dataclass(frozen=True)
class Palette:
    """One theme's colours as `#rrggbb`.

    `positive` and `negative` are ramps from zero to `VALUE_LIMIT` and beyond, equally spaced.
    Role colours (`ink` to `wrong`, `gates`, `framings`) reach AA (4.5:1) as text on `background` and on
    `surface`. `line` is decoration only.
    """

    name: ThemeName
    background: str
    surface: str
    line: str
    ink: str
    ink_soft: str
    accent: str
    """what is selected: the current step, the weight that is pointed at"""
    state: str
    """what flows from timestep to timestep: h and c"""
    weights: str
    """what training changes: kernels, biases, the stamp"""
    target: str
    """what should come out"""
    wrong: str
    """errors, a diverged run"""
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    gates: dict[str, str]
    """i, f, c̃, o by Keras' names"""
    framings: dict[str, str]
    """one for each framing: series of a figure"""

    def to_dict(self) -> dict[str, Any]:
        """The palette as plain values, for a drawing that lives in a browser."""
        return asdict(self)


VALUE_LIMIT = 1.0
"""The magnitude at which a cell's colour is fullest; larger values stay there."""

LIGHT = Palette(
    name="light",
    background="#ffffff",
    surface="#f5f6f8",
    line="#d5d9e0",
    ink="#1b1f27",
    ink_soft="#566072",
    accent="#b0125f",
    state="#6d28d9",
    weights="#0b6e63",
    target="#566072",
    wrong="#b42318",
    positive=("#f3f3f1", "#cbe1f4", "#93c3e9", "#4a98d3", "#1c6cb0", "#0a3d70"),
    negative=("#f3f3f1", "#fde0c2", "#fabb80", "#ea8b37", "#bd5f0a", "#783700"),
    gates={"i": "#1c6cb0", "f": "#a84b00", "c̃": "#0b6e63", "o": "#a3307f"},
    framings={
        "one-to-one": "#1c6cb0",
        "one-to-many": "#7c5800",
        "many-to-one": "#a84b00",
        "many-to-many": "#0b6e63",
    },
)

DARK = Palette(
    name="dark",
    background="#0e1117",
    surface="#181c25",
    line="#394150",
    ink="#f2f4f8",
    ink_soft="#a9b3c4",
    accent="#ff7ab8",
    state="#b99cff",
    weights="#4fd1bd",
    target="#a9b3c4",
    wrong="#ff8a80",
    positive=("#232932", "#1e4262", "#236494", "#318aca", "#66b3ec", "#bddefb"),
    negative=("#232932", "#533618", "#89531b", "#c47521", "#f09f4e", "#ffdbb2"),
    gates={"i": "#66b3ec", "f": "#f09f4e", "c̃": "#4fd1bd", "o": "#f08fd0"},
    framings={
        "one-to-one": "#66b3ec",
        "one-to-many": "#e3c04f",
        "many-to-one": "#f09f4e",
        "many-to-many": "#4fd1bd",
    },
)

PALETTES: dict[ThemeName, Palette] = {"light": LIGHT, "dark": DARK}
SIZES = Sizes()


def color_of(value: float, palette: Palette, limit: float = VALUE_LIMIT) -> str:
    """A number's colour as `#rrggbb`: hue by sign, lightness by magnitude up to `limit`; NaN is `line`."""
    if math.isnan(value):
        return palette.line
    ramp = palette.positive if value >= 0 else palette.negative
    place = min(abs(value) / limit, 1.0) * (len(ramp) - 1)
    left = min(int(place), len(ramp) - 2)
    mix = zip(_channels(ramp[left]), _channels(ramp[left + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (place - left)):02x}" for a, b in mix)


def ink_on(color: str) -> str:
    """Black or white, whichever reads better on `color`: always 4.5:1 or more."""
    return max("#000000", "#ffffff", key=lambda ink: compute_contrast(ink, color))


def compute_contrast(color: str, other: str) -> float:
    """Contrast ratio of two `#rrggbb` colours, 1–21. Source: WCAG 2.2, section 1.4.3."""
    brighter, darker = sorted((_luminance(color), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _channels(color: str) -> tuple[int, int, int]:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _luminance(color: str) -> float:
    parts = [part / 255 for part in _channels(color)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
