"""``sogoc monitor``: follow a log from outside, trusting one key; alarms with evidence."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.cli.running import Failed, foreseen

if TYPE_CHECKING:
    from ledger.audit.monitor import Look
    from ledger.audit.monitor_state import MonitorState
    from ledger.audit.own_entries import Wishes
    from ledger.log.witnesses import WitnessPolicy
    from signing.keys import VerifierKey
    from web.monitor_desk import MonitorDesk

MAX_CHECKPOINT_FILE_BYTES = 1_000_000
MAX_RECEIPTS_BYTES = 256 * 1024 * 1024
SHOWN_ALARMS = 50
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("monitor")
@click.argument("place", metavar="URL|FOLDER")
@click.option("--vkey", required=True, help="The log's verifier key, from a source that you trust.")
@click.option(
    "--dir",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for what is remembered of this log and for the evidence of alarms.",
)
@click.option("--chain", help="Your own chain: its entries and keys are reported.")
@click.option("--expect", type=click.IntRange(0), help="How many entries your chain has by your own record.")
@click.option(
    "--known-key",
    "known_keys",
    multiple=True,
    help="A key of your chain; a new one that is not named is an alarm.",
)
@click.option("--receipts", type=_FILE, help="Receipts you kept, one JSON object a line: index, leaf_hash.")
@click.option("--witness", "witnesses", multiple=True, help="Verifier key of a witness.")
@click.option(
    "--quorum", type=click.IntRange(1), help="How many of the witnesses must have cosigned [default: all]."
)
@click.option(
    "--max-age",
    type=click.FloatRange(0, min_open=True),
    help="Alarm when the newest cosignature is older, in hours.",
)
@click.option(
    "--max-quiet",
    type=click.FloatRange(0, min_open=True),
    help="Alarm when no entry came for so long, in hours.",
)
@click.option(
    "--grace",
    type=click.FloatRange(0),
    default=10,
    show_default=True,
    help="Minutes for which an entry that you know of may be missing at the end.",
)
@click.option(
    "--compare", type=_FILE, help="A checkpoint that somebody else was shown: is it of the same log?"
)
@click.option("--once", is_flag=True, help="Look once and end; the default.")
@click.option("--every", type=click.FloatRange(1), help="Look again after so many seconds, for ever.")
@click.option("--json", "as_json", is_flag=True, help="Print each look as one line of JSON (docs/audit.md).")
def monitor_command(
    *,
    place: str,
    vkey: str,
    folder: Path,
    every: float | None,
    once: bool,
    as_json: bool,
    compare: Path | None,
    **wanted: Any,
) -> None:
    """Follow the log at URL or in FOLDER from outside, trusting nothing but its key.

    Signature, growth without change, every new entry, its chain and its keys. Exit code 1 on any alarm; its
    evidence stays in the folder.
    """
    from ledger.log.remote_sources import open_source
    from web.monitor_desk import open_desk

    if once and every:
        raise click.UsageError("--once và --every không đi cùng nhau")
    wishes, key = _wishes(**wanted), _key(vkey)
    other = None if compare is None else _read(compare, MAX_CHECKPOINT_FILE_BYTES)
    with foreseen(as_json=as_json), _saying_where(folder), open_desk(folder) as desk:
        watching = _Watching(desk, key, open_source(place.removeprefix("file://")), wishes, as_json=as_json)
        good = watching.look(other)
        while every:
            time.sleep(every)
            good = watching.look(other)
    if not good:
        raise Failed


@contextmanager
def _saying_where(folder: Path) -> Iterator[None]:
    """A monitor that cannot remember must not go on: an alarm would be lost."""
    try:
        yield
    except OSError as error:
        raise Failed(f"Không ghi được vào thư mục {folder}: {error.strerror}.") from error


class _Watching:
    """One run of the command."""

    def __init__(
        self, desk: "MonitorDesk", key: "VerifierKey", source: Any, wishes: "Wishes", *, as_json: bool
    ) -> None:
        from ledger.audit.monitor import Monitor

        self._desk = desk
        self._wishes = wishes
        self._as_json = as_json
        self._monitor = Monitor(desk.read(key), source, wishes, desk.keep)

    def look(self, other: bytes | None) -> bool:
        """Look, say what was seen, and whether all was well."""
        now = datetime.now(UTC)
        looks = [self._monitor.look(now)]
        if other is not None:
            looks.append(self._monitor.compare(other))
        for look in looks:
            self._tell(look, self._monitor.state, now)
        return not any(look.alarms_count for look in looks)

    def _tell(self, look: "Look", state: "MonitorState", now: datetime) -> None:
        from ledger.audit.monitor_report import format_look

        places = {
            number: str(place)
            for number, alarm in enumerate(look.alarms)
            if (place := self._desk.place_of(alarm)) is not None
        }
        data = format_look(look, state, self._wishes, now, places)
        if self._as_json:
            click.echo(json.dumps(data, ensure_ascii=False))
        else:
            _say(data)


def _say(data: dict[str, Any]) -> None:
    for event in data["key_events"][:SHOWN_ALARMS]:
        verb = "thu hồi khóa" if event["change"] == "revoked" else "thêm khóa"
        click.echo(f"Bản ghi {event['index']}: {verb} {event['key']}")
    if data["chain"] is not None:
        chain = data["chain"]
        click.echo(f"Chuỗi {chain['id']}: {chain['size']} bản ghi, {chain['new_entries']} bản ghi mới.")
    if data["ok"]:
        click.echo(f"Sổ {data['origin']} khớp: {data['size']} bản ghi, {data['new_entries']} bản ghi mới.")
        return
    click.echo(f"Có {data['alarms_count']} báo động:", err=True)
    for alarm in data["alarms"][:SHOWN_ALARMS]:
        where = "" if alarm["index"] is None else f" (bản ghi {alarm['index']})"
        kept = "" if alarm["evidence"] is None else f" Bằng chứng: {alarm['evidence']}"
        click.echo(f"{alarm['kind']}{where}: {alarm['sentence']}{kept}", err=True)


def _wishes(
    *,
    chain: str | None,
    expect: int | None,
    known_keys: tuple[str, ...],
    receipts: Path | None,
    witnesses: tuple[str, ...],
    quorum: int | None,
    max_age: float | None,
    max_quiet: float | None,
    grace: float,
) -> "Wishes":
    from ledger.audit.own_entries import Wishes
    from ledger.audit.receipt_list import parse_receipts
    from ledger.log.errors import MalformedReceiptsError

    if chain is None and (expect is not None or known_keys):
        raise click.UsageError("--expect và --known-key cần --chain")
    if max_age is not None and not witnesses:
        raise click.UsageError("--max-age cần --witness: chỉ bên làm chứng nói được điểm chốt mới hay cũ")
    try:
        kept = () if receipts is None else parse_receipts(_read(receipts, MAX_RECEIPTS_BYTES))
    except MalformedReceiptsError as error:
        raise click.UsageError(f"--receipts: {error.sentence} ({error})") from error
    return Wishes(
        chain_id=chain,
        expected_size=expect,
        known_keys=tuple(map(_key, known_keys)),
        receipts=kept,
        witnesses=_policy(witnesses, quorum),
        max_age=None if max_age is None else timedelta(hours=max_age),
        max_quiet=None if max_quiet is None else timedelta(hours=max_quiet),
        grace=timedelta(minutes=grace),
    )


def _policy(witnesses: tuple[str, ...], quorum: int | None) -> "WitnessPolicy":
    from ledger.log.witnesses import WitnessKey, WitnessPolicy
    from signing.errors import MalformedKeyError

    if quorum is not None and quorum > len(witnesses):
        raise click.UsageError(f"--quorum {quorum}: chỉ có {len(witnesses)} bên làm chứng")
    try:
        keys = tuple(map(WitnessKey.parse, witnesses))
    except MalformedKeyError as error:
        raise click.UsageError(f"--witness: {error}") from error
    return WitnessPolicy(keys, len(keys) if quorum is None else quorum)


def _key(text: str) -> "VerifierKey":
    from signing.errors import MalformedKeyError
    from signing.keys import VerifierKey

    try:
        return VerifierKey.parse(text.strip())
    except MalformedKeyError as error:
        raise click.UsageError(f"khóa không đúng dạng: {error}") from error


def _read(path: Path, limit_bytes: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise click.UsageError(f"{path} lớn hơn {limit_bytes:,} byte")
    return data
