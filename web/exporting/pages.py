"""Keys, lists and shared pages as files: what is around the lots in a copy."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import json, render_template
from sqlalchemy.orm import Session

from ledger.log.queries import read_chain_ids
from ledger.trace.credentials.lot_credential import CONTEXT_PATH, LOT_CONTEXT
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import OrganisationRegistered
from ledger.trace.identifiers import is_organisation_code
from ledger.trace.issuing import organisation_did_document
from ledger.trace.queries import lots_after
from web import stylesheets
from web.exporting.folder import Folder
from web.exporting.links import INDEX, relocate
from web.exporting.lots import LotExport, Tally
from web.exporting.status_lists import export_status_lists
from web.public.lookup_pages import render_verify_page
from web.public.verifier_file import NAME as VERIFIER
from web.public.verifier_file import render_verifier_file
from web.state import State
from web.templating import STATIC

LISTED = 500
"""Lots on one page of a list: a phone opens it at once, and no more than one is held in memory."""
_NOT_PUBLIC = "console"


@dataclass(frozen=True, slots=True)
class ListedOrganisation:
    """An organisation in the list: its code, what it is called, where it is, and how many lots it has."""

    code: str
    name: str
    region: str
    lots: int


class PageExport:
    """Writes the pages of one ledger. Needs Flask's application context, for its templates."""

    def __init__(self, state: State, folder: Folder) -> None:
        self.tally = Tally()
        self._state = state
        self._folder = folder
        self._lots = LotExport(state, folder, self.tally)

    def export_shared(self) -> None:
        """What every page needs, and the pages that are the same for all."""
        for file in sorted(STATIC.rglob("*")):
            name = file.relative_to(STATIC)
            if file.is_file() and not any(part.startswith(_NOT_PUBLIC) for part in name.parts):
                self._folder.write(f"static/{name.as_posix()}", file.read_bytes())
        self._folder.write(f"static/{stylesheets.NAME}", stylesheets.public_sheet())
        self._write_page(f"verify/{INDEX}", render_verify_page(is_copy=True))
        self._folder.write(VERIFIER, render_verifier_file(self._state).encode())
        self._folder.write(CONTEXT_PATH.removeprefix("/"), LOT_CONTEXT)
        # A web server shows it for any address that is not there, so its own links start at the root.
        self._folder.write("404.html", render_template("export/missing.html").encode())

    def export_organisations(self) -> Iterator[ListedOrganisation]:
        """The keys and lots of every organisation, chain by chain; the log's own chain is in the log."""
        for code in filter(is_organisation_code, self._state.ledger.read(read_chain_ids)):
            name, region = self._state.ledger.read(_name_organisation, code)
            self._export_keys(code)
            export_status_lists(self._state, self._folder, code)
            lots = self._export_lots(code, name, region)
            self.tally.organisations += 1
            yield ListedOrganisation(code, name, region, lots)

    def export_front(self, organisations: list[ListedOrganisation], size: int) -> None:
        """The first page: whose copy it is, of which day, and where to look."""
        page = render_template(
            "export/index.html",
            canonical=f"{self._state.config.public_url}/",
            made_on=self._state.today,
            size=size,
            organisations=sorted(organisations, key=lambda one: (not one.lots, one.name)),
            vkey=self._state.ledger.vkey.format(),
        )
        self._write_page(INDEX, page)

    def _export_keys(self, code: str) -> None:
        document = self._state.ledger.read(organisation_did_document, code)
        self._folder.write(f"{code}/did.json", json.dumps(document).encode())

    def _export_lots(self, code: str, name: str, region: str) -> int:
        """The pages of an organisation's lots, and its lists of them; how many lots there are."""
        count, number, last = 0, 1, None
        while True:
            rows = self._state.ledger.read(lots_after, code, last, LISTED)
            listed = [lot for row in rows if (lot := self._lots.export(row)) is not None]
            count, last, is_last = count + len(listed), rows[-1] if rows else last, len(rows) < LISTED
            page = render_template(
                "export/organisation.html",
                code=code,
                name=name,
                region=region,
                number=number,
                lots=listed,
                older=None if is_last else _list_page(code, number + 1),
            )
            self._write_page(_list_page(code, number), page)
            if is_last:
                return count
            number += 1

    def _write_page(self, page: str, html: str) -> None:
        self._folder.write(page, relocate(html, page).encode())


def _name_organisation(session: Session, code: str) -> tuple[str, str]:
    """What an organisation calls itself, and its commune and province."""
    filed = find_statement(session, OrganisationRegistered, code)
    if filed is None:
        return code, ""
    return filed.statement.name, f"{filed.statement.commune}, {filed.statement.province}"


def _list_page(code: str, number: int) -> str:
    return f"{code}/{INDEX if number == 1 else f'trang-{number}.html'}"
