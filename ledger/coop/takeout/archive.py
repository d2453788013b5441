"""The whole export as a ZIP archive, made while it is sent: nothing of it is kept on the server.

The workbook alone is written to a temporary file first, for a ZIP archive inside another needs its length.
"""

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor, check_may
from ledger.coop.attachments.documents import read_document
from ledger.coop.attachments.photos import find_photo
from ledger.coop.attachments.voices import read_voice
from ledger.coop.errors import CoopError, PhotoError
from ledger.coop.takeout.books import book_lines, book_tables
from ledger.coop.takeout.diary import Diary
from ledger.coop.takeout.entries import chain_parts, entry_line
from ledger.coop.takeout.photo_names import document_names, photo_names, voice_names
from ledger.coop.takeout.sheets import BookSheet, book_sheets
from ledger.trace.digests import parse_digest
from ledger.trace.errors import ErasedError
from signing.vault import Vault

WORKBOOK = "so-sach.xlsx"
ENTRIES = "nhat-ky.jsonl"
_CHUNK = 64 * 1024
_README = """SỔ GỐC – TOÀN BỘ SỔ SÁCH CỦA HỢP TÁC XÃ

so-sach.xlsx    sổ sách để đọc: mỗi sổ một trang tính
nhat-ky.jsonl   mọi dòng đã ký của hợp tác xã, mỗi dòng một JSON; “entry” là nguyên văn (base64)
so/*.jsonl      mọi bảng của sổ sách, mỗi dòng một JSON, cho phần mềm khác đọc
anh/*.webp      ảnh, tên tệp là mã SHA-256 của ảnh
giay-to/*.webp  ảnh giấy tờ riêng: hóa đơn, giấy giao hàng, phiếu kiểm nghiệm, nhãn vật tư
ghi-am/*        ghi âm, tên tệp là mã SHA-256 của đoạn ghi

Tệp này có tên người, số điện thoại và số tiền. Hãy cất ở nơi riêng, đừng gửi cho người không cần.
"""


class _Pipe(io.RawIOBase):
    """Takes what a ``ZipFile`` writes and gives it on. It cannot seek: the archive is written in one go."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any, /) -> int:
        """Take ``data``."""
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self._parts = b"".join(self._parts), []
        return taken


def stream_everything(
    session: Session, vault: Vault, actor: Actor, photo_store: Path, now: datetime
) -> Iterator[bytes]:
    """The archive, piece by piece. Raises ``NotAllowedError`` for anybody but a manager, before all else."""
    check_may(actor, MANAGEMENT)
    return _stream(session, vault, actor, photo_store, now)


def _stream(
    session: Session, vault: Vault, actor: Actor, photo_store: Path, now: datetime
) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive, ExitStack() as closing:

        def add(name: str, parts: Iterable[bytes], *, is_small: bool = True) -> Iterator[bytes]:
            how = zipfile.ZIP_DEFLATED if is_small else zipfile.ZIP_STORED
            info = zipfile.ZipInfo(name, now.timetuple()[:6])
            info.compress_type = how
            with archive.open(info, "w", force_zip64=True) as member:
                yield from _written(pipe, member, parts)
            yield pipe.take()

        yield from add("DOC-TRUOC.txt", [_README.encode()])
        waiting = closing.enter_context(tempfile.TemporaryFile())
        diary = Diary(session, vault, actor, waiting)
        yield from add(ENTRIES, _entry_lines(session, vault, actor, diary))
        for table in book_tables():
            yield from add(f"so/{table.name.removeprefix('coop_')}.jsonl", book_lines(session, actor, table))
        with tempfile.TemporaryFile() as file:
            _write_workbook(file, book_sheets(session, vault, actor, diary))
            yield from add(WORKBOOK, _parts(file), is_small=False)
        for digest in photo_names(session, actor):
            with suppress(PhotoError), find_photo(photo_store, digest).open("rb") as photo:
                yield from add(f"anh/{Path(photo.name).name}", _parts(photo), is_small=False)
        for digest in document_names(session, actor):
            with suppress(CoopError):
                name = f"giay-to/{parse_digest(digest).hex()}.webp"
                data = read_document(session, vault, actor, digest)
                yield from add(name, [data], is_small=False)
        for digest in voice_names(session, actor):
            with suppress(CoopError, ErasedError):
                voice = read_voice(session, vault, actor, digest)
                name = f"ghi-am/{digest.rpartition(';')[2]}.{voice.media_type.rpartition('/')[2]}"
                yield from add(name, [voice.data], is_small=False)
    yield pipe.take()


def _written(pipe: _Pipe, member: IO[bytes], parts: Iterable[bytes]) -> Iterator[bytes]:
    waiting = 0
    for part in parts:
        member.write(part)
        waiting += len(part)
        if waiting >= _CHUNK:
            waiting = 0
            yield pipe.take()


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while part := file.read(_CHUNK):
        yield part


def _entry_lines(session: Session, vault: Vault, actor: Actor, diary: Diary) -> Iterator[bytes]:
    """The log's lines; what they say goes into the diary on the way."""
    for part in chain_parts(session, vault, actor):
        diary.add(part)
        for record in part.records:
            yield entry_line(record, part.opened.get(record.index, ()))


def _write_workbook(file: Any, sheets: Iterable[BookSheet]) -> None:
    """The sheets, row after row with little memory. Texts are texts: no formula, no link is made of them."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    bold = book.add_format({"bold": True, "bg_color": "#E3EFE7"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.title)
        page.set_column(0, len(sheet.headings) - 1, 20)
        page.freeze_panes(1, 0)
        for place, heading in enumerate(sheet.headings):
            page.write_string(0, place, heading, bold)
        for number, row in enumerate(sheet.rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(number, place, value)
                elif value is not None:
                    page.write_number(number, place, float(value))
    book.close()
