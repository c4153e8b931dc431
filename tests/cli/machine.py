"""The real command line as processes, each member in a home of their own beside one vault."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.world import PASSPHRASE

INIT = (
    "init",
    "--policy",
    "norfolk_suffolk",
    "--name",
    "Ada Byron",
    "--collar",
    "1",
    "--email",
    "a@b.example",
)


def full_pipe() -> tuple[int, int]:
    """A pipe that takes nothing more and does not wait: whoever writes there fails, as on a full disk."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with suppress(BlockingIOError):
        while os.write(writer, bytes(4096)):
            pass
    return reader, writer


class Machine:
    """The real command line in a folder of its own, with a passphrase file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE)
        self.passphrase.chmod(0o600)

    def run(
        self,
        *args: str,
        home: str = "ada",
        file: Path | None = None,
        unread: bool = False,
        said: bool = False,
        stdout: int | None = None,
        code: int = 0,
    ) -> str:
        """Run it; its stdout, or with ``said`` its stderr. With ``unread`` nobody reads its stdout.

        ``stdout`` is a descriptor for it, closed afterwards; what is answered then is its stderr.
        """
        environment = {
            "PATH": "/usr/bin:/bin",
            "KEYHOLDER_HOME": str(self.folder / home),
            "KEYHOLDER_VAULT": str(self.folder / "ada" / "vault.db"),
            "KEYHOLDER_PASSPHRASE_FILE": str(file or self.passphrase),
        }
        environment |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
        if file == Path():
            del environment["KEYHOLDER_PASSPHRASE_FILE"]
        reader, writer = full_pipe() if stdout is None else (None, stdout)
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *args],
            env=environment,
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=writer if unread or stdout is not None else subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        for descriptor in (writer, reader):
            if descriptor is not None:
                os.close(descriptor)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stderr if unread or said or stdout is not None else done.stdout
