"""The flag rules as data. Clinics set numbers within their ranges; progress has the functions."""

from shared.events.rules.checking import fault
from shared.events.rules.parts import (
    Clocks,
    Definition,
    Parameter,
    RuleParameter,
    Teller,
    Version,
)
from shared.events.rules.table import DEFINITIONS


__all__ = [
    "DEFINITIONS",
    "Clocks",
    "Definition",
    "Parameter",
    "RuleParameter",
    "Teller",
    "Version",
    "fault",
]
