"""``sogoc verify``: yes, or the step that fails and its evidence."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.cli.running import Failed, print_json
from web.cli.verified_credentials import is_credential, tell_credential
from web.cli.verified_files import (
    CHECK_RESULT,
    DISCLOSURE,
    LOG_KEYS,
    choose_key,
    hint_of,
    kind_of,
    tell_check_result,
    tell_disclosure,
    tell_log_keys,
)

if TYPE_CHECKING:
    from ledger.trace.bundles.bundle_verify import Policy, Report
    from ledger.trace.errors import BundleError

MAX_BUNDLE_BYTES = 16 * 1024 * 1024


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--vkey",
    "vkeys",
    multiple=True,
    help="The log's verifier key from a source that you trust; may be given again. Else the file's own.",
)
@click.option(
    "--log-keys",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="History of the log's keys (/log/keys), to follow from the --vkey that you know to later ones.",
)
@click.option("--witness", "witnesses", multiple=True, help="Verifier key of a witness; may be given again.")
@click.option(
    "--quorum", type=click.IntRange(0), help="How many of the witnesses must have cosigned [default: all]."
)
@click.option(
    "--max-age",
    type=click.FloatRange(0, min_open=True),
    help="How old the newest cosignature may be, in hours.",
)
@click.option(
    "--timestamp-authority",
    "authority",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file of the time-stamp authority that you trust, or of who certified it.",
)
@click.option(
    "--stamp", help="What the stamp's QR symbol says: whether it was printed for this record, where it tells."
)
@click.option(
    "--did",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For a credential: the issuer's did.json, from a source that you trust.",
)
@click.option(
    "--status",
    "lists",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For a credential: a status list that it names; may be given again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify_command(
    *,
    file: Path,
    vkeys: tuple[str, ...],
    log_keys: Path | None,
    witnesses: tuple[str, ...],
    quorum: int | None,
    max_age: float | None,
    authority: Path | None,
    stamp: str | None,
    did: Path | None,
    lists: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Verify FILE, offline: numbered steps, exit code 1 names the one that fails.

    FILE is a bundle (eleven steps), a disclosed field or the result of a check of codes (nine each), a
    history of the log's keys (six), or a lot's credential in either form (six, with --did and --status).

    Keys, quorum and age are the reader's own: what the file says of its witnesses is shown, not believed.
    """
    from ledger.trace.bundles.bundle_verify import verify_bundle
    from ledger.trace.errors import BundleError

    if file.stat().st_size > MAX_BUNDLE_BYTES:
        raise Failed("Tệp lớn hơn 16 MB, không phải hồ sơ kiểm chứng.", as_json=as_json)
    data = file.read_bytes()
    if kind_of(data) == LOG_KEYS:
        tell_log_keys(data, vkeys, as_json=as_json)
        return
    if is_credential(data):
        _tell_credential(data, did, lists, as_json=as_json)
        return
    key = choose_key(data, vkeys, log_keys, as_json=as_json)
    policy = _policy(witnesses, quorum, max_age, authority)
    try:
        if kind_of(data) == CHECK_RESULT:
            tell_check_result(data, key, policy.witnesses, as_json=as_json)
            return
        if kind_of(data) == DISCLOSURE:
            tell_disclosure(data, key, policy.witnesses, as_json=as_json)
            return
        report = verify_bundle(data, vkey=key, policy=policy, stamp=stamp)
    except BundleError as error:
        raise _failed(error, *hint_of(data, key, error.step), as_json=as_json) from error
    if as_json:
        print_json(_data(report))
    else:
        _tell(report)


def _tell_credential(data: bytes, did: Path | None, lists: Sequence[Path], *, as_json: bool) -> None:
    from ledger.trace.errors import BundleError

    try:
        tell_credential(data, did, lists, as_json=as_json)
    except BundleError as error:
        raise _failed(error, as_json=as_json) from error


def _policy(
    witnesses: Sequence[str], quorum: int | None, max_age: float | None, authority: Path | None
) -> "Policy":
    from ledger.log.witnesses import WitnessKey, WitnessPolicy
    from ledger.trace.bundles.bundle_verify import Policy
    from signing.errors import MalformedKeyError, TimestampError
    from signing.timestamps import load_authorities

    try:
        keys = tuple(WitnessKey.parse(line) for line in witnesses)
    except MalformedKeyError as error:
        raise click.UsageError(f"--witness: {error}") from error
    wanted = len(keys) if quorum is None else quorum
    if wanted > len(keys):
        raise click.UsageError(f"--quorum: {wanted}, nhưng chỉ có {len(keys)} khóa --witness.")
    if max_age is not None and not keys:
        raise click.UsageError(
            "--max-age cần ít nhất một --witness: chỉ bên làm chứng mới cho biết thời gian."
        )
    try:
        authorities = () if authority is None else load_authorities(authority.read_bytes())
    except (TimestampError, OSError) as error:
        raise click.UsageError(f"--timestamp-authority: {error}") from error
    return Policy(
        witnesses=WitnessPolicy(keys, wanted),
        max_age=None if max_age is None else timedelta(hours=max_age),
        now=datetime.now(UTC),
        authorities=authorities,
    )


def _failed(error: "BundleError", *hints: str, as_json: bool) -> Failed:
    data = {
        "ok": False,
        "step": error.step,
        "name": error.name,
        "detail": error.message,
        "evidence": error.evidence,
        "hints": hints,
    }
    line = f"SAI ở bước {error.step} ({error.name}): {error.message}"
    return Failed(line, *hints, data=data, as_json=as_json)


def _data(report: "Report") -> dict[str, Any]:
    return {
        "ok": True,
        "lot": report.lot,
        "log": report.checkpoint.origin,
        "size": report.checkpoint.size,
        "entries": len(report.entries),
        "own_key": report.is_own_key,
        "witnessed": _moments(report.witnessed),
        "claimed_witnesses": _moments(report.claimed),
        "timestamps": _moments(report.stamped),
        "named_seal": report.named_seal,
        "warnings": report.warnings,
    }


def _moments(found: Mapping[str, datetime]) -> dict[str, str]:
    return {name: at.isoformat() for name, at in found.items()}


def _tell(report: "Report") -> None:
    from ledger.trace.bundles.integrity import STEPS
    from web.formats import format_moment

    for number, step in enumerate(STEPS, start=1):
        click.echo(f"{number:2d} {step[0]}: đạt")
    click.echo(f"ĐÚNG: {report.lot}, {len(report.entries)} bản ghi, sổ {report.checkpoint.origin}")
    for name, at in report.witnessed.items():
        click.echo(f"Bên làm chứng {name} đã xác nhận lúc {format_moment(at)}")
    for name, at in report.claimed.items():
        click.echo(f"Theo khóa ghi trong tệp, {name} đã xác nhận lúc {format_moment(at)}")
    for name, at in report.stamped.items():
        click.echo(f"Dấu thời gian của {name}: {format_moment(at)}")
    if report.named_seal is not None:
        click.echo("Tem được in cho chính bản ghi này.")
    for warning in report.warnings:
        click.echo(f"Lưu ý: {warning}")
