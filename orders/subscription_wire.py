"""Subscriptions in the wire form of the real service (contract 8)."""

from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from rest_framework import serializers

from accounts.models import Partner
from orders import rules
from orders.subscription_rules import SubscriptionStatus, Wanted
from orders.subscriptions import Subscription
from partnercenter.lib.wire.body import Body as SentBody
from partnercenter.lib.wire.links import link, self_link

Body = dict[str, Any]
LONG = 300
PUBLISHER = "Microsoft Corporation"
SUSPENDED_BY_US = "PartnerRequested"


class SubscriptionBody(SentBody):
    """A subscription as a client read it, with what it changed; all else is not looked at."""

    quantity = serializers.IntegerField(required=False, min_value=0)
    status = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    friendly_name = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    auto_renew_enabled = serializers.BooleanField(required=False)
    billing_cycle = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    partner_id = serializers.CharField(required=False, allow_blank=True, max_length=LONG)

    def wanted(self) -> Wanted:
        """Quantity 0 is the .NET client's "not set" (contract 1.6)."""
        values = self.validated_data
        return Wanted(
            quantity=values.get("quantity") or None,
            status=values.get("status", ""),
            friendly_name=values.get("friendly_name", ""),
            auto_renew=values.get("auto_renew_enabled", False),
            billing_cycle=values.get("billing_cycle", ""),
            partner_on_record=values.get("partner_id", ""),
        )


class SupportContactBody(SentBody):
    """Who supports a subscription: named by tenant, MPN id or both."""

    support_tenant_id = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    support_mpn_id = serializers.CharField(required=False, allow_blank=True, max_length=LONG)


def address(subscription: Subscription) -> str:
    """Where it is, below ``/v1``."""
    return f"/customers/{subscription.customer.pk}/subscriptions/{subscription.pk}"


def subscription_body(subscription: Subscription, *, country: str) -> Body:
    """A subscription; ``country`` is the price list's market."""
    row, status = subscription.row, subscription.status
    suspended = status is SubscriptionStatus.SUSPENDED
    return {
        "id": row["id"],
        "entitlementId": row["entitlement_id"],
        "offerId": row["offer_id"],
        "offerName": row["title"],
        "friendlyName": row["friendly_name"],
        "quantity": subscription.quantity,
        "unitType": "License(s)",
        "hasPurchasableAddons": False,
        "creationDate": row["term_start"],
        "effectiveStartDate": row["term_start"],
        "commitmentEndDate": row["term_end"],
        "status": status.value,
        "autoRenewEnabled": False,
        "isTrial": False,
        "billingType": "license",
        "billingCycle": rules.billing_cycle(row["billing_plan"]),
        "termDuration": rules.wire_term(row["term"]) or None,
        "isMicrosoftProduct": True,
        "publisherName": PUBLISHER,
        "partnerId": row["reseller"],
        "actions": [] if status is SubscriptionStatus.DELETED else ["edit"],
        "suspensionReasons": [SUSPENDED_BY_US] if suspended else None,
        "contractType": "subscription",
        "refundOptions": _refunds(subscription),
        "orderId": row["order"],
        "links": {
            **_offer_links(row["product_id"], row["sku_id"], row["availability_id"], country),
            "entitlement": link(f"/customers/{subscription.customer.pk}/entitlements"),
            **self_link(address(subscription)),
        },
        "attributes": {"etag": subscription.tag, "objectType": "Subscription"},
    }


def _refunds(subscription: Subscription) -> list[Body] | None:
    """While it can be cancelled by its order, what that gives back (S42, S73)."""
    until = subscription.row["returnable_until"]
    if subscription.status is SubscriptionStatus.DELETED or not until or subscription.at >= until:
        return None
    return [{"type": "Partial", "expiresAt": until}]


@lru_cache(maxsize=4096)
def _offer_links(product_id: str, sku_id: str, availability_id: str, country: str) -> Body:
    product = f"/products/{product_id}"
    sku = f"{product}/skus/{sku_id}"
    offer = link(f"{sku}/availabilities/{availability_id}?country={country}")
    return {
        "offer": offer,
        "product": link(f"{product}?country={country}"),
        "sku": link(f"{sku}?country={country}"),
        "availability": offer,
    }


def provisioning_body(subscription: Subscription) -> Body:
    """How far it is; the .NET client reads ``skuId`` as a GUID, so it gets one made of the ids."""
    row = subscription.row
    states = {SubscriptionStatus.DELETED: "none"}
    status = states.get(subscription.status, "success" if row["fulfilled"] else "pending")
    return {
        "skuId": sku_guid(row["product_id"], row["sku_id"]),
        "status": status,
        "quantity": subscription.quantity,
        "endDate": row["term_end"],
        "attributes": {"objectType": "SubscriptionProvisioningStatus"},
    }


def sku_guid(product_id: str, sku_id: str) -> UUID:
    """The same GUID for the same SKU, everywhere."""
    return uuid5(NAMESPACE_URL, f"{product_id}:{sku_id}")


def registration_body(subscription: Subscription) -> Body:
    """Whether it is registered for Azure reservations."""
    registered = subscription.row["registered_at"] is not None
    return {
        "subscriptionId": subscription.pk,
        "status": "registered" if registered else "NotRegistered",
        "attributes": {"objectType": "SubscriptionRegistrationStatus"},
    }


def activation_body(subscription: Subscription) -> Body:
    """The answer to an activation in the sandbox."""
    return {"subscriptionId": subscription.pk, "status": "Success"}


def support_contact_body(subscription: Subscription, partner: Partner) -> Body:
    """Whoever supports the subscription: the partner itself, who has no resellers."""
    return {
        "supportTenantId": partner.pk,
        "supportMpnId": partner.mpn_id,
        "name": partner.name,
        "links": self_link(f"{address(subscription)}/supportcontact"),
        "attributes": {"objectType": "SupportContact"},
    }
