"""Secrets at rest, under one master key that is not in the database.

A sealed secret is ``0x01 ‖ nonce (12 bytes) ‖ AES-256-GCM ciphertext ‖ tag (16 bytes)``. The purpose goes
into the additional data, so a secret sealed for one purpose does not open for another. The encryption key
and each derived key come from the master key by HKDF-SHA256 (RFC 5869) under labels of their own.

A key may also be one that no file holds: it stays in a token, which signs for us (``signing.hsm``).
"""

import os
import stat
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import MalformedBase64Error, TokenError, VaultError
from signing.keys import KeySigner, VerifierKey

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
MAX_PLAINTEXT_BYTES = 16 * 1024 * 1024

_VERSION = b"\x01"
_SEAL_LABEL = b"sogoc/vault/seal/v1"
_DERIVE_LABEL = b"sogoc/vault/derive/v1"


def derive_key(secret: bytes, label: bytes) -> bytes:
    """32 bytes from ``secret`` for one use: HKDF-SHA256 without salt, ``label`` as info (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=label).derive(secret)


def new_data_key() -> bytes:
    """32 new random bytes: the master key of a vault of its own, for instance one per person."""
    return os.urandom(KEY_BYTES)


class KeyToken(Protocol):
    """A place outside where private keys are used and never read: a hardware module, a smart card."""

    def signer(self, key: VerifierKey, /) -> KeySigner:
        """The holder of ``key``. Raises ``TokenError`` when the token is not there or holds another key."""


class Vault:
    """Seals and opens secrets, and derives keys, under a 32-byte master key. Shows no secret in ``repr``.

    ``token`` holds the keys that cannot be sealed because they cannot be read.
    Nonces are random: one master key should seal fewer than 2^32 secrets (NIST SP 800-38D §8.3).
    """

    __slots__ = ("_cipher", "_master_key", "_token")

    def __init__(self, master_key: bytes, *, token: KeyToken | None = None) -> None:
        self._token = token
        if len(master_key) != KEY_BYTES:
            raise VaultError(f"a master key is {KEY_BYTES} bytes, not {len(master_key)}")
        self._master_key = master_key
        self._cipher = AESGCM(derive_key(master_key, _SEAL_LABEL))

    def seal(self, plaintext: bytes, purpose: str) -> bytes:
        """``plaintext`` (at most 16 MiB) encrypted for ``purpose``; 29 bytes longer, different every time."""
        if len(plaintext) > MAX_PLAINTEXT_BYTES:
            raise VaultError(f"a secret has at most {MAX_PLAINTEXT_BYTES} bytes, not {len(plaintext)}")
        nonce = os.urandom(NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plaintext, _additional_data(purpose))

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The plaintext of ``sealed``.

        Raises ``VaultError`` for another format version, master key or purpose, and for changed bytes.
        """
        if sealed[:1] != _VERSION or len(sealed) < 1 + NONCE_BYTES + TAG_BYTES:
            raise VaultError("not a sealed secret of version 1")
        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, _additional_data(purpose))
        except InvalidTag as error:
            raise VaultError(f"wrong master key, wrong purpose or changed bytes: {purpose}") from error

    def derive(self, purpose: str) -> bytes:
        """32 bytes that only this master key gives for ``purpose``; always the same."""
        return derive_key(self._master_key, _DERIVE_LABEL + b"\x00" + _encode_purpose(purpose))

    def token_signer(self, key: VerifierKey) -> KeySigner:
        """The holder of a key that lies in the token. Raises ``TokenError``, also when there is no token."""
        if self._token is None:
            raise TokenError(f"no token is configured, and {key.format()} is not held here")
        return self._token.signer(key)

    def __repr__(self) -> str:
        return "Vault(…)"


def create_master_key(path: Path) -> bytes:
    """Write a new master key to ``path`` (mode 0600, base64, one line) and return its 32 bytes.

    Raises ``VaultError`` when the file exists already, or cannot be written: a master key is never replaced.
    """
    master_key = new_data_key()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise VaultError(
            f"{path} exists already",
            sentence=f"Tệp khóa chính {path} đã có, không ghi đè. Hãy dùng tệp đó hoặc chọn tên khác.",
        ) from error
    except OSError as error:
        raise _unusable_file(path, error) from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(format_base64(master_key) + "\n")
        file.flush()
        os.fsync(file.fileno())
    _sync_directory(path.parent)
    return master_key


def load_master_key(path: Path) -> bytes:
    """The 32 bytes of the master key in ``path``.

    Raises ``VaultError`` when the file is missing, is not a regular file, can be read by group or others, or
    does not hold exactly one line of base64.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(256)
    except OSError as error:
        raise _unusable_file(path, error) from error
    if not stat.S_ISREG(mode) or stat.S_IMODE(mode) & 0o077:
        raise VaultError(
            f"{path} must be a regular file that only its owner can read; mode {stat.filemode(mode)}",
            sentence=f"Tệp khóa chính {path} để người khác đọc được. Hãy chạy: chmod 600 {path}",
        )
    return _parse_master_key(text, path)


def _parse_master_key(text: bytes, path: Path) -> bytes:
    sentence = f"Tệp khóa chính {path} đã hỏng. Hãy lấy lại từ bản sao lưu."
    try:
        master_key = parse_base64(text.decode("ascii").removesuffix("\n"))
    except (MalformedBase64Error, UnicodeDecodeError) as error:
        raise VaultError(f"{path} is not one line of base64", sentence=sentence) from error
    if len(master_key) != KEY_BYTES:
        raise VaultError(f"{path} holds {len(master_key)} bytes, not {KEY_BYTES}", sentence=sentence)
    return master_key


def _additional_data(purpose: str) -> bytes:
    return _SEAL_LABEL + b"\x00" + _encode_purpose(purpose)


def _encode_purpose(purpose: str) -> bytes:
    if not purpose:
        raise VaultError("a secret has a purpose")
    return purpose.encode()


def _unusable_file(path: Path, error: OSError) -> VaultError:
    return VaultError(
        f"{path}: {error.strerror}",
        sentence=f"Không đọc hoặc ghi được tệp khóa chính {path}. Hãy kiểm tra đường dẫn và quyền truy cập.",
    )


def _sync_directory(directory: Path) -> None:
    # A new file survives a power cut only when its directory entry is on the disk as well.
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
