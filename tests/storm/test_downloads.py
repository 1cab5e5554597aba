"""Links under storm: what is granted is counted by answers and by rows of the log."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from activitylog.models import ActivityRecord
from activitylog.rules import Action
from partnercenter.lib import tenancy
from software import downloads
from software.models import DownloadGrant, DownloadLink
from tests.storm.clients import CONNECTIONS, Connection, Held, aligned, at_once
from tests.storm.conftest import leave

LINKS, REQUESTS, TRIALS = 5, 500, 100


def id_of(path):
    return str(downloads.find_link(path.removeprefix("/dl/")).pk)


def in_log():
    """Link -> its rows of the log."""
    with tenancy.everyone():
        rows = ActivityRecord.objects.filter(action=Action.DOWNLOAD_SOFTWARE, status="succeeded")
        return Counter(rows.values_list("details__linkId", flat=True))


def anonymous(sites):
    return [Connection(sites[number % len(sites)]) for number in range(CONNECTIONS)]


def test_B1_S32_storm_on_five_links(shop):
    links = [shop.link() for _ in range(LINKS)]

    def get(client, number):
        return client.send("GET", f"{links[number % LINKS]}/file").status

    statuses = at_once(anonymous(shop.sites), get, LINKS * REQUESTS)
    by_link = [Counter(statuses[place::LINKS]) for place in range(LINKS)]
    assert by_link == [{303: 50, 410: 450}] * LINKS
    assert in_log() == {id_of(link): 50 for link in links}
    with tenancy.everyone():
        assert DownloadGrant.objects.count() == 50 * LINKS
        assert set(DownloadLink.objects.values_list("used", flat=True)) == {50}
    assert anonymous(shop.sites)[0].send("GET", f"{links[0]}/file").status == 410


def test_B2_head_and_options_count_nothing(one):
    link = one.link()

    def look(client, number):
        return client.send(("HEAD", "OPTIONS")[number % 2], f"{link}/file").status

    assert at_once(anonymous(one.sites), look, 200) == [200] * 200
    with tenancy.everyone():
        assert list(DownloadLink.objects.values_list("used", flat=True)) == [0]
    assert in_log() == {}
    assert anonymous(one.sites)[0].send("GET", f"{link}/file").status == 303
    assert in_log() == {id_of(link): 1}


def test_M20_two_at_once_on_the_last_use_a_hundred_times(one):
    link = one.link()
    pair, found = [Held(one.sites[0]), Held(one.sites[0])], Counter()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(TRIALS):
            leave(1)
            found[tuple(sorted(aligned(pair, f"{link}/file", pool)))] += 1
    assert found == {(303, 410): TRIALS}
    assert in_log() == {id_of(link): TRIALS}


def test_B4_S33_thirty_two_renewals_at_once_make_one_link(one):
    line = one.buy()
    old = one.link(line)
    leave(0)
    clients = one.clients()
    answers = at_once(clients, lambda client, _: one.ask_for_link(line, client), 32)
    assert {answer.status for answer in answers} == {200}
    links = {answer.json["downloads"][0]["link"] for answer in answers}
    assert len(links) == 1
    assert not links.pop().endswith(old)
    assert clients[0].send("GET", f"{old}/file").status == 410
    with tenancy.everyone():
        rows = DownloadLink.objects.order_by("created_at").values_list("used", "max_downloads")
        assert list(rows) == [(50, 50), (0, 50)]
        issued = ActivityRecord.objects.filter(action=Action.GET_SOFTWARE_DOWNLOAD_LINK)
        assert issued.count() == 1 + 32
