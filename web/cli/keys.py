"""``sogoc key``: which keys sign, and replacing or revoking those of a cooperative, a device or the log."""

from typing import Any

import click

from web.cli.device_keys import (
    add_device_command,
    devices_command,
    new_device_command,
    revoke_device_command,
)
from web.cli.key_arguments import REASONS, parse_key
from web.cli.log_keys import log_history_command, rotate_log_command
from web.cli.running import Failed, foreseen, print_json, settings

key_command = click.Group("key", help="Show, replace and revoke signing keys.")
for _command in (
    rotate_log_command,
    log_history_command,
    new_device_command,
    add_device_command,
    revoke_device_command,
    devices_command,
):
    key_command.add_command(_command)


@key_command.command("list")
@click.argument("chain", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def list_command(*, chain: str | None, as_json: bool) -> None:
    """List the log's own keys, then the keys of CHAIN (an organisation's code), or of all.

    A key is valid from the log index of the entry that adds it up to the one that revokes it.
    """
    from ledger.log.keys import chain_keys, key_ring
    from ledger.log.log_keys import read_log_keys
    from web.cli.opening import open_ledger

    with foreseen(as_json=as_json):
        ledger = open_ledger(settings())
        everything = ledger.read(key_ring)
        ring = ledger.read(chain_keys, chain) if chain else everything
        rows = [_row(held, is_log=True) for held in everything if held.key.name == ledger.origin]
        if not rows:
            (first,) = ledger.read(read_log_keys)
            rows = [{"key": first.format(), "valid_from": 0, "valid_until": None, "log": True}]
    rows += [_row(held, is_log=False) for held in ring if held.key.name != ledger.origin]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        until = "nay" if row["valid_until"] is None else f"bản ghi {row['valid_until']}"
        click.echo(f"{row['key']}  (từ bản ghi {row['valid_from']} đến {until})")


@key_command.command("replace")
@click.argument("chain")
@click.option("--revoke", type=click.Choice(REASONS), help="Also revoke the old key, for this reason.")
def replace_command(*, chain: str, revoke: str | None) -> None:
    """Give CHAIN (an organisation's code) a new server-held key, signed by the old and the new one."""
    from ledger.log.keys import replace_key, revoke_key
    from ledger.log.unit import Unit
    from web.cli.opening import open_ledger

    def replace(unit: Unit) -> None:
        old = unit.signer(chain).verifier_key
        replace_key(unit, chain)
        if revoke is not None:
            revoke_key(unit, chain, old, reason=revoke)

    with foreseen():
        open_ledger(settings()).write(replace)
    click.echo(f"Đã thay khóa ký của {chain}.")


@key_command.command("revoke")
@click.argument("key")
@click.option("--reason", type=click.Choice(REASONS), default="superseded", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def revoke_command(*, key: str, reason: str, as_json: bool) -> None:
    """Revoke KEY, a line of `sogoc key list`: of the log, of an organisation, or of a device.

    From this entry on it signs nothing more; what it signed before stays valid. The last key of the log
    cannot be revoked, the last one of an organisation only as retired, which closes its chain.
    """
    from ledger.log.authors import LOG_CHAIN, chain_of
    from ledger.log.keys import revoke_key
    from ledger.log.log_rotation import revoke_log_key
    from web.cli.opening import open_ledger

    found = parse_key(key)
    with foreseen(as_json=as_json):
        ledger = open_ledger(settings())
        chain = chain_of(found.name, ledger.origin)
        if chain is None:
            raise Failed("Khóa này không phải của sổ này. Hãy chép lại từ: sogoc key list", as_json=as_json)
        if chain == LOG_CHAIN:
            receipt = ledger.write(revoke_log_key, found, reason=reason)
        else:
            receipt = ledger.write(revoke_key, chain, found, reason=reason)
    if as_json:
        print_json({"key": key, "index": receipt.index})
    else:
        click.echo(f"Đã thu hồi khóa, từ sau bản ghi {receipt.index}.")


def _row(held: Any, *, is_log: bool) -> dict[str, Any]:
    return {
        "key": held.key.format(),
        "valid_from": held.valid_from,
        "valid_until": held.valid_until,
        "log": is_log,
    }
