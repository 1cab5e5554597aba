"""P38, F-SUP-4: the operator's desk across partners; each look and deed is in the partner's log."""

import html

import pytest
from django.core.management import CommandError, call_command

from activitylog.models import ActivityRecord
from support import services
from support.models import ServiceRequest
from tests.support.build import LIST, content, refund, submitted, upload

pytestmark = pytest.mark.django_db
DESK = "/desk"


def text_of(response):
    return html.unescape(response.content.decode())


def now(org, number):
    with org.visible():
        return ServiceRequest.objects.get(pk=number)


@pytest.fixture
def asked(fabrikam, order):
    with fabrikam.visible():
        return services.submit(refund(order), by=fabrikam.actor("aa"))


def test_the_desk_is_for_operators_whatever_their_roles(fabrikam, operator):
    number = submitted(fabrikam).number
    for key in ("gaaa", "du"):
        browser = fabrikam.browser(key)
        for page in (DESK, f"{DESK}/{number}"):
            answer = browser.get(page)
            assert answer.status_code == 403
            assert "This needs the role: Operator." in text_of(answer)
        for verb in ("answer", "approve", "refuse"):
            assert browser.post(f"{DESK}/{number}/{verb}", {"text": "x"}).status_code == 403
        assert "/desk" not in text_of(browser.get(LIST))
    assert operator.get(DESK).status_code == 200
    assert 'href="/desk"' in text_of(operator.get(LIST))
    assert now(fabrikam, number).status == "open"


def test_the_queue_holds_every_partners_requests_but_no_draft(fabrikam, tailspin, operator):
    numbers = {submitted(fabrikam).number, submitted(tailspin).number}
    with fabrikam.visible():
        draft = services.save_draft(content(), by=fabrikam.actor("aa"))

    page = text_of(operator.get(DESK))

    assert all(number in page for number in numbers)
    assert draft.number not in page
    assert "Fabrikam" in page
    assert "Tailspin" in page
    assert operator.get(f"{DESK}/{draft.number}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_takes_as_many_queries_for_three_as_for_one(
    fabrikam, operator, count, django_assert_num_queries
):
    for _ in range(count):
        submitted(fabrikam)
    operator.get(DESK)

    with django_assert_num_queries(7):
        operator.get(DESK)


def test_a_look_is_in_the_partners_log_under_the_operators_name(fabrikam, operator):
    fabrikam.browser("aa").post(f"{LIST}/new")
    number = submitted(fabrikam).number
    with fabrikam.visible():
        taken = services.taken(upload())
        services.add_files(now(fabrikam, number), [taken], by=fabrikam.actor("aa"))
        file = now(fabrikam, number).files.get()

    assert operator.get(f"{DESK}/{number}").status_code == 200
    assert operator.get(f"{DESK}/{number}/files/{file.pk}").status_code == 200

    with fabrikam.visible():
        rows = ActivityRecord.objects.filter(action="read_service_request").order_by("number")
        told = [(row.actor_name, row.details.get("file")) for row in rows]
    assert told == [
        ("du@fabrikam-sandbox.example", None),
        ("du@fabrikam-sandbox.example", "screen.png"),
    ]


def test_an_answer_needs_the_partners_attention_and_a_note_opens_again(fabrikam, operator):
    number = submitted(fabrikam).number

    operator.post(f"{DESK}/{number}/answer", {"text": "Which list?"})

    assert now(fabrikam, number).status == "attention_needed"
    page = text_of(fabrikam.browser("aa").get(f"{LIST}/{number}"))
    assert "Which list?" in page
    assert "Support desk" in page
    fabrikam.browser("aa").post(f"{LIST}/{number}/notes", {"text": "The orders"})
    assert now(fabrikam, number).status == "open"
    assert operator.post(f"{DESK}/{number}/answer", {"text": " "}).status_code == 400


def test_a_closed_request_is_not_answered(fabrikam, operator):
    request = submitted(fabrikam)
    with fabrikam.visible():
        services.close(request, by=fabrikam.actor("aa"))

    answer = operator.post(f"{DESK}/{request.number}/answer", {"text": "Too late"})

    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("verb", "decision", "words"),
    [("approve", "approved", "Refund approved"), ("refuse", "refused", "Refund refused")],
)
def test_a_refund_is_decided_once(fabrikam, operator, asked, verb, decision, words):
    address = f"{DESK}/{asked.number}"

    assert operator.post(f"{address}/{verb}", {"text": "Because"}).status_code == 302

    found = now(fabrikam, asked.number)
    assert (found.decision, found.decided_by) == (decision, "du@fabrikam-sandbox.example")
    assert words in text_of(fabrikam.browser("aa").get(f"{LIST}/{asked.number}"))
    for again in ("approve", "refuse"):
        assert operator.post(f"{address}/{again}", {"text": "Again"}).status_code == 409
    assert now(fabrikam, asked.number).decision == decision
    with fabrikam.visible():
        rows = ActivityRecord.objects.filter(action="update_service_request").order_by("number")
        told = [
            (row.status, row.details.get("decision"), row.details.get("reason")) for row in rows
        ]
    refused = ("failed", None, "The refund was decided already.")
    assert told == [("succeeded", decision, None), refused, refused]


def test_what_asks_for_no_refund_is_not_decided(fabrikam, operator):
    number = submitted(fabrikam).number

    assert operator.post(f"{DESK}/{number}/approve", {"text": "Yes"}).status_code == 409
    assert now(fabrikam, number).decision == ""


def test_make_operator_gives_and_takes_the_desk(fabrikam):
    user, browser = fabrikam["du"], fabrikam.browser("du")
    call_command("make_operator", user.email.upper(), dry_run=True)
    assert browser.get(DESK).status_code == 403

    call_command("make_operator", user.email.upper())
    assert browser.get(DESK).status_code == 200

    call_command("make_operator", user.email, revoke=True)
    assert browser.get(DESK).status_code == 403
    with fabrikam.visible():
        rows = ActivityRecord.objects.filter(action="update_partner_user").order_by("number")
        assert [row.details["change"] for row in rows] == ["operator", "no operator"]
    with pytest.raises(CommandError):
        call_command("make_operator", "nobody@nowhere.example")


def test_an_operators_token_does_not_open_the_desk(fabrikam):
    fabrikam["ga"].is_operator = True
    fabrikam["ga"].save()

    listed = fabrikam.api("ga", as_user=True).get("/v1/me").json()["capabilities"]

    assert "desk.use" not in listed
