import pytest
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire import etag
from partnercenter.lib.wire.etag import ANY_VERSION, IfMatch


def asked(body=None, **headers):
    request = APIRequestFactory().put("/", body, format="json", **headers)
    return etag.asked(Request(request, parsers=[JSONParser()]))


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ('"7"', ("7",)),
        ('W/"7"', ("7",)),
        ("7", ("7",)),
        ('"7", W/"8"', ("7", "8")),
        ('"a b"', ("a b",)),
        ("*", ("*",)),
    ],
)
def test_the_header_names_versions(header, tags):
    assert asked({}, HTTP_IF_MATCH=header) == IfMatch(tags, 412)


@pytest.mark.parametrize(
    "body",
    [
        {"attributes": {"etag": "7"}},
        {"Attributes": {"Etag": "7", "ObjectType": "Order"}},
        {"attributes": {"etag": '"7"'}},
    ],
)
def test_the_body_names_one_in_every_spelling(body):
    assert asked(body) == IfMatch(("7",), 400)


def test_the_header_comes_before_the_body():
    body = {"attributes": {"etag": "7"}}
    assert asked(body, HTTP_IF_MATCH='"8"') == IfMatch(("8",), 412)


@pytest.mark.parametrize(
    "body",
    [{}, [], {"attributes": None}, {"attributes": {"etag": ""}}, {"attributes": {"etag": 5}}],
)
def test_without_a_tag_every_version_will_do(body):
    assert asked(body) == ANY_VERSION
    ANY_VERSION.check(3)


@pytest.mark.parametrize("condition", [IfMatch(("3",)), IfMatch(("2", "3"), 412), IfMatch(("*",))])
def test_a_version_that_is_named_passes(condition):
    condition.check(3)


@pytest.mark.parametrize(("status", "field"), [(400, "attributes.etag"), (412, "If-Match")])
def test_another_version_is_refused_with_2055(status, field):
    with pytest.raises(Invalid) as refused:
        IfMatch(("2",), status).check(3)
    assert (refused.value.code, refused.value.status, refused.value.data) == (2055, status, [field])


def test_the_answer_says_its_version_in_the_header_too():
    answer = etag.tagged(Response({"attributes": {"etag": "3"}}))
    assert answer["ETag"] == '"3"'
    assert "ETag" not in etag.tagged(Response({"attributes": {"objectType": "Order"}}))
