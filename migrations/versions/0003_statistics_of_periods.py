"""statistics of periods: PostgreSQL learns that a period's two days go together, and plans its reads by that."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: tables read by period: without this, the planner takes both days for independent and expects far too few rows
_TABLES = ("goal_standing", "kpi_standing", "scorecard")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _TABLES:
        op.execute(
            f"CREATE STATISTICS {table}_period (dependencies, mcv) ON period_first_on, period_last_on FROM {table}"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in _TABLES:
            op.execute(f"DROP STATISTICS {table}_period")
