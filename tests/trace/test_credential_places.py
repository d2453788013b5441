"""Lots that were sealed before there were status lists get a place each when the database is migrated."""

import json

from sqlalchemy import text

from ledger import migrations
from ledger.trace.tables import lot_key

REGISTER = 'INSERT INTO trace_register (kind, subject, "index", chain_id, body) VALUES (:k, :s, :i, :c, :b)'


def seal(index, chain, lot, **members):
    return {"k": "seal", "s": lot, "i": index, "c": chain, "b": json.dumps({"lot": lot, **members})}


def test_every_credential_of_before_gets_a_place_of_its_own(empty_database):
    migrations.migrate(empty_database, "0020")
    rows = [seal(index, "A", f"lot {index}", credential=f"ni:{index}") for index in range(300)]
    rows += [seal(300, "B", "lot 300", credential="ni:300"), seal(301, "B", "lot 301")]
    rows.append({**seal(302, "A", "A"), "k": "organisation"})
    with empty_database.writing() as session:
        session.execute(text(REGISTER), rows)
    migrations.migrate(empty_database)
    with empty_database.reading() as session:
        places = session.execute(
            text('SELECT organisation, number, position, lot, digest, "index" FROM trace_credential_place')
        ).all()
    assert sorted((lot, digest, index) for *_, lot, digest, index in places) == sorted(
        (lot_key(f"lot {index}"), f"ni:{index}", index) for index in range(301)
    )
    assert len({(organisation, position) for organisation, _, position, *_ in places}) == 301
    assert {(organisation, number) for organisation, number, *_ in places} == {("A", 1), ("B", 1)}
    drawn = [position for _, _, position, *_ in sorted(places, key=lambda row: row[5])]
    assert drawn != sorted(drawn)
