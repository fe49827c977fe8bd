"""What is saved on a link and not sent yet lies sealed; staff hear of a safety item in it."""

from alembic import op


revision = "goals_6"
down_revision = "goals_5"

# The plain answers of links that are open now are forgotten, not moved: they belong under their
# clients' keys, which no revision has. Those people answer their few questions once more.
STATEMENTS = (
    "alter table link drop answers, add sealed text",
    "alter table link add safety_at timestamptz, add unsent_told_at timestamptz",
    "update link set safety_at = opened_at where safety",
    "alter table link drop safety",
    # The opener looks every two seconds; links of this kind are few.
    """
    create index link_unsent on link (safety_at)
        where state = 'open' and safety_at is not null and unsent_told_at is null
    """,
)


def upgrade() -> None:
    """Change the table; what was answered to a safety item keeps that it was."""
    for statement in STATEMENTS:
        op.execute(statement)
