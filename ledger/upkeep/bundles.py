"""Credentials from the bundles beside a copy of the log: the log itself holds only their digests."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ledger.log.errors import SourceError
from ledger.log.remote_sources import FolderSource, HttpSource
from ledger.log.remote_tiles import RemoteSource
from ledger.trace.bundles.bundle_verify import MAX_BUNDLE_BYTES
from ledger.trace.credentials.lot_credential import credential_digest


class Bundles:
    """The bundles of an export, or of a server, that has the log in ``log/``."""

    def __init__(self, place: str) -> None:
        self._source = _beside(place)

    def find_credential(self, lot: str, digest: str) -> dict[str, Any] | None:
        """The credential of the lot with this digest, ``None`` where there is no such one."""
        try:
            data = self._source.fetch(f"{urlsplit(lot).path.strip('/')}/bundle", MAX_BUNDLE_BYTES)
            credential = None if data is None else json.loads(data)["credential"]
            is_it = isinstance(credential, dict) and credential_digest(credential) == digest
        except (SourceError, ValueError, KeyError, TypeError):
            return None
        return credential if is_it else None


def _beside(place: str) -> RemoteSource:
    if urlsplit(place).scheme in {"http", "https"}:
        return HttpSource(place.rstrip("/").removesuffix("/log"))
    folder = Path(place)
    return FolderSource(folder if (folder / "log").is_dir() else folder.parent)
