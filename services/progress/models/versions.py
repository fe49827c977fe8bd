"""Versions of the projection: a schema each, made by the worker's role, and the one that counts.

A version is never migrated. Code whose states look otherwise (`LAYOUT`) builds a new one from the
log; the views in `live` are moved to it in the transaction that switches.
"""

import hashlib

from msgspec import Struct, structs
from sqlalchemy import Index, MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from services.progress.domain import state
from services.progress.domain.packed import Layout
from services.progress.models.tables import CONSUMER, TABLES


FORM = 7  # raise it when old states can still be decoded but no longer mean the same

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

# A case's row is rewritten for every batch that touches it: room on its page keeps that cheap (no
# new index entries), and its bytes do not compress, so trying to is wasted work.
STORAGE = (
    "alter table {schema}.case_state set (fillfactor = 60)",
    "alter table {schema}.case_state alter column state set storage external",
)


def schema_of(version: int) -> str:
    """The schema in which a version of the projection lives."""
    return f"progress_v{int(version)}"


def consumer_of(version: int) -> str:
    """The name under which the places of a version that is not live are kept."""
    return f"{CONSUMER}_v{int(version)}"


def tables_of(version: int) -> MetaData:
    """The tables of one version."""
    metadata = MetaData(schema=schema_of(version))
    for make in TABLES:
        make(metadata)
    return metadata


def _layout() -> str:
    """What makes stored states readable: columns, the state's fields, the packed rows."""
    said = [
        f"{table.name}.{column.name} {column.type!r} {column.nullable}"
        for table in tables_of(1).sorted_tables
        for column in table.columns
    ]
    for name, found in sorted(vars(state).items()):
        if isinstance(found, Layout):
            said.append(f"{name} {found.fields}")
        elif isinstance(found, type) and issubclass(found, Struct) and found is not Struct:
            said += [f"{name}.{field.name} {field.type}" for field in structs.fields(found)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


LAYOUT = f"{FORM}-{_layout()}"


def making(version: int, layout: str = LAYOUT) -> list[str]:
    """The statements that make a version, empty, readable within the caller's clinics only."""
    schema, metadata = schema_of(version), tables_of(version)
    statements = [f"create schema {schema}"]
    for table in metadata.sorted_tables:
        made: list[ExecutableDDLElement] = [CreateTable(table)]
        made += map(CreateIndex, sorted(table.indexes, key=_name))
        statements += [str(each.compile(dialect=DIALECT)) for each in made]
        statements += _guarded(str(table))
    statements += [statement.format(schema=schema) for statement in STORAGE]
    return [
        *statements,
        f"grant usage on schema {schema} to progress_api, progress_owner",
        f"insert into projection (version, layout) values ({int(version)}, '{layout}')",
    ]


def _name(index: Index) -> str:
    return str(index.name)


def _guarded(table: str) -> list[str]:
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy clinics on {table} to progress_api using (clinic_id = any(app_clinics()))",
        f"create policy everything on {table} to progress_worker, progress_owner using (true)",
        f"grant select on {table} to progress_api",
        f"grant all on {table} to progress_owner",
    ]


def pointing(version: int) -> list[str]:
    """The statements that let everybody read and write this version from their commit on."""
    statements = [
        "create schema if not exists live",
        "grant usage on schema live to progress_api, progress_owner",
    ]
    for table in tables_of(version).tables.values():
        view = f"live.{table.name}"
        statements += [
            f"drop view if exists {view}",
            f"create view {view} with (security_invoker = true) as select * from {table}",
            f"grant select on {view} to progress_api",
            f"grant all on {view} to progress_owner",
        ]
    return [
        *statements,
        "update projection set live = false where live",
        f"update projection set live = true where version = {int(version)}",
    ]


def dropping(version: int) -> list[str]:
    """The statements that remove a version and its places."""
    consumer = consumer_of(version)
    return [
        f"drop schema if exists {schema_of(version)} cascade",
        f"delete from consumed where consumer = '{consumer}'",
        # What was skipped for good is skipped by every version that comes.
        f"delete from parked where consumer = '{consumer}' and state <> 'skipped'",
        f"delete from projection where version = {int(version)}",
    ]
