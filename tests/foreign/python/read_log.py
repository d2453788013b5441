"""Reads a log of Sổ Gốc with the package ``aics-tlog``, and with nothing of ours; as ``go/main.go`` does.

    read_log.py checkpoint VKEY SOURCE         open the checkpoint, print size and root hash
    read_log.py inclusion VKEY SOURCE          prove every entry, print how many
    read_log.py consistency VKEY SOURCE FILE   prove that the tree begins with the checkpoint in FILE
    read_log.py proof VKEY FILE ENTRY          check the .tlog-proof FILE of the bytes in ENTRY

SOURCE is a URL prefix or a folder. Exit code 0: it holds; 1: it was rejected; 2: usage.
"""

import base64
import sys
from pathlib import Path

from aics_tlog.checkpoint import checkpoint_from_note, verify_checkpoint
from aics_tlog.note import b64_decode, parse_note, parse_vkey
from aics_tlog.remote import HttpTileReader, tile_source_url
from aics_tlog.tiles import consistency_proof_from_tiles, inclusion_proof_from_tiles, parse_entry_bundle
from aics_tlog.tree import verify_consistency, verify_leaf_inclusion
from aics_tlog.verified import VerifiedTileReader, audit_tiles


class Rejected(Exception):  # noqa: N818  # a finding of this program, not a defect of it
    """What was read does not hold."""


def open_checkpoint(data, vkey):
    note = parse_note(data)
    verified = verify_checkpoint(note, parse_vkey(vkey), expected_origin=vkey.partition("+")[0])
    if not verified.ok:
        raise Rejected(verified.error)
    return checkpoint_from_note(note)[0]


def open_source(place, vkey):
    reader = HttpTileReader(tile_source_url(place), proxies={})
    return reader, open_checkpoint(reader.read_checkpoint(), vkey)


def checkpoint(vkey, place):
    _, found = open_source(place, vkey)
    return f"{found.size} {base64.b64encode(found.root).decode()}"


def inclusion(vkey, place):
    source, found = open_source(place, vkey)
    audit_tiles(source, found.size, found.root)
    reader = VerifiedTileReader(source, found.size, found.root)
    for index in range(found.size):
        number, width = index // 256, min(256, found.size - index // 256 * 256)
        bundle = source.read_entry_bundle(number, None if width == 256 else width)
        entry = parse_entry_bundle(bundle)[index % 256]
        proof = inclusion_proof_from_tiles(reader, index, found.size)
        if not verify_leaf_inclusion(entry, index, found.size, proof, found.root):
            raise Rejected(f"entry {index}")
    return found.size


def consistency(vkey, place, kept):
    older = open_checkpoint(Path(kept).read_bytes(), vkey)
    source, newer = open_source(place, vkey)
    reader = VerifiedTileReader(source, newer.size, newer.root)
    proof = consistency_proof_from_tiles(reader, older.size, newer.size)
    if not verify_consistency(older.size, newer.size, older.root, newer.root, proof):
        raise Rejected("the newer tree does not begin with the older one")
    return f"{older.size} {newer.size}"


def proof(vkey, file, entry):
    head, blank, note = Path(file).read_bytes().partition(b"\n\n")
    kind, index, *hashes = head.decode("ascii").split("\n")
    if kind != "c2sp.org/tlog-proof@v1" or not index.startswith("index ") or not blank:
        raise Rejected("no proof file")
    found, number = open_checkpoint(note, vkey), int(index.removeprefix("index "))
    siblings = [b64_decode(line) for line in hashes]
    if not verify_leaf_inclusion(Path(entry).read_bytes(), number, found.size, siblings, found.root):
        raise Rejected(f"entry {number}")
    return number


COMMANDS = {
    ("checkpoint", 2): checkpoint,
    ("inclusion", 2): inclusion,
    ("consistency", 3): consistency,
    ("proof", 3): proof,
}


def main(arguments):
    command = COMMANDS.get((arguments[0], len(arguments) - 1)) if arguments else None
    if command is None:
        sys.stderr.write(f"{__doc__}")
        return 2
    try:
        sys.stdout.write(f"{command(*arguments[1:])}\n")
    except (Rejected, ValueError, OSError) as error:
        sys.stderr.write(f"rejected: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
