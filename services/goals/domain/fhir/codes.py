"""Code systems, codings and references: what every resource here is written with.

Our own systems are URNs: they name a set of codes without claiming an address that answers.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.events.measures import Item, Measure


Resource = dict[str, Any]

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ACHIEVEMENT = "http://terminology.hl7.org/CodeSystem/goal-achievement"  # HL7/fhir at 02ee7d9a
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
LOWEST = "http://hl7.org/fhir/StructureDefinition/minValue"
HIGHEST = "http://hl7.org/fhir/StructureDefinition/maxValue"
# HL7/pco-ig at 261c36ce, input/fsh/GASProfiles.fsh: one per level, each with `level` and `text`.
GAS_LEVEL = "http://hl7.org/fhir/us/pco/StructureDefinition/pco-goal-attainment-scaling"

OURS = "urn:tidemark:fhir"
MEASURES = f"{OURS}:measure"
BANDS = f"{OURS}:band"
KINDS = f"{OURS}:goal-kind"
RATINGS = f"{OURS}:rating"
EXACT = f"{OURS}:exact-score"  # extension: a score that no decimal number is, as a ratio

# LOINC's answer list for "over the last two weeks" (LHNCBC/lforms at 24c7187, test/data/R4/
# phq9.json). The registry's first file of PHQ-9 names none and is never changed.
PHQ_9_ANSWERS = {0: "LA6568-5", 1: "LA6569-3", 2: "LA6570-1", 3: "LA6571-9"}


def coding(system: str, code: str, display: str | None = None) -> Resource:
    """One code of one system."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(*codings: Resource, text: str | None = None) -> Resource:
    """A thing by its codes, the most widely known first."""
    return {"coding": list(codings)} | ({"text": text} if text else {})


def instant(moment: datetime) -> str:
    """A moment in UTC, to the second or finer, as FHIR writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def subject(client_id: UUID | None, case_id: UUID) -> Resource:
    """Whom it is about: a client by an opaque id, or all clients of a case as a group."""
    if client_id is None:
        return {"reference": f"Group/{case_id}", "type": "Group"}
    return {"reference": f"Patient/{client_id}", "type": "Patient"}


def absent(reason: str) -> Resource:
    """Why a value is not there."""
    return concept(coding(ABSENT, reason))


def canonical(measure: Measure) -> str:
    """What names a measure's Questionnaire wherever it is held."""
    return f"{OURS}:Questionnaire:{measure.code}"


def items_of(measure: Measure) -> str:
    """The system of a measure's own item codes: an item has the same code on every form."""
    return f"{OURS}:item:{measure.code}"


def answers_of(measure: Measure) -> str:
    """The system of a measure's own answer codes, which are the answers' values."""
    return f"{OURS}:answer:{measure.code}"


def item_codes(measure: Measure, item: Item) -> list[Resource]:
    """An item's codes: LOINC where the registry has it, then our own."""
    ours = coding(items_of(measure), item.code or str(item.number), item.label)
    return ([coding(LOINC, item.loinc)] if item.loinc else []) + [ours]


def answer_loinc(measure: Measure, number: str, value: int) -> str | None:
    """LOINC's code of an answer to this item; each item has its own list (GAD-7 item 2 differs)."""
    choice = next(c for c in measure.choices(number) if c.value == value)
    if choice.loinc is None and measure.code == "phq-9":
        return PHQ_9_ANSWERS[value]
    return choice.loinc


def answer_coding(measure: Measure, number: str, value: int) -> Resource:
    """An answer to an item: LOINC's code where there is one, else our own."""
    choice = next(c for c in measure.choices(number) if c.value == value)
    if code := answer_loinc(measure, number, value):
        return coding(LOINC, code, choice.label)
    return coding(answers_of(measure), str(value), choice.label or str(value))


def score_codes(measure: Measure) -> list[Resource]:
    """What a total is called: LOINC's total (never the panel's code), SNOMED's score, our own."""
    found = []
    if measure.loinc and measure.loinc.total:
        found.append(coding(LOINC, measure.loinc.total))
    named = next((s for s in measure.snomed if s.what.startswith(("score", "total"))), None)
    if named:
        found.append(coding(SNOMED, named.code))
    return [*found, coding(MEASURES, measure.code, f"{measure.name} score")]
