"""Sums of amounts by product and season, beside the same a year before (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ledger.coop.money.entries import Side
from ledger.coop.money.figures import Amount


@dataclass(frozen=True, slots=True)
class Sums:
    """Đồng spent and taken in."""

    cost: int = field(default=0, repr=False)
    sale: int = field(default=0, repr=False)

    @property
    def profit(self) -> int:
        """What is left; below zero is a loss."""
        return self.sale - self.cost

    def plus(self, amount: Amount) -> "Sums":
        """With one more amount."""
        if amount.side is Side.COST:
            return Sums(self.cost + amount.dong, self.sale)
        return Sums(self.cost, self.sale + amount.dong)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Sums under a name (a product's code, a season's lot; ``None`` for what is of none), then and now."""

    name: str | None
    now: Sums
    before: Sums


def reckon(amounts: Iterable[Amount], earlier: Iterable[Amount], by: str) -> tuple[Reckoned, ...]:
    """The sums by ``by``, “product” or “season”: the most profitable first, what is of no one last."""
    now, before = _sums(amounts, by), _sums(earlier, by)
    lines = [Reckoned(name, now.get(name, Sums()), before.get(name, Sums())) for name in {**now, **before}]
    return tuple(
        sorted(lines, key=lambda line: (line.name is None, -line.now.profit, -line.before.profit, line.name))
    )


def total(amounts: Iterable[Amount]) -> Sums:
    """The sums of all."""
    sums = Sums()
    for amount in amounts:
        sums = sums.plus(amount)
    return sums


def by_kind(amounts: Iterable[Amount]) -> tuple[tuple[Side, str, int], ...]:
    """What each kind comes to: sales first, the largest first."""
    sums: dict[tuple[Side, str], int] = defaultdict(int)
    for amount in amounts:
        sums[amount.side, amount.kind] += amount.dong
    lines = ((side, kind, dong) for (side, kind), dong in sums.items())
    return tuple(sorted(lines, key=lambda line: (line[0] is Side.COST, -line[2], line[1])))


def _sums(amounts: Iterable[Amount], by: str) -> Mapping[str | None, Sums]:
    sums: dict[str | None, Sums] = {}
    for amount in amounts:
        name: str | None = getattr(amount, by)
        sums[name] = sums.get(name, Sums()).plus(amount)
    return sums
