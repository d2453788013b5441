"""How many animals there should be: those that came in, less those that died and those that left."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.field.season_facts import gather_season
from ledger.trace.sectors.templates import Template
from signing.vault import Vault

STOCKING = "stock_in"


@dataclass(frozen=True, slots=True)
class HerdCount:
    """The heads of a herd, flock or pond: ``there`` is what the books say is left."""

    entered: Decimal
    died: Decimal
    gone: Decimal

    @property
    def there(self) -> Decimal:
        """Animals that should still be there."""
        return self.entered - self.died - self.gone


def read_herd(session: Session, vault: Vault, sector: Template, season: str) -> HerdCount | None:
    """The count of a season whose sector keeps animals; ``None`` for others, and before any came in.

    ``season`` is the lot of one of the reader's own: deaths are not public, and are read with the vault.
    """
    if all(step.code != STOCKING for step in sector.steps):
        return None
    facts = gather_season(session, vault, season)
    return HerdCount(facts.heads_in, facts.heads_dead, facts.heads_out) if facts.heads_in else None
