"""The theme: a cookie, so that the first paint is right without a script."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.permissions import public

COOKIE = "theme"
THEMES = frozenset({"light", "dark"})
YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """``light``, ``dark``, or empty for the system's own."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else ""


@public
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in a cookie and go back to the page; any other value means the system's."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            COOKIE,
            theme,
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
