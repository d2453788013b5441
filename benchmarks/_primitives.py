"""The bare operations that checking a log cannot do without, on as many processes as the check has.

Each process first makes its share ready in memory; only the hashing and verifying is timed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from ledger.database import open_database
from ledger.log.canonical import format_canonical
from ledger.log.entries import parse_entry, parse_event_note
from ledger.log.keys import key_ring
from ledger.log.queries import read_entries
from ledger.trace.sealed_fields.disclosures import read_all_disclosures
from signing.keys import is_signature
from signing.vault import Vault

READY, GO = "ready", "go"


class Primitives:
    """Processes that did their preparing; each call does every operation once, together."""

    def __init__(self, connections: list[Connection]) -> None:
        self._connections = connections

    def __call__(self) -> None:
        for connection in self._connections:
            connection.send(GO)
        for connection in self._connections:
            connection.recv()


@contextmanager
def primitives(url: str, size: int, processes: int, master_key: bytes | None) -> Iterator[Primitives]:
    """Those for the log of ``size`` at ``url``; with ``master_key`` also those for its disclosures."""
    context = get_context("spawn")
    started: list[tuple[Any, Connection]] = []
    for number in range(processes):
        ours, theirs = context.Pipe()
        share = (size * number // processes, size * (number + 1) // processes)
        process = context.Process(target=_serve, args=(theirs, url, share, master_key), daemon=True)
        process.start()
        theirs.close()
        started.append((process, ours))
    try:
        for _, connection in started:
            connection.recv()
        yield Primitives([connection for _, connection in started])
    finally:
        for process, connection in started:
            connection.close()
            process.join()


def _serve(connection: Connection, url: str, share: tuple[int, int], master_key: bytes | None) -> None:
    database = open_database(url)
    with database.reading() as session:
        indexes = range(*share)
        signed, hashed = _prepare(session, indexes)
        if master_key is not None:
            hashed += _commitments(session, indexes, master_key)
    database.close()
    connection.send(READY)
    try:
        while connection.recv() == GO:
            _work(signed, hashed)
            connection.send(READY)
    except EOFError:
        return


def _prepare(session: Any, indexes: range) -> tuple[list[tuple[bytes, bytes, bytes]], list[bytes]]:
    """What is signed (public key, text, signature); what is hashed: a leaf and, on average, a node each."""
    ring = key_ring(session)
    signed, hashed = [], []
    for first in range(indexes.start, indexes.stop, 500):
        for stored in read_entries(session, range(first, min(first + 500, indexes.stop))):
            note = parse_event_note(parse_entry(stored.entry).note)
            hashed += [b"\x00" + stored.entry, b"\x01" + bytes(64)]
            signed += [
                (ring.key_for(line.name, line.key_id, stored.index).public_key, note.text, line.signature)
                for line in note.signatures
            ]
    return signed, hashed


def _commitments(session: Any, indexes: range, master_key: bytes) -> list[bytes]:
    opened = read_all_disclosures(session, Vault(master_key), indexes)
    return [
        b"sogoc/sealed/v1\x00" + item.salt + format_canonical(item.value)
        for items in opened.values()
        for item in items
    ]


def _work(signed: list[tuple[bytes, bytes, bytes]], hashed: list[bytes]) -> None:
    for data in hashed:
        hashlib.sha256(data).digest()
    for public_key, text, signature in signed:
        if not is_signature(public_key, text, signature):
            raise AssertionError("a signature of the log does not hold")
