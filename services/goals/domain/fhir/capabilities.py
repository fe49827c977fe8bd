"""CapabilityStatement: what a FHIR client can read here, told in FHIR's own words."""

from services.goals.domain.fhir.codes import Resource


SEARCHED = ("Goal", "QuestionnaireResponse", "Observation")
WRITTEN_ON = "2026-11-25"  # when this list was last changed


def capabilities() -> Resource:
    """Searches by case and single reads; nothing is written by FHIR here."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": WRITTEN_ON,
        "kind": "instance",
        "software": {"name": "Tidemark"},
        "implementation": {"description": "Goals, answered measures and scores of a case"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {"mode": "server", "resource": [*map(_searched, SEARCHED), _read("Questionnaire")]}
        ],
    }


def _searched(kind: str) -> Resource:
    by_case = {"name": "case", "type": "token", "documentation": "The id of a case. Needed."}
    said = _read(kind)
    said["interaction"].append({"code": "search-type"})
    return said | {"searchParam": [by_case]}


def _read(kind: str) -> Resource:
    return {"type": kind, "interaction": [{"code": "read"}]}
