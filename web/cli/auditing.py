"""``sogoc fsck``: yes, or what is wrong and where."""

import json
import os
import time
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.cli.progress import progress
from web.cli.running import Failed, foreseen, print_json, settings
from web.whole_files import write_whole

if TYPE_CHECKING:
    from ledger.audit.report import Audit
    from ledger.audit.workers import Workers
    from ledger.log.ledger import Ledger

MAX_JOBS = 64
ENTRIES_A_JOB = 5_000
"""Fewer than these are checked sooner than a process for them has started."""
SHOWN_FINDINGS = 100


@click.command("fsck")
@click.option(
    "--jobs",
    type=click.IntRange(1, MAX_JOBS),
    help="Processes that check side by side [default: one a core].",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON (docs/audit.md).")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report as JSON to this file too, also when something is wrong.",
)
def fsck_command(*, jobs: int | None, as_json: bool, report: Path | None) -> None:
    """Derive everything again from the entries' bytes and compare it with what is stored.

    Chains, tree, tiles, checkpoint, signatures and projections. Exit code 1 when anything differs, or when
    the check could not be done.
    """
    from ledger.audit.report import format_failure, format_report
    from web.cli.opening import open_ledger

    if report is not None and not report.absolute().parent.is_dir():
        raise click.UsageError(f"--report: không có thư mục {report.absolute().parent}")
    with foreseen(as_json=as_json):
        try:
            data = format_report(_audit(open_ledger(settings()), jobs))
        except Exception as error:
            # Yesterday's report must not stand for today's failure.
            _write(report, format_failure(error, str(getattr(error, "sentence", ""))))
            raise
    _write(report, data)
    _answer(data, as_json=as_json)


def _audit(ledger: "Ledger", jobs: int | None) -> "Audit":
    from ledger.audit.fsck import Checked, fsck
    from ledger.audit.publication_check import PublicationCheck
    from ledger.audit.report import MAX_LISTED_FINDINGS, Audit, AuditedLog
    from ledger.coop.attachments.document_check import DocumentCheck
    from ledger.log.queries import read_head
    from ledger.trace.fsck import TraceCheck

    started_at, began = datetime.now(UTC), time.monotonic()
    seen, count, findings = Checked(), 0, []
    with ledger.database.reading() as session:
        head = read_head(session)
        jobs = jobs or _fitting_jobs(head.size)
        with progress("Kiểm tra", head.size) as advance, _workers(jobs) as workers:

            def tell(checked: Checked) -> None:
                nonlocal seen
                seen = checked
                advance(checked.entries)

            checks = (
                TraceCheck(session, ledger.vault),
                PublicationCheck(),
                DocumentCheck(ledger.vault),
            )
            for finding in fsck(session, projection_checks=checks, workers=workers, progress=tell):
                count += 1
                if count <= MAX_LISTED_FINDINGS:
                    findings.append(finding)
    log = AuditedLog(ledger.origin, head.size, head.root)
    return Audit(log, started_at, time.monotonic() - began, jobs, seen, count, findings)


def _fitting_jobs(size: int) -> int:
    return max(1, min(len(os.sched_getaffinity(0)), MAX_JOBS, size // ENTRIES_A_JOB))


def _workers(jobs: int) -> "AbstractContextManager[Workers | None]":
    """Processes beside this one; a single job is done here."""
    from ledger.audit.workers import Workers

    return Workers(jobs) if jobs > 1 else nullcontext()


def _write(report: Path | None, data: dict[str, Any]) -> None:
    if report is None:
        return
    try:
        write_whole(report.absolute(), json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n")
    except OSError as error:
        raise Failed(f"Không ghi được báo cáo {report}: {error.strerror}.") from error


def _answer(data: dict[str, Any], *, as_json: bool) -> None:
    if not data["ok"]:
        count, shown = data["findings_count"], data["findings"][:SHOWN_FINDINGS]
        more = [f"… và {count - len(shown)} chỗ nữa."] if count > len(shown) else []
        lines = (f"Có {count} chỗ không khớp:", *map(_line, shown), *more)
        raise Failed(*lines, data=data, as_json=as_json)
    if as_json:
        print_json(data)
    else:
        click.echo(f"Sổ khớp: {data['size']} bản ghi, không có chỗ nào sai. ({data['seconds']:.1f} giây)")


def _line(finding: dict[str, Any]) -> str:
    where = "" if finding["index"] is None else f" (bản ghi {finding['index']})"
    return f"{finding['where']}{where}: {finding['what']}"
