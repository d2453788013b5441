"""Jobs from before specs were kept: the migration brings them over, and they still print."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, text

from ledger import migrations
from ledger.coop.actors import Actor, Role
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.stamps.job_queries import read_job, read_rolls
from ledger.coop.stamps.stamp_book import StampCounts, stamp_book
from ledger.database import UtcTime

ACTOR = Actor("x", "HTX1", None, frozenset({Role.PACKER}))
BEFORE = "0005"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

ORGANISATION = text("""INSERT INTO coop_organisation (code, kind, name, registered_index, created_at)
    VALUES ('HTX1', 'cooperative', 'HTX Nho', 0, :now)""").bindparams(bindparam("now", type_=UtcTime()))
JOB = text("""INSERT INTO coop_print_job (id, organisation, lot, first_number, stamp_count, layout, design,
    dpi, created_at, printed_at, reprints)
    VALUES (:id, 'HTX1', NULL, :first, 10, :layout, :design, :dpi, :now, :printed, :reprints)""").bindparams(
    bindparam("now", type_=UtcTime()), bindparam("printed", type_=UtcTime())
)
RANGE = """INSERT INTO coop_stamp_range (first_number, last_number, organisation, job_id, state)
    VALUES (:first, :last, 'HTX1', :job, :state)"""
JOBS = (
    ("sheet", 1, "a4", "stamp_50x30", 203, True, 2),
    ("crate", 11, "crate", "crate_100x70", 300, True, 0),
    ("roll", 21, "roll", "stamp_50x30", 2400, False, 0),
)
RANGES = (
    ("sheet", 1, 4, "activated"),
    ("sheet", 5, 6, "voided"),
    ("sheet", 7, 10, "printed"),
    ("crate", 11, 20, "printed"),
    ("roll", 21, 22, "activated"),
    ("roll", 23, 24, "voided"),
    ("roll", 25, 30, "reserved"),
)


@pytest.fixture
def migrated(empty_database):
    migrations.migrate(empty_database, BEFORE)
    with empty_database.writing() as session:
        session.execute(ORGANISATION, {"now": NOW})
        for job, first, layout, design, dpi, is_printed, reprints in JOBS:
            values = {"id": job, "first": first, "layout": layout, "design": design, "dpi": dpi}
            printed = NOW if is_printed else None
            session.execute(JOB, values | {"now": NOW, "printed": printed, "reprints": reprints})
        for job, first, last, state in RANGES:
            session.execute(text(RANGE), {"job": job, "first": first, "last": last, "state": state})
    migrations.migrate(empty_database)
    with empty_database.reading() as session:
        yield session


@pytest.mark.parametrize(
    ("job", "spec"),
    [
        ("sheet", PrintSpec(paper="a4_cut_50x30", design="stamp_50x30")),
        ("crate", PrintSpec(paper="a4_cut_100x70", design="crate_100x70", dpi=300)),
        ("roll", PrintSpec(paper="roll_50x30", design="stamp_50x30")),
    ],
)
def test_layouts_of_before_are_specs(migrated, job, spec):
    found = read_job(migrated, ACTOR, job)
    assert (found.spec, found.url_base, found.facts.organisation) == (spec, "", "HTX1")
    assert found.created_at == NOW


def test_reprints_of_before_are_counted(migrated):
    found = read_job(migrated, ACTOR, "sheet")
    assert [(one.first, one.last, one.by) for one in found.reprints] == [(1, 10, ""), (1, 10, "")]
    assert read_job(migrated, ACTOR, "crate").reprints == ()


def test_book_balances_over_what_was_there_before(migrated):
    assert [job.id for job in read_rolls(migrated, ACTOR)] == ["roll", "crate", "sheet"]
    found = stamp_book(migrated, ACTOR)
    assert found.total == StampCounts(unprinted=6, cancelled=2, in_hand=14, activated=6, voided=2)
    assert found.total.reserved == 30
