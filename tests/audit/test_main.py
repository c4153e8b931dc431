"""`python -m audit`: what an auditor types, and what it answers."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from audit import __main__ as program
from audit.__main__ import main
from audit.words import to_words
from tests.audit.exports import long_log, small_log, vault_id, write_export
from tests.audit.given import note_of, write

MADE = small_log()
ID = MADE[0].leaves[0].hex()
WORDS = " ".join(to_words(MADE[0].leaves[0]))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_export(tmp_path / "log", MADE)
    (tmp_path / "held").write_bytes(MADE[1].note)
    (tmp_path / "newest").write_bytes(MADE[-1].note)
    return tmp_path / "log"


def test_a_sound_log(folder, capsys):
    """All that was checked is said, and that nothing shows that this is the whole log."""
    assert main(["verify", str(folder), "--vault-id", WORDS]) == 0
    said = capsys.readouterr().out
    assert said.startswith("OK: the log is sound.\n")
    for word in (ID, WORDS, "entries   10", "5: each signed by its author", "without effect: entries 4"):
        assert word in said
    assert said.endswith("nothing shows that this is the whole log.\n")


def test_held_heads_are_named(folder, capsys):
    """How far they reach is said, and what lies beyond."""
    held, newest = str(folder.parent / "held"), str(folder.parent / "newest")
    assert main(["verify", str(folder), "--vault-id", ID, "--held", held]) == 0
    assert "whole log beyond entry 4" in capsys.readouterr().out
    assert main(["verify", str(folder), "--vault-id", ID, "--held", held, newest, "--held", newest]) == 0
    said = capsys.readouterr().out
    assert said.count("agrees") == 3
    assert "whole up to the newest of them" in said


def test_heads_only_says_so(folder, capsys):
    """A verdict says what was not looked at."""
    assert main(["verify", str(folder), "--vault-id", ID, "--heads-only"]) == 0
    said = capsys.readouterr().out
    assert "as far as it was checked" in said
    assert "only the last head's signature was checked (--heads-only)" in said


def test_a_broken_log(folder, capsys):
    """Exit code 6, and the entry."""
    path = folder / "tile/entries/000.p/10"
    path.write_bytes(path.read_bytes().replace(b'"n":2', b'"n":9'))
    assert main(["verify", str(folder), "--vault-id", ID]) == 6
    assert capsys.readouterr().out.startswith("BROKEN: entry 3: its bytes have not the hash")


def test_a_fork_and_a_rollback(folder, tmp_path, capsys):
    """A fork prints both heads; a cut tail names where it ends."""
    newest = str(tmp_path / "newest")
    write_export(tmp_path / "old", MADE[:4])
    assert main(["verify", str(tmp_path / "old"), "--vault-id", ID, "--held", newest]) == 6
    assert capsys.readouterr().out.startswith("ROLLED BACK: entry 9: the log shown ends here")
    follower = small_log_follower()
    forked = write(follower, note_of(7), by="eve")
    write_export(tmp_path / "fork", [*MADE[:4], forked])
    assert main(["verify", str(tmp_path / "fork"), "--vault-id", ID, "--held", newest]) == 6
    said = capsys.readouterr().out
    assert said.startswith("FORKED: entry 9:")
    assert MADE[-1].note.decode() in said
    assert forked.note.decode() in said


def small_log_follower():
    from audit.follow import Follower
    from tests.audit.given import feed

    follower = Follower.start()
    feed(follower, *MADE[:4])
    return follower


def test_usage(folder, tmp_path, capsys):
    """What cannot be meant is exit code 2, and judges nothing."""
    (tmp_path / "junk").write_text("junk")
    verify = ["verify", str(folder), "--vault-id"]
    for bad in (
        [*verify, "one two"],
        [*verify, ID, "--held", str(tmp_path / "junk")],
        [*verify, ID, "--held", str(tmp_path / "absent")],
        [*verify, ID, "--jobs", "0"],
        ["verify", str(tmp_path / "absent"), "--vault-id", ID],
        ["receipt", str(folder), "10"],
        ["receipt", str(folder), "-1"],
        ["check-receipt", str(tmp_path / "absent"), "--vkey", "x"],
    ):
        assert main(bad) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("audit: ")


def test_a_receipt_travels_alone(folder, tmp_path, capsys):
    """Written from an export, checked with the key that a verified log named."""
    main(["verify", str(folder), "--vault-id", ID])
    key = re.search(r"head by +eve +(\S+)", capsys.readouterr().out)[1]
    assert main(["receipt", str(folder), "3"]) == 0
    (tmp_path / "r").write_text(capsys.readouterr().out)
    assert main(["check-receipt", str(tmp_path / "r"), "--vkey", key]) == 0
    said = capsys.readouterr().out
    assert said.startswith("OK: entry 3 of force.example/vault/7f3a stands in the log of 10 entries.\n{")
    (tmp_path / "r").write_text((tmp_path / "r").read_text().replace("index 3", "index 4"))
    assert main(["check-receipt", str(tmp_path / "r"), "--vkey", key]) == 6


def test_progress_is_for_a_terminal(folder, monkeypatch, capsys):
    """Shown where somebody watches, and nowhere else."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert main(["verify", str(folder), "--vault-id", ID]) == 0
    assert terminal.getvalue() == "\rhashed 10 of 10 entries\n\rverified 10 of 10 entries\n"
    program._progress("hashed", 256, 1000)
    assert terminal.getvalue().endswith("\rhashed 256 of 1000 entries")


def test_an_interrupt_is_no_verdict(folder, monkeypatch, capsys):
    """130, and not a word about the log."""

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("audit.verify.verify", interrupt)
    assert main(["verify", str(folder), "--vault-id", ID]) == 130
    assert capsys.readouterr().out == ""


def test_help_loads_no_vault(folder):
    """Neither the vault nor a database driver, nor a curve before one is needed."""
    code = (
        "import sys; from audit.__main__ import main\n"
        "try: main(['verify', '--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('vault', 'cli', 'sqlalchemy', 'cryptography', 'click')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.endswith("[]\n")
    assert "--heads-only" in done.stdout


def test_it_runs_as_a_module_on_all_cores(tmp_path):
    """Processes are started in a way that needs no state of the parent."""
    made = long_log(3000, 3000)
    write_export(tmp_path, made)
    command = [
        sys.executable,
        "-m",
        "audit",
        "verify",
        str(tmp_path),
        "--vault-id",
        vault_id(made).digest.hex(),
    ]
    done = subprocess.run([*command, "--jobs", "2"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OK: the log is sound.\n")


@pytest.mark.parametrize("shell", [["bash", "-euc"], ["sh", "-euc"]])
def test_the_documented_lines_check_the_head(folder, tmp_path, shell):
    """The openssl and coreutils lines of docs/verifying.md, as they stand there, in whichever shell there is."""
    text = (ROOT / "docs/verifying.md").read_text(encoding="utf-8")
    script = re.search(r"```sh\n(cd EXPORT.*?)```", text, re.DOTALL)[1].replace("EXPORT", str(folder))
    environment = {**os.environ, "TMPDIR": str(tmp_path), "LC_ALL": "C"}
    done = subprocess.run([*shell, script], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert ID in done.stdout
    assert "Signature Verified Successfully" in done.stdout
    raw = (folder / "checkpoint").read_bytes()
    (folder / "checkpoint").write_bytes(raw.replace(b"\n10\n", b"\n11\n"))
    done = subprocess.run([*shell, script], capture_output=True, text=True, check=False, env=environment)
    assert "Signature Verified Successfully" not in done.stdout
