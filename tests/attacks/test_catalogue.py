"""docs/attacks.md names a test for every attack, and every test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in PAGE.splitlines() if re.match(r"\| [A-G]\d\d ", line)]
NAMED = re.findall(r"`([a-z_/]+\.py)::(test_\w+)`", PAGE)


def test_every_named_test_is_there() -> None:
    """A test that was renamed or taken away is missed here."""
    gone = [
        name
        for file, name in NAMED
        if f"def {name}(" not in (ROOT / "tests" / file).read_text(encoding="utf-8")
    ]
    assert gone == []


def test_every_attack_has_its_row() -> None:
    """The rows of the catalogue that concern keys, data, downgrades, people and the store: each once."""
    wanted = [f"A{n:02}" for n in range(1, 15)] + [f"B{n:02}" for n in range(1, 19)]
    wanted += (
        [f"C{n:02}" for n in range(1, 9)] + [f"E{n:02}" for n in range(1, 17)] + ["F06", "F07", "F11", "G05"]
    )
    assert [row[0].removeprefix("| ") for row in ROWS] == wanted
    assert [row[0] for row in ROWS if "test_" not in row[3] and "none" not in row[3]] == []


def test_every_attack_test_is_on_the_page() -> None:
    """No attack is tested that the page does not tell of, by its id."""
    named = {name for _, name in NAMED}
    ids = {row[0].removeprefix("| ").lower() for row in ROWS}
    for path in Path(__file__).parent.glob("test_*.py"):
        for name in re.findall(
            r"^def (test_([a-g]\d\d)_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert name[1] in ids, name
            assert name[0] in named or any(name[1] in other for other in named), name
