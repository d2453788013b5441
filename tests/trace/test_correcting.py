import pytest

from ledger.log.records import read_record
from ledger.trace.correcting import correct_event
from ledger.trace.errors import CorrectionError
from ledger.trace.events.sealed import unseal
from ledger.trace.queries import available, find_lot
from ledger.trace.sealed_fields.disclosures import destroy_key, read_disclosures
from ledger.trace.sealing import seal_lot
from ledger.trace.tables import LotKind
from tests.support.farm import Farm, amount


@pytest.fixture
def farm(database):
    return Farm(database)


@pytest.fixture
def story(farm):
    return farm.story()


def step_of(farm, lot, step):
    return next(item for item in farm.passport(lot).passport.journey if item.step == step)


def body_at(farm, index):
    return dict(farm.read(read_record, index).body)


def test_passport_shows_both_the_mistake_and_what_replaced_it(farm, story):
    step = step_of(farm, story.pack, "sorting")
    event = body_at(farm, step.index)
    event["outputQuantityList"] = [amount(story.graded, 103, "KGM")]
    corrected = farm.write(correct_event, step.index, event, "Cân lại lô đã phân loại")
    shown = farm.passport(story.pack)
    assert shown.integrity.ok
    assert shown.passport.corrections == 1
    journey = {item.index: item for item in shown.passport.journey}
    old, new = journey[step.index], journey[corrected.replacement.index]
    assert (old.corrected, old.corrected_by) == (True, corrected.declaration.index)
    assert old.reason == "Cân lại lô đã phân loại"
    assert (new.corrected, new.correction_of, new.after_seal) == (False, step.index, True)
    assert corrected.declaration.index not in journey
    assert farm.read(available, story.graded) == 3
    assert farm.read(find_lot, story.graded).created_index == corrected.replacement.index
    farm.check()


def test_declaration_is_a_copy_with_the_same_id(farm, story):
    step = step_of(farm, story.first, "fertilising")
    corrected = farm.write(correct_event, step.index, None, "Ghi nhầm vườn")
    assert corrected.replacement is None
    original, declared = body_at(farm, step.index), body_at(farm, corrected.declaration.index)
    declaration = declared.pop("errorDeclaration")
    assert declaration["reason"] == "did_not_occur"
    assert (declared.pop("sogoc:corrects"), declared.pop("sogoc:reason")) == (step.index, "Ghi nhầm vườn")
    assert declared == original
    farm.check()


def test_step_that_did_not_occur_is_struck_through(farm, story):
    step = step_of(farm, story.first, "fertilising")
    farm.write(correct_event, step.index, None, "Ghi nhầm vườn")
    assert step_of(farm, story.first, "fertilising").corrected


def test_harvest_that_did_not_occur_leaves_a_withdrawn_lot(farm, story):
    lot, receipt = farm.harvest(story.season, "261008-1", 70, 36)
    farm.write(correct_event, receipt.index, None, "Ghi hai lần")
    row = farm.read(find_lot, lot)
    assert (row.kind, row.quantity) == (LotKind.WITHDRAWN, None)
    assert farm.read(available, lot) == 0
    farm.check()
    # The code is free again for the lot that did come.
    farm.harvest(story.season, "261008-1", 65, 37)
    assert farm.read(find_lot, lot).kind == LotKind.RAW
    farm.check()


def test_shipping_is_corrected_with_its_sealed_quantity(farm, story):
    step = step_of(farm, story.pack, "shipping")
    assert farm.read(available, story.pack) == 150
    record = farm.read(read_record, step.index)
    full = unseal(record.body, farm.read(read_disclosures, farm.vault, step.index))
    full["quantityList"] = [amount(story.pack, 60, None)]
    rules = tuple(_rules(record.body))
    corrected = farm.write(correct_event, step.index, full, "Đếm lại", sealed=rules)
    assert farm.read(available, story.pack) == 140
    for index in (corrected.declaration.index, corrected.replacement.index):
        assert len(farm.read(read_disclosures, farm.vault, index)) == 2
    farm.check()


def _rules(body):
    from ledger.trace.events.sealed import SealRule

    return [SealRule(pointer) for pointer in body["sogoc:sealed"]]


def test_repeated_correction_returns_the_first(farm, story):
    step = step_of(farm, story.first, "harvest")
    event = body_at(farm, step.index)
    event["outputQuantityList"] = [amount(story.first, 99, "KGM")]
    first = farm.write(correct_event, step.index, event, "Cân lại", idempotency_key="c1")
    again = farm.write(correct_event, step.index, event, "Cân lại", idempotency_key="c1")
    assert again.declaration.index == first.declaration.index
    assert again.replacement.index == first.replacement.index
    assert again.replacement.entry == first.replacement.entry
    farm.check()


@pytest.mark.parametrize("reason", ["", "x" * 301, "ẩn\u200bchữ"])
def test_correction_without_a_readable_reason_is_refused(farm, story, reason):
    with pytest.raises(CorrectionError):
        farm.write(correct_event, step_of(farm, story.first, "harvest").index, None, reason)


def test_lot_is_sealed_again_after_a_correction_only(farm, story):
    from ledger.trace.errors import NotSealableError

    with pytest.raises(NotSealableError):
        farm.write(seal_lot, story.pack)
    step = step_of(farm, story.pack, "packing")
    event = body_at(farm, step.index)
    event["outputQuantityList"] = [amount(story.pack, 198, None)]
    corrected = farm.write(correct_event, step.index, event, "Đếm lại gói")
    shown = farm.passport(story.pack)
    assert (shown.passport.packs, shown.passport.sealed.statement.packs) == (198, 200)
    sealed = farm.write(seal_lot, story.pack)
    assert sealed.statement.history.count == story.sealed.statement.history.count + 5
    shown = farm.passport(story.pack)
    assert shown.integrity.ok
    assert shown.passport.sealed.index == sealed.index > corrected.replacement.index
    # 198 packed, 50 of them shipped before this seal.
    assert shown.passport.packs == 148
    farm.check()


def test_step_of_an_erased_person_is_corrected_and_stays_erased(farm, story):
    step = step_of(farm, story.first, "fertilising")
    farm.write(destroy_key, farm.code, "TV-07")
    corrected = farm.write(correct_event, step.index, None, "Ghi nhầm vườn")
    assert farm.read(read_disclosures, farm.vault, corrected.declaration.index) == ()
    farm.check()


def test_correction_that_did_not_occur_is_repeated(farm, story):
    step = step_of(farm, story.first, "fertilising")
    first = farm.write(correct_event, step.index, None, "Ghi nhầm vườn", idempotency_key="c2")
    again = farm.write(correct_event, step.index, None, "Ghi nhầm vườn", idempotency_key="c2")
    assert (again.declaration.index, again.replacement) == (first.declaration.index, None)
