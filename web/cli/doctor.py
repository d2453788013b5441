"""``sogoc doctor``: whether everything that the ledger stands on is as it should be."""

import click

from web.cli.running import Failed, foreseen, print_json, settings

_MARKS = {"ok": "đạt", "warning": "LƯU Ý", "fault": "LỖI"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print every check as JSON.")
def doctor_command(*, as_json: bool) -> None:
    """Check files, keys, database, clock and disk; change nothing. Exit code 1 when there is a fault."""
    from ledger.upkeep.doctor import Level, examine
    from web.cli.saving import place_of
    from web.founding import open_vault

    config = settings()
    with foreseen(as_json=as_json):
        checks = list(examine(place_of(config), lambda: open_vault(config)))
    faults = [check for check in checks if check.level is Level.FAULT]
    data = {
        "ok": not faults,
        "checks": [
            {"name": check.name, "level": check.level.value, "found": check.found, "sentence": check.sentence}
            for check in checks
        ],
    }
    if as_json:
        print_json(data)
    else:
        for check in checks:
            click.echo(f"{_MARKS[check.level.value]:<6} {check.sentence}")
    if faults:
        raise Failed(f"Có {len(faults)} lỗi cần sửa.")
