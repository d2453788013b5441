"""What is known of work that makes a lot once it was checked, and before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.coop.events import Occasion
from ledger.coop.quantities import Measured
from ledger.trace.guards import GuardWarning
from ledger.trace.sectors.templates import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedMaking:
    """``step`` may be written: every value in its one form, how much it makes, where and by whom it was done,
    and what the guards had to say.
    """

    step: Step
    values: Mapping[str, Any]
    made: Measured
    occasion: Occasion
    warnings: tuple[GuardWarning, ...]
    doer: str | None
