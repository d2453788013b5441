"""VietQR: a symbol that fills in a bank transfer. EMVCo merchant-presented QR as NAPAS profiles it. Pure.

A payload is a row of objects, each two digits of id, two of length, then the value (EMVCo MPM §3.2). The last
is a CRC-16 over everything before its own value (§4.7.3).

>>> VietQr("970415", "0011001932418", 120000, "DH12").format()[-4:]
'7851'
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ledger.coop.errors import CommandError, Problem

MAX_AMOUNT = 10**13 - 1
"""The amount has at most thirteen characters (EMVCo MPM §3.3, id 54)."""
_NAPAS = "A000000727"
_TO_ACCOUNT = "QRIBFTTA"
_VERSION, _ONCE, _EVER = "01", "12", "11"
_DONG, _VIETNAM = "704", "VN"
_BANK = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[0-9A-Z]{1,19}")
_PURPOSE = re.compile(r"[0-9A-Za-z]([0-9A-Za-z ]{0,23}[0-9A-Za-z])?")
_OBJECT = re.compile(r"([0-9]{2})([0-9]{2})(.*)", re.DOTALL)

BANKS: Mapping[str, str] = MappingProxyType(
    {
        "970405": "Agribank",
        "970436": "Vietcombank",
        "970415": "VietinBank",
        "970418": "BIDV",
        "970422": "MB",
        "970407": "Techcombank",
        "970416": "ACB",
        "970432": "VPBank",
        "970423": "TPBank",
        "970403": "Sacombank",
        "970437": "HDBank",
        "970441": "VIB",
        "970443": "SHB",
        "970449": "LPBank",
        "970446": "Co-opBank",
        "970426": "MSB",
        "970448": "OCB",
        "970440": "SeABank",
        "970431": "Eximbank",
        "970425": "ABBANK",
        "970428": "Nam A Bank",
        "970409": "Bac A Bank",
        "970412": "PVcomBank",
        "970419": "NCB",
        "970427": "VietABank",
        "970433": "VietBank",
        "970438": "BaoViet Bank",
        "970452": "KienlongBank",
        "970400": "SaigonBank",
        "970430": "PGBank",
        "970454": "BVBank",
        "970429": "SCB",
    }
)
"""The banks' numbers (BIN) at NAPAS, the most used first."""


@dataclass(frozen=True, slots=True)
class VietQr:
    """A transfer to ``account`` at ``bank`` (its BIN) of so many đồng, with ``purpose`` as its text.

    No ``amount``: who pays types it. The purpose is ASCII, at most 25 characters.
    """

    bank: str
    account: str
    amount: int | None = None
    purpose: str = ""

    def __post_init__(self) -> None:
        fits = (
            _BANK.fullmatch(self.bank)
            and _ACCOUNT.fullmatch(self.account)
            and (self.amount is None or 0 < self.amount <= MAX_AMOUNT)
            and (not self.purpose or _PURPOSE.fullmatch(self.purpose))
        )
        if not fits:
            raise CommandError(Problem("account", "Tài khoản ngân hàng hoặc số tiền chưa đúng. Hãy xem lại."))

    def format(self) -> str:
        """The payload of the symbol."""
        bank = _object("00", self.bank) + _object("01", self.account)
        account = _object("00", _NAPAS) + _object("01", bank) + _object("02", _TO_ACCOUNT)
        objects = (
            _object("00", _VERSION),
            _object("01", _EVER if self.amount is None else _ONCE),
            _object("38", account),
            _object("53", _DONG),
            "" if self.amount is None else _object("54", str(self.amount)),
            _object("58", _VIETNAM),
            _object("62", _object("08", self.purpose)) if self.purpose else "",
        )
        text = "".join(objects) + "6304"
        return text + crc16(text)


def parse_vietqr(text: str) -> VietQr:
    """The inverse of ``VietQr.format``: only what that writes is read. Raises ``CommandError``."""
    try:
        objects = _objects(text)
        merchant = _objects(objects["38"])
        bank = _objects(merchant["01"])
        amount = int(objects["54"]) if "54" in objects else None
        purpose = _objects(objects["62"])["08"] if "62" in objects else ""
        found = VietQr(bank["00"], bank["01"], amount, purpose)
    except (KeyError, ValueError) as error:
        raise CommandError(Problem("account", "Mã chuyển khoản không đúng dạng VietQR.")) from error
    if found.format() != text:
        raise CommandError(Problem("account", "Mã chuyển khoản không đúng dạng VietQR."))
    return found


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE of the text's bytes (polynomial 0x1021, start 0xFFFF), four capital hex digits."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
    return f"{crc:04X}"


def _object(key: str, value: str) -> str:
    return f"{key}{len(value):02d}{value}"


def _objects(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    while text:
        match = _OBJECT.fullmatch(text)
        if match is None or len(match[3]) < int(match[2]):
            raise ValueError("cut off")
        found[match[1]], text = match[3][: int(match[2])], match[3][int(match[2]) :]
    return found
