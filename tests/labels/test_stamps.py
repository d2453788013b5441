"""A print job: the same bytes every time, in a stream, all or nothing, within its limits."""

import hashlib
import itertools
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

import labels
from labels import (
    BUILT_IN,
    CODE_LIMIT,
    STAMPS_A_JOB,
    FieldMissingError,
    FieldOverflowError,
    FieldTooLongError,
    LabelError,
    Layout,
    MissingGlyphError,
    NoStampsError,
    PayloadTooLongError,
    SecretSlotError,
    Stamp,
    TooManyStampsError,
    print_stamps,
    save_pdf,
)
from labels.design import render_design
from labels.pdf import PAGES_A_NODE, literal
from labels.press import LabelPress
from tests.labels.printed import (
    HOST,
    LAYOUTS,
    TEXT,
    cells_of,
    layout_name,
    layout_of,
    make_stamps,
    poppler_pages,
    read_codes,
)

ROOT = Path(__file__).parents[2]
KINDS = ("sheet", "roll")


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
        "import hashlib; from labels import *\n"
        "from tests.labels.printed import TEXT, layout_of, make_stamps\n"
        "print(hashlib.sha256(b''.join(print_stamps(layout_of(), TEXT, make_stamps(80)))).hexdigest())"
    )
    wanted = hashlib.sha256(printed(layout_of(), make_stamps(80))).hexdigest()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        result = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert result.stdout.strip() == wanted


def test_203_dpi_is_203_2():
    stamps = make_stamps(3)
    assert printed(layout_of(dpi=203), stamps) == printed(layout_of(dpi=203.2), stamps)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [slice(0, 10), slice(50, 90), slice(89, None)], ids=str)
def test_a_part_of_a_job_has_the_labels_of_the_whole(kind, part):
    """Whatever begins a file, a stamp is drawn the same: mask, version, place."""
    stamps = make_stamps(90)
    whole, some = (
        LabelPress(layout_of(kind), render_design(BUILT_IN["stamp_50x30"], TEXT)) for _ in range(2)
    )
    labels = [whole.label(stamp) for stamp in stamps]
    assert [some.label(stamp) for stamp in stamps[part]] == labels[part]
    assert printed(layout_of(kind), stamps[part]) == printed(layout_of(kind), iter(stamps[part]))


def test_jobs_of_several_hosts_draw_each_host_as_alone():
    hosts = [
        "HTTPS://SOGOC.VN/S/",
        "HTTPS://GOCSO.VN/S/",
        "HTTPS://TEM.HTXHOALOC.VN/S/",
        "https://sogoc.vn/S/",
    ]
    design = render_design(BUILT_IN["stamp_50x30"], TEXT)
    mixed = LabelPress(layout_of("roll"), design)
    for stamps in zip(*[make_stamps(5, host) for host in hosts], strict=True):
        for stamp in stamps:
            assert mixed.label(stamp) == LabelPress(layout_of("roll"), design).label(stamp)


@pytest.mark.parametrize("kind", KINDS)
def test_stamps_are_taken_as_the_file_grows(kind):
    taken = 0

    def counted():
        nonlocal taken
        for stamp in itertools.repeat(make_stamps(1)[0], 20_000):
            taken += 1
            yield stamp

    chunks = print_stamps(layout_of(kind), TEXT, counted())
    next(chunks)
    assert 0 < taken < 2_000
    chunks.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_given_up_midway_leaves_nothing_behind(kind, tmp_path):
    stamps = make_stamps(2_000)
    whole = printed(layout_of(kind), stamps)
    given_up = print_stamps(layout_of(kind), TEXT, stamps)
    started = next(given_up)
    given_up.close()
    assert whole.startswith(started)
    assert printed(layout_of(kind), stamps) == whole


def failing(failure):
    yield b"%PDF"
    raise failure


@pytest.mark.parametrize("failure", [OSError, KeyboardInterrupt, GeneratorExit])
def test_a_file_is_written_whole_or_not_at_all(failure, tmp_path):
    path = tmp_path / "stamps.pdf"
    with pytest.raises(failure):
        save_pdf(failing(failure), path)
    assert list(tmp_path.iterdir()) == []
    assert save_pdf([b"old"], path) == 3
    with pytest.raises(failure):
        save_pdf(failing(failure), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_process_killed_midway_leaves_no_file_under_the_final_name(tmp_path):
    path = tmp_path / "stamps.pdf"
    program = (
        "import os, signal, sys; from pathlib import Path; from labels import *\n"
        "from tests.labels.printed import TEXT, layout_of, make_stamps\n"
        "def stamps():\n"
        "    yield from make_stamps(5000)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "save_pdf(print_stamps(layout_of(), TEXT, stamps()), Path(sys.argv[1]))"
    )
    result = subprocess.run([sys.executable, "-c", program, path], cwd=ROOT, check=False)
    assert result.returncode == -9
    assert all(left.suffix == ".part" and left.name.startswith(".") for left in tmp_path.iterdir())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("program", [("pdfinfo",), ("mutool", "pages")])
def test_other_programs_open_the_file_without_complaint(kind, program, tmp_path):
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not installed")
    path = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout_of(kind), TEXT, make_stamps(300)), path)
    result = subprocess.run([*program, path], capture_output=True, text=True, check=True)
    assert "error" not in (result.stdout + result.stderr).lower()
    assert "warning" not in (result.stdout + result.stderr).lower()


@pytest.mark.parametrize("count", [1, PAGES_A_NODE, PAGES_A_NODE + 1, 2 * PAGES_A_NODE + 40])
def test_every_page_of_a_roll_is_found(count, tmp_path):
    stamps = make_stamps(count)
    document = pypdfium2.PdfDocument(printed(layout_of("roll"), stamps))
    try:
        assert len(document) == count
        for number in (0, count // 2, count - 1):
            page = document[number].render(scale=203.2 / 72).to_pil()
            assert read_codes(page) == [stamps[number].url]
    finally:
        document.close()


def test_codes_are_printed_in_groups_of_four_and_can_be_copied(tmp_path):
    stamps = make_stamps(36)
    document = pypdfium2.PdfDocument(printed(layout_of(), stamps))
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
    document = pypdfium2.PdfDocument(printed(layout_of(), stamps))
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
    save_pdf(print_stamps(layout_of("roll"), TEXT, [Stamp(HOST + "W" * 13, "W" * 13)]), path)
    (page,) = poppler_pages(path, 203.2)
    # Between the code's slot and the story beside it nothing is printed.
    assert page.crop((182, 168, 187, 200)).convert("L").getextrema() == (255, 255)


def with_secrets(count: int) -> list[Stamp]:
    secrets = ["7K3M9QX2", "W4TD1ABC", "00000000", "ZZZZ-ZZZZ"]
    return [replace(stamp, secret=secrets[number % 4]) for number, stamp in enumerate(make_stamps(count))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_scratch_code_is_printed_once_beside_the_code_of_its_own_stamp(kind, tmp_path):
    layout, stamps = layout_of(kind, "scratch_50x40"), with_secrets(5)
    path = tmp_path / "stamps.pdf"
    save_pdf(print_stamps(layout, TEXT, stamps), path)
    pages = list(poppler_pages(path, 203.2))
    assert [read_codes(cell) for page in pages for cell in cells_of(page, layout)][:5] == [
        [stamp.url] for stamp in stamps
    ]
    document = pypdfium2.PdfDocument(path)
    try:
        words = [word for page in document for word in page.get_textpage().get_text_bounded().split()]
    finally:
        document.close()
    assert [word for word in words if word in {stamp.printed_secret for stamp in stamps}] == [
        "7K3M-9QX2", "W4TD-1ABC", "0000-0000", "ZZZZ-ZZZZ", "7K3M-9QX2",
    ]  # fmt: skip


def test_a_design_with_a_scratch_code_refuses_a_stamp_without():
    stamps = [*with_secrets(3), *make_stamps(1)]
    with pytest.raises(FieldMissingError) as caught:
        print_stamps(layout_of("roll", "scratch_50x40"), TEXT, stamps)
    assert caught.value.field == "secret"


def test_a_design_without_a_place_for_a_scratch_code_refuses_one():
    with pytest.raises(SecretSlotError, match="không có chỗ cho mã cào") as caught:
        print_stamps(layout_of("roll"), TEXT, with_secrets(1))
    assert caught.value.design == BUILT_IN["stamp_50x30"].title_vi


def test_a_scratch_code_longer_than_its_limit_is_refused():
    stamps = [replace(make_stamps(1)[0], secret="1" * 30)]
    with pytest.raises(FieldTooLongError) as caught:
        print_stamps(layout_of("roll", "scratch_50x40"), TEXT, stamps)
    assert caught.value.field == "secret"


def test_the_longest_code_fits_and_one_character_more_does_not():
    longest = ("1-" * CODE_LIMIT)[:CODE_LIMIT]
    layout = layout_of("roll", "crate_100x70")
    assert printed(layout, [Stamp(HOST, longest)])
    with pytest.raises(FieldTooLongError) as caught:
        print_stamps(layout, TEXT, [Stamp(HOST, longest + "7")])
    assert (caught.value.field, caught.value.limit) == ("code", CODE_LIMIT)


def test_a_code_too_wide_even_when_narrowed_is_refused():
    with pytest.raises(FieldOverflowError) as caught:
        print_stamps(layout_of("roll"), TEXT, [Stamp(HOST, "W" * 16)])
    assert caught.value.field == "code"


@pytest.mark.parametrize("code", ["7k3m", "7K3M.9QX2", "ĐÀ"])
def test_a_code_with_an_unknown_character_is_refused(code):
    with pytest.raises(MissingGlyphError) as caught:
        print_stamps(layout_of(), TEXT, [Stamp(HOST, code)])
    assert caught.value.field == "code"


def test_a_stamp_without_code_is_refused():
    with pytest.raises(FieldMissingError):
        print_stamps(layout_of(), TEXT, [Stamp(HOST, "")])


def test_a_wrong_stamp_among_the_first_is_refused_before_the_first_byte():
    stamps = [*make_stamps(30), Stamp("", "7K3M")]
    with pytest.raises(LabelError):
        print_stamps(layout_of(), TEXT, stamps)


def test_a_wrong_stamp_far_behind_stops_the_stream():
    stamps = [*make_stamps(500), Stamp(HOST, "?")]
    chunks = print_stamps(layout_of(), TEXT, stamps)
    with pytest.raises(MissingGlyphError):
        list(chunks)


@pytest.mark.parametrize(
    ("layout", "longest"),
    [(layout_of("roll"), 178), (layout_of("roll", dpi=300), 221), (layout_of("roll", "crate_100x70"), 221)],
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
        print_stamps(layout_of(kind), TEXT, [stamp] * (STAMPS_A_JOB + 1))
    assert caught.value.limit == STAMPS_A_JOB == 100_000
    assert "100.000 tem" in str(caught.value)
    size = sum(map(len, print_stamps(layout_of(kind), TEXT, itertools.repeat(stamp, STAMPS_A_JOB))))
    assert size < 400 * STAMPS_A_JOB
    with pytest.raises(TooManyStampsError):
        for _ in print_stamps(layout_of(kind), TEXT, itertools.repeat(stamp, STAMPS_A_JOB + 1)):
            pass


def test_a_job_without_stamps_is_refused():
    with pytest.raises(NoStampsError):
        print_stamps(layout_of(), TEXT, [])


def test_bytes_that_mean_something_in_a_literal_string_are_escaped():
    assert literal(b"a(b)c\\d\re\n") == b"a\\(b\\)c\\\\d\\re\n"


def test_everything_named_is_there_and_every_error_is_a_label_error():
    for name in labels.__all__:
        thing = getattr(labels, name)
        if name.endswith("Error"):
            assert issubclass(thing, LabelError)
