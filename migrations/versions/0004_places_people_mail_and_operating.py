"""places people mail and operating."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: new tables with rows of one consortium: row-level security is forced on each, its owner included
TENANT_TABLES = ("mail_message",)


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

    if op.get_bind().dialect.name == "postgresql":
        for table in TENANT_TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY tenant ON {table}"
                " USING (consortium_id = nullif(current_setting('app.consortium', true), '')::bigint)"
            )


def downgrade() -> None:
    with op.batch_alter_table("mail_message") as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_message_consortium_id_state_posted_at"))
        batch_op.drop_index(batch_op.f("ix_mail_message_consortium_id_purpose_about_id"))

    op.drop_table("mail_message")
    op.drop_table("worker_beat")
    with op.batch_alter_table("backup_made") as batch_op:
        batch_op.drop_index(batch_op.f("ix_backup_made_made_at"))

    op.drop_table("backup_made")
