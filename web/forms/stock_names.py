"""Which supplies of the stock a diary step offers for its input. Pure."""

from collections.abc import Mapping
from itertools import islice

from web.forms.inputs import Option

INPUT = "input"
"""Under this word the options of a step hold the stock: value the name, label the kind."""

MAX_NAMES = 60
"""So many are suggested; the page stays small, and any name may be typed."""

_KINDS: Mapping[str, frozenset[str]] = {
    "pest_control": frozenset({"pesticide"}),
    "fertilising": frozenset({"fertiliser"}),
    "feeding": frozenset({"feed"}),
    "vet_treatment": frozenset({"drug"}),
    "hygiene": frozenset({"drug", "other"}),
    "land_prep": frozenset({"fertiliser", "pesticide", "other"}),
    "care": frozenset({"fertiliser", "pesticide", "other"}),
}


def stock_names(step_code: str, options: Mapping[str, tuple[Option, ...]]) -> tuple[str, ...]:
    """The names to suggest for the step: supplies of its kinds, what there is of them first."""
    kinds = _KINDS.get(step_code)
    named = (option.value for option in options.get(INPUT, ()) if kinds is None or option.label in kinds)
    return tuple(islice(named, MAX_NAMES))
