"""P24 and P26: the list, notes, close and reopen; by page and by API (S81, F-SUP-2, F-SUP-3)."""

import html
import json
import re
from datetime import timedelta

import pytest

from activitylog.models import ActivityRecord
from support import services
from tests.support.build import API, LIST, content, submitted, upload

pytestmark = pytest.mark.django_db


def text_of(response):
    return html.unescape(response.content.decode())


def numbers_in(page):
    return re.findall(r'href="/dashboard/support/(6\d{14})"', page.content.decode())


def items_of(response):
    return [item["id"] for item in response.json()["items"]]


def test_P24_one_sees_ones_own_and_a_global_admin_all(fabrikam, tailspin, travel):
    mine = submitted(fabrikam, "aa").number
    travel.shift(timedelta(minutes=1))
    other = submitted(fabrikam, "sa").number
    submitted(tailspin, "aa")

    shown = {key: numbers_in(fabrikam.browser(key).get(LIST)) for key in ("aa", "sa", "ga", "du")}
    by_api = {key: items_of(fabrikam.api(key, as_user=True).get(API)) for key in ("aa", "ga", "du")}

    assert shown == {"aa": [mine], "sa": [other], "ga": [other, mine], "du": []}
    assert by_api == {"aa": [mine], "ga": [other, mine], "du": []}


@pytest.mark.parametrize(
    ("language", "heading", "menu"),
    [("en", "Partner support requests", "Support"), ("zh-hans", "合作伙伴支持请求", "支持")],
)
def test_P24_stands_in_the_left_menu_in_both_languages(fabrikam, language, heading, menu):
    submitted(fabrikam)
    page = fabrikam.browser("aa").get(LIST, headers={"Accept-Language": language})

    assert re.search(rf"<h1[^>]*>\s*{heading}\s*</h1>", text_of(page))
    assert re.search(rf'href="/dashboard/support"[^>]*>.*?{menu}', text_of(page), re.DOTALL)


def test_P24_by_status(fabrikam):
    is_open = submitted(fabrikam).number
    closed = submitted(fabrikam)
    with fabrikam.visible():
        services.close(closed, by=fabrikam.actor("aa"))
    browser, api = fabrikam.browser("aa"), fabrikam.api("aa", as_user=True)
    wanted = json.dumps({"Field": "Status", "Value": "Closed", "Operator": "equals"})

    assert numbers_in(browser.get(f"{LIST}?status=open")) == [is_open]
    assert numbers_in(browser.get(f"{LIST}?status=closed")) == [closed.number]
    assert "Nothing matches" in text_of(browser.get(f"{LIST}?status=attention_needed"))
    assert browser.get(f"{LIST}?status=odd").status_code == 400
    assert items_of(api.get(API, {"filter": wanted})) == [closed.number]
    assert items_of(api.get(API, {"status": "open"})) == [is_open]
    assert api.get(API, {"status": "odd"}).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_P24_takes_as_many_queries_for_three_as_for_one(fabrikam, count, django_assert_num_queries):
    for _ in range(count):
        submitted(fabrikam)
    browser = fabrikam.browser("ga")
    browser.get(LIST)

    with django_assert_num_queries(5):
        browser.get(LIST)


@pytest.mark.parametrize("count", [1, 3])
def test_P26_takes_as_many_queries_for_three_notes_and_files_as_for_one(
    fabrikam, count, django_assert_num_queries
):
    request = submitted(fabrikam)
    with fabrikam.visible():
        for number in range(count):
            services.add_note(request, "More", by=fabrikam.actor("aa"))
            taken = services.taken(upload(f"{number}.png"))
            services.add_files(request, [taken], by=fabrikam.actor("aa"))
    browser = fabrikam.browser("aa")
    browser.get(f"{LIST}/{request.number}")

    with django_assert_num_queries(8):
        browser.get(f"{LIST}/{request.number}")


def test_the_api_pages_by_offset(fabrikam, travel):
    made = []
    for _ in range(3):
        made.insert(0, submitted(fabrikam).number)
        travel.shift(timedelta(minutes=1))
    api = fabrikam.api("aa", as_user=True)

    first = api.get(API, {"size": 2}).json()
    assert [item["id"] for item in first["items"]] == made[:2]
    assert first["links"]["next"]["uri"] == "/servicerequests?size=2&offset=2"
    last = api.get("/v1" + first["links"]["next"]["uri"]).json()
    assert [item["id"] for item in last["items"]] == made[2:]
    assert "next" not in last["links"]
    assert last["links"]["previous"]["uri"] == "/servicerequests?size=2&offset=0"


@pytest.mark.parametrize("query", ["size=1001", "size=x", "offset=-1", "filter=x", "size=1e400"])
def test_the_api_refuses_what_is_no_page(fabrikam, query):
    assert fabrikam.api("aa").get(f"{API}?{query}").status_code == 400


def test_F_SUP_3_note_close_and_reopen_on_the_page(fabrikam):
    request = submitted(fabrikam)
    browser, page = fabrikam.browser("aa"), f"{LIST}/{request.number}"

    noted = browser.post(f"{page}/notes", {"text": "It is full again."}, follow=True)
    assert "It is full again." in text_of(noted)
    closed = browser.post(f"{page}/close", follow=True)
    assert "The request is closed" in text_of(closed)
    late = browser.post(f"{page}/notes", {"text": "One more"})
    assert late.status_code == 409
    assert browser.post(f"{page}/files", {"attachments": upload()}).status_code == 409
    browser.post(f"{page}/reopen")
    assert browser.post(f"{page}/notes", {"text": "One more"}).status_code == 302
    assert browser.post(f"{page}/notes", {"text": "  "}).status_code == 400
    assert browser.post(f"{page}/files").status_code == 400


def test_F_SUP_3_note_close_and_reopen_by_api(fabrikam, travel):
    number = submitted(fabrikam).number
    api, address = fabrikam.api("aa", as_user=True), f"{API}/{number}"

    def patch(**body):
        return api.patch(address, body, format="json")

    noted = patch(NewNote={"Text": "Again"}, Status="none", Severity="unknown", Title=None).json()
    assert noted["notes"] == [
        {
            "createdByName": "aa@fabrikam.example",
            "createdDate": "2020-01-02T10:12:00Z",
            "text": "Again",
        }
    ]
    closed = patch(status="closed").json()
    assert (closed["status"], closed["lastClosedDate"]) == ("closed", "2020-01-02T10:12:00Z")
    assert patch(status="Closed").status_code == 200
    assert patch(newNote={"text": "Late"}).status_code == 409
    assert patch(status="open").json()["status"] == "open"
    changed = patch(title="New", severity="critical").json()
    assert (changed["title"], changed["severity"]) == ("New", "critical")
    assert patch(status="attention_needed").status_code == 400
    assert patch(severity="odd").status_code == 400
    assert patch(title="x" * 121).status_code == 400
    assert patch().status_code == 400


def test_S81_nobody_else_changes_it(fabrikam, tailspin):
    number = submitted(fabrikam, "aa").number
    for org, key in ((fabrikam, "sa"), (tailspin, "ga")):
        browser = org.browser(key)
        for verb in ("notes", "files", "close", "reopen", "edit"):
            answer = browser.post(f"{LIST}/{number}/{verb}", {"text": "x"})
            assert answer.status_code == 404
        answer = org.api(key).patch(f"{API}/{number}", {"status": "closed"}, format="json")
        assert answer.status_code == 404
    assert fabrikam.browser("ga").post(f"{LIST}/{number}/close").status_code == 302


@pytest.mark.parametrize("number", ["1", "6" * 16, "x" * 200, "supporttopic"])
def test_S81_a_number_that_leads_nowhere_is_404(fabrikam, number):
    assert fabrikam.browser("aa").get(f"{LIST}/{number}").status_code == 404
    assert fabrikam.api("aa").get(f"{API}/{number}").status_code == 404


def test_what_was_done_is_in_the_log(fabrikam):
    request = submitted(fabrikam)
    with fabrikam.visible():
        services.close(request, by=fabrikam.actor("aa"))
        services.close(request, by=fabrikam.actor("aa"))
        services.save_draft(content(), by=fabrikam.actor("aa"))
        rows = ActivityRecord.objects.filter(resource_type="service_request").order_by("number")
        told = [(row.action, row.actor_name, row.details["requestId"]) for row in rows]

    assert told == [
        ("create_service_request", "aa@fabrikam.example", request.number),
        ("update_service_request", "aa@fabrikam.example", request.number),
    ]
