"""GTINs and the text elements beside them (GS1 General Specifications §1.4.4, §3.4, §7.9, §7.11). Pure.

>>> check_gtin("9521234543213")
'09521234543213'
"""

import re

from ledger.trace.errors import GtinError, MalformedIdentifierError

# §7.11, character set 82, without what no URI path segment can carry alone.
_ELEMENT = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}\Z")
_DIGITS = re.compile(r"[0-9]{8}\Z|[0-9]{12,14}\Z")

# §1.4.4 and §3.8: restricted circulation (02, 04, 2), coupons (05, 98, 99); no prefix of a traded product.
_RESTRICTED_13 = re.compile(r"02|04|05|2|98[0-4]|99")
# GS1-8 prefixes 000-099 and 200-299 are for restricted circulation.
_RESTRICTED_8 = re.compile(r"0|2")


def check_digit(digits: str) -> str:
    """The check digit for ``digits`` (without it): weights 3, 1, 3… from the right, modulo 10 (§7.9.1)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def check_gtin(text: str) -> str:
    """The 14 digits of the GTIN-8, -12, -13 or -14 ``text``.

    Raises ``GtinError`` for another length, a wrong check digit, or a prefix that no traded product has.
    """
    if not _DIGITS.match(text):
        raise GtinError(
            "a GTIN has 8, 12, 13 or 14 digits",
            text=text,
            sentence=f"Mã GTIN “{text[:20]}” phải có 8, 12, 13 hoặc 14 chữ số. Hãy đếm lại.",
        )
    if check_digit(text[:-1]) != text[-1]:
        raise GtinError(
            "wrong check digit",
            text=text,
            sentence=f"Mã GTIN {text} sai số kiểm tra ở cuối. Hãy gõ lại từng số dưới mã vạch.",
        )
    padded = text.zfill(14)
    if _is_restricted(padded):
        raise GtinError(
            "restricted prefix",
            text=text,
            sentence=f"Mã {text} thuộc dải dùng nội bộ hoặc phiếu giảm giá, không phải GTIN của hàng bán. "
            "Hãy dùng mã do GS1 Việt Nam cấp.",
        )
    return padded


def check_element(text: str, *, name: str) -> None:
    """Check a batch/lot or serial text (application identifiers 10, 21): 1 to 20 characters of set 82.

    A dot segment is refused: on its way a URI's path loses it (RFC 3986 §5.2.4).
    Raises ``MalformedIdentifierError``; ``name`` is what a person calls the text.
    """
    if not _ELEMENT.match(text) or text in {".", ".."}:
        raise MalformedIdentifierError(
            "1 to 20 characters of GS1 character set 82",
            text=text,
            sentence=f"Phần {name} “{text[:20]}” không hợp lệ: dùng 1 đến 20 chữ không dấu, số, gạch ngang.",
        )


def _is_restricted(gtin14: str) -> bool:
    if gtin14.startswith("000000"):
        return _RESTRICTED_8.match(gtin14[6:]) is not None
    return _RESTRICTED_13.match(gtin14[1:]) is not None
