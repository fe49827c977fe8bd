"""What people read of a measure speaks of the questionnaire, not of how it was researched."""

import re

import pytest

from shared.events.measures import definition, definitions, methods, newest
from shared.events.measures.told import Described, all_told


RESEARCH = re.compile(
    r"\b(source|sources|file|files|was (not )?read|were (not )?read|camcops|script|data dictionary"
    r"|SNOMED|LOINC|dashboard|github|item\W?s code|coding|by code|other_changes)\b",
    re.IGNORECASE,
)
EVERY: list[Described] = [*newest(), *methods().values()]


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.code)
def test_words_for_people_say_nothing_of_files_and_sources(one: Described) -> None:
    for words in (one.about, *one.doubts):
        assert not (found := RESEARCH.search(words)), f"{one.code}: {found}"
        assert words.endswith(".")


def test_what_the_file_says_is_kept_as_the_source() -> None:
    assert "CamCOPS" in definition("core-10").source
    assert "The look-back period was not read in a source here." in definition("core-10").source
    gas = methods()["gas"]
    assert "Turner-Stokes" in gas.source
    assert definition("phq-9").source == ""


def test_words_are_of_measures_that_there_are() -> None:
    codes = {name.rpartition("/")[2].partition(".")[0] for name in definitions()}
    assert set(all_told()) <= codes
