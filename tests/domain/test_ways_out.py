"""What to do about a refusal: each line is about a reason that there is, and the common ones have a line."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from vault.domain import ways_out

DOMAIN = Path(ways_out.__file__).parent


def reasons() -> set[str]:
    """Every reason in the rules: `Void("…")`, f-strings with … for what is filled in, and what `require` makes."""
    found = set()
    for file in DOMAIN.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            name = (
                getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            )
            if name in {"Void", "require"} and isinstance(node, ast.Call) and node.args:
                said = _text(node.args[0 if name == "Void" else 1])
                found.add(said if name == "Void" else f"{said} is not in the register")
    return found


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "…"


def test_every_line_is_about_a_reason_that_there_is() -> None:
    """A reason that is worded anew takes its line with it."""
    there = reasons()
    states = {f"the account is {state}" for state in ("open", "frozen", "closed")}
    states |= {"the device is not lost", "the device is not in use", "the person is paused"}
    assert {"the account is …", "the device is not …"} <= there
    for key in ways_out._NEXT:
        begins = key.removesuffix("*")
        hit = {
            reason
            for reason in there | states
            if reason == key or (key.endswith("*") and reason.startswith(begins))
        }
        assert hit, key


@pytest.mark.parametrize(
    ("reason", "command"),
    [
        ("the device is lost already", "keyholder device found"),
        ("the person has left already", "keyholder person add"),
        ("the rotation is applied", "keyholder rotation show"),
        ("the rotation has ended: it is done", "keyholder rotation start"),
        ("the person is not paused", "keyholder person show"),
        ("the last administrator cannot be removed", "keyholder invite"),
    ],
)
def test_what_people_meet_has_a_next_step(reason: str, command: str) -> None:
    """The whole reason before its beginning."""
    assert command in ways_out.way_out(reason)


def test_most_of_the_rest_has_none() -> None:
    """Nothing can be done about a forged entry but to look at it."""
    assert ways_out.way_out("a log has one genesis") == ""
