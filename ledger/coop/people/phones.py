"""Telephone numbers of Viet Nam as people type them, and the keyed hash under which one opens an account."""

import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache

from signing.vault import Vault

_TYPED = re.compile(r"(?:\+84|0084|84|0)?([0-9]{9,10})")
# The national plan since 2018: mobile numbers have nine digits behind the zero, land lines begin with 2.
_NATIONAL = re.compile(r"[35789][0-9]{8}|2[0-9]{9}")
_BETWEEN = re.compile(r"[\s.()–-]")


def read_phone(typed: str) -> str | None:
    """The number in its one form, ``+84912345678``; ``None`` for what is no number of Viet Nam.

    The zero in front may be missing: spreadsheets take it away.
    """
    tidy = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed[:40]))
    found = _TYPED.fullmatch(tidy)
    if found is None or _NATIONAL.fullmatch(found[1]) is None:
        return None
    return f"+84{found[1]}"


def format_phone(phone: str) -> str:
    """The number as people read it: ``0912 345 678``. ``read_phone`` reads it back."""
    national = f"0{phone.removeprefix('+84')}"
    return f"{national[:4]} {national[4:7]} {national[7:]}"


def phone_digest(vault: Vault, phone: str) -> bytes:
    """32 bytes that only this ledger's vault gives for the number: the books alone do not tell numbers."""
    return hmac.digest(_key(vault), b"phone/" + phone.encode(), hashlib.sha256)


def account_digest(vault: Vault, account_id: str) -> bytes:
    """The same for an account, under which its tries of a PIN are counted."""
    return hmac.digest(_key(vault), b"account/" + account_id.encode(), hashlib.sha256)


@lru_cache(maxsize=8)
def _key(vault: Vault) -> bytes:
    return vault.derive("ledger.coop/phone-login")
