"""``sogoc labels stocks`` and ``sogoc labels ruler``: the papers known, and whether a printer hits them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.running import Failed, foreseen_on_paper, print_json

if TYPE_CHECKING:
    from labels import Paper

RESOLUTIONS = ("203", "300", "600")


@click.command("stocks")
@click.option("--json", "as_json", is_flag=True, help="For programs: name, title and every measure in mm.")
def stocks_command(*, as_json: bool) -> None:
    """List the papers known by name: sheets to cut, sheets of labels, rolls."""
    from dataclasses import asdict

    from labels import STOCKS

    if as_json:
        print_json(
            [
                {"name": stock.name, "title_vi": stock.title_vi, **asdict(stock.paper)}
                for stock in STOCKS.values()
            ]
        )
        return
    widest = max(map(len, STOCKS))
    for stock in STOCKS.values():
        click.echo(f"{stock.name:<{widest}}  {stock.title_vi}")


@click.command("ruler")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--stock", default="a4_cut_50x30", show_default=True, help="Paper by name: sogoc labels stocks."
)
@click.option("--dpi", type=click.Choice(RESOLUTIONS), default="300", show_default=True)
@click.option("--offset-x", "offset_x_mm", type=float, default=0.0, help="Move to the right, mm (−10 to 10).")
@click.option("--offset-y", "offset_y_mm", type=float, default=0.0, help="Move down, mm (−10 to 10).")
@click.option("--scale-x", type=float, default=1.0, help="Stretch across (0.97 to 1.03).")
@click.option("--scale-y", type=float, default=1.0, help="Stretch down (0.97 to 1.03).")
def ruler_command(
    *,
    file: Path,
    stock: str,
    dpi: str,
    offset_x_mm: float,
    offset_y_mm: float,
    scale_x: float,
    scale_y: float,
) -> None:
    """Write a test page with rulers to FILE (PDF): print it at 100 %, measure, set the printer right."""
    from labels import PrinterProfile, save_pdf
    from labels.ruler import ruler_page

    paper = _paper(stock)
    with foreseen_on_paper():
        profile = PrinterProfile(offset_x_mm, offset_y_mm, scale_x, scale_y)
        save_pdf((ruler_page(paper, float(dpi), profile),), file)
    click.echo(f"Đã ghi trang thước vào {file}. In cỡ 100 %, rồi đo bằng thước thật.")


def _paper(name: str) -> "Paper":
    from labels import STOCKS

    stock = STOCKS.get(name)
    if stock is None:
        raise Failed(f"Không có giấy “{name}”. Xem các loại giấy: sogoc labels stocks")
    return stock.paper
