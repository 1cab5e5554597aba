"""The numbers that a new order gets, in the forms of the public service's."""

import secrets
import string


def order_id() -> str:
    """33 characters that end in 1."""
    return secrets.choice(string.ascii_letters) + secrets.token_urlsafe(24)[:31] + "1"


def alternate_id() -> str:
    """12 hexadecimal digits, as invoices name the order."""
    return secrets.token_hex(6)
