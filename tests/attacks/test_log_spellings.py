"""Attacks by a second spelling: what says the same in other bytes is refused, not read kindly."""

import unicodedata

import pytest

from ledger.log.checkpoints import open_checkpoint
from ledger.log.entries import Kind, format_event_text, parse_entry, parse_event_note
from ledger.log.errors import (
    MalformedCheckpointError,
    MalformedEntryError,
    MalformedError,
    MalformedEventNoteError,
    MalformedProofFileError,
    MalformedTileError,
)
from ledger.log.proofs import format_proof, parse_proof
from ledger.log.tiles import Tile
from signing.errors import SigningError
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import sign_note
from tests.support.ledgers import CHAIN, ORIGIN, check_ledger, new_ledger, record, record_many

KEY = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.from_seed(bytes([1]) * 32))


@pytest.fixture
def ledger(sqlite_database):
    ledger = new_ledger(sqlite_database)
    ledger.write(record_many, 4)
    return ledger


def refused(ledger, text):
    """Whether a note over ``text``, validly signed, is refused by the log."""
    before = ledger.checkpoint()
    with pytest.raises(MalformedEventNoteError):
        ledger.write(lambda unit: unit.append(CHAIN, sign_note(text, KEY)))
    assert ledger.checkpoint() == before
    check_ledger(ledger)


def loosen(encoded):
    """Another base64 of the same bytes: bits set that a careless decoder drops."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    stripped = encoded.rstrip("=")
    return stripped[:-1] + alphabet[alphabet.index(stripped[-1]) + 1] + "=" * (len(encoded) - len(stripped))


def test_noncanonical_base64(ledger):
    receipt = ledger.write(record)
    prev = receipt.entry.split(b" ")[2]
    with pytest.raises(MalformedEntryError):
        parse_entry(receipt.entry.replace(prev, loosen(prev.decode()).encode()))
    signature = receipt.entry.rsplit(b" ", 1)[1].rstrip(b"\n")
    note = parse_entry(receipt.entry).note
    for spelling in (loosen(signature.decode()).encode(), signature.rstrip(b"="), signature + b"\n"):
        with pytest.raises(MalformedEventNoteError):
            parse_event_note(note.replace(signature, spelling))
    proof = format_proof(ledger.prove(receipt.index))
    hashed = proof.split(b"\n")[2]
    for spelling in (loosen(hashed.decode()).encode(), hashed.rstrip(b"="), hashed[:10] + b" " + hashed[10:]):
        with pytest.raises(MalformedProofFileError):
            parse_proof(proof.replace(hashed, spelling))
    root = ledger.checkpoint().split(b"\n")[2]
    with pytest.raises(MalformedCheckpointError):
        open_checkpoint(ledger.checkpoint().replace(root, loosen(root.decode()).encode()), ledger.vkey)


@pytest.mark.parametrize(
    "line",
    [
        '{"a":1,"a":2}',
        '{"b":1,"a":2}',
        '{"a": 1}',
        '{"a":1.0}',
        '{"a":1e0}',
        '{"a":-0}',
        '{"a":"\\u0061"}',
        '{"a":"\\/"}',
        '{"a":12345678901234567890}',
        '{"a":NaN}',
        "[]",
        "{}{}",
    ],
)
def test_noncanonical_json(ledger, line):
    refused(ledger, f"sogoc/event/v1\n{line}\n".encode())


@pytest.mark.parametrize("size", ["06", "+6", "6.0", " 6", "6 ", "0x6", "٦", "-6", "9007199254740992"])
def test_noncanonical_size(ledger, size):
    checkpoint = ledger.checkpoint()
    assert b"\n6\n" in checkpoint
    respelled = checkpoint.replace(b"\n6\n", f"\n{size}\n".encode(), 1)
    with pytest.raises(MalformedCheckpointError):
        open_checkpoint(respelled, ledger.vkey)
    with pytest.raises(MalformedProofFileError):
        parse_proof(format_proof(ledger.prove(3)).replace(b"index 3", f"index {size}".encode(), 1))


@pytest.mark.parametrize("name", ["Nguyễn Thị Tý", "Å", "한글", "ầ"])
def test_noncanonical_unicode(ledger, name):
    composed, decomposed = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    refused(ledger, f'sogoc/event/v1\n{{"name":"{decomposed}"}}\n'.encode())
    refused(ledger, f'sogoc/event/v1\n{{"{decomposed}":"name"}}\n'.encode())
    text = format_event_text(Kind.EVENT, {"name": composed})
    ledger.write(lambda unit: unit.append(CHAIN, sign_note(text, KEY)))
    check_ledger(ledger)


ENDINGS = {"CRLF": b"\r\n", "empty line": b"\n\n", "space": b" \n", "tab": b"\n\t", "NUL": b"\x00\n"}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("good", "bad"),
    [*((b"\n", ending) for ending in ENDINGS.values()), (b"", BYTE_ORDER_MARK)],
    ids=[*ENDINGS, "byte order mark"],
)
def test_noncanonical_lines(ledger, good, bad):
    """Each line ends in one newline and nothing else; no file begins with anything but its first line."""
    receipt = ledger.write(record)
    files = (
        (receipt.entry, lambda data: parse_event_note(parse_entry(data).note)),
        (parse_entry(receipt.entry).note, parse_event_note),
        (ledger.checkpoint(), lambda data: open_checkpoint(data, ledger.vkey)),
        (format_proof(ledger.prove(receipt.index)), lambda data: open_proof(ledger, data)),
    )
    for data, read in files:
        read(data)
        for respelled in {data.replace(good, bad, 1), data[: -len(good) or None] + bad}:
            with pytest.raises((MalformedError, SigningError)):
                read(respelled)
    line = ledger.vkey.format()
    doubled = line.replace("+", "++", 1)
    for respelled in (f"{line}\n", f" {line}", line.upper(), line.rstrip("=")[:-1], doubled):
        with pytest.raises(SigningError):
            VerifierKey.parse(respelled)


def open_proof(ledger, data):
    return open_checkpoint(parse_proof(data).checkpoint, ledger.vkey)


@pytest.mark.parametrize(
    "time",
    [
        "2026-09-01T01:00:03Z",
        "2026-09-01T01:00:03.0Z",
        "2026-09-01T01:00:03.000000Z",
        "2026-09-01T01:00:03.000+00:00",
        "2026-09-01T08:00:03.000+07:00",
        "2026-09-01t01:00:03.000z",
        "2026-09-01 01:00:03.000Z",
        "2026-09-01T24:00:00.000Z",
        "2026-09-01T01:00:60.000Z",
        "２026-09-01T01:00:03.000Z",
    ],
)
def test_noncanonical_time(ledger, time):
    """One spelling of a moment: UTC, milliseconds, Z."""
    receipt = ledger.write(record)
    genuine = receipt.entry.split(b"\n")[1].split(b" ")[-1]
    with pytest.raises(MalformedEntryError):
        parse_entry(receipt.entry.replace(genuine, time.encode(), 1))


@pytest.mark.parametrize(
    "path",
    [
        *("tile/0/0", "tile/0/00", "tile/0/x000/001", "tile/00/000", "tile/0/000/", "tile//0/000"),
        *("tile/0/000.p/06", "tile/0/000.p/256", "tile/0/000.p/0", "/tile/0/000", "tile/0/０00"),
        *("tile/-0/000", "tile/entries/../0/000"),
    ],
)
def test_noncanonical_tile_path(path):
    """A cache keeps a tile for ever under its path: there is one path for each."""
    with pytest.raises(MalformedTileError):
        Tile.parse(path)
