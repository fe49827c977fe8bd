"""Into which version is folded: its tables, its places, its locks, and whether anybody is told."""

from dataclasses import dataclass

from services.progress.models.tables import CONSUMER, LOCK_SPACE
from services.progress.models.versions import consumer_of, schema_of


LOAD = """
select case_id, version, state from {schema}.case_state where case_id = any($1::uuid[])
"""
# A row that is not as it was when it was read is left alone, and the count says so.
SAVE = """
insert into {schema}.case_state as held
    (case_id, clinic_id, clinician_id, status, version, state, due_at, numbers)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bytea[],
    $7::timestamptz[], $8::int[])
on conflict (case_id) do update set clinic_id = excluded.clinic_id,
    clinician_id = excluded.clinician_id, status = excluded.status,
    version = excluded.version, state = excluded.state, due_at = excluded.due_at,
    numbers = excluded.numbers
where held.version = excluded.version - 1
"""
SAVE_FLAG = """
insert into {schema}.flag as held
    (flag_id, case_id, clinic_id, client_id, rule, rule_version, severity, raised_at, cleared,
     evidence, because, parameters, grown_at)
select flag_id, case_id, clinic_id, client_id, rule, rule_version, severity, raised_at, cleared,
    string_to_array(evidence, ' ')::uuid[], because, parameters::jsonb, grown_at
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::int[], $7::text[],
    $8::timestamptz[], $9::bool[], $10::text[], $11::bytea[], $12::text[], $13::timestamptz[])
    as told (flag_id, case_id, clinic_id, client_id, rule, rule_version, severity, raised_at,
        cleared, evidence, because, parameters, grown_at)
on conflict (flag_id) do update set client_id = excluded.client_id, severity = excluded.severity,
    cleared = excluded.cleared, evidence = excluded.evidence, because = excluded.because,
    rule_version = excluded.rule_version, parameters = excluded.parameters,
    grown_at = excluded.grown_at
returning case_id, rule
"""
SAVE_CLINIC = """
insert into {schema}.clinic as held (clinic_id, zone, rules, numbers, calendars)
values ($1, $2, '{{}}', 1, '{{}}')
on conflict (clinic_id) do update set zone = excluded.zone, numbers = held.numbers + 1
where held.zone <> excluded.zone
"""
# Its settings say where a clinic is; until they are heard of the days are those of UTC.
SAVE_RULES = """
insert into {schema}.clinic as held (clinic_id, zone, rules, numbers, calendars)
values ($1, 'UTC', jsonb_build_object($2::text, $3::jsonb), 1, '{{}}')
on conflict (clinic_id) do update set rules = held.rules || excluded.rules,
    numbers = held.numbers + 1
where held.rules -> $2::text is null
"""
# Other numbers are asked for from both sides: each is a range of the index, "<>" reads it whole.
DUE = """
select case_id from (
    select case_id from {schema}.case_state where due_at <= $1
    union
    select case_id from {schema}.case_state join {schema}.clinic using (clinic_id)
    where case_state.numbers < clinic.numbers
    union
    select case_id from {schema}.case_state join {schema}.clinic using (clinic_id)
    where case_state.numbers > clinic.numbers
) as due
where case_id > $3 order by case_id limit $2
"""
SAVE_CALENDAR = """
insert into {schema}.clinic as held (clinic_id, zone, rules, numbers, calendars)
values ($1, 'UTC', '{{}}', 1, jsonb_build_object($2::text, $3::jsonb))
on conflict (clinic_id) do update set calendars = held.calendars || excluded.calendars
"""
HOUSES = """
select clinic_id, zone, rules::text, numbers from {schema}.clinic where clinic_id = any($1::uuid[])
"""


class Rows:
    """The statements for the tables of one schema."""

    def __init__(self, schema: str) -> None:
        self.load = LOAD.format(schema=schema)
        self.save = SAVE.format(schema=schema)
        self.save_flag = SAVE_FLAG.format(schema=schema)
        self.save_clinic = SAVE_CLINIC.format(schema=schema)
        self.save_rules = SAVE_RULES.format(schema=schema)
        self.due = DUE.format(schema=schema)
        self.save_calendar = SAVE_CALENDAR.format(schema=schema)
        self.houses = HOUSES.format(schema=schema)


@dataclass(frozen=True)
class Target:
    """A version of the projection as something to fold into."""

    consumer: str
    rows: Rows
    lock_space: int
    silent: bool = False  # publishes nothing and tells nobody
    # A new case's row is counted from here. Rows of two versions never have one number in common,
    # so that what a worker remembers of one version is seen to be wrong in another.
    first: int = 0


LIVE = Target(CONSUMER, Rows("live"), LOCK_SPACE)
BUILD_LOCK_SPACE = 7005


def building(version: int) -> Target:
    """A version that is not live: it has places and locks of its own."""
    rows, consumer = Rows(schema_of(version)), consumer_of(version)
    return Target(consumer, rows, BUILD_LOCK_SPACE, silent=True, first=version << 40)
