"""Rules on a customer's data: search words, address limits, the rules of countries."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from babel import Locale

GUID_BEGINNING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]*")
GUID_DIGITS = 32
SEPARATORS = re.compile(r"[\s!-/:-@\[-`{-~]+")
MAX_SEARCH_WORDS = 8
SANDBOX_LIMIT = 75

# Tax or registry numbers of the countries that demand one; a phone number goes with it.
REGISTRATION_FORMATS = {
    "AM": r"^\d{8}$",
    "AZ": r"^\d{10}$",
    "BY": r"^\d{9}$",
    "HU": r"^(\d{8}|\d{10}|\d{11})$",
    "KG": r"^\d{14}$",
    "KZ": r"^\d{12}$",
    "MD": r"^\d{13}$",
    "RU": r"^(\d{10}|\d{12})$",
    "TJ": r"^\d{9}$",
    "UA": r"^(\d{8}|\d{10})$",
    "UZ": r"^\d{9}$",
}
STATES = {
    "CA": "AB BC MB NB NL NS NT NU ON PE QC SK YT",
    "US": "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV "
    "NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AA AE AP AS FM GU MH MP PR "
    "PW VI",
}
POSTAL_CODES = {
    "AU": r"\d{4}",
    "BR": r"\d{5}-?\d{3}",
    "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "CN": r"\d{6}",
    "US": r"\d{5}(-\d{4})?",
}
# Regions and reserved codes that stand among the countries in the locale data.
NOT_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
# Markets of the price lists that have no ISO code of their own.
MARKETS_WITHOUT_ISO = {
    "XE": {"en": "Sint Eustatius", "zh": "圣尤斯特歇斯"},
    "XJ": {"en": "Jan Mayen", "zh": "扬马延岛"},
    "XS": {"en": "Saba", "zh": "萨巴岛"},
}
REQUIRED = (
    *("company_name", "domain", "country", "culture", "language", "email"),
    *("first_name", "last_name", "address_line1", "city"),
)
LIMITS = {
    "company_name": 200,
    "first_name": 50,
    "last_name": 50,
    "email": 254,
    "phone": 30,
    "address_line1": 200,
    "address_line2": 200,
    "city": 100,
    "state": 100,
    "postal_code": 20,
    "organization_registration_number": 30,
}
DOMAIN = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
CULTURE = re.compile(r"[a-z]{2}-(?:[A-Z][a-z]{3}-)?[A-Z]{2}")
EMAIL = re.compile(r"[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;]+")
PHONE = re.compile(r"\+?[0-9() ./-]{4,30}")


class Segment(StrEnum):
    """Who may buy what; software is sold to commercial customers unless an offer says otherwise."""

    COMMERCIAL = "commercial"
    EDUCATION = "education"
    GOVERNMENT = "government"
    NONPROFIT = "nonprofit"


class Fault(StrEnum):
    MISSING = "missing"
    TOO_LONG = "too_long"
    FORM = "form"
    UNKNOWN = "unknown"
    NUMBER_NOT_ALLOWED = "number_not_allowed"
    NUMBER_MISSING = "number_missing"
    NUMBER_FORM = "number_form"
    PHONE_MISSING = "phone_missing"


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field; ``detail`` is a limit, a pattern or a list of what is known."""

    field: str
    fault: Fault
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a partner enters about a customer: the company, its address, its contact."""

    company_name: str
    domain: str
    country: str
    culture: str
    language: str
    email: str
    first_name: str
    last_name: str
    address_line1: str
    city: str
    address_line2: str = ""
    state: str = ""
    postal_code: str = ""
    phone: str = ""
    organization_registration_number: str = ""
    segment: str = Segment.COMMERCIAL.value


def normalized(profile: Profile) -> Profile:
    """Blanks trimmed, and codes in the case in which they are kept (``EN-US`` is ``en-US``)."""
    values = {name: " ".join(str(value).split()) for name, value in vars(profile).items()}
    language, dash, region = values["culture"].rpartition("-")
    values["culture"] = language[:2].lower() + language[2:] + dash + region.upper()
    values["language"] = values["language"].lower()
    values["domain"] = values["domain"].lower()
    values["country"] = values["country"].upper()
    number = values["organization_registration_number"]
    values["organization_registration_number"] = re.sub(r"[\s-]", "", number)
    if values["country"] in STATES:
        values["state"] = values["state"].upper()
    return Profile(**values)


def problems(profile: Profile) -> Iterator[Problem]:
    """Everything wrong with a normalized profile, in the order of its fields."""
    values = vars(profile)
    for name in REQUIRED:
        if not values[name]:
            yield Problem(name, Fault.MISSING)
    for name, limit in LIMITS.items():
        if len(values[name]) > limit:
            yield Problem(name, Fault.TOO_LONG, str(limit))
    yield from _forms(profile)
    if profile.country and profile.country not in countries():
        yield Problem("country", Fault.UNKNOWN)
    else:
        yield from _country_rules(profile)


def _forms(profile: Profile) -> Iterator[Problem]:
    forms = {"domain": DOMAIN, "culture": CULTURE, "email": EMAIL, "phone": PHONE}
    for name, form in forms.items():
        value = getattr(profile, name)
        if value and not form.fullmatch(value):
            yield Problem(name, Fault.FORM)
    if profile.language and not re.fullmatch("[a-z]{2}", profile.language):
        yield Problem("language", Fault.FORM)
    if profile.segment not in set(Segment):
        yield Problem("segment", Fault.UNKNOWN, ", ".join(Segment))


def _country_rules(profile: Profile) -> Iterator[Problem]:
    yield from place_problems(profile.country, profile.state, profile.postal_code)
    yield from _registration(profile)


def place_problems(
    country: str, state: str, postal_code: str, known: Mapping[str, str] = STATES
) -> Iterator[Problem]:
    """What is wrong with state and postal code, where the country has rules for them."""
    states = known.get(country)
    if states and not state:
        yield Problem("state", Fault.MISSING)
    elif states and state not in states.split():
        yield Problem("state", Fault.UNKNOWN, states)
    postal = POSTAL_CODES.get(country)
    if postal and not postal_code:
        yield Problem("postal_code", Fault.MISSING)
    elif postal and not re.fullmatch(postal, postal_code, re.IGNORECASE):
        yield Problem("postal_code", Fault.FORM)


def _registration(profile: Profile) -> Iterator[Problem]:
    field, number = "organization_registration_number", profile.organization_registration_number
    form = REGISTRATION_FORMATS.get(profile.country)
    if form is None:
        if number:
            yield Problem(field, Fault.NUMBER_NOT_ALLOWED)
        return
    if not number:
        yield Problem(field, Fault.NUMBER_MISSING)
    elif not re.match(form, number):
        yield Problem(field, Fault.NUMBER_FORM, form)
    if not profile.phone:
        yield Problem("phone", Fault.PHONE_MISSING)


@lru_cache(maxsize=8)
def countries(language: str = "en") -> dict[str, str]:
    """Alpha-2 code -> name in the language (``en``, ``zh-hans``), by name."""
    locale = Locale.parse(language, sep="-")
    named = {
        code: name
        for code, name in locale.territories.items()
        if re.fullmatch("[A-Z]{2}", code) and code not in NOT_COUNTRIES
    }
    named |= {code: names[locale.language] for code, names in MARKETS_WITHOUT_ISO.items()}
    return dict(sorted(named.items(), key=lambda item: item[1]))


def words(text: str) -> list[str]:
    """The words of a text, lower case, each once: ``a-Tea.shop`` is ``a``, ``tea``, ``shop``."""
    return list(dict.fromkeys(word for word in SEPARATORS.split(text.lower()) if word))


def guid_range(text: str) -> tuple[UUID, UUID] | None:
    """The first and last GUID that a GUID, or its beginning with a dash, stands for; else None."""
    text = text.strip().lower()
    try:
        return UUID(text), UUID(text)
    except ValueError:
        digits = text.replace("-", "")
    if not GUID_BEGINNING.fullmatch(text) or len(digits) > GUID_DIGITS:
        return None
    return UUID(digits.ljust(GUID_DIGITS, "0")), UUID(digits.ljust(GUID_DIGITS, "f"))
