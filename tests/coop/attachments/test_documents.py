"""Photographed papers: sealed in the books, and seen by those whom they concern."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ledger.audit.fsck import fsck
from ledger.coop.actors import Role
from ledger.coop.attachments.document_check import DocumentCheck
from ledger.coop.attachments.document_tables import DocumentRow
from ledger.coop.attachments.documents import (
    READERS,
    WAITS,
    DocumentKind,
    EraseDocument,
    erase_document,
    find_document,
    keep_document,
    let_go,
    name_document,
    read_document,
    readable_documents,
)
from ledger.coop.attachments.photos import encode_photo
from ledger.coop.errors import NotAllowedError, NotFoundError
from ledger.coop.people.erasing import scrub_database
from tests.support.desk import picture
from tests.support.tampering import tamper

ENCODED = encode_photo(picture()[0].getvalue())
NAME = ENCODED.photo.digest


def kept(world, kind=None, who=Role.RECORDER, encoded=ENCODED):
    return world.ledger.write(keep_document, world.actor(who), encoded, kind).digest


def read(world, who, name=NAME):
    return world.read(read_document, world.ledger.vault, world.actor(who), name)


def rows(world):
    with world.ledger.database.reading() as session:
        return list(session.scalars(select(DocumentRow)))


def checked(world):
    check = DocumentCheck(world.ledger.vault)
    with world.ledger.database.reading() as session:
        return list(fsck(session, projection_checks=(check,))), check.rows_checked


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_paper_is_seen_by_those_whom_its_kind_concerns_and_nobody_else(world, kind):
    kept(world, kind, Role.MANAGER)
    for role, actor in world.actors.items():
        if role in READERS[kind]:
            assert read(world, actor) == ENCODED.data
            assert world.read(readable_documents, actor, [NAME]) == (NAME,)
        else:
            with pytest.raises(NotAllowedError):
                read(world, actor)
            assert world.read(readable_documents, actor, [NAME]) == ()


def test_a_paper_is_sealed_in_the_database(world):
    kept(world, DocumentKind.MONEY)
    (row,) = rows(world)
    assert ENCODED.data not in row.document_sealed
    assert b"WEBP" not in row.document_sealed
    assert hashlib.sha256(ENCODED.data).digest() == row.digest


def test_the_same_paper_twice_is_one_row_of_both_kinds(world):
    kept(world, DocumentKind.MONEY)
    kept(world, DocumentKind.DELIVERY)
    (row,) = rows(world)
    assert row.kinds == "delivery money"
    assert read(world, Role.PACKER) == ENCODED.data


def test_whoever_photographed_a_paper_may_look_at_it(world):
    kept(world, DocumentKind.MONEY, Role.RECORDER)
    assert read(world, Role.RECORDER) == ENCODED.data
    with pytest.raises(NotAllowedError):
        read(world, Role.PACKER)


def test_what_was_sent_ahead_is_seen_by_its_sender_alone_until_a_form_names_it(world):
    kept(world, None, Role.GROWER)
    assert read(world, Role.GROWER) == ENCODED.data
    with pytest.raises(NotAllowedError):
        read(world, Role.MANAGER)
    with pytest.raises(NotAllowedError):
        world.ledger.write(name_document, world.actor(Role.MANAGER), NAME, DocumentKind.STEP)
    world.ledger.write(name_document, world.actor(Role.GROWER), NAME, DocumentKind.STEP)
    assert read(world, Role.MANAGER) == ENCODED.data


def test_what_no_form_named_is_forgotten_after_its_time_and_named_papers_stay(world):
    kept(world, None)
    kept(world, DocumentKind.MONEY, encoded=encode_photo(picture((1, 2, 3))[0].getvalue()))
    world.clock.now += WAITS + timedelta(days=1)
    kept(world, None, encoded=encode_photo(picture((9, 9, 200))[0].getvalue()))
    assert sorted(row.kinds for row in rows(world)) == ["", "money"]
    with pytest.raises(NotFoundError):
        read(world, Role.RECORDER)


def test_only_what_waits_is_let_go(world):
    kept(world, None)
    world.ledger.write(let_go, world.actor(Role.RECORDER), NAME)
    assert rows(world) == []
    kept(world, DocumentKind.MONEY)
    world.ledger.write(let_go, world.actor(Role.RECORDER), NAME)
    assert len(rows(world)) == 1


@pytest.mark.parametrize("kind", [None, *DocumentKind])
def test_another_organisation_finds_nothing(world, kind):
    kept(world, kind, Role.MANAGER)
    for stranger in (world.neighbour_manager, world.receiver):
        for ask in (lambda who: read(world, who), lambda who: world.read(find_document, who, NAME)):
            with pytest.raises(NotFoundError):
                ask(stranger)
        with pytest.raises(NotFoundError):
            world.ledger.write(name_document, stranger, NAME, DocumentKind.STEP)
        world.ledger.write(let_go, stranger, NAME)
        assert world.read(readable_documents, stranger, [NAME]) == ()
    with pytest.raises(NotFoundError):
        world.run(erase_document, EraseDocument(digest=NAME), world.neighbour_manager)
    assert len(rows(world)) == 1


@pytest.mark.parametrize("name", ["", "x", "ni:///sha-256;", NAME[:-1], f"{NAME}A", "ni:///sha-256;/"])
def test_what_is_no_name_is_no_paper(world, name):
    with pytest.raises(NotFoundError):
        world.read(find_document, world.actor(Role.MANAGER), name)
    assert world.read(readable_documents, world.actor(Role.MANAGER), [name]) == ()


def test_an_erased_paper_is_gone_and_known_to_have_been(world):
    kept(world, DocumentKind.LABORATORY)
    world.run(erase_document, EraseDocument(digest=NAME))
    (row,) = rows(world)
    assert row.document_sealed == b""
    with pytest.raises(NotFoundError):
        read(world, Role.MANAGER)
    assert world.read(find_document, world.actor(Role.MANAGER), NAME).erased_at is not None
    with pytest.raises(NotFoundError):
        world.run(erase_document, EraseDocument(digest=NAME))
    assert checked(world) == ([], 0)
    kept(world, DocumentKind.LABORATORY)
    assert read(world, Role.MANAGER) == ENCODED.data


def test_fsck_finds_a_paper_that_is_not_what_its_name_says(world):
    kept(world, DocumentKind.MONEY)
    other = encode_photo(picture((1, 2, 3))[0].getvalue())
    kept(world, DocumentKind.MONEY, encoded=other)
    assert checked(world) == ([], 2)
    (first, second) = rows(world)
    swapped = update(DocumentRow).where(DocumentRow.digest == first.digest)
    tamper(world.ledger.database, swapped.values(document_sealed=second.document_sealed))
    found, _ = checked(world)
    assert [finding.where for finding in found] == ["coop_document"]


def test_erasing_leaves_no_bytes_in_the_file(world):
    if world.ledger.database.dialect != "sqlite":
        pytest.skip("PostgreSQL gives old versions of rows back in its own time")
    kept(world, DocumentKind.MONEY)
    (row,) = rows(world)
    world.run(erase_document, EraseDocument(digest=NAME))
    assert scrub_database(world.ledger.database)
    data = Path(world.ledger.database.url.database).read_bytes()
    assert row.document_sealed[:64] not in data
