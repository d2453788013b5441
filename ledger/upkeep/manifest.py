"""What a backup says of itself (``manifest.json``), and the digests of its files (``SHA256SUMS``). Pure.

The manifest is written last; a folder without one is no backup. ``SHA256SUMS`` is in the form of the program
``sha256sum``, so that anybody can check a backup without ours: ``sha256sum --check SHA256SUMS``.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final

from ledger.upkeep.errors import NotABackupError

TYPE: Final = "sogoc/backup/v1"
MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.seal"
SUMS: Final = "SHA256SUMS"
DATABASE: Final = "sogoc.db"
SETTINGS: Final = "settings.toml"
MASTER_KEY: Final = "master.key"
PHOTOS: Final = "photos"

MAX_MANIFEST_BYTES: Final = 64 * 1024

_SUM = re.compile(r"([0-9a-f]{64})  ([!-~]{1,255})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of a backup. ``size`` and ``root`` (32 bytes) are the head of the copied log.

    ``source`` is the dialect it was copied from, ``schema`` the revision, ``files`` and ``total_bytes`` count
    what ``SHA256SUMS`` lists, ``sums`` is the SHA-256 of that file in hex.
    """

    created_at: datetime
    origin: str
    verifier_key: str
    size: int
    root: bytes
    schema: str
    source: str
    files: int
    total_bytes: int
    sums: str
    has_master_key: bool


def format_manifest(manifest: Manifest) -> bytes:
    """The file's bytes; the inverse of ``parse_manifest``."""
    members = asdict(manifest) | {
        "created_at": manifest.created_at.astimezone(UTC)
        .isoformat(timespec="seconds")
        .replace("+00:00", "Z"),
        "root": base64.b64encode(manifest.root).decode(),
    }
    return (json.dumps({"type": TYPE, **members}, ensure_ascii=False, indent=2) + "\n").encode()


def parse_manifest(data: bytes) -> Manifest:
    """The manifest whose file is exactly ``data``. Raises ``NotABackupError``."""
    try:
        members = json.loads(data.decode())
        manifest = _from_members(members)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotABackupError(f"not a manifest: {error}") from error
    # One spelling: what is sealed is what is read.
    if members.get("type") != TYPE or format_manifest(manifest) != data:
        raise NotABackupError("not a manifest of version 1 in its one spelling")
    return manifest


def format_sums(sums: Mapping[str, str]) -> bytes:
    """Path → SHA-256 in hex, as ``sha256sum`` writes it, sorted by path."""
    return "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode()


def parse_sums(data: bytes) -> dict[str, str]:
    """The inverse of ``format_sums``. Raises ``NotABackupError``, also for a path that leaves the folder."""
    sums: dict[str, str] = {}
    for line in data.decode(errors="replace").splitlines():
        match = _SUM.fullmatch(line)
        if match is None or {"", ".", ".."} & set(match[2].split("/")):
            raise NotABackupError(f"not a line of {SUMS}: {line!r}")
        sums[match[2]] = match[1]
    if format_sums(sums) != data:
        raise NotABackupError(f"{SUMS} is not in its one form")
    return sums


def _from_members(members: Mapping[str, Any]) -> Manifest:
    values = {item.name: members[item.name] for item in fields(Manifest)}
    values["created_at"] = datetime.fromisoformat(values["created_at"])
    values["root"] = base64.b64decode(values["root"], validate=True)
    manifest = Manifest(**values)
    whole = (manifest.size, manifest.files, manifest.total_bytes)
    if any(type(number) is not int or number < 0 for number in whole):
        raise ValueError("a size is a whole number")
    if type(manifest.has_master_key) is not bool:
        raise ValueError("has_master_key is true or false")
    return manifest
