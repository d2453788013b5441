"""``sogoc export``: a copy that anything can serve and that still verifies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.cli.running import foreseen, is_terminal, print_json, settings

if TYPE_CHECKING:
    from web.exporting.export import Exported, Progress


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--check", "is_checked", is_flag=True, help="Read the copy back and prove every entry in it.")
@click.option("--json", "as_json", is_flag=True, help="Print what was exported as JSON.")
def export_command(*, folder: Path, is_checked: bool, as_json: bool) -> None:
    """Write a static copy of log, keys, passports and bundles into DIR, or bring that copy up to date.

    Any web server can serve DIR, and a USB stick can hold it. Stamp codes are not in it. Running it again
    writes only what is new; exit code 1 when DIR holds something else, or another log.
    """
    from web.app import make_app
    from web.cli.opening import open_ledger
    from web.exporting.export import export
    from web.state import make_state

    with foreseen(as_json=as_json):
        config = settings()
        state = make_state(config, open_ledger(config))
        with _progress() as progress:
            done = export(make_app(state), state, folder, progress, is_checked=is_checked)
    data = _data(done, folder, state.ledger.origin, is_checked=is_checked)
    if as_json:
        print_json(data)
    else:
        _say(data)


def _data(done: "Exported", folder: Path, origin: str, *, is_checked: bool) -> dict[str, Any]:
    tally = done.tally
    return {
        "ok": True,
        "folder": str(folder),
        "log": origin,
        "size": done.size,
        "size_before": done.size_before,
        "organisations": tally.organisations,
        "lots": tally.lots,
        "bundles": tally.bundles,
        "written": done.written,
        "kept": done.kept,
        "checked": is_checked,
        "missing_photos": tally.missing_photos,
        "without_proof": tally.without_proof,
        "without_address": tally.without_address,
    }


def _say(data: dict[str, Any]) -> None:
    click.echo(f"Đã xuất sổ {data['log']} vào {data['folder']}: {data['size']} bản ghi.")
    click.echo(f"{data['lots']} lô của {data['organisations']} đơn vị, {data['bundles']} tệp bằng chứng.")
    click.echo(f"{data['written']} tệp mới, {data['kept']} tệp giữ nguyên.")
    if data["checked"]:
        click.echo("Đã đọc lại: mọi bản ghi trong bản sao đều khớp điểm chốt.")
    for name, sentence in (
        ("missing_photos", "ảnh không còn trong kho"),
        ("without_proof", "lô không có bằng chứng vì bản ghi không khớp (hãy chạy sogoc fsck)"),
        ("without_address", "lô có mã không đặt được thành tên tệp"),
    ):
        if data[name]:
            click.echo(f"Lưu ý: {len(data[name])} {sentence}: {', '.join(data[name][:3])}")


@contextmanager
def _progress() -> Iterator["Progress"]:
    from rich.console import Console
    from rich.progress import Progress as Bar

    from web.exporting.export import Progress

    with Bar(console=Console(stderr=True), disable=not is_terminal()) as bar:
        task = bar.add_task("Xuất sổ", total=None)
        yield Progress(
            begin=lambda name, total: bar.reset(task, description=name, total=total),
            advance=lambda: bar.advance(task),
        )
