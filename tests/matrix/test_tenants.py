"""Whatever belongs to another partner is not there, as an id that leads to nothing is not."""

import re

import pytest

from tests.matrix import walk
from tests.matrix.ask import ask
from tests.matrix.table import API, EVERYBODY, PORTAL
from tests.matrix.world import FOREIGN, Undone, content, fingerprint, random_ids

ROWS = [
    (route, method, row)
    for route, methods in {**PORTAL, **API}.items()
    for method, row in methods.items()
    if set(FOREIGN) & set(walk.parameters(route))
]
NAMES = [f"{method} {route}" for route, method, _row in ROWS]
OF_THE_REQUEST = {"MS-RequestId", "MS-CV", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
FORM_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=)"\w+"')


def client_of(tenant, route, key):
    return tenant.api[key] if walk.is_api(route) else tenant.portal[key]


def seen(response, ids):
    """Status, headers and body, without what is of this very request: its ids and form token."""
    body = FORM_TOKEN.sub(r"\1", content(response))
    for name, value in ids.items():
        body = body.replace(str(value), name)
    headers = {k: v for k, v in response.headers.items() if k not in OF_THE_REQUEST}
    return response.status_code, headers, body


def compare(route, method, row, attacker, ids, foreign):
    """Status for each role of the attacker; foreign ids must look like ids that are nobody's."""
    differing, statuses = [], {}
    for key in EVERYBODY:
        client = client_of(attacker, route, key)
        answers = []
        for found in (ids, random_ids()):
            given = {name: found[name] for name in foreign}
            response = ask(route, method, row, owner=attacker, client=client, ids=given)
            answers.append(seen(response, given))
        statuses[key] = answers[0][0]
        differing += [(key, answers)] if answers[0] != answers[1] else []
    assert differing == []
    return statuses


def nested(route):
    """The ids below a customer."""
    names = walk.parameters(route)
    return (
        [n for n in names if n in FOREIGN and n != "customer_id"] if "customer_id" in names else []
    )


@pytest.mark.parametrize(("route", "method", "row"), ROWS, ids=NAMES)
def test_B15_another_partners_object_is_like_no_object(fabrikam, tailspin, route, method, row):
    foreign = [name for name in walk.parameters(route) if name in FOREIGN]
    before = fingerprint(fabrikam.org.partner)
    with Undone():
        statuses = compare(route, method, row, tailspin, fabrikam.ids, foreign)
        assert fingerprint(fabrikam.org.partner) == before
    if "customer_id" in foreign:
        assert statuses == dict.fromkeys(EVERYBODY, 404)
    else:
        # Below no customer the capability comes first, whatever the id.
        seen_first = row.who | (EVERYBODY if row.hidden else set())
        assert statuses == {key: 404 if key in seen_first else 403 for key in EVERYBODY}


BELOW = [(case, name) for case, name in zip(ROWS, NAMES, strict=True) if nested(case[0])]


@pytest.mark.parametrize("whose", ["another partner's", "another customer's"])
@pytest.mark.parametrize(
    ("route", "method", "row"), [case for case, _ in BELOW], ids=[name for _, name in BELOW]
)
def test_B15_below_an_own_customer(fabrikam, tailspin, route, method, row, whose):
    ids = fabrikam.ids if whose == "another partner's" else tailspin.ids["other"]
    before = fingerprint(fabrikam.org.partner)
    with Undone():
        statuses = compare(route, method, row, tailspin, ids, nested(route))
        assert fingerprint(fabrikam.org.partner) == before
    assert {key: statuses[key] for key in row.who} == dict.fromkeys(row.who, 404)
    assert {statuses[key] for key in EVERYBODY - row.who} <= {403, 404}
