"""`python -m audit witness`: what an auditor types on a machine that has neither vault nor member's keys."""

from __future__ import annotations

import functools
import http.client
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from audit import b64, cosignature, note
from audit.__main__ import main
from audit.words import to_words
from tests.audit.exports import small_log, write_export
from tests.audit.given import ORIGIN
from tests.audit.witnesses import fork, request

MADE = small_log()
ID = MADE[0].leaves[0].hex()
WORDS = " ".join(to_words(MADE[0].leaves[0]))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, capsys):
    """A witness, and an export of the first commits."""
    write_export(tmp_path / "log", MADE[:4])
    assert main(["witness", "new", str(tmp_path / "w")]) == 0
    (tmp_path / "vkey").write_text(capsys.readouterr().out)
    return tmp_path


def run(*words: str | Path) -> int:
    return main(["witness", *map(str, words)])


def test_its_name_says_nothing_of_anybody(folder, tmp_path, capsys):
    """Random digits, or what was asked for; a second one in the same folder is a mistake."""
    key = note.parse_vkey((folder / "vkey").read_text().strip())
    assert re.fullmatch(r"witness/[0-9a-f]{16}", key.name)
    assert key.kind == note.COSIGNATURE
    assert run("new", tmp_path / "other", "--name", "auditor.example/w1") == 0
    assert capsys.readouterr().out.startswith("auditor.example/w1+")
    assert run("new", folder / "w") == 2
    assert "never replaced" in capsys.readouterr().err


def test_first_contact_and_after(folder, capsys):
    """With the words once; then without; then a request from the export; the line verifies."""
    assert run("cosign", folder / "w", folder / "log") == 6
    assert capsys.readouterr().out.startswith("NOT COSIGNED: the log is not known: give its vault id")
    assert run("cosign", folder / "w", folder / "log", "--vault-id", WORDS) == 0
    assert run("cosign", folder / "w", folder / "log") == 0
    capsys.readouterr()
    write_export(folder / "log", MADE)
    assert main(["request", str(folder / "log"), "--old", "9"]) == 0
    (folder / "request").write_text(capsys.readouterr().out)
    assert (folder / "request").read_bytes() == request(MADE, old=9)
    assert run("cosign", folder / "w", folder / "request") == 0
    line, key = capsys.readouterr().out, note.parse_vkey((folder / "vkey").read_text().strip())
    assert cosignature.cosigners(MADE[-1].note + line.encode(), [key])
    assert run("show", folder / "w") == 0
    said = capsys.readouterr().out
    assert said.startswith((folder / "vkey").read_text())
    assert f"log {ORIGIN}  size 10  root {b64.encode(MADE[-1].checkpoint.root)}" in said


def test_a_request_from_stdin(folder, capsys, monkeypatch):
    """`-` stands for it; one from size 0 has no proof, and a witness that knows the log says its size."""
    run("cosign", folder / "w", folder / "log", "--vault-id", ID)
    capsys.readouterr()
    write_export(folder / "log", MADE)
    assert main(["request", str(folder / "log"), "--old", "0"]) == 0
    asked = capsys.readouterr().out.encode()
    assert asked == request(MADE, old=0)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(asked)))
    assert run("cosign", folder / "w", "-") == 6
    assert "cosigned last: 9; next: keyholder audit request --old 9\n" in capsys.readouterr().out


def test_rollback_and_fork_show_both_heads(folder, capsys):
    """Exit code 6, and what to keep."""
    run("cosign", folder / "w", folder / "log", "--vault-id", ID)
    write_export(folder / "old", MADE[:2])
    other = fork(MADE, 3, 8, 9)
    write_export(folder / "fork", other)
    capsys.readouterr()
    for name, word, head in (("old", "ROLLED BACK", MADE[1].note), ("fork", "FORKED", other[-1].note)):
        assert run("cosign", folder / "w", folder / name) == 6
        said = capsys.readouterr().out
        assert said.startswith(word)
        assert MADE[3].note.decode() in said
        assert head.decode() in said


def test_usage(folder, tmp_path, capsys):
    """What cannot be meant is exit code 2."""
    for words in (
        ("cosign", tmp_path / "nothing", folder / "log"),
        ("cosign", folder / "w", folder / "nothing"),
        ("cosign", folder / "w", folder / "log", "--vault-id", "one two"),
        ("show", tmp_path / "nothing"),
    ):
        assert run(*words) == 2
        out, err = capsys.readouterr()
        assert (out, err[:7]) == ("", "audit: ")
    assert main(["request", str(folder / "log"), "--old", "11"]) == 2
    assert main(["request", str(folder / "log"), "--old", "-1"]) == 2


def ended(process: subprocess.Popen[str]) -> int:
    """How it ended; nothing is left running if it does not."""
    try:
        return process.wait(60)
    finally:
        process.kill()


def test_serve(folder):
    """A process of its own answers add-checkpoint until it is interrupted."""
    run("cosign", folder / "w", folder / "log", "--vault-id", ID)
    process = subprocess.Popen(
        [sys.executable, "-m", "audit", "witness", "serve", str(folder / "w"), "--port", "0"],
        cwd=ROOT,
        env=dict(os.environ),
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    try:
        port = int(re.search(r":([0-9]+)/", process.stderr.readline())[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", "/add-checkpoint", request(MADE, old=9))
        answer = connection.getresponse()
        assert (answer.status, answer.read()[:12]) == (200, b"\xe2\x80\x94 witness/")
        connection.close()
    finally:
        process.send_signal(signal.SIGINT)
        assert ended(process) == 0
        process.stderr.close()
    (state,) = [path for path in (folder / "w").glob("*.json") if len(path.stem) == 64]
    assert json.loads(state.read_text())["cosigned"]["size"] == 10
