"""`keyholder init`: what is made, what is shown once, and what is never touched."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from tests.cli.ceremonies import Desk
from tests.cli.scripted import ScriptedTty
from vault.crypto import kit

INIT = (
    "init",
    "--policy",
    "norfolk_suffolk",
    "--name",
    "Ada Byron",
    "--collar",
    "1815",
    "--email",
    "ada@n.example",
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_init_makes_a_vault_that_opens(desk: Desk) -> None:
    """The vault lies in the home, its id is spoken in ten words, and the next command works."""
    shown = json.loads(desk.run(*INIT, "--to-pipe", "--format", "json").stdout)
    assert shown["vault"] == str(desk.folder / "ada" / "vault.db")
    assert len(shown["vault_words"].split()) == 10
    assert len(kit.decode("\n".join(shown["recovery_kit"]))) == 32
    assert "passphrase" not in shown
    people = json.loads(desk.run("person", "list", "--format", "json").stdout)
    assert [(p["collar"], p["roles"]) for p in people] == [("1815", ["administrator", "custodian"])]
    assert stat.S_IMODE((desk.folder / "ada").stat().st_mode) == 0o700


def test_a_generated_passphrase_is_shown_once_and_opens(desk: Desk) -> None:
    """Without a passphrase of one's own six words are drawn; they open the home."""
    shown = json.loads(desk.run(*INIT, "--to-pipe", "--format", "json", passphrase=None).stdout)
    assert len(shown["passphrase"].split()) == 6
    desk.run("person", "list", passphrase=shown["passphrase"])
    desk.run("person", "list", passphrase="ten small grey foxes ran", code=5)


def test_nothing_secret_stays_on_stdout(desk: Desk) -> None:
    """Where stdout is neither a terminal nor asked for by name, nothing is made."""
    answer = desk.run(*INIT, passphrase=None, code=2)
    assert "--to-pipe" in answer.stderr
    assert not (desk.folder / "ada").exists()


def test_a_line_of_the_kit_is_typed_back(desk: Desk) -> None:
    """A kit that was not copied is found out at once; the vault stays, and the way on is named."""
    tty = ScriptedTty("wrong", "0000-0000-0000-0000", "no")
    answer = desk.run(*INIT, "--to-pipe", tty=tty, code=2)
    assert "recovery renew" in answer.stderr
    assert all("recovery kit" in prompt for prompt in tty.prompts)
    desk.run("person", "list")


class Paper(ScriptedTty):
    """Somebody who wrote the kit down, and reads back the line that is asked for."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines

    def read_line(self, prompt: str, *, hidden: bool = False) -> str:
        self.prompts.append(prompt)
        return self.lines[int(prompt.split()[1]) - 1].lower().replace("-", " ")


def test_the_right_line_is_taken(desk: Desk) -> None:
    """Whatever its case and hyphens, the line that was asked for passes, the first time."""
    made = desk.run(*INIT, "--to-pipe", "--format", "json")
    twin = Desk(desk.folder / "twin")  # the same dice: the same kit
    twin.folder.mkdir()
    paper = Paper(json.loads(made.stdout)["recovery_kit"])
    twin.run(*INIT, "--to-pipe", tty=paper)
    assert len(paper.prompts) == 1


@pytest.mark.parametrize(
    ("own", "why"),
    [("short", "at least 15"), ("Ada Byron 1815 Byron Ada", "try first"), ("passwordpassword", "repeats")],
)
def test_a_weak_passphrase_is_refused(desk: Desk, own: str, why: str) -> None:
    """One's own passphrase is checked, against one's own name too, before anything is made."""
    answer = desk.run(*INIT, "--to-pipe", passphrase=own, code=2)
    assert why in answer.stderr
    assert own not in answer.stderr
    assert not (desk.folder / "ada").exists()


def test_a_passphrase_of_ones_own_is_typed_twice(desk: Desk) -> None:
    """--own-passphrase asks twice, hidden."""
    tty = ScriptedTty(
        "ten small grey foxes run", "ten small grey foxes ran", *["ten small grey foxes run"] * 2, "x"
    )
    desk.run(*INIT, "--own-passphrase", "--to-pipe", "--no-input", tty=tty, passphrase=None, code=2)
    desk.run(*INIT, "--own-passphrase", "--to-pipe", tty=tty, passphrase=None, code=130)
    assert tty.hidden[:4] == [True] * 4
    desk.run("person", "list")


def test_what_exists_is_not_touched(desk: Desk) -> None:
    """A second init over a home or over a file changes not one byte."""
    desk.run(*INIT, "--to-pipe")
    before = {path: path.read_bytes() for path in sorted((desk.folder / "ada").iterdir()) if path.is_file()}
    assert "already" in desk.run(*INIT, "--to-pipe", code=2).stderr
    vault = str(desk.folder / "ada" / "vault.db")
    assert "already" in desk.run(*INIT, "--to-pipe", home="bob", vault=vault, code=2).stderr
    assert {path: path.read_bytes() for path in before} == before
    assert not (desk.folder / "bob").exists()


def test_an_unknown_policy_makes_nothing(desk: Desk) -> None:
    """The profiles that there are get named."""
    answer = desk.run(*INIT[:2], "atlantis", *INIT[3:], "--to-pipe", code=3)
    assert "norfolk_suffolk" in answer.stderr
    assert not (desk.folder / "ada").exists()


def test_the_log_names_the_document(desk: Desk) -> None:
    """The policy's file is in the log by its hash, so that later bytes can be compared."""
    import base64
    import hashlib

    from vault.store.home import Home
    from vault.store.profiles import POLICIES
    from vault.store.register import State

    desk.run(*INIT, "--to-pipe")
    (row,) = State.open(Home(desk.folder / "ada").state).find("policy")
    raw = (POLICIES / "norfolk_suffolk.toml").read_bytes()
    assert row["document"] == base64.b64encode(hashlib.sha256(raw).digest()).decode()


def test_a_group_shares_a_folder_of_its_own(desk: Desk) -> None:
    """--group sets folder and file modes; the home itself, or a group that is not there, is refused."""
    import grp

    own = grp.getgrgid(os.getgid()).gr_name
    assert "folder of its own" in desk.run(*INIT, "--to-pipe", "--group", own, code=2).stderr
    assert "no group" in desk.run(*INIT, "--to-pipe", "--group", "no-such-group", code=3).stderr
    vault = desk.folder / "shared" / "vault.db"
    desk.run(*INIT, "--to-pipe", "--group", own, vault=str(vault))
    assert stat.S_IMODE(vault.parent.stat().st_mode) == 0o2770
    assert stat.S_IMODE(vault.stat().st_mode) == 0o660
    desk.run("person", "list")


def test_on_a_real_terminal(spawn: Callable[..., pexpect.spawn]) -> None:
    """The papers stand on the alternate screen until Enter; the line asked for, typed back, ends it well."""
    child = spawn(*INIT)
    child.expect("passphrase:\\s+((?:[a-z-]+ ?){6})\\s")
    words = child.match.group(1).strip()
    lines = []
    for _ in range(4):
        child.expect("((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})")
        lines.append(child.match.group(1))
    child.sendline("")
    child.expect("line ([1-4]) of the recovery kit")
    child.sendline(lines[int(child.match.group(1)) - 1])
    child.expect("keep the kit where the vault is not")
    child.expect(pexpect.EOF)
    assert words not in child.before and lines[0] not in child.before
    child.close()
    assert child.exitstatus == 0


def test_ctrl_c_before_the_kit_was_typed_back(desk: Desk) -> None:
    """The vault is there by then, and so is the paper: what nobody has compared is said."""
    answer = desk.run(*INIT, "--to-pipe", tty=ScriptedTty(KeyboardInterrupt()), code=130)
    assert "was not typed back" in answer.stderr and "keyholder recovery renew" in answer.stderr
    desk.run("person", "list")


@pytest.mark.parametrize("option", ["--name", "--collar", "--email"])
def test_the_first_member_has_name_number_and_address(desk: Desk, option: str) -> None:
    """An empty one is refused before anything is made."""
    given = list(INIT)
    given[given.index(option) + 1] = " "
    desk.run(*given, "--to-pipe", code=2)
    assert not (desk.folder / "ada").exists()


def test_a_vault_whose_papers_nobody_saw_is_not_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk behind stdout: the drawn passphrase is lost, and the next step is named."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cli.output.Out.record", full)
    found = desk.run(*INIT, "--to-pipe", code=1)
    assert "could not be shown" in found.stderr
    assert "start again" in found.stderr
    assert not list((desk.folder / "ada").iterdir())


def test_what_this_machine_remembers_is_missed(desk: Desk) -> None:
    """Without state.db the log is read anew, and it is said that a rollback would not be seen; damaged, what to do."""
    desk.run(*INIT, "--to-pipe")
    state = desk.folder / "ada" / "state.db"
    state.unlink()
    assert "older copy" in desk.run("person", "list").stderr
    assert "older copy" not in desk.run("person", "list").stderr
    state.write_bytes(b"no database at all" * 100)
    assert "made anew" in desk.run("person", "list", code=6).stderr


def test_another_vault_is_told_from_an_attack(desk: Desk) -> None:
    """KEYHOLDER_VAULT of a second vault: a slip, and said to be one."""
    desk.run(*INIT, "--to-pipe")
    desk.run(*INIT, "--to-pipe", home="second")
    other = str(desk.folder / "second" / "vault.db")
    assert "another vault" in desk.run("person", "list", vault=other, code=6).stderr


def test_without_a_way_to_ask_it_is_locked(desk: Desk) -> None:
    """No terminal and no passphrase file: exit code 5, and the way out."""
    desk.run(*INIT, "--to-pipe")
    found = desk.run("person", "list", passphrase=None, code=5)
    assert "KEYHOLDER_PASSPHRASE_FILE" in found.stderr
