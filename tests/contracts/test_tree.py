"""The tree: learn one service, know all. Names, sizes and imports, held to README's rules."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.topology import PARTS


ROOT = Path(__file__).parent.parent.parent
SERVICES = sorted(part.name for part in PARTS if part.name not in ("web", "issuer"))
ORDINARY = {
    "__init__",
    "main",
    "api",
    "consumers",
    "commands",
    "queries",
    "domain",
    "models",
    "migrations",
}
# A service's one more ability, and where it lives.
MORE = {
    "goals": {"opener"},
    "notifications": {"channels", "sender"},
    "progress": {"stream", "transport", "projection"},
}
STANDARD = set(sys.stdlib_module_names)
LONGEST_FILE, LONGEST_FUNCTION = 260, 45
TOP = {
    ".ci",
    ".dockerignore",
    ".gitignore",
    "Makefile",
    "README.md",
    "deploy",
    "docker-compose.yml",
    "docs",
    "package-lock.json",
    "package.json",
    "pyproject.toml",
    "requirements-test.txt",
    "requirements.txt",
    "services",
    "shared",
    "tests",
}


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_nothing_lies_about_at_the_top() -> None:
    """A download that a careless `git add` took along, for one."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    kept = {name.partition("/")[0] for name in listed.stdout.splitlines()}
    assert kept - TOP == set()
    assert kept, "git knows no file here"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_names_that_all_have(service: str) -> None:
    there = {path.stem for path in (ROOT / "services" / service).iterdir()} - {"__pycache__"}
    assert there - ORDINARY - MORE.get(service, set()) == set()
    assert {"__init__", "main", "api", "models", "migrations"} <= there


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_is_pure(service: str) -> None:
    place = ROOT / "services" / service / "domain"
    files = list(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    # What an e-mail address is: a pattern and nothing else.
    allowed = ("shared.events", "shared.errors", "shared.addresses", f"services.{service}.domain")
    # msgspec is how progress reads and keeps its facts: data classes, no I/O.
    pure = STANDARD | {"msgspec"} - {"asyncio", "socket", "random", "time"}
    for path in (path for path in files if path.exists()):
        strange = {
            name
            for name in imports(path)
            if name.split(".")[0] not in pure and not name.startswith(allowed)
        }
        assert strange == set(), named(path)


@pytest.mark.parametrize("path", sources("services", "shared", "deploy"), ids=named)
def test_a_file_says_what_lives_there_and_can_be_held_in_mind(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert not text or ast.get_docstring(tree)
    assert text.count("\n") <= LONGEST_FILE
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []
    assert not {"utils", "util", "helpers", "lib", "common"} & set(path.with_suffix("").parts)


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("faust", ("services/progress/stream", "services/progress/transport")),
        ("aiokafka", ("shared/kafka", "services/progress/transport")),
    ],
)
def test_a_library_is_known_in_one_place(library: str, allowed: tuple[str, ...]) -> None:
    users = {
        named(path)
        for path in sources("services", "shared", "deploy")
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert {user for user in users if not user.startswith(allowed)} == set()


def test_nothing_of_a_machine_or_a_registry_is_in_the_tree() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    locks = [name for name in listed.stdout.split() if "lock" in name or "requirements" in name]
    assert locks
    assert [name for name in locks if "://" in (ROOT / name).read_text()] == []
