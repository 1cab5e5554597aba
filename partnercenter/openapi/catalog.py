"""Products, SKUs, availabilities, markets."""

from partnercenter.openapi.shapes import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    TEXT,
    Answers,
    Schema,
    links,
    list_of,
    one_of,
    page_of,
    shape,
)

BENEFIT = shape(
    "Benefit",
    azureHybridBenefit=shape(
        "AzureHybridBenefit",
        maxSavingPercent=INTEGER,
        mode=one_of("convert", "reuse"),
        text=TEXT,
    ),
)
TYPE = {"id": TEXT, "displayName": TEXT}
PRODUCT = shape(
    "Product",
    id=TEXT,
    title=TEXT,
    description=TEXT,
    productType=shape("ProductType", **TYPE, subType=shape("ProductSubType", **TYPE)),
    isMicrosoftProduct=BOOLEAN,
    publisherName=TEXT,
    links=links("skus", "self"),
    optional={"benefits": list_of(BENEFIT)},
)
POLICY = shape(
    "CancellationPolicy",
    type=one_of("window", "supportOnly", "none"),
    optional={"days": INTEGER},
)
SKU = shape(
    "Sku",
    id=TEXT,
    productId=TEXT,
    title=TEXT,
    description=TEXT,
    minimumQuantity=INTEGER,
    maximumQuantity=INTEGER,
    isTrial=BOOLEAN,
    supportedBillingCycles=list_of(TEXT),
    purchasePrerequisites=list_of(TEXT),
    inventoryVariables=list_of(TEXT),
    provisioningVariables=list_of(TEXT),
    dynamicAttributes={"type": "object"},
    cancellationPolicy=POLICY,
    links=links("availabilities", "self"),
    optional={"benefits": list_of(BENEFIT)},
)
AVAILABILITY = shape(
    "Availability",
    id=TEXT,
    productId=TEXT,
    skuId=TEXT,
    catalogItemId=TEXT,
    defaultCurrency=shape("Currency", code=TEXT, symbol=TEXT),
    segment=TEXT,
    country=TEXT,
    isPurchasable=BOOLEAN,
    isRenewable=BOOLEAN,
    terms=list_of(shape("Term", duration=TEXT, description=TEXT)),
    product=shape("ProductReference", id=TEXT, title=TEXT),
    sku=shape("SkuReference", id=TEXT, productId=TEXT, title=TEXT),
    links=links("self"),
    optional={
        "price": shape(
            "Price",
            unitPrice=NUMBER,
            currencyCode=TEXT,
            taxIncluded=BOOLEAN,
            optional={"taxRate": NUMBER},
        )
    },
)
MARKETS = shape(
    "UnavailableMarkets",
    totalCount=INTEGER,
    items=list_of(shape("Market", code=TEXT, name=TEXT)),
    asOf=TEXT,
    source=TEXT,
)
_READS: dict[str, Schema] = {
    "products_list": page_of(PRODUCT),
    "products_get": PRODUCT,
    "skus_list": page_of(SKU),
    "skus_get": SKU,
    "availabilities_list": page_of(AVAILABILITY),
    "availabilities_get": AVAILABILITY,
}
ANSWERS: dict[str, Answers] = {
    **{name: {200: answer} for name, answer in _READS.items()},
    **{f"customer_{name}": {200: answer} for name, answer in _READS.items()},
    "markets_unavailable": {200: MARKETS},
}
