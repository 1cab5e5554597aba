"""S80: files of a request: what is taken, what is refused, how they are handed out."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from partnercenter.lib import uploads
from support import rules, sniff
from support.models import Attachment, ServiceRequest
from tests.support.build import API, NEW, PNG, archive, fields, submitted, upload

pytestmark = pytest.mark.django_db
XLSX = archive(xl__workbook_xml=b"").replace(b"xl/workbook_xml", b"xl/workbook.xml")
DOCX = archive(word__document_xml=b"").replace(b"word/document_xml", b"word/document.xml")
ZIP = archive(notes=b"text")
HONEST = [
    ("a.png", PNG),
    ("a.jpg", b"\xff\xd8\xff\xe0 picture"),
    ("a.JPEG", b"\xff\xd8\xff\xe0 picture"),
    ("a.pdf", b"%PDF-1.7 paper"),
    ("a.txt", "Größe, 大小".encode()),
    ("a.txt", "Größe".encode("utf-16")),
    ("a.log", b"\x1b[31mred\x1b[0m\r\n"),
    ("a.csv", "Größe;1\n".encode("latin-1")),
    ("a.xlsx", XLSX),
    ("a.docx", DOCX),
    ("a.zip", ZIP),
]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"
HOSTILE = [
    ("a.svg", SVG),
    ("a.png", SVG),
    ("a.png", HTML),
    ("a.html", HTML),
    ("a.pdf", HTML),
    ("a.jpg", PNG),
    ("a.png.html", PNG),
    ("a.php", b"<?php"),
    ("a.exe", b"MZ\x90\0"),
    ("a.txt", b"MZ\x90\0"),
    ("a.zip", b"not packed"),
    ("a.xlsx", ZIP),
    ("a.docx", XLSX),
    ("a.xlsm", XLSX),
    ("a.zip", ZIP[:-10]),
    ("a.zip", b"PK\x05\x06" + b"\xff" * 18),
    ("a", PNG),
    (".png", PNG),
    ("a.png\0.txt", PNG),
]


def files_of(org):
    with org.visible():
        return list(Attachment.objects.all())


def stored(media):
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("name", "data"), HONEST)
def test_S80_each_allowed_type_is_taken(fabrikam, media, name, data):
    page = fabrikam.browser("aa").post(NEW, fields(attachments=upload(name, data)))

    assert page.status_code == 302
    (file,) = files_of(fabrikam)
    assert (file.file_name, file.size_bytes) == (name, len(data))
    assert re.fullmatch(r"support/[0-9a-f]{32}", file.storage_name)
    assert [path.read_bytes() for path in stored(media)] == [data]


@pytest.mark.parametrize(("name", "data"), HOSTILE)
def test_S80_any_other_content_is_415_and_nothing_typed_is_lost(fabrikam, media, name, data):
    page = fabrikam.browser("aa").post(NEW, fields(attachments=upload(name, data)))

    assert page.status_code == 415
    assert 'id="id_attachments_error"' in page.content.decode()
    assert 'value="The list is empty"' in page.content.decode()
    assert (files_of(fabrikam), stored(media)) == ([], [])


def test_S80_an_empty_file_is_refused(fabrikam):
    page = fabrikam.browser("aa").post(NEW, fields(attachments=upload("a.txt", b"")))

    assert page.status_code == 415


def test_S80_a_file_over_20_MB_is_413_and_nothing_typed_is_lost(fabrikam, media):
    large = SimpleUploadedFile("a.txt", b"x" * (rules.MOST_BYTES + 1))
    exact = SimpleUploadedFile("b.txt", b"x" * rules.MOST_BYTES)

    # Django's parser reads fields before and behind the file.
    page = fabrikam.browser("aa").post(NEW, {"attachments": large, **fields()})

    assert page.status_code == 413
    assert "a.txt is larger than 20 MB" in page.content.decode()
    assert 'value="The list is empty"' in page.content.decode()
    assert stored(media) == []
    assert fabrikam.browser("aa").post(NEW, fields(attachments=exact)).status_code == 302


def test_S80_more_than_all_files_together_may_be_is_413_before_it_is_read(fabrikam):
    page = fabrikam.browser("aa").generic(
        "POST",
        NEW,
        b"--x\r\n",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(uploads.MOST_IN_ALL + 1),
    )

    assert page.status_code == 413


def test_S80_at_most_ten_files(fabrikam):
    browser = fabrikam.browser("aa")
    many = [upload(f"{number}.png") for number in range(11)]
    assert browser.post(NEW, fields(attachments=many)).status_code == 400
    assert files_of(fabrikam) == []

    browser.post(NEW, fields(attachments=[upload(f"{number}.png") for number in range(10)]))

    with fabrikam.visible():
        number = ServiceRequest.objects.get().number
    page = browser.post(f"/dashboard/support/{number}/files", {"attachments": upload()})
    assert page.status_code == 400
    assert len(files_of(fabrikam)) == 10


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\boot.txt", "boot.txt"),
        ("..%2f..%2fx.txt", "%2f..%2fx.txt"),
        ("a\u202etxt.png", "a_txt.png"),
        ('a"\r\nSet-Cookie: x=1.png', "a___Set-Cookie_ x=1.png"),
        ("x" * 300 + ".png", "x" * 146 + ".png"),
    ],
)
def test_S80_a_name_is_only_shown(name, shown):
    assert sniff.clean_name(name) == shown


def test_S80_a_traversing_name_stores_nothing_outside(fabrikam, media):
    raw = (
        b'--x\r\nContent-Disposition: form-data; name="attachments"; filename="../../../x.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + PNG + b"\r\n--x--\r\n"
    )
    number = submitted(fabrikam).number

    fabrikam.browser("aa").generic(
        "POST",
        f"/dashboard/support/{number}/files",
        raw,
        content_type="multipart/form-data; boundary=x",
    )

    (file,) = files_of(fabrikam)
    assert file.file_name == "x.png"
    assert [path.parent for path in stored(media)] == [media / "support"]


def test_S80_a_bomb_is_never_unpacked(monkeypatch):
    bomb = archive(big=b"\0" * 50_000_000)
    monkeypatch.setattr("zipfile.ZipFile.open", None)  # unpacking would fail loudly

    assert len(bomb) < 100_000
    assert sniff.kind_of("a.zip", io.BytesIO(bomb)) == "zip"


def test_S80_an_archive_that_says_it_unpacks_to_terabytes_is_refused(monkeypatch):
    monkeypatch.setattr(sniff, "MOST_UNPACKED", 49_999_999)

    assert sniff.kind_of("a.zip", io.BytesIO(archive(big=b"\0" * 50_000_000))) == ""


def test_S80_an_archive_with_endless_contents_is_refused(monkeypatch):
    monkeypatch.setattr(sniff, "MOST_LISTING", 20)

    assert sniff.kind_of("a.zip", io.BytesIO(ZIP)) == ""


@pytest.mark.parametrize(("name", "data"), HONEST)
def test_S80_a_file_is_only_ever_saved(fabrikam, name, data):
    browser = fabrikam.browser("aa")
    browser.post(NEW, fields(attachments=upload(name, data)))
    (file,) = files_of(fabrikam)

    answer = browser.get(f"/dashboard/support/{file.request_id}/files/{file.pk}")

    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_S80_another_users_file_is_like_none(fabrikam, tailspin):
    fabrikam.browser("aa").post(NEW, fields(attachments=upload()))
    (file,) = files_of(fabrikam)
    other = submitted(fabrikam, "sa").number
    address = f"/files/{file.pk}"

    assert (
        fabrikam.browser("sa").get(f"/dashboard/support/{file.request_id}{address}").status_code
        == 404
    )
    assert fabrikam.browser("sa").get(f"/dashboard/support/{other}{address}").status_code == 404
    assert (
        tailspin.browser("ga").get(f"/dashboard/support/{file.request_id}{address}").status_code
        == 404
    )


def test_S80_scan_state_is_visible_and_quarantine_holds(fabrikam):
    browser = fabrikam.browser("aa")
    browser.post(NEW, fields(attachments=upload()))
    (file,) = files_of(fabrikam)
    page = f"/dashboard/support/{file.request_id}"
    assert "Not scanned" in browser.get(page).content.decode()

    call_command("mark_scanned", str(file.pk), "infected", dry_run=True)
    assert "Not scanned" in browser.get(page).content.decode()
    call_command("mark_scanned", str(file.pk), "infected")

    assert "Quarantined: a virus was found" in browser.get(page).content.decode()
    assert browser.get(f"{page}/files/{file.pk}").status_code == 403
    call_command("mark_scanned", str(file.pk), "clean")
    assert browser.get(f"{page}/files/{file.pk}").status_code == 200


def test_S80_files_of_a_draft_are_listed_and_removable(
    fabrikam, media, django_capture_on_commit_callbacks
):
    browser = fabrikam.browser("aa")
    page = browser.post(NEW, fields(attachments=upload(), verb="draft"), follow=True)
    (file,) = files_of(fabrikam)
    assert "screen.png" in page.content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/dashboard/support/{file.request_id}/files/{file.pk}/remove")

    assert (files_of(fabrikam), stored(media)) == ([], [])


def test_S80_what_was_submitted_cannot_be_removed(fabrikam):
    browser = fabrikam.browser("aa")
    browser.post(NEW, fields(attachments=upload()))
    (file,) = files_of(fabrikam)

    answer = browser.post(f"/dashboard/support/{file.request_id}/files/{file.pk}/remove")

    assert answer.status_code == 404
    assert len(files_of(fabrikam)) == 1


def test_S80_a_refused_request_leaves_no_file_behind(fabrikam, media):
    page = fabrikam.browser("aa").post(NEW, fields(attachments=upload(), title=""))

    assert page.status_code == 400
    assert stored(media) == []


def test_S80_the_api_lists_files(fabrikam):
    fabrikam.browser("aa").post(NEW, fields(attachments=upload()))
    (file,) = files_of(fabrikam)

    body = fabrikam.api("ga").get(f"{API}/{file.request_id}").json()

    assert body["fileLinks"] == [
        {
            "id": str(file.pk),
            "fileNameWithoutExtension": "screen",
            "fileExtension": "png",
            "fileSize": len(PNG),
        }
    ]
