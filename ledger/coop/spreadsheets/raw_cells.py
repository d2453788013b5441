"""A cell as a file holds it, and how much of a file is read: shared by the CSV and the XLSX reader (pure)."""

from dataclasses import dataclass
from datetime import date

MAX_ROWS = 10_000
MAX_COLUMNS = 60
MAX_CELL_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class RawCell:
    """What a file holds at one place: text as typed, a number as Vietnamese text, a real date, or a fault."""

    value: str | date
    fault: str | None = None
