"""places people mail and operating."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: the checks of the tables that are changed, before and after
BEFORE = {
    "consortium_settings": {},
    "history_detail": {},
    "history_entry": {
        "ck_history_entry_deed": "deed IN ('accounts.added', 'accounts.changed', 'accounts.connected', 'accounts.retired', 'duties.ended', 'duties.assigned', 'duties.resumed', 'duties.withdrawn', 'consortia.created', 'duties.exempted', 'duties.needed_again', 'goals.event_noted', 'findings.acted_on', 'findings.checked', 'metrics.imported', 'goals.goal_ended', 'goals.goal_set', 'people.incumbency_begun', 'people.incumbency_ended', 'goals.kpi_set', 'people.membership_ended', 'people.membership_granted', 'people.added', 'people.invited', 'people.joined', 'consortia.place_added', 'consortia.imported', 'policies.adopted', 'policies.declined', 'policies.drafted', 'policies.published', 'people.position_added', 'goals.strategy_set', 'goals.target_set', 'people.team_made')",
    },
    "link_token": {
        "ck_link_token_linkpurpose": "purpose IN ('invite', 'set_up')",
    },
    "person": {},
    "run": {
        "ck_run_runstate": "state IN ('waiting', 'running', 'checked', 'done', 'failed')",
    },
    "run_problem": {},
}

AFTER = {
    "consortium_settings": {},
    "history_detail": {},
    "history_entry": {
        "ck_history_entry_deed": "deed IN ('accounts.added', 'accounts.changed', 'accounts.connected', 'accounts.contact_named', 'accounts.moved', 'accounts.retired', 'accounts.step_taken', 'accounts.step_undone', 'accounts.imported', 'duties.ended', 'duties.assigned', 'duties.resumed', 'duties.withdrawn', 'consortia.created', 'consortia.settled', 'duties.exempted', 'duties.needed_again', 'people.email_changed', 'goals.event_noted', 'findings.acted_on', 'findings.step_done', 'findings.step_reopened', 'findings.checked', 'metrics.imported', 'goals.goal_ended', 'goals.goal_set', 'people.incumbency_begun', 'people.incumbency_ended', 'goals.kpi_set', 'people.membership_ended', 'people.membership_granted', 'people.imported', 'people.added', 'people.anonymized', 'people.changed', 'people.invited', 'people.joined', 'people.leaving', 'people.left', 'people.returned', 'people.stays', 'consortia.place_added', 'consortia.place_changed', 'consortia.place_closed', 'consortia.closure_added', 'consortia.closure_removed', 'consortia.place_counted', 'consortia.hours_removed', 'consortia.hours_set', 'consortia.place_merged', 'consortia.place_moved', 'consortia.place_opened', 'consortia.place_renamed', 'consortia.place_reopened', 'consortia.imported', 'policies.adopted', 'policies.declined', 'policies.drafted', 'policies.published', 'people.position_added', 'people.position_changed', 'people.position_closed', 'people.retention_set', 'people.position_moved', 'goals.strategy_set', 'goals.target_set', 'people.team_made', 'accounts.tool_added', 'accounts.tool_changed', 'accounts.tool_ended')",
    },
    "link_token": {
        "ck_link_token_linkpurpose": "purpose IN ('invite', 'set_up', 'new_password', 'sign_in', 'new_email')",
    },
    "person": {},
    "run": {
        "ck_run_runstate": "state IN ('waiting', 'running', 'matching', 'checked', 'done', 'failed')",
    },
    "run_problem": {},
}

#: new tables with rows of one consortium: row-level security is forced on each, its owner included
TENANT_TABLES = (
    "account_contact",
    "account_detail",
    "account_step",
    "departure",
    "import_match",
    "mail_message",
    "opening_hours",
    "opening_period",
    "place_event",
    "saved_match",
    "tool",
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
        "backup_made",
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_made")),
    )
    with op.batch_alter_table("backup_made") as batch_op:
        batch_op.create_index(batch_op.f("ix_backup_made_made_at"), ["made_at"], unique=False)

    op.create_table(
        "link_request",
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_request")),
    )
    with op.batch_alter_table("link_request") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_link_request_email_hash_asked_at"), ["email_hash", "asked_at"], unique=False
        )

    op.create_table(
        "worker_beat",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("threads", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_beat")),
        sa.UniqueConstraint("name", name=op.f("uq_worker_beat_name")),
    )
    op.create_table(
        "login_choice",
        sa.Column("login_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("hears_of_sign_ins", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_login_choice_login_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_choice")),
        sa.UniqueConstraint("login_id", name=op.f("uq_login_choice_login_id")),
    )
    op.create_table(
        "mail_message",
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "sent",
                "failed",
                "uncertain",
                name="mailstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("useless_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_mail_message_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_message")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_mail_message_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "message_id", name=op.f("uq_mail_message_consortium_id_message_id")),
    )
    with op.batch_alter_table("mail_message") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mail_message_consortium_id_purpose_about_id"),
            ["consortium_id", "purpose", "about_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_mail_message_consortium_id_state_posted_at"),
            ["consortium_id", "state", "posted_at"],
            unique=False,
        )

    op.create_table(
        "saved_match",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("meanings", sa.JSON(), nullable=False),
        sa.Column(
            "date_order",
            sa.Enum(
                "year_first",
                "day_first",
                "month_first",
                "named",
                name="dateorder",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "number_style",
            sa.Enum(
                "plain",
                "commas",
                "points",
                "blanks",
                name="numberstyle",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_saved_match_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_match")),
        sa.UniqueConstraint("consortium_id", "fingerprint", name=op.f("uq_saved_match_consortium_id_fingerprint")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_saved_match_consortium_id_id")),
    )
    op.create_table(
        "departure",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_before", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_departure_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_departure_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_departure_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "person_id", name=op.f("uq_departure_consortium_id_person_id")),
    )
    op.create_table(
        "login_link",
        sa.Column("link_token_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_token_id"], ["link_token.id"], name=op.f("fk_login_link_link_token_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_login_link_login_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_link")),
        sa.UniqueConstraint("link_token_id", name=op.f("uq_login_link_link_token_id")),
    )
    with op.batch_alter_table("login_link") as batch_op:
        batch_op.create_index(batch_op.f("ix_login_link_login_id"), ["login_id"], unique=False)

    op.create_table(
        "opening_hours",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_opening_hours_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_opening_hours_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_opening_hours_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id", "place_id", "first_on", name=op.f("uq_opening_hours_consortium_id_place_id_first_on")
        ),
    )
    op.create_table(
        "place_event",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opened",
                "renamed",
                "moved",
                "counted",
                "keyed",
                "closed",
                "merged",
                "reopened",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("former", sa.String(length=200), nullable=True),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("former_population", sa.BigInteger(), nullable=True),
        sa.Column(
            "former_method",
            sa.Enum(
                "official_lsa",
                "census_catchment",
                "cardholder_share",
                "visit_share",
                "stated",
                name="populationmethod",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("former_year", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "other_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_place_event_consortium_id_other_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_place_event_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_place_event_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_event")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_place_event_consortium_id_id")),
    )
    with op.batch_alter_table("place_event") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_place_event_consortium_id_place_id_happened_on"),
            ["consortium_id", "place_id", "happened_on"],
            unique=False,
        )

    op.create_table(
        "account_contact",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "rank",
            sa.Enum("primary", "second", name="contactrank", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name=op.f("ck_account_contact_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_contact_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_account_contact_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_contact_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_contact")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_contact_consortium_id_id")),
    )
    with op.batch_alter_table("account_contact") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_contact_consortium_id_account_id"), ["consortium_id", "account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_account_contact_consortium_id_person_id"), ["consortium_id", "person_id"], unique=False
        )

    op.create_table(
        "account_detail",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "general",
                "emergency_only",
                "campaign",
                name="accountkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("audience", sa.String(length=300), nullable=False),
        sa.Column("speakers", sa.Text(), nullable=False),
        sa.Column("site_link", sa.String(length=500), nullable=False),
        sa.Column("planned_end_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_detail_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_detail_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_detail")),
        sa.UniqueConstraint("consortium_id", "account_id", name=op.f("uq_account_detail_consortium_id_account_id")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_detail_consortium_id_id")),
    )
    op.create_table(
        "account_step",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "proposed",
                "approved",
                "active",
                "on_watch",
                "retired",
                name="before",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "proposed",
                "approved",
                "active",
                "on_watch",
                "retired",
                name="after",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_step_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_step_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_step")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_step_consortium_id_id")),
    )
    with op.batch_alter_table("account_step") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_step_consortium_id_account_id"), ["consortium_id", "account_id"], unique=False
        )

    op.create_table(
        "opening_period",
        sa.Column("opening_hours_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("closes > opens", name=op.f("ck_opening_period_closes_after_opening")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_period_day_of_week")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "opening_hours_id"],
            ["opening_hours.consortium_id", "opening_hours.id"],
            name=op.f("fk_opening_period_consortium_id_opening_hours_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_opening_period_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_period")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_opening_period_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id",
            "opening_hours_id",
            "weekday",
            "opens",
            name=op.f("uq_opening_period_consortium_id_opening_hours_id_weekday_opens"),
        ),
    )
    op.create_table(
        "tool",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "suite",
                "inbox",
                "archive",
                "analytics",
                "other",
                name="toolkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("held_by", sa.String(length=120), nullable=False),
        sa.Column("yearly_cost", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("renews_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_tool_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "position_id"],
            ["position.consortium_id", "position.id"],
            name=op.f("fk_tool_consortium_id_position_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_tool_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_tool_consortium_id_id")),
    )
    with op.batch_alter_table("tool") as batch_op:
        batch_op.create_index(batch_op.f("ix_tool_consortium_id_place_id"), ["consortium_id", "place_id"], unique=False)

    op.create_table(
        "import_match",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("first_values", sa.JSON(), nullable=False),
        sa.Column("meanings", sa.JSON(), nullable=False),
        sa.Column(
            "date_order",
            sa.Enum(
                "year_first",
                "day_first",
                "month_first",
                "named",
                name="dateorder",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "number_style",
            sa.Enum(
                "plain",
                "commas",
                "points",
                "blanks",
                name="numberstyle",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("question", sa.String(length=600), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_import_match_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_import_match_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_match")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_import_match_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "run_id", name=op.f("uq_import_match_consortium_id_run_id")),
    )
    with altered("consortium_settings", AFTER) as batch_op:
        batch_op.add_column(sa.Column("anonymize_after_months", sa.SmallInteger(), server_default="24", nullable=False))

    with altered("history_detail", AFTER) as batch_op:
        batch_op.add_column(sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True))

    with altered("person", AFTER) as batch_op:
        batch_op.add_column(sa.Column("anonymized_at", sa.DateTime(timezone=True), nullable=True))

    with altered("run", AFTER) as batch_op:
        batch_op.add_column(sa.Column("reads", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("cost_micros", sa.BigInteger(), server_default="0", nullable=False))

    with altered("run_problem", AFTER) as batch_op:
        batch_op.add_column(sa.Column("cells", sa.JSON(none_as_null=True), nullable=True))
    with altered("history_entry", AFTER):
        pass
    with altered("link_token", AFTER):
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
    with altered("run_problem", BEFORE) as batch_op:
        batch_op.drop_column("cells")

    with altered("run", BEFORE) as batch_op:
        batch_op.drop_column("cost_micros")
        batch_op.drop_column("reads")

    with altered("person", BEFORE) as batch_op:
        batch_op.drop_column("anonymized_at")

    with altered("history_detail", BEFORE) as batch_op:
        batch_op.drop_column("redacted_at")

    with altered("consortium_settings", BEFORE) as batch_op:
        batch_op.drop_column("anonymize_after_months")

    op.drop_table("import_match")
    with op.batch_alter_table("tool") as batch_op:
        batch_op.drop_index(batch_op.f("ix_tool_consortium_id_place_id"))

    op.drop_table("tool")
    op.drop_table("opening_period")
    with op.batch_alter_table("account_step") as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_step_consortium_id_account_id"))

    op.drop_table("account_step")
    op.drop_table("account_detail")
    with op.batch_alter_table("account_contact") as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_contact_consortium_id_person_id"))
        batch_op.drop_index(batch_op.f("ix_account_contact_consortium_id_account_id"))

    op.drop_table("account_contact")
    with op.batch_alter_table("place_event") as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_event_consortium_id_place_id_happened_on"))

    op.drop_table("place_event")
    op.drop_table("opening_hours")
    with op.batch_alter_table("login_link") as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_link_login_id"))

    op.drop_table("login_link")
    op.drop_table("departure")
    op.drop_table("saved_match")
    with op.batch_alter_table("mail_message") as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_message_consortium_id_state_posted_at"))
        batch_op.drop_index(batch_op.f("ix_mail_message_consortium_id_purpose_about_id"))

    op.drop_table("mail_message")
    op.drop_table("login_choice")
    op.drop_table("worker_beat")
    with op.batch_alter_table("link_request") as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_request_email_hash_asked_at"))

    op.drop_table("link_request")
    with op.batch_alter_table("backup_made") as batch_op:
        batch_op.drop_index(batch_op.f("ix_backup_made_made_at"))

    op.drop_table("backup_made")
    with altered("history_entry", BEFORE):
        pass
    with altered("link_token", BEFORE):
        pass
