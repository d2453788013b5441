"""Balances and shares over random genealogies: nothing appears, nothing vanishes, shares are a whole."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.errors import BalanceError, GenealogyCycleError
from ledger.trace.passports.balance import (
    Consumption,
    available,
    check_available,
    grouped,
    loss,
    packs_possible,
    shares,
)

weights = st.decimals("0.001", 1000, places=3)


@st.composite
def genealogies(draw):
    """A random run of a cooperative: harvests, then steps that take from lots what they hold."""
    held = {f"H{n}": draw(weights) for n in range(draw(st.integers(1, 4)))}
    harvested = sum(held.values())
    moves = {lot: [weight] for lot, weight in held.items()}
    consumptions, lost = [], Decimal(0)
    for n in range(draw(st.integers(0, 8))):
        parents = draw(st.lists(st.sampled_from(sorted(moves)), min_size=1, max_size=3, unique=True))
        child, taken = f"L{n}", []
        for parent in parents:
            quantity = (available(moves[parent]) * draw(st.integers(1, 100)) / 100).quantize(Decimal("0.001"))
            if quantity > 0:
                moves[parent].append(-quantity)
                taken.append(quantity)
                consumptions.append(Consumption(child, parent, quantity))
        if taken:
            output = (sum(taken) * draw(st.integers(50, 100)) / 100).quantize(Decimal("0.001"))
            output = min(output, sum(taken))
            moves[child] = [output]
            lost += loss(taken, [output])
    return harvested, moves, consumptions, lost


@given(genealogies())
def test_what_was_harvested_is_held_somewhere_or_was_lost(run):
    harvested, moves, _, lost = run
    assert lost >= 0
    assert sum(check_available(lot, of_lot) for lot, of_lot in moves.items()) + lost == harvested


@given(genealogies())
def test_the_shares_of_every_lot_add_up_to_exactly_one(run):
    _, moves, consumptions, _ = run
    for lot in moves:
        found = shares(lot, consumptions)
        assert sum(found.parts.values()) == 1
        assert found.is_measured
        assert all(root.startswith("H") and part > 0 for root, part in found.parts.items())
        assert sum(grouped(found, {"H0": "hộ A", "H1": "hộ A"}).parts.values()) == 1


@given(genealogies())
def test_a_lot_has_the_shares_of_its_parents_in_proportion(run):
    _, moves, consumptions, _ = run
    for lot in moves:
        taken = [item for item in consumptions if item.child == lot]
        if not taken:
            assert shares(lot, consumptions).parts == {lot: 1}
            continue
        total = Fraction(sum(item.quantity for item in taken))
        expected = {}
        for item in taken:
            for root, part in shares(item.parent, consumptions).parts.items():
                expected[root] = expected.get(root, 0) + part * Fraction(item.quantity) / total
        assert shares(lot, consumptions).parts == expected


def test_a_mixture_keeps_each_households_share():
    consumptions = [
        Consumption("mixed", "A", Decimal("66.6")),
        Consumption("mixed", "B", Decimal("33.3")),
        Consumption("packs", "mixed", Decimal(50)),
    ]
    found = shares("packs", consumptions)
    assert found.parts == {"A": Fraction(2, 3), "B": Fraction(1, 3)}
    assert grouped(found, {"A": "hộ 1", "B": "hộ 1"}).parts == {"hộ 1": 1}


def test_what_was_not_measured_counts_alike_and_is_told():
    season = shares("H", [Consumption("H", "V1", None, None)])
    assert (season.parts, season.is_measured) == ({"V1": 1}, True)
    for other in (
        [Consumption("H", "V1", None), Consumption("H", "V2", Decimal(5))],
        [Consumption("H", "V1", Decimal(9)), Consumption("H", "V2", Decimal(5), None)],
        [Consumption("H", "V1", Decimal(0)), Consumption("H", "V2", Decimal(0))],
    ):
        found = shares("H", other)
        assert (found.parts, found.is_measured) == ({"V1": Fraction(1, 2), "V2": Fraction(1, 2)}, False)


def test_ten_thousand_steps_in_a_row_need_no_deep_call_stack():
    chain = [Consumption(f"L{n + 1}", f"L{n}", Decimal(1)) for n in range(10_000)]
    assert shares("L10000", chain).parts == {"L0": 1}


@pytest.mark.parametrize(
    "edges", [[("A", "A")], [("A", "B"), ("B", "A")], [("A", "B"), ("B", "C"), ("C", "B"), ("A", "D")]]
)
def test_a_lot_that_would_be_its_own_ancestor_is_refused(edges):
    with pytest.raises(GenealogyCycleError):
        shares("A", [Consumption(child, parent, Decimal(1)) for child, parent in edges])


def test_a_lot_never_holds_less_than_nothing():
    assert check_available("L", [Decimal(5), Decimal(-5)]) == 0
    with pytest.raises(BalanceError) as caught:
        check_available("L", [Decimal(5), Decimal("-5.001")], "KGM")
    assert (caught.value.lot, caught.value.quantity, caught.value.uom) == ("L", Decimal("-0.001"), "KGM")
    assert "-0.001 units" in str(BalanceError("L", Decimal("-0.001"), None))


@pytest.mark.parametrize(
    ("weight_kg", "net_g", "packs"),
    [("100", "500", 200), ("0.499", "500", 0), ("99.999", "500", 199), ("-1", "500", 0)],
)
def test_packs_are_counted_downwards(weight_kg, net_g, packs):
    assert packs_possible(Decimal(weight_kg), Decimal(net_g)) == packs


def test_a_pack_weighs_something():
    with pytest.raises(ValueError, match="weighs something"):
        packs_possible(Decimal(1), Decimal(0))
