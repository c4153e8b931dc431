"""Every question that is asked of the projection, explained by SQLite: what is asked again and again has an index.

What the fold asks is asked of every entry, by whoever writes many: it never reads a table through. What a command asks
once may (`ONCE`), and is named here.
"""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.domain.examples import EXAMPLES
from vault.store.register import State
from vault.store.sqlite import statements

ROOT = Path(__file__).parents[2]
Shape = tuple[str, ...]

# Asked once by a command or a judgement: the whole table is what it is about, or nearly.
ONCE: frozenset[Shape] = frozenset(
    {
        ("account", "owner_kind"),
        ("account", "state"),
        ("approval", "given", "post"),
        ("approval", "post"),
        ("cause", "kind"),
        ("claim", "state"),
        ("device", "ownership"),
        ("device", "state"),
        ("grant_", "existing", "request", "revoked"),
        ("grant_", "request", "revoked"),
        ("grant_", "revoked"),
        ("keyset", "purpose"),
        ("keyset", "revoked"),
        ("leaf", "subject"),
        ("notice", "told_at"),
        ("obligation", "cause"),
        ("part", "part"),
        ("pending", "confirmed"),
        ("pending", "confirmed", "event"),
        ("person", "state"),
        ("record", "ended", "withdrawn"),
        ("restored", "continued"),
        ("role", "until"),
        ("rotation", "ended"),
        ("rotation", "ended", "owner"),
        ("version", "allowed", "state"),
        ("version", "state"),
    }
)
# Read through once for each change of the machines, and remembered: an index would be taken for a person's, too.
REMEMBERED: frozenset[Shape] = frozenset({("keyset", "purpose", "revoked")})


@pytest.fixture(scope="module")
def tables() -> Iterator[sqlite3.Connection]:
    """The tables, empty: a plan depends on them and on nothing in them."""
    conn = sqlite3.connect(":memory:")
    for statement in statements((ROOT / "vault/store/state.sql").read_text()):
        conn.execute(statement)
    yield conn
    conn.close()


def scans(tables: sqlite3.Connection, shapes: set[Shape]) -> set[Shape]:
    """Those for which a table is read through."""
    return {shape for shape in shapes if "SCAN" in plan(tables, *shape)}


def plan(tables: sqlite3.Connection, table: str, *columns: str) -> str:
    where = " AND ".join(f"{column} IS :{column}" for column in columns)
    sql = "EXPLAIN QUERY PLAN SELECT * FROM " + table + " WHERE " + where
    return "; ".join(row[3] for row in tables.execute(sql, dict.fromkeys(columns)))


def test_what_the_fold_asks_has_an_index(tables: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen while every event of the table is folded."""
    asked: set[Shape] = set()
    find, change = State._find, State.change

    def finding(self: State, table: str, equal: Mapping[str, Any]) -> Any:
        asked.update([(table, *sorted(equal))] if equal else [])
        return find(self, table, equal)

    def changing(self: State, table: str, key: Mapping[str, Any], /, **values: Any) -> None:
        asked.add((table, *sorted(key)))
        change(self, table, key, **values)

    scenes = [(one, *one.scene()) for _, one in sorted(EXAMPLES.items())]
    monkeypatch.setattr(State, "_find", finding)
    monkeypatch.setattr(State, "change", changing)
    for (event, example), (_, scene, data) in zip(sorted(EXAMPLES.items()), scenes, strict=True):
        scene.do(event, example.subject, by=example.by, **data)
    assert len(asked) > 70
    assert scans(tables, asked) - REMEMBERED == set()


def test_what_else_is_asked_has_an_index_or_is_asked_once(tables: sqlite3.Connection) -> None:
    """Every question that the program spells out, in any room."""
    assert scans(tables, spelled(tables)) - ONCE - REMEMBERED == set()


def spelled(tables: sqlite3.Connection) -> set[Shape]:
    """Table and columns of every `find`, `get`, `count`, `drop` and `change` that names them."""
    known = {row[0] for row in tables.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    files = [path for room in ("vault", "cli") for path in (ROOT / room).rglob("*.py")]
    calls = [node for path in files for node in ast.walk(ast.parse(path.read_text())) if _asks(node)]
    found = {shape for call in calls if len(shape := _shape(call)) > 1 and shape[0] in known}
    assert len(found) > 150
    return found


def _asks(node: ast.AST) -> bool:
    names = {"find", "get", "count", "drop", "change"}
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names


def _shape(call: Any) -> Shape:
    """Its table and the columns that are compared; nothing where it does not spell them out."""
    table = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""
    columns = [keyword.arg for keyword in call.keywords]
    if call.func.attr == "change":
        key = call.args[1] if len(call.args) > 1 else None
        columns = [one.value for one in key.keys] if isinstance(key, ast.Dict) else []
    return (str(table), *sorted(columns)) if table and None not in columns else ()
