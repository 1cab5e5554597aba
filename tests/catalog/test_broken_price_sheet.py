import zipfile

import pytest

from catalog import services
from catalog.problems import BrokenFile
from tests.catalog.sheets import problems, write

pytestmark = pytest.mark.django_db


def test_two_prices_for_one_key_contradict_each_other(tmp_path):
    assert problems(write(tmp_path, {}, {"UnitPrice": "99"})) == [
        "line 3: found 'another price than line 2', expected one price for the same key"
    ]


def test_each_wrong_cell_is_told_with_line_column_and_what_was_expected(tmp_path):
    path = write(
        tmp_path,
        {"ProductId": "DG7"},
        {"SkuDescription": "two\nlines", "UnitPrice": "cheap"},
        {"SkuId": "10000", "Currency": "DOLLAR", "Market": "ZZ"},
        {"EffectiveStartDate": "31/12/2021", "TermDuration": "P9Y"},
        {"EffectiveEndDate": "2020-01-01T00:00:00Z"},
        {"SkuTitle": "x" * 301},
    )
    assert [line.split(", expected ")[0] for line in problems(path)] == [
        "line 2, column ProductId: found 'DG7'",
        "line 3, column UnitPrice: found 'cheap'",
        "line 5, column SkuId: found '10000'",
        "line 5, column Market: found 'ZZ'",
        "line 6, column TermDuration: found 'P9Y'",
        "line 6, column EffectiveStartDate: found '31/12/2021'",
        "line 7, column EffectiveEndDate: found '2020-01-01T00:00:00Z'",
        f"line 8, column SkuTitle: found '{'x' * 301}'",
    ]


def test_one_wrong_row_among_good_ones_changes_nothing(tmp_path):
    services.import_price_sheet(write(tmp_path))
    rows = [{"SkuId": str(i), "UnitPrice": "5"} for i in range(1, 50)]
    assert len(problems(write(tmp_path, *rows, {"UnitPrice": "-5"}))) == 1


def test_all_problems_are_counted_and_the_first_hundred_told(tmp_path):
    path = write(tmp_path, *[{"UnitPrice": "?"}] * 130)
    with pytest.raises(BrokenFile) as broken:
        services.import_price_sheet(path)
    assert (len(broken.value.problems), broken.value.count) == (100, 130)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "line 1: found 'no header row'"),
        (b"just,some\r\nwords,here\r\n", "line 1: found 'no header row'"),
        (b"ProductId,SkuId,Tags\nDG7GMGF0AAAA,1,x\n", "line 1: found 'no price column'"),
        (b"ProductId,SkuId,UnitPrice,Market\nDG7GMGF0AAAA,1,5\n", "line 2: found '3 cells'"),
        (b"ProductId,SkuId,UnitPrice,Market\nDG7GMGF0AAAA,1,5,US,x\n", "line 2: found '5 cells'"),
        (b"ProductId,SkuId,UnitPrice,Market\nDG7GMGF0AAAA,1,5,\xe9\n", "line 2: found 'the byte"),
        (b'ProductId,SkuId,UnitPrice,Market\n"DG7GMGF0AAAA,1,5,US\nx,1,5,US\n', "line 2: found"),
        (b'ProductId,SkuId,UnitPrice,Market\n"' + b"x" * 140_000, "line 2: found 'field larger"),
    ],
    ids=["empty", "no header", "no price", "short", "long", "not UTF-8", "open quote", "endless"],
)
def test_files_that_are_no_price_sheet(tmp_path, content, told):
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    assert problems(path)[0].startswith(told)


def test_a_wrong_byte_far_down_is_told_with_its_line(tmp_path):
    path = write(tmp_path, *[{}] * 5000)
    path.write_bytes(path.read_bytes() + b'"\xe9"\r\n')
    assert problems(path) == ["line 5002: found 'the byte 0xe9', expected text saved as CSV UTF-8"]


def test_a_workbook_is_refused_in_words(tmp_path):
    path = tmp_path / "sheet.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
    assert problems(path) == [
        "line 1: found 'a workbook or an archive', expected a CSV file, or a zip with one CSV in it"
    ]
