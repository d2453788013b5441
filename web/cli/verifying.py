"""``sogoc verify``: yes, or the step that fails and its evidence."""

from pathlib import Path

import click

from web.cli.running import Failed, print_json

MAX_BUNDLE_BYTES = 16 * 1024 * 1024


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--vkey", help="The log's verifier key from a source that you trust; else the file's own is used."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify_command(*, file: Path, vkey: str | None, as_json: bool) -> None:
    """Verify the bundle FILE, offline: ten numbered steps, exit code 1 names the one that fails."""
    from ledger.trace.bundle_verify import verify_bundle
    from ledger.trace.errors import BundleError
    from ledger.trace.integrity import STEPS
    from signing.errors import MalformedKeyError
    from signing.keys import VerifierKey

    if file.stat().st_size > MAX_BUNDLE_BYTES:
        raise Failed("Tệp lớn hơn 16 MB, không phải hồ sơ kiểm chứng.", as_json=as_json)
    try:
        key = None if vkey is None else VerifierKey.parse(vkey)
    except MalformedKeyError as error:
        raise click.UsageError(f"--vkey: {error}") from error
    try:
        report = verify_bundle(file.read_bytes(), vkey=key)
    except BundleError as error:
        data = {
            "ok": False,
            "step": error.step,
            "name": error.name,
            "detail": error.message,
            "evidence": error.evidence,
        }
        raise Failed(
            f"SAI ở bước {error.step} ({error.name}): {error.message}", data=data, as_json=as_json
        ) from error
    data = {
        "ok": True,
        "lot": report.lot,
        "log": report.checkpoint.origin,
        "size": report.checkpoint.size,
        "entries": len(report.entries),
        "own_key": report.is_own_key,
        "warnings": report.warnings,
    }
    if as_json:
        print_json(data)
        return
    for number, step in enumerate(STEPS, start=1):
        click.echo(f"{number:2d} {step[0]}: đạt")
    click.echo(f"ĐÚNG: {report.lot}, {len(report.entries)} bản ghi, sổ {report.checkpoint.origin}")
    for warning in report.warnings:
        click.echo(f"Lưu ý: {warning}")
