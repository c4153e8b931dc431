"""docs/edge-cases.md names each edge case once, with its test or the reason for none; every test is there."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[2]
PAGE = (TESTS.parent / "docs" / "edge-cases.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\| [A-Z]-.*", PAGE, re.M)
]
COUNTS = {"R": 27, "C": 33, "D": 22, "A": 30, "L": 22, "T": 11, "M": 14, "G": 15, "P": 16}
NAMED = re.findall(r"`([a-z_/]+\.py)::(test_\w+)`", PAGE)
HERE = re.compile(r"([a-z])(\d+)_")
ELSEWHERE = re.compile(r"([A-Z])_(\d+)_")


def ids(name: str, pattern: re.Pattern[str]) -> list[str]:
    """The edge cases that a test's name begins with."""
    found, rest = [], name.removeprefix("test_")
    while match := pattern.match(rest):
        found.append(f"{match[1].upper()}-{match[2]}")
        rest = rest[match.end() :]
    return found


def named_after_cases() -> dict[tuple[str, str], list[str]]:
    """Every test in these folders that is named after edge cases, and which ones."""
    found = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        file = path.relative_to(TESTS).as_posix()
        pattern = HERE if path.parent == Path(__file__).parent else ELSEWHERE
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            if cases := ids(name, pattern):
                found[file, name] = cases
    return found


def test_every_case_stands_once() -> None:
    """The whole list, in order, each with a few words."""
    wanted = [f"{group}-{n}" for group, count in COUNTS.items() for n in range(1, count + 1)]
    assert [row[0] for row in ROWS] == wanted
    assert all(len(row) == 4 and row[1] for row in ROWS)


def test_every_case_has_a_test_or_a_reason() -> None:
    """A row without a test says that it is not done, and why; a row with one names a test with its id."""
    for id_, _, test, missing in ROWS:
        if test == "none":
            assert missing.startswith("**not done:** ") and len(missing) > 40, id_
        else:
            names = re.findall(r"::(test_\w+)`", test)
            assert names
            assert all(id_ in (*ids(name, HERE), *ids(name, ELSEWHERE)) for name in names), id_


def test_every_named_test_is_there_and_every_test_is_named() -> None:
    """A test that was renamed, taken away or forgotten on the page is missed here."""
    assert set(NAMED) == set(named_after_cases())
    on_page = {(case, test) for case, _, tests, _ in ROWS for test in re.findall(r"`([^`]+)`", tests)}
    assert on_page == {
        (case, f"{file}::{name}") for (file, name), cases in named_after_cases().items() for case in cases
    }
