"""`keyholder secret`, as somebody types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli import clipboard
from cli.terminal import Terminal
from tests.world import World
from vault.errors import VaultError

NAME = "x/NorfolkPolice"
MARKER = "m4rker-Secret!"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.account(NAME, password=MARKER)
    return made


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What a terminal would have shown: (label, text)."""
    shown: list[tuple[str, str]] = []

    def show(self: Terminal, label: str, text: str, *, to_pipe: bool) -> None:
        shown.append((label, text))

    monkeypatch.setattr(Terminal, "ready_to_show", lambda self, *, to_pipe: None)
    monkeypatch.setattr(Terminal, "show_secret", show)
    return shown


def test_a_secret_goes_into_a_pipe_only_when_asked(world: World) -> None:
    """Without --to-pipe stdout that is no terminal gets nothing, and no entry says that anything was shown."""
    size = world.vault.follower.size
    refused = world.run("secret", "show", NAME, ok=False)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert world.vault.follower.size == size
    assert world.run("secret", "show", NAME, "--to-pipe").stdout == MARKER + "\n"
    assert world.vault.state.find("exposure", how="revealed")
    world.check()


@pytest.mark.parametrize("command", ["show", "code", "copy"])
def test_no_entry_no_secret(world: World, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 3: the commit fails, and neither stdout, stderr nor the clipboard has the secret."""
    world.run("secret", "set", NAME, "--totp", "-", input="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n")
    copied: list[str] = []

    def copy(text: str, *, salt: bytes) -> None:
        copied.append(text)

    def full(_: object) -> None:
        raise VaultError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(clipboard, "copy", copy)
        patch.setattr(type(world.vault.shared.door), "commit", full)
        result = world.run("secret", command, NAME, *(["--to-pipe"] if command != "copy" else []), ok=False)
    assert result.exit_code == 1
    assert result.stdout == "" and MARKER not in result.stderr
    assert copied == []
    world.check()


def test_while_the_answer_is_open_the_screen_has_both(world: World, screen: list[tuple[str, str]]) -> None:
    """New before old, marked; --spell adds the words."""
    world.run("rotation", "start", NAME)
    world.run("rotation", "failed", NAME, "--unknown")
    world.run("secret", "show", NAME)
    label, text = screen[0]
    assert label.startswith(NAME)
    assert text.index("version 2  (new") < text.index("version 1  (old)")
    assert MARKER in text
    world.run("secret", "show", NAME, "--version", "1", "--spell")
    assert "mike, digit four" in screen[1][1]


def test_a_deposit_by_somebody_else_is_a_finding(world: World) -> None:
    """It is stored, and the clause is named."""
    world.person("Bob Stone", "2001")
    result = world.run(
        "secret", "set", NAME, "--password", "-", "--changed-by", "2001", "--changed-on", "01/11/2026",
        "--format", "json", input="changed outside\n",
    )  # fmt: skip
    assert json.loads(result.stdout)["allowed"] is False
    assert "NS-10.1e" in result.stderr
    assert "changed outside" not in result.stdout + result.stderr
    version = world.vault.state.find("version", number=2)[0]
    assert version["occurred_at"] == "2026-11-01T00:00:00Z"
    world.check()


def test_a_secret_is_never_an_argument(world: World) -> None:
    """What looks like a secret where its source belongs is refused and not repeated."""
    result = world.run("secret", "set", NAME, "--password", "hunter2-hunter2", ok=False)
    assert result.exit_code == 2
    assert "hunter2" not in result.stderr


def test_handing_over_needs_a_device(world: World) -> None:
    """--for without --on is a usage error; with it, the exposure is theirs."""
    bob = world.person("Bob Stone", "2001")
    world.grant(world.vault.names.find("account", NAME), bob)
    assert world.run("secret", "show", NAME, "--for", "2001", "--to-pipe", ok=False).exit_code == 2
    world.run("device", "add", "Bob phone", "--owner", "2001", "--kind", "phone", "--ownership", "force")
    assert (
        MARKER in world.run("secret", "show", NAME, "--for", "2001", "--on", "Bob phone", "--to-pipe").stdout
    )
    assert world.vault.state.find("exposure", person=bob)[0]["how"] == "handed_over"
    world.check()


def test_the_clipboard_is_cleared(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """copy puts it there after its entry, for thirty seconds, and prints nothing."""
    done: list[object] = []

    class Copied:
        def clear_after(self, seconds: float) -> None:
            done.append(seconds)

    def copy(text: str, *, salt: bytes) -> Copied:
        done.append(text)
        return Copied()

    monkeypatch.setattr(clipboard, "copy", copy)
    result = world.run("secret", "copy", NAME)
    assert done == [MARKER, 30]
    assert MARKER not in result.stdout + result.stderr
    assert world.vault.state.find("exposure", how="copied")
    world.run("rotation", "start", NAME)
    world.run("rotation", "applied", NAME)
    assert "has both" in world.run("secret", "copy", NAME).stderr


def test_codes(world: World, screen: list[tuple[str, str]]) -> None:
    """The current code with its remaining seconds, on the screen; bare in a pipe."""
    world.run("secret", "set", NAME, "--totp", "-", input="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n")
    world.run("secret", "code", NAME)
    assert "good for" in screen[0][1]
    world.run("secret", "code", NAME, "--to-pipe")
    assert screen[1][1].isdigit()
    assert {row["how"] for row in world.vault.state.find("exposure", part="totp")} == {
        "entered",
        "code_shown",
    }


def test_backup_codes(world: World) -> None:
    """Set, listed without the codes, used once."""
    world.run("secret", "backup-codes", NAME, "--set", "-", input="aa-11\nbb-22\n")
    assert world.run("secret", "backup-codes", NAME, "--use", "1", "--to-pipe").stdout == "aa-11\n"
    listed = world.run("secret", "backup-codes", NAME, "--format", "json")
    assert [row["used"] is not None for row in json.loads(listed.stdout)] == [True, False]
    assert "aa-11" not in listed.stdout
    assert world.run("secret", "backup-codes", NAME, "--use", "1", "--to-pipe", ok=False).exit_code == 2
    both = world.run("secret", "backup-codes", NAME, "--use", "1", "--set", "-", ok=False)
    assert both.exit_code == 2
    world.check()


def test_no_marker_anywhere_but_where_it_was_asked_for(world: World, tmp_path: Path) -> None:
    """After every command: the marker is in no file of the vault, its journals or the projection."""
    world.run("secret", "set", NAME, "--password", "-", input=MARKER + "\n")
    world.run("secret", "show", NAME, "--to-pipe")
    world.run("rotation", "start", NAME)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert MARKER.encode() not in path.read_bytes(), path
