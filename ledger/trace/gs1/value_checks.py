"""What the parts of application identifiers' values must satisfy beside characters and lengths. Pure.

Each takes a part of the right characters and length. Lists that others keep and change (countries,
currencies, media, packages, coupons) are not carried here: their parts are checked for form alone, and named
in ``UNLISTED``.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ledger.trace.gs1.gtins import check_digit

UNLISTED = frozenset(
    {
        "country", "country_letters", "country_or_999", "coupon", "coupon_offer", "currency", "media_type",
        "package_type",
    }
)  # fmt: skip

_COMPANY_PREFIX = re.compile(r"[0-9]{4}")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_POSITION = re.compile(r"[1-9]/[1-9]")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{1,30}")
# §7.9.5: character set 82 in the order of its values, the set of the check character pair, and its primes.
_SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_SET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)


def has_check_digit(digits: str) -> bool:
    """The last digit is the check digit of the others (§7.9.1)."""
    return check_digit(digits[:-1]) == digits[-1]


def has_check_pair(text: str) -> bool:
    """The last two characters are the check pair of the others (§7.9.5: modulo 1021, over primes)."""
    body, pair = text[:-2], text[-2:]
    if not body or len(body) > len(_PRIMES):
        return False
    weights = reversed(_PRIMES[: len(body)])
    total = sum(_SET_82.index(letter) * prime for letter, prime in zip(body, weights, strict=True)) % 1021
    return pair == _SET_32[total >> 5] + _SET_32[total & 31]


def is_date(text: str) -> bool:
    """``YYMMDD``, a day that there is. Which century is left open: 29 February exists in each one's 00."""
    return _is_day(2000 + int(text[:2]), text[2:4], text[4:6])


def is_date_or_month(text: str) -> bool:
    """``YYMMDD``, or ``YYMM00`` for all of a month."""
    return is_date(text[:4] + "01") if text.endswith("00") else is_date(text)


def is_long_date(text: str) -> bool:
    """``YYYYMMDD``."""
    return text[:4] != "0000" and _is_day(int(text[:4]), text[4:6], text[6:8])


def is_piece_of_total(text: str) -> bool:
    """``0207``: the second piece of seven."""
    return "00" < text[:2] <= text[2:]


def is_iban(text: str) -> bool:
    """An international bank account number (ISO 13616): its check digits hold modulo 97."""
    if not _IBAN.fullmatch(text):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def _is_day(year: int, month: str, day: str) -> bool:
    if not "01" <= month <= "12":
        return False
    return 1 <= int(day) <= monthrange(year, int(month))[1]


def _is_position(text: str) -> bool:
    return _POSITION.fullmatch(text) is not None and text[0] <= text[2]


def _is_hour_minute(text: str) -> bool:
    return text[:2] < "24" and text[2:] < "60"


CHECKS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "check_digit": has_check_digit,
        "check_pair": has_check_pair,
        "prefix": lambda text: _COMPANY_PREFIX.match(text) is not None,
        "prefix_second": lambda text: _COMPANY_PREFIX.match(text, 1) is not None,
        "date": is_date,
        "date_or_month": is_date_or_month,
        "long_date": is_long_date,
        "hour_minute": _is_hour_minute,
        "hour": lambda text: text < "24",
        "minute": lambda text: text < "60",
        "second": lambda text: text < "60",
        "percent_coded": lambda text: _PERCENT.search(text) is None,
        "latitude": lambda text: int(text) <= 180 * 10**7,
        "longitude": lambda text: int(text) <= 360 * 10**7,
        "yes_no": lambda text: text in {"0", "1"},
        "minus": lambda text: text == "-",
        "importer_index": lambda text: re.fullmatch(r"[-0-9A-Z_a-z]", text) is not None,
        "sex": lambda text: text in {"0", "1", "2", "9"},
        "position_in_sequence": _is_position,
        "winding": lambda text: text in {"0", "1", "9"},
        "piece_of_total": is_piece_of_total,
        "iban": is_iban,
        "no_leading_zero": lambda text: text == "0" or not text.startswith("0"),
        "not_all_digits": lambda text: not text.isdigit(),
        "zero": lambda text: text.strip("0") == "",
        "not_zero": lambda text: text.strip("0") != "",
    }
)
