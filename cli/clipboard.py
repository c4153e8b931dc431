"""The clipboard, when it is asked for: put a secret there, and take it away if it is still ours.

    copy(text, salt=…)            through the first tool that works; the text goes to its stdin
    copied.clear_after(seconds)   a process that outlives the command

That process is told on its stdin, so that neither its arguments nor its environment say anything, and it is
told no secret: a random salt and SHA-256(salt ‖ secret). It clears only what still has that hash. Clipboard
managers and synchronised clipboards may keep a copy; that cannot be undone from here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


_TIME_LIMIT_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """How one program is used: each is a command line that carries no content."""

    copy: tuple[str, ...]
    paste: tuple[str, ...]
    clear: tuple[str, ...]
    encoding: str = "utf-8"


TOOLS = (
    Tool(copy=("wl-copy",), paste=("wl-paste", "--no-newline"), clear=("wl-copy", "--clear")),
    Tool(
        copy=("xclip", "-selection", "clipboard", "-in"),
        paste=("xclip", "-selection", "clipboard", "-out"),
        clear=("xclip", "-selection", "clipboard", "-in"),
    ),
    Tool(
        copy=("xsel", "--clipboard", "--input"),
        paste=("xsel", "--clipboard", "--output"),
        clear=("xsel", "--clipboard", "--clear"),
    ),
    Tool(copy=("pbcopy",), paste=("pbpaste",), clear=("pbcopy",)),
    Tool(
        copy=("clip.exe",),
        paste=("powershell.exe", "-NoProfile", "-Command", "Get-Clipboard"),
        clear=("clip.exe",),
        encoding="utf-16",  # with its mark: without it clip.exe takes the bytes for the console's code page
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was put there, by its salted hash alone."""

    tool: Tool
    salt: bytes
    digest: bytes

    def clear_after(self, seconds: float) -> None:
        """Start the process that clears it, and do not wait for it."""
        import json

        from vault.errors import VaultError

        told = {"seconds": seconds, "salt": self.salt.hex(), "digest": self.digest.hex()}
        task = json.dumps({**told, "paste": self.tool.paste, "clear": self.tool.clear})
        # -I -S: nothing of the surroundings is loaded. The program forks and returns, so nobody waits here.
        if _output((sys.executable, "-I", "-S", __file__), task.encode()) is None:
            raise VaultError("the clipboard will not be cleared by itself", hint="clear it by hand")


def copy(text: str, *, salt: bytes) -> Copied:
    """Put it on the clipboard. `salt` is 16 random bytes."""
    from vault.errors import VaultError

    for tool in TOOLS:
        if _output(tool.copy, text.encode(tool.encoding)) is not None:
            return Copied(tool=tool, salt=salt, digest=_digest(salt, text.encode()))
    names = ", ".join(tool.copy[0] for tool in TOOLS)
    hint = f"install one of {names}, or show it on the terminal instead"
    raise VaultError("no clipboard can be reached from here", hint=hint)


def _digest(salt: bytes, content: bytes) -> bytes:
    from hashlib import sha256

    return sha256(salt + content).digest()


def _output(command: Sequence[str], content: bytes = b"", *, keep: bool = False) -> bytes | None:
    """Run a command of the table above to its end: its output where that is kept, None where it failed."""
    import subprocess

    # xclip and wl-copy stay behind, and would hold open whatever they inherit.
    out = subprocess.PIPE if keep else subprocess.DEVNULL
    try:
        done = subprocess.run(  # noqa: S603  no word of the command comes from outside
            command, input=content, stdout=out, stderr=subprocess.DEVNULL, check=True, timeout=_TIME_LIMIT_S
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout or b""


def _holds(content: bytes, *, salt: bytes, digest: bytes) -> bool:
    """Some tools add a line end when they paste."""
    return digest in {_digest(salt, content), _digest(salt, content.rstrip(b"\r\n"))}


def _clear_later() -> None:
    """The clearing process: read the task, part from the command, wait, compare, clear."""
    import json
    import os
    import time

    task = json.load(sys.stdin)
    if os.fork():
        os._exit(0)
    os.setsid()  # closing the terminal must not end the wait
    time.sleep(task["seconds"])
    pasted = _output(task["paste"], keep=True) or b""
    if _holds(pasted, salt=bytes.fromhex(task["salt"]), digest=bytes.fromhex(task["digest"])):
        _output(task["clear"])


if __name__ == "__main__":
    _clear_later()
