"""Which code may believe a tile as it comes."""

import re

from tests.meta.tree import ROOT, name_of

MADE = re.compile(r"\bTileReader\((.*)")
# They make a reader over what they have proven, or over tiles that are handed to them.
PURE = {"ledger/log/remote_tiles.py", "ledger/log/right_edge.py", "ledger/log/tiles.py"}


def test_a_reader_that_believes_its_tiles_is_made_over_our_own_tables_only():
    """CVE-2026-56865: hashes of a tile that nothing authenticated. Others are read by AuthenticatedReader."""
    files = [path for room in ("ledger", "web") for path in (ROOT / room).rglob("*.py")]
    found = {
        (name_of(path), made)
        for path in files
        for made in MADE.findall(path.read_text(encoding="utf-8"))
        if name_of(path) not in PURE
    }
    assert found
    assert [one for one in sorted(found) if not one[1].startswith("StoredTiles(session)")] == []


def test_the_edge_of_our_own_tree_is_read_from_our_own_tables_only():
    edges = re.compile(r"\bRightEdge\.read\((.*)")
    files = [path for room in ("ledger", "web") for path in (ROOT / room).rglob("*.py")]
    found = {made for path in files for made in edges.findall(path.read_text(encoding="utf-8"))}
    assert found
    assert all("StoredTiles(session)" in made for made in found)
