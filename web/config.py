"""The settings of a running Sổ Gốc: environment first, then a TOML file, then the default; one frozen object.

Each setting is described once, in `SETTINGS`; a test compares that list with `docs/configuration.md`.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ledger.coop.scans.scan_rules import ScanLimits
from ledger.log.policies import TrustPolicy
from signing.hsm import TokenPlace
from web.outside_parties import TimestampSetting, parse_timestamps, parse_witnesses

NO_SECOND_SIGNATURE, ML_DSA_44 = "none", "ml-dsa-44"

_T = TypeVar("_T")
_PREFIX = "SOGOC_"
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
_MOST_SCANS = 1_000_000
_FILE_SETTING = "SOGOC_CONFIG"
_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 — where one listens is not where one is reached


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in the environment, its default as one would write it, and what it does."""

    name: str
    default: str
    help: str

    @property
    def key(self) -> str:
        """Its name in the TOML file and in `Config`: `SOGOC_PUBLIC_URL` is `public_url`."""
        return self.name.removeprefix(_PREFIX).lower()


SETTINGS: tuple[Setting, ...] = (
    Setting(_FILE_SETTING, "", "TOML file with further settings; a setting in the environment wins over it"),
    Setting("SOGOC_DATA", "var", "Folder for the database, keys, photos and printed labels"),
    Setting("SOGOC_DATABASE_URL", "sqlite:///<data>/sogoc.db", "SQLite file or PostgreSQL database"),
    Setting("SOGOC_HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 for all"),
    Setting("SOGOC_PORT", "8000", "Port to listen on, 1 to 65535"),
    Setting(
        "SOGOC_PUBLIC_URL",
        "http://<host>:<port>",
        "Where the public reaches this server; printed on every stamp",
    ),
    Setting(
        "SOGOC_ORIGIN", "<public host>/log", "Name of the log, fixed when the log is created; no spaces, no +"
    ),
    Setting(
        "SOGOC_MASTER_KEY_FILE",
        "<data>/master.key",
        "Key that encrypts all other keys; keep a copy elsewhere",
    ),
    Setting("SOGOC_HSM_MODULE", "", "PKCS#11 module (a .so file) of the token that may hold the log's key"),
    Setting("SOGOC_HSM_TOKEN", "sogoc", "Label of the token, 1 to 32 characters"),
    Setting("SOGOC_HSM_KEY", "sogoc-log", "Label of the log's keys in the token"),
    Setting("SOGOC_HSM_PIN_FILE", "<data>/hsm.pin", "File with the token's PIN, readable by its owner only"),
    Setting(
        "SOGOC_WITNESSES",
        "",
        "Witnesses of published checkpoints and how many must cosign: lines of a C2SP tlog-policy, or a file",
    ),
    Setting(
        "SOGOC_TIMESTAMPS",
        "",
        "Time-stamp authorities (RFC 3161), a line each: name, address, PEM file of who vouches for it",
    ),
    Setting("SOGOC_PUBLISH_EVERY_S", "10", "Seconds between published checkpoints, 1 to 86400"),
    Setting(
        "SOGOC_TIMESTAMP_EVERY_S", "3600", "Seconds between two timestamps of one authority, 0 to 604800"
    ),
    Setting("SOGOC_SECOND_SIGNATURE", "none", "Second signature on published checkpoints: none or ml-dsa-44"),
    Setting(
        "SOGOC_PROVINCE_HEADER",
        "",
        "Header in which your own proxy writes the province of who scans, a two-digit code; none: not known",
    ),
    Setting("SOGOC_SCANS_IN_A_DAY", "20", "Scans of one stamp in a day that are still usual; 0: any"),
    Setting("SOGOC_SCANS_IN_TOTAL", "100", "Scans of one stamp in all that are still usual; 0: any"),
    Setting(
        "SOGOC_SCANS_FAR_KM", "500", "Kilometres between two provinces that scan one stamp soon after; 0: any"
    ),
    Setting("SOGOC_SCANS_FAR_DAYS", "1", "How soon after, in days: 0 is the same day"),
    Setting(
        "SOGOC_SCANS_BEFORE_ACTIVATION",
        "20",
        "Scans of a stamp before it is activated, or voided, that are still usual; 0: any",
    ),
    Setting(
        "SOGOC_SCANS_AFTER_RECALL", "10", "Scans of a stamp on a recalled lot that are still usual; 0: any"
    ),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad setting: its name, what was given, and a Vietnamese sentence that says how to mend it."""

    name: str
    value: str
    sentence: str


class ConfigError(Exception):
    """Settings that cannot be used; `problems` holds every one of them, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(f"{p.name}={p.value!r}: {p.sentence}" for p in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that an operator decides. Paths are absolute; `public_url` has no trailing slash."""

    data: Path
    database_url: str = field(repr=False)  # may hold a password
    host: str
    port: int
    public_url: str
    origin: str
    master_key_file: Path
    hsm_module: Path | None = None
    hsm_token: str = "sogoc"  # noqa: S105 — the label of a device
    hsm_key: str = "sogoc-log"
    hsm_pin_file: Path = Path("hsm.pin")
    witnesses: TrustPolicy = field(default_factory=TrustPolicy)
    timestamps: tuple[TimestampSetting, ...] = ()
    publish_every_s: int = 10
    timestamp_every_s: int = 3600
    second_signature: str = NO_SECOND_SIGNATURE
    province_header: str = ""
    scans_in_a_day: int = 20
    scans_in_total: int = 100
    scans_far_km: int = 500
    scans_far_days: int = 1
    scans_before_activation: int = 20
    scans_after_recall: int = 10

    @property
    def token(self) -> TokenPlace | None:
        """Where a PKCS#11 token keeps the log's keys; none without a module to reach it."""
        if self.hsm_module is None:
            return None
        return TokenPlace(self.hsm_module, self.hsm_token, self.hsm_key, self.hsm_pin_file)

    @property
    def scan_limits(self) -> ScanLimits:
        """What is still usual for one stamp."""
        return ScanLimits(
            in_a_day=self.scans_in_a_day,
            in_total=self.scans_in_total,
            far_km=self.scans_far_km,
            far_days=self.scans_far_days,
            before_activation=self.scans_before_activation,
            after_recall=self.scans_after_recall,
        )

    @property
    def is_publishing(self) -> bool:
        """Whether checkpoints are published: taken from time to time, for others to look at."""
        is_twice_signed = self.second_signature != NO_SECOND_SIGNATURE
        return bool(self.witnesses.witnesses or self.timestamps) or is_twice_signed


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Return the settings found in `environ` (the process's own if not given) and in the file it names.

    An empty value counts as not given. Raises ConfigError naming every bad value at once.
    """
    environ = os.environ if environ is None else environ
    reader = _Reader(environ, problems=[])
    reader.file = _read_file(environ.get(_FILE_SETTING, ""), reader.problems)
    data = reader.read("SOGOC_DATA", _parse_path, "var")
    host = reader.read("SOGOC_HOST", _parse_host, "127.0.0.1")
    port = reader.read("SOGOC_PORT", _parse_port, "8000")
    public_url = reader.read("SOGOC_PUBLIC_URL", _parse_public_url, f"http://{_reached_at(host)}:{port}")
    config = Config(
        data=data,
        database_url=reader.read("SOGOC_DATABASE_URL", _parse_database_url, f"sqlite:///{data}/sogoc.db"),
        host=host,
        port=port,
        public_url=public_url,
        origin=reader.read("SOGOC_ORIGIN", _parse_origin, f"{urlsplit(public_url).netloc}/log"),
        master_key_file=reader.read("SOGOC_MASTER_KEY_FILE", _parse_path, f"{data}/master.key"),
        hsm_module=reader.read("SOGOC_HSM_MODULE", lambda value: _parse_path(value) if value else None, ""),
        hsm_token=reader.read("SOGOC_HSM_TOKEN", _parse_label, "sogoc"),
        hsm_key=reader.read("SOGOC_HSM_KEY", _parse_label, "sogoc-log"),
        hsm_pin_file=reader.read("SOGOC_HSM_PIN_FILE", _parse_path, f"{data}/hsm.pin"),
        witnesses=reader.read("SOGOC_WITNESSES", parse_witnesses, ""),
        timestamps=reader.read("SOGOC_TIMESTAMPS", parse_timestamps, ""),
        publish_every_s=reader.read("SOGOC_PUBLISH_EVERY_S", _seconds(1, 86_400), "10"),
        timestamp_every_s=reader.read("SOGOC_TIMESTAMP_EVERY_S", _seconds(0, 604_800), "3600"),
        second_signature=reader.read("SOGOC_SECOND_SIGNATURE", _parse_second_signature, NO_SECOND_SIGNATURE),
        province_header=reader.read("SOGOC_PROVINCE_HEADER", _parse_header, ""),
        scans_in_a_day=reader.read("SOGOC_SCANS_IN_A_DAY", _number(_MOST_SCANS), "20"),
        scans_in_total=reader.read("SOGOC_SCANS_IN_TOTAL", _number(_MOST_SCANS), "100"),
        scans_far_km=reader.read("SOGOC_SCANS_FAR_KM", _number(3000), "500"),
        scans_far_days=reader.read("SOGOC_SCANS_FAR_DAYS", _number(30), "1"),
        scans_before_activation=reader.read("SOGOC_SCANS_BEFORE_ACTIVATION", _number(_MOST_SCANS), "20"),
        scans_after_recall=reader.read("SOGOC_SCANS_AFTER_RECALL", _number(_MOST_SCANS), "10"),
    )
    if reader.problems:
        raise ConfigError(tuple(reader.problems))
    return config


def given_settings(environ: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """The settings that were given, by their keys, as they were written: environment first, then the file."""
    environ = os.environ if environ is None else environ
    file = _read_file(environ.get(_FILE_SETTING, ""), [])
    found = {setting.key: environ.get(setting.name) or file.get(setting.name) for setting in SETTINGS}
    return {key: value for key, value in found.items() if value}


@dataclass(slots=True)
class _Reader:
    """Looks settings up and collects what is wrong; a bad value becomes its default, to go on looking."""

    environ: Mapping[str, str]
    problems: list[Problem]
    file: Mapping[str, str] = field(default_factory=dict)

    def read(self, name: str, parse: Callable[[str], _T], default: str) -> _T:
        value = self.environ.get(name) or self.file.get(name) or default
        try:
            return parse(value)
        except ValueError as error:
            shown = "…" if name == "SOGOC_DATABASE_URL" else value
            self.problems.append(Problem(name, shown, str(error)))
            return parse(default)


def _read_file(path: str, problems: list[Problem]) -> Mapping[str, str]:
    """Return the TOML file's settings by their environment names, every value as text."""
    if not path:
        return MappingProxyType({})
    try:
        found = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(_FILE_SETTING, path, f"Không đọc được tệp cấu hình này: {error}."))
        return MappingProxyType({})
    names = {setting.key: setting.name for setting in SETTINGS if setting.name != _FILE_SETTING}
    for key, value in found.items():
        if key not in names:
            problems.append(Problem(key, path, f"Tệp cấu hình chỉ nhận các mục: {', '.join(names)}."))
        elif not _is_plain(value):
            problems.append(Problem(key, str(value), "Giá trị phải là chữ trong ngoặc kép hoặc số nguyên."))
    return {names[key]: str(value) for key, value in found.items() if key in names and _is_plain(value)}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _parse_path(value: str) -> Path:
    if "\0" in value:
        raise ValueError("Đường dẫn có ký tự không hợp lệ.")
    # Absolute from the start: a later change of folder must not move the database.
    return Path(value).expanduser().absolute()


def _parse_host(value: str) -> str:
    if any(c.isspace() or c in "/@?#" for c in value):
        raise ValueError("Ghi một địa chỉ máy, ví dụ 127.0.0.1 hoặc 0.0.0.0.")
    return value.removeprefix("[").removesuffix("]")


def _reached_at(host: str) -> str:
    """Return how a URL names the address that the server listens on (RFC 3986 §3.2.2 for IPv6)."""
    host = _EVERY_ADDRESS.get(host, host)
    return f"[{host}]" if ":" in host else host


def _parse_label(value: str) -> str:
    if len(value) > 32 or not value.isprintable():  # CK_TOKEN_INFO.label (PKCS#11 v3.0 §3.2)
        raise ValueError("Nhãn dài từ 1 đến 32 ký tự, không có ký tự ẩn.")
    return value


def _parse_port(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65535):
        raise ValueError("Cổng là số từ 1 đến 65535.")
    return int(value)


def _seconds(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise ValueError(f"Số giây là số từ {least} đến {most}.")
        return int(value)

    return parse


def _number(most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) <= most):
            raise ValueError(f"Ghi một số từ 0 đến {most}.")
        return int(value)

    return parse


def _parse_header(value: str) -> str:
    if value and _HEADER.fullmatch(value) is None:
        raise ValueError("Ghi tên một tiêu đề HTTP, ví dụ X-Province.")
    return value


def _parse_second_signature(value: str) -> str:
    if value not in {NO_SECOND_SIGNATURE, ML_DSA_44}:
        raise ValueError(f"Ghi {NO_SECOND_SIGNATURE} hoặc {ML_DSA_44}.")
    return value


def _parse_public_url(value: str) -> str:
    """Refuse all but scheme, host and port: a stamp prints the URL in capitals, so no path could follow."""
    sentence = "Ghi địa chỉ dạng https://tenmien.vn, không có đường dẫn, không có mật khẩu."
    try:
        parts = urlsplit(value)
        bare = bool(parts.hostname) and parts.path in {"", "/"} and not (parts.query or parts.fragment)
        valid_port = parts.port != 0
    except ValueError as error:
        raise ValueError(sentence) from error
    if parts.scheme not in {"http", "https"} or not (bare and valid_port) or "@" in parts.netloc:
        raise ValueError(sentence)
    if any(c.isspace() or not c.isprintable() for c in value):
        raise ValueError(sentence)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _parse_database_url(value: str) -> str:
    if not value.startswith(_DATABASES):
        raise ValueError("Ghi sqlite:///đường/dẫn.db hoặc postgresql://người@máy/tên.")
    return value


def _parse_origin(value: str) -> str:
    """Check a log's name as signed notes need it: no space, no plus (C2SP signed-note)."""
    bad = any(c.isspace() or c == "+" or not c.isprintable() for c in value)
    if bad or "://" in value or value.startswith("/") or value.endswith("/") or len(value) > 200:
        raise ValueError("Tên nhật ký dạng tenmien.vn/log: không dấu cách, không dấu cộng, không https://.")
    return value
