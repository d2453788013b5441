"""``sogoc labels design``: whether a design of one's own prints sharply, before anybody relies on it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.label_papers import RESOLUTIONS
from web.cli.running import foreseen_on_paper

if TYPE_CHECKING:
    from labels.qr_tables import Level

_SIZE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)x([0-9]{1,3}(?:\.[0-9]{1,2})?)")
_READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)

design_command = click.Group("design", help="Look at stamp designs written in HTML and CSS.")


@design_command.command("check")
@click.argument("html", type=_READABLE)
@click.option("--css", type=_READABLE, required=True, help="The design's style sheet.")
@click.option("--size", required=True, metavar="WxH", help="The label in mm, for example 50x30.")
@click.option("--dpi", type=click.Choice(RESOLUTIONS), default="203", show_default=True)
@click.option("--level", type=click.Choice(["M", "Q"]), default="M", show_default=True)
@click.option(
    "--png", type=click.Path(dir_okay=False, path_type=Path), help="Also write a picture of a stamp."
)
def check_command(*, html: Path, css: Path, size: str, dpi: str, level: "Level", png: Path | None) -> None:
    """Check the design HTML: slots, quiet zone, sharpness at the printer's dots. Exit code 1 with the reason.

    It is rendered with a sample text; each job checks its own text again.
    """
    from web.paper.design_pictures import check_design, draw_design
    from web.whole_files import write_whole

    width_mm, height_mm = _size(size)
    with foreseen_on_paper():
        design = check_design(_text(html), _text(css), width_mm, height_mm, dpi=float(dpi), level=level)
        if png is not None:
            write_whole(png, draw_design(design, float(dpi), level))
    click.echo(f"Mẫu tem in được sắc nét ở {dpi} dpi, khổ {size} mm.")
    if png is not None:
        click.echo(f"Đã ghi hình vào {png}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{path} is not UTF-8 text") from error


def _size(typed: str) -> tuple[float, float]:
    found = _SIZE.fullmatch(typed)
    if found is None:
        raise click.BadParameter("two numbers in mm, for example 50x30", param_hint="--size")
    return float(found[1]), float(found[2])
