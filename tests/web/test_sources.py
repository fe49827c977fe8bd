"""Sources by name: no mark of our own sheet reaches a page."""

import pytest

from services.web.sources import MARK, SECTION, cited
from shared.events.rules.table import DEFINITIONS


def sources() -> list[str]:
    found = [rule.source for rule in DEFINITIONS.values()]
    found += [each.source for rule in DEFINITIONS.values() for each in rule.parameters]
    found += [other.source for rule in DEFINITIONS.values() for other in rule.others]
    return sorted(set(found))


@pytest.mark.parametrize("source", sources())
def test_every_source_of_a_rule_has_a_name(source: str) -> None:
    said = cited(source)
    assert not MARK.search(said)
    assert "[" not in said
    assert not SECTION.search(said)
    assert "not named here" not in said
    assert said == said.strip()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("suggestion", "a suggestion; no source gives a number"),
        ("[S72]; policies vary", "FCS Talking Therapies; policies vary"),
        ("97 % are paired [S21]", "97 % are paired (Fonagy and Clark 2015, BJPsych Bulletin)"),
        ("[S15 2.14]", "NHS England, nhsengland/Talking-Therapies, 2.14"),
        ("[S999]", "a source that is not named here"),
    ],
)
def test_marks_stand_beside_words_in_brackets_and_alone_without(source: str, said: str) -> None:
    assert cited(source) == said
