"""The bar chart of charges and credits by month: sizes for an SVG, drawn by the template."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

HEIGHT, STEP, WIDTH, GAP, TOP = 160, 56, 20, 4, 8


class Month(NamedTuple):
    """One month's sums: charges are positive, credits negative."""

    label: str
    charges: Decimal
    credits: Decimal


class Bar(NamedTuple):
    """Whole pixels, from the upper left."""

    x: int
    y: int
    height: int


class Column(NamedTuple):
    label: str
    middle: int
    charges: Bar
    credits: Bar


class Chart(NamedTuple):
    width: int
    base: int
    columns: list[Column]


def chart(months: Sequence[Month]) -> Chart:
    """Two bars a month, both upwards from the base, in proportion to the largest of all."""
    most = max((max(m.charges, -m.credits) for m in months), default=Decimal(0)) or Decimal(1)

    def bar(x: int, amount: Decimal) -> Bar:
        height = int(amount / most * (HEIGHT - TOP))
        return Bar(x, HEIGHT - height, height)

    columns = []
    for number, month in enumerate(months):
        left = number * STEP + (STEP - 2 * WIDTH - GAP) // 2
        columns.append(
            Column(
                month.label,
                number * STEP + STEP // 2,
                bar(left, month.charges),
                bar(left + WIDTH + GAP, -month.credits),
            )
        )
    return Chart(max(len(months), 1) * STEP, HEIGHT, columns)
