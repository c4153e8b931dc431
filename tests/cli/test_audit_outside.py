"""`keyholder audit witness`, `request`, `cosigned`, `anchor`, and the head on paper."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from audit import b64
from audit.checkpoint import Checkpoint
from tests.authority import Authority
from tests.ops.members import member
from tests.world import World
from vault.ops.exporting import export

ROOT = Path(__file__).parents[2]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="one")
    return world


def _witness(world: World) -> str:
    """A witness that the vault knows; its folder."""
    folder = str(world.folder / "witness")
    world.run("audit", "witness", "add", world.run("audit", "witness", "new", folder).stdout.strip())
    export(world.vault, world.folder / "log")
    return folder


def _cosigned(world: World, folder: str, what: str, *words: str) -> str:
    (world.folder / "line").write_text(world.run("audit", "witness", "cosign", folder, what, *words).stdout)
    return world.run("audit", "cosigned", str(world.folder / "line")).stdout


def test_from_the_first_contact_to_the_next_request(world: World) -> None:
    """An auditor's machine and the vault, by files alone; `status` and `doctor` say how old the outside head is."""
    folder = _witness(world)
    assert "last outside head     never" in world.run("status", ok=False).stdout
    size = world.vault.follower.size
    assert f"size     {size}" in _cosigned(
        world, folder, str(world.folder / "log"), "--vault-id", world.created.vault_id
    )
    (world.folder / "request").write_text(world.run("audit", "request").stdout)
    assert f"size     {size + 1}" in _cosigned(world, folder, str(world.folder / "request"))
    assert f"size {size + 1}" in world.run("status", ok=False).stdout
    assert "today by witness/" in world.run("doctor", ok=False).stdout
    shown = json.loads(world.run("audit", "witness", "show", folder, "--format", "json").stdout)
    listed = json.loads(world.run("audit", "witness", "list", "--format", "json").stdout)
    assert [row["size"] for row in (*shown, *listed)] == [size + 1, size + 1]
    answer = (world.folder / "line").read_text()
    older = world.run("audit", "cosigned", "-", input=answer, ok=False)
    assert (older.exit_code, "not newer" in older.stderr) == (2, True)
    world.run("audit", "witness", "remove", listed[0]["name"])
    assert "never" in world.run("status", ok=False).stdout
    world.check()


def test_a_witness_that_waits_says_so(world: World) -> None:
    """Alone it counts at once; with a second administrator the line to run is shown, and what they are to compare."""
    first = world.run("audit", "witness", "new", str(world.folder / "first")).stdout.strip()
    alone = world.run("audit", "witness", "add", first)
    assert "in force  yes" in alone.stdout and "it waits" not in alone.stderr
    member(world, "Bea Two", "2002", "administrator")
    second = world.run("audit", "witness", "new", str(world.folder / "second")).stdout.strip()
    waits = world.run("audit", "witness", "add", second)
    assert "in force  no" in waits.stdout
    assert "asks the witness for its key, compares, and runs `keyholder confirm " in waits.stderr
    assert second.split("+", 2)[2] not in world.run("audit", "witness", "list").stdout


def test_two_histories_are_shown(world: World) -> None:
    """A witness has seen another root: both heads are on stderr, exit code 6."""
    from tests.ops.test_witnesses import Outside

    machine = Outside(world)
    world.run("audit", "witness", "add", machine.machine.vkey)
    text = Checkpoint(world.vault.follower.origin, 5, bytes(32)).text()
    result = world.run("audit", "cosigned", "-", input=(text + b"\n" + machine.sign(text)).decode(), ok=False)
    assert result.exit_code == 6
    assert b64.encode(bytes(32)) in result.stderr
    assert result.stderr.count(world.vault.follower.origin) == 2


def test_mistakes_with_a_witness(world: World) -> None:
    """A folder that is none, one that is there, a vault id that is none: exit code 2 and where to read on."""
    folder = _witness(world)
    for words in (
        ("show", str(world.folder / "nowhere")),
        ("new", folder),
        ("cosign", folder, str(world.folder / "log"), "--vault-id", "one two"),
    ):
        result = world.run("audit", "witness", *words, ok=False)
        assert (result.exit_code, "audit witness --help" in result.stderr) == (2, True)
    assert world.run("audit", "witness", "cosign", folder, str(world.folder / "log"), ok=False).exit_code == 6


def test_serve_on_the_loopback(world: World) -> None:
    """A process of its own, ended by an interrupt."""
    folder = _witness(world)
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "audit", "witness", "serve", folder, "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "KEYHOLDER_HOME": str(world.folder / "nobody")},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    assert process.stderr is not None
    try:
        assert re.search(r"http://127\.0\.0\.1:[0-9]+/add-checkpoint", process.stderr.readline())
    finally:
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(60) == 0
        finally:
            process.kill()  # nothing is left running if it did not end
            process.stderr.close()


# --- time-stamps --------------------------------------------------------------------------------------------------


def test_a_head_is_anchored(world: World, tmp_path: Path) -> None:
    """Question out, answer in, by a real authority; the log holds size, time and the answer's hash; no file twice."""
    authority, asked = Authority(tmp_path / "tsa"), tmp_path / "november.tsq"
    world.run("audit", "anchor", "request", str(asked))
    assert world.run("audit", "anchor", "request", str(asked), ok=False).exit_code == 1
    answer, head = tmp_path / "november.tsr", tmp_path / "november.head"
    answer.write_bytes(authority.stamp(asked.read_bytes()))
    cert = ("--tsa-cert", str(authority.certificates))
    size = world.vault.follower.size
    assert f"size   {size}" in world.run("audit", "anchor", "add", str(answer), *cert).stdout
    (listed,) = json.loads(world.run("audit", "anchor", "list", "--format", "json").stdout)
    assert (listed["size"], listed["entry"]) == (size, size)
    assert listed["token"] == b64.encode(hashlib.sha256(answer.read_bytes()).digest())
    other = tmp_path / "other.head"
    other.write_bytes(head.read_bytes().replace(b"\n\n", b"\n\n", 1) + b"")
    world.person("Bob Stone", "2001")
    other.write_text(world.run("audit", "head").stdout)
    refused = world.run("audit", "anchor", "add", str(answer), *cert, "--head", str(other), ok=False)
    assert (refused.exit_code, "mismatch between messages" in refused.stderr) == (6, True)
    elsewhere = World(tmp_path / "elsewhere", seed="other")
    foreign = elsewhere.run("audit", "anchor", "add", str(answer), *cert, "--head", str(head), ok=False)
    assert (foreign.exit_code, "is of the log" in foreign.stderr) == (6, True)
    world.check()


def test_the_auditors_lines(world: World, tmp_path: Path) -> None:
    """What docs/verifying.md says about openssl holds, and fails for another head."""
    page = (ROOT / "docs/verifying.md").read_text()
    (lines,) = re.findall(r"```sh\n(openssl ts .*?)```", page, re.S)
    authority, asked = Authority(tmp_path / "tsa"), tmp_path / "november.tsq"
    world.run("audit", "anchor", "request", str(asked))
    (tmp_path / "november.tsr").write_bytes(authority.stamp(asked.read_bytes()))
    (tmp_path / "authority.pem").write_bytes(authority.certificates.read_bytes())

    def verify() -> subprocess.CompletedProcess[str]:
        shell = ["/bin/sh", "-ec", lines]
        return subprocess.run(shell, cwd=tmp_path, check=False, capture_output=True, text=True)

    done = verify()
    assert done.returncode == 0, done.stderr
    assert "Verification: OK" in done.stdout + done.stderr
    with (tmp_path / "november.head").open("a") as file:
        file.write("x")
    assert verify().returncode != 0


# --- paper --------------------------------------------------------------------------------------------------------


class _Page(HTMLParser):
    """What a reader meets: tags, their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {f"{tag} {name}": value for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_head_on_paper_and_back(world: World, tmp_path: Path) -> None:
    """One page that stands alone and holds no name; typed back it is a held head; a mistake is found."""
    file = tmp_path / "head.html"
    world.run("audit", "head", "--print", str(file))
    assert world.run("audit", "head", "--print", str(file), ok=False).exit_code == 1
    text = file.read_text()
    page = _Page(text)
    assert page.attributes["html lang"] == "en-GB"
    assert {"title", "main", "h1", "h2", "th", "ol"} <= set(page.tags)
    assert page.tags.count("h1") == 1
    assert not {"script", "img", "link", "iframe", "a"} & set(page.tags)
    assert "http" not in text
    assert "Ada" not in text
    for word in world.created.words:
        assert word in page.words
    (typed,) = re.findall(r"<pre>(.*?)</pre>", text, re.S)
    held = tmp_path / "typed"
    held.write_text(typed)
    world.person("Bob Stone", "2001")
    assert "no outside head" not in world.run("audit", "verify", "--held", str(held)).stderr
    held.write_text(typed.replace(typed[-9], "0" if typed[-9] != "0" else "1"))
    wrong = world.run("audit", "verify", "--held", str(held), ok=False)
    assert (wrong.exit_code, "mistyped" in wrong.stderr) == (2, True)
    assert world.run("doctor", ok=False).stdout.count("never") == 1, "a printed head counts as handed out"
