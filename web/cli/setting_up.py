"""``sogoc init``: begin a ledger."""

import click

from web.cli.running import foreseen, print_json, settings


@click.command("init")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def init_command(*, as_json: bool) -> None:
    """Make the data folder, master key, database and log; change nothing that is there already."""
    from web.founding import found_ledger

    config = settings()
    with foreseen(as_json=as_json):
        ledger = found_ledger(config)
    result = {"data": str(config.data), "origin": ledger.origin, "vkey": ledger.vkey.format()}
    if as_json:
        print_json(result)
        return
    click.echo(f"Sổ gốc đã sẵn sàng trong {result['data']}")
    click.echo(f"Tên nhật ký: {result['origin']}")
    click.echo(f"Khóa kiểm tra (hãy công bố): {result['vkey']}")
    click.echo(f"Hãy cất một bản sao của {config.master_key_file} ở nơi khác: mất nó là mất mọi khóa ký.")
