"""fsck's look at photographed papers: each is still what its name says, and its key still opens it."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.audit.finding import Finding
from ledger.coop.attachments.document_tables import DocumentRow
from ledger.coop.attachments.documents import open_document
from ledger.log.records import Record
from ledger.trace.digests import format_digest
from ledger.trace.errors import ErasedError
from signing.errors import VaultError
from signing.vault import Vault

_TABLE = DocumentRow.__tablename__
_AT_ONCE = 20
"""Pictures held in memory at a time."""


class DocumentCheck:
    """A ``ProjectionCheck`` of what no entry can derive: the pictures are only here. Reads every one."""

    def __init__(self, vault: Vault) -> None:
        self.rows_checked = 0
        self._vault = vault

    def feed(self, record: Record, /) -> None:
        """Nothing: papers are looked at when the walk is over."""
        del record

    def findings(self, session: Session, /) -> Iterator[Finding]:
        """What is wrong with a paper, by organisation and name. One that was erased has nothing to check."""
        query = select(DocumentRow).where(DocumentRow.erased_at.is_(None))
        keys = (DocumentRow.organisation, DocumentRow.digest)
        for row in session.scalars(query.order_by(*keys).execution_options(yield_per=_AT_ONCE)):
            self.rows_checked += 1
            name = format_digest(row.digest)
            found = self._digest_of(session, row)
            if found != name:
                yield Finding(_TABLE, None, f"picture of {row.organisation}", name, found)
            session.expunge(row)

    def _digest_of(self, session: Session, row: DocumentRow) -> str:
        try:
            return format_digest(hashlib.sha256(open_document(session, self._vault, row)).digest())
        except (ErasedError, VaultError) as error:
            return str(error)
