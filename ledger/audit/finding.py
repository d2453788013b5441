"""What a check of the stored log has to say. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: in which table (``where``), at which log index if at one, and what should be there."""

    where: str
    index: int | None
    what: str
    expected: object
    found: object

    def __str__(self) -> str:
        place = self.where if self.index is None else f"{self.where} at index {self.index}"
        return f"{place}: {self.what}: expected {_show(self.expected)}, found {_show(self.found)}"


def _show(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
