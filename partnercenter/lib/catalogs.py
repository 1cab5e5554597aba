"""Message catalogs without gettext's programs: extract, compare, compile, and find stray words."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from partnercenter.lib.stray import stray_words

# Besides gettext's own names, Django's lazy ones; a number is the position of a message.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SKIPPED = frozenset({"tests", "migrations", "node_modules"})
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


class Finding(NamedTuple):
    """Something that keeps the product from speaking both languages."""

    place: str
    trouble: str

    def __str__(self) -> str:
        return f"{self.place}: {self.trouble}"


def sources(root: Path) -> Iterator[Path]:
    """Our own Python files and templates below ``root``, in a stable order."""
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html"), *root.rglob("*.txt")]):
        parts = path.relative_to(root).parts
        if SKIPPED.intersection(parts) or any(part.startswith(".") for part in parts):
            continue
        if path.suffix == ".py" or "templates" in parts:
            yield path


def extracted(root: Path) -> Catalog:
    """Every message of the sources, with the places that use it."""
    catalog = Catalog(project="partnercenter", charset="utf-8")
    for path in sources(root):
        place = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Indentation of a template means nothing, but the Python reader would stumble over it.
            lines = templatize(text, origin=place).splitlines()
            text = "\n".join(line.lstrip() for line in lines)
        found = extract(
            "python", io.BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"}
        )
        for line, message, comments, context in found:
            catalog.add(message, locations=[(place, line)], auto_comments=comments, context=context)
    return catalog


def read(path: Path, locale: str) -> Catalog:
    """The catalog in a ``.po`` file; an empty one if there is no such file."""
    if not path.exists():
        return Catalog(locale=locale, project="partnercenter", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def merged(old: Catalog, fresh: Catalog) -> Catalog:
    """The fresh messages with the old translations; what no source uses any more is gone."""
    catalog = Catalog(
        locale=old.locale, project="partnercenter", charset="utf-8", fuzzy=False, header_comment=""
    )
    for message in fresh:
        if not message.id:
            continue
        known = old.get(_msgid(message), message.context)
        catalog.add(
            message.id,
            string=known.string if known else None,
            locations=[(place, 0) for place in sorted({place for place, _ in message.locations})],
            flags=(message.flags | known.flags) if known else message.flags,
            context=message.context,
        )
    return catalog


def write(catalog: Catalog, path: Path) -> None:
    """Write the ``.po`` so that the same catalog always gives the same file."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, include_lineno=False, sort_output=True, omit_header=True)
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {catalog.locale_identifier}\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + out.getvalue())


def compile_to(catalog: Catalog, path: Path) -> None:
    """Write the ``.mo`` that Django reads; fuzzy translations stay out of it."""
    out = io.BytesIO()
    write_mo(out, catalog, use_fuzzy=False)
    if not path.exists() or path.read_bytes() != out.getvalue():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(out.getvalue())


def findings(root: Path, translated: Catalog) -> list[Finding]:
    """All that is missing, doubtful, left over or outside of translation, in reading order."""
    fresh = extracted(root)
    found = [
        Finding(_place(message), f"{trouble}: {_msgid(message)!r}")
        for message in fresh
        if message.id and (trouble := _trouble(message, translated))
    ]
    found += [
        Finding(_place(message), f"no source uses it: {_msgid(message)!r}")
        for message in [*translated, *translated.obsolete.values()]
        if message.id and fresh.get(_msgid(message), message.context) is None
    ]
    for path in sources(root):
        if path.suffix == ".html":
            place = path.relative_to(root).as_posix()
            found += [
                Finding(f"{place}:{line}", f"not in a translation tag: {words!r}")
                for line, words in stray_words(path.read_text(encoding="utf-8"))
            ]
    return sorted(found)


def _trouble(message: Message, translated: Catalog) -> str:
    known = translated.get(_msgid(message), message.context)
    if known is None:
        return "not in the catalog"
    strings = [known.string] if isinstance(known.string, str) else list(known.string or ())
    if not strings or not all(strings):
        return "not translated"
    if known.fuzzy:
        return "fuzzy"
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = _placeholders(ids[-1])
    if any(_placeholders(string) != wanted for string in strings):
        return "placeholders differ"
    return ""


def _placeholders(text: str) -> set[str]:
    return {match[0] for match in PLACEHOLDER.finditer(text)}


def _msgid(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _place(message: Message) -> str:
    places = [f"{place}:{line}" if line else place for place, line in message.locations]
    return places[0] if places else "django.po"
