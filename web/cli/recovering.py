"""``sogoc recover``: what to do when the log is older than what this machine signed."""

from typing import TYPE_CHECKING, Any

import click

from web.cli.running import Failed, foreseen, print_json, settings

if TYPE_CHECKING:
    from ledger.upkeep.heads import HeadReport

REASONS = ("disk", "machine", "mistake", "unknown")


@click.command("recover")
@click.option("--from", "source", help="Folder or address of a copy of this log: replay what is missing.")
@click.option("--newest", is_flag=True, help="After a restore: nothing was written after that backup.")
@click.option("--accept-loss", is_flag=True, help="Go on without the missing entries, and say so in the log.")
@click.option("--reason", type=click.Choice(REASONS), default="unknown", show_default=True, help="Why lost.")
@click.option("--confirm", help="With --accept-loss: the name of the log, instead of typing it when asked.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def recover_command(
    *, source: str | None, newest: bool, accept_loss: bool, reason: str, confirm: str | None, as_json: bool
) -> None:
    """Show whether the log is the one that this machine signed last; with an option, mend it.

    Stop the server first. Exit code 1 while nothing may be written.
    """
    if [source is not None, newest, accept_loss].count(True) > 1:
        raise click.UsageError("give one of --from, --newest and --accept-loss")
    from ledger.log.anti_rollback import HeadRecord
    from web.cli.opening import open_ledger
    from web.founding import HEAD_RECORD

    config = settings()
    record = HeadRecord(config.data / HEAD_RECORD)
    with foreseen(as_json=as_json):
        ledger = open_ledger(config)
        if source is not None:
            _replay(ledger, record, source, as_json=as_json)
        elif newest:
            _confirm(ledger, record, as_json=as_json)
        elif accept_loss:
            _accept(ledger, record, reason, confirm, as_json=as_json)
        else:
            _show(ledger, record, as_json=as_json)


def _show(ledger: Any, record: Any, *, as_json: bool) -> None:
    from ledger.upkeep.heads import HeadState, examine_head

    report = examine_head(ledger.database, record)
    data = _facts(report)
    if report.state is not HeadState.AGREES:
        raise Failed(*_lines(report), *_WAYS_OUT, data=data, as_json=as_json)
    if as_json:
        print_json(data)
    else:
        click.echo(f"Sổ khớp với mốc đã ký: {report.stored.size} bản ghi. Không có gì phải khôi phục.")


def _replay(ledger: Any, record: Any, source: str, *, as_json: bool) -> None:
    from ledger.upkeep.replay import replay_missing

    replayed = replay_missing(ledger, record, source)
    if as_json:
        print_json({"ok": True, "first": replayed.first, "size": replayed.size, "lost": replayed.lost})
        return
    click.echo(
        f"Đã lấy lại {replayed.size - replayed.first} bản ghi; sổ có {replayed.size} bản ghi, ghi tiếp được."
    )
    for sentence in replayed.lost:
        click.echo(f"Lưu ý: {sentence}")


def _confirm(ledger: Any, record: Any, *, as_json: bool) -> None:
    from ledger.upkeep.recovery import confirm_newest

    report = confirm_newest(ledger, record)
    if as_json:
        print_json(_facts(report))
    else:
        click.echo(f"Sổ ghi tiếp từ bản ghi {report.stored.size}.")


def _accept(ledger: Any, record: Any, reason: Any, confirm: str | None, *, as_json: bool) -> None:
    from ledger.upkeep.heads import examine_head
    from ledger.upkeep.recovery import accept_loss

    report = examine_head(ledger.database, record)
    if confirm is None:
        for line in (*_lines(report), *_WARNINGS):
            click.echo(line, err=True)
        confirm = click.prompt(f"Gõ tên sổ ({ledger.origin}) để chấp nhận mất", default="", err=True)
    if confirm != ledger.origin:
        raise Failed("Tên sổ không đúng nên chưa làm gì.", data={"ok": False}, as_json=as_json)
    recovery = accept_loss(ledger, record, reason=reason)
    if as_json:
        print_json({"ok": True, "size": recovery.size, "signed_size": recovery.signed_size})
    else:
        click.echo(f"Sổ ghi tiếp từ bản ghi {recovery.size}; việc mất dữ liệu đã được ghi công khai vào sổ.")


_STATES = {
    "held": "Sổ này khôi phục từ bản sao lưu; chưa biết sau đó có bản ghi mới không nên chưa ghi tiếp.",
    "behind": "Sổ thiếu các bản ghi mà máy này đã ký nên không ghi tiếp.",
    "differs": "Sổ khác với sổ mà máy này đã ký nên không ghi tiếp. Hãy chạy: sogoc fsck",
    "foreign": "Tệp mốc last-signed-head là của sổ khác nên không ghi tiếp.",
    "spoilt": "Tệp mốc last-signed-head đã hỏng nên không ghi tiếp.",
    "agrees": "Sổ khớp với mốc đã ký.",
}
_WAYS_OUT = (
    "Các cách, tốt nhất trước:",
    "  1. Khôi phục bản sao lưu mới hơn, nếu có.",
    "  2. sogoc recover --from THƯ-MỤC-HOẶC-ĐỊA-CHỈ: lấy lại từ bản xuất hoặc bản sao của sổ.",
    "  3. sogoc recover --newest: nếu chắc chắn sau bản sao lưu này không ghi gì nữa.",
    "  4. sogoc recover --accept-loss: bỏ các bản ghi bị mất, và ghi điều đó công khai vào sổ.",
)
_WARNINGS = (
    "Ai giữ hồ sơ, biên nhận hay điểm chốt của phần bị mất sẽ thấy sổ đã rẽ nhánh.",
    "Bên làm chứng đã ký điểm chốt mới hơn sẽ không ký tiếp sổ này: khi đó phải lập sổ tên mới.",
)


def _facts(report: "HeadReport") -> dict[str, Any]:
    recorded = report.recorded
    return {
        "ok": report.state.value == "agrees",
        "state": report.state.value,
        "missing": report.missing,
        "stored": {"size": report.stored.size, "root": report.stored.root.hex()},
        "recorded": None if recorded is None else {"size": recorded.size, "root": recorded.root.hex()},
    }


def _lines(report: "HeadReport") -> tuple[str, ...]:
    stored = f"  Đang có:  {report.stored.size} bản ghi, gốc {report.stored.root.hex()}"
    if report.recorded is None:
        return _STATES[report.state.value], stored
    signed = f"  Đã ký:    {report.recorded.size} bản ghi, gốc {report.recorded.root.hex()}"
    return _STATES[report.state.value], stored, signed, f"  Thiếu:    {report.missing} bản ghi"
