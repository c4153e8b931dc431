"""Every construction has a label and every kind of blob a mark of its own."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import vault.crypto

ROOM = Path(vault.crypto.__file__).parent
FILES = sorted(ROOM.glob("*.py"))


def _bytes_constants() -> list[bytes]:
    trees = [ast.parse(path.read_text()) for path in FILES]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [node.value for node in nodes if isinstance(node.value, bytes)]


def test_no_label_is_used_twice():
    """Each label is written once in the whole room, so no two constructions share one."""
    labels = [value for value in _bytes_constants() if value.startswith(b"keyholder/")]
    assert len(labels) == len(set(labels)) == 15
    assert all(label.startswith(b"keyholder/v1/") and label.count(b"/") == 2 for label in labels)


def test_labels_stand_at_the_top():
    """Each label is a constant of its module whose name says so."""
    named = {}
    for path in FILES:
        module = importlib.import_module(
            f"vault.crypto.{path.stem}" if path.stem != "__init__" else "vault.crypto"
        )
        named |= {(path.stem, name): value for name, value in vars(module).items() if name.endswith("LABEL")}
    assert len(named) == 15
    assert all(value.startswith(b"keyholder/v1/") for value in named.values())


def test_no_mark_is_used_twice():
    """The first byte of a blob names its kind."""
    marks = {}
    for stem in ("hpke", "details", "epoch", "version"):
        module = importlib.import_module(f"vault.crypto.{stem}")
        marks |= {(stem, name): value for name, value in vars(module).items() if name.endswith("MARK")}
    assert sorted(marks.values()) == [b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"]
