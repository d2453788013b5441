"""``sogoc import``: a season's diary or another system's EPCIS document, all of it or nothing."""

from pathlib import Path
from typing import Any

import click

from web.cli.running import Failed, foreseen, print_json, settings

MAX_BYTES = 50 * 1024 * 1024


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as", "login", required=True, help="Login of the account in whose name the rows are recorded."
)
@click.option("--season", help="Code of the open season that a diary belongs to.")
@click.option("--product", help="Code of the product whose new season the diary opens.")
@click.option("--json", "as_json", is_flag=True, help="Print the result, or all errors, as JSON.")
def import_command(*, file: Path, login: str, season: str | None, product: str | None, as_json: bool) -> None:
    """Read FILE: XLSX or CSV (a season's diary) or JSON (an EPCIS 2.0 document).

    All errors come at once and nothing is written; the same file twice changes nothing.
    """
    if file.stat().st_size > MAX_BYTES:
        raise Failed("Tệp lớn hơn 50 MB. Hãy tách thành nhiều tệp.")
    data = file.read_bytes()
    with foreseen(as_json=as_json):
        if _is_json(data):
            if season or product:
                raise click.UsageError("--season and --product are for a diary, not for an EPCIS document")
            result = _import_epcis(data, login, as_json=as_json)
        else:
            result = _import_diary(data, login, season, product, as_json=as_json)
    if as_json:
        print_json({"ok": True, **result})
        return
    click.echo(f"Đã ghi {result['written']}, đã có từ trước {result['repeated']}.")
    for line in result.get("notices", ()):
        click.echo(f"Lưu ý dòng {line['row']}: {line['sentence']}")


def _is_json(data: bytes) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _import_epcis(data: bytes, login: str, *, as_json: bool) -> dict[str, Any]:
    from ledger.coop.epcis_imports import ImportEpcis, import_epcis
    from ledger.coop.errors import EpcisImportError
    from ledger.coop.people.account_queries import find_actor
    from web.cli.opening import open_ledger

    ledger = open_ledger(settings())
    actor = ledger.read(find_actor, login)
    try:
        done = ledger.write(import_epcis, actor, ImportEpcis(data=data))
    except EpcisImportError as error:
        problems = [{"pointer": p.pointer, "sentence": p.sentence} for p in error.problems]
        lines = [f"{p['pointer'] or '/'}: {p['sentence']}" for p in problems]
        raise Failed(
            error.sentence, *lines, data={"ok": False, "problems": problems}, as_json=as_json
        ) from error
    return {"written": done.written, "repeated": done.repeated, "indexes": done.indexes}


def _import_diary(
    data: bytes, login: str, season: str | None, product: str | None, *, as_json: bool
) -> dict[str, Any]:
    from ledger.coop.errors import SheetError
    from ledger.coop.field.diary_imports import ImportDiary, import_diary
    from ledger.coop.people.account_queries import find_actor
    from web.cli.opening import open_ledger

    if (season is None) == (product is None):
        raise click.UsageError(
            "a diary needs --season (an open one) or --product (the diary opens a new one)"
        )
    ledger = open_ledger(settings())
    actor = ledger.read(find_actor, login)
    try:
        done = ledger.write(import_diary, actor, ImportDiary(data=data, season=season, product=product))
    except SheetError as error:
        problems = [{"row": p.row, "column": p.column, "sentence": p.sentence} for p in error.problems]
        lines = [f"Dòng {p['row']}, cột {p['column']}: {p['sentence']}" for p in problems]
        raise Failed(
            error.sentence, *lines, data={"ok": False, "problems": problems}, as_json=as_json
        ) from error
    return {
        "season": done.season,
        "written": done.written,
        "repeated": done.repeated,
        "lots": done.lots,
        "notices": [{"row": n.row, "column": n.column, "sentence": n.sentence} for n in done.notices],
    }
