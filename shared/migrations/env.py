"""Alembic's entry: runs revisions on the connection that shared/migrate.py hands over."""

from alembic import context


attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    version_table=attributes["version_table"],
    attributes=attributes,
    transaction_per_migration=False,
)
context.run_migrations()
