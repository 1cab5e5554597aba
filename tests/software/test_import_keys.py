"""import_keys: all of a file or nothing of it, with a report by row."""

import pytest
from django.core.management import CommandError, call_command

from partnercenter.lib import outbox
from software import stock
from software.keys import sandbox_key
from software.models import KeyStock
from tests.software import build

HEAD = "product_id,sku_id,key\n"


@pytest.fixture
def run(tmp_path, capsys):
    def run(text, *options, encoding="utf-8"):
        path = tmp_path / "keys.csv"
        path.write_bytes(text.encode(encoding))
        try:
            call_command("import_keys", str(path), *options)
        except CommandError as error:
            return f"{capsys.readouterr().err}{error}"
        return capsys.readouterr().out

    return run


def rows(*texts, ids=build.WS):
    return HEAD + "".join(f"{ids[0]},{ids[1]},{text}\n" for text in texts)


def test_takes_keys_into_stock_sealed(shop, run):
    texts = [sandbox_key(), sandbox_key()]
    assert run(rows(*texts)) == "2 rows, 2 new keys.\n"
    assert stock.free(*build.WS) == 2


def test_reads_a_BOM_lost_zeros_and_small_letters(shop, run):
    build.sku((build.WS[0], "0004"))
    text = "\ufeff" + rows(sandbox_key().lower(), ids=(build.WS[0].lower(), "4"))
    assert run(text) == "1 rows, 1 new keys.\n"
    assert stock.free(build.WS[0], "0004") == 1


def test_a_second_time_adds_nothing(shop, run):
    text = rows(sandbox_key(), sandbox_key())
    run(text)
    assert run(text) == "2 rows, 0 new keys.\n"


def test_a_key_twice_in_a_file_is_one(shop, run):
    key = sandbox_key()
    assert run(rows(key, key)) == "2 rows, 1 new keys.\n"


def test_dry_run_changes_nothing(shop, run):
    assert run(rows(sandbox_key()), "--dry-run") == "1 rows, 1 new keys. Nothing was changed.\n"
    assert (stock.free(*build.WS), outbox.open_ids()) == (0, [])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("XXXXXXXXXXXX,000C,{key}", "line 3, column product_id: expected a product"),
        ("DG7GMGF0DVT7,0009,{key}", "line 3, column sku_id: expected a SKU of DG7GMGF0DVT7"),
        ("DG7GMGF0DVT7,000C,AB", "line 3, column key: expected five groups of five letters"),
        ("DG7GMGF0DVT7,000C", "line 3, column key: expected five groups of five letters"),
    ],
)
def test_a_broken_row_is_named_and_nothing_is_changed(shop, run, row, said):
    good, bad = sandbox_key(), sandbox_key()
    report = run(rows(good) + row.format(key=bad) + "\n")
    assert said in report
    assert "1 problems in the key file. Nothing was changed." in report
    assert bad not in report
    assert (stock.free(*build.WS), outbox.open_ids()) == (0, [])


def test_a_key_of_another_sku_is_refused(shop, run):
    build.sku((build.WS[0], "0004"))
    key = sandbox_key()
    run(rows(key))
    said = "line 2, column key: expected a key that is not in stock for DG7GMGF0DVT7:000C already"
    assert said in run(rows(key, ids=(build.WS[0], "0004")))


def test_a_header_is_needed(shop, run):
    assert "line 1, column key: expected a header row" in run("product_id,sku_id\nX,1\n")


def test_a_missing_file_is_an_error_not_a_trace(db, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_keys", str(tmp_path / "none.csv"))


def test_S19_lines_that_wait_are_served_by_the_outbox(shop, run):
    line = shop.buy()
    for message in outbox.open_ids():
        outbox.deliver(message)
    run(rows(sandbox_key()))
    (message,) = outbox.open_ids()
    assert outbox.deliver(message) is True
    line.refresh_from_db()
    assert line.status == "active"


def test_the_text_is_in_no_column(shop, run):
    key = sandbox_key()
    run(rows(key))
    row = KeyStock.objects.latest("pk")
    assert key.encode() not in bytes(row.ciphertext) + bytes(row.fingerprint)
