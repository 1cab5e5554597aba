from contextlib import ExitStack

from django.http import HttpRequest

from accounts.actors import Actor


class ActorRequest(HttpRequest):
    """For annotations: a request whose actor is known, as behind ``@requires`` it is."""

    actor: Actor
    tenant_scope: ExitStack
