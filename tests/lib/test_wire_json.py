import json as stdlib
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire import body, dates, filters, json, links


def test_a_decimal_keeps_its_digits():
    amounts = [Decimal("12.10"), Decimal("0.00"), Decimal("1E+2"), Decimal("123456789012345.67")]
    assert json.dumps(amounts) == b"[12.10,0.00,100,123456789012345.67]"


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_not_written(value):
    with pytest.raises(TypeError):
        json.dumps({"a": Decimal(value)})


def test_nulls_are_left_out_at_every_depth():
    data = {"a": None, "b": [{"c": None, "d": ""}], "e": {"f": None}, "g": 0, "h": False}
    assert json.dumps(data) == b'{"b":[{"d":""}],"e":{},"g":0,"h":false}'


def test_instants_ids_and_lazy_texts():
    data = [
        datetime(2026, 11, 15, 10, 41, 51, tzinfo=UTC),
        UUID(int=1),
        gettext_lazy("Home"),
    ]
    assert stdlib.loads(json.dumps(data)) == [
        "2026-11-15T10:41:51Z",
        "00000000-0000-0000-0000-000000000001",
        "Home",
    ]


@pytest.mark.parametrize("raw", [b"", b"  ", b"null", b'"success"', b"{}", b"\xef\xbb\xbf{}"])
def test_no_body_is_an_empty_object(raw):
    assert json.loads(raw) == {}


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"5",
        b"true",
        b'"x"',
        b"NaN",
        b"[1e400]",
        b'{"a":Infinity}',
        b'{"a":"\\u0000"}',
        b'{"\\u0000":1}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b"[" * 33 + b"]" * 33,
        b"[" * 5000 + b"]" * 5000,
    ],
)
def test_what_nobody_means_is_refused(raw):
    with pytest.raises(Invalid) as refused:
        json.loads(raw)
    assert refused.value.code == 800002


def test_32_levels_are_read():
    assert json.loads(b"[" * 32 + b"]" * 32)


def test_what_was_written_reads_back_as_plain_types():
    assert json.plain({"a": Decimal("1.50"), "b": None}) == {"a": 1.5}


class Contact(body.Body):
    first_name = serializers.CharField()
    kind = serializers.ChoiceField(["person", "none_at_all"], required=False)
    born = body.Instant(required=False)


@pytest.mark.parametrize(
    "sent",
    [
        {"firstName": "Kim"},
        {"FirstName": "Kim"},
        {"first_name": "Kim"},
        {"FIRSTNAME": "Kim", "firstName": None, "unknown": {"x": 1}},
        {"FirstName": "Kim", "Kind": "unknown", "Born": "0001-01-01T00:00:00"},
        {"FirstName": "Kim", "Kind": "none", "Born": None},
    ],
)
def test_names_in_any_case_and_fillers_as_absent(sent):
    contact = Contact(data=sent)
    assert contact.is_valid()
    assert contact.validated_data == {"first_name": "Kim"}


def test_a_wrong_choice_is_still_wrong():
    assert not Contact(data={"firstName": "Kim", "kind": "robot"}).is_valid()
    assert not Contact(data=["Kim"]).is_valid()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-15T10:41:51Z", datetime(2026, 11, 15, 10, 41, 51, tzinfo=UTC)),
        ("2026-11-15T10:41:51.1234567+01:00", datetime(2026, 11, 15, 9, 41, 51, 123456, UTC)),
        ("2026-11-15T10:41:51", datetime(2026, 11, 15, 10, 41, 51, tzinfo=UTC)),
        ("2026-11-15", datetime(2026, 11, 15, tzinfo=UTC)),
        ("11/15/2026 10:41:51", datetime(2026, 11, 15, 10, 41, 51, tzinfo=UTC)),
        ("6/1/2017 12:00:00 AM", datetime(2017, 6, 1, tzinfo=UTC)),
        ("2026-11-319", datetime(2026, 11, 15, tzinfo=UTC)),
        ("2026-02-32", datetime(2026, 2, 1, tzinfo=UTC)),
    ],
)
def test_the_date_forms_of_the_clients(text, instant):
    assert dates.parse(text, field="startDate") == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-13-01",
        "2026-10-319",
        "2026-11-900",
        "31/12/2026",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-15T10:41:51+25:00",
        "0000-00-00",
        "1521000000",
    ],
)
def test_no_date_is_refused_naming_the_field(text):
    with pytest.raises(Invalid, match="startDate"):
        dates.parse(text, field="startDate")


def test_instants_are_written_in_utc():
    local = datetime(2026, 11, 15, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    assert dates.iso(local) == "2026-11-15T02:00:00Z"


def test_a_filter_in_the_spellings_of_the_clients():
    expected = filters.Filter("companyname", "Al", "startswith")
    for text in (
        '{"Field":"CompanyName","Value":"Al","Operator":"starts_with"}',
        '{"value":"Al","field":"companyName","fieldType":"text","operator":"StartsWith"}',
    ):
        assert filters.parse(text) == expected
    assert filters.parse(" ") is None


def test_addresses_in_links_are_valid_and_relative():
    address = links.uri("/customers", size=2, filter='{"Field":"a b"}', gone=None)
    assert address == "/customers?size=2&filter=%7B%22Field%22%3A%22a%20b%22%7D"
    assert links.link("/x", headers={"MS-ContinuationToken": "t"}) == {
        "uri": "/x",
        "method": "GET",
        "headers": [{"key": "MS-ContinuationToken", "value": "t"}],
    }
