"""What ``sogoc verify`` finds out about a file beside verifying a bundle: its kind, and whose key."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.cli.key_arguments import parse_key
from web.cli.running import Failed, print_json

if TYPE_CHECKING:
    from ledger.log.log_key_history import LogKeys
    from ledger.log.witnesses import WitnessPolicy
    from signing.keys import VerifierKey

DISCLOSURE, LOG_KEYS = "sogoc/disclosure/v1", "sogoc/log-keys/v1"
CHECK_RESULT = "sogoc/check-result/v1"
_KEYS_CHANGED = (
    "Tệp này do một khóa khác của cùng sổ ký: có thể sổ đã thay khóa. Hãy tải tệp /log/keys của sổ "
    "(hoặc: sogoc key log-history) rồi chạy lại với --log-keys TỆP."
)


def kind_of(data: bytes) -> str | None:
    """What the file calls itself, unverified."""
    found = _member(data, "type")
    return found if isinstance(found, str) else None


def choose_key(
    data: bytes, vkeys: Sequence[str], log_keys: Path | None, *, as_json: bool
) -> "VerifierKey | None":
    """Of the keys that the reader trusts, the one that signed the file's checkpoint; none without any.

    With a history of the log's keys, those count that follow from the reader's, each for the checkpoints that
    it signed: then not even a key of the reader's own is believed beyond its revocation.
    """
    keys = [parse_key(text) for text in vkeys]
    note = _checkpoint(data)
    if log_keys is not None:
        if not keys:
            raise click.UsageError("--log-keys needs the --vkey that you know of the log")
        followed = _follow(log_keys.read_bytes(), keys, as_json=as_json)
        keys = list(followed.at(followed.checkpoint.size if note is None else note[0]))
    signed = set() if note is None else note[1]
    return next((key for key in keys if (key.name, key.key_id) in signed), keys[0] if keys else None)


def hint_of(data: bytes, key: "VerifierKey | None", step: int) -> tuple[str, ...]:
    """A further line where step 6 failed because the log signs with another key than the reader's."""
    note = _checkpoint(data)
    if step != 6 or key is None or note is None or (key.name, key.key_id) in note[1]:
        return ()
    return (_KEYS_CHANGED,) if key.name in {name for name, _ in note[1]} else ()


def tell_disclosure(
    data: bytes, key: "VerifierKey | None", witnesses: "WitnessPolicy", *, as_json: bool
) -> None:
    """Verify a disclosed field and print the answer."""
    from ledger.trace.sealed_fields.disclosure_file import STEPS, verify_disclosure_file

    found = verify_disclosure_file(data, vkey=key, witnesses=witnesses)
    if as_json:
        print_json(
            {
                "ok": True,
                "kind": DISCLOSURE,
                "log": found.checkpoint.origin,
                "size": found.checkpoint.size,
                "index": found.record.index,
                "chain": found.record.chain_id,
                "recorded_at": found.record.recorded_at,
                "pointer": found.pointer,
                "value": found.value,
                "own_key": found.is_own_key,
                "warnings": found.warnings,
            }
        )
        return
    for number, (name, _) in enumerate(STEPS, start=1):
        click.echo(f"{number:2d} {name}: đạt")
    value = json.dumps(found.value, ensure_ascii=False)
    click.echo(f"ĐÚNG: bản ghi {found.record.index} của {found.record.chain_id}, {found.pointer} = {value}")
    for warning in found.warnings:
        click.echo(f"Lưu ý: {warning}")


def tell_check_result(
    data: bytes, key: "VerifierKey | None", witnesses: "WitnessPolicy", *, as_json: bool
) -> None:
    """Verify the signed result of a check of codes and print who checked what, and when."""
    from ledger.coop.desk.result_files import STEPS, verify_result_file
    from web.formats import format_moment

    found = verify_result_file(data, vkey=key, witnesses=witnesses)
    states = {verdict.value: count for verdict, count in found.states.items()}
    if as_json:
        print_json(
            {
                "ok": True,
                "kind": CHECK_RESULT,
                "log": found.checkpoint.origin,
                "size": found.checkpoint.size,
                "organisation": found.signed.organisation,
                "checked_at": found.signed.checked_at.isoformat(),
                "codes": found.signed.codes,
                "states": states,
                "own_key": found.is_own_key,
                "warnings": found.warnings,
            }
        )
        return
    for number, (name, _) in enumerate(STEPS, start=1):
        click.echo(f"{number:2d} {name}: đạt")
    said = ", ".join(f"{name} {count}" for name, count in states.items())
    who, when = found.signed.organisation, format_moment(found.signed.checked_at)
    click.echo(f"ĐÚNG: {who} đã kiểm {found.signed.codes} mã lúc {when}: {said}")
    for warning in found.warnings:
        click.echo(f"Lưu ý: {warning}")


def tell_log_keys(data: bytes, vkeys: Sequence[str], *, as_json: bool) -> None:
    """Follow the history of a log's keys from the reader's and print where it leads."""
    if not vkeys:
        raise click.UsageError("the history of a log's keys is followed from one that you know: --vkey")
    found = _follow(data, [parse_key(text) for text in vkeys], as_json=as_json)
    current = [key.format() for key in found.current]
    if as_json:
        log = {"log": found.checkpoint.origin, "size": found.checkpoint.size}
        print_json({"ok": True, "kind": LOG_KEYS, **log, "keys": current})
        return
    click.echo(f"ĐÚNG: khóa đang dùng của sổ {found.checkpoint.origin}, đến bản ghi {found.checkpoint.size}:")
    for line in current:
        click.echo(line)


def _follow(data: bytes, keys: "Sequence[VerifierKey]", *, as_json: bool) -> "LogKeys":
    from ledger.log.errors import VerificationError
    from ledger.log.log_key_history import follow_log_keys

    try:
        return follow_log_keys(data, keys)
    except VerificationError as error:
        said = {"ok": False, "step": error.step, "name": error.name, "detail": error.message}
        line = f"SAI ở bước {error.step} ({error.name}) của lịch sử khóa: {error.message}"
        raise Failed(line, data={**said, "evidence": error.evidence}, as_json=as_json) from error


def _checkpoint(data: bytes) -> tuple[int, set[tuple[str, bytes]]] | None:
    """Size and signers (name, key id) of the checkpoint in a file, if there is one. Unverified."""
    from ledger.log.checkpoints import parse_checkpoint_note
    from ledger.log.errors import LogError
    from signing.errors import SigningError

    try:
        checkpoint, note = parse_checkpoint_note(str(_member(data, "checkpoint")).encode())
    except (LogError, SigningError):
        return None
    return checkpoint.size, {(line.name, line.key_id) for line in note.signatures}


def _member(data: bytes, name: str) -> Any:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return body.get(name) if isinstance(body, dict) else None
