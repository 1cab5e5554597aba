"""Two Global admins who each take the other's role at the same moment: one of them stays."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from accounts import services
from accounts.models import User
from partnercenter.lib.errors import Conflict

TRIALS = 10


def _together(*deeds):
    barrier = Barrier(len(deeds))

    def run(deed):
        try:
            barrier.wait()
            return deed()
        except Conflict as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_two_cannot_remove_each_other(committed_db, fabrikam):
    pair = [fabrikam["ga"], fabrikam["gaaa"]]

    def take_role(user, by):
        def deed():
            with fabrikam.visible():
                return services.set_roles(user=user, roles=[], by=by)

        return deed

    for _ in range(TRIALS):
        User.objects.filter(pk__in=[user.pk for user in pair]).update(roles=["global_admin"])
        actors = [fabrikam.actor("ga"), fabrikam.actor("gaaa")]
        results = _together(take_role(pair[1], actors[0]), take_role(pair[0], actors[1]))

        assert sum(isinstance(result, Conflict) for result in results) == 1
        assert User.objects.filter(roles__contains=["global_admin"]).count() == 1


def test_one_leaves_while_the_other_is_deactivated(committed_db, fabrikam):
    fabrikam.actor("ga")
    fabrikam.actor("gaaa")

    for _ in range(TRIALS):
        User.objects.filter(partner=fabrikam.partner).update(roles=["global_admin"], is_active=True)

        def leave():
            with fabrikam.visible():
                services.set_roles(user=fabrikam["ga"], roles=[], by=fabrikam.actor("ga"))

        def deactivate():
            with fabrikam.visible():
                services.deactivate_user(user=fabrikam["gaaa"], by=fabrikam.system)

        results = _together(leave, deactivate)

        assert sum(isinstance(result, Conflict) for result in results) == 1
        kept = User.objects.filter(is_active=True, roles__contains=["global_admin"])
        assert kept.count() == 1


def test_one_email_is_given_once(committed_db, fabrikam):
    by = fabrikam.actor("ga")

    def add():
        with fabrikam.visible():
            try:
                return services.add_user(
                    email="new@fabrikam.example",
                    first_name="Nia",
                    last_name="New",
                    roles=[],
                    by=by,
                )
            except Exception as refused:  # noqa: BLE001 - the kind is what is asserted
                return type(refused).__name__

    results = _together(*[add] * 4)

    assert sorted(str(result) for result in results if isinstance(result, str)) == ["Invalid"] * 3
