"""What the owner of a chain holds a log to: the chain's length, and the receipts that were given. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from ledger.audit.alarms import Alarm, AlarmKind
from ledger.audit.receipt_list import KeptReceipt
from ledger.log.remote_tiles import AuthenticatedReader
from ledger.log.tiles import TILE_WIDTH, split_hashes
from ledger.log.witnesses import WitnessPolicy
from signing.keys import VerifierKey


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the monitor's owner wants to know, beside that the log is whole.

    ``chain_id`` is the owner's chain, of ``expected_size`` entries, and ``known_keys`` its keys. ``max_age``
    is that of the newest cosignature, ``max_quiet`` the time without a new entry. ``grace`` is how long an
    entry that the owner knows of may be missing at the end: a log may show its checkpoints a little later.
    """

    chain_id: str | None = None
    expected_size: int | None = None
    known_keys: tuple[VerifierKey, ...] = ()
    receipts: tuple[KeptReceipt, ...] = ()
    witnesses: WitnessPolicy = field(default_factory=WitnessPolicy)
    max_age: timedelta | None = None
    max_quiet: timedelta | None = None
    grace: timedelta = timedelta(0)


def check_chain_size(
    wishes: Wishes, size: int, evidence: Mapping[str, bytes]
) -> Iterator[tuple[Alarm, bool]]:
    """Whether the owner's chain, of ``size`` entries, is as long as its owner says.

    With each alarm comes whether only an end is missing, which may be late and not gone.
    """
    expected = wishes.expected_size
    if expected is not None and size != expected:
        is_short = size < expected
        kind = AlarmKind.CHAIN_SHORT if is_short else AlarmKind.CHAIN_LONG
        what = f"chain {wishes.chain_id} has {size} entries, its owner has {expected}"
        yield Alarm(kind, what, None, evidence), is_short


def check_receipts(
    receipts: Sequence[KeptReceipt], reader: AuthenticatedReader, evidence: Mapping[str, bytes]
) -> Iterator[tuple[Alarm, bool]]:
    """Whether each entry is where it was promised; with each alarm, whether the tree is not that large.

    Raises as ``AuthenticatedReader.read_tile``.
    """
    for receipt in sorted(receipts, key=lambda receipt: receipt.index):
        found = None
        if receipt.index < reader.checkpoint.size:
            number, offset = divmod(receipt.index, TILE_WIDTH)
            found = split_hashes(reader.read_tile(0, number))[offset]
        if found != receipt.leaf_hash:
            there = None if found is None else found.hex()
            what = f"leaf hash {receipt.leaf_hash.hex()} was promised, {there} is there"
            yield Alarm(AlarmKind.RECEIPT_BROKEN, what, receipt.index, evidence), found is None
