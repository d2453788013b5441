"""What no import contract can say of the rooms."""

import re

from tests.meta.tree import ROOT

QUERY = re.compile(
    r"^from sqlalchemy import .*\b(?:select|insert|update|delete)\b|\bsession\.(?:get|scalars?|execute)\(",
    re.MULTILINE,
)


def test_nothing_in_the_web_room_writes_a_query():
    """A view hands a session on, at most; what is asked of it stands in ``ledger``."""
    files = [path for path in (ROOT / "web").rglob("*.py") if QUERY.search(path.read_text(encoding="utf-8"))]
    assert files == []
