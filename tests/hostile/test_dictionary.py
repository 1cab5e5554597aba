"""The dictionary in every place of every route: never a 5xx, never a traceback."""

from collections.abc import Callable, Iterator
from itertools import cycle, islice
from urllib.parse import quote

import pytest

from tests.hostile import places
from tests.hostile.dictionary import BODIES, SHAPES, STRINGS, STRONG, TYPES, dumps
from tests.matrix import walk
from tests.matrix.ask import place
from tests.matrix.open import LIBRARY, OPEN
from tests.matrix.table import API, DESK, PORTAL, C, H, S
from tests.matrix.world import Undone, content

PAGES = {**PORTAL, **DESK}
ROWS = {route: next(iter(rows.values())) for route, rows in {**PAGES, **API}.items()}
ROUTES = {**OPEN, **LIBRARY, **ROWS}
FORMS = [
    *((route, row) for route, rows in PAGES.items() for m, row in rows.items() if m == "POST"),
    *((route, ROUTES[route]) for route in places.FORMS),
]
# In no answer: our own defects told, and what was sent as part of a page instead of its text.
NEVER = ("Traceback", STRINGS["quotes"])
# Answers 501 to everybody, and means it.
MEANT = ("v1/<not_offered:what>",)
ALONE_IN_FORM = ("nul", "surrogate", "empty", "long", "2^63")
# Headers are read by what all answers share, and by few views.
MANY_HEADERS = (
    *("dashboard", "v1/customers", "signin", "dl/<str:token>/file"),
    *("dl/content/<str:token>/<str:name>", "<str:tenant>/oauth2/token"),
)
ODD = {name: STRINGS[name] for name in ("long", "quotes", "2^63", "full-width digit")}
WRITES = [(m, route) for route, rows in API.items() for m in rows if m != "GET"]
# Forms are read by what all share; these stand for the kinds of views behind it.
ENVELOPES = (
    *("dashboard/customers/new", f"{C}/cart", f"{S}/users/<uuid:user_id>", f"{H}/new"),
    *(f"{H}/<str:request_id>/files", "language", "signin", "<str:tenant>/oauth2/token"),
)
# What may stand in an address as it is, and what of an id is nearly right.
RAW = ("%00", "%ff", "%c0%af", "%ed%a0%80", "%", "%2e%2e", "%2F", "a;x=1", "a.json", "a%0a", "~")
NEARLY: tuple[Callable[[str], str], ...] = (
    str.upper,
    lambda text: f"{{{text}}}",
    lambda text: text.replace("-", ""),
    lambda text: f"{text}%20",
    lambda text: f"{text}.",
    lambda text: f"{text}%0a",
    lambda text: f"{text}/",
    lambda text: text[:-1],
)


def at(route, tenant):
    row = ROUTES[route]
    return getattr(row, "at", "") or place(route, row, tenant.ids)


def quoted(text):
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


class Asker:
    """Sends, undoes what it did, and notes what must not be."""

    def __init__(self, tenant, route, key="gaaa"):
        self.tenant, self.route = tenant, route
        self.client = (tenant.api if walk.is_api(route) else tenant.portal)[key]
        self.sent, self.wrong = 0, []

    def send(self, what, method, address, data=b"", content_type="", **options):
        with Undone():
            response = self.client.generic(method, address, data, content_type, **options)
            text = content(response)
        self.sent += 1
        failed = response.status_code >= 500 and self.route not in MEANT
        problem = failed or any(part in text for part in NEVER)
        if walk.is_api(self.route) and response.status_code >= 400 and not problem:
            # A refusal says what is wrong, and says it shortly.
            problem = not {"code", "description"} <= set(response.json()) or len(text) > 4096
        if problem:
            self.wrong.append((what, method, address[:200], response.status_code))

    def done(self, at_least=1):
        assert self.wrong == []
        assert self.sent >= at_least


def turned(names, alone=STRONG) -> Iterator[dict[str, str]]:
    """Every name gets every text once, all names at the same time, each another one.

    Without those that each name gets alone.
    """
    texts = [(what, text) for what, text in STRINGS.items() if what not in alone]
    for first in range(len(texts)):
        these = islice(cycle(texts), first, first + len(names))
        yield {name: text for name, (_, text) in zip(names, these, strict=True)}


@pytest.mark.parametrize("route", [r for r in ROUTES if walk.parameters(r) and r not in LIBRARY])
def test_address(fabrikam, route):
    asker = Asker(fabrikam, route)
    method = next(iter({**PAGES, **API}.get(route, ["GET"])))
    names = ROUTES[route].names
    known = {name: str(fabrikam.ids[names.get(name, name)]) for name in walk.parameters(route)}
    # Pages take ids by the form of the address; of the API each view reads its own.
    raw, nearly = (RAW, NEARLY) if walk.is_api(route) else (RAW[:6], NEARLY[:4])
    for name, value in known.items():
        parts = [*(quoted(text) for text in ODD.values()), *raw]
        for part in [*parts, *(near(value) for near in nearly)]:
            asker.send(name, method, walk.address(route, known | {name: part}))
    asker.done(len(known) * (len(ODD) + len(raw) + len(nearly)))


@pytest.mark.parametrize("route", places.QUERY)
def test_query(fabrikam, route):
    asker, address, names = Asker(fabrikam, route), at(route, fabrikam), places.QUERY[route]
    asker.send("nothing", "GET", address)
    for name in names:
        for what, text in STRONG.items():
            asker.send((name, what), "GET", f"{address}?{name}={quoted(text)}")
        for raw in ("=%ff", "=a&{0}=b", "[]=1"):
            asker.send((name, raw), "GET", f"{address}?{name}{raw.format(name)}")
    for values in turned(names):
        query = "&".join(f"{name}={quoted(text)}" for name, text in values.items())
        asker.send(values, "GET", f"{address}?{query}")
    asker.done()


@pytest.mark.parametrize("route", [r for r in ROUTES if r not in LIBRARY])
def test_headers(fabrikam, route):
    asker, address = Asker(fabrikam, route), at(route, fabrikam)
    session = asker.client.cookies.output(header="", sep=";")
    for what, text in (STRINGS if route in MANY_HEADERS else ODD).items():
        # As a server hands them on: bytes read as latin-1, without line ends.
        line = text.encode("utf-8", "surrogatepass").decode("latin-1")
        line = line.replace("\r", "").replace("\n", "")
        headers = dict.fromkeys(places.HEADERS, line) | {"Cookie": f"{session}; theme={line}"}
        asker.send(what, "GET", address, headers=headers)
    ranges = "bytes=" + ",".join("1-1" for _ in range(1000))
    for what in (ranges, "bytes=9-1", "bytes=-0", "bytes=a-b", f"bytes={'9' * 5000}-", "items=1-2"):
        if route in MANY_HEADERS:
            asker.send(what, "GET", address, headers={"Range": what})
    asker.done(len(ODD))


def part(body, path):
    for key in path:
        body = body[key]
    return body


@pytest.mark.parametrize(("method", "route"), WRITES)
def test_members_of_a_body(fabrikam, method, route):
    asker, address = Asker(fabrikam, route), at(route, fabrikam)
    body = places.bodies(fabrikam).get((method, route), {})
    for path in places.leaves(body):
        for what, value in {**SHAPES, **STRONG}.items():
            data = dumps(places.replaced(body, path, value))
            asker.send((path, what), method, address, data, "application/json")
    texts = [path for path in places.leaves(body) if isinstance(part(body, path), str)]
    for values in turned(texts):
        changed = body
        for path, text in values.items():
            changed = places.replaced(changed, path, text)
        asker.send(values, method, address, dumps(changed), "application/json")
    asker.done(len(SHAPES))


@pytest.mark.parametrize(("method", "route"), WRITES)
def test_envelope_of_a_body(fabrikam, method, route):
    asker, address = Asker(fabrikam, route), at(route, fabrikam)
    for what, data in BODIES.items():
        asker.send(what, method, address, data, "application/json")
    for type_ in TYPES:
        asker.send(type_, method, address, b"{}", type_)
        asker.send(type_, method, address, BODIES["multipart"], type_)
    asker.send("format", method, f"{address}?format=xml", b"{}", "application/json")
    asker.done(30)


def fields_of(route, row, tenant):
    """The form as it is sent rightly, or the names of a library's form."""
    data = getattr(row, "data", None)
    fields = data(tenant) if data else dict.fromkeys(places.FORMS.get(route, ()), "x")
    return {name: value for name, value in fields.items() if isinstance(value, str | int)}


@pytest.mark.parametrize(("route", "row"), FORMS, ids=[route for route, _ in FORMS])
def test_fields_of_a_form(fabrikam, route, row):
    asker = Asker(fabrikam, route, "" if route in places.FORMS else "gaaa")
    address, fields = at(route, fabrikam), fields_of(route, row, fabrikam)

    def post(what, values):
        data = "&".join(f"{name}={quoted(str(value))}" for name, value in values.items()).encode()
        asker.send(what, "POST", address, data, "application/x-www-form-urlencoded")

    for name in fields:
        post(name, {key: value for key, value in fields.items() if key != name})
        for what in ALONE_IN_FORM:
            post((name, what), fields | {name: STRINGS[what]})
    for values in turned(list(fields), ALONE_IN_FORM) if fields else ():
        post(values, values)
    asker.done(len(fields) * len(ALONE_IN_FORM))


@pytest.mark.parametrize("route", ENVELOPES)
def test_envelope_of_a_form(fabrikam, route):
    asker, address = Asker(fabrikam, route), at(route, fabrikam)
    many = "&".join(f"a{number}=1" for number in range(2000)).encode()
    for what, data in {**BODIES, "2000 fields": many}.items():
        asker.send(what, "POST", address, data, "application/x-www-form-urlencoded")
    for type_ in TYPES:
        asker.send(type_, "POST", address, BODIES["multipart"], type_)
    asker.done(20)
