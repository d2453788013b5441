"""Files that arrive in pieces: in order, whole, once; and nobody else's."""

import hashlib
import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.actors import Actor, Role
from ledger.coop.devices.uploads import (
    KEPT_S,
    MAX_OPEN,
    add_piece,
    find_done,
    find_upload,
    keep_done,
    received,
)
from ledger.coop.errors import PhotoError

WHO = Actor("a1", "COOP", None, frozenset({Role.GROWER}))
DATA = bytes(range(256)) * 40


def upload_of(folder, data=DATA, who=WHO):
    return find_upload(folder, who, hashlib.sha256(data).hexdigest(), len(data))


@given(cuts=st.lists(st.integers(1, len(DATA) - 1), max_size=6))
def test_a_file_is_whole_wherever_it_was_cut(tmp_path_factory, cuts):
    upload, ends = upload_of(tmp_path_factory.mktemp("up")), sorted({*cuts, len(DATA)})
    at, whole = 0, None
    for end in ends:
        assert whole is None
        whole = add_piece(upload, at, DATA[at:end])
        at = end
    assert whole == DATA


def test_a_piece_from_elsewhere_changes_nothing(tmp_path):
    upload = upload_of(tmp_path)
    assert add_piece(upload, 5, DATA[5:9]) is None
    assert add_piece(upload, 0, DATA[:100]) is None
    for at, piece in ((0, DATA[:100]), (50, DATA[50:90]), (200, DATA[200:300]), (100, b""), (100, DATA)):
        assert add_piece(upload, at, piece) is None
        assert received(upload) == 100


def test_another_file_than_was_said_starts_anew(tmp_path):
    upload = upload_of(tmp_path)
    with pytest.raises(PhotoError) as caught:
        add_piece(upload, 0, DATA[::-1])
    assert caught.value.sentence
    assert received(upload) == 0


def test_what_became_of_a_file_is_remembered_until_it_is_old(tmp_path):
    upload = upload_of(tmp_path)
    assert find_done(upload) is None
    add_piece(upload, 0, DATA)
    keep_done(upload, "vé")
    assert (find_done(upload), received(upload)) == ("vé", 0)
    assert find_done(upload_of(tmp_path, who=Actor("a2", "COOP", None, WHO.roles))) is None
    old = time.time() - KEPT_S - 1
    os.utime(upload.note_path, (old, old))
    add_piece(upload_of(tmp_path, DATA[:50]), 0, DATA[:10])
    assert find_done(upload) is None


def test_an_account_has_so_many_unfinished_files(tmp_path):
    for number in range(MAX_OPEN):
        add_piece(upload_of(tmp_path, DATA[: 50 + number]), 0, DATA[:10])
    with pytest.raises(PhotoError):
        add_piece(upload_of(tmp_path, DATA[:40]), 0, DATA[:10])


@pytest.mark.parametrize(
    ("sha256", "size"),
    [("", 5), ("x" * 64, 5), ("A" * 64, 5), ("../" + "a" * 61, 5), ("a" * 64, 0), ("a" * 64, 1 << 30)],
)
def test_what_names_no_file_is_refused(tmp_path, sha256, size):
    with pytest.raises(PhotoError):
        find_upload(tmp_path, WHO, sha256, size)
