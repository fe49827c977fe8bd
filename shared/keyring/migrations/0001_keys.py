"""Data keys, wrapped; a destroyed one leaves its row, so that it is never made anew."""

from alembic import op

from shared.migrate import share


revision = "keyring_1"
down_revision = None


def upgrade() -> None:
    """Make the table; intake and clinics (api) make and destroy, notifications (worker) reads."""
    op.execute("""
        create table data_key (
            subject_id uuid primary key,
            master_id text,
            wrapped bytea,
            made_at timestamptz not null default now(),
            destroyed_at timestamptz,
            check ((wrapped is null) = (destroyed_at is not null)),
            check ((wrapped is null) = (master_id is null))
        )
    """)
    # What is destroyed stays destroyed, whichever role or hand would write a key there again.
    op.execute("""
        create function stays_destroyed() returns trigger language plpgsql as $$
            begin
                raise exception 'the key of % was destroyed', old.subject_id;
            end
        $$
    """)
    op.execute("""
        create trigger stays_destroyed before update on data_key
            for each row when (old.destroyed_at is not null) execute function stays_destroyed()
    """)
    share(op, "data_key", api="select, insert, update", worker="select")
