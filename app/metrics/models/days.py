"""Daily figures (wide), what is odd about them (narrow), months (rolled up), and where a series breaks."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Day, Id, TenantRow, link, tenant_args, word
from app.foundation.figures import Reason
from app.metrics.rules.dictionary import FurtherMetric, Metric, Source

_IS_REPLACED = sa.text("revision > 0")

#: behind the columns that say whose figures they are, and before what a table adds at its end
_AFTER_KEY = 1
AT_THE_END = 2


class WideFigures:
    """A column for each metric of a day; None where it is not known."""

    #: stocks, at the end of the day
    followers: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    following: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    #: flows of the day
    posts: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    replies: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    asks: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    broadcasts: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    reactions: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    comments: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    shares: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    views: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    reach: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    link_clicks: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    mentions: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    questions_due: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)
    questions_in_time: Mapped[int | None] = mapped_column(sort_order=_AFTER_KEY)


class DailyFigure(WideFigures, Base):
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


class Observation(TenantRow, Base):
    """One figure where it needs more than its value: a reason, another source than its row's, or a value replaced."""

    __tablename__ = "observation"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("run_id", "run"),
        sa.UniqueConstraint("consortium_id", "account_id", "day", "metric", "revision"),
        sa.CheckConstraint("(value IS NULL) <> (reason IS NULL)", name="value_or_reason"),
        # what was replaced since a moment, of all accounts: asked of closed periods
        sa.Index(
            "ix_observation_replaced",
            "consortium_id",
            "noted_at",
            sqlite_where=_IS_REPLACED,
            postgresql_where=_IS_REPLACED,
        ),
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


class FurtherFigure(Base):
    """What a platform tells of an account's day beside the columns of the row: a value, or why there is none."""

    __tablename__ = "further_figure"
    __table_args__ = (
        link("account_id", "account"),
        link("run_id", "run"),
        sa.CheckConstraint("(value IS NULL) <> (reason IS NULL)", name="value_or_reason"),
        sa.Index(None, "consortium_id", "run_id"),
        {"sqlite_with_rowid": False},
    )

    consortium_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    metric: Mapped[FurtherMetric] = mapped_column(word(FurtherMetric), primary_key=True)
    #: 0 is current; 1, 2, 3 ... are values that were replaced, oldest first
    revision: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
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
