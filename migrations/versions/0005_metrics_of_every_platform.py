"""metrics of every platform."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from app.foundation.database import Day

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: the checks of the tables that are changed, before and after
BEFORE = {
    "account": {},
    "background_row": {},
    "history_entry": {
        "ck_history_entry_deed": "deed IN ('accounts.added', 'accounts.changed', 'accounts.connected', 'accounts.contact_named', 'accounts.moved', 'accounts.retired', 'accounts.step_taken', 'accounts.step_undone', 'accounts.imported', 'duties.ended', 'duties.assigned', 'duties.resumed', 'duties.withdrawn', 'consortia.created', 'consortia.settled', 'duties.exempted', 'duties.needed_again', 'people.email_changed', 'goals.event_noted', 'findings.acted_on', 'findings.step_done', 'findings.step_reopened', 'findings.checked', 'metrics.imported', 'goals.goal_ended', 'goals.goal_set', 'people.incumbency_begun', 'people.incumbency_ended', 'goals.kpi_set', 'people.membership_ended', 'people.membership_granted', 'people.imported', 'people.added', 'people.anonymized', 'people.changed', 'people.invited', 'people.joined', 'people.leaving', 'people.left', 'people.returned', 'people.stays', 'consortia.place_added', 'consortia.place_changed', 'consortia.place_closed', 'consortia.closure_added', 'consortia.closure_removed', 'consortia.place_counted', 'consortia.hours_removed', 'consortia.hours_set', 'consortia.place_merged', 'consortia.place_moved', 'consortia.place_opened', 'consortia.place_renamed', 'consortia.place_reopened', 'consortia.imported', 'policies.adopted', 'policies.declined', 'policies.drafted', 'policies.published', 'people.position_added', 'people.position_changed', 'people.position_closed', 'people.retention_set', 'people.position_moved', 'goals.strategy_set', 'goals.target_set', 'people.team_made', 'accounts.tool_added', 'accounts.tool_changed', 'accounts.tool_ended')",
    },
    "import_match": {
        "ck_import_match_dateorder": "date_order IN ('year_first', 'day_first', 'month_first', 'named')",
    },
    "login_choice": {},
    "observation": {},
    "post": {},
    "run": {
        "ck_run_runkind": "kind IN ('pull', 'import', 'demo')",
        "ck_run_runstate": "state IN ('waiting', 'running', 'matching', 'checked', 'done', 'failed')",
    },
    "saved_match": {
        "ck_saved_match_dateorder": "date_order IN ('year_first', 'day_first', 'month_first', 'named')",
    },
    "staged_figure": {},
    "upload": {},
}

AFTER = {
    "account": {},
    "background_row": {},
    "history_entry": {
        "ck_history_entry_deed": "deed IN ('accounts.added', 'accounts.address_given', 'accounts.asked_for', 'accounts.changed', 'accounts.connected', 'accounts.contact_named', 'accounts.drilled', 'accounts.moved', 'accounts.norms_set', 'accounts.request_decided', 'accounts.retired', 'accounts.retirement_begun', 'accounts.retirement_stepped', 'accounts.reviewed', 'accounts.step_taken', 'accounts.step_undone', 'accounts.imported', 'accounts.trial_ended', 'duties.ended', 'duties.assigned', 'duties.resumed', 'duties.withdrawn', 'consortia.created', 'consortia.settled', 'duties.copied', 'duties.exempted', 'duties.needed_again', 'people.email_changed', 'goals.event_noted', 'findings.acted_on', 'findings.step_done', 'findings.step_reopened', 'findings.checked', 'metrics.written_by_hand', 'metrics.imported', 'metrics.precedence_set', 'metrics.taken_back', 'goals.goal_ended', 'goals.goal_set', 'people.incumbency_begun', 'people.incumbency_ended', 'goals.kpi_set', 'accounts.look_alike_decided', 'accounts.look_alike_reported', 'people.membership_ended', 'people.membership_granted', 'metrics.mentions_handled', 'metrics.mentions_kept_set', 'metrics.mentions_undone', 'people.imported', 'scorecards.period_closed', 'scorecards.period_reopened', 'scorecards.closing_set', 'people.added', 'people.anonymized', 'people.changed', 'people.invited', 'people.joined', 'people.leaving', 'people.left', 'people.returned', 'people.stays', 'consortia.place_added', 'consortia.place_changed', 'consortia.place_closed', 'consortia.closure_added', 'consortia.closure_removed', 'consortia.place_counted', 'consortia.hours_removed', 'consortia.hours_set', 'consortia.place_merged', 'consortia.place_moved', 'consortia.place_opened', 'consortia.place_renamed', 'consortia.place_reopened', 'consortia.imported', 'policies.adopted', 'policies.declined', 'policies.drafted', 'policies.published', 'people.position_added', 'people.position_changed', 'people.position_closed', 'metrics.post_change_undone', 'metrics.post_corrected', 'metrics.post_logged', 'metrics.post_removed', 'metrics.tags_undone', 'metrics.posts_tagged', 'people.retention_set', 'people.position_moved', 'metrics.series_broken', 'metrics.series_rejoined', 'goals.strategy_set', 'metrics.tag_rule_ended', 'metrics.tag_rule_set', 'goals.target_set', 'people.team_made', 'accounts.tool_added', 'accounts.tool_changed', 'accounts.tool_ended', 'metrics.topics_set')",
    },
    "import_match": {
        "ck_import_match_dateorder": "date_order IN ('year_first', 'day_first', 'month_first', 'named', 'yearless')",
    },
    "login_choice": {},
    "observation": {},
    "post": {},
    "run": {
        "ck_run_runkind": "kind IN ('pull', 'import', 'by_hand', 'demo')",
        "ck_run_runstate": "state IN ('waiting', 'running', 'matching', 'checked', 'importing', 'canceling', 'done', 'failed', 'undone')",
    },
    "saved_match": {
        "ck_saved_match_dateorder": "date_order IN ('year_first', 'day_first', 'month_first', 'named', 'yearless')",
    },
    "staged_figure": {},
    "upload": {},
}

#: new tables with rows of one consortium: row-level security is forced on each, its owner included
TENANT_TABLES = (
    "account_drill",
    "account_norms",
    "account_proof",
    "account_request",
    "account_retirement",
    "account_review",
    "account_trial",
    "account_warning",
    "batch_file",
    "batch_upload",
    "closed_period",
    "closing_settings",
    "connection_check",
    "figure_difference",
    "figure_settings",
    "further_figure",
    "import_batch",
    "import_choice",
    "late_day",
    "look_alike",
    "mention",
    "mention_batch",
    "mention_change",
    "mention_handling",
    "mention_settings",
    "oauth_app",
    "oauth_attempt",
    "oauth_grant",
    "platform_hold",
    "post_change",
    "post_tag",
    "pull_cursor",
    "replaced_figure",
    "replaced_post",
    "retirement_tick",
    "saved_owner",
    "staged_further",
    "staged_post",
    "tag_batch",
    "tag_change",
    "tag_rule",
    "topic",
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
        "staged_further",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column(
            "metric",
            sa.Enum(
                "new_follows",
                "unfollows",
                "profile_views",
                "engagements",
                "saves",
                "video_views",
                "link_shares",
                name="furthermetric",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "consortium_id", "run_id", "account_id", "day", "metric", name=op.f("pk_staged_further")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account_norms",
        sa.Column("hours_per_account", sa.SmallInteger(), nullable=False),
        sa.Column("quiet_after_days", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_norms_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_norms")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_norms_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", name=op.f("uq_account_norms_consortium_id")),
    )
    op.create_table(
        "closing_settings",
        sa.Column("after_days", sa.SmallInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_closing_settings_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_settings")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_closing_settings_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", name=op.f("uq_closing_settings_consortium_id")),
    )
    op.create_table(
        "figure_settings",
        sa.Column(
            "precedence",
            sa.Enum("platform", "file", name="precedence", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_figure_settings_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_settings")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_figure_settings_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", name=op.f("uq_figure_settings_consortium_id")),
    )
    op.create_table(
        "mention_settings",
        sa.Column("kept_days", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_mention_settings_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention_settings")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_mention_settings_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", name=op.f("uq_mention_settings_consortium_id")),
    )
    op.create_table(
        "oauth_app",
        sa.Column("server", sa.String(length=300), nullable=False),
        sa.Column("client_id", sa.String(length=500), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("redirect_uri", sa.String(length=500), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_oauth_app_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_app")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_oauth_app_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "server", name=op.f("uq_oauth_app_consortium_id_server")),
    )
    op.create_table(
        "platform_hold",
        sa.Column("server", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_platform_hold_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_hold")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_platform_hold_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id", "server", "token_hash", name=op.f("uq_platform_hold_consortium_id_server_token_hash")
        ),
    )
    op.create_table(
        "topic",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_topic_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_topic_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "name", name=op.f("uq_topic_consortium_id_name")),
    )
    op.create_table(
        "closed_period",
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_why", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_closed_period_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "closed_by_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_closed_period_consortium_id_closed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_closed_period_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_period")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_closed_period_consortium_id_id")),
    )
    with op.batch_alter_table("closed_period") as batch_op:
        batch_op.create_index(
            "uq_closed_period",
            ["consortium_id", "last_on", "first_on"],
            unique=True,
            sqlite_where=sa.text("reopened_at IS NULL"),
            postgresql_where=sa.text("reopened_at IS NULL"),
        )

    op.create_table(
        "import_batch",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "unpacking", "open", "failed", name="batchstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("background_row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_import_batch_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_import_batch_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_import_batch_consortium_id_id")),
    )
    with op.batch_alter_table("import_batch") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_batch_consortium_id_place_id_given_at"),
            ["consortium_id", "place_id", "given_at"],
            unique=False,
        )

    op.create_table(
        "mention_batch",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("mentions", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_mention_batch_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_mention_batch_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_mention_batch_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention_batch")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_mention_batch_consortium_id_id")),
    )
    with op.batch_alter_table("mention_batch") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mention_batch_consortium_id_person_id_made_at"),
            ["consortium_id", "person_id", "made_at"],
            unique=False,
        )

    op.create_table(
        "tag_rule",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("says", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "topic",
                "intent",
                "format",
                "community",
                "partner",
                "consent",
                "rights",
                "approval",
                "ai_use",
                "alt_text",
                "captions",
                name="tagkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_tag_rule_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_tag_rule_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_tag_rule_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_rule")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_tag_rule_consortium_id_id")),
    )
    op.create_table(
        "account_drill",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_drill_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "holder_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_account_drill_consortium_id_holder_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_account_drill_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_drill_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_drill")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_drill_consortium_id_id")),
    )
    with op.batch_alter_table("account_drill") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_drill_consortium_id_account_id"), ["consortium_id", "account_id"], unique=False
        )

    op.create_table(
        "account_proof",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proof",
            sa.Enum(
                "site_link",
                "rel_me",
                "domain_handle",
                name="proof",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "holds", "fails", "unknown", name="proofstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("sentence", sa.String(length=300), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_proof_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_proof_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_proof")),
        sa.UniqueConstraint(
            "consortium_id", "account_id", "proof", name=op.f("uq_account_proof_consortium_id_account_id_proof")
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_proof_consortium_id_id")),
    )
    op.create_table(
        "account_request",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "sent_back",
                "approved",
                "declined",
                name="requeststate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=4, scale=2), nullable=False),
        sa.Column("first_owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("second_owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("captions", sa.Text(), nullable=False),
        sa.Column("has_read_minors_rule", sa.Boolean(), nullable=False),
        sa.Column("trial_ends_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("capacity", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_request_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "asked_by_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_account_request_consortium_id_asked_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "decided_by_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_account_request_consortium_id_decided_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "first_owner_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_account_request_consortium_id_first_owner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "second_owner_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_account_request_consortium_id_second_owner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_request_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_request")),
        sa.UniqueConstraint("consortium_id", "account_id", name=op.f("uq_account_request_consortium_id_account_id")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_request_consortium_id_id")),
    )
    with op.batch_alter_table("account_request") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_request_consortium_id_asked_by_id"), ["consortium_id", "asked_by_id"], unique=False
        )

    op.create_table(
        "account_retirement",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_retirement_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_account_retirement_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_retirement_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_retirement")),
        sa.UniqueConstraint("consortium_id", "account_id", name=op.f("uq_account_retirement_consortium_id_account_id")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_retirement_consortium_id_id")),
    )
    op.create_table(
        "account_review",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "decision",
            sa.Enum("keep", "retire", name="reviewend", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_review_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_account_review_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_review_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_review")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_review_consortium_id_id")),
    )
    with op.batch_alter_table("account_review") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_review_consortium_id_account_id"), ["consortium_id", "account_id"], unique=False
        )

    op.create_table(
        "account_trial",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum("keep", "change", "close", name="trialend", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_trial_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "decided_by_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_account_trial_consortium_id_decided_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_trial_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_trial")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_trial_consortium_id_id")),
    )
    with op.batch_alter_table("account_trial") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_trial_consortium_id_account_id"), ["consortium_id", "account_id"], unique=False
        )

    op.create_table(
        "account_warning",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "trouble",
            sa.Enum(
                "token_ends",
                "sign_in_expired",
                "pulls_fail",
                name="trouble",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_ids", sa.JSON(), nullable=False),
        sa.Column("mails", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_warning_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_warning_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_warning")),
        sa.UniqueConstraint(
            "consortium_id",
            "account_id",
            "trouble",
            "since",
            name=op.f("uq_account_warning_consortium_id_account_id_trouble_since"),
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_warning_consortium_id_id")),
    )
    op.create_table(
        "batch_upload",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "batch_id"],
            ["import_batch.consortium_id", "import_batch.id"],
            name=op.f("fk_batch_upload_consortium_id_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_batch_upload_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_upload")),
        sa.UniqueConstraint(
            "consortium_id", "batch_id", "position", name=op.f("uq_batch_upload_consortium_id_batch_id_position")
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_batch_upload_consortium_id_id")),
    )
    op.create_table(
        "connection_check",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_signed_in", sa.Boolean(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_connection_check_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_connection_check_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection_check")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_connection_check_consortium_id_id")),
    )
    with op.batch_alter_table("connection_check") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_connection_check_consortium_id_account_id_checked_at"),
            ["consortium_id", "account_id", "checked_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_connection_check_consortium_id_checked_at"), ["consortium_id", "checked_at"], unique=False
        )

    op.create_table(
        "look_alike",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "ours",
                "reported",
                "dismissed",
                name="lookalikestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reported_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_look_alike_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "decided_by_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_look_alike_consortium_id_decided_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "other_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_look_alike_consortium_id_other_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_look_alike_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "reported_by_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_look_alike_consortium_id_reported_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_look_alike_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_alike")),
        sa.UniqueConstraint(
            "consortium_id", "account_id", "other_id", name=op.f("uq_look_alike_consortium_id_account_id_other_id")
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_look_alike_consortium_id_id")),
    )
    with op.batch_alter_table("look_alike") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_look_alike_consortium_id_place_id"), ["consortium_id", "place_id"], unique=False
        )

    op.create_table(
        "oauth_attempt",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login_session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("redirect_uri", sa.String(length=500), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_oauth_attempt_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_oauth_attempt_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_oauth_attempt_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_attempt")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_oauth_attempt_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "state_hash", name=op.f("uq_oauth_attempt_consortium_id_state_hash")),
    )
    with op.batch_alter_table("oauth_attempt") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_oauth_attempt_consortium_id_account_id"), ["consortium_id", "account_id"], unique=False
        )

    op.create_table(
        "oauth_grant",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("token_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_oauth_grant_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_oauth_grant_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_grant")),
        sa.UniqueConstraint("consortium_id", "account_id", name=op.f("uq_oauth_grant_consortium_id_account_id")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_oauth_grant_consortium_id_id")),
    )
    op.create_table(
        "pull_cursor",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("heard_from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("newest_mention_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("insights_from_on", Day(), nullable=True),
        sa.Column("insights_until_on", Day(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_pull_cursor_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_pull_cursor_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pull_cursor")),
        sa.UniqueConstraint("consortium_id", "account_id", name=op.f("uq_pull_cursor_consortium_id_account_id")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_pull_cursor_consortium_id_id")),
    )
    op.create_table(
        "retirement_tick",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "task",
            sa.Enum(
                "last_post",
                "redirect",
                "records",
                "site_links",
                "registry",
                "credentials",
                name="retirementtask",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_retirement_tick_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_retirement_tick_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_retirement_tick_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retirement_tick")),
        sa.UniqueConstraint(
            "consortium_id", "account_id", "task", name=op.f("uq_retirement_tick_consortium_id_account_id_task")
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_retirement_tick_consortium_id_id")),
    )
    op.create_table(
        "saved_owner",
        sa.Column("stem", sa.String(length=255), nullable=False),
        sa.Column("layout", sa.String(length=60), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_saved_owner_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_saved_owner_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_owner")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_saved_owner_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "stem", "layout", name=op.f("uq_saved_owner_consortium_id_stem_layout")),
    )
    op.create_table(
        "tag_batch",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("posts", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_tag_batch_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_tag_batch_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "rule_id"],
            ["tag_rule.consortium_id", "tag_rule.id"],
            name=op.f("fk_tag_batch_consortium_id_rule_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_tag_batch_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_batch")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_tag_batch_consortium_id_id")),
    )
    with op.batch_alter_table("tag_batch") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tag_batch_consortium_id_person_id_made_at"),
            ["consortium_id", "person_id", "made_at"],
            unique=False,
        )

    op.create_table(
        "batch_file",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("layout", sa.String(length=60), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.String(length=500), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_batch_file_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "batch_id"],
            ["import_batch.consortium_id", "import_batch.id"],
            name=op.f("fk_batch_file_consortium_id_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_batch_file_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_batch_file_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_file")),
        sa.UniqueConstraint(
            "consortium_id", "batch_id", "name", name=op.f("uq_batch_file_consortium_id_batch_id_name")
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_batch_file_consortium_id_id")),
    )
    op.create_table(
        "figure_difference",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column(
            "metric",
            sa.Enum(
                "followers",
                "following",
                "posts",
                "replies",
                "asks",
                "broadcasts",
                "reactions",
                "comments",
                "shares",
                "views",
                "reach",
                "link_clicks",
                "mentions",
                "questions_due",
                "questions_in_time",
                name="metric",
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
        sa.Column("other_value", sa.BigInteger(), nullable=False),
        sa.Column(
            "other_source",
            sa.Enum(
                "pull",
                "import",
                "by_hand",
                "computed",
                "demo",
                name="other_source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_figure_difference_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_figure_difference_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_figure_difference_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_difference")),
        sa.UniqueConstraint(
            "consortium_id",
            "account_id",
            "day",
            "metric",
            name=op.f("uq_figure_difference_consortium_id_account_id_day_metric"),
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_figure_difference_consortium_id_id")),
    )
    op.create_table(
        "further_figure",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column(
            "metric",
            sa.Enum(
                "new_follows",
                "unfollows",
                "profile_views",
                "engagements",
                "saves",
                "video_views",
                "link_shares",
                name="furthermetric",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "not_supported_by_platform",
                "below_platform_threshold",
                "metric_withdrawn",
                "token_revoked",
                "api_error",
                "cost_cap_reached",
                "not_collected_yet",
                "account_closed",
                "account_not_owned",
                "suppressed",
                "hidden_by_platform",
                "rate_limited",
                "not_indexed_yet",
                "blank_in_file",
                "no_cases",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
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
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(value IS NULL) <> (reason IS NULL)", name=op.f("ck_further_figure_value_or_reason")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_further_figure_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_further_figure_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_further_figure_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint(
            "consortium_id", "account_id", "day", "metric", "revision", name=op.f("pk_further_figure")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("further_figure") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_further_figure_consortium_id_run_id"), ["consortium_id", "run_id"], unique=False
        )

    op.create_table(
        "import_choice",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "precedence",
            sa.Enum("platform", "file", name="precedence", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("conflicting", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_import_choice_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_import_choice_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_choice")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_import_choice_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "run_id", name=op.f("uq_import_choice_consortium_id_run_id")),
    )
    op.create_table(
        "late_day",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_late_day_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_late_day_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_late_day_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("consortium_id", "account_id", "day", "noted_at", name=op.f("pk_late_day")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("late_day") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_late_day_consortium_id_noted_at"), ["consortium_id", "noted_at"], unique=False
        )

    op.create_table(
        "mention",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_reply_to_id", sa.String(length=200), nullable=True),
        sa.Column("author_hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_mention_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "first_run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_mention_consortium_id_first_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_mention_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint(
            "consortium_id", "account_id", "external_id", name=op.f("uq_mention_consortium_id_account_id_external_id")
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_mention_consortium_id_id")),
    )
    with op.batch_alter_table("mention") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mention_consortium_id_account_id_said_at"),
            ["consortium_id", "account_id", "said_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_mention_consortium_id_purged_at_said_at"),
            ["consortium_id", "purged_at", "said_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_mention_consortium_id_said_at"), ["consortium_id", "said_at"], unique=False
        )

    op.create_table(
        "post_change",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_removal", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("tag_changes", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_post_change_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_post_change_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_post_change_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_post_change_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_change")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_post_change_consortium_id_id")),
    )
    with op.batch_alter_table("post_change") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_post_change_consortium_id_account_id_made_at"),
            ["consortium_id", "account_id", "made_at"],
            unique=False,
        )

    op.create_table(
        "replaced_figure",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("held_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("held_source", sa.String(length=10), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_replaced_figure_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_replaced_figure_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_replaced_figure_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("consortium_id", "run_id", "account_id", "day", name=op.f("pk_replaced_figure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staged_post",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_reply", sa.Boolean(), nullable=False),
        sa.Column("has_link", sa.Boolean(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_staged_post_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_staged_post_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_staged_post_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("consortium_id", "run_id", "line", name=op.f("pk_staged_post")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mention_change",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "batch_id"],
            ["mention_batch.consortium_id", "mention_batch.id"],
            name=op.f("fk_mention_change_consortium_id_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "mention_id"],
            ["mention.consortium_id", "mention.id"],
            name=op.f("fk_mention_change_consortium_id_mention_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_mention_change_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention_change")),
        sa.UniqueConstraint(
            "consortium_id", "batch_id", "mention_id", name=op.f("uq_mention_change_consortium_id_batch_id_mention_id")
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_mention_change_consortium_id_id")),
    )
    op.create_table(
        "mention_handling",
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "question",
                "complaint",
                "criticism",
                "misinformation",
                "suggestion",
                "praise",
                "emergency",
                "spam",
                "other",
                name="mentionclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "outcome",
            sa.Enum("handled", "quiet", name="outcome", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column(
            "quiet_reason",
            sa.Enum(
                "nothing_to_answer",
                "answered_already",
                "not_about_us",
                "duplicate",
                "abuse",
                "satire",
                "spam",
                "handed_on",
                name="quietreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_minutes", sa.BigInteger(), nullable=True),
        sa.Column("answer_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "batch_id"],
            ["mention_batch.consortium_id", "mention_batch.id"],
            name=op.f("fk_mention_handling_consortium_id_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "mention_id"],
            ["mention.consortium_id", "mention.id"],
            name=op.f("fk_mention_handling_consortium_id_mention_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_mention_handling_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_mention_handling_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention_handling")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_mention_handling_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "mention_id", name=op.f("uq_mention_handling_consortium_id_mention_id")),
    )
    with op.batch_alter_table("mention_handling") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mention_handling_consortium_id_due_at"), ["consortium_id", "due_at"], unique=False
        )

    op.create_table(
        "post_tag",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "topic",
                "intent",
                "format",
                "community",
                "partner",
                "consent",
                "rights",
                "approval",
                "ai_use",
                "alt_text",
                "captions",
                name="tagkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "batch_id"],
            ["tag_batch.consortium_id", "tag_batch.id"],
            name=op.f("fk_post_tag_consortium_id_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_post_tag_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "post_id"],
            ["post.consortium_id", "post.id"],
            name=op.f("fk_post_tag_consortium_id_post_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "rule_id"],
            ["tag_rule.consortium_id", "tag_rule.id"],
            name=op.f("fk_post_tag_consortium_id_rule_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_post_tag_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_tag")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_post_tag_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "post_id", "kind", name=op.f("uq_post_tag_consortium_id_post_id_kind")),
    )
    with op.batch_alter_table("post_tag") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_post_tag_consortium_id_kind_value"), ["consortium_id", "kind", "value"], unique=False
        )

    op.create_table(
        "replaced_post",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "post_id"],
            ["post.consortium_id", "post.id"],
            name=op.f("fk_replaced_post_consortium_id_post_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_replaced_post_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_replaced_post_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("consortium_id", "run_id", "post_id", name=op.f("pk_replaced_post")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tag_change",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "topic",
                "intent",
                "format",
                "community",
                "partner",
                "consent",
                "rights",
                "approval",
                "ai_use",
                "alt_text",
                "captions",
                name="tagkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("before_value", sa.String(length=80), nullable=True),
        sa.Column("before_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before_rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after_value", sa.String(length=80), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "batch_id"],
            ["tag_batch.consortium_id", "tag_batch.id"],
            name=op.f("fk_tag_change_consortium_id_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "post_id"],
            ["post.consortium_id", "post.id"],
            name=op.f("fk_tag_change_consortium_id_post_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_tag_change_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_change")),
        sa.UniqueConstraint(
            "consortium_id",
            "batch_id",
            "post_id",
            "kind",
            name=op.f("uq_tag_change_consortium_id_batch_id_post_id_kind"),
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_tag_change_consortium_id_id")),
    )
    with altered("account", AFTER) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_account_consortium_id_platform_url"), type_="unique")
        batch_op.create_index(
            "uq_account_in_use",
            ["consortium_id", "platform", "url"],
            unique=True,
            sqlite_where=sa.text("state <> 'retired'"),
            postgresql_where=sa.text("state <> 'retired'"),
        )

    with altered("background_row", AFTER) as batch_op:
        batch_op.add_column(sa.Column("lane", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("lane_width", sa.SmallInteger(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_background_row_state_due_at"))
        batch_op.create_index(
            "ix_background_row_turn", ["state", "consortium_id", "kind", "due_at", "id", "lane"], unique=False
        )

    with altered("import_match", AFTER) as batch_op:
        batch_op.add_column(sa.Column("year", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("export", sa.String(length=60), server_default="", nullable=False))

    with altered("login_choice", AFTER) as batch_op:
        batch_op.add_column(sa.Column("hears_of_accounts", sa.Boolean(), server_default=sa.true(), nullable=False))

    with altered("observation", AFTER) as batch_op:
        batch_op.create_index(
            "ix_observation_replaced",
            ["consortium_id", "noted_at"],
            unique=False,
            sqlite_where=sa.text("revision > 0"),
            postgresql_where=sa.text("revision > 0"),
        )

    with altered("post", AFTER) as batch_op:
        batch_op.add_column(sa.Column("reach", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("link_clicks", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("images", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("images_with_alt", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_post_published_at", ["consortium_id", "published_at"], unique=False)

    with altered("run", AFTER) as batch_op:
        batch_op.add_column(sa.Column("raw", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("layout", sa.String(length=60), server_default="", nullable=False))
        batch_op.create_index(
            batch_op.f("ix_run_consortium_id_started_at"), ["consortium_id", "started_at"], unique=False
        )

    with altered("staged_figure", AFTER) as batch_op:
        batch_op.add_column(sa.Column("reasons", sa.JSON(none_as_null=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("fk_staged_figure_consortium_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_staged_figure_consortium_id_run_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_staged_figure_consortium_id_account_id"), type_="foreignkey")

    with altered("upload", AFTER) as batch_op:
        batch_op.add_column(sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True))
    with altered("history_entry", AFTER):
        pass
    with altered("saved_match", AFTER):
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
    with altered("upload", BEFORE) as batch_op:
        batch_op.drop_column("kept_until")

    with altered("staged_figure", BEFORE) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("fk_staged_figure_consortium_id_account_id"),
            "account",
            ["consortium_id", "account_id"],
            ["consortium_id", "id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_staged_figure_consortium_id_run_id"),
            "run",
            ["consortium_id", "run_id"],
            ["consortium_id", "id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_staged_figure_consortium_id"), "consortium", ["consortium_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.drop_column("reasons")

    with altered("run", BEFORE) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_consortium_id_started_at"))
        batch_op.drop_column("layout")
        batch_op.drop_column("raw")

    with altered("post", BEFORE) as batch_op:
        batch_op.drop_index("ix_post_published_at")
        batch_op.drop_column("images_with_alt")
        batch_op.drop_column("images")
        batch_op.drop_column("link_clicks")
        batch_op.drop_column("reach")

    with altered("observation", BEFORE) as batch_op:
        batch_op.drop_index(
            "ix_observation_replaced", sqlite_where=sa.text("revision > 0"), postgresql_where=sa.text("revision > 0")
        )

    with altered("login_choice", BEFORE) as batch_op:
        batch_op.drop_column("hears_of_accounts")

    with altered("import_match", BEFORE) as batch_op:
        batch_op.drop_column("export")
        batch_op.drop_column("year")

    with altered("background_row", BEFORE) as batch_op:
        batch_op.drop_index("ix_background_row_turn")
        batch_op.create_index(batch_op.f("ix_background_row_state_due_at"), ["state", "due_at"], unique=False)
        batch_op.drop_column("lane_width")
        batch_op.drop_column("lane")

    with altered("account", BEFORE) as batch_op:
        batch_op.drop_index(
            "uq_account_in_use",
            sqlite_where=sa.text("state <> 'retired'"),
            postgresql_where=sa.text("state <> 'retired'"),
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_account_consortium_id_platform_url"), ["consortium_id", "platform", "url"]
        )

    op.drop_table("tag_change")
    op.drop_table("replaced_post")
    with op.batch_alter_table("post_tag") as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_tag_consortium_id_kind_value"))

    op.drop_table("post_tag")
    with op.batch_alter_table("mention_handling") as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_handling_consortium_id_due_at"))

    op.drop_table("mention_handling")
    op.drop_table("mention_change")
    op.drop_table("staged_post")
    op.drop_table("replaced_figure")
    with op.batch_alter_table("post_change") as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_change_consortium_id_account_id_made_at"))

    op.drop_table("post_change")
    with op.batch_alter_table("mention") as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_consortium_id_said_at"))
        batch_op.drop_index(batch_op.f("ix_mention_consortium_id_purged_at_said_at"))
        batch_op.drop_index(batch_op.f("ix_mention_consortium_id_account_id_said_at"))

    op.drop_table("mention")
    with op.batch_alter_table("late_day") as batch_op:
        batch_op.drop_index(batch_op.f("ix_late_day_consortium_id_noted_at"))

    op.drop_table("late_day")
    op.drop_table("import_choice")
    with op.batch_alter_table("further_figure") as batch_op:
        batch_op.drop_index(batch_op.f("ix_further_figure_consortium_id_run_id"))

    op.drop_table("further_figure")
    op.drop_table("figure_difference")
    op.drop_table("batch_file")
    with op.batch_alter_table("tag_batch") as batch_op:
        batch_op.drop_index(batch_op.f("ix_tag_batch_consortium_id_person_id_made_at"))

    op.drop_table("tag_batch")
    op.drop_table("saved_owner")
    op.drop_table("retirement_tick")
    op.drop_table("pull_cursor")
    op.drop_table("oauth_grant")
    with op.batch_alter_table("oauth_attempt") as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_attempt_consortium_id_account_id"))

    op.drop_table("oauth_attempt")
    with op.batch_alter_table("look_alike") as batch_op:
        batch_op.drop_index(batch_op.f("ix_look_alike_consortium_id_place_id"))

    op.drop_table("look_alike")
    with op.batch_alter_table("connection_check") as batch_op:
        batch_op.drop_index(batch_op.f("ix_connection_check_consortium_id_checked_at"))
        batch_op.drop_index(batch_op.f("ix_connection_check_consortium_id_account_id_checked_at"))

    op.drop_table("connection_check")
    op.drop_table("batch_upload")
    op.drop_table("account_warning")
    with op.batch_alter_table("account_trial") as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_trial_consortium_id_account_id"))

    op.drop_table("account_trial")
    with op.batch_alter_table("account_review") as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_review_consortium_id_account_id"))

    op.drop_table("account_review")
    op.drop_table("account_retirement")
    with op.batch_alter_table("account_request") as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_request_consortium_id_asked_by_id"))

    op.drop_table("account_request")
    op.drop_table("account_proof")
    with op.batch_alter_table("account_drill") as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_drill_consortium_id_account_id"))

    op.drop_table("account_drill")
    op.drop_table("tag_rule")
    with op.batch_alter_table("mention_batch") as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_batch_consortium_id_person_id_made_at"))

    op.drop_table("mention_batch")
    with op.batch_alter_table("import_batch") as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batch_consortium_id_place_id_given_at"))

    op.drop_table("import_batch")
    with op.batch_alter_table("closed_period") as batch_op:
        batch_op.drop_index(
            "uq_closed_period",
            sqlite_where=sa.text("reopened_at IS NULL"),
            postgresql_where=sa.text("reopened_at IS NULL"),
        )

    op.drop_table("closed_period")
    op.drop_table("topic")
    op.drop_table("platform_hold")
    op.drop_table("oauth_app")
    op.drop_table("mention_settings")
    op.drop_table("figure_settings")
    op.drop_table("closing_settings")
    op.drop_table("account_norms")
    op.drop_table("staged_further")
    with altered("history_entry", BEFORE):
        pass
    with altered("saved_match", BEFORE):
        pass
