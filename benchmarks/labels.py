"""Labels against a WeasyPrint document with a label per cell and against blabel, symbols against qrcode.

All print the same design with the same texts, in turn. Whole processes are measured from their start to their
end, Python and its modules included. Those of the others print fewer labels: their rate only falls with
length, and nobody waits an hour for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from statistics import median
from typing import Any

import qrcode

from benchmarks._label_jobs import DESIGN, LAYOUTS, TEXT, Done, in_a_process, make_stamps
from benchmarks._rounds import alternately, row
from labels import print_stamps
from labels.pictures import design_png
from labels.qr import make_symbol, stamp_encoder
from labels.zpl import print_zpl

FEW, MANY, OTHERS = 1_000, 100_000, 250
"""Labels of a usual job, of the largest one, and of the others' jobs."""

ROUNDS = 3

AIMS = {"sheet": (6, 130, 160), "roll": (8, 160, 400)}
"""For ``MANY`` labels: most seconds, MB and bytes a label."""

TIMES = {"weasyprint": (25, 800), "blabel": (25, 500)}
"""How many times the others' rate is aimed at, for ``FEW`` and for ``MANY`` labels."""

NAMES = {"weasyprint": "WeasyPrint, a label per cell", "blabel": "blabel"}


def whole_processes(few: int, many: int, others: int, rounds: int) -> Iterator[dict[str, Any]]:
    """Jobs of ours beside the others', each in a process of its own, their runs in turn."""
    for kind in ("sheet", "roll"):
        rivals = [maker for maker in NAMES if kind == "roll" or maker != "blabel"]
        jobs = [("ours", few), ("ours", many), *((maker, others) for maker in rivals)]
        runs = [[in_a_process(maker, kind, size) for maker, size in jobs] for _ in range(rounds)]
        done = dict(zip(jobs, ([_median(each) for each in zip(*runs, strict=True)]), strict=True))
        for maker in rivals:
            their_rate = others / done[maker, others].seconds
            for size, times in zip((few, many), TIMES[maker], strict=True):
                rate = size / done["ours", size].seconds
                yield row(
                    "labels", f"{size:,} labels on {kind}s, whole process", rate, "labels/s",
                    against=(f"{NAMES[maker]}, {others:,}", their_rate),
                    aim=f"≥ {times} ×", met=rate >= times * their_rate,
                )  # fmt: skip
        yield from _footprint(kind, many, done["ours", many])


def _median(runs: tuple[Done, ...]) -> Done:
    return replace(
        runs[0], seconds=median(run.seconds for run in runs), peak_mb=max(run.peak_mb for run in runs)
    )


def _footprint(kind: str, size: int, done: Done) -> Iterator[dict[str, Any]]:
    most_seconds, most_mb, most_bytes = AIMS[kind]
    for name, value, unit, most in (
        (f"{size:,} labels on {kind}s, whole process", done.seconds, "s", most_seconds),
        ("the same: memory at its most", done.peak_mb, "MB", most_mb),
        ("the same: bytes a label", done.size / size, "bytes", most_bytes),
    ):
        yield row("labels", name, value, unit, aim=f"≤ {most} {unit}", met=value <= most)


def answers(many: int, rounds: int) -> Iterator[dict[str, Any]]:
    """What somebody waits for in a warm server: the first sheet, the first byte of a large job, a preview."""
    fresh = (replace(TEXT, lot=f"XCHL-{number:06}") for number in count())
    stamps = list(make_stamps(many))
    first = stamps[:40]

    def sheet() -> None:
        for _ in print_stamps(LAYOUTS["sheet"], TEXT, first):
            pass

    def first_byte() -> None:
        next(print_stamps(LAYOUTS["sheet"], next(fresh), stamps))

    def first_byte_zpl() -> None:
        next(print_zpl(LAYOUTS["roll"], next(fresh), stamps))

    def preview() -> None:
        design_png(DESIGN, next(fresh), first[0], 203)

    sheet()
    seconds = alternately(sheet, first_byte, first_byte_zpl, preview, rounds=rounds)
    for name, taken, most_ms in zip(
        (
            f"first {len(first)} labels, the design known",
            f"first byte of {many:,} labels as PDF, a new text",
            f"first byte of {many:,} labels as ZPL, a new text",
            "one label as a PNG, a new text",
        ),
        seconds,
        (10, 1_000, 1_000, None),
        strict=True,
    ):
        value = 1_000 * taken
        aim = f"≤ {most_ms:,} ms" if most_ms else ""
        yield row("labels", name, value, "ms", aim=aim, met=value <= most_ms if most_ms else None)


def label_printers(size: int, rounds: int) -> Iterator[dict[str, Any]]:
    """ZPL in a warm server, and as a whole process."""
    stamps = list(make_stamps(size))
    for dpi in (203, 300):
        layout = replace(LAYOUTS["roll"], dpi=dpi)

        def job(layout: Any = layout) -> None:
            for _ in print_zpl(layout, TEXT, stamps):
                pass

        job()
        (seconds,) = alternately(job, rounds=rounds)
        rate = size / seconds
        name = f"labels in ZPL for {dpi} dpi, the design known"
        yield row("labels", name, rate, "labels/s", aim="≥ 100,000 labels/s", met=rate >= 100_000)
    done = in_a_process("ours", "zpl", size)
    name = (
        f"{size:,} labels in ZPL, whole process ({done.peak_mb:.0f} MB, {done.size / size:.0f} bytes a label)"
    )
    yield row("labels", name, done.seconds, "s")


def symbols(size: int, some: int, few: int, rounds: int) -> Iterator[dict[str, Any]]:
    """Symbols alone: with the mask of the job, with the mask of each, by qrcode."""
    urls = [stamp.url for stamp in make_stamps(size)]

    def job_mask() -> None:
        encoder = stamp_encoder(urls[0])
        for url in urls:
            encoder.draw(url).to_bytes(encoder.tables.image_bytes, "big")

    def own_mask() -> None:
        for url in urls[:some]:
            make_symbol(url)

    def by_qrcode() -> None:
        for url in urls[:few]:
            code = qrcode.QRCode()
            code.add_data(url)
            code.make()

    job, own, theirs = alternately(job_mask, own_mask, by_qrcode, rounds=rounds)
    for name, rate, aim in (
        ("symbols with a job's mask", size / job, 300_000),
        ("symbols with the best mask of each", some / own, 5_000),
    ):
        yield row(
            "labels", name, rate, "symbols/s", against=("qrcode", few / theirs),
            aim=f"≥ {aim:,} symbols/s", met=rate >= aim,
        )  # fmt: skip


def run(
    few: int = FEW,
    many: int = MANY,
    others: int = OTHERS,
    symbol_counts: tuple[int, int, int] = (50_000, 2_000, 20),
    rounds: int = ROUNDS,
) -> list[dict[str, Any]]:
    """All rows of the group, about three minutes."""
    return [
        *whole_processes(few, many, others, rounds),
        *answers(many, rounds),
        *label_printers(many, rounds),
        *symbols(*symbol_counts, rounds),
    ]
