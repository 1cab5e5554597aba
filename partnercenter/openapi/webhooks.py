"""Webhooks, in PascalCase where the original has it."""

from partnercenter.openapi.shapes import (
    BOOLEAN,
    GUID,
    INSTANT,
    TEXT,
    Answers,
    list_of,
    one_of,
    shape,
)

REGISTERED = shape(
    "WebhookRegistered", SubscriberId=GUID, WebhookUrl=TEXT, WebhookEvents=list_of(TEXT)
)
RESULT = shape(
    "WebhookTestResult",
    responseCode=TEXT,
    responseMessage=TEXT,
    systemError=BOOLEAN,
    dateTimeUtc=INSTANT,
)
ANSWERS: dict[str, Answers] = {
    "webhooks_events": {200: list_of(TEXT)},
    "webhooks_get": {
        200: shape("WebhookRegistration", WebhookUrl=TEXT, WebhookEvents=list_of(TEXT))
    },
    "webhooks_register": {200: REGISTERED},
    "webhooks_update": {200: REGISTERED},
    "webhooks_validation_event_create": {200: shape("WebhookTest", correlationId=GUID)},
    "webhooks_validation_event_get": {
        200: shape(
            "WebhookTestEvent",
            correlationId=GUID,
            partnerId=GUID,
            status=one_of("pending", "completed"),
            callbackUrl=TEXT,
            results=list_of(RESULT),
        )
    },
}
