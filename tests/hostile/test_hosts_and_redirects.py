"""Nobody is led away: no foreign host in an answer or a mail, no ``next`` that leaves the site."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client

from accounts.models import User
from partnercenter.lib import outbox
from tests.matrix.world import PASSWORD, Undone, content

EVIL = "evil.example"
HOSTS = (
    EVIL,
    f"{EVIL}:8000",
    f"testserver.{EVIL}",
    f"{EVIL}#testserver",
    f"testserver@{EVIL}",
    f"testserver:80@{EVIL}",
    f"testserver:{EVIL}",
    f"{EVIL}/testserver",
    f"testserver,{EVIL}",
    f"testserver {EVIL}",
    "[::1",
    "",
    "x" * 1000,
)
ADDRESSES = ("/signin", "/dashboard", "/v1/me", "/dl/nothing", "/nothing", "/static/nothing")
NEXT = (
    f"https://{EVIL}/",
    f"http://{EVIL}",
    f"//{EVIL}",
    f"///{EVIL}",
    f"////{EVIL}",
    f"\\\\{EVIL}",
    f"/\\{EVIL}",
    f"\\/{EVIL}",
    f"/\t/{EVIL}",
    f"/\n/{EVIL}",
    f"\t//{EVIL}",
    f" //{EVIL}",
    f"\x01//{EVIL}",
    f"https:{EVIL}",
    f"https:/{EVIL}",
    f"https:///{EVIL}",
    f"HTTPS://{EVIL}",
    f"https://testserver@{EVIL}",
    f"https://testserver.{EVIL}",
    f"https://{EVIL}\\@testserver",
    f"https://{EVIL}#@testserver",
    f"https://{EVIL}%2f@testserver",
    f"//{EVIL}%2f..",
    f"/%2f{EVIL}",
    f"/..//{EVIL}",
    f"//testserver:80@{EVIL}",
    f"//[{EVIL}",
    f"//{EVIL}。example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "ftp://testserver/",
    f"http:\\\\{EVIL}",
    "\x00",
    "",
)


def leads_to(location):
    """Host and scheme that a browser ends at: it drops controls and takes \\ for /."""
    seen = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33))))).replace("\\", "/")
    there = urlsplit(urljoin("http://testserver/here", seen))
    return there.scheme, there.netloc


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_B41_a_foreign_host_is_refused_and_not_repeated(fabrikam, host, address):
    client = Client(raise_request_exception=False)
    answer = client.get(address, headers={"Host": host} if host else {}, SERVER_NAME=host or "-")
    assert answer.status_code == 400
    assert EVIL not in content(answer) + str(answer.headers)


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL"])
def test_B41_a_forwarded_host_is_not_believed(fabrikam, header):
    for address in ("/signin", "/dashboard/settings/me", "/v1/me", "/api/docs"):
        answer = fabrikam.portal["gaaa"].get(address, headers={header: f"host={EVIL}"})
        assert EVIL not in content(answer) + str(answer.headers)


def test_B41_links_in_mails_are_of_the_configured_address(fabrikam):
    with Undone():
        user = fabrikam.org["du"]
        headers = {"X-Forwarded-Host": EVIL, "Host": "localhost"}
        Client().post("/account/password/reset/", {"email": user.email}, headers=headers)
        for message in outbox.open_ids():
            outbox.deliver(message)
        (sent,) = [m for m in mail.outbox if m.to == [user.email]]
        links = re.findall(r"\w+://[^\s/]+", sent.body)
        assert set(links) == {"http://127.0.0.1:8000"}


@pytest.mark.usefixtures("fabrikam")
@pytest.mark.parametrize("target", NEXT)
class TestNext:
    def stays(self, answer, target):
        if "\x00" in target:
            assert answer.status_code == 400
            return
        assert answer.status_code in {302, 303}
        assert leads_to(answer["Location"]) == ("http", "testserver")

    @pytest.mark.parametrize("address", ["/language", "/theme"])
    def test_B41_of_a_switch(self, target, address):
        client = Client(raise_request_exception=False)
        form = {"next": target, "language": "zh-hans", "theme": "dark"}
        answer = client.post(address, form, headers={"Referer": f"https://{EVIL}/"})
        self.stays(answer, target)

    @pytest.mark.parametrize("place", ["field", "address"])
    def test_B41_of_the_sign_in(self, fabrikam, settings, target, place):
        # A hash that costs nothing: what is signed in here is always right.
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        client = Client(raise_request_exception=False)
        with Undone():
            user = fabrikam.org["du"]
            User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD))
            form = {"login": user.email, "password": PASSWORD}
            if place == "field":
                answer = client.post("/signin", form | {"next": target})
            else:
                answer = client.post("/signin", form, query_params={"next": target})
        self.stays(answer, target)

    def test_B41_of_the_sign_in_page_for_who_is_signed_in(self, fabrikam, target):
        answer = fabrikam.portal["du"].get("/signin", {"next": target})
        self.stays(answer, target)

    def test_B41_of_the_sign_out(self, fabrikam, target):
        with Undone():
            client = fabrikam.org.browser("du")
            answer = client.post("/account/logout/", {"next": target})
        self.stays(answer, target)
