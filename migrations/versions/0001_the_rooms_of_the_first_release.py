"""the rooms of the first release."""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import Day

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: every table with rows of one consortium: row-level security is forced on each, its owner included
TENANT_TABLES = (
    "account",
    "account_share",
    "adoption",
    "assignment",
    "background_payload",
    "branch_detail",
    "clause",
    "closure",
    "consortium_settings",
    "credential",
    "daily_figure",
    "duty_exemption",
    "finding",
    "finding_action",
    "goal",
    "goal_event",
    "goal_standing",
    "history_detail",
    "history_entry",
    "history_head",
    "incumbency",
    "invitation",
    "kpi",
    "kpi_standing",
    "library_detail",
    "membership",
    "month_figure",
    "observation",
    "person",
    "place",
    "policy",
    "policy_rule",
    "policy_version",
    "position",
    "post",
    "rule_check",
    "rule_standing",
    "run",
    "run_problem",
    "scorecard",
    "series_break",
    "staged_figure",
    "strategy",
    "target",
    "team",
    "team_member",
    "upload",
)


def upgrade() -> None:
    op.create_table(
        "consortium",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consortium")),
        sa.UniqueConstraint("slug", name=op.f("uq_consortium_slug")),
    )
    op.create_table(
        "login",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("theme", sa.String(length=5), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.UniqueConstraint("email", name=op.f("uq_login_email")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_attempt_email_hash_tried_at"), ["email_hash", "tried_at"], unique=False
        )

    op.create_table(
        "background_payload",
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_background_payload_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_payload")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_background_payload_consortium_id_id")),
    )
    op.create_table(
        "background_row",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("open_key", sa.String(length=120), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "claimed",
                "done",
                "failed",
                name="rowstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.BigInteger(), nullable=False),
        sa.Column("steps_total", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_background_row_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_row")),
        sa.UniqueConstraint(
            "consortium_id", "kind", "open_key", name=op.f("uq_background_row_consortium_id_kind_open_key")
        ),
    )
    with op.batch_alter_table("background_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_background_row_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "consortium_settings",
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("fiscal_year_start_month", sa.SmallInteger(), nullable=False),
        sa.Column("names_shared_on", sa.Date(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("demo_as_of", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_consortium_settings_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consortium_settings")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_consortium_settings_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", name=op.f("uq_consortium_settings_consortium_id")),
    )
    op.create_table(
        "history_entry",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "deed",
            sa.Enum(
                "accounts.added",
                "accounts.changed",
                "accounts.connected",
                "accounts.retired",
                "duties.ended",
                "duties.assigned",
                "duties.resumed",
                "duties.withdrawn",
                "consortia.created",
                "duties.exempted",
                "duties.needed_again",
                "goals.event_noted",
                "findings.acted_on",
                "findings.checked",
                "metrics.imported",
                "goals.goal_ended",
                "goals.goal_set",
                "people.incumbency_begun",
                "people.incumbency_ended",
                "goals.kpi_set",
                "people.membership_ended",
                "people.membership_granted",
                "people.added",
                "people.invited",
                "people.joined",
                "consortia.place_added",
                "consortia.imported",
                "policies.adopted",
                "policies.declined",
                "policies.drafted",
                "policies.published",
                "people.position_added",
                "goals.strategy_set",
                "goals.target_set",
                "people.team_made",
                name="deed",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("place_path", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hash_before", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_history_entry_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_entry")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_history_entry_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "number", name=op.f("uq_history_entry_consortium_id_number")),
    )
    with op.batch_alter_table("history_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_history_entry_consortium_id_done_at"), ["consortium_id", "done_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_history_entry_consortium_id_subject_kind_subject_id"),
            ["consortium_id", "subject_kind", "subject_id"],
            unique=False,
        )

    op.create_table(
        "history_head",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_history_head_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("consortium_id", name=op.f("pk_history_head")),
    )
    op.create_table(
        "link_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("invite", "set_up", name="linkpurpose", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_link_token_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_link_token_token_hash")),
    )
    op.create_table(
        "login_consortium",
        sa.Column("login_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_login_consortium_consortium_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_login_consortium_login_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_consortium")),
        sa.UniqueConstraint("consortium_id", "person_id", name=op.f("uq_login_consortium_consortium_id_person_id")),
        sa.UniqueConstraint("login_id", "consortium_id", name=op.f("uq_login_consortium_login_id_consortium_id")),
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("login_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_login_session_consortium_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_login_session_login_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_login_id"), ["login_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_person_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("consortium_id", "email", name=op.f("uq_person_consortium_id_email")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_person_consortium_id_id")),
    )
    op.create_table(
        "place",
        sa.Column(
            "kind",
            sa.Enum(
                "consortium",
                "system",
                "library",
                "branch",
                name="placekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("population", sa.BigInteger(), nullable=True),
        sa.Column(
            "population_method",
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
        sa.Column("population_year", sa.SmallInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on",
            name=op.f("ck_place_closes_after_opening"),
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "parent_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_place_consortium_id_parent_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_place_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("consortium_id", "code", name=op.f("uq_place_consortium_id_code")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_place_consortium_id_id")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_place_consortium_id_parent_id_name"), ["consortium_id", "parent_id", "name"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_place_consortium_id_path"), ["consortium_id", "path"], unique=False)

    op.create_table(
        "upload",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_upload_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_upload_consortium_id_id")),
    )
    op.create_table(
        "account",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("handle", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("base_url", sa.String(length=300), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column(
            "mode",
            sa.Enum(
                "conversational",
                "broadcast_only",
                "comments_closed",
                "dormant",
                name="accountmode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "active",
                "on_watch",
                "retired",
                name="accountstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column(
            "connection",
            sa.Enum(
                "not_connected",
                "working",
                "sign_in_expired",
                "failing",
                "limited",
                "file_only",
                name="connection",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("connection_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connection_note", sa.String(length=300), nullable=False),
        sa.Column("last_pull_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_pulls", sa.SmallInteger(), nullable=False),
        sa.Column("next_pull_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("newest_figure_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_account_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "platform", "url", name=op.f("uq_account_consortium_id_platform_url")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_consortium_id_next_pull_at"), ["consortium_id", "next_pull_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_account_consortium_id_place_id"), ["consortium_id", "place_id"], unique=False
        )

    op.create_table(
        "branch_detail",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "branch_type",
            sa.Enum("CE", "BR", "BS", "BM", name="branchtype", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("fscs_key", sa.String(length=10), nullable=True),
        sa.Column("fscs_sequence", sa.String(length=3), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_branch_detail_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_branch_detail_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_detail")),
        sa.UniqueConstraint(
            "consortium_id",
            "fscs_key",
            "fscs_sequence",
            name=op.f("uq_branch_detail_consortium_id_fscs_key_fscs_sequence"),
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_branch_detail_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "place_id", name=op.f("uq_branch_detail_consortium_id_place_id")),
    )
    op.create_table(
        "closure",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_closure_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_closure_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_closure_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_closure_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id", "place_id", "first_on", name=op.f("uq_closure_consortium_id_place_id_first_on")
        ),
    )
    op.create_table(
        "goal_event",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_goal_event_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_goal_event_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_event")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_goal_event_consortium_id_id")),
    )
    with op.batch_alter_table("goal_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_goal_event_consortium_id_place_id_happened_on"),
            ["consortium_id", "place_id", "happened_on"],
            unique=False,
        )

    op.create_table(
        "history_detail",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "entry_id"],
            ["history_entry.consortium_id", "history_entry.id"],
            name=op.f("fk_history_detail_consortium_id_entry_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_history_detail_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_detail")),
        sa.UniqueConstraint("consortium_id", "entry_id", name=op.f("uq_history_detail_consortium_id_entry_id")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_history_detail_consortium_id_id")),
    )
    op.create_table(
        "invitation",
        sa.Column("link_token_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_invitation_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_invitation_consortium_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["link_token_id"], ["link_token.id"], name=op.f("fk_invitation_link_token_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_invitation_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "link_token_id", name=op.f("uq_invitation_consortium_id_link_token_id")),
    )
    op.create_table(
        "library_detail",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fscs_key", sa.String(length=10), nullable=True),
        sa.Column("state_id", sa.String(length=30), nullable=True),
        sa.Column("isil", sa.String(length=16), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("fiscal_year_start_month", sa.SmallInteger(), nullable=True),
        sa.Column("shares_name", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_library_detail_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_library_detail_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_detail")),
        sa.UniqueConstraint("consortium_id", "fscs_key", name=op.f("uq_library_detail_consortium_id_fscs_key")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_library_detail_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "place_id", name=op.f("uq_library_detail_consortium_id_place_id")),
    )
    op.create_table(
        "membership",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "consortium_admin",
                "director",
                "branch_manager",
                "staff",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_membership_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_membership_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_membership_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_membership_consortium_id_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_consortium_id_person_id"), ["consortium_id", "person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_membership_consortium_id_place_id"), ["consortium_id", "place_id"], unique=False
        )

    op.create_table(
        "policy",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "force",
            sa.Enum("required", "recommended", name="force", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("issued_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template", sa.String(length=10), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "issued_by_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_policy_consortium_id_issued_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_policy_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("consortium_id", "code", name=op.f("uq_policy_consortium_id_code")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_policy_consortium_id_id")),
    )
    op.create_table(
        "position",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("reports_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contracted_hours", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("agreed_hours", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_position_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "reports_to_id"],
            ["position.consortium_id", "position.id"],
            name=op.f("fk_position_consortium_id_reports_to_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_position_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_position_consortium_id_id")),
    )
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_position_consortium_id_place_id"), ["consortium_id", "place_id"], unique=False
        )

    op.create_table(
        "scorecard",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period_first_on", sa.Date(), nullable=False),
        sa.Column("period_last_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "off_track",
                "at_risk",
                "on_track",
                "no_data",
                "not_applicable",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parts", sa.BigInteger(), nullable=False),
        sa.Column("parts_judged", sa.BigInteger(), nullable=False),
        sa.Column("parts_on_track", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("rebuilt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_scorecard_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_scorecard_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecard")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_scorecard_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id",
            "period_last_on",
            "period_first_on",
            "place_id",
            name=op.f("uq_scorecard_consortium_id_period_last_on_period_first_on_place_id"),
        ),
    )
    op.create_table(
        "strategy",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_strategy_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_strategy_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategy")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_strategy_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id", "place_id", "first_on", name=op.f("uq_strategy_consortium_id_place_id_first_on")
        ),
    )
    op.create_table(
        "team",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_team_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_team_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_team_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "place_id", "name", name=op.f("uq_team_consortium_id_place_id_name")),
    )
    op.create_table(
        "account_share",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_account_share_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_account_share_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_account_share_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_share")),
        sa.UniqueConstraint(
            "consortium_id", "account_id", "place_id", name=op.f("uq_account_share_consortium_id_account_id_place_id")
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_account_share_consortium_id_id")),
    )
    op.create_table(
        "assignment",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "family",
            sa.Enum(
                "listen",
                "post",
                "follow",
                "answer",
                "critics",
                "other",
                name="family",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("hours_per_week", sa.Numeric(precision=4, scale=2), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(position_id IS NULL) <> (team_id IS NULL)", name=op.f("ck_assignment_position_or_team")),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name=op.f("ck_assignment_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_assignment_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_assignment_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "position_id"],
            ["position.consortium_id", "position.id"],
            name=op.f("fk_assignment_consortium_id_position_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "team_id"],
            ["team.consortium_id", "team.id"],
            name=op.f("fk_assignment_consortium_id_team_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_assignment_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_assignment_consortium_id_id")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assignment_consortium_id_account_id_family"),
            ["consortium_id", "account_id", "family"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_assignment_consortium_id_place_id"), ["consortium_id", "place_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assignment_consortium_id_position_id"), ["consortium_id", "position_id"], unique=False
        )

    op.create_table(
        "credential",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_credential_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_credential_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("consortium_id", "account_id", name=op.f("uq_credential_consortium_id_account_id")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_credential_consortium_id_id")),
    )
    op.create_table(
        "duty_exemption",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "family",
            sa.Enum(
                "listen",
                "post",
                "follow",
                "answer",
                "critics",
                "other",
                name="family",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name=op.f("ck_duty_exemption_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_duty_exemption_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_duty_exemption_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_duty_exemption_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_exemption")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_duty_exemption_consortium_id_id")),
    )
    with op.batch_alter_table("duty_exemption", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_duty_exemption_consortium_id_account_id_place_id_family"),
            ["consortium_id", "account_id", "place_id", "family"],
            unique=False,
        )

    op.create_table(
        "goal",
        sa.Column("strategy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "owner_id"],
            ["position.consortium_id", "position.id"],
            name=op.f("fk_goal_consortium_id_owner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_goal_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "strategy_id"],
            ["strategy.consortium_id", "strategy.id"],
            name=op.f("fk_goal_consortium_id_strategy_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_goal_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_goal_consortium_id_id")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_consortium_id_place_id"), ["consortium_id", "place_id"], unique=False)

    op.create_table(
        "incumbency",
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name=op.f("ck_incumbency_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "person_id"],
            ["person.consortium_id", "person.id"],
            name=op.f("fk_incumbency_consortium_id_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "position_id"],
            ["position.consortium_id", "position.id"],
            name=op.f("fk_incumbency_consortium_id_position_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_incumbency_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incumbency")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_incumbency_consortium_id_id")),
    )
    with op.batch_alter_table("incumbency", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_incumbency_consortium_id_person_id"), ["consortium_id", "person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_incumbency_consortium_id_position_id"), ["consortium_id", "position_id"], unique=False
        )

    op.create_table(
        "month_figure",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", Day(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("days_posted", sa.SmallInteger(), nullable=False),
        sa.Column("followers_first", sa.BigInteger(), nullable=True),
        sa.Column("followers_last", sa.BigInteger(), nullable=True),
        sa.Column("posts", sa.BigInteger(), nullable=True),
        sa.Column("posts_days", sa.SmallInteger(), nullable=False),
        sa.Column("replies", sa.BigInteger(), nullable=True),
        sa.Column("replies_days", sa.SmallInteger(), nullable=False),
        sa.Column("asks", sa.BigInteger(), nullable=True),
        sa.Column("asks_days", sa.SmallInteger(), nullable=False),
        sa.Column("broadcasts", sa.BigInteger(), nullable=True),
        sa.Column("broadcasts_days", sa.SmallInteger(), nullable=False),
        sa.Column("reactions", sa.BigInteger(), nullable=True),
        sa.Column("reactions_days", sa.SmallInteger(), nullable=False),
        sa.Column("comments", sa.BigInteger(), nullable=True),
        sa.Column("comments_days", sa.SmallInteger(), nullable=False),
        sa.Column("shares", sa.BigInteger(), nullable=True),
        sa.Column("shares_days", sa.SmallInteger(), nullable=False),
        sa.Column("views", sa.BigInteger(), nullable=True),
        sa.Column("views_days", sa.SmallInteger(), nullable=False),
        sa.Column("reach", sa.BigInteger(), nullable=True),
        sa.Column("reach_days", sa.SmallInteger(), nullable=False),
        sa.Column("link_clicks", sa.BigInteger(), nullable=True),
        sa.Column("link_clicks_days", sa.SmallInteger(), nullable=False),
        sa.Column("mentions", sa.BigInteger(), nullable=True),
        sa.Column("mentions_days", sa.SmallInteger(), nullable=False),
        sa.Column("questions_due", sa.BigInteger(), nullable=True),
        sa.Column("questions_due_days", sa.SmallInteger(), nullable=False),
        sa.Column("questions_in_time", sa.BigInteger(), nullable=True),
        sa.Column("questions_in_time_days", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_month_figure_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_month_figure_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("consortium_id", "account_id", "month", name=op.f("pk_month_figure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "policy_version",
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "approved",
                "in_force",
                "replaced",
                "withdrawn",
                name="versionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("review_by_on", sa.Date(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "policy_id"],
            ["policy.consortium_id", "policy.id"],
            name=op.f("fk_policy_version_consortium_id_policy_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_policy_version_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_policy_version_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id", "policy_id", "number", name=op.f("uq_policy_version_consortium_id_policy_id_number")
        ),
    )
    op.create_table(
        "run",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("pull", "import", "demo", name="runkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "checked",
                "done",
                "failed",
                name="runstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("background_row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("metrics", sa.String(length=400), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_added", sa.BigInteger(), nullable=False),
        sa.Column("rows_changed", sa.BigInteger(), nullable=False),
        sa.Column("rows_same", sa.BigInteger(), nullable=False),
        sa.Column("problems", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_run_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_run_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_run_consortium_id_id")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_run_consortium_id_account_id_started_at"),
            ["consortium_id", "account_id", "started_at"],
            unique=False,
        )

    op.create_table(
        "series_break",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_series_break_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_series_break_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_break")),
        sa.UniqueConstraint(
            "consortium_id",
            "account_id",
            "metric",
            "from_on",
            name=op.f("uq_series_break_consortium_id_account_id_metric_from_on"),
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_series_break_consortium_id_id")),
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "position_id"],
            ["position.consortium_id", "position.id"],
            name=op.f("fk_team_member_consortium_id_position_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "team_id"],
            ["team.consortium_id", "team.id"],
            name=op.f("fk_team_member_consortium_id_team_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_team_member_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_team_member_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id", "team_id", "position_id", name=op.f("uq_team_member_consortium_id_team_id_position_id")
        ),
    )
    op.create_table(
        "adoption",
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "adopted",
                "adopted_with_changes",
                "declined",
                name="adoptiondecision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("vote", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(decision = 'declined') = (in_force_on IS NULL)", name=op.f("ck_adoption_binds_unless_declined")
        ),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= in_force_on", name=op.f("ck_adoption_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_adoption_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "policy_id"],
            ["policy.consortium_id", "policy.id"],
            name=op.f("fk_adoption_consortium_id_policy_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "version_id"],
            ["policy_version.consortium_id", "policy_version.id"],
            name=op.f("fk_adoption_consortium_id_version_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_adoption_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_adoption_consortium_id_id")),
    )
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adoption_consortium_id_place_id_in_force_on"),
            ["consortium_id", "place_id", "in_force_on"],
            unique=False,
        )
        batch_op.create_index(
            "uq_adoption_open",
            ["consortium_id", "policy_id", "place_id"],
            unique=True,
            sqlite_where=sa.text("in_force_on IS NOT NULL AND ended_on IS NULL"),
            postgresql_where=sa.text("in_force_on IS NOT NULL AND ended_on IS NULL"),
        )

    op.create_table(
        "clause",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "version_id"],
            ["policy_version.consortium_id", "policy_version.id"],
            name=op.f("fk_clause_consortium_id_version_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_clause_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_clause_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id", "version_id", "number", name=op.f("uq_clause_consortium_id_version_id_number")
        ),
    )
    op.create_table(
        "daily_figure",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "source",
            sa.Enum("pull", "import", "by_hand", "computed", "demo", name="source", native_enum=False, length=10),
            nullable=False,
        ),
        sa.Column("followers", sa.BigInteger(), nullable=True),
        sa.Column("following", sa.BigInteger(), nullable=True),
        sa.Column("posts", sa.BigInteger(), nullable=True),
        sa.Column("replies", sa.BigInteger(), nullable=True),
        sa.Column("asks", sa.BigInteger(), nullable=True),
        sa.Column("broadcasts", sa.BigInteger(), nullable=True),
        sa.Column("reactions", sa.BigInteger(), nullable=True),
        sa.Column("comments", sa.BigInteger(), nullable=True),
        sa.Column("shares", sa.BigInteger(), nullable=True),
        sa.Column("views", sa.BigInteger(), nullable=True),
        sa.Column("reach", sa.BigInteger(), nullable=True),
        sa.Column("link_clicks", sa.BigInteger(), nullable=True),
        sa.Column("mentions", sa.BigInteger(), nullable=True),
        sa.Column("questions_due", sa.BigInteger(), nullable=True),
        sa.Column("questions_in_time", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_daily_figure_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_daily_figure_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_daily_figure_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("consortium_id", "account_id", "day", name=op.f("pk_daily_figure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "goal_standing",
        sa.Column("goal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period_first_on", sa.Date(), nullable=False),
        sa.Column("period_last_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "off_track",
                "at_risk",
                "on_track",
                "no_data",
                "not_applicable",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parts", sa.BigInteger(), nullable=False),
        sa.Column("parts_judged", sa.BigInteger(), nullable=False),
        sa.Column("parts_on_track", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "goal_id"],
            ["goal.consortium_id", "goal.id"],
            name=op.f("fk_goal_standing_consortium_id_goal_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_goal_standing_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_standing")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_goal_standing_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id",
            "period_last_on",
            "period_first_on",
            "goal_id",
            name=op.f("uq_goal_standing_consortium_id_period_last_on_period_first_on_goal_id"),
        ),
    )
    op.create_table(
        "kpi",
        sa.Column("goal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("definition", sa.String(length=10), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("up", "down", "band", name="direction", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("baseline", sa.Double(), nullable=True),
        sa.Column("baseline_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "goal_id"],
            ["goal.consortium_id", "goal.id"],
            name=op.f("fk_kpi_consortium_id_goal_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "owner_id"],
            ["position.consortium_id", "position.id"],
            name=op.f("fk_kpi_consortium_id_owner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_kpi_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_kpi_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_kpi_consortium_id_id")),
    )
    with op.batch_alter_table("kpi", schema=None) as batch_op:
        batch_op.create_index(
            "uq_kpi_open",
            ["consortium_id", "place_id", "definition"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "observation",
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
        sa.Column("revision", sa.SmallInteger(), nullable=False),
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
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(value IS NULL) <> (reason IS NULL)", name=op.f("ck_observation_value_or_reason")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_observation_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_observation_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_observation_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint(
            "consortium_id",
            "account_id",
            "day",
            "metric",
            "revision",
            name=op.f("uq_observation_consortium_id_account_id_day_metric_revision"),
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_observation_consortium_id_id")),
    )
    op.create_table(
        "post",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_reply", sa.Boolean(), nullable=False),
        sa.Column("is_repost", sa.Boolean(), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=True),
        sa.Column("has_media", sa.Boolean(), nullable=False),
        sa.Column("has_link", sa.Boolean(), nullable=False),
        sa.Column("was_answered_by_us", sa.Boolean(), nullable=False),
        sa.Column("reactions", sa.BigInteger(), nullable=True),
        sa.Column("comments", sa.BigInteger(), nullable=True),
        sa.Column("shares", sa.BigInteger(), nullable=True),
        sa.Column("views", sa.BigInteger(), nullable=True),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_post_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_post_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_post_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint(
            "consortium_id", "account_id", "external_id", name=op.f("uq_post_consortium_id_account_id_external_id")
        ),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_post_consortium_id_id")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_post_consortium_id_account_id_published_at"),
            ["consortium_id", "account_id", "published_at"],
            unique=False,
        )

    op.create_table(
        "run_problem",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("column", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("sentence", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_run_problem_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_run_problem_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_problem")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_run_problem_consortium_id_id")),
    )
    with op.batch_alter_table("run_problem", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_run_problem_consortium_id_run_id_line"), ["consortium_id", "run_id", "line"], unique=False
        )

    op.create_table(
        "staged_figure",
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("followers", sa.BigInteger(), nullable=True),
        sa.Column("following", sa.BigInteger(), nullable=True),
        sa.Column("posts", sa.BigInteger(), nullable=True),
        sa.Column("replies", sa.BigInteger(), nullable=True),
        sa.Column("asks", sa.BigInteger(), nullable=True),
        sa.Column("broadcasts", sa.BigInteger(), nullable=True),
        sa.Column("reactions", sa.BigInteger(), nullable=True),
        sa.Column("comments", sa.BigInteger(), nullable=True),
        sa.Column("shares", sa.BigInteger(), nullable=True),
        sa.Column("views", sa.BigInteger(), nullable=True),
        sa.Column("reach", sa.BigInteger(), nullable=True),
        sa.Column("link_clicks", sa.BigInteger(), nullable=True),
        sa.Column("mentions", sa.BigInteger(), nullable=True),
        sa.Column("questions_due", sa.BigInteger(), nullable=True),
        sa.Column("questions_in_time", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consortium_id", "account_id"],
            ["account.consortium_id", "account.id"],
            name=op.f("fk_staged_figure_consortium_id_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "run_id"],
            ["run.consortium_id", "run.id"],
            name=op.f("fk_staged_figure_consortium_id_run_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_staged_figure_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("consortium_id", "run_id", "account_id", "day", name=op.f("pk_staged_figure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kpi_standing",
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("definition", sa.String(length=10), nullable=False),
        sa.Column("kpi_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("period_first_on", sa.Date(), nullable=False),
        sa.Column("period_last_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "off_track",
                "at_risk",
                "on_track",
                "no_data",
                "not_applicable",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "no_such_account",
                "closed",
                "no_target",
                "no_owner",
                "nothing_to_judge",
                "no_population",
                "withdrawn",
                "not_offered",
                "not_collected",
                "stale",
                "incomplete",
                "too_few",
                name="standingreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason_words", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("numerator", sa.Double(), nullable=True),
        sa.Column("cases", sa.BigInteger(), nullable=True),
        sa.Column("target", sa.Double(), nullable=True),
        sa.Column("target_upper", sa.Double(), nullable=True),
        sa.Column("completeness", sa.Double(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("value IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_kpi_standing_value_or_reason")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "kpi_id"],
            ["kpi.consortium_id", "kpi.id"],
            name=op.f("fk_kpi_standing_consortium_id_kpi_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_kpi_standing_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_kpi_standing_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi_standing")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_kpi_standing_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id",
            "period_last_on",
            "period_first_on",
            "place_id",
            "definition",
            name=op.f("uq_kpi_standing_consortium_id_period_last_on_period_first_on_place_id_definition"),
        ),
    )
    op.create_table(
        "policy_rule",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum("required", "advised", name="severity", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("grace_days", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "clause_id"],
            ["clause.consortium_id", "clause.id"],
            name=op.f("fk_policy_rule_consortium_id_clause_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "version_id"],
            ["policy_version.consortium_id", "policy_version.id"],
            name=op.f("fk_policy_rule_consortium_id_version_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_policy_rule_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_rule")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_policy_rule_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id", "version_id", "key", name=op.f("uq_policy_rule_consortium_id_version_id_key")
        ),
    )
    op.create_table(
        "target",
        sa.Column("kpi_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("upper", sa.Double(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("upper IS NULL OR upper >= value", name=op.f("ck_target_band_is_ordered")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "kpi_id"],
            ["kpi.consortium_id", "kpi.id"],
            name=op.f("fk_target_consortium_id_kpi_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_target_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_target_consortium_id_id")),
        sa.UniqueConstraint("consortium_id", "kpi_id", "from_on", name=op.f("uq_target_consortium_id_kpi_id_from_on")),
    )
    op.create_table(
        "rule_check",
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period_first_on", sa.Date(), nullable=False),
        sa.Column("period_last_on", sa.Date(), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "pass",
                "fail",
                "not_measurable",
                "not_applicable",
                "waived",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("cases", sa.BigInteger(), nullable=True),
        sa.Column("measured", sa.Double(), nullable=True),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("rows_used", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("period_last_on >= period_first_on", name=op.f("ck_rule_check_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_rule_check_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "rule_id"],
            ["policy_rule.consortium_id", "policy_rule.id"],
            name=op.f("fk_rule_check_consortium_id_rule_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_rule_check_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_check")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_rule_check_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id",
            "rule_id",
            "place_id",
            "period_last_on",
            "period_first_on",
            name=op.f("uq_rule_check_consortium_id_rule_id_place_id_period_last_on_period_first_on"),
        ),
    )
    with op.batch_alter_table("rule_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rule_check_consortium_id_place_id"), ["consortium_id", "place_id"], unique=False
        )

    op.create_table(
        "rule_standing",
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "pass",
                "fail",
                "not_measurable",
                "not_applicable",
                "waived",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("cases", sa.BigInteger(), nullable=True),
        sa.Column("period_first_on", sa.Date(), nullable=False),
        sa.Column("period_last_on", sa.Date(), nullable=False),
        sa.Column("grace_until", sa.Date(), nullable=True),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_rule_standing_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "rule_id"],
            ["policy_rule.consortium_id", "policy_rule.id"],
            name=op.f("fk_rule_standing_consortium_id_rule_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_rule_standing_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_standing")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_rule_standing_consortium_id_id")),
        sa.UniqueConstraint(
            "consortium_id", "rule_id", "place_id", name=op.f("uq_rule_standing_consortium_id_rule_id_place_id")
        ),
    )
    with op.batch_alter_table("rule_standing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rule_standing_consortium_id_place_id"), ["consortium_id", "place_id"], unique=False
        )

    op.create_table(
        "finding",
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("check_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "put_right", name="findingstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("to_pass", sa.String(length=300), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(state = 'open') = (closed_on IS NULL)", name=op.f("ck_finding_closed_when_put_right")),
        sa.ForeignKeyConstraint(
            ["consortium_id", "check_id"],
            ["rule_check.consortium_id", "rule_check.id"],
            name=op.f("fk_finding_consortium_id_check_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "owner_id"],
            ["position.consortium_id", "position.id"],
            name=op.f("fk_finding_consortium_id_owner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "place_id"],
            ["place.consortium_id", "place.id"],
            name=op.f("fk_finding_consortium_id_place_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "rule_id"],
            ["policy_rule.consortium_id", "policy_rule.id"],
            name=op.f("fk_finding_consortium_id_rule_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_finding_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_finding_consortium_id_id")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_consortium_id_check_id"), ["consortium_id", "check_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_finding_consortium_id_place_id_state"), ["consortium_id", "place_id", "state"], unique=False
        )
        batch_op.create_index(
            "uq_finding_open",
            ["consortium_id", "rule_id", "place_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "finding_action",
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consortium_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id", "finding_id"],
            ["finding.consortium_id", "finding.id"],
            name=op.f("fk_finding_action_consortium_id_finding_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id", "owner_id"],
            ["position.consortium_id", "position.id"],
            name=op.f("fk_finding_action_consortium_id_owner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_finding_action_consortium_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_action")),
        sa.UniqueConstraint("consortium_id", "id", name=op.f("uq_finding_action_consortium_id_id")),
    )
    with op.batch_alter_table("finding_action", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_action_consortium_id_finding_id"), ["consortium_id", "finding_id"], unique=False
        )
    if op.get_bind().dialect.name == "postgresql":
        for table in TENANT_TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY tenant ON {table}"
                " USING (consortium_id = nullif(current_setting('app.consortium', true), '')::bigint)"
            )


def downgrade() -> None:
    with op.batch_alter_table("finding_action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_action_consortium_id_finding_id"))

    op.drop_table("finding_action")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_finding_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_finding_consortium_id_place_id_state"))
        batch_op.drop_index(batch_op.f("ix_finding_consortium_id_check_id"))

    op.drop_table("finding")
    with op.batch_alter_table("rule_standing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_standing_consortium_id_place_id"))

    op.drop_table("rule_standing")
    with op.batch_alter_table("rule_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_check_consortium_id_place_id"))

    op.drop_table("rule_check")
    op.drop_table("target")
    op.drop_table("policy_rule")
    op.drop_table("kpi_standing")
    op.drop_table("staged_figure")
    with op.batch_alter_table("run_problem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_problem_consortium_id_run_id_line"))

    op.drop_table("run_problem")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_consortium_id_account_id_published_at"))

    op.drop_table("post")
    op.drop_table("observation")
    with op.batch_alter_table("kpi", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_kpi_open", sqlite_where=sa.text("ended_on IS NULL"), postgresql_where=sa.text("ended_on IS NULL")
        )

    op.drop_table("kpi")
    op.drop_table("goal_standing")
    op.drop_table("daily_figure")
    op.drop_table("clause")
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_adoption_open",
            sqlite_where=sa.text("in_force_on IS NOT NULL AND ended_on IS NULL"),
            postgresql_where=sa.text("in_force_on IS NOT NULL AND ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_adoption_consortium_id_place_id_in_force_on"))

    op.drop_table("adoption")
    op.drop_table("team_member")
    op.drop_table("series_break")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_consortium_id_account_id_started_at"))

    op.drop_table("run")
    op.drop_table("policy_version")
    op.drop_table("month_figure")
    with op.batch_alter_table("incumbency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incumbency_consortium_id_position_id"))
        batch_op.drop_index(batch_op.f("ix_incumbency_consortium_id_person_id"))

    op.drop_table("incumbency")
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_consortium_id_place_id"))

    op.drop_table("goal")
    with op.batch_alter_table("duty_exemption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_exemption_consortium_id_account_id_place_id_family"))

    op.drop_table("duty_exemption")
    op.drop_table("credential")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_consortium_id_position_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_consortium_id_place_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_consortium_id_account_id_family"))

    op.drop_table("assignment")
    op.drop_table("account_share")
    op.drop_table("team")
    op.drop_table("strategy")
    op.drop_table("scorecard")
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_position_consortium_id_place_id"))

    op.drop_table("position")
    op.drop_table("policy")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_consortium_id_place_id"))
        batch_op.drop_index(batch_op.f("ix_membership_consortium_id_person_id"))

    op.drop_table("membership")
    op.drop_table("library_detail")
    op.drop_table("invitation")
    op.drop_table("history_detail")
    with op.batch_alter_table("goal_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_event_consortium_id_place_id_happened_on"))

    op.drop_table("goal_event")
    op.drop_table("closure")
    op.drop_table("branch_detail")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_consortium_id_place_id"))
        batch_op.drop_index(batch_op.f("ix_account_consortium_id_next_pull_at"))

    op.drop_table("account")
    op.drop_table("upload")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_consortium_id_path"))
        batch_op.drop_index(batch_op.f("ix_place_consortium_id_parent_id_name"))

    op.drop_table("place")
    op.drop_table("person")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_login_id"))

    op.drop_table("login_session")
    op.drop_table("login_consortium")
    op.drop_table("link_token")
    op.drop_table("history_head")
    with op.batch_alter_table("history_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_entry_consortium_id_subject_kind_subject_id"))
        batch_op.drop_index(batch_op.f("ix_history_entry_consortium_id_done_at"))

    op.drop_table("history_entry")
    op.drop_table("consortium_settings")
    with op.batch_alter_table("background_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_background_row_state_due_at"))

    op.drop_table("background_row")
    op.drop_table("background_payload")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_email_hash_tried_at"))

    op.drop_table("sign_in_attempt")
    op.drop_table("login")
    op.drop_table("consortium")
