"""``sogoc disclose``: one sealed value for a partner, as a file that proves itself."""

from pathlib import Path

import click

from web.cli.running import Failed, foreseen, print_json, settings


@click.command("disclose")
@click.argument("entry", type=click.IntRange(0), required=False)
@click.argument("pointer", required=False)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--to", "recipient", help="Who is shown the value: noted in the books, not in the log.")
@click.option("--as", "login", required=True, help="Login of who shows it; roles count as in the console.")
@click.option("--given", is_flag=True, help="List what was shown to whom instead.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def disclose_command(
    *,
    entry: int | None,
    pointer: str | None,
    output: Path | None,
    recipient: str | None,
    login: str,
    given: bool,
    as_json: bool,
) -> None:
    """Write the sealed value at POINTER of ENTRY (its index) to a file for somebody outside.

    POINTER is a JSON pointer of the entry's sogoc:sealed, for instance /sogoc:fields/to_party. Whoever gets
    the file checks it with `sogoc verify FILE --vkey KEY`, offline.
    """
    if given:
        _list_given(login, as_json=as_json)
        return
    if entry is None or pointer is None or output is None or recipient is None:
        raise click.UsageError("ENTRY, POINTER, -o FILE and --to are needed, or --given")
    _write(entry, pointer, output, recipient, login, as_json=as_json)


def _write(entry: int, pointer: str, output: Path, recipient: str, login: str, *, as_json: bool) -> None:
    from ledger.coop.people.account_queries import find_actor
    from ledger.coop.people.disclosing import Disclose, disclose, given_file
    from web.cli.opening import open_ledger

    if not output.parent.is_dir():
        raise Failed(f"Không có thư mục {output.parent}.", as_json=as_json)
    with foreseen(as_json=as_json):
        ledger = open_ledger(settings())
        actor = ledger.read(find_actor, login)
        noted = ledger.write(disclose, actor, Disclose(entry, pointer, recipient))
        data = ledger.read(given_file, ledger.vault, actor, noted.id)
    try:
        output.write_bytes(data)
    except OSError as error:
        raise Failed(f"Không ghi được tệp {output}: {error.strerror}.", as_json=as_json) from error
    if as_json:
        print_json({"id": noted.id, "index": noted.index, "pointer": noted.pointer, "file": str(output)})
    else:
        click.echo(f"Đã ghi {output}. Người nhận kiểm tra bằng: sogoc verify {output.name} --vkey KHÓA")


def _list_given(login: str, *, as_json: bool) -> None:
    from ledger.coop.people.account_queries import find_actor
    from ledger.coop.people.disclosing import given_notes
    from web.cli.opening import open_ledger
    from web.formats import format_moment

    with foreseen(as_json=as_json):
        ledger = open_ledger(settings())
        notes = ledger.read(given_notes, ledger.vault, ledger.read(find_actor, login))
    if as_json:
        print_json(
            [
                {
                    "id": note.id,
                    "index": note.index,
                    "pointer": note.pointer,
                    "recipient": note.recipient,
                    "account": note.account_id,
                    "given_at": note.given_at,
                }
                for note in notes
            ]
        )
        return
    for note in notes:
        click.echo(f"{format_moment(note.given_at)}: bản ghi {note.index} {note.pointer} → {note.recipient}")
