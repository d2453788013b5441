from decimal import Decimal

import pytest

from ledger.log.entries import Kind
from ledger.trace.digests import digest_of
from ledger.trace.sectors.field_texts import step_texts
from ledger.trace.sectors.field_values import read_day, read_decimal
from ledger.trace.sectors.templates import TEMPLATES, template
from signing.keys import NamedKey, PrivateKey
from tests.support.farm import START, Farm


@pytest.fixture
def farm(sqlite_database):
    farm = Farm(sqlite_database)
    farm.register()
    return farm


def step_of(farm, event, **options):
    receipt = farm.capture(event, **options)
    journey = farm.passport(event["quantityList"][0]["epcClass"]).passport.journey
    return next(step for step in journey if step.index == receipt.index)


def work(farm, season, day, **members):
    return farm.event(
        "ObjectEvent",
        "sogoc:pest_control",
        day,
        action="OBSERVE",
        quantityList=[{"epcClass": season}],
        **{
            "sogoc:step": "pest_control",
            "sogoc:template": "fruit_nho",
            "sogoc:fields": {"method": "chemical", "input": "Abamectin", "phi_days": "7", "nonsense": "x"},
            **members,
        },
    )


def test_late_entry_says_how_late(farm):
    season, _ = farm.season()
    farm.clock.now = START.replace(day=20)
    step = step_of(farm, work(farm, season, 5))
    assert (step.late_days, step.done_on.day, step.recorded_on.day) == (14, 6, 20)


def test_photos_warnings_and_overrides_are_told(farm):
    season, _ = farm.season()
    photo = {"digest": digest_of(b"x"), "mediaType": "image/webp", "size": 1234}
    override = {"guard": "input_not_banned", "reason": "Thuốc tồn, đã báo xã", "by": "manager"}
    step = step_of(
        farm,
        work(
            farm,
            season,
            5,
            **{
                "sogoc:photos": [photo],
                "sogoc:warnings": ["phi_looks_short"],
                "sogoc:override": [override, {**override, "guard": "phi_block_harvest"}, "x"],
                "sogoc:evidence": "photo",
            },
        ),
    )
    assert (step.photos[0].media_type, step.photos[0].size) == ("image/webp", 1234)
    assert step.warnings == ("phi_looks_short",)
    assert [(one.guard, one.by) for one in step.overrides] == [
        ("input_not_banned", "manager"),
        ("phi_block_harvest", "manager"),
    ]
    assert step.evidence == "photo"
    texts = {label: text for label, _, text, _ in step.fields}
    assert texts["Thời gian cách ly (ghi theo nhãn)"] == "7 ngày"
    assert "x" not in texts.values()


def test_second_organisations_signature_is_told(farm):
    season, _ = farm.season()
    neighbour = Farm(farm.ledger.database, seed=2, beside=farm)
    inspector = neighbour.write(lambda unit: unit.signer(neighbour.code))
    step = step_of(farm, work(farm, season, 5), extra_signers=(inspector,))
    assert step.signer_kind == "countersigned"
    assert farm.passport(season).integrity.ok


def test_device_that_signs_alone_is_told(farm):
    from ledger.log.entries import format_event_text
    from ledger.log.keys import add_device_key, key_added_text
    from ledger.trace.capture import write_event
    from ledger.trace.events.flows import read_flow
    from signing.notes import sign_note

    season, _ = farm.season()
    device = NamedKey(f"{farm.ledger.origin}/{farm.code}/dt-1", PrivateKey.from_seed(bytes([9]) * 32))
    farm.write(add_device_key, farm.code, sign_note(key_added_text(device.verifier_key), device))
    event = work(farm, season, 5)
    note = sign_note(format_event_text(Kind.EVENT, event), device)

    def append(unit):
        receipt = unit.append(farm.code, note)
        write_event(unit, receipt, event, read_flow(event), ())
        return receipt

    index = farm.write(append).index
    shown = farm.passport(season)
    assert next(step for step in shown.passport.journey if step.index == index).signer_kind == "device"
    assert shown.integrity.ok
    farm.check()


def test_steps_nobody_need_see_are_marked(farm):
    season, _ = farm.season()
    event = work(farm, season, 9)
    event |= {"sogoc:step": "season_close", "sogoc:fields": {}, "bizStep": "sogoc:season_closing"}
    assert not step_of(farm, event).is_public


def test_step_of_an_unknown_template_is_told_by_its_own_word(farm):
    season, _ = farm.season()
    event = work(farm, season, 5, **{"sogoc:template": "no_such"})
    step = step_of(farm, event)
    assert (step.name_vi, step.fields) == ("pest control", ())


def test_every_public_field_of_every_template_has_a_text():
    samples = {
        "number": "12.5",
        "date": "2026-11-05",
        "text": "chữ",
        "ref": "http://x.vn/p",
        "geo": [{"latitude": "21.35", "longitude": "106.76"}],
        "table": [{"name": "Thăn", "kg": "12.5"}],
        "file": ["x"],
        "photo": ["x"],
        "audio": ["x"],
    }
    for sector in TEMPLATES.values():
        for step in sector.steps:
            values = {
                field.key: field.options[0].code
                if field.type == "choice" and field.options
                else samples[field.type]
                for field in step.fields
                if field.type != "choice" or field.options
            }
            values = {
                field.key: [values[field.key]]
                if field.multiple and field.type in {"choice", "ref"}
                else values[field.key]
                for field in step.fields
                if field.key in values
            }
            shown = step_texts(step, values, {"http://x.vn/p": "Tên gọi"})
            expected = [
                field.label_vi
                for field in step.fields
                if not field.is_sealed
                and field.key in values
                and field.type not in {"file", "photo", "audio"}
            ]
            assert [label for label, *_ in shown] == expected
            assert all(vi and en for _, _, vi, en in shown)


def test_texts_are_vietnamese_and_english():
    step = template("fruit_nho").step("packing")
    shown = {
        key: (vi, en)
        for (key, _, vi, en) in step_texts(
            step, {"pack_count": "1200", "net_per_pack": "500", "packed_on": "2026-11-05"}, {}
        )
    }
    assert shown["Số gói"] == ("1.200 gói", "1,200 packs")
    assert shown["Ngày đóng gói"] == ("05/11/2026", "2026-11-05")


@pytest.mark.parametrize("value", [None, 5, "x", "NaN", "-1", "1000000000", "0.0001", "Infinity"])
def test_what_is_no_number_of_ours_reads_as_nothing(value):
    assert read_decimal(value) is None


def test_numbers_and_days_are_read():
    assert read_decimal("12.5") == Decimal("12.5")
    assert read_day("2026-11-05").day == 5
    assert read_day("05/11/2026") is None
    assert read_day(5) is None
