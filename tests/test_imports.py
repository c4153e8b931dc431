"""The picture of the rooms: who may import whom, of ours and of others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("audit", "cli", "vault")
MAY: dict[str, tuple[str, ...]] = {
    "cli": ("cli", "vault", "audit"),
    "audit": ("audit",),
    "vault.errors": (),
    "vault.domain": ("vault.domain", "vault.errors"),
    "vault.crypto": ("vault.crypto", "vault.errors"),
    "vault.store": ("vault.store", "vault.domain", "vault.errors", "audit"),
    "vault.ops": ("vault.ops", "vault.store", "vault.domain", "vault.crypto", "vault.errors", "audit"),
    "vault": (),
}
ONLY_IN = {
    "sqlalchemy": ("vault.store.server",),
    "sqlite3": ("vault.store", "cli.failure"),
    "cryptography": ("vault.crypto", "audit"),
    "argon2": ("vault.crypto",),
    "pyotp": ("vault.crypto",),
    "pyrage": ("vault.crypto",),
    "rfc3161_client": ("vault.crypto",),
    "click": ("cli",),
}


def modules() -> Iterator[tuple[str, Path]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_of(module: str) -> str:
    return max((room for room in MAY if module == room or module.startswith(room + ".")), key=len)


def within(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(room + ".") for room in rooms)


def broken(module: str, names: set[str]) -> list[str]:
    """Which of the imports of a module cross a wall."""
    wrong = [n for n in names if n.split(".")[0] in ROOMS and not within(n, MAY[room_of(module)])]
    return sorted(
        wrong
        + [n for n in names if n.split(".")[0] in ONLY_IN and not within(module, ONLY_IN[n.split(".")[0]])]
    )


@pytest.mark.parametrize(
    ("module", "path"), list(modules()), ids=lambda value: str(value) if isinstance(value, str) else ""
)
def test_imports_stay_in_their_rooms(module: str, path: Path) -> None:
    """No room knows a room that it should not know."""
    assert broken(module, imported(path)) == []


def test_a_wrong_import_is_found() -> None:
    """The check itself fails where it should."""
    assert broken("audit.entry", {"vault.errors.VaultError"}) == ["vault.errors.VaultError"]
    assert broken("vault.domain.keys", {"vault.store.register.State"}) == ["vault.store.register.State"]
    assert broken("vault.ops.people", {"sqlalchemy.text"}) == ["sqlalchemy.text"]
    assert broken("vault.crypto.seal", {"vault.domain.keys"}) == ["vault.domain.keys"]
    assert broken("vault.ops.people", {"vault.domain.keys", "audit.entry.Entry"}) == []
