"""the message queue: Huey's tables, in a schema of their own on PostgreSQL; SQLite keeps its queue in a file."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: as Huey 3.5 would make them itself, had the application the right to
_TABLES = (
    (
        "CREATE TABLE message_queue.huey_kv (queue text NOT NULL, key text NOT NULL, value bytea NOT NULL,"
        " PRIMARY KEY (queue, key))"
    ),
    (
        "CREATE TABLE message_queue.huey_schedule (id bigserial PRIMARY KEY, queue text NOT NULL, data bytea NOT NULL,"
        " timestamp double precision NOT NULL)"
    ),
    "CREATE INDEX huey_schedule_queue_timestamp ON message_queue.huey_schedule (queue, timestamp)",
    (
        "CREATE TABLE message_queue.huey_task (id bigserial PRIMARY KEY, queue text NOT NULL, data bytea NOT NULL,"
        " priority double precision NOT NULL DEFAULT 0.0)"
    ),
    "CREATE INDEX huey_task_queue_priority_id ON message_queue.huey_task (queue, priority DESC, id)",
    (
        "CREATE TABLE message_queue.huey_counter (queue text NOT NULL, key text NOT NULL,"
        " value bigint NOT NULL DEFAULT 0, PRIMARY KEY (queue, key))"
    ),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("CREATE SCHEMA message_queue")
    # messages are row numbers only; who may write them is decided table by table, as elsewhere
    op.execute("GRANT USAGE ON SCHEMA message_queue TO PUBLIC")
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SCHEMA message_queue CASCADE")
