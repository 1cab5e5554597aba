"""Invoices, their lines and summaries; the activity log."""

from partnercenter.openapi.shapes import (
    GUID,
    INSTANT,
    INTEGER,
    LINK,
    NUMBER,
    TEXT,
    Answers,
    Schema,
    attributes,
    links,
    list_of,
    one_of,
    page_of,
    shape,
)

DETAIL = shape(
    "InvoiceDetail",
    invoiceLineItemType=TEXT,
    billingProvider=TEXT,
    links=links("self"),
    attributes=attributes("InvoiceDetail"),
)
INVOICE = shape(
    "Invoice",
    id=TEXT,
    invoiceDate=INSTANT,
    billingPeriodStartDate=INSTANT,
    billingPeriodEndDate=INSTANT,
    totalCharges=NUMBER,
    paidAmount=NUMBER,
    currencyCode=TEXT,
    currencySymbol=TEXT,
    pdfDownloadLink=TEXT,
    invoiceDetails=list_of(DETAIL),
    documentType=TEXT,
    invoiceType=TEXT,
    links=links("self"),
    attributes=attributes("Invoice"),
    optional={
        "taxReceipts": list_of(shape("TaxReceipt", id=TEXT, taxReceiptPdfDownloadLink=TEXT)),
    },
)
# An instant, or 0001-01-01T00:00:00 for none.
SOME_DAY = TEXT
BALANCE: dict[str, Schema] = {
    "balanceAmount": NUMBER,
    "currencyCode": TEXT,
    "currencySymbol": TEXT,
    "accountingDate": SOME_DAY,
    "firstInvoiceCreationDate": SOME_DAY,
    "lastPaymentDate": SOME_DAY,
    "lastPaymentAmount": NUMBER,
    "latestInvoiceDate": SOME_DAY,
    "attributes": attributes("InvoiceSummary"),
}
SUMMARY = shape(
    "InvoiceSummary",
    **BALANCE,
    optional={
        "details": list_of(
            shape("InvoiceSummaryDetail", invoiceType=TEXT, summary=shape("Balance", **BALANCE))
        ),
        "links": links("self"),
    },
)
LINE = shape(
    "OneTimeInvoiceLineItem",
    partnerId=GUID,
    customerId=GUID,
    customerName=TEXT,
    customerDomainName=TEXT,
    customerCountry=TEXT,
    invoiceNumber=TEXT,
    mpnId=TEXT,
    resellerMpnId=INTEGER,
    orderId=TEXT,
    orderDate=INSTANT,
    productId=TEXT,
    skuId=TEXT,
    availabilityId=TEXT,
    productName=TEXT,
    skuName=TEXT,
    chargeType=TEXT,
    unitPrice=NUMBER,
    effectiveUnitPrice=NUMBER,
    unitType=TEXT,
    quantity=INTEGER,
    subtotal=NUMBER,
    taxTotal=NUMBER,
    totalForCustomer=NUMBER,
    currency=TEXT,
    publisherName=TEXT,
    publisherId=TEXT,
    subscriptionDescription=TEXT,
    subscriptionId=TEXT,
    chargeStartDate=INSTANT,
    termAndBillingCycle=TEXT,
    providerName=TEXT,
    providerId=TEXT,
    quoteId=TEXT,
    discountDetails=TEXT,
    alternateId=TEXT,
    priceAdjustmentDescription=TEXT,
    pricingCurrency=TEXT,
    pcToBCExchangeRate=NUMBER,
    pcToBCExchangeRateDate=INSTANT,
    billableQuantity=NUMBER,
    meterDescription=TEXT,
    billingFrequency=TEXT,
    reservationOrderId=TEXT,
    invoiceLineItemType=TEXT,
    billingProvider=TEXT,
    attributes=attributes("OneTimeInvoiceLineItem"),
    # What is bought for good has no end.
    optional=dict.fromkeys(
        ("chargeEndDate", "subscriptionStartDate", "subscriptionEndDate"), INSTANT
    ),
)
ESTIMATE = shape(
    "EstimateLink",
    type=TEXT,
    title=TEXT,
    description=TEXT,
    period=one_of("Current", "Previous"),
    link=LINK,
    attributes=attributes("EstimateLink"),
)
RECORD = shape(
    "AuditRecord",
    id=TEXT,
    partnerId=GUID,
    resourceType=TEXT,
    operationType=TEXT,
    operationDate=INSTANT,
    operationStatus=one_of("succeeded", "failed"),
    customizedData=list_of(shape("CustomizedDatum", key=TEXT, value=TEXT)),
    attributes=attributes("AuditRecord"),
    optional={
        "customerId": GUID,
        "customerName": TEXT,
        "userPrincipalName": TEXT,
        "applicationId": TEXT,
        "resourceOldValue": TEXT,
        "resourceNewValue": TEXT,
    },
)
LINES = page_of(LINE)
PDF: Schema = {"type": "string", "format": "binary"}
ANSWERS: dict[str, Answers] = {
    "invoices_list": {200: page_of(INVOICE)},
    "invoices_get": {200: INVOICE},
    "invoices_summary": {200: SUMMARY},
    "invoices_summaries": {200: page_of(SUMMARY)},
    "invoices_estimate_links": {200: page_of(ESTIMATE)},
    "invoices_lineitems": {200: LINES},
    "invoices_lineitems_by_path": {200: LINES},
    "invoices_unbilled_lineitems": {200: LINES},
    "audit_list": {200: page_of(RECORD)},
    "audit_get": {200: RECORD},
    "invoices_statement": {(200, "application/pdf"): PDF},
    "invoices_receipt_statement": {(200, "application/pdf"): PDF},
}
