"""A clinic's own wording of its measures, in every version that was ever brought."""

from alembic import op

from shared.migrate import guard


revision = "goals_5"
down_revision = "goals_4"


def upgrade() -> None:
    """Make the table; one version a language holds, the newest that was not withdrawn."""
    op.execute(
        """
        create table wording (
            wording_id uuid primary key, clinic_id uuid not null,
            measure text not null, version text not null,
            language text not null check (length(language) between 2 and 35),
            number int not null check (number >= 1), words jsonb not null,
            imported_at timestamptz not null, imported_by uuid not null,
            withdrawn_at timestamptz, withdrawn_by uuid,
            unique (clinic_id, measure, language, number),
            check ((withdrawn_at is null) = (withdrawn_by is null))
        )
        """
    )
    guard(op, "wording")
