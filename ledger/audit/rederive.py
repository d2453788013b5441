"""What a log's entries lead to, compared with what is stored beside them. For ``fsck``."""

from collections.abc import Iterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.audit.finding import Finding
from ledger.log.authors import chain_of, check_log_signatures
from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note
from ledger.log.entries import ChainEnd
from ledger.log.errors import LogError
from ledger.log.merkle import EMPTY_ROOT, HASH_BYTES
from ledger.log.queries import Head, Identity, StoredTiles
from ledger.log.right_edge import GrownTile, RightEdge
from ledger.log.tables import LogChain, LogKey, LogTile
from ledger.log.tiles import TILE_HEIGHT, TILE_WIDTH
from signing.errors import SigningError
from signing.keyring import KeyRing


def compare_chains(session: Session, ends: Mapping[str, ChainEnd]) -> Iterator[Finding]:
    """What ``log_chain`` says otherwise than the ``ends`` that the entries lead to."""
    rows = session.execute(select(LogChain.chain_id, LogChain.size, LogChain.last_leaf_hash))
    stored = {row.chain_id: ChainEnd(row.size, row.last_leaf_hash) for row in rows}
    for chain_id in sorted(stored.keys() | ends.keys()):
        expected, found = ends.get(chain_id), stored.get(chain_id)
        if expected != found:
            yield Finding("log_chain", None, f"end of chain {chain_id}", expected, found)


def compare_keys(session: Session, ring: KeyRing, origin: str) -> Iterator[Finding]:
    """What ``log_key`` says otherwise than the ``ring`` that the entries lead to."""
    derived = {
        held.valid_from: (
            chain_of(held.key.name, origin),
            held.key.name,
            held.key.key_id,
            held.key.public_key,
            held.valid_until,
        )
        for held in ring
    }
    columns = (LogKey.chain_id, LogKey.name, LogKey.key_id, LogKey.public_key, LogKey.valid_until)
    rows = session.execute(select(LogKey.valid_from, *columns))
    stored = {valid_from: tuple(key) for valid_from, *key in rows}
    for index in sorted(stored.keys() | derived.keys()):
        if stored.get(index) != derived.get(index):
            yield Finding("log_key", index, "key", derived.get(index), stored.get(index))


class Tree:
    """The tree over the entries' leaf hashes, beside the stored tiles and head."""

    def __init__(self, session: Session, head: Head) -> None:
        self._tiles = StoredTiles(session)
        self._session = session
        self._head = head
        self._edge = RightEdge()
        self._root_at_head = EMPTY_ROOT if head.size == 0 else None
        self.tiles = 0
        """How many tiles were compared."""

    @property
    def size(self) -> int:
        """How many leaves the tree has so far."""
        return self._edge.size

    def feed(self, leaf: bytes) -> Iterator[Finding]:
        """Add a leaf hash; compare the tiles that it fills."""
        edge = self._edge
        edge.append(leaf)
        if edge.size == self._head.size:
            self._root_at_head = edge.root_hash()
        if edge.size % TILE_WIDTH == 0:
            for tile in edge.take_full_tiles():
                yield from self._compare(tile)

    def fill(self, size: int) -> Iterator[Finding]:
        """Bridge missing entries up to ``size`` with the stored tiles' hashes, as far as there are any.

        So that a hole is told once, where it is, and what stands behind it is still compared.
        """
        while self._edge.size < size:
            number, offset = divmod(self._edge.size, TILE_WIDTH)
            tile = self._tiles.read_tiles([(0, number)]).get((0, number), b"")
            hashes = tile[offset * HASH_BYTES : (size - number * TILE_WIDTH) * HASH_BYTES]
            if not hashes:
                return
            for at in range(0, len(hashes), HASH_BYTES):
                yield from self.feed(hashes[at : at + HASH_BYTES])

    def findings(self, identity: Identity, ring: KeyRing) -> Iterator[Finding]:
        """What partial tiles and ``log_head`` say otherwise, and tiles that should not be there."""
        for tile in self._edge.take_grown_tiles():
            yield from self._compare(tile)
        yield from self._surplus_tiles()
        if self._edge.size != self._head.size:
            yield Finding("log_head", None, "size", self._edge.size, self._head.size)
        if self._root_at_head != self._head.root:
            yield Finding("log_head", None, "root hash", self._root_at_head, self._head.root)
        yield from self._check_checkpoint(identity, ring)

    def _check_checkpoint(self, identity: Identity, ring: KeyRing) -> Iterator[Finding]:
        expected = Checkpoint(identity.origin, self._head.size, self._head.root)
        try:
            found, note = parse_checkpoint_note(self._head.checkpoint)
            check_log_signatures(note, ring, identity.verifier_key, self._head.size)
        except (LogError, SigningError) as error:
            yield Finding("log_head", None, "checkpoint", "one signed by the log's keys", str(error))
        else:
            if found != expected:
                yield Finding("log_head", None, "checkpoint", expected, found)

    def _compare(self, tile: GrownTile) -> Iterator[Finding]:
        self.tiles += 1
        place = (tile.level, tile.number)
        stored = self._tiles.read_tiles([place]).get(place, b"")
        if stored == tile.hashes:
            return
        for at in range(0, max(len(stored), len(tile.hashes)), HASH_BYTES):
            expected, found = tile.hashes[at : at + HASH_BYTES], stored[at : at + HASH_BYTES]
            if expected != found:
                offset = at // HASH_BYTES
                first_leaf = (tile.number * TILE_WIDTH + offset) << (TILE_HEIGHT * tile.level)
                what = f"hash {offset} of tile {tile.level}, {tile.number}"
                yield Finding("log_tile", first_leaf, what, expected or None, found or None)

    def _surplus_tiles(self) -> Iterator[Finding]:
        rows = self._session.execute(
            select(LogTile.level, func.count(), func.max(LogTile.number)).group_by(LogTile.level)
        )
        for level, count, last in rows:
            hashes = self._edge.size >> (TILE_HEIGHT * level) if 0 <= level < TILE_HEIGHT else 0
            tiles = -(-hashes // TILE_WIDTH)
            if count > tiles or last >= tiles:
                yield Finding("log_tile", None, f"tiles of level {level}", tiles, count)
