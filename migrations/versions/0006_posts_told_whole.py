"""posts told whole."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from app.foundation.database import Day

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: the checks of the tables that are changed, before and after
BEFORE = {
    "batch_file": {},
    "figure_difference": {
        "ck_figure_difference_metric": "metric IN ('followers', 'following', 'posts', 'replies', 'asks', 'broadcasts', 'reactions', 'comments', 'shares', 'views', 'reach', 'link_clicks', 'mentions', 'questions_due', 'questions_in_time')",
    },
    "further_figure": {
        "ck_further_figure_furthermetric": "metric IN ('new_follows', 'unfollows', 'profile_views', 'engagements', 'saves', 'video_views', 'link_shares')",
    },
    "history_entry": {
        "ck_history_entry_deed": "deed IN ('accounts.added', 'accounts.address_given', 'accounts.asked_for', 'accounts.changed', 'accounts.connected', 'accounts.contact_named', 'accounts.drilled', 'accounts.moved', 'accounts.norms_set', 'accounts.request_decided', 'accounts.retired', 'accounts.retirement_begun', 'accounts.retirement_stepped', 'accounts.reviewed', 'accounts.step_taken', 'accounts.step_undone', 'accounts.imported', 'accounts.trial_ended', 'duties.ended', 'duties.assigned', 'duties.resumed', 'duties.withdrawn', 'consortia.created', 'consortia.settled', 'duties.copied', 'duties.exempted', 'duties.needed_again', 'people.email_changed', 'goals.event_noted', 'findings.acted_on', 'findings.step_done', 'findings.step_reopened', 'findings.checked', 'metrics.written_by_hand', 'metrics.imported', 'metrics.precedence_set', 'metrics.taken_back', 'goals.goal_ended', 'goals.goal_set', 'people.incumbency_begun', 'people.incumbency_ended', 'goals.kpi_set', 'accounts.look_alike_decided', 'accounts.look_alike_reported', 'people.membership_ended', 'people.membership_granted', 'metrics.mentions_handled', 'metrics.mentions_kept_set', 'metrics.mentions_undone', 'people.imported', 'scorecards.period_closed', 'scorecards.period_reopened', 'scorecards.closing_set', 'people.added', 'people.anonymized', 'people.changed', 'people.invited', 'people.joined', 'people.leaving', 'people.left', 'people.returned', 'people.stays', 'consortia.place_added', 'consortia.place_changed', 'consortia.place_closed', 'consortia.closure_added', 'consortia.closure_removed', 'consortia.place_counted', 'consortia.hours_removed', 'consortia.hours_set', 'consortia.place_merged', 'consortia.place_moved', 'consortia.place_opened', 'consortia.place_renamed', 'consortia.place_reopened', 'consortia.imported', 'policies.adopted', 'policies.declined', 'policies.drafted', 'policies.published', 'people.position_added', 'people.position_changed', 'people.position_closed', 'metrics.post_change_undone', 'metrics.post_corrected', 'metrics.post_logged', 'metrics.post_removed', 'metrics.tags_undone', 'metrics.posts_tagged', 'people.retention_set', 'people.position_moved', 'metrics.series_broken', 'metrics.series_rejoined', 'goals.strategy_set', 'metrics.tag_rule_ended', 'metrics.tag_rule_set', 'goals.target_set', 'people.team_made', 'accounts.tool_added', 'accounts.tool_changed', 'accounts.tool_ended', 'metrics.topics_set')",
    },
    "import_choice": {},
    "post": {},
    "pull_cursor": {},
    "saved_owner": {},
    "staged_further": {
        "ck_staged_further_furthermetric": "metric IN ('new_follows', 'unfollows', 'profile_views', 'engagements', 'saves', 'video_views', 'link_shares')",
    },
}

AFTER = {
    "batch_file": {},
    "figure_difference": {
        "ck_figure_difference_metric": "metric IN ('followers', 'following', 'posts', 'replies', 'asks', 'broadcasts', 'reactions', 'comments', 'shares', 'views', 'reach', 'link_clicks', 'mentions', 'questions_due', 'questions_in_time', 'new_follows', 'new_follows_organic', 'new_follows_paid', 'new_follows_invited', 'unfollows', 'net_follows', 'profile_views', 'visitors', 'engagements', 'clicks', 'saves', 'video_views', 'media_views', 'link_shares', 'detail_views', 'hashtag_clicks', 'permalink_clicks')",
    },
    "further_figure": {
        "ck_further_figure_furthermetric": "metric IN ('new_follows', 'new_follows_organic', 'new_follows_paid', 'new_follows_invited', 'unfollows', 'net_follows', 'profile_views', 'visitors', 'engagements', 'clicks', 'saves', 'video_views', 'media_views', 'link_shares', 'detail_views', 'hashtag_clicks', 'permalink_clicks')",
    },
    "history_entry": {
        "ck_history_entry_deed": "deed IN ('accounts.added', 'accounts.address_given', 'accounts.asked_for', 'accounts.changed', 'accounts.connected', 'accounts.contact_named', 'accounts.drilled', 'accounts.moved', 'accounts.norms_set', 'accounts.request_decided', 'accounts.retired', 'accounts.retirement_begun', 'accounts.retirement_stepped', 'accounts.reviewed', 'accounts.step_taken', 'accounts.step_undone', 'accounts.imported', 'accounts.trial_ended', 'duties.ended', 'duties.assigned', 'duties.resumed', 'duties.withdrawn', 'consortia.created', 'consortia.settled', 'duties.copied', 'duties.exempted', 'duties.needed_again', 'people.email_changed', 'goals.event_noted', 'findings.acted_on', 'findings.step_done', 'findings.step_reopened', 'findings.checked', 'metrics.figure_decided', 'metrics.written_by_hand', 'metrics.imported', 'metrics.precedence_set', 'metrics.taken_back', 'goals.goal_ended', 'goals.goal_set', 'people.incumbency_begun', 'people.incumbency_ended', 'goals.kpi_set', 'accounts.look_alike_decided', 'accounts.look_alike_reported', 'people.membership_ended', 'people.membership_granted', 'metrics.mentions_handled', 'metrics.mentions_kept_set', 'metrics.mentions_undone', 'people.imported', 'scorecards.period_closed', 'scorecards.period_reopened', 'scorecards.closing_set', 'people.added', 'people.anonymized', 'people.changed', 'people.invited', 'people.joined', 'people.leaving', 'people.left', 'people.returned', 'people.stays', 'consortia.place_added', 'consortia.place_changed', 'consortia.place_closed', 'consortia.closure_added', 'consortia.closure_removed', 'consortia.place_counted', 'consortia.hours_removed', 'consortia.hours_set', 'consortia.place_merged', 'consortia.place_moved', 'consortia.place_opened', 'consortia.place_renamed', 'consortia.place_reopened', 'consortia.imported', 'policies.adopted', 'policies.declined', 'policies.drafted', 'policies.published', 'people.position_added', 'people.position_changed', 'people.position_closed', 'metrics.post_change_undone', 'metrics.post_corrected', 'metrics.post_logged', 'metrics.post_removed', 'metrics.tags_undone', 'metrics.posts_tagged', 'people.retention_set', 'people.position_moved', 'metrics.series_broken', 'metrics.series_rejoined', 'goals.strategy_set', 'metrics.tag_rule_ended', 'metrics.tag_rule_set', 'goals.target_set', 'people.team_made', 'accounts.tool_added', 'accounts.tool_changed', 'accounts.tool_ended', 'metrics.topics_set')",
    },
    "import_choice": {},
    "post": {},
    "pull_cursor": {},
    "saved_owner": {},
    "staged_further": {
        "ck_staged_further_furthermetric": "metric IN ('new_follows', 'new_follows_organic', 'new_follows_paid', 'new_follows_invited', 'unfollows', 'net_follows', 'profile_views', 'visitors', 'engagements', 'clicks', 'saves', 'video_views', 'media_views', 'link_shares', 'detail_views', 'hashtag_clicks', 'permalink_clicks')",
    },
}

#: new tables with rows of one consortium: row-level security is forced on each, its owner included
TENANT_TABLES = (
    "post_figure",
    "set_aside",
)


@contextmanager
def altered(table: str, checks: Mapping[str, Mapping[str, str]]) -> Iterator[BatchOperations]:
    """Change a table, and exchange those of its checks whose text differs."""
    before, after = (AFTER if checks is BEFORE else BEFORE)[table], checks[table]
    with op.batch_alter_table(table) as batch_op:
        for name in before:
            if after.get(name) != before[name]:
                batch_op.drop_constraint(op.f(name), type_="check")
        yield batch_op
        for name, text in after.items():
            if before.get(name) != text:
                batch_op.create_check_constraint(op.f(name), text)


def upgrade() -> None:
    op.create_table(
        "set_aside",
        sa.Column("background_row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_set_aside_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
        sa.UniqueConstraint(
            "consortium_id",
            "background_row_id",
            "claim",
            name=op.f("uq_set_aside_consortium_id_background_row_id_claim"),
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_set_aside_consortium_id_id")),
    )
    with op.batch_alter_table("set_aside") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_set_aside_consortium_id_made_at"), ["consortium_id", "made_at"], unique=False
        )

    op.create_table(
        "post_figure",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "metric",
            sa.Enum(
                "new_follows",
                "new_follows_organic",
                "new_follows_paid",
                "new_follows_invited",
                "unfollows",
                "net_follows",
                "profile_views",
                "visitors",
                "engagements",
                "clicks",
                "saves",
                "video_views",
                "media_views",
                "link_shares",
                "detail_views",
                "hashtag_clicks",
                "permalink_clicks",
                name="furthermetric",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "pull",
                "import",
                "by_hand",
                "computed",
                "demo",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "post_id"],
            ["post.consortium_id", "post.id"],
            name=op.f("fk_post_figure_consortium_id_post_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_post_figure_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_post_figure_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("consortium_id", "post_id", "metric", name=op.f("pk_post_figure")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("post_figure") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_post_figure_consortium_id_run_id"), ["consortium_id", "run_id"], unique=False
        )

    with altered("batch_file", AFTER) as batch_op:
        batch_op.add_column(sa.Column("told", sa.String(length=200), server_default="", nullable=False))

    with altered("figure_difference", AFTER) as batch_op:
        batch_op.add_column(sa.Column("is_decided", sa.Boolean(), server_default=sa.false(), nullable=False))

    with altered("import_choice", AFTER) as batch_op:
        batch_op.add_column(sa.Column("undone", sa.JSON(none_as_null=True), nullable=True))

    with altered("post", AFTER) as batch_op:
        batch_op.add_column(sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("untold", sa.JSON(none_as_null=True), nullable=True))

    with altered("pull_cursor", AFTER) as batch_op:
        batch_op.add_column(sa.Column("history_from_on", Day(), nullable=True))

    with altered("saved_owner", AFTER) as batch_op:
        batch_op.add_column(sa.Column("is_shared", sa.Boolean(), server_default=sa.false(), nullable=False))
    with altered("further_figure", AFTER):
        pass
    with altered("history_entry", AFTER):
        pass
    with altered("staged_further", AFTER):
        pass

    if op.get_bind().dialect.name == "postgresql":
        for table in TENANT_TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY tenant ON {table}"
                " USING (consortium_id = nullif(current_setting('app.consortium', true), '')::bigint)"
            )


def downgrade() -> None:
    with altered("saved_owner", BEFORE) as batch_op:
        batch_op.drop_column("is_shared")

    with altered("pull_cursor", BEFORE) as batch_op:
        batch_op.drop_column("history_from_on")

    with altered("post", BEFORE) as batch_op:
        batch_op.drop_column("untold")
        batch_op.drop_column("gone_at")

    with altered("import_choice", BEFORE) as batch_op:
        batch_op.drop_column("undone")

    with altered("figure_difference", BEFORE) as batch_op:
        batch_op.drop_column("is_decided")

    with altered("batch_file", BEFORE) as batch_op:
        batch_op.drop_column("told")

    with op.batch_alter_table("post_figure") as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_figure_consortium_id_run_id"))

    op.drop_table("post_figure")
    with op.batch_alter_table("set_aside") as batch_op:
        batch_op.drop_index(batch_op.f("ix_set_aside_consortium_id_made_at"))

    op.drop_table("set_aside")
    with altered("further_figure", BEFORE):
        pass
    with altered("history_entry", BEFORE):
        pass
    with altered("staged_further", BEFORE):
        pass
