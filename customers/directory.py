"""What a customer's directory knows: its roles, and how long a deleted user can be restored."""

import re
from datetime import timedelta
from uuid import UUID

KEPT = timedelta(days=30)
PRINCIPAL_NAME = re.compile(r"[^@\s<>\",;]{1,64}@[a-zA-Z0-9.-]{1,189}")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 256
# Template ids that every directory has in common.
ROLES: dict[UUID, str] = {
    UUID("62e90394-69f5-4237-9190-012177145e10"): "Company Administrator",
    UUID("fe930be7-5e62-47db-91af-98c3a49a38b1"): "User Account Administrator",
    UUID("729827e3-9c14-49f7-bb1b-9608f156bbb8"): "Helpdesk Administrator",
    UUID("b0f54661-2d74-4c50-afa3-1ec803f12efe"): "Billing Administrator",
    UUID("f023fd81-a637-4b56-95fd-791ac0226033"): "Service Support Administrator",
    UUID("29232cdf-9323-42fd-ade2-1d097af3e4de"): "Exchange Service Administrator",
    UUID("f28a1f50-f6e7-4571-818b-6a12f2af6b6c"): "SharePoint Service Administrator",
    UUID("88d8e3e3-8f55-4a1e-953a-9b9898b8876b"): "Directory Readers",
}
