"""What a hint or an example tells somebody to type exists."""

from __future__ import annotations

import pytest

from tests.docs.hints import Hint, hints, named_in, problem

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
