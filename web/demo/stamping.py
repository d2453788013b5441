"""Sealing, printing, sticking: what every packing house of the story does after the last pack is closed."""

from collections.abc import Iterable
from pathlib import Path

from labels import save_pdf
from ledger.coop.actors import Actor
from ledger.coop.goods.packing import Seal, seal
from ledger.coop.paper.cartons import (
    CARTON_SPEC,
    MarkCartonsPrinted,
    ReserveCartons,
    mark_cartons_printed,
    reserve_cartons,
)
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import (
    MarkPrinted,
    PrintJob,
    Reserve,
    Void,
    mark_printed,
    reserve_stamps,
    void_stamps,
)
from ledger.trace.identifiers import lot_code_of
from web.demo.stage import PackedLot, PrintedCartons, PrintedSheet, Stage, Telling
from web.paper.carton_printing import print_cartons
from web.paper.label_printers import as_zpl
from web.paper.printing import print_job, read_sheet, write_sheet

SHEETS, ROLL = PrintSpec(), PrintSpec(paper="roll_50x30")
CRATES = PrintSpec(paper="a4_cut_100x70", design="crate_100x70")
FOOD = PrintSpec(paper="roll_70x50", design="food_70x50", dpi=300)


def seal_and_print(stage: Stage, actor: Actor, packed: PackedLot, count: int, spec: PrintSpec) -> PrintJob:
    """Sign the lot, then print ``count`` stamps for it."""
    stage.do(seal, actor, Seal(lot=packed.lot))
    stage.outcome.lots.append(packed)
    public_url = stage.telling.config.public_url
    order = Reserve(count=count, lot=packed.lot, spec=spec, url_base=public_url, names_seal=True)
    job = stage.do(reserve_stamps, actor, order)
    telling, path = stage.telling, _path(packed, ".pdf")
    _, chunks = print_job(telling.ledger, telling.config.public_url, actor, job.id)
    _save(telling, chunks, path)
    stage.do(mark_printed, actor, MarkPrinted(job=job.id))
    stage.outcome.sheets.append(PrintedSheet(job, path))
    return job


def save_zpl(stage: Stage, actor: Actor, packed: PackedLot, job: PrintJob) -> None:
    """The same stamps for a label printer that is fed with ZPL."""
    telling, path = stage.telling, _path(packed, ".zpl")
    sheet = read_sheet(telling.ledger, telling.config.public_url, actor, job.id)
    _save(telling, write_sheet(as_zpl(sheet)), path)
    stage.outcome.zpls.append(PrintedSheet(job, path))


def label_cartons(stage: Stage, actor: Actor, packed: PackedLot, count: int, packs_each: int) -> None:
    """Labels for ``count`` cartons of ``packs_each`` packs."""
    telling, path = stage.telling, _path(packed, "-thung.pdf")
    order = ReserveCartons(
        lot=packed.lot,
        kind="carton",
        count=count,
        packs_each=packs_each,
        url_base=telling.config.public_url,
        spec=CARTON_SPEC,
    )
    job = stage.do(reserve_cartons, actor, order)
    _save(telling, print_cartons(telling.ledger, actor, job.id)[1], path)
    stage.do(mark_cartons_printed, actor, MarkCartonsPrinted(job=job.id))
    stage.outcome.cartons.append(PrintedCartons(job, path))


def _path(packed: PackedLot, ending: str) -> Path:
    return Path("labels") / f"{packed.product}.{lot_code_of(packed.lot)}{ending}"


def _save(telling: Telling, chunks: Iterable[bytes], path: Path) -> None:
    whole = telling.config.data / path
    whole.parent.mkdir(exist_ok=True)
    save_pdf(chunks, whole)


def stamp_packs(stage: Stage, actor: Actor, lot: str, first: int, last: int) -> None:
    """Activate the stamps that are on packs now, by scanning the first and the last."""
    codec = stage.telling.codec()
    command = Activate(lot=lot, first_code=codec.format(first), last_code=codec.format(last))
    stage.do(activate_stamps, actor, command)


def void_spoiled(stage: Stage, actor: Actor, first: int, last: int, reason: str) -> None:
    """Declare spoiled stamps void."""
    stage.do(void_stamps, actor, Void(first=first, last=last, reason=reason))
