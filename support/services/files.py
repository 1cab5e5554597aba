"""Files of a request: at most ten of 20 MB, of nine types by content, under random names."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.services import record
from partnercenter.lib import clock, tenancy
from partnercenter.lib.errors import Conflict, Invalid, NotFound
from support import queries, rules, sniff
from support.models import Attachment, ServiceRequest
from support.rules import ScanState, Status
from support.services.reviews import keep_reviews

FOLDER = "support"


class Upload(NamedTuple):
    """A file that may be taken: the name it is shown under, its type, its content."""

    name: str
    kind: str
    file: "UploadedFile[Any]"


class Stored(NamedTuple):
    """A file in the storage that no row knows yet."""

    upload: Upload
    storage_name: str
    sha256: str


def taken(file: "UploadedFile[Any]") -> Upload:
    """The file, once its size and content are checked; Invalid with status 413 or 415 (S80)."""
    name = sniff.clean_name(file.name or "")
    if (file.size or 0) > rules.MOST_BYTES:
        raise too_large(name)
    kind = sniff.kind_of(name, file) if file.size else ""
    if not kind:
        raise Invalid(
            _(
                "%(name)s cannot be added. Its content must be what its name says,"
                " one of: %(types)s."
            )
            % {"name": name, "types": " ".join(sniff.ALLOWED)},
            field="files",
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    return Upload(name, kind, file)


def too_large(name: str) -> Invalid:
    """The refusal of a file by its size."""
    return Invalid(
        _("%(name)s is larger than 20 MB. Make it smaller, or pack it as zip.") % {"name": name},
        field="files",
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


@contextmanager
def stored(uploads: Sequence[Upload]) -> Iterator[list[Stored]]:
    """The files in the storage; gone again when what follows fails."""
    kept: list[Stored] = []
    try:
        kept.extend(_store(upload) for upload in uploads)
        yield kept
    except BaseException:
        for one in kept:
            default_storage.delete(one.storage_name)
        raise


def attach(request: ServiceRequest, kept: Sequence[Stored], *, by: Actor, at: datetime) -> None:
    """Rows for the stored files; the request is locked by the caller."""
    if not kept:
        return
    there = Attachment.objects.filter(partner=request.partner_id, request=request).count()
    if there + len(kept) > rules.MOST_FILES:
        raise Invalid(
            _("A request holds at most %(most)d files.") % {"most": rules.MOST_FILES}, field="files"
        )
    Attachment.objects.bulk_create(
        Attachment(
            partner_id=request.partner_id,
            request=request,
            storage_name=one.storage_name,
            file_name=one.upload.name,
            kind=one.upload.kind,
            size_bytes=one.upload.file.size or 0,
            sha256=one.sha256,
            added_by=by.name,
            created_at=at,
        )
        for one in kept
    )


def add_files(request: ServiceRequest, uploads: Sequence[Upload], *, by: Actor) -> None:
    """More files for a request that is not closed."""
    require(by, Capability.USE_SUPPORT)
    if not uploads:
        raise Invalid(_("Choose a file first."), field="files")
    with stored(uploads) as kept, transaction.atomic():
        request = queries.find_request(request.number, by=by, lock=True)
        if request.status == Status.CLOSED:
            raise Conflict(_("The request is closed. Reopen it to add to it."))
        at = clock.now(by.partner)
        attach(request, kept, by=by, at=at)
        request.status, request.is_asked = Status.OPEN, False
        request.updated_at, request.updated_by = at, by.name
        request.save(update_fields=["status", "is_asked", "updated_at", "updated_by"])
        keep_reviews(request)
        names = ", ".join(upload.name for upload in uploads)
        record(
            action="update_service_request",
            resource_type="service_request",
            by=by,
            at=at,
            customer=request.customer,
            subject=request.title,
            details={"requestId": request.number, "file": names},
        )


def delete_file(request: ServiceRequest, file_id: UUID, *, by: Actor) -> None:
    """Take a file out of a draft; what was submitted stays."""
    require(by, Capability.USE_SUPPORT)
    with transaction.atomic():
        request = queries.find_request(request.number, by=by, drafts=True, lock=True)
        file = queries.find_file(request, file_id)
        file.delete()
        transaction.on_commit(lambda: default_storage.delete(file.storage_name))


def record_scan(file_id: UUID, *, is_clean: bool, dry_run: bool = False) -> Attachment:
    """What a virus scanner found; an infected file is not handed out any more."""
    with tenancy.everyone(), transaction.atomic():
        file = Attachment.objects.select_for_update().filter(pk=file_id).first()
        if file is None:
            raise NotFound(_("This file was not found."))
        file.scan_state = ScanState.CLEAN if is_clean else ScanState.INFECTED
        if not dry_run:
            file.save(update_fields=["scan_state"])
    return file


def _store(upload: Upload) -> Stored:
    digest = hashlib.sha256()
    for piece in upload.file.chunks():
        digest.update(piece)
    upload.file.seek(0)
    name = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", upload.file)
    return Stored(upload, name, digest.hexdigest())
