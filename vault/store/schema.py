"""`schema.sql`, the data model for people, in one text: `python -m vault.store.schema schema.sql` writes it.

The three files beside this one are what the program runs; a test holds the text and them together.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
HEAD = """\
-- Keyholder's data model, for people. The program runs the three files of vault/store that this text is made of.
--
-- Part 1 is the shared database: five tables, the same on SQLite and PostgreSQL.
-- Part 2 are its guards in SQLite.
-- Part 3 is the register: the projection that every client folds for itself from the verified log (SQLite).
"""


def text() -> str:
    """The whole text."""
    parts = ("shared.sql", "guards.sqlite.sql", "state.sql")
    titles = (
        "1. The shared database",
        "2. Its guards in SQLite",
        "3. The register, one in each member's home",
    )
    bodies = (
        f"\n\n-- ==== {title} ====\n\n{(HERE / part).read_text()}"
        for title, part in zip(titles, parts, strict=True)
    )
    return HEAD + "".join(bodies).rstrip() + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text())
