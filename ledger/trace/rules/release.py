"""Rules about order and release: earlier steps, tests, recall, expiry, partners, stamps. Pure."""

from decimal import Decimal

from ledger.trace.facts import Facts
from ledger.trace.rules.findings import Finding, Rule
from ledger.trace.sectors.templates import GuardSpec
from ledger.trace.units import format_date, format_number


def requires_planting(spec: GuardSpec, facts: Facts) -> Finding | None:
    """A harvest needs a planting before it."""
    if "planting" in facts.about_season(spec.code).steps_done:
        return None
    return Finding("Chưa có việc gieo trồng trong vụ này. Hãy ghi việc gieo trồng trước rồi mới thu hoạch.")


def requires_planting_or_perennial(spec: GuardSpec, facts: Facts) -> Finding | None:
    """A harvest needs a planting, or a plot whose perennial plants are on file."""
    season = facts.about_season(spec.code)
    if "planting" in season.steps_done or season.perennial_since is not None:
        return None
    return Finding(
        "Chưa rõ cây trồng từ bao giờ. Hãy ghi việc trồng, hoặc ghi năm trồng cây lâu năm vào hồ sơ lô đất."
    )


def requires_stock_in(spec: GuardSpec, facts: Facts) -> Finding | None:
    """A catch needs a stocking before it."""
    if "stock_in" in facts.about_season(spec.code).steps_done:
        return None
    return Finding("Chưa có việc thả giống trong vụ này. Hãy ghi việc thả giống trước rồi mới thu.")


def fail_blocks_release(spec: GuardSpec, facts: Facts) -> Finding | None:
    """A lot whose test failed goes no further. Recording the failed test itself is never refused."""
    if facts.values.get("result") == "fail":
        return Finding(
            "Kết quả không đạt: lô bị khóa, không đóng gói, dán tem hay xuất được cho đến khi kiểm lại đạt.",
            only_warns=True,
        )
    if "result" in facts.values:
        return None
    for lot in facts.about_lots(spec.code):
        for test in lot.failed_tests[:1]:
            return Finding(
                f"Lô {lot.code} đang bị khóa: phiếu kiểm nghiệm {test.report_no} ngày "
                f"{format_date(test.done_on)} không đạt. Hãy kiểm lại đạt, bỏ lô này ra, hoặc để quản lý "
                "quyết định cho xuất với lý do công khai.",
                {"lot": lot.code, "report_no": test.report_no},
            )
    return None


def not_recalled(spec: GuardSpec, facts: Facts) -> Finding | None:
    """A recalled lot is neither used nor stamped nor shipped, nor is one that is held back."""
    for lot in facts.about_lots(spec.code):
        if lot.held_on is not None:
            return Finding(
                f"Lô {lot.code} đang tạm giữ từ ngày {format_date(lot.held_on)}. "
                "Hãy để riêng, chờ quản lý quyết định.",
                {"lot": lot.code, "held_on": lot.held_on.isoformat()},
            )
        if lot.recalled_on is not None:
            return Finding(
                f"Lô {lot.code} đang bị thu hồi từ ngày {format_date(lot.recalled_on)}. "
                "Hãy để riêng lô này, không dùng, không bán.",
                {"lot": lot.code, "recalled_on": lot.recalled_on.isoformat()},
            )
    return None


def not_expired(spec: GuardSpec, facts: Facts) -> Finding | None:
    """An expired lot is neither stamped nor shipped; its last day is still good."""
    for lot in facts.about_lots(spec.code):
        if lot.expires_on is not None and lot.expires_on < facts.done_on:
            return Finding(
                f"Lô {lot.code} đã hết hạn ngày {format_date(lot.expires_on)}. Hãy để riêng, không bán.",
                {"lot": lot.code, "expires_on": lot.expires_on.isoformat()},
            )
    return None


def one_step_back(_: GuardSpec, facts: Facts) -> Finding | None:
    """Who it came from is known."""
    if any(facts.values.get(key) for key in ("from_party", "source", "supplier", "source_batches")):
        return None
    return Finding("Chưa ghi nhận từ ai. Hãy chọn nơi giao hàng cho mình.")


def one_step_forward(_: GuardSpec, facts: Facts) -> Finding | None:
    """Who it went to is known."""
    if facts.values.get("to_party"):
        return None
    return Finding("Chưa ghi giao cho ai. Hãy chọn bên nhận; bán lẻ thì chọn “khách lẻ”.")


def batch_signed(spec: GuardSpec, facts: Facts) -> Finding | None:
    """Stamps are activated on sealed lots only."""
    for lot in facts.about_lots(spec.code):
        if not lot.is_sealed:
            return Finding(
                f"Lô {lot.code} chưa được ký. Hãy ký lô trước, rồi kích hoạt tem.", {"lot": lot.code}
            )
    return None


def stamps_le_packs(spec: GuardSpec, facts: Facts) -> Finding | None:
    """There are never more active stamps than packs."""
    stamps = facts.about_stamps(spec.code)
    most = int(stamps.packs * (100 + Decimal(str(spec.params["spare_pct"]))) / 100)
    if stamps.active + stamps.asked <= most:
        return None
    left = max(most - stamps.active, 0)
    return Finding(
        f"Lô có {_count(stamps.packs)} gói, đã kích hoạt {_count(stamps.active)} tem; "
        f"chỉ kích hoạt thêm được {_count(left)} tem, không được {_count(stamps.asked)}. "
        "Hãy chọn lại dải tem, hoặc báo hỏng tem thừa.",
        {"packs": stamps.packs, "active": stamps.active, "asked": stamps.asked, "left": left},
    )


def range_unused(spec: GuardSpec, facts: Facts) -> Finding | None:
    """No stamp of the range is in use."""
    for taken in facts.about_stamps(spec.code).taken[:1]:
        first, last = taken.codes or (f"số {taken.first}", str(taken.last))
        named = f"Tem {first}" if taken.first == taken.last else f"Tem {first} đến {last}"
        return Finding(
            f"{named} {taken.use_vi}. Hãy chọn dải tem khác.",
            {"first": taken.first, "last": taken.last},
        )
    return None


def _count(number: int) -> str:
    return format_number(Decimal(number))


RULES: dict[str, Rule] = {
    "requires:planting": requires_planting,
    "requires:planting_or_perennial_profile": requires_planting_or_perennial,
    "requires:stock_in": requires_stock_in,
    "fail_blocks_release": fail_blocks_release,
    "not_recalled": not_recalled,
    "not_expired": not_expired,
    "one_step_back": one_step_back,
    "one_step_forward": one_step_forward,
    "batch_signed": batch_signed,
    "stamps_le_packs": stamps_le_packs,
    "range_unused": range_unused,
}
