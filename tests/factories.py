"""Rows for tests: valid by themselves, and cheap. What a test is about, it names."""

import uuid

import factory
from allauth.idp.oidc.models import Client

from accounts.models import AppRegistration, Partner, User
from partnercenter.lib import clock


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partner

    name = factory.Sequence("Partner {}".format)
    domain = factory.Sequence("partner{}.example".format)
    country = "US"
    currency = "USD"
    created_at = factory.LazyFunction(clock.now)


class UserFactory(factory.django.DjangoModelFactory):
    """Signs in by ``force_login``: hashing a password for each user would be most of a test."""

    class Meta:
        model = User

    partner = factory.SubFactory(PartnerFactory)
    email = factory.Sequence("user{}@partner.example".format)
    first_name = "Mia"
    last_name = factory.Sequence("Weber {}".format)
    password = "!"
    roles: list[str] = []
    created_at = factory.LazyFunction(clock.now)


class ClientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Client

    id = factory.LazyFunction(lambda: str(uuid.uuid4()))
    name = "Shop"
    secret = "!"
    grant_types = Client.GrantType.CLIENT_CREDENTIALS


class AppFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AppRegistration

    partner = factory.SubFactory(PartnerFactory)
    client = factory.SubFactory(ClientFactory)
    name = factory.Sequence("Shop {}".format)
    roles: list[str] = []
    created_at = factory.LazyFunction(clock.now)
