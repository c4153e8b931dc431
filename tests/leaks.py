"""Finding marked words wherever they might have got to, and a command line that keeps all that it said.

needles(text)     the text in other cases and encodings, and as its hash
Finder(marks)     which of the marks are in some bytes
Story(folder)     runs commands, each first with a wrong passphrase and with a full disk, and keeps what was seen
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.context import Context
from cli.main import root
from cli.settings import Settings
from cli.terminal import Terminal
from tests.cli.scripted import NoTty
from tests.world import COST, Clock, Dice
from vault.errors import VaultError
from vault.store.file import FileDoor
from vault.store.home import Home

NEW_KEYS = {"init", "join", "recover"}  # their passphrase is a new one: none is wrong
# They write a file of a new name, and neither keys nor the vault stop them: a second run would meet the first.
ONCE = {"restore", "audit witness new", "audit anchor request"}


def needles(text: str) -> Iterator[bytes]:
    """A text as it might be found: in other encodings and cases, backwards, and as its hash."""
    for form in dict.fromkeys((text, text.lower(), text.upper())):
        raw = form.encode()
        digest = hashlib.sha256(raw).digest()
        yield from (form.encode("utf-16-le"), form.encode("utf-16-be"), raw.hex().encode(), raw[::-1])
        yield from _in_base64(raw)
        yield from (digest, digest.hex().encode(), base64.b64encode(digest), base64.urlsafe_b64encode(digest))
        yield from (hashlib.sha1(raw).digest(), hashlib.md5(raw).digest(), hashlib.sha512(raw).digest()[:32])


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """What of it stands in the base64 of a longer text, at each of the three alignments."""
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + raw)
        yield coded[(0, 2, 3)[shift] : len(coded) // 4 * 4 - 4]


class Finder:
    """Finds which of the marked texts are in some bytes."""

    def __init__(self, marks: Mapping[str, str]) -> None:
        self._folded = {key: text.lower().encode() for key, text in marks.items()}
        self._coded = {key: tuple(needles(text)) for key, text in marks.items()}

    def __call__(self, data: bytes) -> set[str]:
        return self.plain(data) | {
            key for key, forms in self._coded.items() if any(form in data for form in forms)
        }

    def plain(self, data: bytes) -> set[str]:
        """Only as it stands, in any case."""
        folded = data.lower()
        return {key for key, text in self._folded.items() if text in folded}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one run of a command brought before somebody's eyes."""

    command: str
    args: tuple[str, ...]
    shows: frozenset[str]
    how: str
    code: int
    text: str

    def __str__(self) -> str:
        return f"keyholder {self.command} {' '.join(self.args)} ({self.how}, exit code {self.code})"


@dataclass
class Story:
    """A force, told through the command line. ``secrets`` holds everybody's passphrase as `pass HOME`."""

    folder: Path
    secrets: Mapping[str, str]
    said: list[Said] = field(default_factory=list)
    generated: dict[str, str] = field(default_factory=dict)
    words: str = ""

    def __post_init__(self) -> None:
        self.clock, self.dice = Clock(), Dice("story")
        self.location = str(self.folder / "shared" / "vault.db")
        self.given = self.folder / "given"
        self.passphrases = {key[5:]: text for key, text in self.secrets.items() if key.startswith("pass ")}
        for folder in (self.given, self.folder / "shared"):
            folder.mkdir(parents=True)

    def give(self, name: str, text: str) -> str:
        """A file of the user's own."""
        path = self.given / name
        path.write_text(text)
        path.chmod(0o600)
        return str(path)

    def do(
        self,
        command: str,
        *args: str,
        shows: str = "",
        stdin: str | None = None,
        home: str = "ada",
        code: int = 0,
        form: str = "table",
        at_once: bool = False,
    ) -> Result:
        """A step: first with a wrong passphrase, then with a full disk, then as it is meant; ``at_once``: only that."""
        more: dict[str, Any] = {
            "stdin": stdin,
            "home": home,
            "shows": frozenset(filter(None, (key.strip() for key in shows.split(",")))),
        }
        at_once = at_once or command in ONCE
        if not at_once and command not in NEW_KEYS:
            self._run(command, args, "json", "wrong passphrase", **more)
        if not at_once:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(FileDoor, "commit", _full)
                patch.setattr(Home, "write", _full)
                self._run(command, args, "json", "full disk", **more)
        result = self._run(command, args, form, "as meant", **more)
        assert result.exit_code == code, (command, args, result.exit_code, result.stderr, result.stdout)
        return result

    def fail(self, command: str, *args: str, code: int, **more: Any) -> None:
        """A step that is refused, in both forms of an error."""
        for form in ("json", "table"):
            self.do(command, *args, code=code, form=form, **more)

    def ask(self, command: str, *args: str, **more: Any) -> Any:
        """A step's answer in JSON."""
        return json.loads(self.do(command, *args, form="json", **more).stdout)

    def _run(
        self,
        command: str,
        args: tuple[str, ...],
        form: str,
        how: str,
        *,
        stdin: str | None,
        home: str,
        shows: frozenset[str],
    ) -> Result:
        wrong = how == "wrong passphrase"
        secret = "wrong words altogether here" if wrong else self.passphrases.get(home, "no such home zq")
        settings = Settings(
            home=self.folder / home,
            vault=self.location,
            passphrase_file=Path(self.give(f"passphrase-{home}", secret)),
        )
        terminal = NoTty()
        context = Context(
            settings=settings,
            clock=self.clock,
            random=self.dice,
            terminal=Terminal(terminal),
            cost=COST,
        )
        words = [*command.split(), *args, *(() if form == "table" else ("--format", form))]
        result = CliRunner().invoke(root, words, obj=context, input=stdin)
        text = "\n".join((result.stdout, result.stderr, *terminal.prompts, *terminal.said))
        self.keep(command, args, shows=shows, how=how, code=result.exit_code, text=text)
        return result

    def keep(
        self,
        command: str,
        args: tuple[str, ...],
        *,
        code: int,
        text: str,
        shows: frozenset[str] = frozenset(),
        how: str = "as meant",
    ) -> None:
        """Remember what a run brought before somebody's eyes."""
        self.said.append(Said(command=command, args=args, shows=shows, how=how, code=code, text=text))


def _full(*_: object, **__: object) -> None:
    raise VaultError("the disk is full")
