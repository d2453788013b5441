"""What a device signed is checked before anything is written, and every entry carries it."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ledger.audit.certificates import certify, read_stored
from ledger.coop.actors import Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.devices.device_tables import RecordNoteRow
from ledger.coop.devices.signed_answers import find_signer, read_kept_answers, record_signed
from ledger.coop.errors import DeviceRecordError, NotFoundError, RepeatConflictError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.goods.packing import Seal, seal
from ledger.coop.people.device_keys import RevokeDevice, revoke_device
from ledger.log.keys import chain_keys
from ledger.log.record_notes import carried_note, parse_record_note
from ledger.log.records import read_record
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.queries import passport_of
from signing.keys import NamedKey, PrivateKey
from tests.support.signing_phone import SALT, SigningPhone, phone_of, registered_phone


def answers_of(world, key="k1", who=Role.GROWER, **answers):
    said = {"idempotency_key": [key], **{name: [value] for name, value in answers.items()}}
    return {"account": world.actors[who].account_id, "answers": said, "files": [], "path": "/viec/irrigation"}


def watering(world, season, key="k1"):
    return RecordStep(
        lot=season, step="irrigation", done_on=world.today, values={"source": "well"}, idempotency_key=key
    )


def recorded(world, command, signed, who=Role.GROWER, verb=record_step):
    return world.ledger.write(record_signed, world.actors[who], command, verb, signed)


def notes_kept(world):
    return world.read(lambda session: session.scalar(select(func.count()).select_from(RecordNoteRow)))


def test_an_entry_carries_what_the_device_signed(world):
    phone, season = registered_phone(world), world.season()
    answers = answers_of(world, nuoc="Giếng khoan")
    signed = phone.signed(answers)
    index = recorded(world, watering(world, season), signed).index
    body = world.read(read_record, index).body
    note = carried_note(body)
    assert note == parse_record_note(signed.note)
    assert body["sogoc:evidence"] == "device"
    for who in (world.actors[Role.GROWER], world.actors[Role.MANAGER]):
        kept = world.read(read_kept_answers, world.ledger.vault, who, index)
        assert (kept.note.encode(), kept.salt, dict(kept.answers)) == (signed.note, SALT, answers)
    for who in (world.actors[Role.PACKER], world.neighbour_manager):
        with pytest.raises(NotFoundError):
            world.read(read_kept_answers, world.ledger.vault, who, index)
    assert world.read(find_signer, index) == phone.name
    assert world.read(find_signer, index - 1) == ""


def test_answers_that_were_not_signed_are_refused_before_anything_is_written(world):
    phone, season = registered_phone(world), world.season()
    signed, size = phone.signed(answers_of(world)), world.size()
    changed = {**signed.answers, "path": "/viec/harvest"}
    for other in (
        type(signed)(signed.note, signed.salt, changed),
        type(signed)(signed.note, bytes(32), signed.answers),
        type(signed)(signed.note, signed.salt[:31], signed.answers),
        type(signed)(b"x", signed.salt, signed.answers),
        type(signed)(signed.note[:-4] + b"\n", signed.salt, signed.answers),
    ):
        with pytest.raises(DeviceRecordError) as caught:
            recorded(world, watering(world, season), other)
        assert caught.value.sentence
    with pytest.raises(DeviceRecordError):
        recorded(world, watering(world, season, None), signed)
    assert (world.size(), notes_kept(world)) == (size, 0)


def test_a_key_that_nobody_took_in_signs_nothing(world):
    season = world.season()
    size = world.size()
    for phone in (phone_of(world), phone_of(world, organisation=world.neighbour)):
        with pytest.raises(DeviceRecordError):
            recorded(world, watering(world, season), phone.signed(answers_of(world)))
    assert world.size() == size


def test_a_repeat_gets_the_first_result_also_after_the_device_was_ended(world):
    phone, season = registered_phone(world), world.season()
    signed, command = phone.signed(answers_of(world)), watering(world, season)
    first = recorded(world, command, signed)
    world.run(revoke_device, RevokeDevice(phone.key.verifier_key.format(), "lost"))
    size = world.size()
    assert recorded(world, command, signed) == first
    assert (world.size(), notes_kept(world)) == (size, 1)
    with pytest.raises(DeviceRecordError, match="valid"):
        recorded(world, watering(world, season, "k2"), phone.signed(answers_of(world, "k2")))
    assert world.size() == size


def test_the_same_note_with_another_command_is_refused(world):
    phone, season = registered_phone(world), world.season()
    signed = phone.signed(answers_of(world))
    recorded(world, watering(world, season), signed)
    with pytest.raises(RepeatConflictError):
        recorded(world, replace(watering(world, season), done_on=world.day(1)), signed)


def test_a_refused_step_keeps_no_note(world):
    phone, season = registered_phone(world), world.season()
    with pytest.raises(Exception, match="step"):
        recorded(
            world,
            RecordStep(lot=season, step="season_open", done_on=world.today, idempotency_key="k1"),
            phone.signed(answers_of(world)),
        )
    assert notes_kept(world) == 0


def test_a_seal_carries_it_too_and_the_bundle_verifies(world):
    phone = registered_phone(world)
    lot = world.packed()
    signed = phone.signed(answers_of(world, who=Role.PACKER))
    sealed = recorded(world, Seal(lot, idempotency_key="k1"), signed, Role.PACKER, seal)
    assert carried_note(world.read(read_record, sealed.index).body)
    verified = verify_bundle(world.read(lot_bundle, lot))
    assert verified.lot == lot


def test_a_passport_shows_device_only_where_one_signed(world):
    phone, season = registered_phone(world), world.season()
    recorded(world, watering(world, season), phone.signed(answers_of(world)))
    lot = world.harvested(season)
    shown = {
        step.step: step.evidence for step in world.read(passport_of, lot, today=world.today).passport.journey
    }
    assert (shown["irrigation"], shown["harvest"]) == ("device", "self")


def test_a_correction_does_not_carry_what_was_signed_of_the_mistake(world):
    phone, season = registered_phone(world), world.season()
    index = recorded(world, watering(world, season), phone.signed(answers_of(world))).index
    world.run(revoke_device, RevokeDevice(phone.key.verifier_key.format(), "lost"))
    done = world.run(correct, Correct(index=index, reason="nhầm ngày", done_on=world.day(1)), Role.MANAGER)
    for entry in (done.declaration, done.index):
        assert carried_note(world.read(read_record, entry).body) is None
    assert world.read(read_record, done.index).body["sogoc:evidence"] == "self"


def test_the_specification_s_example_is_computed_again():
    page = (Path(__file__).parents[3] / "docs/spec/record-note.md").read_text("utf-8")

    def block(name):
        return re.search(rf"```\w+ {name}\n(.*?)\n```", page, re.DOTALL)[1]

    seed, name = block("signer").split()
    key = NamedKey(name, PrivateKey.from_seed(bytes.fromhex(seed)))
    signed = SigningPhone("may-1", key).signed(json.loads(block("answers")))
    assert signed.note.decode() == block("note") + "\n"
    assert {"sogoc:record": parse_record_note(signed.note).member()} == json.loads(block("member"))


def test_a_worker_certifies_who_signed_what_was_recorded(world):
    phone, season = registered_phone(world), world.season()
    index = recorded(world, watering(world, season), phone.signed(answers_of(world))).index

    def certificates(session):
        keys = chain_keys(session, world.coop.code)
        hints = {(held.key.name, held.key.key_id): (held.key.public_key,) for held in keys}
        (stored,) = read_stored(session, index, index + 1)
        others = {name: keys for name, keys in hints.items() if name[0] != phone.key.name}
        return certify(stored, hints, with_entry=False), certify(stored, others, with_entry=False)

    certified, unknown = world.read(certificates)
    key = phone.key.verifier_key
    assert certified.recorder == (key.name, key.key_id, key.public_key)
    assert unknown is None
