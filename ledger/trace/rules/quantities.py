"""Rules about amounts: what comes out is not more than what went in, was grown, laid, or counted. Pure."""

from decimal import Decimal

from ledger.trace.facts import Facts
from ledger.trace.rules.findings import Finding, Rule
from ledger.trace.sectors.fields import decimal_of
from ledger.trace.sectors.templates import GuardSpec
from ledger.trace.units import format_decimal, format_number, normalise

_HUNDRED = Decimal(100)


def mass_balance(spec: GuardSpec, facts: Facts) -> Finding | None:
    """Output and loss are together not more than the input, within the scales' tolerance."""
    flow = facts.about_flow(spec.code)
    taken = _taken(spec, facts)
    if flow.output + flow.loss <= taken * (1 + _percent(spec, "tolerance_pct")):
        return None
    return Finding(
        f"Ra {_amount(flow.output, facts)} và hao hụt {_amount(flow.loss, facts)} nhiều hơn vào "
        f"{_amount(taken, facts)}. Hãy cân lại, hoặc chọn thêm lô vào.",
        _evidence(taken=taken, output=flow.output, loss=flow.loss),
    )


def output_ratio(spec: GuardSpec, facts: Facts) -> Finding | None:
    """The share of the output in the input lies in the band usual for this process."""
    flow = facts.about_flow(spec.code)
    taken = _taken(spec, facts)
    low = taken * _percent(spec, "min_pct") if "min_pct" in spec.params else None
    high = taken * _percent(spec, "max_pct")
    if (low is None or low <= flow.output) and flow.output <= high:
        return None
    band = f"không quá {_amount(high, facts)}"
    if low is not None:
        band = f"từ {_amount(low, facts)} đến {_amount(high, facts)}"
    return Finding(
        f"Vào {_amount(taken, facts)}, ra {_amount(flow.output, facts)} là khác thường: hay gặp {band}. "
        "Hãy cân lại hai đầu.",
        _evidence(taken=taken, output=flow.output),
    )


def input_available(spec: GuardSpec, facts: Facts) -> Finding | None:
    """No more is taken from a lot than it still holds."""
    for lot in facts.about_lots(spec.code):
        if lot.taken > lot.available:
            return Finding(
                f"Lô {lot.code} chỉ còn {_amount(lot.available, facts)}, không lấy được "
                f"{_amount(lot.taken, facts)}. Hãy giảm số lấy ra hoặc chọn thêm lô.",
                {"lot": lot.code, **_evidence(available=lot.available, taken=lot.taken)},
            )
    return None


def packs_le_input(spec: GuardSpec, facts: Facts) -> Finding | None:
    """Packs times their net content are not more than the input, within the filling's tolerance."""
    flow = facts.about_flow(spec.code)
    taken = _taken(spec, facts)
    filled = flow.packs * flow.net_per_pack
    if filled <= taken * (1 + _percent(spec, "tolerance_pct")):
        return None
    most = int(taken / flow.net_per_pack)
    return Finding(
        f"{format_number(Decimal(flow.packs))} gói × {_amount(flow.net_per_pack, facts)} = "
        f"{_amount(filled, facts)}, nhiều hơn vào {_amount(taken, facts)}. "
        f"Đóng được nhiều nhất {format_number(Decimal(most))} gói, hoặc chọn thêm lô vào.",
        {"packs": flow.packs, "most": most, **_evidence(taken=taken, filled=filled)},
    )


def yield_plausible(spec: GuardSpec, facts: Facts) -> Finding | None:
    """A season's whole yield is not beyond what its area or colonies can give."""
    season = facts.about_season(spec.code)
    if season.size is None or season.max_yield_per_unit is None:
        return None
    now = decimal_of(facts.values, "quantity") or decimal_of(facts.values, "volume") or Decimal(0)
    most = season.size * season.max_yield_per_unit
    if season.taken + now <= most:
        return None
    return Finding(
        f"Tổng thu cả vụ {_amount(season.taken + now, facts)} vượt mức hợp lý {_amount(most, facts)} của "
        f"{format_number(season.size)} {season.size_unit}. Hãy kiểm tra lại số cân và diện tích.",
        _evidence(total=season.taken + now, most=most),
    )


def lay_rate_plausible(spec: GuardSpec, facts: Facts) -> Finding | None:
    """A day's eggs, of all its collections together, are not more than the hens can lay."""
    season = facts.about_season(spec.code)
    hens = season.heads_left
    eggs = decimal_of(facts.values, "eggs") or Decimal(0)
    eggs += sum((taking.quantity for taking in season.takings if taking.done_on == facts.done_on), Decimal(0))
    if eggs <= hens * _percent(spec, "max_pct"):
        return None
    return Finding(
        f"{format_number(eggs)} quả một ngày là quá nhiều cho {format_number(hens)} con mái. "
        "Hãy đếm lại trứng, hoặc ghi thêm số con nhập đàn.",
        _evidence(eggs=eggs, hens=hens),
    )


def headcount_balance(spec: GuardSpec, facts: Facts) -> Finding | None:
    """Animals that left, died and remain are as many as came in."""
    season = facts.about_season(spec.code)
    heads = decimal_of(facts.values, "heads") or Decimal(0)
    if heads <= season.heads_left:
        return None
    return Finding(
        f"Ghi {format_number(heads)} con nhưng chỉ còn {format_number(season.heads_left)} con "
        f"(nhập {format_number(season.heads_in)}, chết {format_number(season.heads_dead)}, "
        f"đã xuất {format_number(season.heads_out)}). Hãy đếm lại, hoặc sửa số đã ghi.",
        _evidence(heads=heads, left=season.heads_left),
    )


def _taken(spec: GuardSpec, facts: Facts) -> Decimal:
    facts.about_lots(spec.code)
    return facts.total_taken


def _percent(spec: GuardSpec, name: str) -> Decimal:
    return Decimal(str(spec.params[name])) / _HUNDRED


def _amount(amount: Decimal, facts: Facts) -> str:
    return f"{format_number(round(amount, 3))} {facts.unit_vi}"


def _evidence(**amounts: Decimal) -> dict[str, str]:
    return {name: format_decimal(normalise(amount)) for name, amount in amounts.items()}


RULES: dict[str, Rule] = {
    "mass_balance": mass_balance,
    "mass_balance:drying": output_ratio,
    "mass_balance:slaughter": output_ratio,
    "mass_balance:cooking": output_ratio,
    "mass_balance:drying_flour": output_ratio,
    "mass_balance:sawing": output_ratio,
    "input_available": input_available,
    "packs_le_input": packs_le_input,
    "yield_plausible": yield_plausible,
    "lay_rate_plausible": lay_rate_plausible,
    "headcount_balance": headcount_balance,
}
