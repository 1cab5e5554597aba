from typing import cast

from accounts.actors import Actor
from customers.scope import CustomerScoped


class Scoped(CustomerScoped):
    """A view under a customer that knows who acts."""

    @property
    def by(self) -> Actor:
        """The token's holder; ``CustomerScoped`` lets nobody else in."""
        return cast("Actor", self.request.user)
