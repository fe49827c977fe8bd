"""Whose word a rule's number rests on: the marks of the domain sheet, as a reader knows them. Pure.

The table of rules cites as it was researched, `[S4][S43]`; a page says the names.
"""

import re
from itertools import pairwise


NAMES = {
    "S4": "clinical-toolkit, protocol for item 9 of the PHQ-9",
    "S8": "HL7, patient-centred outcomes guide, goal attainment scaling",
    "S15": "NHS England, nhsengland/Talking-Therapies",
    "S16": "NHS England, nhsengland/MHSDS, community mental health dashboard",
    "S17": "NHS England, nhsengland/MHSDS, children and young people’s outcomes",
    "S19": "NHS Digital, monthly reports of psychological therapies",
    "S19e": "NHS England, access and waiting time standard",
    "S20": "MindStep definitions, BMC Psychiatry 2018",
    "S21": "Fonagy and Clark 2015, BJPsych Bulletin",
    "S22a": "NHS England, service standards",
    "S28": "Duncan, Cooper and Saxon 2022",
    "S43": "Valant, guide to CORE-10",
    "S53": "NICE guideline NG225",
    "S54": "GPonline on the draft of NICE guideline NG225",
    "S56": "Finch and others 2001",
    "S57": "Delgadillo and others 2018",
    "S58": "Psychotherapy Research 2023, doi 10.1080/10503307.2023.2181114",
    "S66": "CamCOPS, issue 382",
    "S72": "FCS Talking Therapies",
    "S73": "psyling.com",
    "S74": "Darlington Safeguarding Partnership",
    "S75": "procedures of Calderdale, Trafford and South Tyneside",
}
SUGGESTION = "a suggestion; no source gives a number"
MARK = re.compile(r"\[(S\d+[a-z]?)(?: ([\d.]+))?\]")
RUN = re.compile(r"((?:\[S\d+[a-z]?(?: [\d.]+)?\])+)")
SECTION = re.compile(r":? ?\b[A-E]\.\d\b ?")  # a paragraph of the sheet: no reader has it


def cited(source: str) -> str:
    """`[S4][S43]` by name; beside words in brackets: `97 % are paired (Fonagy and Clark 2015)`."""
    if source == "suggestion":
        return SUGGESTION
    pieces = ["", *RUN.split(SECTION.sub("", source))]
    return "".join(_piece(before, piece) for before, piece in pairwise(pieces)).strip()


def _piece(before: str, piece: str) -> str:
    if not RUN.fullmatch(piece):
        return piece.rstrip() if piece.strip() else ""
    names = "; ".join(_name(*found.groups()) for found in MARK.finditer(piece))
    clause = before.rpartition(";")[2].strip()
    return f" ({names})" if clause else f" {names}"


def _name(mark: str, part: str | None) -> str:
    said = NAMES.get(mark, "a source that is not named here")
    return f"{said}, {part}" if part else said
