"""The Software page, step by step, without a script (S20-S28, S33, S35, S54, S55)."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from activitylog.models import ActivityRecord
from software import services
from software.models import DownloadLink, Entitlement
from tests.software import build
from tests.software.conftest import START

CHOSEN = {"version": "2019", "language": "English", "file_type": "ISO, x64", "show": "1"}


@pytest.fixture
def address(shop):
    return f"/dashboard/customers/{shop.customer.pk}/software"


@pytest.fixture
def get(shop, client, address):
    """``get(role, **query)`` is the page as text, for a user with that role."""

    def get(role="admin_agent", status=200, speak="en", **query):
        client.force_login(shop.user(*role.split()))
        answer = client.get(f"{address}?{urlencode(query)}", HTTP_ACCEPT_LANGUAGE=speak)
        assert answer.status_code == status
        return answer.content.decode()

    return get


@pytest.fixture
def line(shop):
    return shop.line


def tagged(text, testid):
    """Opening tags of the elements with that test id."""
    return re.findall(rf'<[^<>]*data-testid="{testid}"[^<>]*>', text)


def options(text, name):
    (inner,) = re.findall(rf'<select name="{name}".*?</select>', text, re.DOTALL)
    return re.findall(r'<option value="([^"]+)"', inner)


def chosen(text, name):
    (inner,) = re.findall(rf'<select name="{name}".*?</select>', text, re.DOTALL)
    return re.findall(r'<option value="([^"]+)" selected', inner)


def post(client, address, line, file=None, **extra):
    query = f"?file={file.pk}" if file else ""
    return client.post(f"{address}/{line.pk}/keys{query}", **extra)


def test_S23_lists_product_quantity_order_dates_and_status(get, line):
    text = get()
    for part in (line.title, line.order_id, "10 Jan 2020", "10 Mar 2020 09:30 UTC", "Active"):
        assert part in text
    assert len(tagged(text, "sw-line")) == 1


def test_S23_no_line_of_another_customer_and_no_reservation(shop, get):
    shop.buy(needs_key=False, kind="reservation")
    shop.buy(needs_key=False, customer=build.customer(shop.partner, "Northwind"))
    assert len(tagged(get(), "sw-line")) == 1


def test_S23_empty_state(get):
    Entitlement.objects.update(kind="reservation")
    assert "No software purchased for Contoso" in get()


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"returnable_until": START}, "passed"),
        ({"cancellation_kind": "support_only", "returnable_until": None}, "by request"),
        ({"cancellation_kind": "none", "returnable_until": None}, "not returnable here"),
    ],
)
def test_S46_the_return_rule_is_shown(get, values, shown):
    Entitlement.objects.update(**values)
    assert f'data-label="Return until">{shown}</td>' in get()


def test_S54_searchable_by_product_name(shop, get):
    shop.buy(needs_key=False, title="SQL Server Enterprise")
    assert len(tagged(get(q="sql server"), "sw-line")) == 1
    assert "Nothing matches" in get(q="BizTalk")


def test_S55_the_order_id_is_there_to_copy(get, line):
    assert f'data-copy="{line.order_id}"' in get()


def test_S24_expanding_changes_the_state_and_the_address(get, line):
    (closed,) = tagged(get(), "sw-expand")
    assert 'aria-expanded="false"' in closed
    text = get(line=line.pk)
    (opened,) = tagged(text, "sw-expand")
    assert 'aria-expanded="true"' in opened
    assert f'id="line-{line.pk}-details"' in text


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["Select product", "Version", "Language", "File type/OS", "Submit"]),
        ("zh-hans", ["选择产品", "版本", "语言", "文件类型/OS", "提交"]),
    ],
)
def test_S25_three_drop_downs_in_order_in_both_languages(get, line, language, labels):
    text = get(speak=language, line=line.pk)
    details = text[text.index(f"line-{line.pk}-details") :]
    places = [details.index(f">{label}<") for label in labels]
    assert places == sorted(places)
    assert details.count("<select") == 3


def test_S26_a_version_narrows_languages_and_file_types(get, line):
    build.file(version="2022", language="German")
    build.file(version="2022", language="English", file_type="EXE")
    free = get(line=line.pk)
    assert (options(free, "version"), options(free, "language")) == (
        ["2022", "2019"],
        ["English", "German"],
    )
    narrowed = get(line=line.pk, version="2022", language="German")
    assert options(narrowed, "file_type") == ["ISO, x64"]
    assert chosen(narrowed, "version") == ["2022"]
    assert options(get(line=line.pk, version="2019"), "language") == ["English"]


def test_S26_a_choice_that_stands_alone_is_made(get, line):
    text = get(line=line.pk)
    assert [chosen(text, n) for n in ("version", "language", "file_type")] == [
        ["2019"],
        ["English"],
        ["ISO, x64"],
    ]


def test_S26_an_impossible_combination_is_refused(get, line):
    build.file(version="2022", language="German")
    text = get(status=400, line=line.pk, **CHOSEN | {"language": "German"})
    assert tagged(text, "sw-result") == []


def test_S27_no_results_before_submit_and_exactly_the_chosen_after(get, line):
    build.file(language="German")
    assert tagged(get(line=line.pk), "sw-result") == []
    text = get(line=line.pk, **CHOSEN)
    assert len(tagged(text, "sw-result")) == 1
    assert "server-2019-English.iso" in text
    assert "server-2019-German.iso" not in text


def test_S27_submit_without_a_choice_names_it(get, line):
    build.file(language="German")
    text = get(status=400, line=line.pk, version="2019", show="1")
    assert "This field is required." in text


def test_S28_the_button_is_on_a_result_row_only(get, line):
    assert tagged(get(line=line.pk), "sw-get-keys") == []
    assert len(tagged(get(line=line.pk, **CHOSEN), "sw-get-keys")) == 1


def test_S28_the_post_shows_key_download_link_and_meter(shop, get, client, address, line):
    get()
    answer = post(client, address, line, shop.file)
    text = answer.content.decode()
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    assert shop.key in text
    assert f"•••••-•••••-•••••-•••••-{shop.key[-5:]}" in text
    for testid in ("sw-download", "sw-copy-link", "sw-copy-key", "sw-meter"):
        assert len(tagged(text, testid)) == 1, testid
    assert "0 of 50 downloads · expires 24 Jan 2020 09:30 UTC (in 14 days)" in text
    assert shop.file.sha256 in text
    assert "Access is recorded in the activity log." in text


def test_S28_the_key_is_on_no_page_that_is_got(shop, get, client, address, line):
    get()
    post(client, address, line, shop.file)
    query = {"line": line.pk, **CHOSEN, "panel": "keys", "file": shop.file.pk}
    for page in (get(), get(line=line.pk, **CHOSEN), get(**query)):
        assert shop.key not in page
        assert "/dl/" not in page


def test_S33_a_dead_link_says_what_to_do_and_offers_the_button(shop, get, client, address, line):
    get()
    post(client, address, line, shop.file)
    DownloadLink.objects.update(used=50)
    text = get(line=line.pk, panel="keys", file=shop.file.pk)
    assert len(tagged(text, "sw-dead")) == 1
    assert "Select Get keys and downloads to enable another two weeks or 50 downloads." in text
    assert "50 of 50 downloads" in text
    assert len(tagged(text, "sw-get-keys")) == 2


def test_S31_the_panel_says_that_a_link_has_expired(shop, get, client, address, line, travel):
    get()
    post(client, address, line, shop.file)
    travel.shift(timedelta(days=14))
    text = get(line=line.pk, panel="keys", file=shop.file.pk)
    assert "This link has expired." in text
    assert "expired 24 Jan 2020 09:30 UTC" in text


@pytest.mark.parametrize("role", ["global_admin", "sales_agent", "helpdesk_agent"])
def test_S20_others_see_the_button_off_with_the_reason(get, line, role):
    text = get(role, line=line.pk, **CHOSEN)
    (button,) = tagged(text, "sw-get-keys")
    assert 'aria-disabled="true"' in button
    assert "needs Admin agent" in text


@pytest.mark.parametrize("role", ["global_admin", "sales_agent", "helpdesk_agent"])
def test_S20_typing_the_address_is_refused_too(shop, get, client, address, line, role):
    text = get(role, status=403, line=line.pk, panel="keys", file=shop.file.pk)
    assert "Admin agent" in text
    answers = [
        client.get(f"{address}/{line.pk}/keys?file={shop.file.pk}"),
        post(client, address, line, shop.file),
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert [shop.key in answer.content.decode() for answer in answers] == [False, False]
    assert [r.status for r in ActivityRecord.objects.all()] == ["failed"]


@pytest.mark.parametrize("role", ["billing_admin", "account_admin", "user_management_admin"])
def test_S3_who_may_not_see_software_is_told_the_roles(get, role):
    assert "Admin agent" in get(role, status=403)


def test_S35_a_deep_link_lands_on_the_first_unfinished_step(get, line):
    for query in ({"panel": "keys"}, {"panel": "keys", "file": "nonsense"}):
        text = get(line=line.pk, **query)
        assert tagged(text, "sw-panel") == []
        assert len(tagged(text, "sw-submit")) == 1


def test_S35_reloading_the_answer_leads_to_the_panel(shop, get, client, address, line):
    get()
    answer = client.get(f"{address}/{line.pk}/keys?file={shop.file.pk}", follow=True)
    assert len(tagged(answer.content.decode(), "sw-panel")) == 1


def test_S19_a_pending_line_says_preparing_and_has_no_button(shop, get):
    text = get(line=shop.buy().pk)
    assert len(tagged(text, "sw-preparing")) == 1
    assert tagged(text, "sw-get-keys") + tagged(text, "sw-submit") == []


def test_S19_a_post_on_a_pending_line_says_why_not(shop, get, client, address):
    get()
    answer = post(client, address, shop.buy(), shop.file, follow=True)
    assert "The order is still being prepared." in answer.content.decode()


def test_ESU_has_a_key_only(shop, get, client, address):
    ids = ("DG7GMGF0ESU1", "0001")
    build.sku(ids, title="ESU")
    (key,) = build.keys(ids=ids)
    line = shop.buy(ids=ids)
    text = get(line=line.pk)
    assert (len(tagged(text, "sw-get-keys")), "<select" in text) == (1, False)
    assert key in post(client, address, line).content.decode()


def test_a_plan_has_neither_key_nor_download(shop, get):
    ids = ("DG7GMGF0PLAN", "0001")
    build.sku(ids, kind="software_plan", title="SUSE")
    text = get(line=shop.buy(ids=ids, needs_key=False).pk)
    assert tagged(text, "sw-get-keys") == []
    assert escape("This product has neither a key nor a download") in text


def test_a_cancelled_line_shows_no_key(shop, get, line):
    services.revoke(partner=shop.partner, order_id=line.order_id, line_numbers=[0], at=START)
    text = get(line=line.pk)
    assert len(tagged(text, "sw-cancelled")) == 1
    assert tagged(text, "sw-get-keys") == []


def test_a_line_of_another_customer_is_not_found(shop, get):
    other = shop.buy(needs_key=False, customer=build.customer(shop.partner, "Northwind"))
    get(status=404, line=other.pk)


def test_S5_reservations_have_a_link_to_the_azure_portal(shop, client, address):
    shop.buy(needs_key=False, kind="reservation", title="Reserved VM Instance")
    client.force_login(shop.user("admin_agent"))
    text = client.get(address.replace("/software", "/reservations")).content.decode()
    (manage,) = tagged(text, "reservation-manage")
    assert 'href="https://portal.azure.com"' in manage
    assert 'rel="noopener"' in manage
    assert "Windows Server CAL" not in text


@pytest.mark.parametrize("rows", [1, 3])
def test_statements_do_not_grow_with_rows(shop, get, line, rows):
    for number in range(rows - 1):
        shop.buy(needs_key=False)
        build.file(language=f"L{number}")
    with CaptureQueriesContext(connection) as asked:
        get(line=line.pk, **CHOSEN)
    ours = [q["sql"] for q in asked if '"software_' in q["sql"] or '"catalog_' in q["sql"]]
    assert len(ours) == 4


@pytest.mark.parametrize("rows", [1, 3])
def test_reservations_are_read_by_one_statement(shop, client, address, rows):
    for _ in range(rows):
        shop.buy(needs_key=False, kind="reservation")
    client.force_login(shop.user("admin_agent"))
    with CaptureQueriesContext(connection) as asked:
        text = client.get(address.replace("/software", "/reservations")).content.decode()
    assert len(tagged(text, "reservation-manage")) == rows
    assert len([q for q in asked if '"software_' in q["sql"]]) == 1
