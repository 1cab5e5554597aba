"""Bodies are described once and read many times, by every thread and in every language."""

import pytest
from django.utils import translation
from rest_framework import serializers

from orders.bodies import OrderBody
from partnercenter.lib.wire.body import Body


class Named(Body):
    """A body of one short text."""

    short_name = serializers.CharField(max_length=3)


def refusal(language: str) -> str:
    with translation.override(language), pytest.raises(serializers.ValidationError) as raised:
        Named.reader().run_validation({"shortName": "much too long"})
    return str(raised.value.detail["short_name"][0])


def test_a_reader_keeps_nothing_of_what_it_read():
    read = Named.reader().run_validation
    assert (read({"ShortName": "a"}), read({"short_name": "b"})) == (
        {"short_name": "a"},
        {"short_name": "b"},
    )


def test_each_body_has_a_reader_of_its_own():
    assert Named.reader() is Named.reader()
    assert isinstance(OrderBody.reader(), OrderBody)


def test_a_reader_answers_in_the_language_of_the_request():
    texts = [refusal(language) for language in ("en", "zh-hans", "en")]
    assert texts[0] == texts[2] == "Ensure this field has no more than 3 characters."
    assert texts[1] != texts[0]
