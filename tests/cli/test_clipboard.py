"""The clipboard: put there, taken away if it is still ours, and never said to anybody else."""

from __future__ import annotations

import io
import json
import os
import runpy
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from cli import clipboard
from cli.clipboard import TOOLS, Copied, copy
from tests.cli.demo import MARKER
from vault.errors import VaultError

Run = Callable[..., Result]
SALT = bytes(16)


def install(folder: Path, **tools: str) -> None:
    """Small programs with the names of the tools; `$CLIP` in them is the clipboard, a file."""
    for name, script in tools.items():
        file = folder / name.replace("_", "-")
        file.write_text(f"#!/bin/sh\nCLIP={folder}/clip\n{script}\n")
        file.chmod(0o755)


WAYLAND = {
    "wl_copy": '[ "$1" = --clear ] && { : >$CLIP; exit; }; /bin/cat >$CLIP',
    "wl_paste": '[ "$1" = --no-newline ] && /bin/cat $CLIP',
}
XCLIP = {"xclip": '[ "$3" = -out ] && exec /bin/cat $CLIP; /bin/cat >$CLIP'}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it but what a test installs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(250):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def test_the_first_tool_that_works_is_used(desk: Path) -> None:
    """wl-copy without a Wayland display fails, and xclip is tried."""
    install(desk, wl_copy="exit 1", **XCLIP)
    copied = copy("Síochána", salt=SALT)
    assert copied.tool.copy[0] == "xclip"
    assert (desk / "clip").read_text() == "Síochána"


def test_without_a_tool_the_next_step_is_said(desk: Path) -> None:
    """Which programs would do, and what else."""
    with pytest.raises(VaultError, match="no clipboard can be reached from here") as caught:
        copy(MARKER, salt=SALT)
    assert "wl-copy, xclip, xsel, pbcopy, clip.exe" in caught.value.hint
    assert MARKER not in str(caught.value) + caught.value.hint


def test_a_tool_that_hangs_is_given_up(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next one is tried."""
    monkeypatch.setattr(clipboard, "_TIME_LIMIT_S", 0.3)
    install(desk, wl_copy="exec /bin/sleep 60", **XCLIP)
    assert copy(MARKER, salt=SALT).tool.copy[0] == "xclip"


@pytest.mark.parametrize("tools", [WAYLAND, XCLIP])
def test_it_is_cleared_when_still_ours(run: Run, desk: Path, tools: dict[str, str]) -> None:
    """The command is over at once; the clipboard is empty a little later."""
    install(desk, **tools)
    assert run("demo", "copy", "--after", "0.5").exit_code == 0
    assert (desk / "clip").read_text() == MARKER
    wait_until(lambda: (desk / "clip").read_text() == "")


def test_something_else_on_the_clipboard_is_left_alone(desk: Path) -> None:
    """What the person copied since is theirs."""
    install(desk, **WAYLAND)
    copied = copy(MARKER, salt=SALT)
    install(desk, wl_paste="/bin/cat $CLIP; echo asked >$CLIP.asked")
    (desk / "clip").write_text("a shopping list")
    copied.clear_after(0)
    wait_until((desk / "clip.asked").exists)
    time.sleep(0.2)
    assert (desk / "clip").read_text() == "a shopping list"


def test_a_line_end_that_a_tool_adds_does_not_hide_it(desk: Path) -> None:
    """PowerShell pastes with CR LF."""
    install(desk, wl_copy=WAYLAND["wl_copy"], wl_paste="/bin/cat $CLIP; printf '\\r\\n'")
    copy(MARKER, salt=SALT).clear_after(0)
    wait_until(lambda: (desk / "clip").read_text() == "")


def test_the_clearing_process_says_nothing_to_anybody(desk: Path) -> None:
    """Neither its arguments nor its environment hold the secret, and it has left the command's session."""
    install(desk, **WAYLAND)
    copy(MARKER, salt=SALT).clear_after(1)
    ours = [file.name for file in Path("/proc").iterdir() if file.name.isdigit() and is_clearing(file.name)]
    assert len(ours) == 1
    process = Path("/proc", ours[0])
    seen = process.joinpath("cmdline").read_bytes() + process.joinpath("environ").read_bytes()
    assert MARKER.encode() not in seen
    assert os.getsid(int(ours[0])) != os.getsid(0)
    wait_until(lambda: (desk / "clip").read_text() == "")


def is_clearing(pid: str) -> bool:
    try:
        return clipboard.__file__.encode() in Path("/proc", pid, "cmdline").read_bytes()
    except OSError:
        return False


def test_a_clearing_process_that_cannot_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person must know that it stays."""
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(VaultError, match="will not be cleared by itself"):
        Copied(tool=TOOLS[0], salt=SALT, digest=b"").clear_after(1)


def test_what_is_remembered_is_not_the_secret() -> None:
    """A salted hash: equal secrets under two salts look different."""
    one, two = (clipboard._digest(salt, MARKER.encode()) for salt in (SALT, b"\x01" * 16))
    assert one != two
    assert MARKER not in repr(Copied(tool=TOOLS[0], salt=SALT, digest=one))


def test_the_windows_tool_gets_its_own_encoding(desk: Path) -> None:
    """clip.exe takes UTF-16 with its mark for text, and other bytes for the console's code page."""
    install(desk, **{"clip.exe": "/bin/cat >$CLIP"})
    copy("Síochána", salt=SALT)
    assert (desk / "clip").read_bytes().decode("utf-16") == "Síochána"


class ForkedError(BaseException):
    """Stands for the end of the process that forked."""


def test_the_process_that_forks_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the one that clears."""

    def leave(code: int) -> None:
        assert code == 0
        raise ForkedError

    monkeypatch.setattr(sys, "stdin", io.StringIO("{}"))
    monkeypatch.setattr(os, "fork", lambda: 4711)
    monkeypatch.setattr(os, "_exit", leave)
    with pytest.raises(ForkedError):
        runpy.run_path(clipboard.__file__, run_name="__main__")


@pytest.mark.parametrize(("held", "left"), [(MARKER, ""), ("other", "other")])
def test_the_forked_process_waits_compares_and_clears(
    desk: Path, monkeypatch: pytest.MonkeyPatch, held: str, left: str
) -> None:
    """The other side of the fork, step by step in this process."""
    install(desk, **WAYLAND)
    (desk / "clip").write_text(held)
    waited: list[float] = []
    digest = clipboard._digest(SALT, MARKER.encode())
    task = {
        "seconds": 20,
        "salt": SALT.hex(),
        "digest": digest.hex(),
        "paste": TOOLS[0].paste,
        "clear": TOOLS[0].clear,
    }
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(task)))
    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(os, "setsid", lambda: None)
    monkeypatch.setattr(time, "sleep", waited.append)
    clipboard._clear_later()
    assert waited[0] == 20  # waiting for a tool sleeps too
    assert (desk / "clip").read_text() == left
