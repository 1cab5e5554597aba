"""Visible words in a template that no translation tag holds."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

VISIBLE = frozenset(
    {"title", "aria-label", "aria-description", "placeholder", "alt", "label", "data-label"}
)
# Elements whose text nobody reads, and those without an end tag.
SILENT = frozenset({"script", "style"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"})
VOID |= {"source", "track", "wbr", "path", "circle", "rect", "use"}
LETTERS = re.compile(r"[^\W\d_]")
# A text handed to a component as a plain string instead of _("…").
ARGUMENT = re.compile(r"\b(?:text|label|title|heading|reason|help|empty|close_text)=\"[^\"]*\"")
FIRST_IS_TEXT = re.compile(r"^(?:action|crumb)\s+\"")
HIDDEN_BLOCKS = {
    "blocktranslate": "endblocktranslate",
    "blocktrans": "endblocktrans",
    "comment": "endcomment",
}


def stray_words(template: str) -> list[tuple[int, str]]:
    """Line and words of each stray text, in order.

    Elements with ``translate="no"`` or a ``lang`` of their own are left alone, ``<html>`` apart.
    """
    reader = _Reader()
    arguments: list[tuple[int, str]] = []
    reader.feed("".join(_html(template, arguments)))
    reader.close()
    return sorted([*reader.found, *arguments])


def _html(template: str, arguments: list[tuple[int, str]]) -> Iterator[str]:
    """The template's HTML with its tags blanked out, line for line."""
    until = ""
    for token in Lexer(template).tokenize():
        if until:
            until = "" if _closes(token, until) else until
        elif token.token_type is TokenType.TEXT:
            yield token.contents
            continue
        elif token.token_type is TokenType.BLOCK:
            until = _end_of_hidden(token.contents.split())
            arguments += _plain_arguments(token)
        yield "\n" * token.contents.count("\n")


def _end_of_hidden(words: list[str]) -> str:
    """The tag that ends what nobody reads: a translated text, a comment, a block of class names."""
    if words[0] == "block" and words[1].endswith("_class"):
        return "endblock"
    return HIDDEN_BLOCKS.get(words[0], "")


def _closes(token: Token, until: str) -> bool:
    return token.token_type is TokenType.BLOCK and token.contents.split()[0] == until


def _plain_arguments(token: Token) -> list[tuple[int, str]]:
    found = [
        match[0]
        for match in ARGUMENT.finditer(token.contents)
        if LETTERS.search(match[0].split("=", 1)[1])
    ]
    if FIRST_IS_TEXT.match(token.contents):
        found.append(token.contents)
    return [(token.lineno or 0, words) for words in found]


class _Reader(HTMLParser):
    """Collects text nodes and visible attributes with letters in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        own = tag != "html" and ("lang" in values or values.get("translate") == "no")
        if not own and not self._is_left_alone():
            for name in VISIBLE.intersection(values):
                self._note(values[name] or "")
        if tag not in VOID:
            self.open.append((tag, own or tag in SILENT))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index][0] == tag:
                del self.open[index:]
                return

    def handle_data(self, data: str) -> None:
        if not self._is_left_alone():
            self._note(data)

    def _is_left_alone(self) -> bool:
        return any(alone for _, alone in self.open)

    def _note(self, text: str) -> None:
        if LETTERS.search(text):
            before = text[: len(text) - len(text.lstrip())]
            line, _ = self.getpos()
            self.found.append((line + before.count("\n"), " ".join(text.split())))
