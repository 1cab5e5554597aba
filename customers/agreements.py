"""The agreements that a partner confirms for its customers."""

from typing import NamedTuple
from uuid import UUID


class Template(NamedTuple):
    """One text: its id, its type, and where people read about it."""

    id: UUID
    type: str
    link: str


CLOUD, CUSTOMER = "MicrosoftCloudAgreement", "MicrosoftCustomerAgreement"
TEMPLATES = (
    Template(
        UUID("998b88de-aa99-4388-a42c-1b3517d49490"),
        CLOUD,
        "https://docs.microsoft.com/partner-center/agreements",
    ),
    Template(
        UUID("117a77b0-9360-443b-8795-c6dedc750cf9"), CUSTOMER, "https://aka.ms/customeragreement"
    ),
)


def template(template_id: UUID) -> Template | None:
    """The template with this id, if there is one."""
    return next((one for one in TEMPLATES if one.id == template_id), None)


def of_type(name: str) -> tuple[Template, ...] | None:
    """Templates of a type in any case, all for ``*``; None for no type."""
    if name == "*":
        return TEMPLATES
    found = tuple(one for one in TEMPLATES if one.type.lower() == name.lower())
    return found or None
