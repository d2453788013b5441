"""What becomes of measurements: a table on the screen, `bench.json`, a part of docs/performance.md.

Pure but for `describe_machine`, `print_rows` and `write_files`: rows in, text out.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

KEYS = ("group", "name", "value", "unit", "against", "ratio", "aim", "met")
COLUMNS = KEYS[1:]
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"

Row = Mapping[str, Any]


def check_rows(group: str, rows: Iterable[Row]) -> list[Row]:
    """Return `rows` as a list; raise ValueError where one is not a row of `group` with exactly the keys."""
    checked = list(rows)
    for row in checked:
        if tuple(sorted(row)) != tuple(sorted(KEYS)):
            raise ValueError(f"a row of {group} has the keys {sorted(row)}, wanted are {sorted(KEYS)}")
        if row["group"] != group:
            raise ValueError(f"a row of {group} says that it is of {row['group']}")
    if not checked:
        raise ValueError(f"{group} measured nothing")
    return checked


def merge_rows(earlier: Iterable[Row], measured: Sequence[Row]) -> list[Row]:
    """Return the rows of `measured` with those earlier rows whose group was not measured now."""
    groups = {row["group"] for row in measured}
    kept = [row for row in earlier if row["group"] not in groups]
    return sorted([*kept, *measured], key=lambda row: str(row["group"]))


def describe_machine() -> str:
    """Return processor, cores that this process may use, memory and Python, as one line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(encoding="utf-8"), re.MULTILINE)
        model = found[1] if found else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{cores} cores of {model}, {memory_gb:.0f} GB, Python {platform.python_version()}"


def format_cell(value: Any) -> str:
    """Return a figure as people read it: thousands with commas, small ones with three digits."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        case _:
            return str(value)


def format_section(group: str, rows: Sequence[Row], *, heading: str, error: str | None = None) -> str:
    """Return the Markdown part of one group; `error` says in a line that the group failed, and why."""
    lines = [f"<!-- bench:{group} -->", f"## {group}", "", heading, ""]
    if error is not None:
        lines += [f"This group failed: {error}.", ""]
    if rows:
        lines += [f"| {' | '.join(COLUMNS)} |", "|---|--:|---|---|--:|---|---|"]
        lines += [f"| {' | '.join(_escaped(row[key]) for key in COLUMNS)} |" for row in rows]
        lines += [""]
    return "\n".join(lines)


def _escaped(value: Any) -> str:
    return format_cell(value).replace("|", "\\|").replace("\n", " ")


def replace_sections(document: str, sections: Mapping[str, str]) -> str:
    """Return `document` with the given groups' parts put between its two markers; other groups' stay.

    Raises ValueError where the markers are not there once each and in order.
    """
    if document.count(BEGIN) != 1 or document.count(END) != 1 or document.index(BEGIN) > document.index(END):
        raise ValueError(f"wanted is one {BEGIN} and then one {END}")
    before, rest = document.split(BEGIN)
    generated, after = rest.split(END)
    parts = re.split(r"(?=^<!-- bench:[a-z_]+ -->$)", generated, flags=re.MULTILINE)
    found = {match[1]: part for part in parts if (match := re.match(r"<!-- bench:([a-z_]+) -->", part))}
    found.update(sections)
    body = "\n\n".join(found[group].strip() for group in sorted(found))
    return f"{before}{BEGIN}\n\n{body}\n\n{END}{after}" if body else f"{before}{BEGIN}\n{END}{after}"


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """Print one table of all groups, aims that are not met in red."""
    table = Table(box=None, header_style="bold")
    for key in KEYS:
        table.add_column(key, justify="right" if key in {"value", "ratio"} else "left", overflow="fold")
    for row in rows:
        table.add_row(*(format_cell(row[key]) for key in KEYS), style="red" if row["met"] is False else None)
    console.print(table)


def read_rows(path: Path) -> list[Row]:
    """Return the rows of an earlier `bench.json`, none where it is missing or not ours."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return (
        [row for row in rows if isinstance(row, dict) and set(KEYS) == set(row)]
        if isinstance(rows, list)
        else []
    )


def write_files(
    rows: Sequence[Row], errors: Mapping[str, str], *, data: Path, page: Path, command: str, on: date
) -> None:
    """Write `bench.json` in `data` and the parts of the groups that ran in `page`."""
    data.mkdir(parents=True, exist_ok=True)
    target = data / "bench.json"
    merged = merge_rows(read_rows(target), rows)
    target.write_text(json.dumps(merged, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    heading = f"{on.isoformat()}, `{command}`, {describe_machine()}."
    groups = {str(row["group"]) for row in rows} | set(errors)
    sections = {
        group: format_section(
            group, [row for row in rows if row["group"] == group], heading=heading, error=errors.get(group)
        )
        for group in groups
    }
    page.write_text(replace_sections(page.read_text(encoding="utf-8"), sections), encoding="utf-8")
