"""What the demo leaves to look at: ``demo.json``, a bundle for each sealed lot, the printed labels.

``demo.json`` is written last and whole: where it stands, the demo is complete.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.identifiers import lot_code_of
from signing.errors import StampCodeError
from signing.stamp_codes import StampCodec
from web.config import Config
from web.demo.marker import write_whole
from web.demo.stage import Login, Outcome, PackedLot, PrintedCartons, PrintedSheet, Telling, Thing, WaysIn
from web.paper.printing import stamp_url

DEMO_FILE = "demo.json"
STATES = ("valid", "seen_often", "not_activated", "voided", "expired", "recalled", "unknown")
"""The states of which the demo has a passport, in the order in which one looks at them."""
_HOME = "/hop-tac-xa/"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Demo:
    """A complete demo: what ``demo.json`` says (design: one object, a key per kind of thing)."""

    said: dict[str, Any]
    is_new: bool


def find_demo(config: Config, vkey: str | None) -> Demo | None:
    """The complete demo of the log with the key ``vkey``, or ``None``."""
    try:
        said = json.loads((config.data / DEMO_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_ours = isinstance(said, dict) and vkey is not None and said.get("vkey") == vkey
    return Demo(said, is_new=False) if is_ours else None


def write_demo(telling: Telling, progress: Callable[[float], None]) -> Demo:
    """Write the bundles, then ``demo.json``: its paths are relative to the data folder."""
    outcome, codec, config = telling.outcome, telling.codec(), telling.config
    shown_first = _lot_of(outcome, outcome.stamps["valid"])
    lots = []
    for packed in sorted(outcome.lots, key=lambda packed: packed.lot != shown_first):
        lots.append(_prove(telling, packed))
        progress(len(lots) / len(outcome.lots))
    base = config.public_url
    said = {
        "base_url": base,
        "log_url": f"{base}/log",
        "verifier_url": f"{base}/kiem-tra.html",
        "vkey": telling.ledger.vkey.format(),
        "today": telling.today.isoformat(),
        "passports": _passports(base, codec, outcome.stamps),
        "lots": lots,
        "label_pdfs": [
            _printed(codec, sheet)
            for sheet in sorted(outcome.sheets, key=lambda sheet: sheet.job.lot != shown_first)
        ],
        "label_zpls": [_printed(codec, sheet) for sheet in outcome.zpls],
        "cartons": [_cartons(base, printed) for printed in outcome.cartons],
        "logins": [_login(base, login) for login in outcome.logins],
        "doors": [
            door
            for login in outcome.logins
            for door in _doors(base, login, outcome.doors.get(login.user, WaysIn()))
        ],
        **{kind: [_thing(base, thing) for thing in things] for kind, things in outcome.things.items()},
    }
    write_whole(config.data / DEMO_FILE, _format(said))
    return Demo(said, is_new=True)


def _lot_of(outcome: Outcome, number: int) -> str | None:
    """The lot for which the stamp ``number`` was printed."""
    return next(sheet.job.lot for sheet in outcome.sheets if sheet.job.first <= number <= sheet.job.last)


def _format(said: dict[str, Any]) -> str:
    """The object as JSON, a line for each member and for each item of a list."""
    members = []
    for key, value in said.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value:
            text = "[\n  " + ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n ]"
        members.append(f" {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def _passports(base: str, codec: StampCodec, stamps: dict[str, int]) -> dict[str, str]:
    codes = {state: codec.format(number) for state, number in stamps.items()}
    codes["unknown"] = _forged(codec, codes["valid"])
    return {state: f"{base}/s/{codes[state]}" for state in STATES}


def _forged(codec: StampCodec, code: str) -> str:
    """A code that looks like ours and is not: its tag answers for another number."""
    for letter in _CROCKFORD:
        forged = code[:-1] + letter
        try:
            codec.parse(forged)
        except StampCodeError:
            return forged
    raise AssertionError("no tag of 32 bits answers for 32 numbers")


def _prove(telling: Telling, packed: PackedLot) -> dict[str, Any]:
    bundle = telling.ledger.read(lot_bundle, packed.lot)
    path = Path("bundles") / f"{packed.product}.{lot_code_of(packed.lot)}.json"
    text = json.dumps(bundle, ensure_ascii=False, separators=(",", ":"))
    write_whole(telling.config.data / path, text + "\n")
    return {
        "id": packed.lot,
        "product": packed.name,
        "url": telling.config.public_url + urlsplit(packed.lot).path,
        "bundle": path.as_posix(),
        "entries": [entry["index"] for entry in bundle["entries"]],
    }


def _printed(codec: StampCodec, sheet: PrintedSheet) -> dict[str, Any]:
    """A job of stamps; ``urls`` are what the symbols of its first and last one hold (stamp-url.md)."""
    job = sheet.job
    codes = [codec.format(job.first), codec.format(job.last)]
    return {
        "path": sheet.path.as_posix(),
        "layout": "roll" if job.spec.paper.startswith("roll_") else "a4",
        "dpi": job.spec.dpi,
        "stamps": job.count,
        "codes": codes,
        "urls": [stamp_url(job.url_base, code, job.seal_short) for code in codes],
        "design": job.spec.design,
    }


def _cartons(base: str, printed: PrintedCartons) -> dict[str, Any]:
    """A job of carton labels; ``url`` is what the first one's symbol leads to."""
    job = printed.job
    return {
        "path": printed.path.as_posix(),
        "lot": job.lot,
        "cartons": job.count,
        "packs_each": job.packs_each,
        "codes": [job.code(0), job.code(job.count - 1)],
        "url": f"{base}/{'00' if job.is_sscc else 'c'}/{job.code(0)}",
    }


def _login(base: str, login: Login) -> dict[str, str]:
    return {
        "organisation": login.organisation,
        "role": login.role,
        "user": login.user,
        "secret": login.secret,
        "url": f"{base}{_HOME}",
    }


def _doors(base: str, login: Login, ways: WaysIn) -> Iterator[dict[str, str]]:
    """Other ways into the account: a telephone number with its PIN, and what a card's symbol says."""
    if ways.phone is not None and ways.pin is not None:
        url = f"{base}{_HOME}dang-nhap"
        yield {"user": login.user, "way": "phone", "phone": ways.phone, "pin": ways.pin, "url": url}
    if ways.card is not None:
        yield {"user": login.user, "way": "card", "url": f"{base}{_HOME}dang-nhap/the#{ways.card}"}


def _thing(base: str, thing: Thing) -> dict[str, str]:
    return {"organisation": thing.organisation, "name": thing.name, "url": f"{base}{_HOME}{thing.path}"}
