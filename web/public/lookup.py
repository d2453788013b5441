"""What somebody types or scans into the lookup box, and where it leads. Pure.

Accepted are the codes of stamps and cartons in any spelling that a person might use, and the addresses that
our stamps and labels carry. The answer is always a path on this server, never an address, so nobody can be
sent elsewhere.
"""

import re
from urllib.parse import quote, unquote, urlsplit

from ledger.coop.paper.carton_codes import OwnCode, Sscc, format_code, parse_code
from ledger.trace.errors import MalformedIdentifierError
from ledger.trace.gs1.digital_links import GTIN, format_path, read_path
from ledger.trace.identifiers import identifier_from_path, path_of
from signing.stamp_codes import read_printed

MAX_TYPED = 300

_STAMP_PATH = re.compile(r"/s/([^/]+)/?", re.IGNORECASE)
_CARTON_PATH = re.compile(r"/(?:00|c)/([^/]+)/?", re.IGNORECASE)
_DASHES = re.compile(r"[\s\u00a0\u2010-\u2015._]+")


def path_for(typed: str, id_base: str) -> str:
    """The path of the page that ``typed`` asks for.

    Raises ``StampCodeError``, whose sentence says which character is wrong or how many are missing, and
    ``MalformedIdentifierError`` for an address that is none of ours.
    """
    text = typed.strip()[:MAX_TYPED]
    carton = parse_code(text)
    if carton is not None:
        return carton_path(carton)
    if "/" not in text:
        return _stamp_path(_DASHES.sub("-", text))
    path = _path_of_address(text)
    stamp = _STAMP_PATH.fullmatch(path)
    if stamp is not None:
        return _stamp_path(unquote(stamp[1]))
    box = _CARTON_PATH.fullmatch(path)
    if box is not None:
        return f"/c/{quote(unquote(box[1]), safe='')}"
    if path.startswith(f"/{GTIN}/"):
        return format_path(read_path(path))
    return path_of(identifier_from_path(path, id_base))


def _stamp_path(typed: str) -> str:
    """The page of a stamp; what its paper says of a seal goes along."""
    return f"/s/{read_printed(typed).format()}"


def carton_path(code: Sscc | OwnCode) -> str:
    """Where the code of a carton or pallet is answered."""
    return f"/{'00' if isinstance(code, Sscc) else 'c'}/{format_code(code)}"


def _path_of_address(text: str) -> str:
    try:
        return urlsplit(text if "://" in text else f"//{text.lstrip('/')}").path
    except ValueError as error:
        raise MalformedIdentifierError("not an address", text=text[:40]) from error
