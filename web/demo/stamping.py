"""Sealing, printing, sticking: what every packing house of the story does after the last pack is closed."""

from dataclasses import dataclass
from pathlib import Path

from labels import save_pdf
from ledger.coop.activation import Activate, activate_stamps
from ledger.coop.actors import Actor
from ledger.coop.packing import Seal, seal
from ledger.coop.stamps import (
    MarkPrinted,
    PrintJob,
    Reserve,
    Void,
    mark_printed,
    reserve_stamps,
    void_stamps,
)
from ledger.trace.identifiers import lot_code_of
from web.demo.stage import PackedLot, PrintedSheet, Stage, Telling
from web.printing import print_job


@dataclass(frozen=True, slots=True)
class Paper:
    """How stamps are printed: the layout that the packing house orders, and the design."""

    layout: str
    design: str = "stamp_50x30"


SHEETS, ROLL, CRATES = Paper("a4"), Paper("roll"), Paper("crate", "crate_100x70")


def seal_and_print(stage: Stage, actor: Actor, packed: PackedLot, count: int, paper: Paper) -> PrintJob:
    """Sign the lot, then print ``count`` stamps for it."""
    stage.do(seal, actor, Seal(lot=packed.lot))
    stage.outcome.lots.append(packed)
    order = Reserve(count=count, layout=paper.layout, lot=packed.lot, design=paper.design)
    job = stage.do(reserve_stamps, actor, order)
    path = Path("labels") / f"{packed.product}.{lot_code_of(packed.lot)}.pdf"
    _print(stage.telling, actor, job, path)
    stage.do(mark_printed, actor, MarkPrinted(job=job.id))
    stage.outcome.sheets.append(PrintedSheet(job, path))
    return job


def _print(telling: Telling, actor: Actor, job: PrintJob, path: Path) -> None:
    config = telling.config
    (config.data / path).parent.mkdir(exist_ok=True)
    _, chunks = print_job(telling.ledger, config.public_url, actor, job.id)
    save_pdf(chunks, config.data / path)


def stamp_packs(stage: Stage, actor: Actor, lot: str, first: int, last: int) -> None:
    """Activate the stamps that are on packs now, by scanning the first and the last."""
    codec = stage.telling.codec()
    command = Activate(lot=lot, first_code=codec.format(first), last_code=codec.format(last))
    stage.do(activate_stamps, actor, command)


def void_spoiled(stage: Stage, actor: Actor, first: int, last: int, reason: str) -> None:
    """Declare spoiled stamps void."""
    stage.do(void_stamps, actor, Void(first=first, last=last, reason=reason))
