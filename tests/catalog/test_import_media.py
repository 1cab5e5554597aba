from hashlib import sha256
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from catalog import services
from catalog.media import Choice, files, options, selectors
from catalog.models import MediaFile, Product
from catalog.problems import BrokenFile

pytestmark = pytest.mark.django_db
HEADER = "product_id,version,language,file_type,file_name,path,sha256"


@pytest.fixture
def manifest(tmp_path):
    Product.objects.create(id="DG7GMGF0AAAA", title="Windows Server")
    (tmp_path / "a.iso").write_bytes(b"a" * 1000)

    def write(*lines, header=HEADER):
        path = tmp_path / "manifest.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8-sig")
        return path

    return write


LINE = 'DG7GMGF0AAAA,2019,English,"ISO, x64",ws.iso,a.iso,'


def told(path, **options):
    with pytest.raises(BrokenFile) as broken:
        services.import_media(path, **options)
    assert not MediaFile.objects.exists()
    return [str(problem) for problem in broken.value.problems]


def test_a_file_is_copied_measured_and_stored_by_its_content(manifest):
    result = services.import_media(manifest(LINE))
    assert (result.rows, result.added, result.changed) == (1, 1, 0)
    media = MediaFile.objects.get()
    assert media.size_bytes == 1000
    assert media.sha256 == sha256(b"a" * 1000).hexdigest()
    with default_storage.open(media.storage_name) as stored:
        assert stored.read() == b"a" * 1000
    assert media.storage_name.endswith(f"{media.sha256}/ws.iso")


def test_a_repeated_manifest_changes_nothing(manifest):
    services.import_media(manifest(LINE))
    before = list(MediaFile.objects.values_list())
    result = services.import_media(manifest(LINE))
    assert (result.added, result.changed) == (0, 0)
    assert list(MediaFile.objects.values_list()) == before


def test_new_content_changes_the_row_and_leaves_the_old_file(manifest, tmp_path):
    services.import_media(manifest(LINE))
    old = MediaFile.objects.get()
    (tmp_path / "a.iso").write_bytes(b"b" * 1001)
    result = services.import_media(manifest(LINE))
    new = MediaFile.objects.get()
    assert (result.added, result.changed) == (0, 1)
    assert (new.pk, new.size_bytes) == (old.pk, 1001)
    assert default_storage.exists(old.storage_name)


def test_a_copy_that_was_cut_off_is_made_again(manifest):
    services.import_media(manifest(LINE))
    media = MediaFile.objects.get()
    default_storage.delete(media.storage_name)
    with default_storage.open(media.storage_name, "wb") as half:
        half.write(b"a" * 500)
    media.delete()
    services.import_media(manifest(LINE))
    assert default_storage.size(media.storage_name) == 1000


def test_a_dry_run_counts_and_stores_nothing(manifest, tmp_path):
    (tmp_path / "a.iso").write_bytes(b"never stored")
    assert services.import_media(manifest(LINE), dry_run=True).added == 1
    assert not MediaFile.objects.exists()
    digest = sha256(b"never stored").hexdigest()
    assert not default_storage.exists(f"software/{digest[:2]}/{digest}/ws.iso")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (LINE.replace("AAAA", "BBBB"), "line 3, column product_id: found 'DG7GMGF0BBBB'"),
        (LINE.replace("English", ""), "line 3, column language: found ''"),
        (LINE.replace("a.iso", "none.iso"), "line 3, column path: found "),
        (LINE.replace("ws.iso", "../ws.iso"), "line 3, column file_name: found '../ws.iso'"),
        (LINE + "0" * 64, "line 3, column sha256: found "),
    ],
)
def test_a_broken_line_is_told_and_nothing_is_taken_in(manifest, line, problem):
    (only,) = told(manifest(LINE, line))
    assert only.startswith(problem)


def test_an_announced_checksum_is_verified(manifest):
    digest = sha256(b"a" * 1000).hexdigest()
    assert services.import_media(manifest(LINE + digest.upper())).added == 1


def test_missing_columns_are_named(manifest):
    (only,) = told(manifest(LINE, header="product_id,version,language,file_type"))
    assert only.startswith("line 1, column file_name, path: found 'no such column'")


def test_the_command_reports_and_exits(manifest):
    out = StringIO()
    call_command("import_media", str(manifest(LINE)), stdout=out)
    assert out.getvalue() == "1 files: 1 added, 0 changed.\n"
    with pytest.raises(CommandError, match="1 problems"):
        call_command("import_media", str(manifest("x,,,,,,")), stderr=StringIO())
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_media", "nowhere.csv")


def test_S25_S26_the_drop_downs_offer_what_exists(demo):
    assert selectors("DG7GMGF0FKZV") == {
        "version": ["2019", "2017"],
        "language": ["Chinese (Simplified)", "English", "Portuguese (Brazil)"],
        "fileType": ["EXE, x64", "ISO, x64"],
    }
    choices = options("DG7GMGF0FKZV")
    assert len(choices) == 8
    assert Choice("2019", "Portuguese (Brazil)", "EXE, x64") not in choices


def test_S26_S27_each_combination_leads_to_its_files_and_an_invented_one_to_none(demo):
    for choice in options("DG7GMGF0FKZV"):
        found = files("DG7GMGF0FKZV", choice)
        assert {(f.version, f.language, f.file_type) for f in found} == {tuple(choice)}
    assert files("DG7GMGF0FKZV", Choice("2022", "English", "ISO, x64")) == []
