"""Support requests: written, submitted, talked about, closed; and what the desk does."""

from support.services.desk import answer, approve, ask, look, look_at_file, refuse
from support.services.files import (
    Upload,
    add_files,
    delete_file,
    record_scan,
    taken,
    too_large,
)
from support.services.requests import Content, composed, problems_of, save_draft, submit
from support.services.thread import Changes, add_note, change, close, reopen

__all__ = [
    "Changes",
    "Content",
    "Upload",
    "add_files",
    "add_note",
    "answer",
    "approve",
    "ask",
    "change",
    "close",
    "composed",
    "delete_file",
    "look",
    "look_at_file",
    "problems_of",
    "record_scan",
    "refuse",
    "reopen",
    "save_draft",
    "submit",
    "taken",
    "too_large",
]
