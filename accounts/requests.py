from contextlib import ExitStack

from django.http import HttpRequest, QueryDict

from accounts.actors import Actor


class ActorRequest(HttpRequest):
    """For annotations: a request whose actor is known, as behind ``@requires`` it is."""

    actor: Actor
    tenant_scope: ExitStack


def sent(request: HttpRequest) -> QueryDict | None:
    """The form's data where one was sent, even an empty one: no box checked is an answer too."""
    return request.POST if request.method == "POST" else None
