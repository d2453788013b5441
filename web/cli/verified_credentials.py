"""What ``sogoc verify`` says of a credential in either form, from files alone (docs/spec/credential.md)."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from web.cli.running import Failed, print_json

CREDENTIAL = "VerifiableCredential"
_TOKEN = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\s*")
_MAX_BYTES = 4 * 1024 * 1024
NOT_ASKED = "Chưa xem danh sách tình trạng (--status): chứng thư có thể đã bị thu hồi."


def is_credential(data: bytes) -> bool:
    """Whether the file is a token, or calls itself a credential. Unverified."""
    if _TOKEN.fullmatch(data):
        return True
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return False
    kinds = found.get("type") if isinstance(found, dict) else None
    return isinstance(kinds, list) and CREDENTIAL in kinds


def tell_credential(data: bytes, did: Path | None, lists: Sequence[Path], *, as_json: bool) -> None:
    """Verify a credential against its issuer's DID document, and its status lists; print the answer.

    Raises ``ledger.trace.errors.CredentialError`` at the step that fails.
    """
    from ledger.trace.credentials.verifying import STEPS, check_status, status_addresses

    if did is None:
        raise click.UsageError("a credential is checked with its issuer's did.json: --did")
    document, now = _document(did, as_json=as_json), datetime.now(UTC)
    credential = _checked(data, document, now)
    for path in lists:
        check_status(credential, _checked(_read(path, as_json=as_json), document, now))
    # A list for each purpose is named; one that was not given was not asked.
    is_asked = len(lists) >= len(status_addresses(credential))
    warnings = [] if is_asked else [NOT_ASKED]
    if as_json:
        told = {"ok": True, "kind": CREDENTIAL, "issuer": document.get("id"), "warnings": warnings}
        print_json({**told, "id": credential.get("id"), "valid_from": credential.get("validFrom")})
        return
    for number, name in enumerate(STEPS if is_asked else STEPS[:4], start=1):
        click.echo(f"{number:2d} {name}: đạt")
    click.echo(f"ĐÚNG: {credential.get('id', 'chứng thư')}, do {document.get('id')} cấp")
    for warning in warnings:
        click.echo(f"Lưu ý: {warning}")


def _checked(data: bytes, document: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    from ledger.trace.credentials.verifying import check_embedded, check_token

    if _TOKEN.fullmatch(data):
        return check_token(data.decode().strip(), document, now)
    return check_embedded(data, document, now)


def _document(did: Path, *, as_json: bool) -> dict[str, Any]:
    try:
        found = json.loads(_read(did, as_json=as_json))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Failed("Tệp --did không phải did.json của một đơn vị.", as_json=as_json)
    return found


def _read(path: Path, *, as_json: bool) -> bytes:
    if path.stat().st_size > _MAX_BYTES:
        raise Failed(f"Tệp {path.name} lớn hơn 4 MB.", as_json=as_json)
    return path.read_bytes()
