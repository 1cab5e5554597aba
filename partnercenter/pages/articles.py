"""The help articles, as data: one source for the page and the API.

Inline marks in texts: ``**label**`` for a control's label, ``[words](address)`` for a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from partnercenter.lib.errors import Text


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, note, list or row of steps; ``markets`` stands for the table of markets."""

    kind: str
    text: Text = ""
    items: Sequence[Text] = ()


@dataclass(frozen=True, slots=True)
class Section:
    heading: Text
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Article:
    title: Text
    applies_to: Sequence[Text]
    roles: Sequence[Text]
    sections: Sequence[Section]


SIGN_IN = _("Sign in to the Partner Center [dashboard](/dashboard).")
CHOOSE_CUSTOMER = _(
    "In the Partner Center menu select **Customers**, then choose a customer from the list."
)
OPEN_SOFTWARE = _(
    "On the customer's page select **Software**: it lists all software bought for the customer."
)
