"""A witness that dies: at every call that touches a file, before or after it, as `kill -9` or a power cut would.

Of two histories that both continue what it saw, one at most is cosigned, whoever is answered and whenever.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from audit.witness import Conflict
from tests.audit.exports import small_log
from tests.audit.witnesses import fork, introduce, request, witness

MADE = small_log()
SIZE = MADE[3].checkpoint.size
ONE, TWO = (request(fork(MADE, 4, n, n + 1), old=SIZE) for n in (20, 30))
# The process ends inside the n-th call, without any handler, as if the power had gone.
DYING = """
import os, sys
from pathlib import Path
calls, at, after = 0, int(sys.argv[2]), sys.argv[3] == "after"
def dying(real):
    def call(*args, **named):
        global calls
        calls += 1
        if calls - 1 == at and not after:
            os._exit(9)
        done = real(*args, **named)
        if calls - 1 == at:
            os._exit(9)
        return done
    return call
from tests.audit.witnesses import witness
found = witness(Path(sys.argv[1]))
import fcntl
for module, name in ((os, "fsync"), (os, "open"), (os, "close"), (Path, "replace"), (Path, "unlink"), (fcntl, "flock")):
    setattr(module, name, dying(getattr(module, name)))
sys.stdout.write(found.add_checkpoint(sys.stdin.buffer.read()))
sys.stdout.flush()
"""


def ask(folder: Path, raw: bytes, at: int, when: str) -> tuple[int, bytes]:
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(folder), str(at), when],
        input=raw,
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode in (0, 9), done.stderr.decode()
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("witness")
    found = witness(folder / "w")
    introduce(found, folder / "log", MADE[:4])
    return folder / "w"


def test_killed_at_every_call(start, tmp_path):
    """Killed before or after each effect: never two histories, no answer before the state, and it starts again."""
    outcomes = set()
    for at in range(100):
        for when in ("before", "after"):
            folder = tmp_path / f"{when}{at}"
            shutil.copytree(start, folder)
            code, answered = ask(folder, ONE, at, when)
            try:
                second = witness(folder).add_checkpoint(TWO)
            except Conflict:
                second = ""
            assert not (answered and second), (at, when)
            outcomes.add((code, bool(answered), bool(second)))
            (known,) = witness(folder).known()
            assert known.size == SIZE + 2
        if code == 0:
            break
    assert outcomes == {(9, False, True), (9, False, False), (0, True, False)}


def test_after_the_answer_is_out_the_other_history_is_refused(start, tmp_path):
    """A process that answered and was then killed: the next one knows what was cosigned."""
    shutil.copytree(start, tmp_path / "w")
    assert ask(tmp_path / "w", ONE, 10_000, "after")[1]
    with pytest.raises(Conflict):
        witness(tmp_path / "w").add_checkpoint(TWO)
