"""Documents of other systems: all of their events or none, or as many as can be, and what is told of each."""

import json
from copy import deepcopy

import pytest

from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.access_tokens import Scope
from ledger.coop.exchange.capture_jobs import (
    CAPTURE_LIMIT,
    Behaviour,
    capture_document,
    capture_single,
    read_job,
    read_jobs,
)
from ledger.coop.exchange.errors import CaptureError, CaptureLimitError, EventExistsError, ScopeError
from ledger.log.queries import read_entry
from ledger.log.records import read_record
from ledger.trace.identifiers import lot_uri
from tests.support.exchange import document, event, holder_of
from tests.support.world import BASE

ROLLBACK, PROCEED = Behaviour.ROLLBACK, Behaviour.PROCEED
EX = {"ex": "https://ns.example.com/epcis/"}


@pytest.fixture
def holder(world):
    return holder_of(world)


def capture(world, holder, *events, behaviour=ROLLBACK, **context):
    return capture_document(world.ledger, holder, document(*events, **context), behaviour)


def statuses(job):
    return [answer.status for answer in job.answers]


def made(world, code="T1", kg=100, **more):
    lot = lot_uri(BASE, world.coop.code, "CAPHE", code)
    quantity = [{"epcClass": lot, "quantity": kg, "uom": "KGM"}]
    body = event(action="ADD", bizStep="commissioning", quantityList=quantity, **more)
    return {name: value for name, value in body.items() if name != "epcList"}


def packed(world, kg, code="T1", into="B1"):
    body = event(type="TransformationEvent", bizStep="packing")
    lots = [lot_uri(BASE, world.coop.code, "CAPHE", name) for name in (code, into)]
    used = [{"epcClass": lots[0], "quantity": kg, "uom": "KGM"}]
    rest = {name: value for name, value in body.items() if name not in {"action", "epcList"}}
    return {**rest, "inputQuantityList": used, "outputQuantityList": [{"epcClass": lots[1], "quantity": 3}]}


def test_every_event_is_told_its_place_in_the_log(world, holder):
    job = capture(world, holder, event(), event())
    assert job.success
    for answer in job.answers:
        stored = world.read(read_record, answer.index)
        assert stored.body["eventID"] == answer.event_id
        assert stored.leaf_hash.hex() == answer.leaf_hash
        assert answer.event_hash.startswith("ni:///sha-256;")
    world.check()


def test_a_document_sent_again_is_found_event_by_event(world, holder):
    events = [event(), event(eventID="urn:uuid:831c0292-4de1-430a-8255-2aca821abaab")]
    first = capture(world, holder, *events)
    size = world.size()
    again = capture(world, holder, *reversed(events))
    assert statuses(again) == ["exists", "exists"]
    assert [answer.index for answer in again.answers] == [a.index for a in reversed(first.answers)]
    assert world.size() == size


def test_the_same_event_spelled_otherwise_is_the_same(world, holder):
    body = event(readPoint={"id": "urn:epc:id:sgln:4012345.00005.0"})
    other = {**dict(reversed(body.items())), "eventTime": "2026-11-12T00:30:00Z"}
    other["readPoint"] = {"id": "https://id.gs1.org/414/4012345000054"}
    assert statuses(capture(world, holder, body, other)) == ["captured", "exists"]


def test_one_refused_event_takes_all_back(world, holder):
    size = world.size()
    job = capture(world, holder, made(world), packed(world, 100), packed(world, 1, into="B2"))
    assert not job.success
    assert statuses(job) == ["refused"] * 3
    assert world.size() == size
    assert job.answers[2].problems[0].pointer == "/epcisBody/eventList/2"
    world.check()


def test_as_many_as_can_be_leaves_out_what_is_refused(world, holder):
    broken = {**event(), "bizStep": "nonsense"}
    sent = [
        made(world),
        broken,
        packed(world, 60),
        packed(world, 60, into="B2"),
        packed(world, 40, into="B3"),
    ]
    job = capture(world, holder, *sent, behaviour=PROCEED)
    assert statuses(job) == ["captured", "refused", "captured", "refused", "captured"]
    assert job.answers[1].problems[0].pointer == "/epcisBody/eventList/1/bizStep"
    assert not job.success
    world.check()


def test_a_declaration_refused_behind_its_append_leaves_the_others(world, holder):
    """Taking back what was used since is seen only when it is done; nothing of it may stay."""
    first = made(world, eventID="urn:uuid:00000000-0000-4000-8000-000000000001")
    capture(world, holder, first, packed(world, 60))
    declared = {"declarationTime": "2026-11-12T01:00:00.000Z", "reason": "incorrect_data"}
    wrong = {**first, "errorDeclaration": declared}
    job = capture(world, holder, event(), wrong, event(), behaviour=PROCEED)
    assert statuses(job) == ["captured", "refused", "captured"]
    assert statuses(capture(world, holder, event(), wrong)) == ["refused", "refused"]
    world.check()


def test_an_event_may_be_declared_an_error_once(world, holder):
    first = made(world, eventID="urn:uuid:00000000-0000-4000-8000-000000000002")
    declared = {**first, "errorDeclaration": {"declarationTime": "2026-11-12T01:00:00.000Z"}}
    job = capture(world, holder, first, declared, declared)
    assert statuses(job) == ["captured", "captured", "exists"]
    world.check()


def test_an_event_id_says_one_thing(world, holder):
    same = "urn:uuid:00000000-0000-4000-8000-000000000003"
    job = capture(world, holder, event(eventID=same), event(eventID=same), behaviour=PROCEED)
    assert statuses(job) == ["captured", "refused"]


def test_a_single_event_is_captured_or_known(world, holder):
    body = event(eventID="urn:uuid:00000000-0000-4000-8000-000000000004")
    told = capture_single(world.ledger, holder, body)
    assert told.status == "captured"
    with pytest.raises(EventExistsError) as same:
        capture_single(world.ledger, holder, body)
    assert (same.value.index, same.value.is_same) == (told.index, True)
    with pytest.raises(EventExistsError) as other:
        capture_single(world.ledger, holder, {**body, "bizStep": "storing"})
    assert (other.value.index, other.value.is_same) == (told.index, False)


@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"type": "ObjectEvent"}])
def test_what_is_no_event_is_refused_with_its_places(world, holder, body):
    with pytest.raises(CaptureError) as caught:
        capture_single(world.ledger, holder, body)
    assert caught.value.problems


@pytest.mark.parametrize(
    "member",
    ["sogoc:step", "sogoc:fields", "sogoc:evidence", "sogoc:sealed", "sogoc:record", "sogoc:override"],
)
def test_our_own_members_are_not_for_others_to_write(world, holder, member):
    """With them another program could write a diary that no guard has seen."""
    with pytest.raises(CaptureError) as caught:
        capture_document(
            world.ledger, holder, document(event(**{member: "x"}), sogoc="urn:sogoc:ns:"), ROLLBACK
        )
    assert [problem.pointer for problem in caught.value.problems] == [f"/epcisBody/eventList/0/{member}"]


def test_people_and_trading_partners_are_sealed(world, holder):
    body = event(
        **{"ex:worker": "Nguyễn Văn A"},
        destinationList=[{"type": "owning_party", "destination": "https://x.example/other"}],
    )
    job = capture(world, holder, body, **EX)
    entry = world.read(read_entry, job.answers[0].index).entry.decode()
    assert "Nguyễn" not in entry
    assert "x.example/other" not in entry
    assert job.answers[0].event_hash is not None
    assert world.read(read_job, holder, job.id).answers[0].event_hash is None  # it could be guessed from


def test_a_job_is_read_again_by_its_organisation_alone(world, holder):
    job = capture(world, holder, event())
    assert world.read(read_job, holder, job.id) == job
    stranger = holder_of(world, who=world.neighbour_manager)
    with pytest.raises(NotFoundError):
        world.read(read_job, stranger, job.id)
    assert world.read(read_jobs, stranger, 10) == ()
    assert [one.id for one in world.read(read_jobs, holder, 10)] == [job.id]


def test_jobs_come_newest_first_page_by_page(world, holder):
    ids = [capture(world, holder, event()).id for _ in range(3)]
    newest = world.read(read_jobs, holder, 2)
    before = (newest[-1].created_at, newest[-1].id)
    rest = world.read(read_jobs, holder, 2, before)
    assert [job.id for job in (*newest, *rest)] == ids[::-1]


def test_a_token_without_the_scope_captures_nothing(world):
    holder = holder_of(world, Scope.QUERY)
    with pytest.raises(ScopeError):
        capture(world, holder, event())
    with pytest.raises(ScopeError):
        capture_single(world.ledger, holder, event())
    with pytest.raises(ScopeError):
        world.read(read_jobs, holder, 1)


def test_more_events_than_the_limit_are_refused_at_once(world, holder):
    with pytest.raises(CaptureLimitError):
        capture(world, holder, *[event()] * (CAPTURE_LIMIT + 1))


def test_an_event_of_more_than_8_kilobytes_is_refused(world, holder):
    long = {f"ex:m{number}": "x" * 300 for number in range(40)}
    job = capture(world, holder, event(**long), event(), behaviour=PROCEED, **EX)
    assert statuses(job) == ["refused", "captured"]


def test_a_lot_of_another_organisation_is_not_made(world, holder):
    body = made(world)
    foreign = deepcopy(body)
    foreign["quantityList"][0]["epcClass"] = lot_uri(BASE, world.neighbour.code, "CAPHE", "T9")
    job = capture(world, holder, foreign, behaviour=PROCEED)
    assert statuses(job) == ["refused"]


def test_every_invalid_document_is_refused_with_a_pointer(world, holder, shared_data):
    files = sorted((shared_data / "epcis" / "invalid").glob("*.json"))
    assert files
    for path in files:
        with pytest.raises(CaptureError) as caught:
            capture_document(world.ledger, holder, json.loads(path.read_text(encoding="utf-8")), ROLLBACK)
        assert all(problem.pointer.startswith("/epcisBody/eventList/") for problem in caught.value.problems)


def test_the_standard_s_valid_documents_are_captured(world, holder, shared_data):
    problems = []
    for path in sorted((shared_data / "epcis" / "valid").rglob("*.jsonld")):
        body = json.loads(path.read_text(encoding="utf-8"))
        if body.get("type") in {"EPCISDocument", "EPCISQueryDocument"}:
            job = capture_document(world.ledger, holder, body, PROCEED)
            problems += [problem for answer in job.answers for problem in answer.problems]
    # Their examples share an id or lie in the future; no place in one is at fault.
    assert {problem.pointer.rstrip("0123456789") for problem in problems} <= {"/epcisBody/eventList/"}
    world.check()


def test_what_is_declared_around_an_event_stands_in_it(world, holder):
    own = event(**{"ex:grade": 7, "mine:size": 3, "@context": [{"mine": "https://mine.example/"}]})
    job = capture(world, holder, own, event(), **EX)
    first, second = (world.read(read_record, answer.index).body for answer in job.answers)
    assert first["@context"] == [EX, {"mine": "https://mine.example/"}]
    assert second["@context"] == [EX]
    alone = {**event(), "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"}
    index = capture_single(world.ledger, holder, alone).index
    assert "@context" not in world.read(read_record, index).body
