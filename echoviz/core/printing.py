"""How numbers are printed, on the page, in figures and in a notebook: short, and never a lie about size.

The stage prints the same in the browser (`stage/js/words.js`); a test holds both to the same texts.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Context, Decimal

_LARGE = 1000.0
_SMALL_LOSS = 0.001
THOUSANDS = "\u202f"
"""What parts thousands: a narrow space that does not break, neither a comma nor a point."""


def print_count(count: int) -> str:
    """A whole number with its thousands parted: 12\u202f690."""
    return f"{count:,}".replace(",", THOUSANDS)


def print_short(value: float, decimals: int) -> str:
    """`value` with a fixed number of decimals and a true minus; as 1.2e4 when it is large.

    Minus zero is printed as zero.
    """
    if abs(value) >= _LARGE:
        return _print_power(value, 1)
    return format(value, f"z.{decimals}f").replace("-", "−")


def print_factor(value: float, decimals: int) -> str:
    """As `print_short`, in brackets when it is negative: for products and sums."""
    printed = print_short(value, decimals)
    return f"({printed})" if printed.startswith("−") else printed


def print_loss(loss: float) -> str:
    """Three digits that matter: 0.0123; below 0.001 and from 1000 on 2.2e−4. NaN when it is no number."""
    if not math.isfinite(loss):
        return "NaN"
    rounded = f"{loss:#.3g}".removesuffix(".")
    if loss and (loss < _SMALL_LOSS or float(rounded) >= _LARGE):
        return _print_power(loss, 1)
    return rounded


def print_bound(value: float) -> str:
    """One digit, rounded up, of a `value` from 0 on: 3.2e−7 is at most 4e−7."""
    bound = Decimal(value).normalize(Context(prec=1, rounding=ROUND_CEILING))
    return f"{bound:f}" if not bound or bound >= Decimal("0.001") else _print_power(float(bound), 0)


def _print_power(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return str(value).replace("-", "−")
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")
