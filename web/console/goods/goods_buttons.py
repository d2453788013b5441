"""What may be done with a lot in every sector: kept, split, merged, opened, tested."""

from flask import url_for

from ledger.coop.actors import PACKING, WORKSHOP, Role
from ledger.coop.quality.samples import QUALITY
from ledger.trace.tables import LotKind
from web.console.lot_reading import LotPage
from web.console.stations import StepButton, step_icon
from web.languages import _


def goods_buttons(found: LotPage, roles: frozenset[Role]) -> tuple[StepButton, ...]:
    """The works on a lot that no template lists; none where nothing is left."""
    lot, own = found.own.lot, found.own
    if not found.left or found.template is None:
        return ()
    is_pack = own.kind is LotKind.PACK
    listed = {step.code for step in found.template.steps}
    report, split = (
        url_for("console.lot_result", lot=lot),
        url_for("console.process", step_code="regroup", lo=lot),
    )
    asked = (
        (
            WORKSHOP,
            "storage" not in listed,
            "storage",
            _("Chuyển kho"),
            url_for("console.move_goods", lot=lot),
        ),
        (WORKSHOP, not is_pack, "sorting", _("Chia lô, gộp lô"), split),
        (
            PACKING,
            is_pack and found.is_own,
            "packing",
            _("Mở gói, đóng lại"),
            url_for("console.open_lot", lot=lot),
        ),
        (QUALITY, True, "lab_test", _("Lấy mẫu"), url_for("console.new_sample", lot=lot)),
        (QUALITY, "lab_test" not in listed, "lab_test", _("Phiếu kiểm nghiệm"), report),
    )
    return tuple(
        StepButton(f"{icon}-{at}", name, href, step_icon(icon))
        for at, (allowed, fits, icon, name, href) in enumerate(asked)
        if fits and not roles.isdisjoint(allowed)
    )
