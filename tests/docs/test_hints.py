"""What a hint or an example tells somebody to type exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.docs.hints import ROOMS, ROOT, Hint, hints, named_in, problem

FOUND = list(hints())


def test_commands_are_found_in_every_room() -> None:
    """The search sees examples, hints and docstrings: with nothing found the next test would prove nothing."""
    rooms = {hint.place.split("/")[0] for hint in FOUND}
    assert {"cli", "vault"} <= rooms
    assert len(FOUND) > 150


@pytest.mark.parametrize("hint", FOUND, ids=lambda hint: hint.place)
def test_a_named_command_exists(hint: Hint) -> None:
    """Noun, verb, options, their fixed values and the number of arguments are those of a real command."""
    assert problem(hint.line) == "", f"{hint.place}: keyholder {hint.line}"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("grant approve 2001", "grant has no verb approve"),
        ("lend 2001", "there is no noun lend"),
        ("post give 2001 line_manager --account x/A", "give has no option --account"),
        ("device show one two", "show takes 1 arguments"),
        ("device list --state gone", "--state cannot be gone"),
        ("claim accept|deny CLAIM", "claim has no verb deny"),
        ("note add --about account", "--about needs a value"),
    ],
)
def test_a_wrong_command_is_found(line: str, wrong: str) -> None:
    """Each way in which a hint can lead nowhere is seen."""
    assert problem(line) == wrong


@pytest.mark.parametrize(
    "line",
    [
        "backup FILE --to age1…",
        "recover 1815 --kit",
        "invite|join FILE",
        "account list --lacking=holder",
        "note",
    ],
)
def test_a_short_form_is_right(line: str) -> None:
    """A default verb, a value that may be left out, alternatives and `=` are as the command line takes them."""
    assert problem(line) == ""


def test_a_command_ends_with_its_sentence() -> None:
    """What follows a command in a text is not taken for a part of it; what is filled in is shown as …."""
    source = "x = f'run `keyholder admit` (now)'; y = f'next: keyholder confirm {x}; then keyholder status, and wait'"
    assert [hint.line for hint in named_in(source, "a")] == ["admit", "confirm …", "status"]


# What is filled into a command and needs no quotes, by its last word: numbers, ids and codes of this program's own.
_BARE = frozenset(
    {
        "account",
        "added",
        "device",
        "entry",
        "found",
        "id",
        "keyset",
        "least",
        "left",
        "many",
        "number",
        "size",
        "pending",
    }
    | {"seq", "team", "unvouched"}
)
# `account` is an id in `vault/ops`, and what somebody typed in `cli`.
_TYPED = {"cli": frozenset({"account"})}


def filled_in(source: str) -> Iterator[str]:
    """What f-strings fill into a command, as it stands in the source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            command = False
            for value in node.values:
                if isinstance(value, ast.Constant):
                    command = bool(re.search(r"keyholder [a-z][^`;,(]*$", str(value.value))) or (
                        command and not re.search("[`;,(]", str(value.value))
                    )
                elif command and isinstance(value, ast.FormattedValue):
                    yield ast.unparse(value.value)


def test_what_is_filled_into_a_command_is_quoted() -> None:
    """A handle may hold `$(…)`: whoever copies the hint into a shell runs nothing but the command."""
    found = [
        (room, what)
        for room in ROOMS
        for file in (ROOT / room).rglob("*.py")
        for what in filled_in(file.read_text())
    ]
    assert ("cli", "quote(account)") in found
    bare = {what for room, what in found if _last(what) not in _BARE or what in _TYPED.get(room, ())}
    assert {what for what in bare if not what.startswith("quote(")} == set()


def _last(expression: str) -> str:
    return re.findall(r"\w+", expression)[-1]


def test_a_name_without_quotes_is_found() -> None:
    """The search sees what it is to see: a name in a command, and none beside it."""
    source = "x = f'{a}: keyholder rotation start {b} --now {c}; {d}'; y = f'{e}'"
    assert list(filled_in(source)) == ["b", "c"]
