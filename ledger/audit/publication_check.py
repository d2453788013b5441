"""fsck's look at what was published: each checkpoint is one of this log, signed by it, and begins its tree.

Cosignatures are not checked here: whose they must be is the business of policies, which change.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from ledger.audit.finding import Finding
from ledger.log.errors import LogError
from ledger.log.log_keys import open_own_checkpoint
from ledger.log.merkle import root_hash
from ledger.log.publication import Publication, read_publications
from ledger.log.queries import StoredTiles, read_head
from ledger.log.records import Record
from ledger.log.tiles import TileReader
from signing.errors import SigningError

_TABLE = "log_publication"
_PAGE = 500


class PublicationCheck:
    """A ``ProjectionCheck``; what it compares with are tiles, which fsck itself derives from the entries.

    Cost: a signature and about log2(size) hashes for each publication.
    """

    def __init__(self) -> None:
        self.rows_checked = 0

    def feed(self, record: Record, /) -> None:
        """Nothing: the tree is asked when the walk is over."""
        del record

    def findings(self, session: Session, /) -> Iterator[Finding]:
        """What is wrong with a published checkpoint, newest first."""
        size, below = read_head(session).size, None
        while page := read_publications(session, below=below, limit=_PAGE):
            for publication in page:
                self.rows_checked += 1
                yield from _check(session, publication, size)
            below = page[-1].size


def _check(session: Session, publication: Publication, size: int) -> Iterator[Finding]:
    try:
        checkpoint = open_own_checkpoint(session, publication.note)
    except (LogError, SigningError) as error:
        yield Finding(
            _TABLE, None, f"note of size {publication.size}", "a checkpoint of this log", str(error)
        )
        return
    said, kept = (checkpoint.size, checkpoint.root), (publication.size, publication.root)
    if said != kept:
        yield Finding(_TABLE, None, f"note of size {publication.size}", _words(*kept), _words(*said))
    if publication.size > size:
        yield Finding(_TABLE, None, "size", f"at most {size}", str(publication.size))
        return
    root = root_hash(publication.size, TileReader(StoredTiles(session)))
    if root != publication.root:
        what = f"root hash of size {publication.size}"
        yield Finding(_TABLE, None, what, root.hex(), publication.root.hex())


def _words(size: int, root: bytes) -> str:
    return f"{size} {root.hex()}"
