"""Rules about inputs and the days after them: intervals, withdrawal times, banned substances. Pure."""

from datetime import timedelta

from ledger.trace.facts import Facts, Treatment
from ledger.trace.rules.findings import Finding, Rule
from ledger.trace.sectors.fields import decimal_of
from ledger.trace.sectors.reference import banned_drug, banned_ingredient, is_listed, usual_interval
from ledger.trace.sectors.templates import GuardSpec
from ledger.trace.units import format_date


def phi_elapsed(spec: GuardSpec, facts: Facts) -> Finding | None:
    """Nothing is harvested while a pre-harvest interval runs."""
    spray = _latest_running(facts.about_season(spec.code).sprays, facts)
    if spray is None:
        return None
    return Finding(
        f"Chưa được thu hoạch: thuốc {spray.input} phun ngày {format_date(spray.done_on)}, "
        f"cách ly {spray.days} ngày. Thu hoạch được từ {format_date(spray.free_on)}.",
        _evidence(spray),
    )


def withdrawal_elapsed(spec: GuardSpec, facts: Facts) -> Finding | None:
    """Nothing is released, collected or extracted while a drug withdrawal time runs."""
    medicine = _latest_running(facts.about_season(spec.code).medicines, facts)
    if medicine is None:
        return None
    return Finding(
        f"Chưa được thu, xuất bán: thuốc {medicine.input} dùng ngày {format_date(medicine.done_on)}, "
        f"ngừng thuốc {medicine.days} ngày. Thu, xuất được từ {format_date(medicine.free_on)}.",
        _evidence(medicine),
    )


def block_after_treatment(spec: GuardSpec, facts: Facts) -> Finding | None:
    """A treatment recorded late must not contradict a harvest or release recorded before it."""
    days = decimal_of(facts.values, spec.params["days_from"])
    if days is None:
        if facts.values.get("method") == "chemical" or facts.values.get("kind") in {"treatment", "deworm"}:
            return Finding("Chưa ghi số ngày đọc trên nhãn thuốc. Hãy xem nhãn rồi ghi số ngày phải chờ.")
        return None
    name = str(facts.values.get("input", "thuốc này"))
    treatment = Treatment(name, facts.done_on, int(days))
    taking = next(
        (item for item in facts.about_season(spec.code).takings if treatment.is_running(item.done_on)), None
    )
    if taking is None:
        return None
    return Finding(
        f"Lô {taking.lot_code} đã lấy ngày {format_date(taking.done_on)}, khi chưa hết thời gian chờ của "
        f"{name} (đến {format_date(treatment.free_on)}). Hãy giữ lô này lại, đừng bán; "
        "quản lý ghi lý do công khai thì mới lưu được.",
        {**_evidence(treatment), "lot": taking.lot_code, "taken_on": taking.done_on.isoformat()},
    )


def phi_looks_short(_: GuardSpec, facts: Facts) -> Finding | None:
    """An interval shorter than labels usually give: perhaps misread. The usual days are never told."""
    days = decimal_of(facts.values, "phi_days")
    usual = usual_interval(_substance(facts))
    if days is None or usual is None or days >= usual[0]:
        return None
    return Finding(
        f"Cách ly {int(days)} ngày ngắn hơn thường gặp với loại thuốc này. Hãy đọc lại nhãn trên bao bì.",
        {"days": int(days)},
    )


def input_not_banned(_: GuardSpec, facts: Facts) -> Finding | None:
    """No active ingredient that was banned or taken off the list, in pesticides as in drugs."""
    substance = _substance(facts)
    name = banned_ingredient(substance) or banned_drug(substance)
    if name is None:
        return None
    return Finding(
        f"Hoạt chất {name} đã bị cấm hoặc loại khỏi danh mục. Không dùng thuốc này; nếu lỡ dùng rồi, "
        "quản lý ghi kèm lý do công khai.",
        {"ingredient": name},
    )


def ingredient_listed(_: GuardSpec, facts: Facts) -> Finding | None:
    """An active ingredient that is neither on the reference list nor banned: misspelt, or not allowed.

    What no ingredient was stated of is passed: a trade name says nothing about it.
    """
    stated = str(facts.values.get("active_ingredient") or facts.known_ingredient)
    if not stated or is_listed(stated) or banned_ingredient(stated):
        return None
    return Finding(
        f"Hoạt chất {stated} không có trong danh mục tham khảo của sổ. Hãy đọc lại nhãn, và xem danh mục "
        "thuốc được phép dùng hiện hành.",
        {"ingredient": stated},
    )


def input_registered_for_crop(spec: GuardSpec, facts: Facts) -> Finding | None:
    """The input is in the list the cooperative declared for this crop, where it declared one."""
    registered = facts.about_season(spec.code).registered_inputs
    name = facts.values.get("input")
    if registered is None or name is None or _plain(name) in map(_plain, registered):
        return None
    return Finding(
        f"{name} chưa có trong danh mục thuốc đã khai cho cây này. Hãy xem nhãn có ghi cây này không.",
        {"input": name},
    )


def _substance(facts: Facts) -> str:
    """Everything that names what was used; work on the land calls its input a material."""
    said = (str(facts.values.get(key, "")) for key in ("input", "material", "active_ingredient"))
    return " ".join((*said, facts.known_ingredient))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _latest_running(treatments: tuple[Treatment, ...], facts: Facts) -> Treatment | None:
    running = [treatment for treatment in treatments if treatment.is_running(facts.done_on)]
    return max(running, key=lambda treatment: treatment.free_on, default=None)


def _evidence(treatment: Treatment) -> dict[str, object]:
    return {
        "input": treatment.input,
        "done_on": treatment.done_on.isoformat(),
        "days": treatment.days,
        "last_day": (treatment.free_on - timedelta(days=1)).isoformat(),
    }


RULES: dict[str, Rule] = {
    "phi_elapsed": phi_elapsed,
    "phi_block_harvest": block_after_treatment,
    "phi_looks_short": phi_looks_short,
    "withdrawal_elapsed": withdrawal_elapsed,
    "withdrawal_block_release": block_after_treatment,
    "input_not_banned": input_not_banned,
    "ingredient_listed": ingredient_listed,
    "input_registered_for_crop": input_registered_for_crop,
}
