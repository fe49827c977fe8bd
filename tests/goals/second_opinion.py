"""What `fhir.resources` (R4B, whose models of these resources are R4's) says about a resource.

It checks structure and types, not the required codes: those stand here, from the official R4
definitions (interop sheet §2, domain sheet D.3).
"""

import json
from importlib import import_module
from typing import Any


CODES = {
    ("Questionnaire", "status"): {"draft", "active", "retired", "unknown"},
    ("QuestionnaireResponse", "status"): {
        "in-progress",
        "completed",
        "amended",
        "entered-in-error",
        "stopped",
    },
    ("Observation", "status"): {
        "registered",
        "preliminary",
        "final",
        "amended",
        "corrected",
        "cancelled",
        "entered-in-error",
        "unknown",
    },
    ("Goal", "lifecycleStatus"): {
        "proposed",
        "planned",
        "accepted",
        "active",
        "on-hold",
        "completed",
        "cancelled",
        "entered-in-error",
        "rejected",
    },
    ("Bundle", "type"): {"searchset"},
    ("CapabilityStatement", "kind"): {"instance"},
}
ACHIEVEMENT = {
    "in-progress",
    "improving",
    "worsening",
    "no-change",
    "achieved",
    "sustaining",
    "not-achieved",
    "no-progress",
    "not-attainable",
}


def agrees(resource: dict[str, Any]) -> None:
    """The second opinion reads the resource, writes the same again, and the codes are R4's."""
    kind = resource["resourceType"]
    model = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    again = model.model_validate_json(json.dumps(resource))
    assert json.loads(again.model_dump_json()) == resource
    for (of, field), codes in CODES.items():
        if of == kind:
            assert resource[field] in codes
    if kind == "Observation":
        _invariants(resource)
    for entry in resource.get("entry", []):
        agrees(entry["resource"])


def _invariants(observation: dict[str, Any]) -> None:
    """R4's obs-6 and obs-7."""
    for part in (observation, *observation.get("component", [])):
        valued = any(name.startswith("value") for name in part)
        assert not (valued and "dataAbsentReason" in part)
    for part in observation.get("component", []):
        assert part["code"] != observation["code"]
