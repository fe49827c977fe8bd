"""A machine that cannot run Tidemark is told so in one sentence, before anything is installed."""

import pytest

from deploy.bootstrap import platform_refusal, python_refusal


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14)])
def test_these_pythons_run_it(version: tuple[int, int]) -> None:
    assert python_refusal(version) is None


@pytest.mark.parametrize("version", [(3, 9), (3, 10), (3, 15)])
def test_other_pythons_are_named(version: tuple[int, int]) -> None:
    refusal = python_refusal(version)
    assert refusal is not None
    assert f"{version[0]}.{version[1]}" in refusal


@pytest.mark.parametrize(
    ("machine", "runs"),
    [
        (("Linux", "x86_64", ("glibc", "2.28")), True),
        (("Darwin", "arm64", ("", "")), True),
        (("Linux", "x86_64", ("glibc", "2.17")), False),
        (("Linux", "x86_64", ("", "")), False),
        (("Linux", "aarch64", ("glibc", "2.36")), False),
        (("Darwin", "x86_64", ("", "")), False),
        (("Windows", "AMD64", ("", "")), False),
    ],
)
def test_other_machines_are_sent_to_compose(
    machine: tuple[str, str, tuple[str, str]], runs: bool
) -> None:
    refusal = platform_refusal(*machine)
    assert (refusal is None) == runs
    assert runs or "docker compose" in str(refusal)
