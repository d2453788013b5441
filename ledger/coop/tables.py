"""The working books: what a cooperative needs beside the log. Private, and never a proof of anything.

What must be provable is in the log and in ``ledger.trace``; a row here may be lost without a proof breaking.
Every row names its organisation, and every query of this room filters by it. Names and telephone numbers of
people and partners are stored only encrypted (``*_sealed``).
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base
from ledger.trace.tables import Thousandths

ORGANISATION_CODE = String(10)


class OrganisationRow(Base):
    """An organisation of this system: cooperative, distributor or alliance."""

    __tablename__ = "coop_organisation"

    code: Mapped[str] = mapped_column(ORGANISATION_CODE, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200), unique=True)
    registered_index: Mapped[int]
    created_at: Mapped[datetime]


class MemberRow(Base):
    """A person of an organisation. The row outlives erasure; its sealed columns do not."""

    __tablename__ = "coop_member"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    code: Mapped[str] = mapped_column(String(20))
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]

    __table_args__ = (Index("ux_coop_member_code", "organisation", "code", unique=True),)


class AccountRow(Base):
    """A login. ``secret_hash`` is an argon2id string; ``roles`` are comma-separated, in order."""

    __tablename__ = "coop_account"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[str] = mapped_column(String(120))
    member_id: Mapped[str | None] = mapped_column(ForeignKey("coop_member.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class LoginAttemptRow(Base):
    """Failures of one login in the current window. ``login_digest``: SHA-256 of the login as typed."""

    __tablename__ = "coop_login_attempt"

    login_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    since: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int]


class SessionRow(Base):
    """A signed-in browser. Only the SHA-256 of its token is kept.

    ``device`` is coarse ("Chrome, Android"), ``way`` says by what it was opened; ``stays``: on somebody's own
    telephone, so it does not go idle.
    """

    __tablename__ = "coop_session"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("coop_account.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(40), default="")
    way: Mapped[str] = mapped_column(String(10), default="password")
    stays: Mapped[bool] = mapped_column(default=False)


class PlaceRow(Base):
    """A plot, pond, barn, workshop or store."""

    __tablename__ = "coop_place"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    uri: Mapped[str] = mapped_column(String(300), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    area_m2: Mapped[Decimal | None] = mapped_column(Thousandths)


class ProductRow(Base):
    """A product: which template it follows and how it is packed and labelled."""

    __tablename__ = "coop_product"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    uri: Mapped[str] = mapped_column(String(300), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    template: Mapped[str] = mapped_column(String(40))
    gtin: Mapped[str | None] = mapped_column(String(14), unique=True)
    shelf_life_days: Mapped[int | None]
    net_options_g: Mapped[str] = mapped_column(String(200))


class LotCounterRow(Base):
    """How many lot codes were given out for a product and day: the next is one more."""

    __tablename__ = "coop_lot_counter"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    product: Mapped[str] = mapped_column(String(20), primary_key=True)
    series: Mapped[str] = mapped_column(String(8), primary_key=True)
    given: Mapped[int]


class CertificateRow(Base):
    """A certificate that the organisation filed."""

    __tablename__ = "coop_certificate"

    uri: Mapped[str] = mapped_column(String(300), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    scheme: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(80))
    valid_to: Mapped[date] = mapped_column(Date)


class PartnerRow(Base):
    """Whom the organisation buys from or delivers to. ``partner_organisation``: its code in this system."""

    __tablename__ = "coop_partner"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(
        ForeignKey("coop_organisation.code", name="fk_coop_partner_organisation"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    province: Mapped[str | None] = mapped_column(String(60))
    partner_organisation: Mapped[str | None] = mapped_column(ForeignKey("coop_organisation.code"))


class SeasonRow(Base):
    """A season, pond or herd that is or was open."""

    __tablename__ = "coop_season"

    lot: Mapped[str] = mapped_column(String(300), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    code: Mapped[str] = mapped_column(String(20))
    product: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(20))
    started_on: Mapped[date] = mapped_column(Date)
    expected_from: Mapped[date | None] = mapped_column(Date)
    expected_to: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        Index("ux_coop_season_code", "organisation", "product", "code", unique=True),
        Index("ix_coop_season_open", "organisation", "closed_on", "expected_from"),
    )


PRODUCT_OF_SEASON = (ProductRow.organisation == SeasonRow.organisation) & (
    ProductRow.code == SeasonRow.product
)
PLACE_OF_SEASON = (SeasonRow.organisation == PlaceRow.organisation) & (SeasonRow.place == PlaceRow.code)
"""What a season is joined on with its product and its place."""


class WorkRow(Base):
    """Who recorded an entry, and for whom: what the log holds only sealed."""

    __tablename__ = "coop_work"

    index: Mapped[int] = mapped_column("entry_index", primary_key=True, autoincrement=False)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    account_id: Mapped[str] = mapped_column(String(36))
    member_id: Mapped[str | None] = mapped_column(String(36))
    lot: Mapped[str] = mapped_column(String(300))
    step: Mapped[str] = mapped_column(String(40))
    done_on: Mapped[date] = mapped_column(Date)

    __table_args__ = (
        Index("ix_coop_work_recent", "organisation", "entry_index"),
        Index("ix_coop_work_account", "organisation", "account_id", "entry_index"),
        Index("ix_coop_work_member", "organisation", "member_id", "entry_index"),
        Index("ix_coop_work_lot", "organisation", "lot", "entry_index"),
        Index("ix_coop_work_done", "organisation", "lot", "done_on"),
        Index("ix_coop_work_step", "organisation", "step", "done_on"),
    )


class ReplayRow(Base):
    """The first result of a command that carried an idempotency key."""

    __tablename__ = "coop_replay"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    key: Mapped[str] = mapped_column("idempotency_key", String(100), primary_key=True)
    command_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    result: Mapped[str] = mapped_column(Text)


class StampCounterRow(Base):
    """The one row that hands out stamp numbers, for every organisation: numbers are never given twice."""

    __tablename__ = "coop_stamp_counter"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_number: Mapped[int]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class PrintJobRow(Base):
    """One order to print ``count`` stamps from number ``first`` on, with all that its bytes are made of.

    ``spec`` and ``facts`` are the texts of a ``PrintSpec`` and of ``LabelFacts``. Jobs from before these
    were kept have no ``facts`` and no ``url_base``. ``holder`` is the account that has the roll in hand.
    ``seal_short`` stands before each code in its symbol: what names the seal that the lot had by then.
    """

    __tablename__ = "coop_print_job"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    lot: Mapped[str | None] = mapped_column(String(300), index=True)
    first: Mapped[int] = mapped_column("first_number")
    count: Mapped[int] = mapped_column("stamp_count")
    created_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]
    spec: Mapped[str] = mapped_column(Text)
    facts: Mapped[str | None] = mapped_column(Text)
    url_base: Mapped[str | None] = mapped_column(String(200))
    quota: Mapped[str | None] = mapped_column(String(36), index=True)
    holder: Mapped[str | None] = mapped_column(String(36))
    seal_short: Mapped[str | None] = mapped_column(String(6))


class ReprintRow(Base):
    """Stamps of a job that were printed again: the ``number``-th time, which, by whom, why."""

    __tablename__ = "coop_reprint"

    job_id: Mapped[str] = mapped_column(ForeignKey("coop_print_job.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column("first_number")
    last: Mapped[int] = mapped_column("last_number")
    reason: Mapped[str] = mapped_column(String(300))
    account_id: Mapped[str] = mapped_column(String(36))
    reprinted_at: Mapped[datetime]


class HandOutRow(Base):
    """The file of stamps of a job was handed out: the ``number``-th time, which, to whom. Never changed."""

    __tablename__ = "coop_hand_out"

    job_id: Mapped[str] = mapped_column(ForeignKey("coop_print_job.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column("first_number")
    last: Mapped[int] = mapped_column("last_number")
    account_id: Mapped[str] = mapped_column(String(36))
    handed_at: Mapped[datetime]


class StampQuotaRow(Base):
    """Stamps that a sponsor pays for, until the end of a day. What is used of them the jobs say."""

    __tablename__ = "coop_stamp_quota"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    sponsor: Mapped[str] = mapped_column(String(120))
    granted: Mapped[int]
    valid_to: Mapped[date] = mapped_column(Date)
    given_at: Mapped[datetime]


class StampRangeRow(Base):
    """Stamps ``[first, last]`` in one state. Ranges never overlap; a state change inside one splits it.

    ``was_printed`` stays true whatever became of the stamps: without it a voided stamp would not say whether
    it ever was on paper, and the book of stamps could not be balanced.
    """

    __tablename__ = "coop_stamp_range"

    first: Mapped[int] = mapped_column("first_number", primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column("last_number")
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("coop_print_job.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    was_printed: Mapped[bool]
    lot: Mapped[str | None] = mapped_column(String(300), index=True)
    on: Mapped[date | None] = mapped_column("state_on", Date)

    __table_args__ = (
        CheckConstraint("first_number <= last_number", name="not_empty"),
        # Printed comes between reserved and everything else; only what is void may never have been on paper.
        CheckConstraint(
            "(state = 'reserved' AND NOT was_printed) OR (state <> 'reserved' AND was_printed)"
            " OR state = 'voided'",
            name="printed_first",
        ),
    )


class ShipmentRow(Base):
    """A delivery between two parties; the receiving organisation's row as much as the sender's."""

    __tablename__ = "coop_shipment"

    id: Mapped[str] = mapped_column(String(300), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    from_organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    to_organisation: Mapped[str | None] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    to_partner: Mapped[str | None] = mapped_column(ForeignKey("coop_partner.id"))
    lot: Mapped[str] = mapped_column(String(300), index=True)
    quantity: Mapped[Decimal] = mapped_column(Thousandths)
    uom: Mapped[str | None] = mapped_column(String(4))
    state: Mapped[str] = mapped_column(String(10))
    sent_on: Mapped[date] = mapped_column(Date)
    sent_index: Mapped[int]
    counted: Mapped[Decimal | None] = mapped_column(Thousandths)
    condition: Mapped[str | None] = mapped_column(String(10))
    received_index: Mapped[int | None]


class GivenDisclosureRow(Base):
    """That a sealed value was shown to somebody outside; who it was is encrypted."""

    __tablename__ = "coop_given_disclosure"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    index: Mapped[int] = mapped_column("entry_index")
    pointer: Mapped[str] = mapped_column(String(300))
    recipient_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[str] = mapped_column(String(36))
    given_at: Mapped[datetime]
