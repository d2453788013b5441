"""From the day a person names to the moment an event carries. Pure.

People say a day; an event needs a moment. Today means now; an earlier day means noon of that day. Work done
to a lot is never placed before the lot existed, so that the order of the events is the order of the work.
"""

from datetime import UTC, date, datetime, time

from ledger.coop.errors import DoneDateError
from ledger.trace.units import VIETNAM, format_date, local_day

_EARLIEST = date(1990, 1, 1)
_NOON = time(12, tzinfo=VIETNAM)


def event_time(done_on: date, now: datetime, *, not_before: datetime | None = None) -> datetime:
    """The moment of work done on ``done_on``: now if that is today, else noon of that day, Vietnamese time.

    ``not_before`` is when the newest thing worked upon came to be; a moment earlier on the same day moves
    up to it. Raises ``DoneDateError`` for a day in the future, before 1990, or before that of ``not_before``.
    """
    today = local_day(now)
    if done_on > today:
        raise DoneDateError(
            f"{done_on} is after {today}",
            sentence=f"Ngày làm {format_date(done_on)} chưa tới. "
            f"Hãy chọn từ {format_date(today)} trở về trước.",
        )
    if done_on < _EARLIEST:
        raise DoneDateError(f"{done_on} is before 1990", sentence="Ngày làm quá xa. Hãy gõ lại năm.")
    moment = now if done_on == today else datetime.combine(done_on, _NOON)
    if not_before is not None and moment < not_before:
        if done_on < local_day(not_before):
            said, born = format_date(done_on), format_date(local_day(not_before))
            raise DoneDateError(
                f"{done_on} is before what was worked upon existed",
                sentence=f"Ngày làm {said} sớm hơn ngày có lô ({born}). Hãy chọn từ {born} trở đi.",
            )
        moment = not_before
    return moment.astimezone(UTC)
