"""Codes of cartons and pallets: an SSCC where GS1 gave the cooperative a prefix, else one of our own. Pure.

An SSCC is 18 digits: extension digit, company prefix, serial reference, check digit (GS1 General
Specifications §3.3.1, §7.9.1). Our own is 14 Crockford capitals that begin with a letter, so neither is ever
taken for the other or for a stamp's 13 characters (Decree 37/2026/NĐ-CP Art. 28.4.b):

    T 8H2M4KQ7 000C 0    kind (T carton, P pallet), series of the job, number in it from 0, check character

The check character catches every single wrong character and every two that changed places: it is the sum of
the characters times powers of a generator of GF(2^5), x^5 + x^2 + 1.

>>> format_sscc("0614141", 1234567890)
'106141412345678908'
>>> format_own(CartonKind.CARTON, "8H2M4KQ7", 12)
'T8H2M4KQ7000C0'
"""

import random
import re
from dataclasses import dataclass
from enum import StrEnum

from ledger.coop.errors import CommandError, Problem
from ledger.trace.gs1.gtins import check_digit
from ledger.trace.identifiers import CROCKFORD

SSCC_DIGITS = 18
SERIES_LENGTH = 8
NUMBER_LENGTH = 4
MAX_OWN = len(CROCKFORD) ** NUMBER_LENGTH
"""Cartons that one series can number."""

PREFIX_LENGTHS = range(6, 13)
"""Digits that a company prefix has."""

_MAX_TYPED = 64
_PREFIX = re.compile(r"[0-9]{6,12}")
# General Specifications §1.4.4 and §3.8: restricted circulation and coupons are no company's.
_RESTRICTED = re.compile(r"02|04|05|2|98|99")
_OWN = re.compile(rf"[TP][{CROCKFORD}]{{13}}")
_SSCC = re.compile(rf"[0-9]{{{SSCC_DIGITS}}}")
_AI = re.compile(rf"(\(00\)|00)(?=[0-9]{{{SSCC_DIGITS}}}\Z)")
_ASIDE = re.compile(r"[\s.-]+")
_TYPED_FOR = str.maketrans("OIL", "011")


class CartonKind(StrEnum):
    """What a label is stuck on."""

    CARTON = "carton"
    PALLET = "pallet"


_LETTERS = {CartonKind.CARTON: "T", CartonKind.PALLET: "P"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Sscc:
    """A serial shipping container code: the 17 digits before its check digit, as a number."""

    number: int


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A code of our own: carton ``number`` (from 0) of the job with this series."""

    kind: CartonKind
    series: str
    number: int


def check_company_prefix(text: str) -> str:
    """A GS1 company prefix of 6 to 12 digits. Raises ``CommandError``."""
    prefix = text.strip()
    if _PREFIX.fullmatch(prefix) is None or _RESTRICTED.match(prefix):
        sentence = (
            "Mã doanh nghiệp GS1 gồm 6 đến 12 chữ số do GS1 Việt Nam cấp, thường bắt đầu bằng 893. "
            "Hãy chép đúng từ giấy chứng nhận."
        )
        raise CommandError(Problem("prefix", sentence))
    return prefix


def sscc_capacity(prefix: str) -> int:
    """How many SSCCs the prefix has, all extension digits together."""
    capacity: int = 10 ** (SSCC_DIGITS - 1 - len(prefix))
    return capacity


def sscc_number(prefix: str, given: int) -> int:
    """The 17 digits of the SSCC that is given out after ``given`` others: the extension digit goes last."""
    extension, serial = divmod(given, sscc_capacity(prefix) // 10)
    return int(f"{extension}{prefix}{serial:0{SSCC_DIGITS - 2 - len(prefix)}}")


def format_sscc(prefix: str, given: int) -> str:
    """The 18 digits of that SSCC."""
    return format_code(Sscc(sscc_number(prefix, given)))


def format_hri(prefix: str, code: str) -> str:
    """An SSCC as people read it, its parts apart: ``(00) 3 0614141 123456789 0``.

    Extension digit, company prefix, serial reference, check digit (GS1 General Specifications §4.14).
    """
    end = 1 + len(prefix)
    return f"(00) {code[0]} {code[1:end]} {code[end:-1]} {code[-1]}"


def format_own(kind: CartonKind, series: str, number: int) -> str:
    """The 14 characters of an own code."""
    return format_code(OwnCode(kind, series, number))


def format_code(code: Sscc | OwnCode) -> str:
    """The code as it is printed and stands in the address of its page."""
    match code:
        case Sscc(number):
            digits = f"{number:0{SSCC_DIGITS - 1}}"
            return digits + check_digit(digits)
        case OwnCode(kind, series, number):
            body = _LETTERS[kind] + series + _format_number(number)
            return body + _check_character(body)


def parse_code(text: str) -> Sscc | OwnCode | None:
    """The code a person typed or scanned; ``None`` when it is none or has a typing slip.

    Taken too: spaces, hyphens and dots, small letters, O, I and L for 0 and 1, and the application identifier
    ``(00)`` or ``00`` before an SSCC. At most 64 characters are read.
    """
    if len(text) > _MAX_TYPED:
        return None
    code = _AI.sub("", _ASIDE.sub("", text).upper().translate(_TYPED_FOR))
    if _SSCC.fullmatch(code):
        return Sscc(int(code[:-1])) if check_digit(code[:-1]) == code[-1] else None
    if _OWN.fullmatch(code) is None or _check_character(code[:-1]) != code[-1]:
        return None
    return OwnCode(_KINDS[code[0]], code[1:9], _parse_number(code[9:13]))


def new_series(source: random.Random) -> str:
    """A new series: 8 Crockford characters."""
    return "".join(source.choice(CROCKFORD) for _ in range(SERIES_LENGTH))


def _format_number(number: int) -> str:
    places = (number >> 5 * place & 31 for place in reversed(range(NUMBER_LENGTH)))
    return "".join(CROCKFORD[place] for place in places)


def _parse_number(text: str) -> int:
    number = 0
    for character in text:
        number = number << 5 | CROCKFORD.index(character)
    return number


def _check_character(body: str) -> str:
    """Horner's rule in GF(2^5): each step multiplies by x, which generates all 31 elements but zero."""
    total = 0
    for character in body:
        total = (total ^ CROCKFORD.index(character)) << 1
        total ^= 0b100101 if total & 0b100000 else 0
    return CROCKFORD[total]
