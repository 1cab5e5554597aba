"""A user lets an application act in his name: the browser's part, and the application's."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from accounts import services
from tests.people import Organization

API = "https://api.partnercenter.microsoft.com"
GRAPH = "https://graph.windows.net"
BACK = "https://shop.example/back"
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


@dataclass
class Shop:
    """An application with an address for codes."""

    org: Organization
    app: Any
    secret: str

    def place(self, version: str, endpoint: str) -> str:
        return f"/{self.app.partner_id}/{version}/{endpoint}"

    def ask(self, browser: Any, version: str = "oauth2/v2.0", **changes: Any) -> Any:
        """The answer to the authorization request; None leaves a parameter out."""
        sent = {
            "client_id": self.app.client_id,
            "response_type": "code",
            "redirect_uri": BACK,
            "scope": f"{API}/.default openid profile offline_access",
            "state": "s-1",
        } | changes
        kept = {name: value for name, value in sent.items() if value is not None}
        return browser.get(self.place(version, "authorize"), kept)

    def agree(self, browser: Any, page: Any, *, action: str = "grant") -> Any:
        """The answer to the consent page's form."""
        form = page.context["form"]
        scopes = [value for value, _ in form.fields["scopes"].choices]
        sent = {"request": form["request"].value(), "scopes": scopes, "action": action}
        return browser.post(page.wsgi_request.get_full_path(), sent)

    def code(self, key: str = "aa", version: str = "oauth2/v2.0", **changes: Any) -> str:
        """A code for this user."""
        browser = self.org.browser(key)
        return sent_back(self.agree(browser, self.ask(browser, version, **changes)))["code"]

    def token(self, client: Any, version: str = "oauth2/v2.0", **changes: Any) -> Any:
        """The answer of the token endpoint to the application."""
        sent = {"client_id": self.app.client_id, "client_secret": self.secret} | changes
        kept = {name: value for name, value in sent.items() if value is not None}
        return client.post(self.place(version, "token"), kept)

    def redeem(self, client: Any, code: str, version: str = "oauth2/v2.0", **changes: Any) -> Any:
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK} | changes
        return self.token(client, version, **sent)

    def refresh(self, client: Any, value: str, version: str = "oauth2/v2.0", **more: Any) -> Any:
        sent = {"grant_type": "refresh_token", "refresh_token": value} | more
        return self.token(client, version, **sent)


def shop_of(org: Organization, *, uris: tuple[str, ...] = (BACK,), **settings: Any) -> Shop:
    """Registered by the Global admin, without a role of its own."""
    with org.visible():
        new = services.register_app(
            name="Shop", roles=[], redirect_uris=uris, by=org.actor("ga"), **settings
        )
    return Shop(org, new.app, new.client_secret)


def sent_back(response: Any) -> dict[str, str]:
    """What the application receives in the address, behind ``?`` or ``#``."""
    assert response.status_code == 302, response.content
    target = response["Location"]
    assert target.startswith(BACK)
    parts = urlsplit(target)
    return dict(parse_qsl(parts.fragment or parts.query))


def refusal(response: Any) -> tuple[int, str, list[int]]:
    body = response.json()
    return response.status_code, body["error"], body["error_codes"]
