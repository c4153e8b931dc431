"""The documents are data: no program file names a force, or one of its clauses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.policies.sixth import SHIPPED

REPO = Path(__file__).parents[2]
FILES = sorted(path for room in ("vault", "cli", "audit") for path in (REPO / room).rglob("*.py"))
NAMES = ("norfolk", "suffolk", "avon", "somerset", "west.?midlands", "northampton", "northants")
NAMED = re.compile("|".join(NAMES), re.IGNORECASE)
KEYS = re.compile(
    r"\b(?:" + "|".join(sorted(re.escape(key) for p in SHIPPED.values() for key in p.clauses)) + r")(?![\w.])"
)


def hits(pattern: re.Pattern[str]) -> list[str]:
    """Each line of a program file that the pattern finds something in."""
    return [
        f"{path.relative_to(REPO)}:{n}: {line.strip()}"
        for path in FILES
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_search_finds_what_it_is_for() -> None:
    """The patterns find every force and clause of the profiles, so a clean search means something."""
    assert len(FILES) > 50
    for profile in SHIPPED.values():
        assert NAMED.search(profile.name)
        assert all(NAMED.search(force.name) and NAMED.search(force.code) for force in profile.forces.values())
        assert all(KEYS.search(f"see {key}, first") for key in profile.clauses)


@pytest.mark.parametrize("pattern", [NAMED, KEYS], ids=["forces", "clauses"])
def test_no_program_file_names_them(pattern: re.Pattern[str]) -> None:
    """Not in code, text or example."""
    assert hits(pattern) == []
