"""``sogoc labels``: print jobs, papers and designs without a browser."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.label_designs import design_command
from web.cli.label_papers import ruler_command, stocks_command
from web.cli.running import foreseen_on_paper, settings

if TYPE_CHECKING:
    from web.paper.printing import Sheet

labels_command = click.Group("labels", help="Write labels to files; look at papers, printers and designs.")
for command in (stocks_command, ruler_command, design_command):
    labels_command.add_command(command)

_WHOSE = click.option("--as", "login", required=True, help="Login of an account of the organisation.")
_FIRST = click.option("--from", "first", type=int, help="First stamp of the job to write, counted from 1.")
_LAST = click.option("--to", "last", type=int, help="Last stamp of the job to write.")
_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@labels_command.command("print")
@click.argument("job")
@_FILE
@_WHOSE
@_FIRST
@_LAST
def print_command(*, job: str, file: Path, login: str, first: int | None, last: int | None) -> None:
    """Write the print job JOB (its id) to FILE, as PDF or ZPL as it was ordered.

    The same job always gives the same stamps, to the byte. The books keep that the file was handed out; as a
    printing it is not noted.
    """
    _write(job, file, login, (first, last), lambda sheet: sheet)


@labels_command.command("zpl")
@click.argument("job")
@_FILE
@_WHOSE
@_FIRST
@_LAST
@click.option("--dpi", type=click.Choice(["203", "300"]), help="The printer's; by default as it was ordered.")
def zpl_command(
    *, job: str, file: Path, login: str, first: int | None, last: int | None, dpi: str | None
) -> None:
    """Write the print job JOB to FILE in ZPL, for label printers, whatever was ordered."""
    from web.paper.label_printers import as_zpl

    _write(job, file, login, (first, last), lambda sheet: as_zpl(sheet, None if dpi is None else float(dpi)))


def _write(
    job: str,
    file: Path,
    login: str,
    places: tuple[int | None, int | None],
    change: "Callable[[Sheet], Sheet]",
) -> None:
    from labels import save_pdf
    from ledger.coop.people.account_queries import find_actor
    from ledger.coop.stamps.fetching import FetchFile, fetch_file
    from web.cli.opening import open_ledger
    from web.paper.printing import read_sheet, write_sheet

    config = settings()
    with foreseen_on_paper():
        ledger = open_ledger(config)
        actor = ledger.read(find_actor, login)
        whole = read_sheet(ledger, config.public_url, actor, job)
        first, last = (None if place is None else whole.first + place - 1 for place in places)
        sheet = read_sheet(ledger, config.public_url, actor, job, (first, last))
        ledger.write(fetch_file, actor, FetchFile(job, sheet.first, sheet.last))
        save_pdf(write_sheet(change(sheet)), file)
    click.echo(f"Đã ghi {sheet.count} tem vào {file}: {sheet.first_code} đến {sheet.last_code}")
