"""Transcripts in documents: console blocks whose commands are run and whose answers must be what they say.

    python -m tests.docs.transcript docs/first-hour.md      writes the answers anew

In a ```console block a line `$ command` is run by sh, in one folder for the whole document; `<<< text` after it is
typed into it. What it says follows. What differs from run to run (ids, times, hashes, words) is
shown as … and compared as such.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"(```console\n)(.*?)(```\n)", re.DOTALL)
VARIES = (
    (re.compile(r"\b(per|kst|acc|dev|grt|tem|req|rot|clm|not|epo|inv|bat)-[a-z2-7]{16}\b"), r"\1-…"),
    (re.compile(r"\b[0-9a-f]{64}\b|(?<![0-9A-Za-z+/])[0-9A-Za-z+/]{43}="), "…"),
    (re.compile(r"(?<=vault words  ).*"), " …"),
    (re.compile(r"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b(, )?"), "…"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\dZ)?"), "…"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "…"),
    (re.compile(r"[ ]+(?=\n)"), ""),
)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a document: the line, what is typed, what the document says it answers."""

    line: str
    typed: str
    said: str


def commands(text: str) -> list[Command]:
    """Every command of every console block, in order."""
    found: list[Command] = []
    for block in BLOCK.finditer(text):
        for chunk in re.split(r"(?m)^\$ ", block.group(2))[1:]:
            line, _, said = chunk.partition("\n")
            line, _, typed = line.partition("  <<< ")
            found.append(Command(line, typed, said))
    return found


def plain(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, shown in VARIES:
        text = pattern.sub(shown, text)
    return text


def words(text: str) -> str:
    """For comparing: the width of a column depends on what was replaced in it."""
    return re.sub(r"[ ]{2,}", "  ", plain(text))


class Place:
    """A fresh HOME with the command on its path, as on a new machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("KEYHOLDER_", "XDG_"))}
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
        self.environment = {**kept, "HOME": str(folder), "PATH": path, "TERM": "dumb", "COLUMNS": "100"}
        # What is said comes out in the order in which it is said, as on a terminal.
        self.environment["PYTHONUNBUFFERED"] = "1"

    def answer(self, command: Command) -> str:
        """Run one command; what it said. What a line exports holds for the lines after it, as in one shell."""
        if exported := re.fullmatch(r"export (\w+)=(.*)", command.line):
            shown = ["sh", "-c", f'{command.line}; printf %s "${exported[1]}"']
            done = subprocess.run(
                shown, cwd=self.folder, env=self.environment, text=True, capture_output=True, check=True
            )
            self.environment[exported[1]] = done.stdout
            return ""
        typed = command.typed + "\n" if command.typed else ""
        done = subprocess.run(
            ["sh", "-c", command.line], cwd=self.folder, env=self.environment, input=typed, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120,
        )  # fmt: skip
        return done.stdout.replace(str(self.folder), "~")


def rewritten(text: str, folder: Path) -> str:
    """The document with the answers that its commands give now."""
    place, answers = Place(folder), {}
    for number, command in enumerate(commands(text)):
        answers[number] = plain(place.answer(command))
    counter = iter(range(len(answers)))

    def block(match: re.Match[str]) -> str:
        lines = [line for line in match.group(2).splitlines() if line.startswith("$ ")]
        return (
            match.group(1) + "".join(f"{line}\n{answers[next(counter)]}" for line in lines) + match.group(3)
        )

    return BLOCK.sub(block, text)


if __name__ == "__main__":
    document = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        document.write_text(rewritten(document.read_text(), Path(scratch)))
