"""Ed25519 keys that live in a PKCS#11 token and sign there (PKCS#11 v3.0 §2.3.14, ``CKM_EDDSA`` without
parameters: pure Ed25519, RFC 8032).

Needs the package ``python-pkcs11`` (extra ``hsm``) and the module of the token's maker; both are loaded when
a token is first used. The rest of the program sees signers of notes and never learns where a key is.
"""

import importlib
import os
import secrets
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from signing.errors import TokenError
from signing.keys import PUBLIC_KEY_BYTES, KeySigner, VerifierKey

T = TypeVar("T")

_ED25519_CURVE: Final = bytes.fromhex("06032b6570")
"""DER of the object identifier 1.3.101.112 (RFC 8410 §3), the ``CKA_EC_PARAMS`` of an Ed25519 key."""
_OCTET_STRING: Final = bytes([0x04, PUBLIC_KEY_BYTES])
"""DER header of ``CKA_EC_POINT``, which some modules leave out."""
_ID_BYTES: Final = 8
_MAX_PIN_BYTES: Final = 256


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where keys are: the maker's module, the token's label, the label of our keys in it, the PIN's file.

    Keys of one label are told apart by their public halves, so an old and a new one may lie side by side.
    """

    module: Path
    token: str
    label: str
    pin_file: Path


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key in a token, with the name that it signs under: a ``KeySigner``."""

    verifier_key: VerifierKey
    _token: "Pkcs11Token" = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The name in front of the signature."""
        return self.verifier_key.name

    @property
    def key_id(self) -> bytes:
        """The 4-byte key id of the public half under this name."""
        return self.verifier_key.key_id

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of ``message``. Raises ``TokenError``."""
        return self._token.sign(self.verifier_key.public_key, message)


class Pkcs11Token:
    """A token, logged in to when first used and again after it failed. Safe to share by threads."""

    def __init__(self, place: TokenPlace) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._session: Any = None
        self._private_keys: dict[bytes, Any] = {}

    def signer(self, key: VerifierKey) -> KeySigner:
        """The holder of ``key``. Raises ``TokenError`` when the token does not hold it."""
        self._use(lambda session: self._find_private(session, key.public_key))
        return TokenKey(key, self)

    def generate(self, name: str) -> KeySigner:
        """A new key, made in the token and never to leave it, to sign under ``name``."""
        return TokenKey(VerifierKey(name, self._use(self._generate)), self)

    def sign(self, public_key: bytes, message: bytes) -> bytes:
        """The 64-byte signature of ``message`` by the private half of ``public_key``."""

        def sign(session: Any) -> bytes:
            private = self._find_private(session, public_key)
            return bytes(private.sign(message, mechanism=_pkcs11().Mechanism.EDDSA))

        return self._use(sign)

    def public_keys(self) -> tuple[bytes, ...]:
        """The public halves (32 bytes) of our keys in the token."""
        return self._use(lambda session: tuple(point for point, _ in self._public_keys(session)))

    def _use(self, work: Callable[[Any], T]) -> T:
        """Do ``work`` in the session; a session in which anything went wrong is not used again."""
        with self._lock:
            try:
                if self._session is None:
                    self._session = self._log_in()
                return work(self._session)
            except TokenError:
                raise
            except Exception as error:  # the module raises what its maker thought of
                self._session = None
                self._private_keys.clear()
                raise TokenError(f"token {self._place.token!r}: {type(error).__name__}: {error}") from error

    def _log_in(self) -> Any:
        pin = _read_pin(self._place.pin_file)
        token = _pkcs11().lib(str(self._place.module)).get_token(token_label=self._place.token)
        try:
            return token.open(user_pin=pin, rw=True)
        except _pkcs11().exceptions.UserAlreadyLoggedIn:
            # Who logged in is remembered for the process, not for the session (PKCS#11 v3.0 base §5.6.8).
            return token.open(rw=True)

    def _public_keys(self, session: Any) -> Iterator[tuple[bytes, bytes]]:
        pkcs11 = _pkcs11()
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY,
            pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC_EDWARDS,
            pkcs11.Attribute.LABEL: self._place.label,
        }
        # A search left half way would keep the session busy.
        for found in list(session.get_objects(wanted)):
            point = bytes(found[pkcs11.Attribute.EC_POINT]).removeprefix(_OCTET_STRING)
            if bytes(found[pkcs11.Attribute.EC_PARAMS]) == _ED25519_CURVE:
                yield point, bytes(found[pkcs11.Attribute.ID])

    def _find_private(self, session: Any, public_key: bytes) -> Any:
        if public_key not in self._private_keys:
            self._private_keys[public_key] = self._look_up(session, public_key)
        return self._private_keys[public_key]

    def _look_up(self, session: Any, public_key: bytes) -> Any:
        pkcs11 = _pkcs11()
        for point, identifier in self._public_keys(session):
            if point == public_key:
                return session.get_key(
                    object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self._place.label, id=identifier
                )
        raise TokenError(f"token {self._place.token!r} holds no key {public_key.hex()} {self._place.label!r}")

    def _generate(self, session: Any) -> bytes:
        pkcs11 = _pkcs11()
        curve = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: _ED25519_CURVE}, local=True
        )
        public, _ = curve.generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
            store=True,
            label=self._place.label,
            id=secrets.token_bytes(_ID_BYTES),
        )
        return bytes(public[pkcs11.Attribute.EC_POINT]).removeprefix(_OCTET_STRING)


def _pkcs11() -> Any:
    try:
        return importlib.import_module("pkcs11")
    except ImportError as error:
        raise TokenError(
            "the package python-pkcs11 is not installed",
            sentence="Chưa cài gói python-pkcs11 nên không dùng được thiết bị giữ khóa. Hãy cài phần hsm.",
        ) from error


def _read_pin(path: Path) -> str:
    """The one line of ``path``. Raises ``TokenError`` when others could read it too."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            pin = file.read(_MAX_PIN_BYTES).decode("ascii").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TokenError(
            f"{path}: {error}", sentence=f"Không đọc được tệp mã PIN {path}. Hãy kiểm tra đường dẫn và quyền."
        ) from error
    if not stat.S_ISREG(mode) or stat.S_IMODE(mode) & 0o077:
        raise TokenError(
            f"{path} must be a regular file that only its owner can read; mode {stat.filemode(mode)}",
            sentence=f"Tệp mã PIN {path} để người khác đọc được. Hãy chạy: chmod 600 {path}",
        )
    return pin
