"""``sogoc fsck`` and ``sogoc verify``: yes, or what is wrong and where."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from web.cli.running import Failed, foreseen, is_terminal, print_json, settings

MAX_BUNDLE_BYTES = 16 * 1024 * 1024


@click.command("fsck")
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
def fsck_command(*, as_json: bool) -> None:
    """Derive everything again from the entries' bytes and compare it with what is stored.

    Chains, tree, tiles, checkpoint, signatures and projections. Exit code 1 when anything differs.
    """
    from ledger.log.fsck import fsck
    from ledger.log.queries import read_head
    from ledger.trace.fsck import TraceCheck
    from web.cli.opening import open_ledger

    with foreseen(as_json=as_json):
        ledger = open_ledger(settings())
        with ledger.database.reading() as session:
            size = read_head(session).size
            with _progress(size) as count:
                checks = (TraceCheck(session, ledger.vault), count)
                findings = [_finding(finding) for finding in fsck(session, projection_checks=checks)]
    data = {"ok": not findings, "size": size, "findings": findings}
    if findings:
        lines = [_line(finding) for finding in findings]
        raise Failed(f"Có {len(findings)} chỗ không khớp:", *lines, data=data, as_json=as_json)
    if as_json:
        print_json(data)
    else:
        click.echo(f"Sổ khớp: {size} bản ghi, không có chỗ nào sai.")


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


def _finding(finding: Any) -> dict[str, Any]:
    return {
        "where": finding.where,
        "index": finding.index,
        "what": finding.what,
        "expected": finding.expected,
        "found": finding.found,
    }


def _line(finding: dict[str, Any]) -> str:
    where = "" if finding["index"] is None else f" (bản ghi {finding['index']})"
    return f"{finding['where']}{where}: {finding['what']}"


class _Count:
    """Counts the records that fsck walks past, for a progress bar; it finds nothing itself."""

    def __init__(self, advance: Any) -> None:
        self._advance = advance

    def feed(self, record: Any, /) -> None:
        del record
        self._advance()

    def findings(self, session: Any, /) -> tuple[()]:
        del session
        return ()


@contextmanager
def _progress(total: int) -> Iterator[_Count]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not is_terminal()) as bar:
        task = bar.add_task("Kiểm tra", total=total)
        yield _Count(lambda: bar.advance(task))
