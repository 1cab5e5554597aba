"""Files of a form, measured while they arrive: what is too large is never written to disk."""

from http import HTTPStatus
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from partnercenter.lib.errors import Invalid

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 10
# Ten full files, and the fields beside them.
MOST_IN_ALL = (MOST_FILES + 1) * MOST_BYTES


class TooMuchSent(Invalid, RequestDataTooBig):
    """The whole request is larger than any form here may be: the parser stops and answers 413."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class Measured(FileUploadHandler):
    """Skips a file from the byte on at which it is too large, so that the other fields arrive.

    First of the handlers; ``skipped`` tells the form the names of such files.
    """

    taken = 0

    def handle_raw_input(
        self,
        input_data: IO[bytes],  # noqa: ARG002 - the framework's signature
        META: dict[str, str],  # noqa: N803 - the framework's signature
        content_length: int,
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        del META
        if content_length > MOST_IN_ALL:
            raise TooMuchSent(_("The files are too large together. Send at most 200 MB at once."))

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        del start
        self.taken += len(raw_data)
        if self.taken > MOST_BYTES:
            names = [*skipped(self.request), self.file_name or ""]
            self.request.skipped_files = names  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
        del file_size


def skipped(request: HttpRequest | None) -> list[str]:
    """Names of the files that were too large to be taken."""
    return getattr(request, "skipped_files", [])
