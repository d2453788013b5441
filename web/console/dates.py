"""Days on the console: as people type them, with the lunar date beside them."""

from dataclasses import replace
from datetime import date, timedelta

from flask.blueprints import BlueprintSetupState

from ledger.coop.field.lunar import format_lunar, lunar_date, month_starts
from ledger.trace.errors import MalformedNumberError
from ledger.trace.units import format_date, read_date, read_day
from web.console.blueprint import console
from web.forms.typed import Typed
from web.languages import translate
from web.state import current

_BACK, _AHEAD = timedelta(days=400), timedelta(days=400)


@console.record_once
def know_days(setup: BlueprintSetupState) -> None:
    """Teach templates how a day is typed, and what the moon says of it."""
    setup.app.jinja_env.filters.update(
        typed_date=typed_date, lunar_of=lunar_of, lunar=lambda day: translate(format_lunar(lunar_date(day)))
    )
    setup.app.jinja_env.globals["lunar_months"] = lunar_months


def typed_date(text: str) -> str:
    """A day as one types it, ``05/11/2026``; what is no day stays as it was typed."""
    try:
        return format_date(read_date(text)) if text else ""
    except MalformedNumberError:
        return text


def lunar_of(text: str) -> str:
    """The lunar date of a typed day; nothing for what is no day."""
    try:
        return translate(format_lunar(lunar_date(read_date(text)))) if text else ""
    except MalformedNumberError:
        return ""


def lunar_months() -> str:
    """The lunar months of about two years around today for the page's script: ``2026-11-09:10 …``.

    A leap month's number has an ``n`` behind it.
    """
    today = current().today
    return " ".join(
        f"{start.isoformat()}:{month}{'n' if is_leap else ''}"
        for start, month, is_leap in month_starts(today - _BACK, today + _AHEAD)
    )


def dated(typed: Typed, *names: str) -> Typed:
    """``typed`` with the days under ``names`` in full, where they were said as of today: ``hôm qua``.

    What is no day stays for the form to refuse.
    """
    values = dict(typed.values)
    for name in names:
        text = typed.one(name)
        if text:
            values[name] = (_full(text, current().today),)
    return replace(typed, values=values)


def _full(text: str, today: date) -> str:
    try:
        return read_day(text, today).isoformat()
    except MalformedNumberError:
        return text
