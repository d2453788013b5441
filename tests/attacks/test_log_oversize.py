"""Attacks by size: each thing that others hand in has a limit, refused before anything is done with it."""

import pytest

from ledger.log.checkpoints import Checkpoint, format_checkpoint, open_checkpoint, parse_checkpoint
from ledger.log.entries import (
    MAX_EVENT_SIGNATURES,
    POLICY_ENTRY_BYTES,
    Kind,
    format_event_text,
    parse_entry,
    parse_event_note,
)
from ledger.log.errors import (
    EntryTooLargeError,
    MalformedCheckpointError,
    MalformedError,
    MalformedEventNoteError,
    MalformedProofFileError,
    MalformedTileError,
    NotCanonicalError,
)
from ledger.log.keys import open_chain
from ledger.log.ledger import Ledger
from ledger.log.proofs import MAX_PROOF_HASHES, format_proof, parse_proof
from ledger.log.tiles import (
    MAX_BUNDLED_ENTRY_BYTES,
    Tile,
    format_entry_bundle,
    parse_entry_bundle,
    split_hashes,
)
from signing.canonical_base64 import format_base64
from signing.errors import MalformedKeyError, MalformedNoteError
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    Note,
    countersign,
    format_note,
    parse_note,
    sign_note,
)
from tests.support.ledgers import CHAIN, ORIGIN, VAULT, check_ledger, event_body, new_ledger, record

KEY = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.from_seed(bytes([1]) * 32))


@pytest.fixture
def ledger(sqlite_database):
    return new_ledger(sqlite_database)


def note_of(**members):
    return sign_note(format_event_text(Kind.EVENT, event_body("sogoc:sowing", **members)), KEY)


def refused(ledger, note, error):
    before = ledger.checkpoint()
    with pytest.raises(error):
        ledger.write(lambda unit: unit.append(CHAIN, note))
    with pytest.raises(error):
        ledger.append(CHAIN, note)
    assert ledger.checkpoint() == before
    check_ledger(ledger)


def test_oversize_entry(ledger):
    """One byte over the policy is refused; the largest allowed is taken."""
    base = len(ledger.write(lambda unit: unit.append(CHAIN, note_of(text=""))).entry)
    room = POLICY_ENTRY_BYTES - base
    assert len(ledger.write(lambda unit: unit.append(CHAIN, note_of(text="x" * room))).entry) == 8192
    refused(ledger, note_of(text="x" * (room + 1)), EntryTooLargeError)
    refused(ledger, note_of(text="x" * 70_000), (EntryTooLargeError, MalformedEventNoteError))


def test_oversize_note(ledger):
    with pytest.raises(MalformedNoteError):
        parse_note(b"x" * MAX_NOTE_BYTES + b"\n\n")
    for count in (MAX_EVENT_SIGNATURES + 1, MAX_SIGNATURES + 1):
        text = format_event_text(Kind.EVENT, event_body("sogoc:sowing"))
        lines = (f"\u2014 {KEY.name} {format_base64(bytes([n] * 4) + bytes(64))}\n" for n in range(count))
        data = text + b"\n" + "".join(lines).encode()
        refused(ledger, data, (MalformedEventNoteError, MalformedNoteError))
    devices = [NamedKey(f"{KEY.name}/{n}", PrivateKey.generate()) for n in range(MAX_EVENT_SIGNATURES)]
    text = format_event_text(Kind.EVENT, event_body("sogoc:sowing"))
    with pytest.raises(MalformedEventNoteError):
        parse_event_note(format_note(countersign(Note(text, ()), KEY, *devices)))


@pytest.mark.parametrize("opening", ['{"a":', '{"a":[', "[{"])
def test_json_nested_without_end(ledger, opening):
    for depth in (33, 2_000):
        closing = opening.replace('"a":', "").replace("{", "}").replace("[", "]")[::-1]
        line = opening * depth + "1" + closing * depth
        if not line.startswith("{"):
            line = f'{{"a":{line}}}'
        note = sign_note(f"sogoc/event/v1\n{line}\n".encode(), KEY)
        refused(ledger, note, (MalformedEventNoteError, EntryTooLargeError))
    deep = {}
    for _ in range(5_000):
        deep = {"a": deep}
    with pytest.raises(NotCanonicalError):
        format_event_text(Kind.EVENT, deep)


def test_oversize_numbers_in_the_log(ledger):
    """Sizes and indexes beyond 2^53 - 1, or with thousands of digits, are refused without being computed."""
    for digits in (str(2**53), "9" * 5_000):
        root = format_base64(bytes(32))
        with pytest.raises(MalformedCheckpointError):
            parse_checkpoint(f"{ORIGIN}\n{digits}\n{root}\n".encode())
        with pytest.raises(MalformedProofFileError):
            parse_proof(format_proof(ledger.prove(0)).replace(b"index 0", f"index {digits}".encode()))
        line = f'{{"a":{digits}}}'
        refused(ledger, sign_note(f"sogoc/event/v1\n{line}\n".encode(), KEY), MalformedEventNoteError)


def test_oversize_proof(ledger):
    proof = format_proof(ledger.prove(0))
    head, _, checkpoint = proof.partition(b"\n\n")
    hashes = f"\n{format_base64(bytes(32))}".encode()
    longest = head + hashes * (MAX_PROOF_HASHES - head.count(b"\n") + 1)
    with pytest.raises(MalformedProofFileError):
        parse_proof(longest + hashes + b"\n\n" + checkpoint)
    with pytest.raises(MalformedProofFileError):
        parse_proof(head + hashes * 100_000 + b"\n\n" + checkpoint)


def test_oversize_checkpoint(ledger):
    """Long origins, endless extension lines, and more signature lines than anybody checks."""
    with pytest.raises((MalformedCheckpointError, MalformedKeyError)):
        format_checkpoint(Checkpoint("x" * 256, 0, bytes(32)))
    text, _, lines = ledger.checkpoint().partition(b"\n\n")
    with pytest.raises(MalformedCheckpointError):
        open_checkpoint(text + b"\nx" * MAX_NOTE_BYTES + b"\n\n" + lines, ledger.vkey)
    with pytest.raises(MalformedCheckpointError):
        open_checkpoint(text + b"\n\n" + lines * (MAX_SIGNATURES + 1), ledger.vkey)
    with pytest.raises(MalformedKeyError):
        VerifierKey.parse("x" * 256 + "+00000000+" + format_base64(bytes(33)))


def test_oversize_tile(ledger):
    for level, number, width in ((64, 0, 1), (0, 2**55, 1), (0, 0, 257), (0, 0, 0)):
        with pytest.raises(MalformedTileError):
            Tile(level, number, width)
    with pytest.raises(MalformedTileError):
        Tile.parse("tile/0/" + "x999/" * 50 + "999")
    with pytest.raises(MalformedTileError):
        split_hashes(bytes(257 * 32))
    with pytest.raises(MalformedTileError):
        format_entry_bundle([bytes(MAX_BUNDLED_ENTRY_BYTES + 1)])
    with pytest.raises(MalformedTileError):
        parse_entry_bundle(b"\x00\x01x" * 257)
    with pytest.raises(MalformedTileError):
        parse_entry_bundle(b"\xff\xffshort")
    check_ledger(ledger)


def test_oversize_names(ledger):
    """Idempotency keys and chain ids: the longest is taken, one more is not, and none may be empty."""
    note = note_of()
    ledger.append(CHAIN, note, idempotency_key="k" * 200)
    for key in ("k" * 201, "k" * 100_000, ""):
        with pytest.raises(MalformedError):
            ledger.write(record, idempotency_key=key)
    for chain_id in ("H" * 65, "H" * 100_000, ""):
        with pytest.raises(MalformedError):
            ledger.write(open_chain, chain_id)
    receipt = Ledger.open(ledger.database, VAULT).append(CHAIN, note, idempotency_key="k" * 200).result
    assert (receipt.index, receipt.repeated) == (2, True)
    assert parse_entry(receipt.entry).chain_id == CHAIN
    check_ledger(ledger)
