"""Fresh secrets, each shown once."""

import secrets

# Without letters and digits that are taken for each other when read aloud.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 5
SECRET_BYTES = 32


def temporary() -> str:
    """A password to hand over once: ``k7mwq-…`` of 99 random bits."""
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS)
    )


def client_secret() -> str:
    """An application's secret: 256 random bits in URL-safe text."""
    return secrets.token_urlsafe(SECRET_BYTES)
