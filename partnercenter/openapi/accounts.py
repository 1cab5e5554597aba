"""Who asks, what the partner is, and the sandbox's clock."""

from partnercenter.openapi.shapes import (
    BOOLEAN,
    GUID,
    INSTANT,
    TEXT,
    Answers,
    Schema,
    attributes,
    list_of,
    one_of,
    shape,
)

ME = shape(
    "Me",
    user=shape(
        "Caller",
        id=GUID,
        name=TEXT,
        type=one_of("user", "application"),
        optional={"email": TEXT},
    ),
    partner=shape(
        "Partner",
        id=GUID,
        name=TEXT,
        domain=TEXT,
        country=TEXT,
        currencyCode=TEXT,
        isCsp=BOOLEAN,
        isSandbox=BOOLEAN,
    ),
    roles=list_of(TEXT),
    capabilities=list_of(TEXT),
    locale=TEXT,
    timeZone=TEXT,
)
CLOCK = shape("SandboxClock", now=INSTANT, isSandbox=BOOLEAN)
ARTICLE = shape(
    "HelpArticle",
    slug=TEXT,
    title=TEXT,
    appliesTo=list_of(TEXT),
    roles=list_of(TEXT),
    sections=list_of(
        shape("HelpSection", heading=TEXT, blocks=list_of({"type": "object"})),
    ),
    attributes=attributes("HelpArticle"),
)
ANSWERS: dict[str, Answers] = {
    "me_get": {200: ME},
    "sandbox_clock_get": {200: CLOCK},
    "sandbox_clock_move": {200: CLOCK},
    "help_get": {200: ARTICLE},
}
BODIES: dict[str, Schema] = {
    "sandbox_clock_move": shape("ClockMove", optional={"now": INSTANT, "advanceBy": TEXT}),
}
