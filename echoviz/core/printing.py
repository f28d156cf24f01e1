"""How numbers are printed, on the page, in figures and in a notebook: short, and never a lie about size.

The stage prints the same in the browser (`stage/js/words/numbers.js`); a test holds both to the same texts.
What lies exactly between two printed numbers goes to the even one, as everywhere in Python: 0.25 is 0.2.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Context, Decimal

_ROUNDED_TO_LARGE = 999.5
"""From here on three digits would be 1000."""
_SMALL_LOSS = 0.001
THOUSANDS = "\u202f"
"""What parts thousands: a narrow space that does not break, neither a comma nor a point."""


def print_count(count: int) -> str:
    """A whole number with its thousands parted: 12\u202f690."""
    return f"{count:,}".replace(",", THOUSANDS)


def print_short(value: float, decimals: int) -> str:
    """`decimals` behind the point, from 10 on at most one and from 100 on none, with a true minus.

    So 1.23, 12.3, 123, 1.2e3: a cell of the stage has room for no more. Minus zero is printed as zero.
    """
    size = abs(float(value))
    if not size < _ROUNDED_TO_LARGE:
        return _print_power(value, 1)
    kept = min(decimals, 0 if size >= 99.95 else 1 if size >= 9.995 else decimals)
    return format(value, f"z.{kept}f").replace("-", "−")


def print_factor(value: float, decimals: int) -> str:
    """As `print_short`, in brackets when it is negative: for products and sums."""
    printed = print_short(value, decimals)
    return f"({printed})" if printed.startswith("−") else printed


def print_loss(loss: float) -> str:
    """Three digits that matter: 0.0123; below 0.001 and from 1000 on 2.2e−4. NaN when it is no number."""
    if not math.isfinite(loss):
        return "NaN"
    if loss and not _SMALL_LOSS <= loss < _ROUNDED_TO_LARGE:
        return _print_power(loss, 1)
    return f"{loss:#.3g}".removesuffix(".")


def print_bound(value: float) -> str:
    """One digit, rounded up, of a `value` from 0 on: 3.2e−7 is at most 4e−7."""
    bound = Decimal(value).normalize(Context(prec=1, rounding=ROUND_CEILING))
    return f"{bound:f}" if not bound or bound >= Decimal("0.001") else _print_power(float(bound), 0)


def _print_power(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return str(value).replace("-", "−")
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")
