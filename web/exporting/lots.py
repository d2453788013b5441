"""One lot as files: its page with the photos on it, its bundle, and where its Digital Link leads."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from flask import json, render_template

from ledger.coop.links.things import names_in_books
from ledger.log.errors import LogError
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.derived.rows import LotRow
from ledger.trace.errors import BundleError, MalformedIdentifierError, NoCredentialError
from ledger.trace.identifiers import lot_code_of, parse_identifier, path_of
from ledger.trace.issuing import lot_credential, lot_vc_jwt
from ledger.trace.passports.passport import Passport
from ledger.trace.queries import find_lot, other_names
from ledger.trace.tables import LotKind
from web.errors import UnknownPageError
from web.exporting.folder import Folder
from web.exporting.links import link_between, linked_files, page_path, relocate
from web.public.pages import show_lot
from web.public.photos import photo_data
from web.public.reading import answer_lot
from web.state import State

PHOTO = "photo/"
_KINDS = {
    LotKind.SEASON.value: "Vụ, lứa",
    LotKind.RAW.value: "Thu hoạch",
    LotKind.PROCESSED.value: "Chế biến",
    LotKind.PACK.value: "Thành phẩm",
}
"""Lots that an entry of this log makes; the others have no story here to tell."""


@dataclass(frozen=True, slots=True)
class ListedLot:
    """A lot in its organisation's list; ``page`` is its file."""

    page: str
    name: str
    code: str
    kind: str
    on: date | None
    verdict: str


@dataclass(slots=True)
class Tally:
    """What was exported, and what could not be: photos not in the store, lots without proof or address."""

    organisations: int = 0
    lots: int = 0
    bundles: int = 0
    missing_photos: list[str] = field(default_factory=list)
    without_proof: list[str] = field(default_factory=list)
    without_address: list[str] = field(default_factory=list)


class LotExport:
    """Writes lots into ``folder``, counting in ``tally``. Needs Flask's application context."""

    def __init__(self, state: State, folder: Folder, tally: Tally) -> None:
        self._state = state
        self._folder = folder
        self._tally = tally

    def export(self, row: LotRow) -> ListedLot | None:
        """The page of a lot with its photos and its bundle; ``None`` for one that is not listed."""
        if row.kind not in _KINDS:
            return None
        page = _page_of(row.lot)
        if page is None:
            self._tally.without_address.append(row.lot)
            return None
        answer = self._state.ledger.read(answer_lot, row.lot, self._state.today)
        shown = show_lot(self._state, row.lot, answer, self._state.today)
        html = render_template("public/passport.html", page=shown, is_copy=True)
        self._export_photos(html)
        if shown.bundle_path is not None:
            self._export_bundle(row.lot, str(PurePosixPath(page).parent / "bundle"))
            self._export_credentials(row, PurePosixPath(page).parent)
        self._folder.write(page, relocate(html, page).encode())
        self._tally.lots += 1
        listed = _listed(row, page, answer.passport, shown.verdict.title_vi)
        self._export_other_names(row, page, listed.name)
        return listed

    def _export_bundle(self, lot: str, path: str) -> None:
        try:
            bundle = self._state.ledger.read(lot_bundle, lot, self._state.config.witnesses)
        except LogError:
            self._tally.without_proof.append(lot)
            return
        self._tally.bundles += 1
        kept = self._folder.read(path)
        if kept is not None and _says_the_same(kept, bundle):
            # It verifies for ever under the checkpoint it has; a newer one would only make it another file.
            self._folder.kept += 1
            return
        self._folder.write(path, json.dumps(bundle).encode())

    def _export_credentials(self, row: LotRow, folder: PurePosixPath) -> None:
        """Both forms of a sealed lot's credential; the lists that they name are its organisation's."""
        if row.sealed_index is None:
            return
        ledger = self._state.ledger
        with suppress(NoCredentialError, BundleError, LogError):
            self._folder.write(str(folder / "credential"), ledger.read(lot_credential, row.lot))
            token = ledger.read(lot_vc_jwt, ledger.vault, row.lot)
            self._folder.write(str(folder / "credential.jwt"), token.encode())

    def _export_photos(self, html: str) -> None:
        for path in dict.fromkeys(linked_files(html)):
            if not path.startswith(PHOTO):
                continue
            if self._folder.size_bytes(path):
                continue  # its name is its content's digest
            try:
                data = photo_data(self._state.photos, path.removeprefix(PHOTO))
            except UnknownPageError:
                self._tally.missing_photos.append(path)
            else:
                self._folder.write(path, data)

    def _export_other_names(self, row: LotRow, page: str, name: str) -> None:
        """A lot answers to its product's GTIN as well, and to names given later: they lead to its page."""
        ledger = self._state.ledger
        # The lot of a name that the log says may be another one, made under it.
        names = ledger.read(other_names, row.lot)
        said = [uri for uri in names if ledger.read(find_lot, uri).lot == row.lot]
        for uri in (*said, *ledger.read(names_in_books, ledger.id_base, row)):
            other = _page_of(uri)
            if other is None:
                continue
            canonical = f"{self._state.config.public_url}{path_of(parse_identifier(row.lot))}"
            target = link_between(other, page)
            html = render_template("export/moved.html", name=name, target=target, canonical=canonical)
            self._folder.write(other, html.encode())


def _page_of(lot: str) -> str | None:
    try:
        return page_path(path_of(parse_identifier(lot)))
    except MalformedIdentifierError:
        return None


def _listed(row: LotRow, page: str, passport: Passport | None, verdict: str) -> ListedLot:
    code, kind = lot_code_of(row.lot), _KINDS[row.kind]
    if passport is None:
        return ListedLot(page, row.lot, code, kind, None, verdict)
    day = passport.packed_on or passport.harvested_on
    return ListedLot(page, passport.product.name, code, kind, day, verdict)


def _says_the_same(kept: bytes, bundle: dict[str, Any]) -> bool:
    """Whether a bundle that was exported before holds the same entries, under no fewer signatures."""
    try:
        old = json.loads(kept)
        is_same = _story_of(old) == _story_of(bundle)
        return is_same and _count_signatures(old) >= _count_signatures(bundle)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _story_of(bundle: dict[str, Any]) -> dict[str, Any]:
    """All of a bundle but its checkpoint and what leads there."""
    told = {name: value for name, value in bundle.items() if name not in {"checkpoint", "hashes"}}
    return told | {"entries": [(entry["index"], entry["entry"]) for entry in bundle["entries"]]}


def _count_signatures(bundle: dict[str, Any]) -> int:
    count: int = bundle["checkpoint"].count("\n— ")
    return count
