"""``sogoc publish``: show checkpoints to witnesses and time-stamp authorities."""

from typing import TYPE_CHECKING, Any

import click

from web.cli.running import Failed, foreseen, print_json, settings

if TYPE_CHECKING:
    from ledger.witness.publisher import Round


@click.command("publish")
@click.option("--once", is_flag=True, help="One round, then stop; exit code 1 when too few cosigned.")
@click.option("--json", "as_json", is_flag=True, help="With --once: print what came of it as JSON.")
@click.option("--parent", type=int, hidden=True, help="Stop when this process has ended.")
def publish_command(*, once: bool, as_json: bool, parent: int | None) -> None:
    """Publish the newest checkpoint from time to time, as SOGOC_WITNESSES and SOGOC_TIMESTAMPS say.

    `sogoc serve` does this by itself. Nothing that is written to the log ever waits for it.
    """
    from ledger.witness.publisher import Publisher
    from web.cli.opening import open_ledger
    from web.publishing import plan_of, publish_until_stopped

    config = settings()
    if not config.is_publishing:
        raise Failed(
            "Chưa đặt bên nào để công bố: SOGOC_WITNESSES, SOGOC_TIMESTAMPS hoặc SOGOC_SECOND_SIGNATURE.",
            as_json=as_json,
        )
    with foreseen(as_json=as_json):
        ledger = open_ledger(config)
        plan = plan_of(config)
        if not once:
            publish_until_stopped(ledger, config, _say, parent=parent)
            return
        publisher = Publisher(ledger, plan)
        done = publisher.publish()
        publisher.finish()
    _tell(done, as_json=as_json)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _tell(done: "Round | None", *, as_json: bool) -> None:
    if done is None:
        if as_json:
            print_json({"ok": True, "published": None, "asked": []})
        else:
            click.echo("Không có gì mới để công bố.")
        return
    data = _data(done)
    lines = [f"Đã công bố điểm chốt: {done.publication.size} bản ghi."]
    lines += [f"{party.key}: {party.problem or 'đã xác nhận'}" for party in done.asked]
    if not done.publication.is_full:
        raise Failed(*lines, "Chưa đủ số bên làm chứng đã định.", data=data, as_json=as_json)
    if as_json:
        print_json(data)
    else:
        click.echo("\n".join(lines))


def _data(done: "Round") -> dict[str, Any]:
    publication = done.publication
    return {
        "ok": publication.is_full,
        "published": {
            "size": publication.size,
            "root": publication.root.hex(),
            "note": publication.note.decode(),
            "is_full": publication.is_full,
            "is_stamped": publication.is_stamped,
        },
        "asked": [{"party": party.key, "size": party.size, "problem": party.problem} for party in done.asked],
    }
