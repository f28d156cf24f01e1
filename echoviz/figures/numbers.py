"""How a number is printed in a figure: short enough to read, never a lie about its size."""

from __future__ import annotations

_LARGE = 1000.0


def print_short(value: float, decimals: int) -> str:
    """`value` with a fixed number of decimals and a true minus; a power of ten when it is large.

    Minus zero is printed as zero.
    """
    form = f"z.{decimals}f" if abs(value) < _LARGE else ".0e"
    return format(value, form).replace("-", "−")
