"""A print job as a file: its stamps as PDF for any printer, or as ZPL for label printers.

The bytes follow from the job's own row (numbers, spec, facts, address), so a second click or a crash midway
gives the same stamps again, never new ones; a part of a job is the same stamps, fewer.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from labels.errors import LabelError
from labels.layouts import Layout
from labels.stamps import print_stamps
from labels.texts import Stamp, StampText
from labels.zpl import print_zpl
from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError, StampRangeError
from ledger.coop.paper.label_facts import LabelFacts
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.scans.scratch import open_scratch_codec
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps.stamps import PrintJob, find_print_job
from ledger.log.ledger import Ledger
from ledger.trace.bundles.seals import printed_seal
from signing.scratch_codes import ScratchCodec
from signing.stamp_codes import PrintedStamp, StampCodec
from web.paper.label_designs import open_design
from web.paper.print_layouts import layout_of, stamp_text

MEDIA_TYPES = {"pdf": "application/pdf", "zpl": "application/zpl"}
"""Of each kind of file; its name ends in the kind."""
SAMPLE_CODE = "W" * 13
"""Stands for any code where only the room that it takes matters: no character is wider."""
SAMPLE_SECRET = "W" * 8
"""The same for what is under the foil."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the file of stamps ``first`` to ``last`` of a job is made of."""

    job: PrintJob
    first: int
    last: int
    layout: Layout
    text: StampText
    url_base: str
    codec: StampCodec
    scratch: ScratchCodec | None = field(repr=False)

    @property
    def count(self) -> int:
        """How many stamps there are, copies not counted."""
        return self.last - self.first + 1

    @property
    def first_code(self) -> str:
        """The code of the first stamp."""
        return self.codec.format(self.first)

    @property
    def last_code(self) -> str:
        """The code of the last stamp."""
        return self.codec.format(self.last)

    def url_of(self, code: str) -> str:
        """What the symbol of one of its stamps holds."""
        return stamp_url(self.url_base, code, self.job.seal_short)

    @property
    def file_name(self) -> str:
        """What the file is called where it is kept: ``tem-101-140.pdf``."""
        return f"tem-{self.first}-{self.last}.{self.job.spec.file}"

    @property
    def media_type(self) -> str:
        """What kind of file it is."""
        return MEDIA_TYPES[self.job.spec.file]


def stamp_url(public_url: str, code: str, seal_short: str = "") -> str:
    """What the symbol holds: capitals only, so that it fits the alphanumeric mode (ISO/IEC 18004 §7.4.4).

    The code comes last: whatever stands before it is the same on all stamps of a job.
    """
    return f"{public_url.upper()}/S/{PrintedStamp(code, seal_short).format()}"


Part = tuple[int | None, int | None]
"""First and last number of what is printed of a job; ``None``: from its beginning, to its end."""
WHOLE: Part = (None, None)


def read_sheet(ledger: Ledger, public_url: str, actor: Actor, job_id: str, part: Part = WHOLE) -> Sheet:
    """The job, or a part of it; ``public_url`` serves jobs that kept no address of their own.

    Raises ``NotFoundError`` for what is not the actor's organisation's, ``StampRangeError`` for stamps of
    other jobs, ``labels.LabelError`` for a spec that no paper fits any more.
    """
    whole = ledger.read(_read_sheet, ledger, public_url, actor, job_id)
    first, last = _check_part(whole.job, part)
    return replace(whole, first=first, last=last)


def print_job(
    ledger: Ledger, public_url: str, actor: Actor, job_id: str, part: Part = WHOLE
) -> tuple[Sheet, Iterator[bytes]]:
    """The sheet, and its file in pieces.

    Raises at once what ``read_sheet`` raises, and ``labels.LabelError`` for a text that does not fit.
    """
    sheet = read_sheet(ledger, public_url, actor, job_id, part)
    return sheet, write_sheet(sheet)


def write_sheet(sheet: Sheet) -> Iterator[bytes]:
    """The sheet's file in pieces. Raises ``labels.LabelError`` at once for what cannot be printed."""
    write = print_zpl if sheet.job.spec.file == "zpl" else print_stamps
    return write(sheet.layout, sheet.text, _Stamps(sheet))


def check_printable(
    ledger: Ledger,
    public_url: str,
    actor: Actor,
    spec: PrintSpec,
    facts: LabelFacts,
    *,
    seal_short: str = "",
) -> None:
    """Draw one stamp, so that what cannot be printed is said before a number is reserved for it.

    About 50 ms. Raises ``NotFoundError`` (own design) and ``labels.LabelError``.
    """
    design = ledger.read(open_design, actor, spec.design)
    secret = SAMPLE_SECRET if spec.has_secret else ""
    sample = Stamp(stamp_url(public_url, SAMPLE_CODE, seal_short), SAMPLE_CODE, secret)
    write = print_zpl if spec.file == "zpl" else print_stamps
    for _ in write(layout_of(spec, design), stamp_text(facts), (sample,)):
        pass


def find_printable_seal(
    ledger: Ledger, public_url: str, actor: Actor, spec: PrintSpec, facts: LabelFacts, *, lot: str | None
) -> str:
    """The characters of the lot's seal, if stamps can carry them; empty where there is none or no room.

    Draws one stamp, as ``check_printable`` does. Raises what that raises for stamps without.
    """
    short = ledger.read(printed_seal, lot) if lot else None
    if short:
        with suppress(LabelError):
            check_printable(ledger, public_url, actor, spec, facts, seal_short=short)
            return short
    check_printable(ledger, public_url, actor, spec, facts)
    return ""


@dataclass(frozen=True, slots=True)
class _Stamps:
    """The sheet's stamps by number; sized, so that too many are refused before the first."""

    sheet: Sheet

    def __len__(self) -> int:
        return self.sheet.count

    def __iter__(self) -> Iterator[Stamp]:
        sheet = self.sheet
        codes = sheet.codec.format_range(sheet.first, sheet.count)
        if sheet.scratch is None:
            return (Stamp(sheet.url_of(code), code) for code in codes)
        secrets = sheet.scratch.format_range(sheet.first, sheet.count)
        return (Stamp(sheet.url_of(code), code, secret) for code, secret in zip(codes, secrets, strict=True))


def _read_sheet(session: Session, ledger: Ledger, public_url: str, actor: Actor, job_id: str) -> Sheet:
    job = find_print_job(session, actor, job_id)
    codec = open_stamp_codec(session, ledger.vault)
    if codec is None:
        raise NotFoundError("lượt in", job_id)
    return Sheet(
        job=job,
        first=job.first,
        last=job.last,
        layout=layout_of(job.spec, open_design(session, actor, job.spec.design)),
        text=stamp_text(job.facts),
        url_base=job.url_base or public_url,
        codec=codec,
        scratch=open_scratch_codec(session, ledger.vault) if job.spec.has_secret else None,
    )


def _check_part(job: PrintJob, part: Part) -> tuple[int, int]:
    """The part's first and last number. Raises ``StampRangeError`` where it is not the job's."""
    first = job.first if part[0] is None else part[0]
    last = job.last if part[1] is None else part[1]
    if not job.first <= first <= last <= job.last:
        sentence = (
            f"Lượt in này có {job.count} tem, đếm từ 1. Hãy ghi lại tem đầu và tem cuối của phần cần in."
        )
        raise StampRangeError("not a part of the job", first=first, last=last, sentence=sentence)
    return first, last
