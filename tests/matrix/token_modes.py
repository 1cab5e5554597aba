"""Which kind of token an operation of the documented API takes, written out operation by operation.

Literals only. A method that the documentation marks for App+User stands in ``USERS_ONLY``; all
others, our own addresses included, take App-only tokens too.
"""

import re

PARAMETER = re.compile(r"<[^>]*>")
ARTIFACTS = "v1/customers/{}/artifacts"
RESERVATION = "groups/{}/lineitems/{}/resource/{}"
# Addresses in lower case, parameters as {}.
USERS_ONLY: dict[str, str] = {
    "v1/customers/{}": "PATCH",
    "v1/customers/{}/profiles/company": "GET",
    "v1/customers/{}/entitlements": "GET",
    f"{ARTIFACTS}/reservedinstance/{RESERVATION}": "GET",
    f"{ARTIFACTS}/virtualmachinereservedinstance/{RESERVATION}": "GET",
    "v1/customers/{}/subscriptions/{}/provisioningstatus": "GET",
    "v1/customers/{}/subscriptions/{}/supportcontact": "GET PUT",
    "v1/customers/{}/subscriptions/{}/conversions": "GET POST",
    "v1/invoices/{}": "GET",
    "v1/invoices/summaries": "GET",
    "v1/invoices/{}/documents/statement": "GET",
    "v1/invoices/{}/receipts/{}/documents/statement": "GET",
    "v1/customers/{}/servicecosts/{}": "GET",
    "v1/customers/{}/servicecosts/{}/lineitems": "GET",
    "v1/servicerequests/{}": "GET PATCH",
    "v1/customers/{}/servicerequests": "GET",
    "v1/profiles/legalbusiness": "PUT",
    "v1/profiles/organization": "GET PUT",
    "v1/profiles/billing": "GET PUT",
    "v1/profiles/support": "GET",
    "v1/profiles/supportprofile": "PUT",
    "v1/profiles/mpn": "GET",
    "v1/customers/{}/users": "GET POST",
    "v1/customers/{}/users/{}": "DELETE GET PATCH",
    # The Node client's address for the documented reset.
    "v1/customers/{}/users/{}/resetpassword": "PATCH",
    "v1/customers/{}/directoryroles": "GET",
    "v1/customers/{}/directoryroles/{}/usermembers": "GET POST",
    "v1/customers/{}/directoryroles/{}/usermembers/{}": "DELETE",
    "v1/customers/{}/users/{}/directoryroles": "GET",
    "v1/customers/{}/users/{}/licenseupdates": "POST",
    "v1/customers/{}/users/{}/licenses": "GET",
    "v1/customers/{}/subscribedskus": "GET",
    "v1/relationships": "GET",
    "v1/customers/{}/relationships": "GET",
    "v1/customers/relationshiprequests": "GET",
    "v1/compliance/{}/agreementstatus": "GET",
    "v1/customers/{}/managedservices": "GET",
    "v1/agreements": "GET",
    "v1/customers/{}/agreements": "GET POST",
    "v1/customers/{}/directsignedmicrosoftcustomeragreementstatus": "GET",
    "v1/agreementtemplates/{}/document": "GET",
    "v1/customers/{}/qualification": "PUT",
    "v1/customers/{}/qualifications": "POST",
    "v1/partnerrequests": "GET",
    "v1/applicationmfaadoptionstatus": "GET",
    "v1/nonmfacompliantpartnerprincipals": "GET",
}


def users_only(route: str) -> frozenset[str]:
    """Methods of the route, as the URL conf spells it, that an application alone may not use."""
    return frozenset(USERS_ONLY.get(PARAMETER.sub("{}", route).lower(), "").split())
