"""What a rule answers: nothing, or a finding."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.trace.facts import Facts
from ledger.trace.sectors.templates import GuardSpec


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a guard objects to: a sentence with the way out, and what was compared.

    ``only_warns`` where the guard must speak but not refuse, whatever its severity.
    """

    sentence_vi: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    only_warns: bool = False


Rule = Callable[[GuardSpec, Facts], Finding | None]
