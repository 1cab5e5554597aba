"""``manage.py translations``: what it finds in sources, and what it refuses."""

import gettext
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from partnercenter.lib import catalogs
from partnercenter.lib.stray import stray_words

VIEW = """
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

ADD = gettext_lazy("Add customer")


def text(number):
    return [
        _("Buy"),
        ngettext("%(number)s licence", "%(number)s licences", number),
        pgettext("a dialog", "Close"),
    ]
"""
PAGE = """{% extends "base.html" %}
{% block title %}{% translate "Software" %}{% endblock %}
{% block content %}
  {% action _("Submit") url %}
    {% blocktranslate trimmed count days=left %}
      {{ days }} day left
    {% plural %}
      {{ days }} days left
    {% endblocktranslate %}
{% endblock %}
"""
TRANSLATIONS = {
    "Add customer": "添加客户",
    "Buy": "购买",
    "%(number)s licence": ("%(number)s 个许可证",),
    "Close": "关闭",
    "Software": "软件",
    "Submit": "提交",
    "%(days)s day left": ("还剩 %(days)s 天",),
}


@pytest.fixture
def project(tmp_path, settings) -> Path:
    """A little product with one view and one page."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/views.py").write_text(VIEW, "utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text(PAGE, "utf-8")
    return tmp_path


@pytest.fixture
def translate(project):
    """Give messages their Chinese, all of them unless told."""

    def fill(known=TRANSLATIONS, **more) -> None:
        path = project / "locale/zh_Hans/LC_MESSAGES/django.po"
        catalog = catalogs.read(path, "zh_Hans")
        for message in catalog:
            first = message.id if isinstance(message.id, str) else message.id[0]
            message.string = {**known, **more}.get(first, message.string)
        catalogs.write(catalog, path)

    return fill


def check() -> list[str]:
    with pytest.raises(CommandError) as refused:
        call_command("translations", "--check")
    return str(refused.value).splitlines()[:-1]


def update() -> None:
    call_command("translations", "--update", verbosity=0)


def test_check_names_each_untranslated_message_with_its_line(project):
    update()
    assert check() == [
        "shop/views.py:10: not translated: 'Buy'",
        "shop/views.py:11: not translated: '%(number)s licence'",
        "shop/views.py:12: not translated: 'Close'",
        "shop/views.py:5: not translated: 'Add customer'",
        "templates/page.html:2: not translated: 'Software'",
        "templates/page.html:4: not translated: 'Submit'",
        "templates/page.html:5: not translated: '%(days)s day left'",
    ]


def test_check_is_content_when_all_is_translated(project, translate):
    update()
    translate()
    call_command("translations", "--check")


def test_message_that_was_never_extracted_is_named(project, translate):
    update()
    translate()
    (project / "shop/more.py").write_text('from x import _\n\nNEW = _("New")\n', "utf-8")
    assert check() == ["shop/more.py:3: not in the catalog: 'New'"]


def test_message_that_no_source_uses_is_named_until_the_next_update(project, translate):
    update()
    translate()
    (project / "shop/views.py").write_text("", "utf-8")
    assert check() == [
        f"shop/views.py: no source uses it: '{text}'"
        for text in ("%(number)s licence", "Add customer", "Buy", "Close")
    ]
    update()
    call_command("translations", "--check")


def test_fuzzy_translation_is_refused(project, translate):
    update()
    translate()
    path = project / "locale/zh_Hans/LC_MESSAGES/django.po"
    path.write_text(
        path.read_text("utf-8").replace('msgid "Buy"', '#, fuzzy\nmsgid "Buy"'), "utf-8"
    )
    assert check() == ["shop/views.py:10: fuzzy: 'Buy'"]


def test_translation_that_lost_a_placeholder_is_refused(project, translate):
    update()
    translate(**{"%(days)s day left": ("还剩几天",)})
    assert check() == ["templates/page.html:5: placeholders differ: '%(days)s day left'"]


def test_update_keeps_translations_and_writes_the_same_file_again(project, translate):
    update()
    translate()
    path = project / "locale/zh_Hans/LC_MESSAGES/django.po"
    before = path.read_bytes()
    update()
    assert path.read_bytes() == before


def test_compiled_catalog_speaks(project, translate):
    update()
    translate()
    call_command("translations", "--compile")
    with (project / "locale/zh_Hans/LC_MESSAGES/django.mo").open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    assert spoken.gettext("Buy") == "购买"
    assert spoken.pgettext("a dialog", "Close") == "关闭"
    assert spoken.ngettext("%(number)s licence", "%(number)s licences", 3) == "%(number)s 个许可证"


def test_word_outside_of_translation_is_named_with_its_line(project, translate):
    update()
    translate()
    (project / "templates/bare.html").write_text("<p>\n  Hello {{ name }}\n</p>", "utf-8")
    assert check() == ["templates/bare.html:2: not in a translation tag: 'Hello'"]


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>{{ name }} · 12 – {% translate 'Days' %}</p>", []),
        ("{% blocktranslate %}Hello{% endblocktranslate %}", []),
        ("{% comment %}Hello{% endcomment %}{# Hello #}", []),
        ("<script>let hello</script><style>p {}</style>", []),
        ('<a title="Hello" href="/hello">1</a>', [(1, "Hello")]),
        ('<input aria-label="{% translate "Find" %}" placeholder="Find">', [(1, "Find")]),
        ('<td data-label="Price">1</td>', [(1, "Price")]),
        ("<p>&nbsp;&times;</p>\n<b>客户</b>", [(2, "客户")]),
        ('<button lang="en" title="English">EN</button>', []),
        ('<html lang="en"><p>Hello</p></html>', [(1, "Hello")]),
        ('<code translate="no">msgid</code><p>Hello</p>', [(1, "Hello")]),
        ('{% action "Buy" url %}', [(1, 'action "Buy" url')]),
        ('{% action _("Buy") url label="now" %}', [(1, 'label="now"')]),
        (
            "{% block body_class %}plain{% endblock %}{% block body %}plain{% endblock %}",
            [(1, "plain")],
        ),
        ('<p class="{% if x %}on{% endif %}">{% if x %}<br>{% endif %}</p>', []),
    ],
)
def test_stray_words(template, found):
    assert stray_words(template) == found
