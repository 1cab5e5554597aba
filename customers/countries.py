"""What a country asks of an address: what the API tells of it, and what is wrong with one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from babel.languages import get_official_languages

from customers.rules import (
    PHONE,
    POSTAL_CODES,
    REGISTRATION_FORMATS,
    STATES,
    Fault,
    Problem,
    countries,
    place_problems,
)

# States of the four countries whose addresses are checked for them.
CHECKED_STATES: Mapping[str, str] = {
    **STATES,
    "CN": "AH BJ CQ FJ GD GS GX GZ HA HB HE HI HL HN JL JS JX LN NM NX QH SC SD SH SN SX TJ XJ XZ "
    "YN ZJ",
    "MX": "AGU BCN BCS CAM CHH CHP CMX COA COL DUR GRO GUA HID JAL MEX MIC MOR NAY NLE OAX PUE QUE "
    "ROO SIN SLP SON TAB TAM TLA VER YUC ZAC",
}
# Calling code -> countries. Those that share a code with a larger one stand with it.
CALLING_CODES = {
    "1": "AG AI AS BB BM BS CA DM DO GD GU JM KN KY LC MP MS PR SX TC TT UM US VC VG VI",
    "7": "KZ RU",
    "20": "EG",
    "27": "ZA",
    "30": "GR",
    "31": "NL",
    "32": "BE",
    "33": "FR",
    "34": "ES",
    "36": "HU",
    "39": "IT VA",
    "40": "RO",
    "41": "CH",
    "43": "AT",
    "44": "GB GG IM JE GS",
    "45": "DK",
    "46": "SE",
    "47": "BV NO SJ XJ",
    "48": "PL",
    "49": "DE",
    "51": "PE",
    "52": "MX",
    "53": "CU",
    "54": "AR",
    "55": "BR",
    "56": "CL",
    "57": "CO",
    "58": "VE",
    "60": "MY",
    "61": "AU CC CX HM",
    "62": "ID",
    "63": "PH",
    "64": "NZ PN",
    "65": "SG",
    "66": "TH",
    "81": "JP",
    "82": "KR",
    "84": "VN",
    "86": "CN",
    "90": "TR",
    "91": "IN",
    "92": "PK",
    "93": "AF",
    "94": "LK",
    "95": "MM",
    "98": "IR",
}
# Three-digit codes in the order of their numbers; a dash is a code that no country has.
THREE_DIGITS = {
    211: "SS MA/EH DZ - - TN - LY - GM SN MR ML GN CI BF NE TG BJ MU LR SL GH NG TD CF CM CV ST GQ "
    "GA CG CD AO GW IO - SC SD RW ET SO DJ KE TZ UG BI MZ - ZM MG RE/TF ZW NA MW LS BW SZ KM/YT",
    290: "SH ER - - - - - AW FO GL",
    350: "GI PT LU IE IS AL MT CY FI/AX BG",
    370: "LT LV EE MD AM BY AD MC SM -",
    380: "UA RS ME XK - HR SI BA - MK",
    420: "CZ SK - LI",
    500: "FK BZ GT SV HN NI CR PA PM HT",
    590: "GP/BL/MF BO GY EC GF PY MQ SR UY CW/BQ/XE/XS",
    670: "TL - AQ/NF BN NR PG TO SB VU FJ PW WF CK NU - WS KI NC TV PF TK FM MH",
    850: "KP - HK MO - KH LA",
    880: "BD - - - - - TW",
    960: "MV LB JO SY IQ KW SA YE OM - PS AE IL BH QA BT MN NP",
    992: "TJ TM AZ GE KG - UZ",
}
# First digits of calling codes -> where that is, and the agreement that holds there.
ZONES = (
    ("AsiaPacific", "APOC", ("6", "8", "91", "92", "94", "95", "960", "975", "976", "977")),
    ("NorthAndLatinAmerica", "AOC", ("1", "5")),
    ("EuropeMiddleEastAfrica", "EOC", ("",)),
)


@dataclass(frozen=True)
class CountryRules:
    """The rules for addresses of one country; ``code`` is its ISO 3166-1 alpha-2 code."""

    code: str
    states: tuple[str, ...]
    languages: tuple[str, ...]
    calling_codes: tuple[str, ...]
    postal_code: str
    phone: str
    registration_number: str
    region: str
    agreement_region: str

    @property
    def cultures(self) -> tuple[str, ...]:
        """``de-DE`` for each language, and the one that everybody may choose."""
        return tuple(dict.fromkeys([*(f"{one}-{self.code}" for one in self.languages), "en-US"]))


def rules_of(code: str) -> CountryRules | None:
    """The rules of a country by its code in any case; None for what is no country."""
    code = code.upper()
    if code not in countries():
        return None
    calling = _calling_codes().get(code, ())
    region, agreement = _zone(calling[0] if calling else "")
    postal = POSTAL_CODES.get(code)
    return CountryRules(
        code=code,
        states=tuple(sorted(CHECKED_STATES.get(code, "").split())),
        languages=_languages(code),
        calling_codes=calling,
        postal_code=f"^{postal}$" if postal else "",
        phone=f"^{PHONE.pattern}$",
        registration_number=REGISTRATION_FORMATS.get(code, ""),
        region=region,
        agreement_region=agreement,
    )


def address_problems(address: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with ``country``, ``state`` and ``postal_code``, in this order."""
    country = address["country"].upper()
    if country not in countries():
        yield Problem("country", Fault.UNKNOWN)
        return
    state, postal = address.get("state", "").upper(), address.get("postal_code", "")
    yield from place_problems(country, state, postal, CHECKED_STATES)


def _languages(code: str) -> tuple[str, ...]:
    official = get_official_languages(code, de_facto=True)
    return tuple(one for one in official if re.fullmatch("[a-z]{2}", one)) or ("en",)


@cache
def _calling_codes() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {
        country: (code,) for code, names in CALLING_CODES.items() for country in names.split()
    }
    for first, names in THREE_DIGITS.items():
        for code, shared in enumerate(names.split(), first):
            found |= {country: (str(code),) for country in shared.split("/") if country != "-"}
    return found


def _zone(calling_code: str) -> tuple[str, str]:
    return next(
        (region, agreement)
        for region, agreement, beginnings in ZONES
        if calling_code.startswith(beginnings)
    )
