"""What stamps say: plain frozen values, checked here and trusted below."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields, replace

from labels.errors import FieldMissingError, FieldTooLongError, MissingGlyphError

TEXT_LIMITS = {
    "product_name": 80,
    "lot": 20,
    "packed_on": 24,
    "expires_on": 24,
    "organisation": 100,
    "weight": 24,
    "grade": 40,
    "sender": 160,
    "remark": 160,
    "address": 160,
    "origin": 80,
    "made_on": 24,
    "ingredients": 400,
    "warning": 240,
    "storage": 240,
    "content": 60,
    "order": 40,
}
"""Most characters of each field, after NFC; a shorter text may still not fit the design."""

CODE_LIMIT = 28
"""Most characters of a code as printed, group marks included; ``(00) 3 8931234 567890123 4`` has 26."""

SECRET_LIMIT = 20
"""The same for what stands under the scratch foil."""

REQUIRED = ("product_name", "lot", "organisation")
"""Fields that no stamp goes without."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stamp: ``url`` is the QR payload (capitals make it small), ``code`` is printed under it for typing.

    A code without ``-`` or ``(`` is printed in groups of four. ``secret`` goes under scratch foil: a design
    with the slot ``secret`` needs it, one without refuses it. ``barcode`` is a GS1 element string of digits,
    application identifier first (``00`` and an SSCC): a design with the slot ``barcode`` prints it as
    GS1-128, or leaves the slot white where it is empty; one without has no place for it.
    """

    url: str
    code: str
    secret: str = ""
    barcode: str = ""

    @property
    def printed_code(self) -> str:
        """The code as people read it: ``7K3M-9QX2-W4TD-1``."""
        return _grouped(self.code)

    @property
    def printed_secret(self) -> str:
        """The scratch code as people read it: ``7K3M-9QX2``."""
        return _grouped(self.secret)


def _grouped(code: str) -> str:
    if "-" in code or "(" in code:
        return code
    return "-".join([code[start : start + 4] for start in range(0, len(code), 4)])


@dataclass(frozen=True, slots=True)
class StampText:
    """What every stamp of a job says, already formatted for people: dates as 12/05/2026, weights as 1,5 kg.

    ``weight`` is the net quantity of one pack or crate, ``content`` what a carton holds ("24 gói × 500 g"),
    ``order`` the order or delivery a carton belongs to; ``made_on`` is the day of making that a food label
    must tell, ``packed_on`` the day of packing. Empty fields are left out together with their captions.
    """

    product_name: str
    lot: str
    organisation: str
    packed_on: str = ""
    expires_on: str = ""
    weight: str = ""
    grade: str = ""
    sender: str = ""
    remark: str = ""
    address: str = ""
    origin: str = ""
    made_on: str = ""
    ingredients: str = ""
    warning: str = ""
    storage: str = ""
    content: str = ""
    order: str = ""


def check_text(text: StampText, printable: frozenset[str]) -> StampText:
    """The text in NFC without outer spaces, when every field is present, short and printable.

    Raises ``FieldMissingError``, ``FieldTooLongError`` or ``MissingGlyphError``.
    """
    clean = {
        field.name: unicodedata.normalize("NFC", getattr(text, field.name)).strip()
        for field in fields(StampText)
    }
    for name, value in clean.items():
        if not value and name in REQUIRED:
            raise FieldMissingError(name)
        if len(value) > TEXT_LIMITS[name]:
            raise FieldTooLongError(name, len(value), TEXT_LIMITS[name])
        for character in value:
            if character not in printable:
                raise MissingGlyphError(name, character)
    return replace(text, **clean)
