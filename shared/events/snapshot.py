"""The contract, written down: schema.json, and the checksums of measures.

`python -m shared.events.snapshot` brings both up to date after an additive change, and refuses a
breaking one: what was published once is read for ever, so another meaning needs another name.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from shared.events import Event, classes, measures


Schema = dict[str, Any]

FILE = Path(__file__).parent / "schema.json"
CHECKSUMS = measures.FOLDER / "checksums.json"

# Pydantic's headline and prose; what they say is no promise to a reader.
_PROSE = ("title", "description", "default")


def contract() -> dict[str, Schema]:
    """Every event type's key, fields and required fields, as the classes say now."""
    return {kind: _of(event) for kind, event in sorted(classes.items())}


def checksums() -> dict[str, str]:
    """The file of every measure and way to rate, and its checksum, as they lie there now."""
    return {name: measures.checksum(path) for name, path in measures.definitions().items()}


def fields_of(event: type[BaseModel]) -> dict[str, Schema]:
    """The JSON schema of each field of an event's data, without references."""
    schema = event.model_json_schema()
    return {
        name: _plain(field, schema.get("$defs", {}))
        for name, field in schema["properties"].items()
        if name not in ("type", "event_id", "occurred_at")
    }


def breaking(old: dict[str, Schema], new: dict[str, Schema]) -> list[str]:
    """What a reader or a record of the old contract would stumble over in the new one."""
    gone = [f"{kind} is gone" for kind in old.keys() - new.keys()]
    kept = old.keys() & new.keys()
    return sorted(gone + [line for kind in kept for line in _broken(kind, old[kind], new[kind])])


def changed(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """Measure files that are not what they were: answers were scored with them."""
    return sorted(f"{name} was changed" for name in old if new.get(name) != old[name])


def write(schema_file: Path = FILE, checksum_file: Path = CHECKSUMS) -> list[str]:
    """Bring both files up to date; or, when something would break, only say what."""
    new, sums = contract(), checksums()
    problems = breaking(_read(schema_file), new) + changed(_read(checksum_file), sums)
    if not problems:
        schema_file.write_text(_as_text(new))
        checksum_file.write_text(_as_text(sums))
    return problems


def _of(event: type[Event]) -> Schema:
    fields = fields_of(event)
    required = [name for name in fields if event.model_fields[name].is_required()]
    return {"key": event.keyed_by, "fields": fields, "required": required}


def _plain(schema: Any, definitions: dict[str, Schema]) -> Any:
    if isinstance(schema, list):
        return [_plain(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        return _plain(definitions[reference.rpartition("/")[2]], definitions)
    return {name: _plain(part, definitions) for name, part in schema.items() if name not in _PROSE}


def _broken(kind: str, old: Schema, new: Schema) -> list[str]:
    problems = [f"{kind} has another key"] if old["key"] != new["key"] else []
    for name, field in old["fields"].items():
        if name not in new["fields"]:
            problems.append(f"{kind}.{name} is gone")
        elif not _wider(field, new["fields"][name]):
            problems.append(f"{kind}.{name} is another type, or has a narrower one")
        elif name in old["required"] and name not in new["required"]:
            problems.append(f"{kind}.{name} was always there and may be missing now")
    fresh = set(new["required"]) - set(old["required"])
    return problems + [f"{kind}.{name} is needed now and was not before" for name in fresh]


def _wider(old: Any, new: Any) -> bool:
    """Whether `new` is `old`, except that a closed set may have gained words."""
    if isinstance(old, dict) and isinstance(new, dict):
        if old.keys() != new.keys():
            return False
        words = set(old.get("enum", ())) <= set(new.get("enum", ()))
        return words and all(_wider(old[name], new[name]) for name in old if name != "enum")
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_wider, old, new))
    return bool(old == new)


def _read(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return read


def _as_text(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit("\n".join(write()) or None)
