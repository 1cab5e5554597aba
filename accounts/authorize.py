"""Where a user lets an application act in his name: v1 and v2, around django-allauth's view.

Nothing but known parameters of good form reaches the library; what it sends back goes to the
application in the way it asked for, in the original's words.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from allauth.idp.oidc.views import AuthorizationView
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from accounts import aadsts, grants
from accounts.aadsts import NOT_STORED, TokenRefusal
from accounts.authorize_asks import Ask, Refused, read_ask
from accounts.middleware import CHANGE_PASSWORD
from accounts.models import User
from accounts.permissions import ROLE_NAMES, public
from accounts.rules import Role


class Authorize(AuthorizationView):  # type: ignore[misc]  # allauth has no types
    """Sign-in, consent, and the answer to the application."""

    ask: Ask
    v1 = False

    def dispatch(self, request: HttpRequest, *_args: Any, tenant: str, **_kwargs: Any) -> Any:
        if request.method == "POST" and "request" not in request.POST:
            return HttpResponseRedirect(f"{request.path}?{request.POST.urlencode()}")
        try:
            self.ask = read_ask(request, tenant, v1=self.v1)
            if self.ask.refused:
                raise self.ask.refused
            self._check_user(request)
        except Refused as refused:
            return self._send({"error": refused.error, "error_description": refused.text})
        except TokenRefusal as refusal:
            return _page(request, refusal)
        if isinstance(request.user, User) and request.user.must_change_password:
            return redirect(CHANGE_PASSWORD)
        request.GET = self.ask.query  # type: ignore[assignment]
        request.META["QUERY_STRING"] = self.ask.query.urlencode()
        response = super().dispatch(request)
        return self._delivered(response)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The answer to the consent; it must be about what the address is about."""
        try:
            _scopes, known = Signer().unsign_object(request.POST["request"])
        except BadSignature:
            known = {}
        same = (known.get("client_id"), known.get("redirect_uri"))
        if same != (self.ask.app.client_id, self.ask.redirect_uri):
            return HttpResponseRedirect(request.get_full_path())
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = self.request.user.roles
        roles = [ROLE_NAMES[role] for role in Role if role in held]
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"app": self.ask.app, "roles": roles}

    def _check_user(self, request: HttpRequest) -> None:
        """Only users of the application's own tenant; silently only those who consented."""
        user, app = request.user, self.ask.app
        silent = "none" in self.ask.query.get("prompt", "").split()
        if not isinstance(user, User):
            if silent:
                raise Refused("login_required")
        elif user.partner_id != app.partner_id:
            raise aadsts.no_user_in_tenant(user.email, str(app.partner_id))
        elif silent and not grants.has_family(user.pk, app):
            raise Refused("consent_required")

    def _delivered(self, response: HttpResponse) -> HttpResponse:
        """The library's answer, led to the application where it is one for it."""
        target = response.get("Location", "")
        own = urlsplit(self.ask.redirect_uri)
        if not target.startswith(self.ask.redirect_uri):
            if response.status_code == 200:  # noqa: PLR2004 - the consent page
                _let_forms_go_to(response, self.ask.redirect_uri)
            return _not_stored(response)
        parts = urlsplit(target)
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        for name, _value in parse_qsl(own.query, keep_blank_values=True):
            given.pop(name, None)
        return self._send(given | dict(parse_qsl(parts.fragment, keep_blank_values=True)))

    def _send(self, values: dict[str, str]) -> HttpResponse:
        """Parameters for the application, by the way it asked for."""
        if error := values.get("error"):
            text = values.get("error_description", "")
            said = aadsts.from_oauth(error, text, 400).body(self.request)
            values = {"error": error, "error_description": said["error_description"]}
        if self.ask.state:
            values["state"] = self.ask.state
        uri, mode = self.ask.redirect_uri, self.ask.response_mode
        if mode == "form_post":
            context = {"redirect_uri": uri, "values": values, "app": self.ask.app}
            page = render(self.request, "accounts/form_post.html", context)
            _let_forms_go_to(page, uri)
            return _not_stored(page)
        mark = "#" if mode == "fragment" else "&" if urlsplit(uri).query else "?"
        answer = HttpResponse(status=302, headers={"Location": f"{uri}{mark}{urlencode(values)}"})
        return _not_stored(answer)


def _page(request: HttpRequest, refusal: TokenRefusal) -> HttpResponse:
    """What cannot be sent to the application, because it is not known which it is."""
    body = refusal.body(request)
    page = render(request, "accounts/authorize_refused.html", body, status=refusal.status)
    return _not_stored(page)


def _let_forms_go_to(response: HttpResponse, uri: str) -> None:
    """The answer to a form may lead, by redirect, to the application's address and no other."""
    parts = urlsplit(uri)
    allowed = {"form-action": [f"{parts.scheme}://{parts.netloc}"]}
    response._csp_update = allowed  # type: ignore[attr-defined]  # noqa: SLF001 - as django-csp does


def _not_stored(response: HttpResponse) -> HttpResponse:
    for name, value in NOT_STORED.items():
        response[name] = value
    return response


# The view checks the token of its own form.
authorize_v1 = csrf_exempt(public(Authorize.as_view(v1=True)))
authorize_v2 = csrf_exempt(public(Authorize.as_view()))
