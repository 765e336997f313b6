"""Daily figures (wide), what is odd about them (narrow), months (rolled up), posts, runs, staged files, breaks."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.database import Base, Day, Id, TenantRow, link, tenant_args, word
from app.foundation.figures import Reason
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.layouts import DateOrder, NumberStyle
from app.metrics.rules.runs import RunKind, RunState


class DailyFigure(Base):
    """Current values of one account on one day, and the run that wrote them; None has its reason in `Observation`."""

    __tablename__ = "daily_figure"
    __table_args__ = (
        link("account_id", "account"),
        link("run_id", "run"),
        {"sqlite_with_rowid": False},
    )

    consortium_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id)
    source: Mapped[Source] = mapped_column(
        sa.Enum(
            Source,
            native_enum=False,
            create_constraint=False,
            length=10,
            values_callable=lambda e: [m.value for m in e],
        )
    )
    #: stocks, at the end of the day
    followers: Mapped[int | None]
    following: Mapped[int | None]
    #: flows of the day
    posts: Mapped[int | None]
    replies: Mapped[int | None]
    asks: Mapped[int | None]
    broadcasts: Mapped[int | None]
    reactions: Mapped[int | None]
    comments: Mapped[int | None]
    shares: Mapped[int | None]
    views: Mapped[int | None]
    reach: Mapped[int | None]
    link_clicks: Mapped[int | None]
    mentions: Mapped[int | None]
    questions_due: Mapped[int | None]
    questions_in_time: Mapped[int | None]


class Observation(TenantRow, Base):
    """One figure where it needs more than its value: a reason, another source than its row's, or a value replaced."""

    __tablename__ = "observation"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("run_id", "run"),
        sa.UniqueConstraint("consortium_id", "account_id", "day", "metric", "revision"),
        sa.CheckConstraint("(value IS NULL) <> (reason IS NULL)", name="value_or_reason"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    day: Mapped[date] = mapped_column(Day)
    metric: Mapped[Metric] = mapped_column(word(Metric))
    #: 0 is current; 1, 2, 3 ... are values that were replaced, oldest first
    revision: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    value: Mapped[int | None]
    reason: Mapped[Reason | None] = mapped_column(word(Reason))
    source: Mapped[Source] = mapped_column(word(Source))
    run_id: Mapped[int] = mapped_column(Id)
    noted_at: Mapped[datetime]


class MonthFigure(Base):
    """One account in one month: sums of flows with the days they were known, and the stock at the end. Never rates."""

    __tablename__ = "month_figure"
    __table_args__ = (link("account_id", "account"), {"sqlite_with_rowid": False})

    consortium_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: first day of the month
    month: Mapped[date] = mapped_column(Day, primary_key=True)
    #: days with a row
    days: Mapped[int] = mapped_column(sa.SmallInteger)
    #: days with at least one post
    days_posted: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    #: first and last known follower counts in the month
    followers_first: Mapped[int | None]
    followers_last: Mapped[int | None]
    posts: Mapped[int | None]
    posts_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    replies: Mapped[int | None]
    replies_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    asks: Mapped[int | None]
    asks_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    broadcasts: Mapped[int | None]
    broadcasts_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    reactions: Mapped[int | None]
    reactions_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    comments: Mapped[int | None]
    comments_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    shares: Mapped[int | None]
    shares_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    views: Mapped[int | None]
    views_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    reach: Mapped[int | None]
    reach_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    link_clicks: Mapped[int | None]
    link_clicks_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    mentions: Mapped[int | None]
    mentions_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    questions_due: Mapped[int | None]
    questions_due_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    questions_in_time: Mapped[int | None]
    questions_in_time_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)


class Run(TenantRow, Base):
    """One pull or one import: where its figures came from and how it ended."""

    __tablename__ = "run"
    __table_args__ = tenant_args(
        link("account_id", "account"), sa.Index(None, "consortium_id", "account_id", "started_at")
    )

    account_id: Mapped[int | None] = mapped_column(Id)
    kind: Mapped[RunKind] = mapped_column(word(RunKind))
    state: Mapped[RunState] = mapped_column(word(RunState))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(Id)
    #: the work row that carries it, None for what ran at once
    background_row_id: Mapped[int | None] = mapped_column(Id)
    #: the file a person gave, until it is read
    upload_id: Mapped[int | None] = mapped_column(Id)
    #: the metrics a file brings, separated by blanks
    metrics: Mapped[str] = mapped_column(sa.String(400), default="")
    #: name and SHA-256 of an imported file
    file_name: Mapped[str] = mapped_column(sa.String(255), default="")
    file_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_added: Mapped[int] = mapped_column(default=0)
    rows_changed: Mapped[int] = mapped_column(default=0)
    rows_same: Mapped[int] = mapped_column(default=0)
    problems: Mapped[int] = mapped_column(default=0)
    #: what a platform that bills or rations gave, by kind, and what it cost in millionths of the currency
    reads: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    cost_micros: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    #: the outcome in a sentence
    message: Mapped[str] = mapped_column(sa.String(500), default="")

    account: Mapped[Account | None] = relationship(
        primaryjoin="foreign(Run.account_id) == Account.id", viewonly=True, lazy="raise"
    )


class RunProblem(TenantRow, Base):
    """A row of an imported file that was refused, and why, in a sentence."""

    __tablename__ = "run_problem"
    __table_args__ = tenant_args(link("run_id", "run"), sa.Index(None, "consortium_id", "run_id", "line"))

    run_id: Mapped[int] = mapped_column(Id)
    #: line of the file, the header being 1
    line: Mapped[int]
    column: Mapped[str] = mapped_column(sa.String(80), default="")
    #: what the cell held, shortened
    value: Mapped[str] = mapped_column(sa.String(80), default="")
    sentence: Mapped[str] = mapped_column(sa.String(300))
    #: the row's cells as they stood in the file, shortened, to be given back for correction
    cells: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))


class ImportMatch(TenantRow, Base):
    """What each column of an import's file means, guessed at first and then as a person says."""

    __tablename__ = "import_match"
    __table_args__ = tenant_args(link("run_id", "run"), sa.UniqueConstraint("consortium_id", "run_id"))

    run_id: Mapped[int] = mapped_column(Id)
    #: headings and the first values under them, as they stand in the file, shortened
    header: Mapped[list[Any]]
    first_values: Mapped[list[Any]]
    #: for each column a metric, "day" or "" for what is not read
    meanings: Mapped[list[Any]]
    date_order: Mapped[DateOrder] = mapped_column(word(DateOrder))
    number_style: Mapped[NumberStyle] = mapped_column(word(NumberStyle))
    #: why a person must say something before the file can be checked; "" where the guess will do
    question: Mapped[str] = mapped_column(sa.String(600), default="")


class SavedMatch(TenantRow, Base):
    """How files with these headings were read the last time, so that the next one is guessed right."""

    __tablename__ = "saved_match"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id", "fingerprint"))

    #: SHA-256 of the headings in their order, whatever their case
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    meanings: Mapped[list[Any]]
    date_order: Mapped[DateOrder] = mapped_column(word(DateOrder))
    number_style: Mapped[NumberStyle] = mapped_column(word(NumberStyle))
    saved_at: Mapped[datetime]


class StagedFigure(Base):
    """A row of a file on its way in: staged in batches, merged in one short transaction at the end."""

    __tablename__ = "staged_figure"
    __table_args__ = (link("run_id", "run"), link("account_id", "account"), {"sqlite_with_rowid": False})

    consortium_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"), primary_key=True
    )
    run_id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    line: Mapped[int]
    followers: Mapped[int | None]
    following: Mapped[int | None]
    posts: Mapped[int | None]
    replies: Mapped[int | None]
    asks: Mapped[int | None]
    broadcasts: Mapped[int | None]
    reactions: Mapped[int | None]
    comments: Mapped[int | None]
    shares: Mapped[int | None]
    views: Mapped[int | None]
    reach: Mapped[int | None]
    link_clicks: Mapped[int | None]
    mentions: Mapped[int | None]
    questions_due: Mapped[int | None]
    questions_in_time: Mapped[int | None]


class Post(TenantRow, Base):
    """Something an account published, with its latest figures."""

    __tablename__ = "post"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("run_id", "run"),
        sa.UniqueConstraint("consortium_id", "account_id", "external_id"),
        sa.Index(None, "consortium_id", "account_id", "published_at"),
    )

    account_id: Mapped[int] = mapped_column(Id)
    external_id: Mapped[str] = mapped_column(sa.String(200))
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    published_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(sa.Text, default="")
    is_reply: Mapped[bool] = mapped_column(default=False)
    is_repost: Mapped[bool] = mapped_column(default=False)
    #: tagged by a person as asking something; None while untagged (a question mark then decides)
    asks: Mapped[bool | None]
    has_media: Mapped[bool] = mapped_column(default=False)
    has_link: Mapped[bool] = mapped_column(default=False)
    #: the account wrote a reply under it within 7 days
    was_answered_by_us: Mapped[bool] = mapped_column(default=False)
    reactions: Mapped[int | None]
    comments: Mapped[int | None]
    shares: Mapped[int | None]
    views: Mapped[int | None]
    run_id: Mapped[int] = mapped_column(Id)


class SeriesBreak(TenantRow, Base):
    """A day from which a metric means something else; figures before and after are never spliced."""

    __tablename__ = "series_break"
    __table_args__ = tenant_args(
        link("account_id", "account"), sa.UniqueConstraint("consortium_id", "account_id", "metric", "from_on")
    )

    account_id: Mapped[int] = mapped_column(Id)
    metric: Mapped[Metric] = mapped_column(word(Metric))
    from_on: Mapped[date]
    why: Mapped[str] = mapped_column(sa.String(300))


#: the flow columns of the wide row, in its order
FLOWS: tuple[Metric, ...] = tuple(metric for metric in Metric if metric not in (Metric.FOLLOWERS, Metric.FOLLOWING))
