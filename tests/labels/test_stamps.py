"""A print job: the same bytes every time, in a stream, all or nothing, within its limits."""

import hashlib
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

import labels
from labels import (
    CODE_LIMIT,
    STAMPS_A_JOB,
    FieldMissingError,
    FieldOverflowError,
    FieldTooLongError,
    LabelError,
    Layout,
    LayoutError,
    MissingGlyphError,
    NoStampsError,
    PayloadTooLongError,
    Stamp,
    TooManyStampsError,
    UsedCellsError,
    print_stamps,
    save_pdf,
)
from labels.design import render_design
from labels.pdf import PAGES_A_NODE, literal
from tests.labels.printed import HOST, LAYOUTS, TEXT, layout_name, make_stamps, poppler_pages, read_codes

ROOT = Path(__file__).parents[2]
KINDS = ("a4", "roll")


def printed(layout: Layout, stamps) -> bytes:
    return b"".join(print_stamps(layout, TEXT, stamps))


@pytest.mark.parametrize("layout", LAYOUTS, ids=layout_name)
def test_the_same_job_gives_the_same_bytes(layout):
    stamps = make_stamps(90)
    first = printed(layout, stamps)
    render_design.cache_clear()
    assert printed(layout, iter(stamps)) == first


def test_another_process_with_other_hash_seeds_gives_the_same_bytes():
    program = (
        "import hashlib; from labels import *; from tests.labels.printed import TEXT, make_stamps\n"
        "print(hashlib.sha256(b''.join(print_stamps(Layout(), TEXT, make_stamps(80)))).hexdigest())"
    )
    wanted = hashlib.sha256(printed(Layout(), make_stamps(80))).hexdigest()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        result = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert result.stdout.strip() == wanted


def test_203_dpi_is_203_2():
    stamps = make_stamps(3)
    assert printed(Layout(dpi=203), stamps) == printed(Layout(dpi=203.2), stamps)


@pytest.mark.parametrize("kind", KINDS)
def test_stamps_are_taken_as_the_file_grows(kind):
    taken = 0

    def counted():
        nonlocal taken
        for stamp in itertools.repeat(make_stamps(1)[0], 20_000):
            taken += 1
            yield stamp

    chunks = print_stamps(Layout(kind), TEXT, counted())
    next(chunks)
    assert 0 < taken < 2_000
    chunks.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_given_up_midway_leaves_nothing_behind(kind, tmp_path):
    stamps = make_stamps(2_000)
    whole = printed(Layout(kind), stamps)
    given_up = print_stamps(Layout(kind), TEXT, stamps)
    started = next(given_up)
    given_up.close()
    assert whole.startswith(started)
    assert printed(Layout(kind), stamps) == whole


@pytest.mark.parametrize("failure", [OSError, KeyboardInterrupt, GeneratorExit])
def test_a_file_is_written_whole_or_not_at_all(failure, tmp_path):
    path = tmp_path / "stamps.pdf"

    def failing():
        yield b"%PDF"
        raise failure

    with pytest.raises(failure):
        save_pdf(failing(), path)
    assert list(tmp_path.iterdir()) == []
    assert save_pdf([b"old"], path) == 3
    with pytest.raises(failure):
        save_pdf(failing(), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_process_killed_midway_leaves_no_file_under_the_final_name(tmp_path):
    path = tmp_path / "stamps.pdf"
    program = (
        "import os, signal, sys; from pathlib import Path; from labels import *\n"
        "from tests.labels.printed import TEXT, make_stamps\n"
        "def stamps():\n"
        "    yield from make_stamps(5000)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "save_pdf(print_stamps(Layout(), TEXT, stamps()), Path(sys.argv[1]))"
    )
    result = subprocess.run([sys.executable, "-c", program, path], cwd=ROOT, check=False)
    assert result.returncode == -9
    assert not path.exists()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("program", [("pdfinfo",), ("mutool", "pages")])
def test_other_programs_open_the_file_without_complaint(kind, program, tmp_path):
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not installed")
    path = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(Layout(kind), TEXT, make_stamps(300)), path)
    result = subprocess.run([*program, path], capture_output=True, text=True, check=True)
    assert "error" not in (result.stdout + result.stderr).lower()
    assert "warning" not in (result.stdout + result.stderr).lower()


@pytest.mark.parametrize("count", [1, PAGES_A_NODE, PAGES_A_NODE + 1, 2 * PAGES_A_NODE + 40])
def test_every_page_of_a_roll_is_found(count, tmp_path):
    stamps = make_stamps(count)
    document = pypdfium2.PdfDocument(printed(Layout("roll"), stamps))
    try:
        assert len(document) == count
        for number in (0, count // 2, count - 1):
            page = document[number].render(scale=203.2 / 72).to_pil()
            assert read_codes(page) == [stamps[number].url]
    finally:
        document.close()


def test_codes_are_printed_in_groups_of_four_and_can_be_copied(tmp_path):
    stamps = make_stamps(36)
    document = pypdfium2.PdfDocument(printed(Layout(), stamps))
    try:
        words = document[0].get_textpage().get_text_bounded().split()
        title = document.get_metadata_dict()["Title"]
    finally:
        document.close()
    codes = [stamp.printed_code for stamp in stamps]
    assert all(len(code.split("-")) == 4 for code in codes)
    assert [word for word in words if word in codes][
        2:
    ] == codes  # the sheet line names the first and the last
    assert title == "Xoài cát Hòa Lộc · XCHL-260512"


def test_the_sheet_line_names_sheet_lot_and_span(tmp_path):
    stamps = make_stamps(40)
    document = pypdfium2.PdfDocument(printed(Layout(), stamps))
    try:
        text = " ".join(document[1].get_textpage().get_text_bounded().split())
    finally:
        document.close()
    span = f"{stamps[36].printed_code} – {stamps[39].printed_code}"
    assert f"Tờ 2 · Xoài cát Hòa Lộc · Lô XCHL-260512 · {span}" in text


def test_a_code_with_its_own_groups_is_printed_as_it_is():
    assert Stamp(HOST, "AB-CDE-1").printed_code == "AB-CDE-1"
    assert Stamp(HOST, "7K3M9QX2W4TD1").printed_code == "7K3M-9QX2-W4TD-1"


def test_a_wide_code_is_narrowed_to_its_slot(tmp_path):
    path = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(Layout("roll"), TEXT, [Stamp(HOST + "W" * 13, "W" * 13)]), path)
    (page,) = poppler_pages(path, 203.2)
    # Between the code's slot and the story beside it nothing is printed.
    assert page.crop((182, 168, 187, 200)).convert("L").getextrema() == (255, 255)


def test_the_longest_code_fits_and_one_character_more_does_not():
    longest = "1234-5678-9012-3456-"[:CODE_LIMIT]
    assert printed(Layout("roll"), [Stamp(HOST, longest)])
    with pytest.raises(FieldTooLongError) as caught:
        print_stamps(Layout("roll"), TEXT, [Stamp(HOST, longest + "7")])
    assert (caught.value.field, caught.value.limit) == ("code", CODE_LIMIT)


def test_a_code_too_wide_even_when_narrowed_is_refused():
    with pytest.raises(FieldOverflowError) as caught:
        print_stamps(Layout("roll"), TEXT, [Stamp(HOST, "W" * 16)])
    assert caught.value.field == "code"


@pytest.mark.parametrize("code", ["7k3m", "7K3M.9QX2", "ĐÀ"])
def test_a_code_with_an_unknown_character_is_refused(code):
    with pytest.raises(MissingGlyphError) as caught:
        print_stamps(Layout(), TEXT, [Stamp(HOST, code)])
    assert caught.value.field == "code"


def test_a_stamp_without_code_is_refused():
    with pytest.raises(FieldMissingError):
        print_stamps(Layout(), TEXT, [Stamp(HOST, "")])


def test_a_wrong_stamp_among_the_first_is_refused_before_the_first_byte():
    stamps = [*make_stamps(30), Stamp("", "7K3M")]
    with pytest.raises(LabelError):
        print_stamps(Layout(), TEXT, stamps)


def test_a_wrong_stamp_far_behind_stops_the_stream():
    stamps = [*make_stamps(500), Stamp(HOST, "?")]
    chunks = print_stamps(Layout(), TEXT, stamps)
    with pytest.raises(MissingGlyphError):
        list(chunks)


@pytest.mark.parametrize(
    ("layout", "longest"),
    [(Layout("roll"), 178), (Layout("roll", dpi=300), 221), (Layout("roll", "crate_100x70"), 221)],
)
def test_the_longest_payload_of_a_design_prints_and_a_longer_one_does_not(layout, longest, tmp_path):
    url = (HOST + "7K3M9QX2W4TD1" * 20)[:longest]
    path = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout, TEXT, [Stamp(url, "7K3M9QX2W4TD1")]), path)
    assert [read_codes(page) for page in poppler_pages(path, layout.dpi)] == [[url]]
    with pytest.raises(PayloadTooLongError) as caught:
        print_stamps(layout, TEXT, [Stamp(url + "1", "7K3M9QX2W4TD1")])
    assert caught.value.length == longest + 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_has_at_most_100_000_stamps(kind):
    stamp = make_stamps(1)[0]
    with pytest.raises(TooManyStampsError) as caught:
        print_stamps(Layout(kind), TEXT, [stamp] * (STAMPS_A_JOB + 1))
    assert caught.value.limit == STAMPS_A_JOB == 100_000
    assert "100.000 tem" in str(caught.value)
    size = sum(map(len, print_stamps(Layout(kind), TEXT, itertools.repeat(stamp, STAMPS_A_JOB))))
    assert size < 400 * STAMPS_A_JOB
    with pytest.raises(TooManyStampsError):
        for _ in print_stamps(Layout(kind), TEXT, itertools.repeat(stamp, STAMPS_A_JOB + 1)):
            pass


def test_a_job_without_stamps_is_refused():
    with pytest.raises(NoStampsError):
        print_stamps(Layout(), TEXT, [])


@pytest.mark.parametrize(
    "wrong", [{"kind": "a5"}, {"design": "stamp_1x1"}, {"dpi": 72}], ids=lambda wrong: next(iter(wrong))
)
def test_a_layout_that_does_not_exist_is_refused(wrong):
    with pytest.raises(LayoutError) as caught:
        Layout(**wrong)
    assert caught.value.name in wrong.values()
    assert all(str(known) in str(caught.value) for known in caught.value.known)


def test_a_sheet_has_at_least_one_cell_left():
    assert Layout("a4", used_cells=35).labels_a_page == 36
    for kind, used in (("a4", 36), ("a4", -1), ("roll", 1)):
        with pytest.raises(UsedCellsError) as caught:
            Layout(kind, used_cells=used)
        assert caught.value.used == used


def test_bytes_that_mean_something_in_a_literal_string_are_escaped():
    assert literal(b"a(b)c\\d\re\n") == b"a\\(b\\)c\\\\d\\re\n"


def test_everything_named_is_there_and_every_error_is_a_label_error():
    for name in labels.__all__:
        thing = getattr(labels, name)
        if name.endswith("Error"):
            assert issubclass(thing, LabelError)
