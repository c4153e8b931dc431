"""schema.sql is what the program runs, and runs as it stands."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from vault.store import file, schema, sqlite

ROOT = Path(__file__).parents[1]


def test_schema_sql_is_current() -> None:
    """The text for people is made of the files that the program runs."""
    assert (ROOT / "schema.sql").read_text() == schema.text(), "run: make docs"


def test_schema_sql_runs_as_it_is() -> None:
    """Somebody can load it into sqlite3 and look."""
    conn = sqlite3.connect(":memory:")
    conn.executescript((ROOT / "schema.sql").read_text())
    names = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"entries", "commits", "tiles", "blobs", "inbox", "pin", "account"} <= names
    conn.close()


def test_the_expected_schema_is_that_of_the_files() -> None:
    """The hash that every open compares with is computed from the .sql files."""
    conn = sqlite3.connect(":memory:")
    conn.executescript(file.schema_sql())
    assert sqlite.schema_hash(conn) == file.SCHEMA_SHA256
    conn.close()
