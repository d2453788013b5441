"""Which log is a demo's: a file beside the database, written before the log is begun.

A log without that file, or with another key than the file names, is somebody's own and is left alone.
"""

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from ledger.database import Database, open_database
from ledger.log.errors import NoLogError
from ledger.log.queries import Identity, read_head, read_identity
from web.config import Config
from web.demo.errors import BrokenMarkerError, MovedDemoError, RealLogError

MARKER = "demo-story.json"


@dataclass(frozen=True, slots=True)
class Marker:
    """``today``: the day on which the story ends. ``vkey``: the log's key, ``None`` until there is a log.

    ``public_url`` is in every identifier and on every stamp of the story.
    """

    today: date
    public_url: str
    vkey: str | None = None


def find_marker(config: Config) -> Marker | None:
    """The story that was begun in the data folder. Raises ``BrokenMarkerError``."""
    path = config.data / MARKER
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        match said:
            case {"type": "sogoc/demo-story/v1", "today": str(today), "public_url": str(url), "vkey": vkey}:
                return Marker(date.fromisoformat(today), url, vkey)
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        raise BrokenMarkerError(str(path)) from error
    raise BrokenMarkerError(str(path))


def keep_marker(config: Config, marker: Marker) -> None:
    """Write the file, whole or not at all."""
    config.data.mkdir(parents=True, exist_ok=True, mode=0o750)
    said = {"type": "sogoc/demo-story/v1", **asdict(marker), "today": marker.today.isoformat()}
    write_whole(config.data / MARKER, json.dumps(said, indent=1) + "\n")


def begin_story(config: Config, today: date) -> Marker:
    """The story to tell here: the one that was begun, or a new one that ends ``today``.

    Raises ``RealLogError`` and ``MovedDemoError`` before anything is written.
    """
    marker, held = find_marker(config), _held_log(config)
    if held is None:
        marker = Marker(today, config.public_url)
        keep_marker(config, marker)
        return marker
    identity, size = held
    if marker is None or not _is_of(marker, identity, size):
        raise RealLogError(identity.origin)
    if marker.public_url != config.public_url:
        raise MovedDemoError(marker.public_url, str(config.data))
    return marker


def _is_of(marker: Marker, identity: Identity, size: int) -> bool:
    if marker.vkey is None:  # killed after the log was begun and before its key was noted
        return size == 0
    return marker.vkey == identity.verifier_key.format()


def note_log(config: Config, marker: Marker, vkey: str) -> Marker:
    """Remember that the log with the key ``vkey`` is the story's."""
    if marker.vkey is None:
        marker = replace(marker, vkey=vkey)
        keep_marker(config, marker)
    return marker


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is either the old one or the new one, also when the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _held_log(config: Config) -> tuple[Identity, int] | None:
    """The log in the database and its size. Nothing is created to look."""
    url = make_url(config.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return None
    database = open_database(config.database_url)
    try:
        return _read_log(database)
    finally:
        database.close()


def _read_log(database: Database) -> tuple[Identity, int] | None:
    with database.reading() as session:
        if not inspect(session.connection()).has_table("log_identity"):
            return None
        try:
            return read_identity(session), read_head(session).size
        except NoLogError:
            return None
