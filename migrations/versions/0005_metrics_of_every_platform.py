"""metrics of every platform."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: the checks of the tables that are changed, before and after
BEFORE = {
    "history_entry": {
        "ck_history_entry_deed": "deed IN ('accounts.added', 'accounts.changed', 'accounts.connected', 'accounts.contact_named', 'accounts.moved', 'accounts.retired', 'accounts.step_taken', 'accounts.step_undone', 'accounts.imported', 'duties.ended', 'duties.assigned', 'duties.resumed', 'duties.withdrawn', 'consortia.created', 'consortia.settled', 'duties.exempted', 'duties.needed_again', 'people.email_changed', 'goals.event_noted', 'findings.acted_on', 'findings.step_done', 'findings.step_reopened', 'findings.checked', 'metrics.imported', 'goals.goal_ended', 'goals.goal_set', 'people.incumbency_begun', 'people.incumbency_ended', 'goals.kpi_set', 'people.membership_ended', 'people.membership_granted', 'people.imported', 'people.added', 'people.anonymized', 'people.changed', 'people.invited', 'people.joined', 'people.leaving', 'people.left', 'people.returned', 'people.stays', 'consortia.place_added', 'consortia.place_changed', 'consortia.place_closed', 'consortia.closure_added', 'consortia.closure_removed', 'consortia.place_counted', 'consortia.hours_removed', 'consortia.hours_set', 'consortia.place_merged', 'consortia.place_moved', 'consortia.place_opened', 'consortia.place_renamed', 'consortia.place_reopened', 'consortia.imported', 'policies.adopted', 'policies.declined', 'policies.drafted', 'policies.published', 'people.position_added', 'people.position_changed', 'people.position_closed', 'people.retention_set', 'people.position_moved', 'goals.strategy_set', 'goals.target_set', 'people.team_made', 'accounts.tool_added', 'accounts.tool_changed', 'accounts.tool_ended')",
    },
    "run": {},
}

AFTER = {
    "history_entry": {
        "ck_history_entry_deed": "deed IN ('accounts.added', 'accounts.address_given', 'accounts.asked_for', 'accounts.changed', 'accounts.connected', 'accounts.contact_named', 'accounts.drilled', 'accounts.moved', 'accounts.norms_set', 'accounts.request_decided', 'accounts.retired', 'accounts.retirement_begun', 'accounts.retirement_stepped', 'accounts.reviewed', 'accounts.step_taken', 'accounts.step_undone', 'accounts.imported', 'accounts.trial_ended', 'duties.ended', 'duties.assigned', 'duties.resumed', 'duties.withdrawn', 'consortia.created', 'consortia.settled', 'duties.exempted', 'duties.needed_again', 'people.email_changed', 'goals.event_noted', 'findings.acted_on', 'findings.step_done', 'findings.step_reopened', 'findings.checked', 'metrics.imported', 'goals.goal_ended', 'goals.goal_set', 'people.incumbency_begun', 'people.incumbency_ended', 'goals.kpi_set', 'accounts.look_alike_decided', 'accounts.look_alike_reported', 'people.membership_ended', 'people.membership_granted', 'people.imported', 'people.added', 'people.anonymized', 'people.changed', 'people.invited', 'people.joined', 'people.leaving', 'people.left', 'people.returned', 'people.stays', 'consortia.place_added', 'consortia.place_changed', 'consortia.place_closed', 'consortia.closure_added', 'consortia.closure_removed', 'consortia.place_counted', 'consortia.hours_removed', 'consortia.hours_set', 'consortia.place_merged', 'consortia.place_moved', 'consortia.place_opened', 'consortia.place_renamed', 'consortia.place_reopened', 'consortia.imported', 'policies.adopted', 'policies.declined', 'policies.drafted', 'policies.published', 'people.position_added', 'people.position_changed', 'people.position_closed', 'people.retention_set', 'people.position_moved', 'metrics.series_broken', 'metrics.series_rejoined', 'goals.strategy_set', 'goals.target_set', 'people.team_made', 'accounts.tool_added', 'accounts.tool_changed', 'accounts.tool_ended')",
    },
    "run": {},
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
    "look_alike",
    "retirement_tick",
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
        "account_drill",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("held_by", sa.String(length=120), nullable=False),
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
    with altered("run", AFTER) as batch_op:
        batch_op.add_column(sa.Column("raw", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("layout", sa.String(length=60), server_default="", nullable=False))
    with altered("history_entry", AFTER):
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
    with altered("run", BEFORE) as batch_op:
        batch_op.drop_column("layout")
        batch_op.drop_column("raw")

    op.drop_table("retirement_tick")
    with op.batch_alter_table("look_alike") as batch_op:
        batch_op.drop_index(batch_op.f("ix_look_alike_consortium_id_place_id"))

    op.drop_table("look_alike")
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
    op.drop_table("account_norms")
    with altered("history_entry", BEFORE):
        pass
