"""What the Cancel dialog loads: the orders of a product, and each order's state (S45-S64)."""

from datetime import datetime, timedelta

import pytest

from orders import services
from software.models import Entitlement
from tests.orders import build

LEARN_MORE = "https://docs.microsoft.com/azure/virtual-machines/linux/prepay-suse-software-charges"
SECOND = timedelta(seconds=1)


@pytest.fixture
def api(shop):
    return shop.org.api("aa")


def ask(shop, placed, key="aa", query="", language=""):
    address = shop.api(f"/orders/{placed.pk}/cancellationeligibility{query}")
    headers = {"Accept-Language": language} if language else {}
    return shop.org.api(key).get(address, headers=headers)


def orders_of(shop, placed, key="aa"):
    line = Entitlement.objects.filter(order_id=placed.pk).earliest("line_number")
    return shop.org.api(key).get(shop.api(f"/software/{line.pk}/orders"))


def test_the_shape_of_an_order_that_can_be_cancelled(shop, travel):
    """P13: bought on 2 January 2020 for 3,650.00, seen on the 12th, 366 days of term, 356 left."""
    placed = shop.buy(build.offer("WSD", "3650.00"))
    travel.move_to(build.START.replace(day=12, hour=10, minute=12))
    found = ask(shop, placed).json()
    notes = found.pop("notes")
    assert found == {
        "eligible": True,
        "reason": "open",
        "daysRemaining": 50,
        "windowEnd": "2020-03-02T10:12:00Z",
        "creditPreview": {
            "subtotal": 3550.27,
            "tax": 0.0,
            "total": 3550.27,
            "currencyCode": "USD",
            "earlyTerminationFee": 0,
            "invoiceMonth": "2020-01",
        },
        "attributes": {"objectType": "CancellationEligibility"},
    }
    assert [note["kind"] for note in notes] == ["restriction", "postCancellation"]


@pytest.mark.parametrize(
    ("language", "restriction", "after"),
    [
        ("en", ["60 days", "Windows 7 Extended Security Updates 2020", "SUSE", "Admin agent",
                "customer support request"],
         ["15 minutes", "revoked", "stop using", "uninstall", "next monthly invoice", "100%"]),
        ("zh-Hans", ["60 天", "客户支持请求", "管理员代理", "扩展安全更新"],
         ["15 分钟", "吊销", "停止使用", "卸载", "月度发票", "100%"]),
    ],
)  # fmt: skip
def test_S45_S66_S71_both_notes_in_both_languages(shop, wsd, language, restriction, after):
    notes = ask(shop, shop.buy(wsd), language=language).json()["notes"]
    texts = {note["kind"]: note["text"] for note in notes}
    assert [word for word in restriction if word not in texts["restriction"]] == []
    assert [word for word in after if word not in texts["postCancellation"]] == []


def test_S47_S48_S64_esu_is_by_request_with_the_order_filled_in(shop):
    placed = shop.buy(build.offer("ESU"))
    found = ask(shop, placed).json()
    assert (found["eligible"], found["reason"], found["daysRemaining"]) == (False, "supportOnly", 0)
    path, _, query = found["supportRequestUrl"].partition("?")
    assert path.endswith("/dashboard/support/new")
    assert query == f"customer={shop.customer.pk}&order={placed.pk}"
    assert {"windowEnd", "creditPreview", "learnMoreUrl"} & set(found) == set()


def test_S49_S50_a_linux_plan_is_explained(shop):
    found = ask(shop, shop.buy(build.offer("SUSE"))).json()
    assert (found["eligible"], found["reason"]) == (False, "notCancellable")
    assert found["learnMoreUrl"] == LEARN_MORE
    assert "supportRequestUrl" not in found


def test_a_reservation_is_cancellable_in_a_sandbox_alone(shop, fabrikam_sandbox):
    offer = build.offer("RI")
    assert ask(shop, shop.buy(offer)).json()["reason"] == "notCancellable"
    with fabrikam_sandbox.visible():
        sandbox = build.shop(fabrikam_sandbox)
        found = ask(sandbox, sandbox.buy(offer)).json()
    assert (found["reason"], found["eligible"]) == ("open", True)
    assert found["creditPreview"]["total"] == 120


def test_S64_lines_of_different_states_need_more_information(shop):
    placed = shop.buy(build.offer("PERP"), build.offer("ESU"))
    whole = ask(shop, placed).json()
    assert (whole["eligible"], whole["reason"]) == (False, "needsMoreInformation")
    assert placed.pk in whole["supportRequestUrl"]
    each = [ask(shop, placed, query=f"?lineItemNumber={n}").json()["reason"] for n in (0, 1)]
    assert each == ["open", "supportOnly"]


@pytest.mark.parametrize(("number", "code"), [("2", 800071), ("x", 800002), ("9" * 20, 800002)])
def test_a_line_that_is_not_there_is_400(shop, wsd, number, code):
    found = ask(shop, shop.buy(wsd), query=f"?lineItemNumber={number}")
    assert (found.status_code, found.json()["code"]) == (400, code)


def test_an_order_that_is_cancelled_already(shop, wsd):
    placed = shop.buy(wsd)
    services.cancel_order(placed.order, by=shop.actor())
    found = ask(shop, placed).json()
    assert (found["eligible"], found["reason"], found["daysRemaining"]) == (
        False,
        "alreadyCancelled",
        0,
    )
    assert {"creditPreview", "supportRequestUrl"} & set(found) == set()


@pytest.mark.parametrize("key", ["ga", "sa", "ha", "ba", "uma", "acct", "ref", "mkt", "du"])
def test_S51_S57_what_the_dialog_loads_is_for_admin_agents(shop, wsd, key):
    placed = shop.buy(wsd)
    for response in (ask(shop, placed, key), orders_of(shop, placed, key)):
        assert (response.status_code, response.json()["code"]) == (403, 900150)
        assert "Admin agent" in response.json()["description"]


def test_S57_unknown_and_foreign_are_404(shop, api, tailspin, wsd):
    other = shop.buy(wsd, customer=build.customer(shop.org, "Other"))
    with tailspin.visible():
        theirs = build.shop(tailspin).buy(build.offer("WSD", market="AU"))
    with shop.org.visible():
        found = [
            api.get(shop.api(f"/orders/{order_id}/cancellationeligibility"))
            for order_id in ("nothing", other.pk, theirs.pk)
        ]
        assert {(each.status_code, each.json()["code"]) for each in found} == {(404, 20000)}
        assert len({each.json()["description"] for each in found}) == 1


def test_S55_S58_S60_the_order_number_list_is_the_order_history(shop, wsd, travel):
    placed = []
    for quantity in (1, 4):
        placed.append(shop.buy(wsd, quantity=quantity))
        travel.shift(build.days(1))
    shop.buy(build.offer("PERP"))
    shop.buy(wsd, customer=build.customer(shop.org, "Other"))
    services.cancel_order(placed[0].order, by=shop.actor())
    items = orders_of(shop, placed[1]).json()["items"]
    assert [(item["id"], item["quantity"], item["status"]) for item in items] == [
        (placed[1].pk, 4, "pending"),
        (placed[0].pk, 0, "cancelled"),
    ]
    assert items[0] == {
        "id": placed[1].pk,
        "lineItemNumbers": [0],
        "purchaseDate": "2020-01-03T10:12:00Z",
        "quantity": 4,
        "status": "pending",
        "returnableUntil": "2020-03-03T10:12:00Z",
        "attributes": {"objectType": "SoftwareOrder"},
    }
    api = shop.org.api("aa")
    history = api.get(shop.api("/orders")).json()["items"]
    name = build.PRODUCTS["WSD"][1]
    assert [item["id"] for item in items] == [
        order["id"] for order in history if order["lineItems"][0]["friendlyName"] == name
    ]
    referenced = api.get(shop.api("/entitlements")).json()["items"]
    assert {item["id"] for item in items} <= {e["referenceOrder"]["id"] for e in referenced}


def test_S58_an_order_with_the_product_twice_is_one_item(shop, wsd):
    placed = shop.buy(wsd, wsd)
    (item,) = orders_of(shop, placed).json()["items"]
    assert (item["id"], item["lineItemNumbers"], item["quantity"]) == (placed.pk, [0, 1], 2)


EDGES = [
    (0, SECOND * 0, 60),
    (0, SECOND, 60),
    (1, -SECOND, 60),
    (1, SECOND * 0, 59),
    (1, SECOND, 59),
    (10, SECOND * 0, 50),
    (59, -SECOND, 2),
    (59, SECOND * 0, 1),
    (59, SECOND, 1),
    (59, timedelta(hours=1), 1),
    (60, -SECOND, 1),
    (60, SECOND * 0, None),
    (60, SECOND, None),
    (61, -SECOND, None),
    (61, SECOND * 0, None),
    (61, SECOND, None),
]


def agree(shop, placed, remaining):
    """Whether the eligibility and the cancellation say what the edge says."""
    found = ask(shop, placed).json()
    done = shop.org.api("aa").patch(
        shop.api(f"/orders/{placed.pk}"), {"status": "cancelled"}, format="json"
    )
    if remaining is None:
        assert (found["reason"], found["daysRemaining"]) == ("windowPassed", 0)
        assert (done.status_code, done.json()["code"]) == (400, 900117)
    else:
        assert (found["reason"], found["daysRemaining"]) == ("open", remaining)
        assert done.status_code == 200


@pytest.mark.parametrize(("days", "rest", "remaining"), EDGES)
def test_S42_S44_S62_S63_edges_of_the_window(shop, wsd, travel, days, rest, remaining):
    placed = shop.buy(wsd)
    travel.shift(build.days(days) + rest)
    agree(shop, placed, remaining)


@pytest.mark.parametrize(("days", "rest", "remaining"), EDGES)
def test_S42_S44_edges_by_the_sandbox_clock(fabrikam_sandbox, travel, days, rest, remaining):
    org = fabrikam_sandbox
    with org.visible():
        sandbox = build.shop(org)
        placed = sandbox.buy(build.offer("WSD"))
        instant = build.START + build.days(days) + rest
        moved = org.api("aa").post("/v1/sandbox/clock", {"now": instant.isoformat()}, format="json")
        assert moved.json()["now"] == instant.isoformat().replace("+00:00", "Z")
        agree(sandbox, placed, remaining)


@pytest.mark.parametrize(
    "start",
    ["2020-02-29T00:00:00+00:00", "2019-12-31T23:59:59+00:00", "2020-03-08T06:59:59+00:00"],
)
def test_S42_the_window_is_60_times_24_hours(shop, wsd, travel, start):
    """29 February, the turn of the year, the night when clocks change: all the same."""
    travel.move_to(datetime.fromisoformat(start))
    placed = shop.buy(wsd)
    travel.shift(build.days(60) - SECOND)
    assert ask(shop, placed).json()["reason"] == "open"
    travel.shift(SECOND)
    assert ask(shop, placed).json()["reason"] == "windowPassed"


def test_the_preview_is_the_credit(shop, travel):
    for key in ("WSD", "PERP", "SQL"):
        placed = shop.buy(build.offer(key), quantity=3)
        travel.shift(timedelta(days=7, hours=15))
        preview = ask(shop, placed).json()["creditPreview"]["total"]
        done = services.cancel_order(placed.order, by=shop.actor())
        assert preview == float(done.credit.gross)
