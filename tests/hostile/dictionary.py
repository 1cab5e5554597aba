"""What no client means and some send all the same."""

import json
from typing import Any

LONG = 5000
TEXTS = {
    "nul": "x\x00y",
    "surrogate": "x\ud800y",
    "byte order mark": "\ufeffx",
    "right to left": "\u202ex",
    "empty": "",
    "blank": " ",
    "long": "x" * LONG,
    "emoji with joiners": "👩‍👩‍👧‍👦" * 3,
    "combining": "e" + "\u0301" * 1000,
    "quotes": "'\"<>`\\",
    "templates": "{{7*7}}${7*7}{% now 'Y' %}",
    "formats": "%s%n%(x)s{0}{x}",
    "path": "../../../etc/passwd",
    "lines": "x\r\nX-Y: z\tx",
    "controls": "\x01\x1f\x7f\x85",
    "prototype": "__proto__",
}
NUMBERS = {
    "negative": "-1",
    "zero": "0",
    "2^31": str(2**31),
    "2^63": str(2**63),
    "10^30": str(10**30),
    "beyond a float": "1e400",
    "minus zero": "-0",
    "not a number": "NaN",
    "infinity": "Infinity",
    "fraction": "1.5",
    "exponent": "1e3",
    "5000 digits": "9" * LONG,
    "hexadecimal": "0x10",
    "arabic digit": "\u0661",
    "full-width digit": "\uff11",
}
DATES = {
    "year 0": "0000-00-00",
    "first, east": "0001-01-01T00:00+14:00",
    "last, west": "9999-12-31T23:59-14:00",
    "far zone": "2020-01-01T00:00+23:59",
    "24:00": "2020-01-01T24:00",
    "leap second": "2016-12-31T23:59:60Z",
    "no such day": "2100-02-29",
    "week": "2020-W01-1",
    "milliseconds": "1000000000000",
    "last day": "9999-12-31",
    "first day": "0001-01-01",
}
STRINGS = TEXTS | NUMBERS | DATES
# What broke stacks like this one, to be tried in each place by itself.
STRONG = {
    name: STRINGS[name]
    for name in (
        "nul",
        "surrogate",
        "empty",
        "long",
        "2^63",
        "full-width digit",
        "last, west",
    )
}


class Token(str):
    """JSON text that stands in a body as it is."""

    __slots__ = ()


SHAPES: dict[str, Any] = {
    "null": None,
    "true": True,
    "empty list": [],
    "empty object": {},
    "list": [1],
    "object": {"id": 1},
    "nested list": [[["x"]]],
    "number -1": -1,
    "number 0": 0,
    "number 2^31": 2**31,
    "number 2^63": 2**63,
    "number 10^30": 10**30,
    "number 1e308": 1e308,
    "number 1e400": Token("1e400"),
    "number -0": -0.0,
    "fraction": 0.5,
    "not a number": Token("NaN"),
    "25 nested lists": Token("[" * 25 + "]" * 25),
    "escaped surrogate": Token('"\\ud800"'),
    "escaped nul": Token('"\\u0000"'),
    "bad escape": Token('"\\x"'),
    "duplicate members": Token('{"id": 1, "id": [2]}'),
}
BODIES = {
    "nothing": b"",
    "null": b"null",
    "text": b'"x"',
    "success": b'"success"',
    "number": b"1",
    "list": b"[]",
    "object": b"{}",
    "list of lists": b"[[1]]",
    "cut off": b'{"x": ',
    "byte order mark": b"\xef\xbb\xbf{}",
    "latin-1": b'{"x": "\xe9"}',
    "utf-16": '{"x": 1}'.encode("utf-16"),
    "nul": b'{"x": "\x00"}',
    "5000 nested lists": b"[" * LONG + b"]" * LONG,
    "31 nested lists": b"[" * 31 + b"]" * 31,
    "100,000 elements": b'{"lineItems": [' + b"0," * 99_999 + b"0]}",
    "deep": b"[" * 100_000,
    "large": b'{"x": "' + b"x" * 1_100_000 + b'"}',
    "form": b"a=1&b=2",
    "multipart": b"--x\r\nContent-Disposition: form-data; name=\r\n\r\n\r\n--x--",
    "unknown members": b'{"__proto__": {"x": 1}, "constructor": 1, "id": {"$ne": null}}',
    "null members": b'{"lineItems": null, "companyProfile": null, "billingProfile": null}',
    "wrong members": b'{"lineItems": {"0": 1}, "companyProfile": [1], "now": {}, "fileId": []}',
}
TYPES = (
    "",
    "application/json; charset=bogus",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "text/plain; charset=utf-16",
    "application/json, application/json",
    "x" * 300,
)


def dumps(data: Any) -> bytes:
    """JSON in which each ``Token`` stands as it is; lone surrogates become escapes."""
    tokens: dict[str, str] = {}

    def marked(value: Any) -> Any:
        if isinstance(value, Token):
            mark = f"@token-{len(tokens)}@"
            tokens[mark] = value
            return mark
        if isinstance(value, dict):
            return {key: marked(inner) for key, inner in value.items()}
        return [marked(inner) for inner in value] if isinstance(value, list) else value

    text = json.dumps(marked(data))
    for mark, token in tokens.items():
        text = text.replace(json.dumps(mark), token)
    return text.encode()
