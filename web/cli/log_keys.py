"""``sogoc key rotate-log`` and ``sogoc key log-history``: the key that signs the log's checkpoints."""

from pathlib import Path

import click

from web.cli.key_arguments import REASONS
from web.cli.running import Failed, foreseen, print_json, settings


@click.command("rotate-log")
@click.option(
    "--token", "in_token", is_flag=True, help="Make the new key in the PKCS#11 token of the settings."
)
@click.option("--revoke", type=click.Choice(REASONS), help="Also revoke the old keys at once: no overlap.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def rotate_log_command(*, in_token: bool, revoke: str | None, as_json: bool) -> None:
    """Give the log a new key, signed by the old and the new one.

    Checkpoints carry a line of both until the old one is revoked (`sogoc key revoke`), so verifiers that know
    either go on. Publish the new key; whoever holds the old one can follow: see /log/keys.
    """
    from ledger.log.log_keys import read_log_keys
    from ledger.log.log_rotation import revoke_log_key, rotate_log_key
    from ledger.log.unit import Receipt, Unit
    from signing.hsm import Pkcs11Token
    from web.cli.opening import open_ledger

    config = settings()
    if in_token and config.token is None:
        raise click.UsageError("--token needs SOGOC_HSM_MODULE")

    with foreseen(as_json=as_json):
        ledger = open_ledger(config)
        # Made before the unit of work, which may run more than once.
        made = (
            None
            if config.token is None or not in_token
            else Pkcs11Token(config.token).generate(ledger.origin)
        )

        def rotate(unit: Unit) -> Receipt:
            old = read_log_keys(unit.session)
            receipt = rotate_log_key(unit, new=made)
            for key in old if revoke is not None else ():
                revoke_log_key(unit, key, reason=str(revoke))
            return receipt

        receipt = ledger.write(rotate)
        keys = ledger.read(read_log_keys)
    if as_json:
        print_json({"index": receipt.index, "keys": [key.format() for key in keys]})
        return
    click.echo(f"Đã thêm khóa mới của sổ ở bản ghi {receipt.index}. Khóa mới, hãy công bố:")
    click.echo(keys[-1].format())
    if len(keys) > 1:
        click.echo("Khóa cũ vẫn ký cùng. Khi mọi nơi đã có khóa mới, hãy chạy: sogoc key revoke KHÓA-CŨ")


@click.command("log-history")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def log_history_command(*, output: Path) -> None:
    """Write the proven history of the log's keys to a file: the same as /log/keys.

    With it, `sogoc verify FILE --vkey OLD --log-keys HISTORY` checks files of any age under any of the keys.
    """
    from ledger.log.proven_queries import read_log_key_history
    from web.cli.opening import open_ledger

    with foreseen():
        data = open_ledger(settings()).read(read_log_key_history)
    try:
        output.write_bytes(data)
    except OSError as error:
        raise Failed(f"Không ghi được tệp {output}: {error.strerror}.") from error
    click.echo(f"Đã ghi {output}.")
