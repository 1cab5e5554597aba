"""What is another partner's is like what is nobody's in queries and bodies too (B15, B18)."""

import json
from urllib.parse import quote, quote_plus

import pytest

from tests.customers import samples
from tests.matrix import walk
from tests.matrix.ask import place
from tests.matrix.table import API, PORTAL, C, H, S, V
from tests.matrix.test_tenants import seen
from tests.matrix.world import CORRELATION, FOREIGN, Undone, content, fingerprint, random_ids

HEADERS = {"MS-CorrelationId": CORRELATION}
# Route, query, and what of the other partner stands in it.
QUERIES = (
    ("dashboard/customers", "q={}", "name"),
    ("dashboard/customers", "q={}", "domain"),
    ("dashboard/customers", "q={}", "customer_id"),
    (f"{C}/software", "q={}", "order_id"),
    (f"{C}/software", "line={}", "entitlement_id"),
    (f"{S}/users", "q={}", "email"),
    (f"{S}/developer", "dialog=revoke&app={}", "app_id"),
    (f"{S}/activity-log", "range=all&customer={}", "name"),
    (f"{S}/activity-log", "range=all&customer={}", "customer_id"),
    (f"{S}/activity-log", "range=all&user={}", "email"),
    (f"{S}/activity-log/export", "range=all&user={}", "email"),
    (f"{H}/new", "order={}", "order_id"),
    (
        "v1/customers",
        'filter={{"Field":"CompanyName","Value":"{}","Operator":"starts_with"}}',
        "name",
    ),
    ("v1/customers", 'filter={{"Field":"Domain","Value":"{}","Operator":"starts_with"}}', "domain"),
    (
        "v1/auditrecords",
        'filter={{"Field":"CustomerId","Value":"{}","Operator":"equals"}}',
        "customer_id",
    ),
    (
        "v1/auditrecords",
        'filter={{"Field":"CompanyName","Value":"{}","Operator":"substring"}}',
        "name",
    ),
)
# Method, route, body, what of the other partner stands in it.
BODIES = (
    ("POST", f"{C}/cart/buy", {"cart": "{}"}, "cart_id"),
    ("POST", f"{H}/new", {"topic": "refund", "order": "{}", "verb": "describe"}, "order_id"),
    ("POST", f"{H}/new", {"topic": "refund", "customer": "{}", "verb": "draft"}, "customer_id"),
    ("POST", f"{V}/software/<entitlement_id>/keysanddownloads", {"fileId": "{}"}, "entitlement_id"),
)


def known(tenant):
    return tenant.ids | {
        "name": tenant.customer.company_name,
        "domain": tenant.customer.domain,
        "email": f"aa@{tenant.org.partner.domain}",
    }


def nobodys(what, value):
    """An id that leads to nothing, or words of the same length that nobody has."""
    if what in FOREIGN:
        return random_ids()[what]
    return "".join(chr((ord(c) - 96) % 26 + 97) if c.islower() else c for c in value)


def both(fabrikam, what):
    value = known(fabrikam)[what]
    return value, nobodys(what, value)


def spellings(value):
    """The forms in which a page or an address repeats what it was asked."""
    text = str(value)
    return {"as text": text, "in a path": quote(text), "in a query": quote_plus(text)}


def client_of(tenant, route):
    return (tenant.api if walk.is_api(route) else tenant.portal)["gaaa"]


def address(route, tenant):
    return place(route, next(iter({**PORTAL, **API}[route].values())), tenant.ids)


def filled(data, value):
    text = json.dumps(data).replace("{}", str(value))
    return json.loads(text)


@pytest.mark.parametrize(("route", "query", "what"), QUERIES)
def test_B18_in_a_query(fabrikam, tailspin, route, query, what):
    answers = []
    for value in both(fabrikam, what):
        with Undone():
            asked = f"{address(route, tailspin)}?{query.format(value)}"
            answers.append(
                seen(client_of(tailspin, route).get(asked, headers=HEADERS), spellings(value))
            )
    assert answers[0] == answers[1]


@pytest.mark.parametrize(("method", "route", "body", "what"), BODIES)
def test_B15_in_a_body(fabrikam, tailspin, method, route, body, what):
    answers, before = [], fingerprint(fabrikam.org.partner)
    options = {"format": "json"} if walk.is_api(route) else {}
    for value in both(fabrikam, what):
        with Undone():
            send = getattr(client_of(tailspin, route), method.lower())
            at = address(route, tailspin)
            answer = send(at, filled(body, value), headers=HEADERS, **options)
            answers.append(seen(answer, spellings(value)))
            assert fingerprint(fabrikam.org.partner) == before
    assert answers[0] == answers[1]
    assert answers[0][0] in {400, 404}


def test_B18_a_domain_that_another_partner_has_is_free(fabrikam, tailspin):
    body = samples.wire("Fifth")
    body["companyProfile"]["domain"] = fabrikam.customer.domain
    with Undone():
        assert tailspin.api["gaaa"].post("/v1/customers", body, format="json").status_code == 201


@pytest.mark.parametrize("list_", ["/v1/customers", "/v1/auditrecords"])
def test_B18_the_place_in_another_partners_list_shows_nothing_of_it(fabrikam, tailspin, list_):
    first = fabrikam.api["gaaa"].get(f"{list_}?size=1").json()
    headers = {"MS-ContinuationToken": first["continuationToken"]}
    answer = tailspin.api["gaaa"].get(f"{list_}?seekOperation=Next", headers=headers)
    assert "Fabrikam" not in content(answer)
    assert fabrikam.org.partner.domain not in content(answer)
