"""What is kept beside an entry: amounts as typed, voices, what was said the last time; and the undo."""

from datetime import timedelta

import pytest

from ledger.coop.actors import Role
from ledger.coop.attachments.voices import MAX_BYTES, find_voice, keep_voice, read_voice
from ledger.coop.corrections import Correct
from ledger.coop.errors import NotAllowedError, NotFoundError, VoiceError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.last_time import read_last_time, steps_used
from ledger.coop.field.typed_amounts import read_typed_amounts, typed_amounts
from ledger.coop.registers.members import EraseMember, erase_member
from ledger.coop.season_cards import list_seasons, open_templates, seasons_on_place
from ledger.coop.undo import UNDO_WITHIN, is_undoable, undo
from ledger.log.records import read_record
from ledger.trace.sealed_fields.disclosures import read_disclosures
from ledger.trace.sectors.templates import TEMPLATES

NHO = TEMPLATES["fruit_nho"]
FERTILISE = {"input": "Kali", "dose": "2 tạ", "method": "root"}
OGG = b"OggS" + bytes(200)


def record(world, season, step="irrigation", values=None, who=Role.GROWER, **more):
    values = {"source": "well"} if values is None else values
    command = RecordStep(lot=season, step=step, done_on=world.today, values=values, **more)
    return world.run(record_step, command, who).index


def fertilise(world, season, **values):
    typed = {"input": "Kali", "dose": "2 tạ"} | values
    return record(world, season, "fertilising", typed)


# -- amounts as typed ----------------------------------------------------------------------------------------


def test_an_amount_is_converted_exactly_and_kept_as_it_was_typed(world):
    index = fertilise(world, world.season(), area_applied="1,5 sào")
    assert world.read(read_record, index).body["sogoc:fields"]["dose"] == "200"
    opened = {item.pointer: item.value for item in world.read(read_disclosures, world.ledger.vault, index)}
    assert opened["/sogoc:fields/area_applied"] == "540"
    grower = world.actors[Role.GROWER]
    kept = world.read(read_typed_amounts, world.ledger.vault, grower, index)
    assert kept == {"dose": "2 tạ", "area_applied": "1,5 sào"}
    assert world.read(read_typed_amounts, world.ledger.vault, world.neighbour_manager, index) == {}


def test_a_bare_number_needs_no_keeping():
    step = NHO.step("fertilising")
    assert typed_amounts(step, {"dose": "1.234,5", "input": "2 tạ", "area_applied": " "}) == {}


# -- voices --------------------------------------------------------------------------------------------------


def test_a_voice_is_kept_once_and_heard_by_its_own_people_only(world):
    first = world.run(keep_voice, OGG, Role.GROWER)
    assert world.run(keep_voice, OGG, Role.GROWER) == first
    vault, manager = world.ledger.vault, world.actors[Role.MANAGER]
    assert world.read(read_voice, vault, manager, first.digest).data == OGG
    with pytest.raises(NotFoundError):
        world.read(read_voice, vault, world.neighbour_manager, first.digest)
    with pytest.raises(NotFoundError):
        world.read(find_voice, manager, "ni:///sha-256;nothing")


def test_the_log_holds_only_a_commitment_to_the_voice(world):
    digest = world.run(keep_voice, OGG, Role.GROWER).digest
    index = record(world, world.season(), voice=digest)
    body = world.read(read_record, index).body
    assert digest not in str(body)
    assert "/sogoc:fields/voice_note" in body["sogoc:sealed"]
    opened = {item.pointer: item.value for item in world.read(read_disclosures, world.ledger.vault, index)}
    assert opened["/sogoc:fields/voice_note"] == [digest]


def test_who_is_erased_is_not_heard_any_more(world):
    digest = world.run(keep_voice, OGG, Role.GROWER).digest
    world.run(erase_member, EraseMember(world.actors[Role.GROWER].member_id))
    with pytest.raises(NotFoundError):
        world.read(read_voice, world.ledger.vault, world.actors[Role.MANAGER], digest)


@pytest.mark.parametrize("data", [b"", b"<script>", b"OggS" + bytes(MAX_BYTES)])
def test_what_is_no_voice_is_refused(world, data):
    with pytest.raises(VoiceError):
        world.run(keep_voice, data, Role.GROWER)


# -- the last time -------------------------------------------------------------------------------------------


def last(world, step, season=None, who=Role.GROWER):
    return world.read(
        read_last_time, world.ledger.vault, world.actors[who], NHO, NHO.step(step), season=season
    )


def test_the_last_entry_fills_the_next_form_but_for_what_is_new_every_time(world):
    season = world.season()
    assert last(world, "fertilising") is None
    fertilise(world, season, invoice="HD 12", area_applied="1,5 sào")
    found = last(world, "fertilising", season)
    assert found.values == {"input": "Kali", "dose": "2 tạ"}
    assert (found.done_on, found.done_by) == (world.today, world.actors[Role.GROWER].member_id)


def test_the_same_season_counts_before_a_later_entry_elsewhere(world):
    here, there = world.season(), world.season()
    fertilise(world, here, input="Lân")
    fertilise(world, there, input="Đạm")
    assert last(world, "fertilising", here).values["input"] == "Lân"
    assert last(world, "fertilising").values["input"] == "Đạm"


def test_what_others_said_and_what_was_corrected_is_not_repeated(world):
    season = world.season()
    index = fertilise(world, season)
    assert last(world, "fertilising", who=Role.RECORDER) is None
    world.run(undo, Correct(index=index, reason="Ghi nhầm", did_not_occur=True), Role.GROWER)
    assert last(world, "fertilising") is None


def test_a_harvest_begins_without_an_amount(world):
    world.harvested(world.season())
    assert "quantity" not in last(world, "harvest").values


def test_the_steps_used_last_come_first(world):
    season = world.season()
    fertilise(world, season)
    record(world, season)
    assert world.read(steps_used, world.actors[Role.GROWER]) == ("irrigation", "fertilising", "season_open")


# -- undo ----------------------------------------------------------------------------------------------------


def test_a_grower_corrects_their_own_slip_within_half_an_hour(world):
    season = world.season()
    index = fertilise(world, season)
    done = world.run(undo, Correct(index=index, reason="Ghi nhầm", values={"dose": "20"}), Role.GROWER)
    assert world.read(read_record, done.index).body["sogoc:fields"]["dose"] == "20"
    assert world.read(read_record, index).body["sogoc:fields"]["dose"] == "200"


def test_later_or_of_another_it_is_not_theirs_to_undo(world):
    index = fertilise(world, world.season())
    slip = Correct(index=index, reason="Ghi nhầm", did_not_occur=True)
    with pytest.raises(NotAllowedError):
        world.run(undo, slip, Role.RECORDER)
    world.clock.now += UNDO_WITHIN + timedelta(seconds=5)
    assert not world.read(is_undoable, world.actors[Role.GROWER], index, world.clock())
    with pytest.raises(NotAllowedError):
        world.run(undo, slip, Role.GROWER)


def test_what_was_undone_is_not_undone_again(world):
    index = fertilise(world, world.season())
    world.run(undo, Correct(index=index, reason="Ghi nhầm", did_not_occur=True), Role.GROWER)
    with pytest.raises(NotAllowedError):
        world.run(undo, Correct(index=index, reason="Ghi nhầm", did_not_occur=True), Role.GROWER)


# -- lists of seasons ----------------------------------------------------------------------------------------


def seasons(world, who=Role.GROWER, **how):
    return world.read(list_seasons, world.actors[who], world.today, **how)


def test_a_grower_sees_their_own_seasons_first(world):
    own, others = world.season(), world.season(who=Role.RECORDER)
    found = seasons(world, own=True)
    assert ([card.lot for card in found.cards], found.total, found.others) == ([own], 1, 1)
    assert {card.lot for card in seasons(world).cards} == {own, others}
    assert seasons(world, Role.RECORDER, own=True).total == 2


def test_who_has_none_of_their_own_sees_all(world):
    world.season(who=Role.RECORDER)
    assert seasons(world, own=True).total == 1


def test_seasons_are_found_without_tone_marks_and_come_a_page_at_a_time(world):
    made = {world.season() for _ in range(3)}
    assert {card.lot for card in seasons(world, search="vuon NHO").cards} == made
    assert seasons(world, search="chuồng lợn").cards == ()
    first, second = seasons(world, size=2), seasons(world, size=2, page=1)
    assert {card.lot for card in (*first.cards, *second.cards)} == made
    assert (first.total, len(second.cards)) == (3, 1)


def test_the_countdown_of_a_list_is_that_of_each_season(world):
    sprayed, free = world.season(), world.season()
    world.spray(sprayed, ago=3)
    ends = {card.lot: card.interval_ends_on for card in seasons(world).cards}
    assert ends == {sprayed: world.day(-4), free: None}


def test_a_neighbours_seasons_are_in_no_list(world):
    season = world.season()
    neighbour = world.neighbour_manager
    assert world.read(list_seasons, neighbour, world.today).cards == ()
    assert world.read(open_templates, neighbour) == ()
    assert world.read(seasons_on_place, neighbour, "VUON1", besides=season) == ()


def test_an_orchard_remembers_its_seasons(world):
    old, new = world.season(days=400), world.season(days=20)
    before = world.read(seasons_on_place, world.actors[Role.GROWER], "VUON1", besides=new)
    assert [season.lot for season in before] == [old]
