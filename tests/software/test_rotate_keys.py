"""rotate_keys: everything under the newest encryption key, nothing lost."""

import base64
import secrets

import pytest
from cryptography.exceptions import InvalidTag
from django.core.management import CommandError, call_command

from software import downloads, services, vault
from software.rotation import rotate_keys
from tests.software import build

NAMES = ["key stocks", "entitlement keys", "download links"]


@pytest.fixture
def newer(settings):
    """A newer key before the present one; returns the setting without the old one."""
    key = f"k9:{base64.b64encode(secrets.token_bytes(32)).decode()}"
    settings.KEY_ENCRYPTION_KEYS = f"{key},{settings.KEY_ENCRYPTION_KEYS}"
    return key


@pytest.fixture
def got(shop, aa):
    build.keys(2)
    return services.get_keys_and_downloads(shop.line, shop.file, by=aa)


def test_seals_all_three_tables_anew(shop, got, newer):
    assert rotate_keys() == dict(zip(NAMES, [3, 1, 1], strict=True))
    assert rotate_keys() == dict(zip(NAMES, [0, 0, 0], strict=True))


def test_afterwards_the_old_key_can_go(shop, aa, got, newer, settings):
    rotate_keys()
    settings.KEY_ENCRYPTION_KEYS = newer
    again = services.get_keys_and_downloads(shop.line, shop.file, by=aa)
    assert (again.keys, again.download.token) == ([shop.key], got.download.token)
    assert downloads.find_link(got.download.token) == got.download.link
    assert shop.buy().status == "active"


def test_dry_run_only_counts(shop, got, newer, capsys):
    call_command("rotate_keys", "--dry-run")
    assert capsys.readouterr().out == "key stocks: 3\nentitlement keys: 1\ndownload links: 1\n"
    assert rotate_keys() == dict(zip(NAMES, [3, 1, 1], strict=True))


def test_without_the_old_key_it_says_so(shop, got, newer, settings):
    settings.KEY_ENCRYPTION_KEYS = newer
    with pytest.raises(CommandError, match="does not list"):
        call_command("rotate_keys")


def test_a_text_moved_to_another_row_does_not_open(shop, aa, got):
    key = shop.line.keys.get()
    other = shop.buy()
    other.keys.update(ciphertext=key.ciphertext)
    with pytest.raises(InvalidTag):
        services.get_keys_and_downloads(other, None, by=aa)


def test_the_same_text_is_never_sealed_alike():
    assert vault.seal("x", context="c") != vault.seal("x", context="c")
