"""``sogoc backup`` and ``sogoc restore``: a copy of everything, and the way back from it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.cli.running import foreseen, print_json, settings

if TYPE_CHECKING:
    from ledger.upkeep.manifest import Manifest
    from ledger.upkeep.restore import Place
    from web.config import Config

_EXISTING = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("backup")
@click.argument("dest", type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Run the whole of fsck on the copy as well.")
@click.option("--with-master-key", is_flag=True, help="Put the master key in too: guard it like the key.")
@click.option("--earlier", type=_EXISTING, help="An earlier backup: photos it has are linked, not copied.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def backup_command(
    *, dest: Path, verify: bool, with_master_key: bool, earlier: Path | None, as_json: bool
) -> None:
    """Copy database, photos and settings to the new folder DEST, while the server runs.

    What was acknowledged before the start is in it. The copy is checked after it was written; DEST appears
    only when it is whole. The master key is left out: keep it elsewhere.
    """
    from ledger.upkeep.backup import take_backup
    from web.cli.opening import open_ledger
    from web.state import PHOTOS

    config = settings()
    with foreseen(as_json=as_json):
        backup = take_backup(
            open_ledger(config),
            dest,
            photos=config.data / PHOTOS,
            settings=_public_settings(config),
            master_key_file=config.master_key_file if with_master_key else None,
            earlier=earlier,
            is_thorough=verify,
        )
    said = _facts(backup.manifest) | {"path": str(backup.path), "damaged_photos": backup.damaged_photos}
    if as_json:
        print_json({"ok": True, **said})
    else:
        megabytes = backup.manifest.total_bytes / 1e6
        click.echo(f"Đã sao lưu {said['size']} bản ghi vào {backup.path} ({megabytes:.1f} MB, đã kiểm tra).")
        if not with_master_key:
            click.echo(f"Không có khóa chính trong đó: hãy cất riêng một bản {config.master_key_file}.")
    _tell_damaged(backup.damaged_photos, "không được sao lưu")


@click.command("restore")
@click.argument("src", type=_EXISTING)
@click.option("--newest", is_flag=True, help="Nothing was written after this backup: go on at once.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def restore_command(*, src: Path, newest: bool, as_json: bool) -> None:
    """Put the backup SRC back into SOGOC_DATA and SOGOC_DATABASE_URL, where no ledger stands yet.

    Digests, seal and the whole log are checked before anything is put in its place. The master key must be
    at SOGOC_MASTER_KEY_FILE, or in the backup. What exists is never written over.
    """
    from ledger.upkeep.restore import restore_backup

    config = settings()
    with foreseen(as_json=as_json):
        restored = restore_backup(src.absolute(), place_of(config), is_newest=newest)
    state, missing = restored.head.state.value, restored.head.missing
    if as_json:
        said = _facts(restored.manifest) | {"state": state, "missing": missing}
        print_json({"ok": True, **said, "damaged_photos": restored.damaged_photos})
    else:
        day = restored.manifest.created_at
        click.echo(f"Đã khôi phục {restored.manifest.size} bản ghi, bản sao lúc {day:%d/%m/%Y %H:%M} (UTC).")
        click.echo(_NEXT.get(state, _NEXT_OTHER).format(missing=missing))
    _tell_damaged(restored.damaged_photos, "không khôi phục được")


_NEXT = {
    "agrees": "Sổ khớp với mốc đã ký: ghi tiếp được ngay.",
    "held": "CHƯA ghi tiếp, vì sau bản sao này có thể đã có bản ghi mới. Hãy chạy: sogoc recover",
    "behind": "Sổ thiếu {missing} bản ghi đã ký sau bản sao này nên CHƯA ghi tiếp. Hãy chạy: sogoc recover",
}
_NEXT_OTHER = "Sổ không khớp với mốc đã ký nên CHƯA ghi tiếp. Hãy chạy: sogoc recover"


def place_of(config: "Config") -> "Place":
    """Where the ledger of these settings lives."""
    from ledger.upkeep.restore import Place
    from web.founding import HEAD_RECORD
    from web.state import PHOTOS

    return Place(
        data=config.data,
        database_url=config.database_url,
        master_key_file=config.master_key_file,
        photos=config.data / PHOTOS,
        head_record=config.data / HEAD_RECORD,
    )


def _facts(manifest: "Manifest") -> dict[str, Any]:
    return {
        "origin": manifest.origin,
        "size": manifest.size,
        "root": manifest.root.hex(),
        "created_at": manifest.created_at.isoformat(),
        "has_master_key": manifest.has_master_key,
    }


def _public_settings(config: "Config") -> str:
    """The settings that are no secret and no path of this machine, as the TOML file of SOGOC_CONFIG."""
    from web.config import given_settings

    kept = {
        **given_settings(),
        "public_url": config.public_url,
        "origin": config.origin,
        "host": config.host,
        "port": str(config.port),
    }
    told = {key: value for key, value in kept.items() if key not in _LEFT_OUT and not key.startswith("hsm_")}
    # A JSON string is a TOML string as well.
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in told.items())


_LEFT_OUT = frozenset({"config", "data", "database_url", "master_key_file"})
"""Settings of this machine, or with a password in them."""


def _tell_damaged(paths: tuple[str, ...], what: str) -> None:
    for path in paths:
        click.echo(f"Lưu ý: ảnh {path} đã hỏng, {what}.", err=True)
