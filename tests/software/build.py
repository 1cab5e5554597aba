"""Things to test with, made as short as the tests need them."""

import hashlib
import itertools
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts import actors
from accounts.models import Partner, User
from catalog.models import MediaFile, Product, Sku
from customers.models import Customer, CustomerWord
from customers.rules import words
from partnercenter.lib import clock
from software import stock
from software.keys import sandbox_key
from software.models import Entitlement
from software.stock import NewKey

numbers = itertools.count(1)
WS = ("DG7GMGF0DVT7", "000C")
CONTENT = b"0123456789" * 100


def partner(name="Fabrikam", **values):
    values = {"country": "US", "currency": "USD", "created_at": clock.now()} | values
    return Partner.objects.create(
        name=name, domain=f"{name.lower()}{next(numbers)}.example", **values
    )


def user(owner, *roles):
    number = next(numbers)
    return User.objects.create(
        partner=owner,
        email=f"{'-'.join(roles) or 'du'}{number}@{owner.domain}",
        first_name="A",
        last_name="B",
        roles=list(roles),
        created_at=clock.now(),
    )


def actor(owner, *roles):
    return actors.from_user(user(owner, *roles))


def customer(owner, name="Contoso", **values):
    values = {"country": "US", "language": "en", "culture": "en-US"} | values
    made = Customer.objects.create(
        partner=owner,
        company_name=name,
        domain=f"{name.lower()}{next(numbers)}.example",
        created_at=clock.now(),
        **values,
    )
    made.refresh_from_db(fields=["name_key"])
    CustomerWord.objects.bulk_create(
        CustomerWord(partner=owner, customer=made, word=word, name_key=made.name_key)
        for word in words(f"{name} {made.domain}")
    )
    return made


def sku(ids=WS, kind="software_subscription", title="Windows Server CAL"):
    product, _ = Product.objects.get_or_create(pk=ids[0], defaults={"title": title})
    found, _ = Sku.objects.get_or_create(
        product=product,
        sku_id=ids[1],
        defaults={"title": title, "kind": kind, "return_policy": "software_subscription"},
    )
    return found


def file(product_id=WS[0], version="2019", language="English", file_type="ISO, x64", **values):
    content = values.pop("content", CONTENT)
    name = default_storage.save(f"media/{next(numbers)}.iso", ContentFile(content))
    values.setdefault("file_name", f"server-{version}-{language}.iso")
    return MediaFile.objects.create(
        product_id=product_id,
        version=version,
        language=language,
        file_type=file_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        storage_name=name,
        **values,
    )


def keys(count=1, ids=WS):
    texts = [sandbox_key() for _ in range(count)]
    stock.add([NewKey(*ids, text) for text in texts], at=clock.now())
    return texts


def line(of, at=None, ids=WS, **values):
    """An entitlement that is not granted yet."""
    at = at or clock.now(of.partner)
    values = {
        "order_id": f"O{next(numbers):032d}",
        "line_number": 0,
        "kind": "software_subscription",
        "title": "Windows Server CAL – 1 Device CAL – 3 year",
        "quantity": 1,
        "purchased_at": at,
        "term_end": at + timedelta(days=365),
        "cancellation_kind": "window",
        "returnable_until": at + timedelta(days=60),
        "link_life_days": 14,
        "link_max_downloads": 50,
        "needs_key": True,
    } | values
    return Entitlement(partner=of.partner, customer=of, product_id=ids[0], sku_id=ids[1], **values)
