"""``sogoc init``: begin a ledger."""

import click

from web.cli.running import foreseen, print_json, settings


@click.command("init")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def init_command(*, as_json: bool) -> None:
    """Make the data folder, master key, database and log; bring what an earlier version left up to date."""
    from ledger.coop.old_documents import move_documents
    from ledger.coop.review.old_entries import mark_old_entries
    from web.founding import found_ledger
    from web.state import PHOTOS

    config = settings()
    with foreseen(as_json=as_json):
        ledger = found_ledger(config)
        moved = move_documents(ledger, config.data / PHOTOS)
        marked = ledger.write(mark_old_entries)
    result = {
        "data": str(config.data),
        "origin": ledger.origin,
        "vkey": ledger.vkey.format(),
        "moved_documents": moved.files,
        "marked_entries": marked,
    }
    if as_json:
        print_json(result)
        return
    click.echo(f"Sổ gốc đã sẵn sàng trong {result['data']}")
    if moved.files:
        click.echo(f"Đã cất {moved.files} ảnh giấy tờ từ kho ảnh công khai vào sổ sách riêng.")
    if marked:
        click.echo(f"Đã đưa {marked} dòng ghi từ trước vào hàng cần người quản lý xem.")
    if moved.damaged:
        click.echo(f"{len(moved.damaged)} ảnh giấy tờ đã hỏng, còn để ở kho ảnh.")
    click.echo(f"Tên nhật ký: {result['origin']}")
    click.echo(f"Khóa kiểm tra (hãy công bố): {result['vkey']}")
    click.echo(f"Hãy cất một bản sao của {config.master_key_file} ở nơi khác: mất nó là mất mọi khóa ký.")
