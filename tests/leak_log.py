"""The part of the leak story about the log: reading, exporting, witnesses, backups, and an older copy put back."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.authority import Authority
from tests.leak_marks import AGE, PERSONAL, SECRETS
from tests.leaks import Story


def log(story: Story) -> None:
    """The log, the policy, this machine."""
    do = story.do
    do("audit log", "--last", "50")
    do("audit log", "--names", form="csv")
    do("audit show", "1")
    do("audit show", "5", "--names")
    story.fail("audit show", "99999", code=3)
    do("audit head")
    do("audit verify", "--state")
    do("audit export", str(story.folder / "exported"))
    outside(story)
    proof = story.folder / "entry-3.tlog-proof"
    proof.write_text(do("audit receipt", "3").stdout)
    story.fail("audit receipt", "99999", code=3)
    vkeys = [line.split(",")[0] for line in do("audit keys", form="csv").stdout.split()[1:]]
    do("audit check-receipt", str(proof), *(word for key in vkeys for word in ("--vkey", key)))
    story.fail("audit check-receipt", str(proof), "--vkey", "nonsense", code=2)
    story.fail("policy check", "--all", code=7)
    story.fail("policy check", "--names", code=7)
    do("policy explain", "NS-9.2")
    story.fail("policy explain", "ZZ-1", code=3)
    do("policy choose", "norfolk_suffolk")
    do("policy list")
    do("policy show")
    story.fail("policy show", "atlantis", code=3)
    do("due", "--within", "3000")
    agenda = story.folder / "due.ics"
    do("due", "--for", PERSONAL["collar ada"], "--ics", str(agenda), "--names")
    agenda.unlink()  # for whoever wrote it, and named as asked
    story.fail("due", "--for", PERSONAL["stranger"], code=3)
    page = story.folder / "report.html"
    do("report", str(page))
    do("report", str(page), "--names")
    story.fail("report", str(story.folder / "nowhere" / "report.html"), code=2)
    page.unlink()  # for whoever wrote it, and named as asked
    do("status", code=7)
    do("status", "--names", "--all", code=7)
    do("doctor", "--deep", code=7)
    do("passphrase change", "--new", "@" + story.give("new", SECRETS["pass new"]), home="eve")
    story.passphrases["eve"] = SECRETS["pass new"]
    story.fail("passphrase change", "--new", SECRETS["pass new"], home="eve", code=2)
    do("recovery list")
    do("recovery show")
    made = story.ask("recovery renew", "--to-pipe", shows="kit two")
    story.generated["kit two"] = "\n".join(made["recovery_kit"])
    story.fail("recovery renew", code=2)
    secret = "@" + story.give("backup", SECRETS["backup pass"])
    do("backup make", str(story.folder / "one.age"), "--passphrase", secret)
    do("backup make", str(story.folder / "two.age"), "--to", str(AGE.to_public()))
    do("backup check", str(story.folder / "one.age"), "--passphrase", secret)
    do(
        "backup check",
        str(story.folder / "two.age"),
        "--identity",
        "@" + story.give("age", SECRETS["age key"]),
    )
    do(
        "restore",
        str(story.folder / "one.age"),
        "--passphrase",
        secret,
        "--to",
        str(story.folder / "again.db"),
    )
    for option, mark in (("--passphrase", "backup pass"), ("--identity", "age key")):
        story.fail("backup check", str(story.folder / "one.age"), option, SECRETS[mark], code=2)
        to = ("--to", str(story.folder / "never.db"))
        story.fail("restore", str(story.folder / "one.age"), option, SECRETS[mark], *to, code=2)
    do("audit lost")
    story.fail("audit continue", "--confirm", "1", code=2)
    story.fail("backup make", str(story.folder / "six.age"), "--passphrase", SECRETS["backup pass"], code=2)
    lines = "person list\nsecret show x/ZqForceMain --to-pipe\nperson show nobody\n"
    do("shell", stdin=lines, shows="changed", code=3)
    do("shell", stdin=lines.rpartition("person show")[0], shows="changed")


def outside(story: Story) -> None:
    """Witnesses and time-stamps."""
    do, folder = story.do, story.folder
    machine, answer, stamp = str(folder / "witness"), folder / "answer", folder / "november.tsq"
    key = do("audit witness new", machine).stdout.strip()
    story.fail("audit witness new", machine, code=2)
    do("audit witness add", key)
    (waiting,) = [one for one in story.ask("confirm", home="eve") if one["event"] == "witness.added"]
    do("confirm", str(waiting["entry"]), "--yes", home="eve")
    story.fail("audit witness add", "nonsense", code=2)
    do("audit witness list")
    given = ("--vault-id", story.words)
    answer.write_text(do("audit witness cosign", machine, str(folder / "exported"), *given).stdout)
    story.fail("audit witness cosign", machine, str(answer), code=6)
    do("audit witness show", machine)
    story.fail("audit witness show", str(folder / "nowhere"), code=2)
    do("audit cosigned", str(answer))
    story.fail("audit cosigned", str(answer), code=2)
    do("audit request")
    story.fail("audit request", "witness/none", code=3)
    do("audit anchor request", str(stamp))
    story.fail("audit anchor request", str(stamp), code=1)
    authority = Authority(folder / "authority")
    (folder / "november.tsr").write_bytes(authority.stamp(stamp.read_bytes()))
    cert = ("--tsa-cert", str(authority.certificates))
    do("audit anchor add", str(folder / "november.tsr"), *cert)
    story.fail("audit anchor add", str(answer), *cert, "--head", str(folder / "november.head"), code=6)
    do("audit anchor list")
    story.fail("audit witness serve", str(folder / "nowhere"), code=2)
    _serve(story, machine, do("audit request").stdout, "old 0\n\nno note")
    do("audit witness remove", key.partition("+")[0])
    story.fail("audit witness remove", key.partition("+")[0], code=3)


def _serve(story: Story, machine: str, *bodies: str) -> None:
    """A witness that answers over HTTP, in a process of its own: what it prints and what it answers is kept."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "audit", "witness", "serve", machine, "--port", "0"],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "KEYHOLDER_HOME": str(story.folder / "nobody")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    assert process.stderr is not None
    try:
        first = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:[0-9]+/add-checkpoint", first)
        assert found, first
        answers = [_post(found[0], body) for body in bodies]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()  # nothing is left running if it did not end
        process.wait()
    text = "\n".join((first, out, err, *answers))
    story.keep("audit witness serve", (machine,), code=process.returncode, text=text)


def _post(url: str, body: str) -> str:
    """Status and words of the answer, whatever it is."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body.encode()), timeout=60) as answer:
            return f"{answer.status} {answer.read().decode()}"
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode()}"


# Nothing stops these while the log is whole, and nothing that they print needs keys: they fail when it is not.
READS = (
    "audit head",
    "audit anchor list",
    "audit keys",
    "audit log",
    "audit lost",
    "audit witness list",
    "audit verify",
    "doctor",
    "policy list",
    "status",
)


def put_back(story: Story) -> None:
    """The vault's disk dies, an older copy takes its place, every machine refuses it, and two administrators go on."""
    do, folder, place = story.do, story.folder, Path(story.location)
    older = str(folder / "older.age")
    do("backup make", older, "--to", str(AGE.to_public()))
    do("note add", PERSONAL["note"])
    for home in ("ada", "eve", "hal"):
        do("status", home=home, code=7)
    (folder / "dead").mkdir()
    for path in sorted(place.parent.glob("vault.db*")):
        path.rename(folder / "dead" / path.name)
    do("restore", older, "--identity", "@" + story.give("age", SECRETS["age key"]), "--to", str(place))
    for command in READS:
        story.fail(command, code=6)
    story.fail("audit export", str(folder / "exported late"), code=6)
    refused = do("audit continue", "--confirm", "0", code=2).stderr
    found = re.search(r"verified (\d+): entries (\d+) to", refused)
    assert found, refused
    lost = str(int(found[1]) - int(found[2]))
    do("audit continue", "--confirm", lost)
    do("audit continue", "--confirm", lost, home="eve")
    do("status", home="hal", code=6)  # it is asked, and there is nobody to answer
    do("audit continue", "--confirm", lost, home="hal", at_once=True)  # nothing of it is written to the vault
    do("audit lost")
