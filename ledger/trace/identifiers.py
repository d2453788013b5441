"""Names of things: organisations, places, lots, transactions, and their URIs (CBV 2.0 §8, GS1 Digital Link).

Our own form is ``{id base}/{organisation}/{kind}/{code}``, for a lot ``…/class/{PRODUCT}.{LOT}``.
A lot of a product with a GTIN is ``https://id.gs1.org/01/{gtin}/10/{lot}``. Pure.

>>> lot_uri("http://127.0.0.1:8000", "K7QM2X9T4D", "NHO", "261112-1")
'http://127.0.0.1:8000/K7QM2X9T4D/class/NHO.261112-1'
"""

import random
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote, unquote

from ledger.trace.errors import MalformedIdentifierError
from ledger.trace.gs1 import gtins

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GS1_RESOLVER = "https://id.gs1.org"

_ORGANISATION = re.compile(r"[A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]{9}\Z")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,39}\Z")
_SHORT_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}\Z")
_ID_BASE = re.compile(r"https?://[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?\Z")
_SEASON = re.compile(r"V[0-9]{6}-[1-9][0-9]{0,5}\Z")
_MAX_TEXT = 512
SSCC_DIGITS = 18


class Kind(StrEnum):
    """What an identifier of our own form names; the value is its path segment."""

    PLACE = "loc"
    LOT = "class"
    TRANSACTION = "bt"
    PARTY = "sd"
    CERTIFICATE = "cert"
    TRANSFORMATION = "xform"
    PRODUCT = "product"
    UNIT = "obj"
    """One thing that has a code of its own: a carton or pallet without an SSCC (CBV 2.0 §8.2)."""


_KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class OwnIdentifier:
    """``{id_base}/{organisation}/{kind}/{code}``. A lot's code is ``PRODUCT.LOT``."""

    id_base: str
    organisation: str
    kind: Kind
    code: str

    @property
    def product_code(self) -> str | None:
        """The product's code, if this names a lot."""
        return self.code.partition(".")[0] if self.kind is Kind.LOT else None

    @property
    def lot_code(self) -> str | None:
        """The lot's code as people say it, if this names a lot."""
        return self.code.partition(".")[2] if self.kind is Kind.LOT else None


@dataclass(frozen=True, slots=True)
class Gs1Identifier:
    """A lot, or one item of it, under a GTIN (GS1 Digital Link, application identifiers 01, 10 and 21)."""

    gtin: str
    lot_code: str
    serial: str | None = None


Identifier = OwnIdentifier | Gs1Identifier


# -- codes ----------------------------------------------------------------------------------------------


def new_organisation_code(source: random.Random) -> str:
    """A new organisation code (= chain id): 10 Crockford base-32 capitals, the first a letter."""
    return source.choice(CROCKFORD[10:]) + "".join(source.choice(CROCKFORD) for _ in range(9))


def is_organisation_code(text: str) -> bool:
    """Whether ``text`` has the form of an organisation code."""
    return _ORGANISATION.match(text) is not None


def is_code(text: str, *, short: bool = False) -> bool:
    """Whether ``text`` has the form that ``check_code`` asks for."""
    return (_SHORT_CODE if short else _CODE).match(text) is not None


def check_code(text: str, *, short: bool = False) -> None:
    """Check a code chosen by people: ``A-Z 0-9 _ -``, at most 40 characters, 20 for products and lots.

    Raises ``MalformedIdentifierError``.
    """
    if not is_code(text, short=short):
        raise MalformedIdentifierError(
            "not a code",
            text=text,
            sentence=f"Mã “{text[:40]}” không đúng dạng. Chỉ dùng chữ in hoa không dấu, số, gạch ngang; "
            f"tối đa {20 if short else 40} ký tự.",
        )


def lot_code(day: date, n: int) -> str:
    """The code of the ``n``-th lot of a product on ``day``, as ``261112-1``."""
    return f"{day:%y%m%d}-{n}"


def season_code(day: date, n: int) -> str:
    """The code of the ``n``-th season of a product opened on ``day``, as ``V261112-1`` (V for *vụ*)."""
    return f"V{day:%y%m%d}-{n}"


def is_season_code(text: str) -> bool:
    """Whether a lot's code is that of a season."""
    return _SEASON.match(text) is not None


def new_event_id(source: random.Random) -> str:
    """A new event id: ``urn:uuid:`` and a random UUID (RFC 9562 §5.4)."""
    bits = source.getrandbits(128) & ~(0xF << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62
    digits = f"{bits:032x}"
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def check_id_base(text: str) -> None:
    """Check an id base such as ``https://htx.example.vn``: scheme, lower-case host, port; no path, no slash.

    Raises ``MalformedIdentifierError``.
    """
    if not _ID_BASE.match(text):
        raise MalformedIdentifierError("not an id base", text=text)


# -- URIs -----------------------------------------------------------------------------------------------


def lot_uri(id_base: str, organisation: str, product: str, lot: str) -> str:
    """The URI of a lot without GTIN, and of every season."""
    return format_identifier(OwnIdentifier(id_base, organisation, Kind.LOT, f"{product}.{lot}"))


def gs1_lot_uri(gtin: str, lot: str) -> str:
    """The URI of a lot of a product with a GTIN."""
    return format_identifier(Gs1Identifier(gtins.check_gtin(gtin), lot))


def place_uri(id_base: str, organisation: str, code: str) -> str:
    """The URI of a place."""
    return format_identifier(OwnIdentifier(id_base, organisation, Kind.PLACE, code))


@lru_cache(maxsize=1024)
def product_uri(id_base: str, organisation: str, code: str) -> str:
    """The URI of a product."""
    return format_identifier(OwnIdentifier(id_base, organisation, Kind.PRODUCT, code))


def transaction_uri(id_base: str, organisation: str, code: str) -> str:
    """The URI of a business transaction, as a despatch advice."""
    return format_identifier(OwnIdentifier(id_base, organisation, Kind.TRANSACTION, code))


def unit_uri(id_base: str, organisation: str, code: str) -> str:
    """The URI of a carton or pallet: of an SSCC (18 digits) GS1's, of any other code our own."""
    if len(code) == SSCC_DIGITS and code.isdigit():
        return f"{GS1_RESOLVER}/00/{code}"
    return format_identifier(OwnIdentifier(id_base, organisation, Kind.UNIT, code))


def certificate_uri(id_base: str, organisation: str, code: str) -> str:
    """The URI of a certificate."""
    return format_identifier(OwnIdentifier(id_base, organisation, Kind.CERTIFICATE, code))


def transformation_uri(id_base: str, organisation: str, code: str) -> str:
    """The URI of a transformation that spans several events."""
    return format_identifier(OwnIdentifier(id_base, organisation, Kind.TRANSFORMATION, code))


def party_uri(id_base: str, organisation: str) -> str:
    """The URI of an organisation as a source or destination."""
    return format_identifier(OwnIdentifier(id_base, organisation, Kind.PARTY, organisation))


def format_identifier(identifier: Identifier) -> str:
    """The URI of ``identifier``. Raises ``MalformedIdentifierError`` when it has none."""
    _check_identifier(identifier)
    base = GS1_RESOLVER if isinstance(identifier, Gs1Identifier) else identifier.id_base
    return base + path_of(identifier)


@lru_cache(maxsize=4096)
def parse_identifier(text: str) -> Identifier:
    """The identifier whose URI is exactly ``text``; the inverse of ``format_identifier``.

    Raises ``MalformedIdentifierError`` for everything else, including well-formed URIs of other systems.
    """
    if len(text) > _MAX_TEXT:
        raise MalformedIdentifierError("too long", text=text[:40])
    if text.startswith(GS1_RESOLVER + "/"):
        identifier: Identifier = _parse_gs1_path(text.removeprefix(GS1_RESOLVER))
    else:
        identifier = _parse_own(text)
    if format_identifier(identifier) != text:
        raise MalformedIdentifierError("not the one spelling of this identifier", text=text)
    return identifier


def path_of(identifier: Identifier) -> str:
    """The path at which a server of this system answers for ``identifier``, percent-encoded."""
    if isinstance(identifier, OwnIdentifier):
        return f"/{identifier.organisation}/{identifier.kind.value}/{identifier.code}"
    end = "" if identifier.serial is None else f"/21/{quote(identifier.serial, safe='')}"
    return f"/01/{identifier.gtin}/10/{quote(identifier.lot_code, safe='')}{end}"


def identifier_from_path(path: str, id_base: str) -> Identifier:
    """The identifier asked for at ``path`` (percent-encoded): ``/01/…/10/…[/21/…]`` or ``/{ORG}/class/…``.

    A GTIN may have 8, 12, 13 or 14 digits (GS1 Digital Link §4). Raises ``MalformedIdentifierError``.
    """
    if len(path) > _MAX_TEXT:
        raise MalformedIdentifierError("too long", text=path[:40])
    identifier = _parse_gs1_path(path) if path.startswith("/01/") else _parse_own(id_base + path)
    _check_identifier(identifier)
    return identifier


def organisation_of(uri: str) -> str | None:
    """The organisation's code in a URI of our own form; ``None`` for any other text."""
    try:
        identifier = parse_identifier(uri)
    except MalformedIdentifierError:
        return None
    return identifier.organisation if isinstance(identifier, OwnIdentifier) else None


def lot_code_of(uri: str) -> str:
    """What people call the lot: the lot's code, or the last part of a foreign URI."""
    try:
        code = parse_identifier(uri)
    except MalformedIdentifierError:
        return re.split(r"[/:]", uri.rstrip("/:"))[-1]
    return code.lot_code or uri


def is_season(uri: str) -> bool:
    """Whether ``uri`` names a season: a lot of our own form whose code is a season's."""
    try:
        identifier = parse_identifier(uri)
    except MalformedIdentifierError:
        return False
    return isinstance(identifier, OwnIdentifier) and is_season_code(identifier.lot_code or "")


def _parse_own(text: str) -> OwnIdentifier:
    base, *rest = text.rsplit("/", 3)
    if len(rest) != 3 or rest[1] not in _KINDS:
        raise MalformedIdentifierError("not an identifier of this system", text=text)
    return OwnIdentifier(base, rest[0], Kind(rest[1]), rest[2])


def _parse_gs1_path(path: str) -> Gs1Identifier:
    parts = path.split("/")
    if len(parts) not in (5, 7) or parts[:2] != ["", "01"] or [*parts[3::2], "21"][:2] != ["10", "21"]:
        raise MalformedIdentifierError("not a Digital Link path /01/…/10/…", text=path)
    try:
        values = [unquote(part, errors="strict") for part in parts[4::2]]
    except UnicodeDecodeError as error:
        raise MalformedIdentifierError("not UTF-8", text=path) from error
    return Gs1Identifier(gtins.check_gtin(parts[2]), *values)


def _check_identifier(identifier: Identifier) -> None:
    if isinstance(identifier, Gs1Identifier):
        _check_gs1(identifier)
        return
    check_id_base(identifier.id_base)
    if not is_organisation_code(identifier.organisation):
        raise MalformedIdentifierError("not an organisation code", text=identifier.organisation)
    if identifier.kind is Kind.LOT:
        product, _, lot = identifier.code.partition(".")
        check_code(product, short=True)
        check_code(lot, short=True)
    else:
        check_code(identifier.code, short=identifier.kind is Kind.PRODUCT)


def _check_gs1(identifier: Gs1Identifier) -> None:
    if gtins.check_gtin(identifier.gtin) != identifier.gtin:
        raise MalformedIdentifierError("a GTIN in an identifier has 14 digits", text=identifier.gtin)
    gtins.check_element(identifier.lot_code, name="số lô")
    if identifier.serial is not None:
        gtins.check_element(identifier.serial, name="số sê-ri")
