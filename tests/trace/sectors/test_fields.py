"""Values typed into a step's fields: one form each, and every mistake told at once."""

import pytest

from ledger.trace.digests import digest_of
from ledger.trace.errors import FieldErrors
from ledger.trace.sectors.fields import check_values, decimal_of
from ledger.trace.sectors.templates import TEMPLATES, template

NHO = template("fruit_nho")
DIGEST = digest_of(b"photo")


def problems(sector, step, raw):
    with pytest.raises(FieldErrors) as caught:
        check_values(template(sector).step(step), raw)
    return {problem.key: problem.sentence_vi for problem in caught.value.problems}


def test_what_was_typed_comes_out_in_one_form():
    raw = {"quantity": " 1.320,50 ", "grade": "Loa\u0323i A", "brix": "", "household": "TV-01"}
    assert check_values(NHO.step("harvest"), raw) == {
        "quantity": "1320.5",
        "household": "TV-01",
        "grade": "Loại A",
    }


def test_units_choices_dates_and_lists_are_understood():
    opened = check_values(
        NHO.step("season_open"),
        {
            "product": "NHO",
            "area": "1,5 sào",
            "started_on": "5/3/2026",
            "expected_harvest_from": "2026-07-01",
            "standard": "vietgap",
        },
    )
    assert opened["area"] == "540"
    assert (opened["started_on"], opened["expected_harvest_from"]) == ("2026-03-05", "2026-07-01")
    assert opened["standard"] == "vietgap"
    prepared = check_values(NHO.step("land_prep"), {"method": "Cày bừa; lên luống; cày bừa"})
    assert prepared == {"method": ["plough", "bed"]}
    assert check_values(NHO.step("land_prep"), {"method": ["liming", "mulch"]})["method"] == ["lime", "mulch"]


def test_a_province_may_be_written_out():
    shipped = check_values(
        NHO.step("shipping"),
        {"to_party": "P-1", "quantity": "20", "to_province": "bắc ninh", "temp_c": "-18"},
    )
    assert shipped["to_province"] == "24"
    assert shipped["temp_c"] == "-18"


def test_who_did_it_and_a_note_may_come_along():
    values = check_values(
        NHO.step("trellis"), {"note_work": "Buộc cành", "done_by": "TV-02", "note": "Mưa nhỏ\ncả ngày"}
    )
    assert values == {"note_work": "Buộc cành", "done_by": "TV-02", "note": "Mưa nhỏ cả ngày"}


def test_every_mistake_is_told_at_once_with_its_label():
    found = problems(
        "fruit_nho",
        "packing",
        {
            "input_qty": "12.5",
            "pack_count": "1,5",
            "net_per_pack": "-1",
            "packed_on": "31/02/2026",
            "colour": "đỏ",
        },
    )
    assert found == {
        "colour": "Việc “Đóng gói” không có ô “colour”.",
        "input_qty": "“Khối lượng vào”: “12.5” chưa rõ: phần lẻ viết sau dấu phẩy, ví dụ 12,5.",
        "net_per_pack": "“Khối lượng tịnh mỗi gói”: không được là số âm.",
        "pack_count": "“Số gói”: số gói phải là số nguyên.",
        "packed_on": "“Ngày đóng gói”: “31/02/2026” không phải ngày có thật. Viết ngày/tháng/năm, "
        "ví dụ 05/11/2026.",
        "input_batches": "Chưa ghi “Lô vào”.",
        "pack_type": "Chưa ghi “Quy cách”.",
    }


def test_a_chemical_needs_its_name_and_its_days():
    found = problems("fruit_nho", "pest_control", {"method": "chemical", "target": "rệp"})
    assert found == {
        "input": "Chưa ghi “Tên thuốc”.",
        "phi_days": "Chưa ghi “Thời gian cách ly (ghi theo nhãn)”.",
    }
    assert check_values(NHO.step("pest_control"), {"method": "manual", "target": "rệp"})


def test_a_treatment_needs_its_withdrawal_days():
    raw = {"kind": "treatment", "input": "Tylosin", "heads": "20"}
    assert set(problems("pig_farm", "vet_treatment", raw)) == {"withdrawal_days"}
    step = template("pig_farm").step("vet_treatment")
    assert check_values(step, {**raw, "withdrawal_days": "8"})["withdrawal_days"] == "8"
    assert check_values(step, {**raw, "kind": "vaccine"})


@pytest.mark.parametrize(
    ("sector", "step", "key", "value", "told"),
    [
        ("fruit_nho", "harvest", "grade", "a" * 501, "500 ký tự"),
        ("fruit_nho", "harvest", "household", "a" * 201, "200 ký tự"),
        ("fruit_nho", "harvest", "grade", "A\u202eB", "ký tự ẩn"),
        ("fruit_nho", "harvest", "grade", ["A", "B"], "một giá trị"),
        ("fruit_nho", "pest_control", "phi_days", "3651", "đến 3650"),
        ("fruit_nho", "pest_control", "phi_days", "2,5", "số nguyên"),
        ("fruit_nho", "pest_control", "method", "súng", "chọn một trong"),
        ("fruit_nho", "shipping", "to_province", "Sài Gòn", "Điện Biên"),
        ("fruit_nho", "packing", "packed_on", "01/01/1899", "không hợp lý"),
        ("fruit_nho", "packing", "input_batches", ";".join(f"L{n}" for n in range(51)), "50 mục"),
        ("fruit_nho", "pest_control", "label_photo", ["photo.jpg"], "chưa tải lên"),
        ("fruit_nho", "pest_control", "label_photo", [DIGEST] * 51, "50 tệp"),
        ("fruit_nho", "shipping", "temp_c", "-101", "số âm"),
        ("honey", "extraction", "capped_pct", "101", "đến 100"),
        ("honey", "hive_move", "location", "ở nhà", "vĩ độ"),
        ("honey", "hive_move", "location", "91, 106", "vĩ độ đến 90"),
        ("honey", "hive_move", "location", ";", "vĩ độ"),
        ("pork_processing", "cutting", "cuts", "thăn 12", "dấu hai chấm"),
        ("pork_processing", "cutting", "cuts", "thăn: -1", "số âm"),
        ("pork_processing", "cutting", "cuts", [f"p{n}: 1" for n in range(51)], "50 dòng"),
    ],
)
def test_a_value_that_cannot_be_is_told_why(sector, step, key, value, told):
    assert told in problems(sector, step, {key: value})[key]


def test_limits_themselves_are_accepted():
    step = NHO.step("pest_control")
    values = check_values(
        step,
        {
            "method": "manual",
            "target": "a" * 500,
            "phi_days": "3650",
            "label_photo": [DIGEST, DIGEST],
        },
    )
    assert len(values["target"]) == 500
    assert values["label_photo"] == [DIGEST]


def test_places_of_people_are_coarse_and_boundaries_are_exact():
    hive = check_values(
        template("honey").step("hive_move"), {"location": "21.35678, 106.76543", "flora": "hoa vải"}
    )
    assert hive["location"] == [{"latitude": "21.36", "longitude": "106.77"}]
    corners = "21.3567891 106.7654321; 21.36,106.77; 21.37,106.78"
    step = template("forest_timber").step("season_open")
    raw = {
        "product": "KEO",
        "area": "2 ha",
        "started_on": "01/01/2020",
        "expected_harvest_from": "01/01/2027",
        "land_doc": "Sổ đỏ 12",
    }
    boundary = check_values(step, {**raw, "geo": corners})["geo"]
    assert boundary[0] == {"latitude": "21.356789", "longitude": "106.765432"}


def test_cuts_are_rows_of_names_and_weights():
    raw = {"input_batches": "L1", "input_kg": "1 tạ", "loss_kg": "0", "cuts": ["Thăn: 12,5", "Ba chỉ: 3 yến"]}
    values = check_values(template("pork_processing").step("cutting"), raw)
    assert values["cuts"] == [{"name": "Thăn", "kg": "12.5"}, {"name": "Ba chỉ", "kg": "30"}]
    assert values["input_batches"] == ["L1"]


SAMPLES = {
    "number": "1",
    "text": "chữ",
    "ref": "R-1",
    "date": "05/11/2026",
    "file": [DIGEST],
    "photo": [DIGEST],
    "audio": [DIGEST],
    "geo": "21.35, 106.76",
    "table": ["a: 1"],
}


@pytest.mark.parametrize("sector", sorted(TEMPLATES))
def test_every_step_of_every_template_can_be_filled_in(sector):
    for step in TEMPLATES[sector].steps:
        raw = {
            field.key: field.options[0].vi if field.type == "choice" else SAMPLES[field.type]
            for field in step.fields
        }
        assert list(check_values(step, raw)) == [field.key for field in step.fields]


def test_a_number_is_taken_from_checked_values():
    assert decimal_of({"quantity": "12.5"}, "quantity").is_finite()
    assert decimal_of({}, "quantity") is None
