"""Every command that a text of ours names: a hint, an example, a docstring.

A text names a command where it says `keyholder ` and a word. The command goes on to a backtick, a line's end, a
mark of punctuation or a word that goes on with the sentence. What an f-string fills in is shown as ….
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from cli.main import NOUNS, load

ROOT = Path(__file__).parents[2]
ROOMS = ("cli", "vault", "audit")
NOT_COMMANDS = frozenset({"vault/crypto/strength.py"})  # a list of common passwords, with the name in it
_NAMED = re.compile(r"(?<![\w/@.-])keyholder (?=[a-z])(?=([^`\n]*))")
_WORD = re.compile(r"(?:'[^']*'|\"[^\"]*\"|[^\s'\"])+")
_AFTER = frozenset(
    {"and", "or", "as", ">", "says", "before", "instead"}
)  # words that go on with the sentence
_VARIABLE = "…"


@dataclass(frozen=True, slots=True)
class Hint:
    """One command as it is named somewhere."""

    place: str
    line: str


def hints() -> Iterator[Hint]:
    """All of them, in the order of the files."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            name = str(file.relative_to(ROOT))
            if name not in NOT_COMMANDS:
                yield from named_in(file.read_text(), name)


def named_in(source: str, name: str) -> Iterator[Hint]:
    """The commands that the texts of one file name."""
    for line, text in _texts(ast.parse(source)):
        for found in _NAMED.finditer(text):
            if words := list(_command(found.group(1))):
                yield Hint(f"{name}:{line}", " ".join(words))


def _command(text: str) -> Iterator[str]:
    """The words up to the end of the command, as a shell would split them: a quoted text is one word."""
    for word in _WORD.findall(text):
        if word in _AFTER or word.startswith("("):
            return
        if bare := word.rstrip(",;:.)"):
            yield bare
        if bare != word:
            return


def _texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every literal text; an f-string as a whole, with … for what is filled in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(_part(value) for value in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, re.sub(r"\{\w*\}", _VARIABLE, node.value)
        else:
            yield from _texts(node)


def _part(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else _VARIABLE


def problem(line: str) -> str:
    """What is wrong with a command, or nothing. Alternatives (`accept|reject`) are each looked up."""
    words = _WORD.findall(line)
    problems = (_problem([noun, *words[1:]]) for noun in words[0].split("|"))
    return next(filter(None, problems), "")


def _problem(words: list[str]) -> str:
    if words[0] not in NOUNS:
        return f"there is no noun {words[0]}"
    return _below(words[0], load(words[0]), words[1:])


def _below(name: str, command: click.Command, rest: list[str]) -> str:
    if not isinstance(command, click.Group):
        return _options(command, rest)
    if not rest or rest[0].startswith("-"):
        return ""
    verbs = rest[0].split("|")
    if default := _default(command, verbs[0]):
        return _options(default, rest)
    for verb in verbs:
        if verb not in command.commands:
            return f"{name} has no verb {verb}"
        if wrong := _below(f"{name} {verb}", command.commands[verb], rest[1:]):
            return wrong
    return ""


def _default(group: click.Group, word: str) -> click.Command | None:
    """`keyholder backup FILE` is short for `keyholder backup make FILE`."""
    return group.commands.get("make") if word not in group.commands else None


def _options(command: click.Command, words: list[str]) -> str:
    """Each option is one of the command's, takes what it is given, and no argument is left over."""
    known = {name: param for param in command.params for name in (*param.opts, *param.secondary_opts)}
    arguments, rest = 0, iter(words)
    for word in rest:
        name, _, _ = word.partition("=")
        if name == "--help":
            continue
        if not name.startswith("--"):
            arguments += 1
            continue
        if (param := known.get(name)) is None:
            return f"{command.name} has no option {name}"
        if isinstance(param, click.Option) and not param.is_flag and "=" not in word:
            values = [next(rest, "") for _ in range(param.nargs)]
            if param._flag_needs_value and not values[0]:  # its value may be left out
                continue
            if wrong := next(filter(None, (_value(param, value) for value in values)), ""):
                return wrong
    taken = [param for param in command.params if isinstance(param, click.Argument)]
    most = None if any(param.nargs < 0 for param in taken) else len(taken)
    return f"{command.name} takes {most} arguments" if most is not None and arguments > most else ""


def _value(param: click.Option, value: str) -> str:
    """A value in small letters is meant as it stands; one in capitals or … stands for another."""
    if not value:
        return f"{param.opts[0]} needs a value"
    if isinstance(param.type, click.Choice) and value.islower() and _VARIABLE not in value:
        wrong = [one for one in value.split("|") if one not in param.type.choices]
        return f"{param.opts[0]} cannot be {wrong[0]}" if wrong else ""
    return ""
