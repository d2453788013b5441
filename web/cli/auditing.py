"""``sogoc fsck``: yes, or what is wrong and where."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from web.cli.running import Failed, foreseen, is_terminal, print_json, settings


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
