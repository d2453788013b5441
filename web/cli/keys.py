"""``sogoc key``: which keys sign, and replacing or revoking a cooperative's."""

import click

from web.cli.running import foreseen, print_json, settings

REASONS = ("superseded", "lost", "compromised", "retired")


key_command = click.Group("key", help="Show, replace and revoke signing keys.")


@key_command.command("list")
@click.argument("chain", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def list_command(*, chain: str | None, as_json: bool) -> None:
    """List the log's own key, then the keys of CHAIN (an organisation's code), or of all."""
    from ledger.log.keys import chain_keys, key_ring
    from web.cli.opening import open_ledger

    with foreseen(as_json=as_json):
        ledger = open_ledger(settings())
        ring = ledger.read(chain_keys, chain) if chain else ledger.read(key_ring)
    rows = [{"key": ledger.vkey.format(), "valid_from": 0, "valid_until": None, "log": True}]
    rows += [
        {
            "key": held.key.format(),
            "valid_from": held.valid_from,
            "valid_until": held.valid_until,
            "log": False,
        }
        for held in ring
    ]
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
