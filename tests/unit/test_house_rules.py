"""The rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import logging_setup

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "flows", "storage", "benchmarks", "tests")
LONGEST_FUNCTION = 60
LONGEST_FILE = 300
LONGEST_TESTS = 450
"""Tests are a list of promises that is searched, not read through."""

SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "base", "core"}
SOURCES = sorted(
    path.relative_to(ROOT)
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if "versions" not in path.parts and "data" not in path.parts
)
OWN_WORDS = {
    "name",
    "text",
    "body",
    "email",
    "confidential_note",
    "answers",
    "typed",
    "title",
    "label",
    "place",
    "link",
}
"""Attributes that hold what people are called or wrote. No line of the log may mention one."""


def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_a_file_and_its_functions_can_be_taken_in_at_a_glance(path: Path) -> None:
    lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
    assert lines <= (LONGEST_TESTS if path.parts[0] == "tests" else LONGEST_FILE), (
        f"{path} has {lines} lines: an idea is missing"
    )
    long = {
        found.name: length
        for found in functions(parsed(path))
        if (length := (found.end_lineno or 0) - found.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_a_module_is_named_after_what_it_is_about(path: Path) -> None:
    assert not SAYS_NOTHING & set(path.with_suffix("").parts)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_every_module_says_what_it_is_about(path: Path) -> None:
    tree = parsed(path)
    assert not tree.body or ast.get_docstring(tree)


def files_of_people() -> list[Path]:
    kinds = {".py", ".md", ".toml", ".po", ".csv", ".html", ".css", ".js", ".txt", ".example", ""}
    skipped = {"__pycache__", "node_modules"}
    top = [path for path in ROOT.iterdir() if path.is_file() and not path.name.endswith((".db", "-wal", "-shm"))]
    deep = [path for room in (*ROOMS, "docs", "programme", ".ci") for path in (ROOT / room).rglob("*")]
    found = (path for path in (*top, *deep) if path.is_file() and path != Path(__file__))
    return [path for path in found if path.suffix in kinds and not skipped & set(path.parts)]


def test_nothing_is_left_for_later() -> None:
    marks = {"TODO", "FIXME", "XXX", "HACK"}
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files_of_people()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if marks & set(re.split(r"\W+", line))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "pyproject.toml", "Makefile", ".ci/run"])
def test_what_is_installed_is_named_without_an_address(name: str) -> None:
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_every_package_is_pinned_with_its_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        # A package begins at the edge of the page; the lines below it that belong to it are indented.
        packages = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())
        assert len(packages) > 20
        assert [one for one in packages if not re.match(r"[a-z0-9-]+==\S+.*\\\n    --hash=sha256:", one)] == []


def test_the_tests_run_with_the_packages_that_the_bot_runs_with() -> None:
    pins = [
        set(re.findall(r"^([a-z0-9-]+==[^ ;]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0] <= pins[1]


def log_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = ast.unparse(node.func.value)
        if owner.split(".")[-1] in {"log", "logger", "logging"} or ast.unparse(node.func) == "faults.report":
            yield node


def peoples_words(call: ast.Call) -> Iterator[str]:
    """The parts of a call to the log that read what somebody is called or wrote."""
    for argument in [*call.args, *(word.value for word in call.keywords)]:
        for node in ast.walk(argument):
            if isinstance(node, ast.Attribute) and node.attr in OWN_WORDS and not is_a_channel(node.value):
                yield ast.unparse(node)


def is_a_channel(owner: ast.expr) -> bool:
    return ast.unparse(owner).split(".")[-1] in {"channel", "self"}


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parts[0] in logging_setup.OURS], ids=str)
def test_no_line_of_the_log_reads_a_name_or_a_text(path: Path) -> None:
    found = [f"line {call.lineno}: {words}" for call in log_calls(parsed(path)) for words in peoples_words(call)]
    assert found == []


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parts[0] in logging_setup.OURS], ids=str)
def test_every_line_of_the_log_has_an_action(path: Path) -> None:
    without = [
        f"line {call.lineno}"
        for call in log_calls(parsed(path))
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}
        and "action" not in ast.unparse(call)
        and "extra=extra" not in ast.unparse(call)
    ]
    assert without == []


def test_the_check_of_the_log_finds_a_name() -> None:
    tree = ast.parse('log.info("Told %s", person.name, extra={"action": "a.b", "who": request.confidential_note})')
    assert [list(peoples_words(call)) for call in log_calls(tree)] == [["person.name", "request.confidential_note"]]
