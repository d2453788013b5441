"""``sogoc demo``: invented cooperatives to try everything with."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

from web.cli.running import foreseen, is_terminal, settings

if TYPE_CHECKING:
    from web.config import Config
    from web.demo.outcome import Demo

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
STATE_NAMES = {
    "valid": "Tem thật",
    "seen_often": "Tem quét nhiều lần",
    "not_activated": "Tem chưa kích hoạt",
    "voided": "Tem đã hủy",
    "expired": "Hàng quá hạn",
    "recalled": "Hàng bị thu hồi",
    "unknown": "Mã tem lạ",
}
ROLE_NAMES = {
    "manager": "quản lý",
    "grower": "xã viên",
    "recorder": "ghi sổ",
    "team_lead": "tổ trưởng",
    "packer": "đóng gói",
    "accountant": "kế toán",
    "distributor": "nhà phân phối",
}


@click.command("demo")
@click.option("--serve/--no-serve", default=True, show_default=True, help="Serve the demo once it is built.")
def demo_command(*, serve: bool) -> None:
    """Build a year of invented cooperatives in SOGOC_DATA, say what to look at, and serve it.

    Running it again changes nothing; a build that was interrupted goes on. A log of your own is left alone.
    """
    from web.demo.building import build_demo
    from web.publishing import publisher_beside
    from web.serving import check_port_free
    from web.serving import serve as serve_for_ever

    config = settings()
    with foreseen():
        if serve:
            check_port_free(config.host, config.port)  # before the work, not after it
        with _progress() as tell:
            demo = build_demo(config, tell)
    _say(config, demo)
    if serve:
        if config.host not in LOOPBACK:
            click.echo(
                "\nMáy khác vào được sổ mẫu này, và mật khẩu ở trên ai cũng biết. Đừng ghi việc thật vào đây."
            )
        click.echo(f"\nĐang phục vụ tại {config.public_url} (dừng: Ctrl-C)")
        with publisher_beside(config):
            serve_for_ever(config)


@contextmanager
def _progress() -> Iterator[Callable[[date, float], None]]:
    """A bar that shows the day at which the story has arrived; a line where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not is_terminal()) as bar:
        task = bar.add_task("Dựng sổ mẫu", total=1.0)
        yield lambda day, share: bar.update(task, completed=share, description=f"Dựng sổ mẫu: {day:%d/%m/%Y}")


def _say(config: "Config", demo: "Demo") -> None:
    said = demo.said
    click.echo("Sổ mẫu đã sẵn sàng." if demo.is_new else f"Sổ mẫu đã có sẵn, lập ngày {_day(said['today'])}.")
    click.echo(f"Mọi địa chỉ, mã tem và tài khoản: {config.data / 'demo.json'}")
    click.echo("\nMở hộ chiếu của từng loại tem:")
    for state, url in said["passports"].items():
        click.echo(f"  {STATE_NAMES[state]:<20} {url}")
    click.echo("\nĐăng nhập (chỉ dùng cho sổ mẫu, đừng dùng mật khẩu này ở nơi khác):")
    click.echo(f"  {said['logins'][0]['url']}")
    for login in said["logins"]:
        role = ROLE_NAMES[login["role"]]
        click.echo(f"  {login['user']:<16} {login['secret']:<10} {role}, {login['organisation']}")
    for door in said.get("doors", ()):  # an older demo has none
        way = f"số {door['phone']}, mã PIN {door['pin']}" if door["way"] == "phone" else f"thẻ {door['url']}"
        click.echo(f"  {door['user']:<16} hoặc {way}")
    sheet, bundle = said["label_pdfs"][0]["path"], said["lots"][0]["bundle"]
    program = sys.argv[0]
    click.echo("\nLàm thử tiếp:")
    click.echo(f"  in và quét tem    {config.data / sheet}")
    click.echo(f"  quét tem thùng    {said['cartons'][0]['url']}")
    click.echo("  ghi một việc      đăng nhập xavien.nho trên điện thoại, chọn vụ đang mở")
    for team in said.get("teams", ())[:1]:
        click.echo(f"  soạn một đơn      đăng nhập donggoi.nho, mở {team['url']}")
    click.echo(f"  tự kiểm tra       {program} verify {config.data / bundle}")
    click.echo(f"  soát cả cuốn sổ   {program} fsck")


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"
