"""Everything out again: what is in the export, and the archive itself, sent while it is made."""

from collections.abc import Iterator
from pathlib import Path

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.takeout.archive import stream_everything
from web.console.blueprint import console
from web.console.session import actor, check_role
from web.state import State, current


@console.get("/xuat")
def export_page() -> ResponseReturnValue:
    """What one gets."""
    check_role(MANAGEMENT)
    return render_template("console/books/export.html", back=url_for("console.home"))


@console.get("/xuat/toan-bo-so.zip")
def export_everything() -> ResponseReturnValue:
    """The archive."""
    check_role(MANAGEMENT)
    state = current()
    name = f"so-goc-{state.today:%Y-%m-%d}.zip"
    return Response(
        _stream(state, actor(), state.photos),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _stream(state: State, who: Actor, photos: Path) -> Iterator[bytes]:
    """One snapshot of the database for the whole archive."""
    with state.ledger.database.reading() as session:
        yield from stream_everything(session, state.ledger.vault, who, photos, state.clock())
