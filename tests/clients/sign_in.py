"""What a person does in a browser: signs in, agrees, is sent back to the application."""

import html
import re
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

BACK = "https://client.example/back"


def answer_of(address: str, *, email: str, password: str) -> dict[str, str]:
    """The parameters that the application receives for the authorization address."""
    with requests.Session() as browser:
        page = browser.get(address)
        form = _form(page.text, "sign-in") | {"login": email, "password": password}
        page = browser.post(urljoin(page.url, "/signin"), form, headers={"Referer": page.url})
        form = _form(page.text, "consent") | {"action": "grant"}
        sent = browser.post(page.url, form, headers={"Referer": page.url}, allow_redirects=False)
    if sent.status_code == 302:
        target = sent.headers["Location"]
        assert target.startswith(BACK), target
        parts = urlsplit(target)
        return dict(parse_qsl(parts.query or parts.fragment))
    return {k: v[0] for k, v in _inputs(sent.text.partition("data-post")[2]).items()}


def _form(page: str, testid: str) -> dict[str, list[str]]:
    """The hidden fields of the form."""
    _before, found, rest = page.partition(f'data-testid="{testid}"')
    assert found, page
    return _inputs(rest.partition("</form>")[0])


def _inputs(text: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', text):
        name, value = (re.search(rf'\b{each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and value:
            fields.setdefault(name[1], []).append(html.unescape(value[1]))
    return fields
