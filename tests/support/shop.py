"""The public pages in front of a market, with clocks that only move when a test moves them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from ledger.database import Database
from tests.support.compiled import lent_app
from tests.support.copies import DATABASE, copied
from tests.support.market import Market, build_market
from tests.support.world import cheap_secrets, new_world, reopened
from web.config import Config
from web.state import PHOTOS, make_state


class Ticks:
    """The seconds that caches and limits count."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Shop:
    """``client`` asks like a browser; ``ticks`` is the clock of caches and limits."""

    app: Flask
    market: Market
    database: Database
    config: Config
    ticks: Ticks

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def second(self) -> None:
        """Let the second pass in which a change may stay unseen."""
        self.ticks.now += 1

    def stamp(self, state: str) -> str:
        """The path of the stamp in a state."""
        return f"/s/{self.market.codes[state]}"


def open_shop(template: Path, folder: Path, *, public_url: str = "http://127.0.0.1:8000") -> Iterator[Shop]:
    """A shop over a new market whose files are in ``folder``; closed at the end."""
    with cheap_secrets():
        database, built = copied(template, "market", _build, folder)
    config = Config(
        data=folder,
        database_url=f"sqlite:///{folder / DATABASE}",
        host="127.0.0.1",
        port=8000,
        public_url=public_url,
        origin="so.example.vn/goc",
        master_key_file=folder / "master.key",
    )
    market = replace(built, world=reopened(built.world, database))
    ticks = Ticks()
    state = make_state(config, market.world.ledger, clock=market.clock, ticks=ticks)
    try:
        with lent_app(state) as app:
            yield Shop(app, market, database, config, ticks)
    finally:
        database.close()


def _build(database: Database, folder: Path) -> Market:
    return build_market(new_world(database), folder / PHOTOS)
