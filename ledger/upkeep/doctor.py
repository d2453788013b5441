"""Looks at what the ledger stands on: files, keys, database, clock, disk. It changes nothing.

What is found wrong here does not show until the day it costs entries: a disk that does not flush, a clock in
the past, a key that opens nothing.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pysqlite3.dbapi2 as sqlite_driver
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger.coop.old_documents import find_old_documents
from ledger.database import Database, DatabaseUnavailableError, open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.errors import LogError
from ledger.log.ledger import utc_now
from ledger.log.log_keys import open_log_signers
from ledger.log.queries import read_head, read_identity
from ledger.log.tables import LogEntry
from ledger.migrations import is_current
from ledger.upkeep.heads import HeadState, examine_head
from ledger.upkeep.restore import Place
from signing.errors import SigningError
from signing.vault import Vault

SQLITE_FIXED = (3, 51, 3)
"""The first version without the fault that can corrupt a database when several processes reset its log."""
POSTGRESQL_OLDEST = 15
CLOCK_TOLERANCE = timedelta(minutes=5)
SPACE_LOW, SPACE_OUT = 1_000_000_000, 100_000_000
"""Free bytes below which the disk is low, and as good as full."""

_NETWORK_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "9p"})
_FULL = 2
"""SQLite's number for ``synchronous=FULL``."""


class Level(StrEnum):
    """How bad it is. A fault can cost entries or stop the ledger; a warning will one day."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what was found, and a Vietnamese sentence: all well, or how to mend it."""

    name: str
    level: Level
    found: str
    sentence: str


def examine(
    place: Place, open_vault: Callable[[], Vault], *, clock: Callable[[], datetime] = utc_now
) -> Iterator[Check]:
    """Every check, in order. Without a database that answers, those that need it are left out.

    ``open_vault`` is asked for the master key, and may raise ``SigningError``.
    """
    yield _data_folder(place.data)
    yield _free_space(place.data)
    if place.sqlite_file is not None:
        yield _disk_kind(place.sqlite_file)
        if not place.sqlite_file.is_file():
            sentence = f"Không có {place.sqlite_file}. Hãy chạy: sogoc init, hoặc sogoc restore"
            yield Check("database", Level.FAULT, "missing", sentence)
            return
    with closing(open_database(place.database_url)) as database:
        try:
            yield from _database(database, place, open_vault, clock())
        except DatabaseUnavailableError as error:
            sentence = "Không nối được cơ sở dữ liệu. Hãy kiểm tra máy chủ và SOGOC_DATABASE_URL."
            yield Check("database", Level.FAULT, str(error), sentence)


def _database(
    database: Database, place: Place, open_vault: Callable[[], Vault], now: datetime
) -> Iterator[Check]:
    if not is_current(database):
        sentence = "Cơ sở dữ liệu của phiên bản khác hoặc chưa có sổ. Hãy sao lưu rồi chạy: sogoc init"
        yield Check("schema", Level.FAULT, "not current", sentence)
        return
    yield Check("schema", Level.OK, "current", "Cấu trúc cơ sở dữ liệu đúng phiên bản.")
    with database.reading() as session:
        yield from _sqlite(session) if database.dialect == "sqlite" else _postgresql(session)
        try:
            read_head(session)
        except LogError as error:
            yield Check("log", Level.FAULT, str(error), error.sentence)
            return
        yield _master_key(session, place.master_key_file, open_vault)
        yield from _documents(session, place.photos, open_vault)
        yield _clock(session, now)
    yield _head(database, place.head_record)


def _data_folder(folder: Path) -> Check:
    if not folder.is_dir():
        sentence = f"Không có thư mục {folder}. Hãy kiểm tra SOGOC_DATA."
        return Check("data folder", Level.FAULT, "missing", sentence)
    mode = folder.stat().st_mode & 0o777
    if mode & 0o002:
        level, sentence = Level.FAULT, f"Ai cũng sửa được {folder}. Hãy chạy: chmod 750 {folder}"
    elif mode & 0o005:
        level, sentence = (
            Level.WARNING,
            f"Người khác trên máy đọc được {folder}. Hãy chạy: chmod 750 {folder}",
        )
    else:
        level, sentence = Level.OK, "Thư mục dữ liệu chỉ chủ nó mở được."
    return Check("data folder", level, f"{mode:04o}", sentence)


def _free_space(folder: Path) -> Check:
    free = shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free
    level = Level.FAULT if free < SPACE_OUT else Level.WARNING if free < SPACE_LOW else Level.OK
    advice = "" if level is Level.OK else " Hãy dọn bớt trước khi đĩa đầy."
    return Check("free space", level, str(free), f"Đĩa còn trống {free / 1e9:.1f} GB.{advice}")


def _disk_kind(path: Path, mounts: Path = Path("/proc/mounts")) -> Check:
    """SQLite's write-ahead mode needs memory shared between processes: never over a network."""
    kind, longest = "", -1
    for line in mounts.read_text(encoding="utf-8").splitlines() if mounts.exists() else ():
        point, found = line.split(" ")[1:3]
        if path.is_relative_to(point) and len(point) >= longest:
            kind, longest = found, len(point)
    if kind in _NETWORK_DISKS:
        sentence = "Cơ sở dữ liệu SQLite nằm trên ổ mạng, có thể hỏng. Hãy chuyển về ổ trong máy."
        return Check("disk kind", Level.FAULT, kind, sentence)
    return Check("disk kind", Level.OK, kind, "Cơ sở dữ liệu nằm trên ổ trong máy.")


def _sqlite(session: Session) -> Iterator[Check]:
    version = tuple(int(part) for part in sqlite_driver.sqlite_version.split("."))
    level = Level.OK if version >= SQLITE_FIXED else Level.FAULT
    advice = "" if level is Level.OK else " có lỗi làm hỏng dữ liệu. Hãy cài lại sogoc đúng bản khóa."
    sentence = f"Thư viện SQLite {sqlite_driver.sqlite_version}{advice or '.'}"
    yield Check("sqlite version", level, sqlite_driver.sqlite_version, sentence)
    journal = str(session.execute(text("PRAGMA journal_mode")).scalar())
    synchronous = int(session.execute(text("PRAGMA synchronous")).scalar_one())
    is_durable = journal == "wal" and synchronous >= _FULL
    yield Check(
        "durability",
        Level.OK if is_durable else Level.FAULT,
        f"{journal}, synchronous {synchronous}",
        "Mỗi lần ghi được đưa xuống đĩa trước khi trả lời."
        if is_durable
        else "SQLite không đưa dữ liệu xuống đĩa trước khi trả lời. Hãy báo người phát triển.",
    )


def _postgresql(session: Session) -> Iterator[Check]:
    number = int(session.execute(text("SHOW server_version_num")).scalar_one())
    level = Level.OK if number // 10_000 >= POSTGRESQL_OLDEST else Level.FAULT
    advice = "" if level is Level.OK else f" quá cũ. Cần từ bản {POSTGRESQL_OLDEST}."
    sentence = f"PostgreSQL {number // 10_000}.{number % 10_000}{advice or '.'}"
    yield Check("postgresql version", level, str(number), sentence)
    names = ("fsync", "full_page_writes", "synchronous_commit", "server_encoding")
    found = {name: str(session.execute(text(f"SHOW {name}")).scalar()) for name in names}
    wrong = [name for name in names[:3] if found[name] == "off"]
    yield Check(
        "durability",
        Level.FAULT if wrong else Level.OK,
        ", ".join(f"{name} {value}" for name, value in found.items()),
        f"PostgreSQL không đưa dữ liệu xuống đĩa ({', '.join(wrong)}). Hãy bật lại trong postgresql.conf."
        if wrong
        else "Mỗi lần ghi được đưa xuống đĩa trước khi trả lời.",
    )
    if found["server_encoding"] != "UTF8":
        sentence = "Cơ sở dữ liệu phải dùng bảng mã UTF8. Hãy tạo lại rồi khôi phục từ bản sao lưu."
        yield Check("encoding", Level.FAULT, found["server_encoding"], sentence)


def _master_key(session: Session, path: Path, open_vault: Callable[[], Vault]) -> Check:
    try:
        open_log_signers(session, open_vault(), read_identity(session))
    except (SigningError, LogError) as error:
        return Check("master key", Level.FAULT, str(error), error.sentence)
    return Check("master key", Level.OK, str(path), "Khóa chính mở được khóa ký của sổ.")


def _documents(session: Session, photos: Path, open_vault: Callable[[], Vault]) -> Iterator[Check]:
    """No photographed paper lies among the photos that everyone may see."""
    try:
        count = len(find_old_documents(session, open_vault(), photos))
    except SigningError:
        return  # the check of the master key says so
    if count:
        sentence = f"{count} ảnh giấy tờ còn nằm ở kho ảnh công khai. Hãy chạy: sogoc init"
        yield Check("documents", Level.WARNING, f"{count} among public photos", sentence)
    else:
        yield Check("documents", Level.OK, "none among public photos", "Ảnh giấy tờ đều ở sổ sách riêng.")


def _clock(session: Session, now: datetime) -> Check:
    """The last entry cannot have been recorded in the future: the clock is wrong now, or was then."""
    last = (
        session.execute(select(LogEntry.recorded_at).order_by(LogEntry.index.desc()).limit(1)).scalar()
        or read_identity(session).created_at
    )
    found = f"now {now.isoformat(timespec='seconds')}, last entry {last.isoformat(timespec='seconds')}"
    if last > now + CLOCK_TOLERANCE:
        sentence = "Đồng hồ máy chậm hơn bản ghi cuối của sổ. Hãy chỉnh giờ và bật tự đồng bộ giờ."
        return Check("clock", Level.FAULT, found, sentence)
    return Check("clock", Level.OK, found, "Đồng hồ máy không chậm hơn sổ.")


def _head(database: Database, path: Path) -> Check:
    report = examine_head(database, HeadRecord(path))
    found = f"{report.state}, stored {report.stored.size}"
    if report.state is not HeadState.AGREES:
        sentence = "Sổ không khớp với mốc đã ký nên không ghi tiếp. Hãy chạy: sogoc recover"
        return Check("head record", Level.FAULT, found, sentence)
    if report.recorded is None and report.stored.size:
        sentence = f"Chưa có tệp mốc {path}: bản sao cũ đặt lại sẽ không bị phát hiện cho đến lần ghi sau."
        return Check("head record", Level.WARNING, found, sentence)
    return Check("head record", Level.OK, found, "Sổ khớp với mốc đã ký.")
