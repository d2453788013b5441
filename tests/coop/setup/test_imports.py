"""A season's diary and other systems' documents: all or nothing, all faults at once, twice is once."""

import json
from datetime import timedelta

import pytest

from ledger.coop.actors import Role
from ledger.coop.epcis_imports import ImportEpcis, import_epcis
from ledger.coop.errors import EpcisImportError, NotAllowedError, SheetError
from ledger.coop.field.diary_imports import ImportDiary, import_diary
from ledger.log.records import read_record
from ledger.trace.errors import MalformedJsonError
from ledger.trace.genealogy import trace_back
from ledger.trace.sealed_fields.disclosures import read_disclosures

HEADINGS = (
    "Ngày làm;Việc làm;Nơi làm;Người làm;Nguồn nước;Biện pháp;Sâu, bệnh;Tên thuốc;"
    "Thời gian cách ly (ghi theo nhãn);Sản lượng thu (kg);Ghi chú"
)


def _diary(world, *rows: str) -> bytes:
    days = {f"<{ago}>": f"{world.day(ago):%d/%m/%Y}" for ago in range(100)}
    text = "\n".join((HEADINGS, *rows)) + "\n"
    for mark, day in days.items():
        text = text.replace(mark, day)
    return text.encode()


def _season(world) -> bytes:
    return _diary(
        world,
        "<2>;Thu hoạch;;;;;;;;320,5;",
        "<90>;Mở vụ / lứa;VUON1;;;;;;;;",
        "<50>;Tưới nước;;;Giếng khoan;;;;;;chị Ba tưới hộ",
        "<20>;Phòng trừ sâu bệnh;;;;Thuốc hóa học;Bọ trĩ;Abamectin 1.8EC;7;;",
    ).replace("Thuốc hóa học".encode(), "Thuốc BVTV hóa học".encode())


def test_a_whole_season_is_recorded_in_the_order_of_its_days(world):
    done = world.run(import_diary, ImportDiary(data=_season(world), product="NHO"))
    assert (done.written, done.repeated, len(done.lots)) == (4, 0, 1)
    genealogy = world.read(trace_back, done.lots[0])
    assert {node.lot for node in genealogy.lots} == {done.season, done.lots[0]}


def test_the_same_file_twice_changes_nothing(world):
    first = world.run(import_diary, ImportDiary(data=_season(world), product="NHO"))
    size = world.size()
    again = world.run(import_diary, ImportDiary(data=_season(world), product="NHO"))
    assert (again.written, again.repeated, again.season, again.lots) == (0, 4, first.season, first.lots)
    assert world.size() == size


def test_two_equal_rows_are_two_pieces_of_work(world):
    done = world.run(import_diary, ImportDiary(data=_season(world), product="NHO"))
    twice = _diary(world, *["<1>;Tưới nước;;;Nước máy;;;;;;"] * 2)
    more = world.run(import_diary, ImportDiary(data=twice, season=done.season))
    assert (more.written, more.repeated) == (2, 0)


def test_all_faults_come_at_once_and_nothing_is_written(world):
    size = world.size()
    data = _diary(
        world,
        "<90>;Mở vụ / lứa;VUON1;;;;;;;;",
        "<20>;Phòng trừ sâu bệnh;;;;Thuốc BVTV hóa học;Bọ trĩ;Abamectin 1.8EC;30;;",
        "<50>;Tưới nước;;;Suối tiên;;;;;;",
        "<5>;Thu hoạch;;;;;;;;320,5;",
        "<4>;Thu hoạch;;;;;;;;-5;",
        "<3>;Tưới nước;KHONGCO;;Nước máy;;;;;;",
        "01/01/2199;Tưới nước;;;Nước máy;;;;;;",
    )
    with pytest.raises(SheetError) as caught:
        world.run(import_diary, ImportDiary(data=data, product="NHO"))
    found = {(problem.row, problem.column) for problem in caught.value.problems}
    assert found == {(4, "E"), (5, "A"), (6, "J"), (7, "C"), (8, "A")}
    assert world.size() == size


def test_a_diary_without_a_season_says_so(world):
    data = _diary(world, "<3>;Tưới nước;;;Nước máy;;;;;;")
    with pytest.raises(SheetError, match="rows at fault") as caught:
        world.run(import_diary, ImportDiary(data=data, product="NHO"))
    assert "Mở vụ" in caught.value.problems[0].sentence


def test_only_those_who_record_for_others_import(world):
    with pytest.raises(NotAllowedError):
        world.run(import_diary, ImportDiary(data=_season(world), product="NHO"), Role.GROWER)


@pytest.fixture
def coffee_chain(shared_data) -> bytes:
    return (shared_data / "epcis/valid/epcis-coffee-chain.jsonld").read_bytes()


def test_another_systems_chain_is_taken_in_whole(world, coffee_chain):
    world.clock.now += timedelta(days=30)
    done = world.run(import_epcis, ImportEpcis(data=coffee_chain))
    assert done.written == len(json.loads(coffee_chain)["epcisBody"]["eventList"])
    roasted = "https://id.txng.example.vn/HTX0123/class/CF-NHAN.CF2611A"
    season = "https://id.txng.example.vn/HTX0123/class/VU-CF.2025-2026-VT0007"
    assert season in {node.lot for node in world.read(trace_back, roasted).lots}


def test_the_same_document_twice_changes_nothing(world, coffee_chain):
    world.clock.now += timedelta(days=30)
    first = world.run(import_epcis, ImportEpcis(data=coffee_chain))
    size = world.size()
    again = world.run(import_epcis, ImportEpcis(data=coffee_chain))
    assert (again.written, again.repeated, again.indexes) == (0, first.written, first.indexes)
    assert world.size() == size


def test_people_and_buyers_in_another_systems_events_are_sealed(world, coffee_chain):
    world.clock.now += timedelta(days=30)
    done = world.run(import_epcis, ImportEpcis(data=coffee_chain))
    entries = [world.read(read_record, index).entry for index in done.indexes]
    assert not any(b"ND-0042" in entry or b"NPP9/sd/NPP9" in entry for entry in entries)
    opened = {
        d.pointer: d.value
        for index in done.indexes
        for d in world.read(read_disclosures, world.ledger.vault, index)
    }
    assert opened["/vnf:worker"] == "ND-0042"
    assert "/destinationList" in opened


def test_one_bad_event_keeps_all_out_and_is_pointed_at(world, coffee_chain):
    world.clock.now += timedelta(days=30)
    document = json.loads(coffee_chain)
    document["epcisBody"]["eventList"][3]["bizStep"] = "flying"
    document["epcisBody"]["eventList"][5]["eventTime"] = "yesterday"
    size = world.size()
    with pytest.raises(EpcisImportError) as caught:
        world.run(import_epcis, ImportEpcis(data=json.dumps(document).encode()))
    pointers = {problem.pointer for problem in caught.value.problems}
    assert pointers == {"/epcisBody/eventList/3/bizStep", "/epcisBody/eventList/5/eventTime"}
    assert world.size() == size


def test_events_in_the_future_are_refused_with_their_place(world, coffee_chain):
    with pytest.raises(EpcisImportError) as caught:
        world.run(import_epcis, ImportEpcis(data=coffee_chain))
    assert any(problem.pointer == "/epcisBody/eventList/10" for problem in caught.value.problems)


def test_one_event_id_with_two_contents_is_refused(world, coffee_chain):
    world.clock.now += timedelta(days=30)
    document = json.loads(coffee_chain)
    event = document["epcisBody"]["eventList"][0] | {
        "eventID": "urn:uuid:0b0e8b40-0000-4000-8000-000000000001"
    }
    document["epcisBody"]["eventList"] = [event]
    world.run(import_epcis, ImportEpcis(data=json.dumps(document).encode()))
    event["readPoint"] = {"id": "https://id.txng.example.vn/HTX0123/loc/VT-0008"}
    with pytest.raises(EpcisImportError, match="đã có"):
        world.run(import_epcis, ImportEpcis(data=json.dumps(document).encode()))


@pytest.mark.parametrize("data", [b"{", b'{"a":1,"a":2}', b"[" * 100 + b"]" * 100, b'{"x": 1e999}'])
def test_hostile_json_is_refused(world, data):
    with pytest.raises(MalformedJsonError):
        world.run(import_epcis, ImportEpcis(data=data))
