from customers.services.agreements import confirm_agreement
from customers.services.customers import (
    FIXED,
    add_customer,
    checked,
    domain_taken,
    is_domain_taken,
    problems_of,
    refusal,
    update_customer,
)
from customers.services.directory import (
    add_member,
    add_user,
    change_user,
    delete_user,
    forget_deleted_users,
    remove_member,
    usable_password,
)
from customers.services.leaving import delete_customer, remove_relationship
from customers.services.qualifying import qualify_customer
from customers.services.resellers import add_reseller, find_reseller

__all__ = [
    "FIXED",
    "add_customer",
    "add_member",
    "add_reseller",
    "add_user",
    "change_user",
    "checked",
    "confirm_agreement",
    "delete_customer",
    "delete_user",
    "domain_taken",
    "find_reseller",
    "forget_deleted_users",
    "is_domain_taken",
    "problems_of",
    "qualify_customer",
    "refusal",
    "remove_member",
    "remove_relationship",
    "update_customer",
    "usable_password",
]
