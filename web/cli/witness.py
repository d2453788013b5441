"""``sogoc witness``: cosign the checkpoints of other people's logs."""

from pathlib import Path

import click

from web.cli.running import foreseen


@click.command("witness")
@click.option(
    "--data",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The witness's own folder; made when missing. Never a ledger's.",
)
@click.option("--name", required=True, help="The witness's name, such as lien-minh.example.vn/chung-kien.")
@click.option("--log", "logs", multiple=True, help="Verifier key of a log to watch; may be given again.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8100, show_default=True, help="Port to listen on."
)
@click.option("--show-key", is_flag=True, help="Print the witness's verifier key and stop.")
def witness_command(
    *, folder: Path, name: str, logs: tuple[str, ...], host: str, port: int, show_key: bool
) -> None:
    """Run a witness (C2SP tlog-witness): it signs that a log only ever grew, and refuses a fork.

    Watches the logs given with --log and those in the folder's logs.txt. Its key is made at the first start.
    """
    from signing.errors import MalformedKeyError
    from signing.keys import VerifierKey
    from web.witnessing.folder import found_witness, open_witness, read_logs

    try:
        log_keys = [VerifierKey.parse(line) for line in logs]
    except MalformedKeyError as error:
        raise click.UsageError(f"--log: {error}") from error
    with foreseen():
        found_witness(folder, name)
        service = open_witness(folder.absolute(), log_keys)
        watched = {key.name for key in (*read_logs(folder), *log_keys)}
        key = service.key.format()
        service.register.close()
        if show_key:
            click.echo(key)
            return
        if not watched:
            raise click.UsageError("Chưa có sổ nào để làm chứng. Hãy thêm --log KHÓA hoặc ghi vào logs.txt.")
        click.echo(f"Bên làm chứng {name} nghe tại http://{host}:{port} (dừng: Ctrl-C)")
        click.echo(f"Khóa của bên làm chứng (hãy công bố): {key}")
        click.echo(f"Sổ được theo dõi: {', '.join(sorted(watched))}")
        from web.witnessing.serving import serve_witness

        serve_witness(folder.absolute(), log_keys, host, port)
