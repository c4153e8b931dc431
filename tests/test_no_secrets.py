"""Nothing leaks: every command is run with marked secrets, names, handles and words, and then all is searched.

stdout, stderr, prompts    no secret but what a step was asked for; nothing personal but what `SPEAKS` says, and
                           what the person typed into the same command line. Without keys: only the latter.
every file                 databases, journals, homes, backups, invitations, the exported log, temporary files:
                           nothing in any encoding, nor a hash of it
repr                       no secret in any value that an operation returned
argv and environment       no secret in what a program is started with, and no option that takes one
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import pkgutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

import click
import pytest

import vault.ops
from cli import clipboard
from cli.main import root
from tests.leak_marks import GROUPS, PERSONAL, SECRETS, SPEAKS
from tests.leak_story import tell
from tests.leaks import Finder, Said, Story
from tests.world import COST
from vault.ops import sealing
from vault.ops.session import Vault
from vault.ops.unlock import unlock
from vault.store.home import Home

# Options that read a secret: a source, never the secret.
SOURCES = {
    "passphrase change --new",
    "recover --kit",
    "secret backup-codes --set",
    "backup check --identity",
    "backup check --passphrase",
    "restore --identity",
    "restore --passphrase",
    "backup make --passphrase",
    *(f"secret set --{part}" for part in ("password", "totp", "backup-codes", "recovery")),
    *(f"rotation applied --{part}" for part in ("totp", "backup-codes", "recovery")),
}
# Words in an option's name that could mean a secret, where they do not.
HARMLESS = {
    "audit check-receipt --vkey": "a public key",
    "init --own-passphrase": "asks, hidden",
    "join --own-passphrase": "asks, hidden",
    "recover --own-passphrase": "asks, hidden",
    "account change --recovery-email": "an address, sealed to the register",
    "account change --recovery-phone": "a number, sealed to the register",
    "device lost --keyset": "a flag",
    "claim accept --keyset": "a flag",
    "record list --code": "the code of a record",
}
# Helpers that return a secret as bare words, on the way into a value that hides it.
BARE = {"make_recovery", "parse_part"}
TELLING = ("pass", "secret", "totp", "seed", "code", "recover", "kit", "key", "identity", "pin", "new", "set")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The story's end: what was said, returned, started, and where the files are."""

    story: Story
    returned: list[tuple[str, str]]
    started: list[str]
    temporary: Path


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The story, told once."""
    folder = tmp_path_factory.mktemp("story")
    temporary = folder / "tmp"
    temporary.mkdir()
    returned: list[tuple[str, str]] = []
    started: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", None)
        patch.setattr(subprocess, "run", _starter(started))
        for module, name, function in _operations():
            patch.setattr(module, name, _watched(function, returned))
        story = Story(folder, SECRETS)
        tell(story)
        started.append(repr(dict(os.environ)))
        story.generated |= _generated(story)
    yield Told(story=story, returned=returned, started=started, temporary=temporary)
    tempfile.tempdir = None


def _starter(started: list[str]) -> Callable[..., Any]:
    """Instead of starting a program: keep what everybody on the machine could see of it."""

    def run(command: Any, *, input: bytes = b"", env: Any = None, **_: Any) -> Any:  # noqa: A002 - its name
        told = clipboard.__file__ in command
        started.append(repr((command, env, input if told else "")))
        return subprocess.CompletedProcess(command, 0, b"", b"")

    return run


def _operations() -> Iterator[tuple[Any, str, FunctionType]]:
    for info in pkgutil.iter_modules(vault.ops.__path__):
        module = import_module(f"vault.ops.{info.name}")
        for name, found in vars(module).copy().items():
            if isinstance(found, FunctionType) and found.__module__ == module.__name__ and name[0] != "_":
                yield module, name, found


def _watched(function: FunctionType, returned: list[tuple[str, str]]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **values: Any) -> Any:
        result = function(*args, **values)
        if not isinstance(result, str | bytes | dict) and function.__name__ not in BARE:
            returned.append((f"{function.__module__}.{function.__name__}", repr(result)))
        return result

    return call


def _generated(story: Story) -> dict[str, str]:
    """Every password that the vault made up itself."""
    vault = Vault.open(Home(story.folder / "ada"), clock=story.clock, random=story.dice)
    unlock(vault, SECRETS["pass ada"], cost=COST)
    vault.sync()
    made = {}
    for row in vault.state.find("version"):
        body = sealing.open_version(vault, account=row["account"], number=row["number"])
        password = str(body.parts.get("password", ""))
        if password and password not in SECRETS.values():
            made[f"generated {len(made)}"] = password
    vault.close()
    assert len(made) > 2
    return made


def commands(
    command: click.Command = root, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """Every command of the command line, by its words."""
    context = click.Context(command)
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from commands(found, (*path, name))


# --- the story is whole -------------------------------------------------------------------------------------------


def test_every_command_is_in_the_story(told: Told) -> None:
    """Each is done as it is meant at least once, and fails at least once where it can."""
    every = {path for path, _ in commands()}
    done = {said.command for said in told.story.said if said.how == "as meant" and said.code in (0, 7)}
    failed = {said.command for said in told.story.said if said.code not in (0, 7)}
    assert every - done == set(), "a command is missing in tests/leak_story.py"
    assert every - failed == set(), "it never failed: break what it reads"
    assert set(SPEAKS) <= every


# --- what was said ------------------------------------------------------------------------------------------------


def _marks(told: Told) -> dict[str, str]:
    kits = {f"{key} line {n}": line for key, text in told.story.generated.items() if key.startswith("kit")
            for n, line in enumerate(text.split("\n"))}  # fmt: skip
    made = {key: text for key, text in told.story.generated.items() if not key.startswith("kit")}
    return {**SECRETS, **kits, **made}


def _asked_for(said: Said, mark: str) -> bool:
    return any(mark == key or mark.startswith((f"{key} line", f"{key} ")) for key in said.shows)


def test_a_secret_is_said_only_where_it_was_asked_for(told: Told) -> None:
    """And there it is: the marks are really used. Nothing is shown by a command that failed."""
    find, seen = Finder(_marks(told)), set()
    for said in told.story.said:
        found = find(said.text.encode())
        shown = {mark for mark in found if said.code in (0, 3) and _asked_for(said, mark)}
        assert found - shown == set(), str(said)
        seen |= shown
    assert {"password", "changed", "imported", "totp", "codes", "recovery", "kit line 0"} <= seen


def test_a_full_disk_shows_no_secret(told: Told) -> None:
    """No entry, no secret: what cannot be recorded is not shown, whatever was asked for."""
    find = Finder(_marks(told))
    for said in told.story.said:
        if said.how == "full disk":
            assert find(said.text.encode()) == set(), str(said)


def test_a_person_is_named_only_where_it_was_asked_for(told: Told) -> None:
    """A name, handle, address or word is said by the commands whose answer it is, or was typed there."""
    find, seen, wrong = Finder(PERSONAL), set(), []
    for said in told.story.said:
        typed = find.plain(" ".join(said.args).encode())
        groups = SPEAKS.get(said.command, "").split() if said.how != "wrong passphrase" else []
        found = find(said.text.encode()) - typed
        wrong += [
            f"{said}: {mark}" for mark in sorted(found - set().union(*(GROUPS[group] for group in groups)))
        ]
        seen |= {(said.command, group) for group in groups if GROUPS[group] & found}
    assert not wrong, "\n".join(wrong)
    stale = {(command, group) for command, groups in SPEAKS.items() for group in groups.split()} - seen
    assert stale == set(), "permitted, but never said"


def test_an_error_in_json_is_json(told: Told) -> None:
    """The last line of stderr is one object, so that nobody needs to show it whole."""
    for said in told.story.said:
        if said.how == "wrong passphrase" and said.code == 5 and said.command != "shell":
            assert json.loads(said.text.strip().splitlines()[-1]), str(said)


# --- what was written ---------------------------------------------------------------------------------------------


def _files(told: Told) -> Iterator[Path]:
    for path in sorted(told.story.folder.rglob("*")):
        own = path.is_relative_to(told.story.given) and path.suffix != ".invitation"
        if path.is_file() and not own:
            yield path


def test_no_file_holds_a_mark(told: Told) -> None:
    """No secret, name, handle, address or word is in any file, in any encoding, nor is a hash of it."""
    find, names = Finder({**PERSONAL, **_marks(told)}), set()
    for path in _files(told):
        names.add(path.name)
        assert find(path.read_bytes()) == set(), path
    wanted = {"vault.db", "state.db", "home.json", "keyset.json", "device.key", "one.age", "eve.invitation"}
    assert wanted <= names
    assert (told.story.folder / "exported").is_dir()


def test_a_stolen_witness_knows_no_mark(told: Told) -> None:
    """Its key, what it remembers of the log, and what it printed and answered as a server."""
    find = Finder({**PERSONAL, **_marks(told)})
    folder = told.story.folder / "witness"
    held = [path for path in _files(told) if path.is_relative_to(folder)]
    assert {"key.json", "lock"} < {path.name for path in held}
    assert any(len(path.stem) == 64 and b'"note"' in path.read_bytes() for path in held), "it cosigned a head"
    for path in held:
        assert find(path.read_bytes()) == set(), path
    (served,) = (said for said in told.story.said if said.command == "audit witness serve" and not said.code)
    assert served.text.count("\n") > 2
    assert find(served.text.encode()) == set()


def test_no_path_holds_a_mark(told: Told) -> None:
    """Not even as a file's name."""
    find = Finder({**PERSONAL, **_marks(told)})
    for path in _files(told):
        assert find(str(path.relative_to(told.story.folder)).encode()) == set()


def test_no_journal_holds_a_mark(told: Told) -> None:
    """The write-ahead logs while they are open, with everything that the databases have forgotten since."""
    story, find = told.story, Finder({**PERSONAL, **_marks(told)})
    vault = Vault.open(Home(story.folder / "ada"), clock=story.clock, random=story.dice)
    unlock(vault, SECRETS["pass ada"], cost=COST)
    with vault.change() as tx:
        person = vault.names.find("person", PERSONAL["collar hal"])
        details = {"name": PERSONAL["name hal"], "collar": PERSONAL["collar hal"]}
        tx.emit("person.changed", person, details=tx.details("person", person, details))
    vault.names.find("person", PERSONAL["name hal"])
    journals = [path for path in _files(told) if path.name.endswith(("-wal", "-shm", "-journal"))]
    assert {path.name for path in journals} >= {"vault.db-wal", "state.db-wal"}
    for path in journals:
        assert find(path.read_bytes()) == set(), path
    vault.close()


def test_no_temporary_file_is_left(told: Told) -> None:
    """Nothing is written to the temporary folder."""
    assert list(told.temporary.iterdir()) == []


def test_nothing_is_named_in_the_log(told: Told) -> None:
    """Every entry, as its exact bytes, and every value in it decoded."""
    story, find = told.story, Finder({**PERSONAL, **_marks(told)})
    vault = Vault.open(Home(story.folder / "ada"), clock=story.clock, random=story.dice)
    bodies = vault.shared.bodies(0, vault.shared.size())
    vault.close()
    assert len(bodies) > 100
    assert find(b"\n".join(bodies)) == set()


# --- what could be seen of the process ----------------------------------------------------------------------------


def test_no_value_of_an_operation_shows_a_secret(told: Told) -> None:
    """`repr` of all that operations returned, as a debugger, a log or a traceback would show it."""
    find = Finder(_marks(told))
    assert len({name for name, _ in told.returned}) > 60
    for name, text in told.returned:
        assert find.plain(text.encode()) == set(), name


def test_no_program_is_started_with_a_secret(told: Told) -> None:
    """Neither arguments nor environment of a program, nor our own environment, hold a mark."""
    find = Finder({**PERSONAL, **_marks(told)})
    assert any("clipboard" in text for text in told.started)
    for text in told.started:
        assert find(text.encode()) == set(), text


def test_an_option_that_reads_a_secret_takes_its_source() -> None:
    """Every option whose name could mean a secret is one of SOURCES, which refuse the secret itself, or harmless."""
    telling = {
        f"{path} {option}"
        for path, command in commands()
        for parameter in command.params
        for option in parameter.opts
        if isinstance(parameter, click.Option) and any(word in option for word in TELLING)
    }
    assert telling - SOURCES - set(HARMLESS) == set(), "a source, or harmless?"
    assert (SOURCES | set(HARMLESS)) - telling == set(), "there is no such option"


def test_a_source_refuses_the_secret_itself(told: Told) -> None:
    """The story gives each a secret as its value: exit code 2, and the secret is not repeated."""
    refused = {
        f"{said.command} {word}"
        for said in told.story.said
        if said.code == 2 and said.how == "as meant"
        for word, value in zip(said.args, said.args[1:], strict=False)
        if any(value == mark for mark in (*SECRETS.values(), *told.story.generated.values()))
    }
    assert refused >= SOURCES


# --- the search itself --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hidden",
    [
        "a ZqForceMain b",
        "zqforcemain",
        "ZqForceMain".encode("utf-16-le").decode("latin-1"),
        base64.b64encode(b"name=ZqForceMain;").decode(),
        b"ZqForceMain".hex(),
        hashlib.sha256(b"zqforcemain").hexdigest(),
        hashlib.sha256(b"ZqForceMain").digest().decode("latin-1"),
    ],
)
def test_the_search_finds_what_is_hidden(hidden: str) -> None:
    """The negative control: each of the forms is found."""
    assert Finder({"handle": "ZqForceMain"})(hidden.encode("latin-1")) == {"handle"}
