"""Errors of reports about pages."""

from ledger.coop.errors import CoopError


class ReportsFullError(CoopError):
    """So many reports wait for an answer that one more would help nobody. ``waiting`` is how many."""

    default_sentence = (
        "Hợp tác xã đang có nhiều phản ánh chưa xem hết nên chưa nhận thêm qua trang này. "
        "Hãy gọi số điện thoại trên trang."
    )

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} reports wait")
        self.waiting = waiting
