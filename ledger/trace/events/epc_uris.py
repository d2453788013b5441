"""GS1 identifiers in the one spelling that an event's hash takes: a canonical GS1 Digital Link URI. Pure.

CBV 2.0 §8.9.2: an EPC URI, an EPC class or pattern URI (TDS 2.0 §6, §8) and a Digital Link of any host stand
for the same thing, so all become ``https://id.gs1.org/…`` with the finest level of identification and nothing
behind it. What is no GS1 identifier stays as it is.

>>> canonical_uri("urn:epc:class:lgtin:4012345.012345.Lot987")
'https://id.gs1.org/01/04012345123456/10/Lot987'
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from ledger.trace.gs1.gtins import check_digit

_HOST = "https://id.gs1.org"
_URN = re.compile(r"urn:epc:(?:id|class|idpat):([a-z]+):([0-9]{6,12})\.(.*)", re.ASCII)
_WEB = re.compile(r"https?://[^/?#]+(/[^?#]*)", re.ASCII)
_ESCAPED = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "!()*+,:"})


class _Scheme(NamedTuple):
    """``digits`` of company prefix and reference together; ``rest``: the qualifier that takes what follows.

    An empty ``rest`` joins it to the key. ``turns``: the reference's first digit (indicator digit, extension
    digit) stands before the prefix.
    """

    digits: int
    key: str
    turns: bool = False
    rest: str | None = None


_SCHEMES: Mapping[str, _Scheme] = {
    "sgtin": _Scheme(13, "01", turns=True, rest="21"),
    "upui": _Scheme(13, "01", turns=True, rest="235"),
    "lgtin": _Scheme(13, "01", turns=True, rest="10"),
    "sscc": _Scheme(17, "00", turns=True),
    "sgln": _Scheme(12, "414", rest="254"),
    "pgln": _Scheme(12, "417"),
    "gsrn": _Scheme(17, "8018"),
    "gsrnp": _Scheme(17, "8017"),
    "gsin": _Scheme(16, "402"),
    "grai": _Scheme(12, "8003", rest=""),
    "gdti": _Scheme(12, "253", rest=""),
    "sgcn": _Scheme(12, "255", rest=""),
}
_UNCHECKED = {"giai": "8004", "ginc": "401"}

_NAMES = {
    "gtin": "01", "sscc": "00", "itip": "8006", "gdti": "253", "gcn": "255", "ginc": "401", "gsin": "402",
    "gln": "414", "party": "417", "grai": "8003", "giai": "8004", "cpid": "8010", "gsrnp": "8017",
    "gsrn": "8018", "cpv": "22", "lot": "10", "ser": "21", "glnx": "254", "cpsn": "8011",
}  # fmt: skip
"""Short names of application identifiers in older Digital Links."""
_KEYS: Mapping[str, re.Pattern[str]] = {
    key: re.compile(form, re.ASCII)
    for key, form in {
        "00": r"[0-9]{18}", "01": r"[0-9]{8}|[0-9]{12,14}", "253": r"[0-9]{13}.{0,17}",
        "255": r"[0-9]{13,25}", "401": r".{1,30}", "402": r"[0-9]{17}", "414": r"[0-9]{13}",
        "417": r"[0-9]{13}", "8003": r"[0-9]{14}.{0,16}", "8004": r".{1,30}", "8006": r"[0-9]{18}",
        "8010": r"[0-9A-Z#/%-]{1,30}", "8017": r"[0-9]{18}", "8018": r"[0-9]{18}",
    }.items()
}  # fmt: skip
_QUALIFIERS: Mapping[str, tuple[str, ...]] = {
    "01": ("22", "10", "21", "235"), "8006": ("22", "10", "21"), "414": ("254",), "8010": ("8011",),
}  # fmt: skip


@lru_cache(maxsize=8192)
def canonical_uri(uri: str) -> str:
    """The canonical Digital Link of a GS1 identifier in any of its spellings; any other text unchanged."""
    found = _of_urn(uri) if uri.startswith("urn:") else _of_link(uri)
    return uri if found is None else _HOST + found


def _of_urn(urn: str) -> str | None:
    match = _URN.fullmatch(urn)
    if match is None:
        return None
    scheme, prefix, rest = match.groups()
    if scheme in _UNCHECKED:
        return f"/{_UNCHECKED[scheme]}/{prefix}{rest.translate(_ESCAPED)}"
    if scheme == "cpi":
        reference, _, serial = rest.rpartition(".")
        behind = "" if serial == "*" else f"/8011/{serial}"
        return f"/8010/{prefix}{reference.translate(_ESCAPED)}{behind}"
    if scheme == "itip":
        return _trade_piece(prefix, rest)
    known = _SCHEMES.get(scheme)
    if known is None:
        return None
    reference, _, serial = rest.partition(".")
    number = _number(known, prefix, reference)
    return None if number is None else f"/{known.key}/{number}{_behind(known, serial)}"


def _number(scheme: _Scheme, prefix: str, reference: str) -> str | None:
    if len(prefix) + len(reference) != scheme.digits or not (reference + "0").isdecimal():
        return None
    digits = reference[:1] + prefix + reference[1:] if scheme.turns else prefix + reference
    # A GRAI's key has a leading zero (GS1 General Specifications §3.9.1).
    return ("0" if scheme.key == "8003" else "") + digits + check_digit(digits)


def _behind(scheme: _Scheme, serial: str) -> str:
    if scheme.rest is None or serial in {"", "*"} or (scheme.key == "414" and serial == "0"):
        return ""
    text = serial.translate(_ESCAPED)
    return f"/{scheme.rest}/{text}" if scheme.rest else text


def _trade_piece(prefix: str, rest: str) -> str | None:
    reference, piece, total, serial = [*rest.split(".", 3), "", "", ""][:4]
    number = _number(_SCHEMES["sgtin"], prefix, reference)
    if number is None or len(piece) != 2 or len(total) != 2:
        return None
    return f"/8006/{number}{piece}{total}" + (
        "" if serial in {"", "*"} else f"/21/{serial.translate(_ESCAPED)}"
    )


# Most links are none of GS1's; this says so at once.
_MAYBE = re.compile("/(?:" + "|".join([*_KEYS, *_NAMES]) + ")/")


def _of_link(link: str) -> str | None:
    if _MAYBE.search(link) is None:
        return None
    match = _WEB.fullmatch(link.split("?", 1)[0].split("#", 1)[0])
    if match is None:
        return None
    parts = [_NAMES.get(part, part) for part in match[1].split("/")[1:]]
    at = next((place for place, part in enumerate(parts) if part in _KEYS), None)
    if at is None or len(parts[at:]) % 2:
        return None
    key, value, *behind = parts[at:]
    pairs = dict(zip(behind[::2], behind[1::2], strict=True))
    known = _QUALIFIERS.get(key, ())
    if not _KEYS[key].fullmatch(value) or not set(pairs) <= set(known) or not all(pairs.values()):
        return None
    number = value.zfill(14) if key == "01" else value
    # The finest level alone: what a serial number says, its lot says too.
    finest = next((name for name in reversed(known) if name in pairs and name != "22"), None)
    return f"/{key}/{number}" + ("" if finest is None else f"/{finest}/{pairs[finest]}")
