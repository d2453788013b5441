"""Codes as a desk gets them: scanned one after the other, pasted, or in a file. Nothing here asks the books.

A line may hold other things beside the code, as a list from a warehouse program does: of its cells those
count that are a code; of a line without any, its first cell is told to be none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.coop.desk.errors import TooManyCodesError
from ledger.coop.errors import SheetError
from ledger.coop.paper.carton_codes import OwnCode, Sscc, format_code, parse_code
from ledger.coop.spreadsheets.sheets import ZIP_MAGIC, check_file
from ledger.coop.spreadsheets.workbooks import read_all_sheets
from signing.errors import StampCodeError
from signing.stamp_codes import canonical_code

MAX_CODES = 20_000
MAX_SHOWN = 40
"""Characters that are kept of something that is no code."""
_MAX_CELLS = 60
_CELLS = re.compile(r"[\t,;|]")
_STAMP = re.compile(r"(?:^|/)s/([^/?#]+)", re.IGNORECASE)
_CARTON = re.compile(r"(?:^|/)(?:00|c)/([^/?#]+)", re.IGNORECASE)
# Whatever a stamp's address carries behind the code (docs/spec/stamp-url.md) is not the code's.
_BEHIND = re.compile(r"[.~].*", re.DOTALL)
_ASIDE = re.compile(r"[\s\u00a0\u2010-\u2015_]+")


class CodeReader(Protocol):
    """Tells a stamp's number from its code."""

    def parse(self, code: str) -> int:
        """The number. Raises ``StampCodeError``."""
        ...


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code: as its one spelling, or as it was typed where it is none (``text``, at most 40 characters).

    ``number`` is a stamp's; ``carton`` what a carton's or pallet's code says. Neither: nobody issued it.
    """

    text: str
    number: int | None = None
    carton: Sscc | OwnCode | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is the code of something."""
        return self.number is not None or self.carton is not None


def read_typed(codes: CodeReader, text: str) -> tuple[TypedCode, ...]:
    """The codes in a text, in their order. Raises ``TooManyCodesError``."""
    return _gather(codes, (_CELLS.split(line)[:_MAX_CELLS] for line in text.splitlines()))


def read_file(codes: CodeReader, data: bytes) -> tuple[TypedCode, ...]:
    """The codes in a text, CSV or XLSX file, every sheet of it.

    Raises ``SheetError``, ``TooManyCodesError``.
    """
    check_file(data)
    if data.startswith(ZIP_MAGIC):
        return _gather(codes, _workbook_rows(data))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = "Không đọc được tệp. Hãy lưu lại dạng CSV UTF-8, hoặc dùng tệp .xlsx."
        raise SheetError("not UTF-8", sentence=sentence) from error
    return read_typed(codes, text.replace('"', ""))


def _workbook_rows(data: bytes) -> Iterator[Sequence[str]]:
    for _, rows in read_all_sheets(data, max_rows=MAX_CODES + 1):
        for row in rows:
            yield [cell.value for cell in row if isinstance(cell.value, str)]


def _gather(codes: CodeReader, rows: Iterable[Sequence[str]]) -> tuple[TypedCode, ...]:
    found: list[TypedCode] = []
    has_heading = False
    for place, row in enumerate(rows):
        cells = [cell.strip() for cell in row]
        read = [typed for cell in cells if cell and (typed := read_code(codes, cell)).is_known]
        if not read and any(cells):
            read = [_nothing(next((cell for cell in cells if cell), ""))]
            has_heading = has_heading or (place == 0 and _is_heading(cells))
        found += read
        if len(found) - has_heading > MAX_CODES:
            raise TooManyCodesError(MAX_CODES)
    # A list of nothing but one word is no heading of anything.
    return tuple(found[1:] if has_heading and len(found) > 1 else found)


def read_code(codes: CodeReader, typed: str) -> TypedCode:
    """One code, however it was typed or scanned: alone, or as the address that a symbol carries."""
    stamp = _STAMP.search(typed)
    if stamp is None:
        box = _CARTON.search(typed)
        carton = parse_code(box[1] if box else typed)
        if carton is not None:
            return TypedCode(format_code(carton), carton=carton)
    code = _BEHIND.sub("", stamp[1]) if stamp else _ASIDE.sub("-", typed)
    try:
        return TypedCode(canonical_code(code), codes.parse(code))
    except StampCodeError:
        return _nothing(typed)


def _nothing(typed: str) -> TypedCode:
    text = "".join(char for char in typed if char.isprintable())
    return TypedCode(text[:MAX_SHOWN])


def _is_heading(cells: Iterable[str]) -> bool:
    """A first line without a digit, such as “Mã tem;Sản phẩm”."""
    return not any(char.isdigit() for cell in cells for char in cell)
