"""Labels of cartons and pallets as a file: the bytes follow from the job's own row, as with stamps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from labels.layouts import Layout
from labels.stamps import print_stamps
from labels.texts import Stamp, StampText
from labels.zpl import print_zpl
from ledger.coop.actors import Actor
from ledger.coop.paper.carton_codes import CartonKind, format_hri
from ledger.coop.paper.carton_queries import read_carton_job
from ledger.coop.paper.cartons import CartonJob
from ledger.coop.paper.company_prefixes import find_prefix
from ledger.coop.paper.label_contents import LabelFacts
from ledger.coop.paper.print_specs import PrintSpec
from ledger.log.ledger import Ledger
from ledger.trace.units import format_number
from web.formats import format_net_g, format_weight_kg
from web.languages.catalogues import SOURCE
from web.languages.speaking import speaking
from web.paper.label_designs import for_sscc, open_design
from web.paper.print_layouts import layout_of, stamp_text
from web.paper.printing import MEDIA_TYPES

SAMPLE_SSCC = "4" * 18
"""Stands for any SSCC where only the room that it takes matters: no digit is wider."""
SAMPLE_OWN = "W" * 14
"""The same for a code of our own."""
FILE_WORDS = {CartonKind.CARTON: "tem-thung", CartonKind.PALLET: "tem-pa-let"}


@dataclass(frozen=True, slots=True)
class CartonSheet:
    """Everything that the file of a carton job is made of."""

    job: CartonJob
    layout: Layout
    text: StampText

    @property
    def file_name(self) -> str:
        """What the file is called where it is kept: ``tem-thung-261112-1.pdf``."""
        return f"{FILE_WORDS[self.job.kind]}-{self.job.facts.lot_code}.{self.job.spec.file}"

    @property
    def media_type(self) -> str:
        """What kind of file it is."""
        return MEDIA_TYPES[self.job.spec.file]


def print_cartons(ledger: Ledger, actor: Actor, job_id: str) -> tuple[CartonSheet, Iterator[bytes]]:
    """The sheet and its file in pieces. Raises ``NotFoundError`` and ``labels.LabelError`` at once."""
    sheet = ledger.read(_read_sheet, actor, job_id)
    write = print_zpl if sheet.job.spec.file == "zpl" else print_stamps
    return sheet, write(sheet.layout, sheet.text, _Labels(sheet.job))


def check_cartons_printable(  # noqa: PLR0917 - what an order says
    ledger: Ledger, public_url: str, actor: Actor, spec: PrintSpec, facts: LabelFacts, packs_each: int
) -> None:
    """Draw one label on trial. Raises ``NotFoundError`` (own design) and ``labels.LabelError``."""
    prefix = ledger.read(find_prefix, actor.organisation)
    design = ledger.read(open_design, actor, spec.design)
    write = print_zpl if spec.file == "zpl" else print_stamps
    sample = Stamp(f"{public_url.upper()}/C/{SAMPLE_OWN}", SAMPLE_OWN)
    if prefix is not None:
        design = for_sscc(design)
        code = format_hri(prefix.prefix, SAMPLE_SSCC)
        sample = Stamp(f"{public_url.upper()}/00/{SAMPLE_SSCC}", code, barcode=f"00{SAMPLE_SSCC}")
    for _ in write(layout_of(spec, design), carton_text(facts, packs_each), (sample,)):
        pass


@speaking(SOURCE)
def carton_text(facts: LabelFacts, packs_each: int) -> StampText:
    """What the label says: what is inside, and what that weighs."""
    each = ""
    if facts.net_g is not None:
        each = format_net_g(facts.net_g)
    elif facts.net_count is not None:
        each = f"{format_number(facts.net_count)} {facts.net_unit}"
    content = f"{format_number(Decimal(packs_each))} gói" + (f" × {each}" if each else "")
    weight = "" if facts.net_g is None else format_weight_kg(facts.net_g * packs_each / 1000)
    # Pages keep number and unit together; on a label nothing wraps there.
    content, weight = (text.replace("\u00a0", " ") for text in (content, weight))
    # The address stands below the name; who sends is who packed.
    return replace(stamp_text(facts), content=content, weight=weight, sender="")


@dataclass(frozen=True, slots=True)
class _Labels:
    """The job's labels by number; sized, so that too many are refused before the first."""

    job: CartonJob

    def __len__(self) -> int:
        return self.job.count

    def __iter__(self) -> Iterator[Stamp]:
        job = self.job
        return (
            Stamp(job.url(number), job.printed_code(number), barcode=job.element_string(number))
            for number in range(job.count)
        )


def _read_sheet(session: Session, actor: Actor, job_id: str) -> CartonSheet:
    job = read_carton_job(session, actor, job_id)
    design = open_design(session, actor, job.spec.design)
    layout = layout_of(job.spec, for_sscc(design) if job.is_sscc else design)
    return CartonSheet(job, layout, carton_text(job.facts, job.packs_each))
