"""The files that describe a backup have one form each, and name nothing outside it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.upkeep.errors import NotABackupError
from ledger.upkeep.manifest import Manifest, format_manifest, format_sums, parse_manifest, parse_sums

MANIFEST = Manifest(
    created_at=datetime(2026, 11, 22, 1, 0, tzinfo=UTC),
    origin="truyxuat.example.vn/log",
    verifier_key="truyxuat.example.vn/log+00000000+AAAA",
    size=12,
    root=bytes(range(32)),
    schema="0005",
    source="sqlite",
    files=3,
    total_bytes=4096,
    sums="ab" * 32,
    has_master_key=False,
)
PATHS = st.lists(st.text("abcdefgh0123456789-_.", min_size=1, max_size=9), min_size=1, max_size=4).map(
    "/".join
)
DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)


def test_what_is_written_is_read():
    assert parse_manifest(format_manifest(MANIFEST)) == MANIFEST


@pytest.mark.parametrize(
    "change",
    [
        {"type": "sogoc/backup/v2"},
        {"size": "12"},
        {"size": -1},
        {"files": True},
        {"has_master_key": 0},
        {"root": "?"},
        {"created_at": "yesterday"},
        {"more": 1},
    ],
    ids=str,
)
def test_other_members_are_refused(change):
    members = json.loads(format_manifest(MANIFEST)) | change
    data = (json.dumps(members, ensure_ascii=False, indent=2) + "\n").encode()
    with pytest.raises(NotABackupError):
        parse_manifest(data)


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"{}", b'{"type":"sogoc/backup/v1"}'])
def test_what_is_no_manifest_is_refused(data):
    with pytest.raises(NotABackupError):
        parse_manifest(data)


def test_another_spelling_is_refused():
    data = format_manifest(MANIFEST)
    for respelled in (data + b"\n", data.replace(b": ", b":", 1), b" " + data):
        with pytest.raises(NotABackupError):
            parse_manifest(respelled)
    assert parse_manifest(format_manifest(replace(MANIFEST, size=0))).size == 0


@given(st.dictionaries(PATHS, DIGESTS, max_size=5))
def test_sums_are_read_as_written_or_not_at_all(sums):
    data = format_sums(sums)
    if any({"", ".", ".."} & set(path.split("/")) for path in sums):
        with pytest.raises(NotABackupError):
            parse_sums(data)
    else:
        assert parse_sums(data) == sums


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a//b", "a/../../b", ".", "a b", "tệp", "a\\b\n"])
def test_a_path_out_of_the_folder_is_refused(path):
    with pytest.raises(NotABackupError):
        parse_sums(f"{'ab' * 32}  {path}\n".encode())


@pytest.mark.parametrize("spoil", [str.upper, lambda line: line * 2, lambda line: line.replace("  ", " ")])
def test_another_form_of_the_sums_is_refused(spoil):
    with pytest.raises(NotABackupError):
        parse_sums(spoil(f"{'ab' * 32}  sogoc.db\n").encode())
