"""How a print job is put on paper: kept with the job for ever, so that its bytes can be made again.

The words are those of the room that draws, which this room does not know: what can be drawn is checked there
before anything is reserved. Here only what no printer could do is refused. Pure.
"""

import json
import re
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from ledger.coop.checks import Checks

FILES = ("pdf", "zpl")
LEVELS = ("M", "Q")
DPI = (203, 300, 600)
ZPL_DPI = (203, 300)
GRID = "grid"
"""The paper whose cells stand where ``PrintSpec.grid`` says."""
OWN_DESIGN = "own:"
"""A design of the cooperative's is named by this and the id of one version of it, which never changes."""
MAX_COPIES = 100
MAX_USED_CELLS = 1000
MAX_OFFSET_MM = Decimal(10)
MIN_SCALE, MAX_SCALE = Decimal("0.97"), Decimal("1.03")

_VERSION = 1
_GRID_NUMBERS = 10
_MAX_GRID_NUMBER = 10_000
_NAME = re.compile(r"[a-z0-9_]{1,40}")
_OWN = re.compile(r"own:[A-Za-z0-9_-]{1,40}")
_DECIMALS = ("offset_x_mm", "offset_y_mm", "scale_x", "scale_y")


@dataclass(frozen=True, slots=True)
class PrintSpec:
    """Paper, design and printer of a job; the defaults are the office printer's.

    ``grid`` holds, in mm but for the counts: page width and height, cell width and height, columns, rows,
    left, top, pitch in x and y. ``copies`` prints each stamp so many times in a row. ``used_cells`` are free
    no more on the first sheet. ``scale_x`` and ``scale_y`` are factors. ``has_secret``: with a scratch code.
    """

    file: str = "pdf"
    paper: str = "a4_cut_50x30"
    grid: tuple[Decimal, ...] = ()
    design: str = "stamp_50x30"
    dpi: int = 203
    level: str = "M"
    used_cells: int = 0
    copies: int = 1
    offset_x_mm: Decimal = Decimal(0)
    offset_y_mm: Decimal = Decimal(0)
    scale_x: Decimal = Decimal(1)
    scale_y: Decimal = Decimal(1)
    has_secret: bool = False

    @property
    def own_design(self) -> str | None:
        """The id of the cooperative's own design; ``None`` for a built-in one."""
        return self.design.removeprefix(OWN_DESIGN) if self.design.startswith(OWN_DESIGN) else None


OFFICE_PRINTER = PrintSpec()
"""Stamps on a plain sheet of A4, cut apart by hand: what works without any other choice."""


def check_spec(checks: Checks, spec: PrintSpec) -> None:
    """Note every value that no printer, paper or design could have."""
    checks.word("file", "kiểu tệp in", spec.file, FILES)
    _check_paper(checks, spec)
    if _NAME.fullmatch(spec.design) is None and _OWN.fullmatch(spec.design) is None:
        checks.refuse("design", "Hãy chọn mẫu tem trong danh sách.")
    if spec.dpi not in (ZPL_DPI if spec.file == "zpl" else DPI):
        known = "203 hoặc 300" if spec.file == "zpl" else "203, 300 hoặc 600"
        checks.refuse("dpi", f"Độ nét máy in phải là {known} dpi.")
    checks.word("level", "mức sửa lỗi của mã QR", spec.level, LEVELS)
    checks.count("copies", "số bản mỗi con tem", spec.copies, MAX_COPIES)
    if not 0 <= spec.used_cells <= MAX_USED_CELLS:
        checks.refuse("used_cells", f"Số ô đã dùng phải từ 0 đến {MAX_USED_CELLS}.")
    _check_profile(checks, spec)


def format_spec(spec: PrintSpec) -> str:
    """The one JSON text of a spec, members in the order of its fields, numbers with decimals as text."""
    members: dict[str, Any] = {"v": _VERSION}
    for field in fields(spec):
        members[field.name] = getattr(spec, field.name)
    return json.dumps(members, default=str, ensure_ascii=False, separators=(",", ":"))


def parse_spec(text: str) -> PrintSpec:
    """The inverse of ``format_spec``. Raises ``ValueError`` for any other text."""
    members = json.loads(text)
    known = {"v", *(field.name for field in fields(PrintSpec))}
    if not isinstance(members, dict) or members.keys() != known or members.pop("v") != _VERSION:
        raise ValueError("not a print spec of this version")
    try:
        members["grid"] = tuple(map(Decimal, members["grid"]))
        members |= {name: Decimal(members[name]) for name in _DECIMALS}
    except (ArithmeticError, TypeError, ValueError) as error:
        raise ValueError("not the numbers of a print spec") from error
    spec = PrintSpec(**members)
    is_typed = all(type(value) is type(getattr(OFFICE_PRINTER, name)) for name, value in members.items())
    if not is_typed or format_spec(spec) != text:
        raise ValueError("not the one text of a print spec")
    return spec


def _check_paper(checks: Checks, spec: PrintSpec) -> None:
    if _NAME.fullmatch(spec.paper) is None:
        checks.refuse("paper", "Hãy chọn khổ tem trong danh sách.")
    elif (spec.paper == GRID) is not bool(spec.grid):
        checks.refuse("grid", "Khổ tem tự đặt cần đủ các số đo; khổ có sẵn thì không ghi số đo.")
    elif spec.paper == GRID and not _is_grid(spec.grid):
        checks.refuse("grid", "Khổ tem tự đặt cần 10 số đo, không âm; số cột và số hàng là số nguyên từ 1.")


def _is_grid(grid: tuple[Decimal, ...]) -> bool:
    if len(grid) != _GRID_NUMBERS or not all(
        number.is_finite() and 0 <= number <= _MAX_GRID_NUMBER for number in grid
    ):
        return False
    *sizes, columns, rows = grid[:6]
    return all(size > 0 for size in sizes) and all(n >= 1 and n == int(n) for n in (columns, rows))


def _check_profile(checks: Checks, spec: PrintSpec) -> None:
    for name in ("offset_x_mm", "offset_y_mm"):
        offset = getattr(spec, name)
        if not offset.is_finite() or abs(offset) > MAX_OFFSET_MM:
            checks.refuse(name, "Độ lệch của máy in phải từ -10 đến 10 mm.")
    for name in ("scale_x", "scale_y"):
        scale = getattr(spec, name)
        if not scale.is_finite() or not MIN_SCALE <= scale <= MAX_SCALE:
            checks.refuse(name, "Tỉ lệ co giãn của máy in phải từ 0,97 đến 1,03.")
