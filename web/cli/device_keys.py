"""``sogoc key new-device``, ``add-device``, ``revoke-device``, ``devices``: keys that devices hold."""

import os
from pathlib import Path

import click

from web.cli.key_arguments import REASONS
from web.cli.running import Failed, foreseen, print_json, settings


@click.command("new-device")
@click.argument("chain")
@click.argument("device")
@click.option("--origin", required=True, help="Name of the log, the first line of its checkpoint.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def new_device_command(*, chain: str, device: str, origin: str, output: Path) -> None:
    """Make a key on this DEVICE (an id such as may-1, never a person's name) for CHAIN. Needs no server.

    OUTPUT gets the private key, readable by its owner only, and OUTPUT.note the request for `add-device`.
    """
    from ledger.log.authors import chain_of
    from ledger.log.keys import key_added_text
    from signing.canonical_base64 import format_base64
    from signing.keys import NamedKey, PrivateKey
    from signing.notes import sign_note

    if chain_of(f"{origin}/{chain}/{device}", origin) != chain:
        raise click.UsageError("CHAIN and DEVICE have letters, digits and inside them . _ -")
    with foreseen():
        key = NamedKey(f"{origin}/{chain}/{device}", PrivateKey.generate())
        note = sign_note(key_added_text(key.verifier_key), key)
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{key.name}\n{format_base64(key.private_key.seed)}\n")
        request = output.with_name(f"{output.name}.note")
        request.write_bytes(note)
    except OSError as error:
        raise Failed(f"Không ghi được tệp {output}: {error.strerror}.") from error
    click.echo(f"Đã tạo khóa {key.verifier_key.format()}")
    click.echo(f"Hãy đưa tệp {request} cho người quản lý; tệp {output} chỉ giữ trên thiết bị này.")


@click.command("add-device")
@click.argument("note", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "login", required=True, help="Login of a manager of the organisation.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def add_device_command(*, note: Path, login: str, as_json: bool) -> None:
    """Take in the device whose request is in the file NOTE. The same request again changes nothing."""
    from ledger.coop.people.account_queries import find_actor
    from ledger.coop.people.device_keys import AddDevice, add_device
    from ledger.log.entries import POLICY_ENTRY_BYTES
    from web.cli.opening import open_ledger

    if note.stat().st_size > POLICY_ENTRY_BYTES:
        raise Failed("Tệp quá lớn, không phải yêu cầu thêm khóa thiết bị.", as_json=as_json)
    with foreseen(as_json=as_json):
        ledger = open_ledger(settings())
        actor = ledger.read(find_actor, login)
        added = ledger.write(add_device, actor, AddDevice(note.read_bytes()))
    if as_json:
        print_json({"device": added.device, "key": added.key, "index": added.valid_from})
    else:
        click.echo(f"Thiết bị {added.device} được ký từ bản ghi {added.valid_from}.")


@click.command("revoke-device")
@click.argument("key")
@click.option("--as", "login", required=True, help="Login of a manager of the organisation.")
@click.option("--reason", type=click.Choice(REASONS), default="lost", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def revoke_device_command(*, key: str, login: str, reason: str, as_json: bool) -> None:
    """End KEY of a device (a line of `sogoc key devices`): lost, stolen, or not used any more."""
    from ledger.coop.people.account_queries import find_actor
    from ledger.coop.people.device_keys import RevokeDevice, revoke_device
    from web.cli.opening import open_ledger

    with foreseen(as_json=as_json):
        ledger = open_ledger(settings())
        actor = ledger.read(find_actor, login)
        ended = ledger.write(revoke_device, actor, RevokeDevice(key, reason))
    if as_json:
        print_json({"device": ended.device, "key": ended.key, "valid_until": ended.valid_until})
    else:
        click.echo(f"Thiết bị {ended.device} không còn được ký, từ bản ghi {ended.valid_until}.")


@click.command("devices")
@click.argument("chain")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def devices_command(*, chain: str, as_json: bool) -> None:
    """List the keys of the devices of CHAIN (an organisation's code)."""
    from ledger.coop.people.device_keys import device_keys
    from web.cli.opening import open_ledger

    with foreseen(as_json=as_json):
        found = open_ledger(settings()).read(device_keys, chain)
    if as_json:
        print_json(
            [
                {"device": d.device, "key": d.key, "valid_from": d.valid_from, "valid_until": d.valid_until}
                for d in found
            ]
        )
        return
    for item in found:
        until = "nay" if item.valid_until is None else f"bản ghi {item.valid_until}"
        click.echo(f"{item.device}: {item.key}  (từ bản ghi {item.valid_from} đến {until})")
