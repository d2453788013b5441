"""A job for a label printer: refused before its first byte, streamed, the same bytes every time."""

import hashlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from labels import (
    BUILT_IN,
    CODE_LIMIT,
    STAMPS_A_JOB,
    FieldMissingError,
    FieldTooLongError,
    Layout,
    LayoutError,
    MissingGlyphError,
    NoStampsError,
    PrinterProfile,
    ProfileError,
    SlotOverflowError,
    Stamp,
    TooManyStampsError,
    cut_sheet,
)
from labels.zpl import ZPL_DPI, print_zpl
from tests.labels.label_printer import (
    LAYOUTS,
    file_of,
    labels_of,
    roll_of,
)
from tests.labels.printed import HOST, TEXT, make_stamps

ROOT = Path(__file__).parents[2]


def test_copies_are_the_printers_work():
    layout = roll_of(copies=3)
    stamps = make_stamps(70)
    _, labels = labels_of(file_of(layout, iter(stamps)))
    assert [label["copies"] for label in labels] == ["3"] * 70
    _, once = labels_of(file_of(roll_of(), stamps))
    assert [label["copies"] for label in once] == [None] * 70
    with pytest.raises(TooManyStampsError):
        print_zpl(layout, TEXT, [stamps[0]] * (STAMPS_A_JOB // 3 + 1))


def test_a_profile_that_pushes_the_label_off_the_roll_is_refused():
    with pytest.raises(ProfileError):
        print_zpl(roll_of(profile=PrinterProfile(offset_x_mm=-4)), TEXT, make_stamps(1))


def test_sheets_are_refused_and_so_are_printers_that_do_not_speak_it():
    with pytest.raises(LayoutError) as caught:
        print_zpl(Layout(cut_sheet(50, 30), BUILT_IN["stamp_50x30"]), TEXT, make_stamps(1))
    assert str(caught.value) == "Không có cách in ZPL trên “tờ tem”. Hãy chọn một trong: cuộn tem."
    with pytest.raises(LayoutError) as caught:
        print_zpl(roll_of(dpi=600), TEXT, make_stamps(1))
    assert (caught.value.name, caught.value.known) == (600, ZPL_DPI)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("", FieldMissingError),
        ("W" * 20, SlotOverflowError),
        ("1" * (CODE_LIMIT + 1), FieldTooLongError),
        ("7k3m", MissingGlyphError),
        ("ĐÀ", MissingGlyphError),
    ],
)
def test_what_cannot_be_printed_is_refused_before_the_first_byte(code, error):
    stamps = [*make_stamps(40), Stamp(HOST + "7K3M9QX2W4TD1", code)]
    with pytest.raises(error) as caught:
        print_zpl(roll_of(), TEXT, stamps)
    assert caught.value.field == "code"


def test_a_job_without_stamps_and_a_job_with_too_many_are_refused():
    with pytest.raises(NoStampsError):
        print_zpl(roll_of(), TEXT, [])
    stamp = make_stamps(1)[0]
    with pytest.raises(TooManyStampsError):
        print_zpl(roll_of(), TEXT, [stamp] * (STAMPS_A_JOB + 1))
    with pytest.raises(TooManyStampsError):
        for _ in print_zpl(roll_of(), TEXT, itertools.repeat(stamp, STAMPS_A_JOB + 1)):
            pass


@pytest.mark.parametrize("layout", LAYOUTS[:2], ids=["203", "300"])
def test_a_part_of_a_job_has_the_very_labels_of_the_whole(layout):
    stamps = make_stamps(200)
    design, labels = labels_of(file_of(layout, stamps))
    part_design, part = labels_of(file_of(layout, iter(stamps[130:150])))
    assert part_design == design
    assert [label.group() for label in part] == [label.group() for label in labels[130:150]]


def test_another_process_with_other_hash_seeds_gives_the_same_bytes():
    program = (
        "import hashlib; from tests.labels.label_printer import *\n"
        "print(hashlib.sha256(file_of(roll_of(), make_stamps(80))).hexdigest())"
    )
    wanted = hashlib.sha256(file_of(roll_of(), make_stamps(80))).hexdigest()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        result = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert result.stdout.strip() == wanted


def test_stamps_are_taken_as_the_file_grows():
    taken = 0

    def counted():
        nonlocal taken
        for stamp in itertools.repeat(make_stamps(1)[0], 20_000):
            taken += 1
            yield stamp

    chunks = print_zpl(roll_of(), TEXT, counted())
    next(chunks)
    next(chunks)
    assert taken <= 200
    chunks.close()
