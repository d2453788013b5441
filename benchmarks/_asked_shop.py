"""A small cooperative whose product has a GTIN, and its application asked in this process."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from flask.testing import FlaskClient

from benchmarks._cooperative import BASE, Cooperative, _found
from benchmarks._rounds import row, set_apart
from benchmarks._server import settings_for
from ledger.coop.links.adding import AddLink, add_link
from ledger.coop.links.aliases import GiveGtin, give_gtin
from ledger.trace.gs1.gtins import check_digit
from ledger.trace.identifiers import lot_code_of
from web.app import make_app
from web.config import load_config
from web.founding import found_ledger
from web.state import make_state

GTIN = "0893850597419" + check_digit("0893850597419")
PACKS, DIARY_ENTRIES = 500, 24
EMPTY = "/healthz"


@dataclass(frozen=True, slots=True)
class AskedShop:
    """A browser at the application, and the lot that it asks about: by our name and by GS1's."""

    client: FlaskClient
    coop: Cooperative
    lot: str
    lot_path: str
    gs1_path: str


@contextmanager
def asked_shop() -> Iterator[AskedShop]:
    """The shop with one sealed lot and a shop link, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name:
        config = load_config(settings_for(Path(name), BASE))
        ledger = found_ledger(config)
        try:
            coop: Cooperative = ledger.write(_found, ledger)
            coop.record_many(0, DIARY_ENTRIES)
            lot = coop.sealed_lot(PACKS)
            coop.run(give_gtin, GiveGtin("NHO", GTIN))
            link = AddLink(
                product="NHO", link_type="hasRetailers", target="https://cho.example/nho", title="Mua"
            )
            coop.run(add_link, link)
            client = make_app(make_state(config, ledger)).test_client()
            code = lot_code_of(lot)
            yield AskedShop(client, coop, lot, lot.removeprefix(BASE), f"/01/{GTIN}/10/{code}")
        finally:
            ledger.database.close()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked under ``name`` and answered with ``status``; ``aim_ms`` where there is an aim."""

    name: str
    path: str
    status: int = 200
    headers: Mapping[str, str] | None = None
    aim_ms: float | None = None


def ask(client: FlaskClient, question: Question) -> bytes:
    """One answer. Raises ``AssertionError`` for another status than the one expected."""
    answer = client.get(question.path, headers=question.headers)
    if answer.status_code != question.status:
        raise AssertionError(f"{question.path} answered {answer.status_code}")
    return answer.get_data()


def measure(
    group: str, client: FlaskClient, questions: list[Question], rounds: int
) -> Iterator[dict[str, Any]]:
    """Milliseconds of the processor for an answer, median of ``rounds`` in turn; beside the empty page."""
    everything = [Question("", EMPTY), *questions]
    took: list[list[float]] = [[] for _ in everything]
    with set_apart():
        for _ in range(rounds + 1):  # the first one warms
            for question, taken in zip(everything, took, strict=True):
                begin = time.process_time()
                ask(client, question)
                taken.append(1_000 * (time.process_time() - begin))
    empty, *medians = (median(taken[1:]) for taken in took)
    for question, ms in zip(questions, medians, strict=True):
        aim = question.aim_ms
        yield row(
            group, question.name, ms, "ms", against=("the empty page", empty),
            aim="" if aim is None else f"≤ {aim:g} ms", met=None if aim is None else ms <= aim,
        )  # fmt: skip
