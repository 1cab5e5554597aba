"""Keys of the demo: enough, good for nothing, loaded once."""

from software import stock
from software.demo_keys import load_demo_keys
from software.keys import SANDBOX_ALPHABET, sandbox_key
from tests.software import build

REAL_ALPHABET = "BCDFGHJKMPQRTVWXY2346789"


def test_fills_the_stock_of_skus_with_a_key_once(db):
    build.sku(("DG7GMGF0DWM3", "0002"), kind="perpetual_software")
    build.sku(("DG7GMGF0DVT7", "000C"))
    build.sku(("DZH318Z0BQ36", "004G"), kind="reservation")
    assert load_demo_keys(2000) == 4000
    assert load_demo_keys(2000) == 0
    assert stock.free("DG7GMGF0DWM3", "0002") == 2000
    assert stock.free("DZH318Z0BQ36", "004G") == 0


def test_no_letter_is_one_of_real_keys():
    assert set(SANDBOX_ALPHABET) & set(REAL_ALPHABET) == set()
    assert set(sandbox_key()) <= set(SANDBOX_ALPHABET + "-")
