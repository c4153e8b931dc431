"""keyholder account: facts, the way through a request, the import, and the worklist, as typed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.context import Context
from cli.main import root, run
from cli.settings import Settings
from cli.terminal import Terminal
from tests.cli.machine import INIT, Machine
from tests.cli.scripted import ScriptedTty
from tests.world import COST, World

CSV = """\
platform,handle,password,owner,shoe size
x,NorfolkPolice,Marker-1,News desk,44
X,norfolkpolice,Marker-2,News desk,44
MySpace,Nobody,Marker-3,News desk,44
instagram,norfolk,Marker-4,=1+1,44
"""
MARKER = re.compile("Marker")
EXAMPLES = {
    "add": ["--owner-kind", "department", "--type", "main", "--force", "norfolk", "--note", "a note"],
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def file(world: World, text: str = CSV) -> str:
    path = world.folder / "accounts.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def answering(world: World, *args: str, answers: tuple[str, ...]) -> tuple[Result, ScriptedTty]:
    """A command with a terminal on which these answers are typed."""
    world.run("account", "list")  # writes the passphrase file
    tty = ScriptedTty(*answers)
    settings = Settings(home=world.home.folder, passphrase_file=world.folder / "passphrase")
    context = Context(
        settings=settings, clock=world.clock, random=world.dice, terminal=Terminal(tty), cost=COST
    )
    result = CliRunner().invoke(root, args, obj=context)
    world.vault.sync()
    return result, tty


def listed(world: World, *args: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(
        world.run("account", "list", "--format", "json", *args).stdout
    )
    return found


def failing(world: World, *args: str) -> tuple[int, str]:
    """Exit code and words of a command that fails, through the boundary as a person meets it."""
    settings = Settings(home=world.home.folder, passphrase_file=world.folder / "passphrase")
    context = Context(settings=settings, clock=world.clock, random=world.dice, cost=COST)
    world.run("account", "list")
    result = CliRunner().invoke(root, args, obj=context)
    world.vault.sync()
    return result.exit_code, result.stderr


def test_add_change_show(world: World) -> None:
    """An account is added, renamed, given a second factor on a device, and shown with all of it."""
    world.run("account", "add", "x/NorfolkPolice", *EXAMPLES["add"], "--created", "03/04/2014")
    done = world.run(
        "account",
        "change",
        "x/norfolkpolice",
        "--handle",
        "NewName",
        "--second-factor",
        "sms",
        "--on",
        "Ada's laptop",
    )
    assert "tell: digital media team (webteam@norfolk.pnn.police.uk) [NS-9.9]" in done.stderr
    world.run("account", "change", "x/NewName", "--recovery-phone", "0700", "--on", "1815")
    sheet = json.loads(world.run("account", "show", "x/NewName", "--format", "json").stdout)
    assert (sheet["former_names"], sheet["created_on"]) == (["x/NorfolkPolice"], "2014-04-03")
    assert sheet["channels"] == ["second factor: sms on Ada's laptop", "recovery phone: phone on Ada Byron"]
    assert sheet["policy"] == "norfolk_suffolk"
    world.check()


def test_a_channel_on_a_device_that_is_out_of_use(world: World) -> None:
    """Where a second factor lives is a fact; that the phone is retired or lost is said beside it."""
    world.run("account", "add", "x/One")
    world.run("device", "add", "old phone", "--owner", "1815", "--kind", "phone", "--ownership", "personal")
    change = ("account", "change", "x/One", "--second-factor", "sms", "--on", "old phone")
    assert "finding" not in world.run(*change).stderr
    world.run("device", "retire", "old phone")
    said = world.run(*change).stderr
    assert "finding: the register has old phone as retired, and a login depends on it now" in said
    assert "finding" not in world.run("account", "change", "x/One", "--second-factor", "none").stderr


def test_what_cannot_be_meant(world: World) -> None:
    """A duplicate, an unknown type, --on without a channel, a name of two things: usage, and no entry."""
    world.run("account", "add", "x/One")
    assert failing(world, "account", "add", "x/ONE")[0] == 2
    assert failing(world, "account", "add", "x/Two", "--type", "party")[0] == 2
    assert failing(world, "account", "change", "x/One", "--on", "1815")[0] == 2
    assert failing(world, "account", "change", "x/One", "--second-factor", "sms", "--on", "nothing")[0] == 3
    world.person("Ada's laptop", "2001")
    code, words = failing(
        world, "account", "change", "x/One", "--second-factor", "sms", "--on", "Ada's laptop"
    )
    assert (code, "use an id" in words) == (2, True)
    assert failing(world, "account", "request", "x/New", "--by", "1815")[0] == 2
    wrong = ["--access-for", "1815", "--owner-kind", "team"]
    assert failing(world, "account", "request", "x/One", "--by", "1815", *wrong)[0] == 2
    assert [row["name"] for row in listed(world)] == ["x/One"]


def test_freeze_and_close(world: World) -> None:
    """Frozen, open again, and closed only after the consultation or as a fact."""
    for name in ("x/One", "x/Two"):
        world.run("account", "add", name)
    world.run("account", "freeze", "x/One", "--on", "today")
    assert [row["name"] for row in listed(world, "--state", "frozen")] == ["x/One"]
    world.run("account", "unfreeze", "x/One")
    code, words = failing(world, "account", "close", "x/One")
    assert (code, "clause: NS-9.11a" in words) == (4, True)
    mail = world.folder / "mail.eml"
    mail.write_bytes(b"\xff\xfe not text")
    world.run("account", "close", "x/One", "--consulted", f"@{mail}")
    done = world.run("account", "close", "x/Two", "--existing", "--on", "yesterday")
    assert "finding: corporate communications was not consulted [NS-9.11a]" in done.stderr
    assert listed(world, "--state", "open") == []
    world.check()


def test_from_request_to_account(world: World) -> None:
    """Asked, approved by three, opened; what is missing is said on the way, and refused with its clause."""
    asked = world.run("account", "request", "x/Rural", "--owner-kind", "team", "--by", "1815", "--aims", "a")
    assert "finding: the request does not say: purpose [NS-9.3]" in asked.stderr
    done = world.run(
        "account", "request", "x/Rural", "--owner-kind", "team", "--by", "1815", "--aims", "a", "--purpose", "p",
        "--format", "json",
    )  # fmt: skip
    request = json.loads(done.stdout)["id"]
    code, words = failing(world, "account", "open", request)
    assert (code, "clause: NS-9.2" in words, "line manager" in words) == (4, True, True)
    for n, post in enumerate(("line_manager", "head_of_department", "digital_media_lead")):
        person = world.person(post, f"300{n}")
        with world.vault.change() as tx:
            tx.emit("post.given", person, post=post, since="2026-01-01")
        said = world.run(
            "account",
            "approve",
            request[:9],
            "--post",
            post,
            "--by",
            f"300{n}",
            "--evidence",
            "seen",
            "--on",
            "today",
        )
        assert "statement" in said.stdout
    own = world.run("account", "approve", request, "--post", "line_manager")
    assert "it does not count: the requester cannot approve" in own.stderr
    assert failing(world, "account", "open", request, "--owner-kind", "individual")[0] == 2
    world.run("account", "open", request, "--force", "norfolk", "--type", "local")
    (row,) = listed(world)
    assert (row["name"], row["owner_kind"], row["force"]) == ("x/Rural", "team", "norfolk")
    rows = json.loads(world.run("account", "requests", "--format", "json").stdout)
    assert [row["state"] for row in rows] == ["opened", "waits for line manager, head of department"]
    assert rows[0]["approvals"][0] == "line manager: line_manager (statement)"
    world.check()


def test_a_refused_request(world: World) -> None:
    """The holder of a post refuses, with evidence from a file; access is asked for on the same track."""
    world.run("account", "add", "x/One")
    bob = world.person("Bob Stone", "2001")
    with world.vault.change() as tx:
        tx.emit("post.given", bob, post="digital_media_lead", since="2026-01-01")
    done = world.run(
        "account", "request", "x/One", "--access-for", "1815", "--by", "1815", "--format", "json"
    )
    request = json.loads(done.stdout)["id"]
    (world.folder / "mail.txt").write_text("no")
    evidence = f"@{world.folder / 'mail.txt'}"
    world.run(
        "account", "refuse", request, "--post", "digital_media_lead", "--by", "2001", "--evidence", evidence
    )
    (row,) = json.loads(world.run("account", "requests", "--format", "json").stdout)
    assert (row["state"], row["kind"], row["person"]) == ("refused", "secret", "Ada Byron")


def test_a_plan_writes_nothing(world: World) -> None:
    """--plan shows every row and column, says where passwords lie in clear, and leaves the vault as it was."""
    path, size = file(world), world.vault.follower.size
    done = world.run("account", "import", path, "--plan", "--format", "json")
    assert [row["outcome"] for row in json.loads(done.stdout)] == [
        "new",
        "duplicate",
        "not_understood",
        "new",
    ]
    assert "column C (password): password" in done.stderr
    assert "column E (shoe size): not understood, not taken" in done.stderr
    assert f"passwords lie in clear text in {path}" in done.stderr
    assert not MARKER.search(done.stdout + done.stderr)
    assert world.vault.follower.size == size


def test_bad_rows_block_or_are_left_in_a_private_file(world: World) -> None:
    """A bad row stops it; with --skip-bad it lies, as it stood, in a new file that nobody else reads."""
    path, out = file(world), world.folder / "left.csv"
    code, words = failing(world, "account", "import", path, "--yes")
    assert (code, "nothing was registered" in words) == (2, True)
    assert not MARKER.search(words)
    assert listed(world) == []
    done = world.run("account", "import", path, "--yes", "--skip-bad", str(out), "--format", "csv")
    assert not MARKER.search(done.stdout + done.stderr)
    head, *rows = out.read_text().splitlines()
    assert head == "platform,handle,password,owner,shoe size"
    assert rows == ["X,norfolkpolice,Marker-2,News desk,44", "MySpace,Nobody,Marker-3,News desk,44"]
    assert out.stat().st_mode & 0o777 == 0o600
    assert done.stderr.count("passwords lie in clear text in") == 2
    assert [row["name"] for row in listed(world)] == ["instagram/norfolk", "x/NorfolkPolice"]
    world.check()


def test_nothing_is_written_over(world: World) -> None:
    """A file that exists is never the place for rows left out, and then nothing is registered."""
    path, out = file(world), world.folder / "left.csv"
    out.write_text("mine")
    code, _ = failing(world, "account", "import", path, "--yes", "--skip-bad", str(out))
    assert code == 1
    assert out.read_text() == "mine"
    assert listed(world) == []


def test_a_failed_import_leaves_no_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before the commit, an import leaves neither accounts nor a second file with passwords."""
    out = world.folder / "left.csv"
    path = file(world)
    with monkeypatch.context() as patch:
        patch.setattr("vault.ops.tx.Tx.append", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        failing(world, "account", "import", path, "--yes", "--skip-bad", str(out))
    assert not out.exists()
    assert listed(world) == []
    world.check()


def test_it_asks_before_it_writes(world: World) -> None:
    """No is no, Enter is no; yes registers; without a terminal the option is named."""
    path = file(world, "platform,handle\nx,One\n")
    for answer in ("n", ""):
        result, tty = answering(world, "account", "import", path, answers=(answer,))
        assert (result.exit_code, tty.prompts) == (0, ["register these [y/N]: "])
        assert "nothing was registered" in result.stderr
    assert listed(world) == []
    code, words = failing(world, "account", "import", path, "--no-input")
    assert (code, "--yes" in words) == (2, True)
    assert answering(world, "account", "import", path, answers=("y",))[0].exit_code == 0
    assert [row["name"] for row in listed(world)] == ["x/One"]


def test_columns_are_mapped_by_hand(world: World) -> None:
    """--map says what a column holds; what it cannot mean is refused."""
    path = file(world, "wo,wer\nx,One\n")
    world.run("account", "import", path, "--yes", "--map", "wo=platform", "--map", "B=handle")
    assert [row["name"] for row in listed(world)] == ["x/One"]
    assert failing(world, "account", "import", path, "--yes", "--map", "B")[0] == 2


def test_notes_of_the_plan(world: World) -> None:
    """Changes, unknown people, secrets left alone, rows above the header: each is said."""
    text = "Our accounts\nplatform,handle,password,email,line manager\nx,One,Marker-1,a@b.example,Nobody\n"
    world.run("account", "import", file(world, text), "--yes")
    done = world.run("account", "import", file(world, text.replace("a@b", "c@d")), "--yes")
    assert "changes email" in done.stdout
    for words in ("the header is in row 2", "1 cell names somebody who is not", "1 secret is left alone"):
        assert words in done.stderr
    export = "url,username,password,extra,name,grouping,fav\nhttps://x.com/Two,a,Marker-2,,t,,0\n"
    assert "not taken" in world.run("account", "import", file(world, export), "--plan").stderr


def test_a_file_that_is_too_large_or_missing(world: World) -> None:
    """More than the limit is refused before it is parsed; a missing file is a clear error."""
    path = world.folder / "big.csv"
    with path.open("wb") as big:
        big.truncate(1_000_000_000)
    code, words = failing(world, "account", "import", str(path), "--yes")
    assert (code, "larger than" in words) == (2, True)
    path.unlink()
    assert run(["account", "import", str(path)], None) != 0


def test_the_list_filters(world: World) -> None:
    """By platform, however spelled, by force, by what is lacking; as of a day before, nothing."""
    world.run("account", "add", "x/One", "--force", "norfolk")
    world.run("account", "add", "facebook/one")
    assert [row["name"] for row in listed(world, "--platform", "Twitter")] == ["x/One"]
    assert [row["name"] for row in listed(world, "--force", "NORFOLK")] == ["x/One"]
    assert len(listed(world, "--lacking", "secret", "--lacking", "holder")) == 2
    world.clock.forward(days=1)
    world.account("x/Later")
    assert "x/Later" not in json.dumps(listed(world, "--as-of", "2026-11-02"))


DOUBLE = (
    "platform,handle,force,password\nx,dup,norfolk,First-Pw-1\nx,Dup,norfolk,Second-Pw-2\n"
    "facebook,first,norfolk,\nfacebook,first,norfolk,Only-Pw-3\n"
)


def test_a_password_of_a_second_row_is_not_lost(world: World) -> None:
    """It goes in where the first row has none; where the first has another, the file is to be kept, and why."""
    done = world.run("account", "import", file(world, DOUBLE), "--yes")
    assert "2 with a secret" in done.stderr
    assert "its password is taken" in done.stdout
    assert "its password does not go in" in done.stdout
    assert "no longer needed" not in done.stderr
    assert "(row 3 of the spreadsheet)" in done.stderr
    assert "Only-Pw-3" in world.run("secret", "show", "facebook/first", "--to-pipe").stdout


def test_a_password_that_the_vault_may_not_have_keeps_the_file(world: World) -> None:
    """The account has one already: whether it is the same nobody compares, so the file stays."""
    world.run("account", "import", file(world, "platform,handle,password\nx,One,Marker-1\n"), "--yes")
    again = file(world, "platform,handle,password\nx,One,Marker-2\nx,Two,Marker-3\n")
    said = world.run("account", "import", again, "--yes").stderr
    assert "no longer needed" not in said
    assert "(row 2 of the spreadsheet)" in said


def test_what_does_not_go_in_is_left_over_with_the_rest(world: World) -> None:
    """--skip-bad keeps the rows whose secret is dropped, too."""
    out = world.folder / "left.csv"
    done = world.run("account", "import", file(world, DOUBLE), "--yes", "--skip-bad", str(out))
    assert out.read_text() == "platform,handle,force,password\nx,Dup,norfolk,Second-Pw-2\n"
    assert f"keep {out}" in done.stderr


def test_a_file_whose_passwords_are_all_in_is_no_longer_needed(world: World) -> None:
    """Exact repetitions lose nothing."""
    text = "platform,handle,password\nx,One,Marker-1\nx,One,Marker-1\n"
    assert "no longer needed" in world.run("account", "import", file(world, text), "--yes").stderr


def test_a_file_that_brings_nothing_new_is_not_asked_about(world: World) -> None:
    """The second time there is nothing to agree to, and nothing is written; a new row is asked about again."""
    world.run("account", "import", file(world, "platform,handle\nx,One\n"), "--yes")
    size = world.vault.follower.size
    result, tty = answering(world, "account", "import", file(world, "platform,handle\nx,One\n"), answers=())
    assert (result.exit_code, tty.prompts) == (0, [])
    assert "brings nothing new" in result.stderr
    assert world.vault.follower.size == size
    more = file(world, "platform,handle\nx,One\nx,Two\n")
    assert answering(world, "account", "import", more, answers=("n",))[1].prompts == [
        "register these [y/N]: "
    ]


def test_the_plan_is_read_before_it_is_agreed_to(tmp_path: Path) -> None:
    """Whoever pipes it into something that does not read has agreed to nothing, also with --yes."""
    machine = Machine(tmp_path)
    machine.run(*INIT, "--to-pipe")
    rows = "".join(f"x,Account{number}\n" for number in range(1000))
    (tmp_path / "many.csv").write_text("platform,handle\n" + rows)
    read, write = os.pipe()
    os.close(read)
    said = machine.run("account", "import", str(tmp_path / "many.csv"), "--yes", stdout=write, code=1)
    assert "was not read to its end: nothing was registered" in said
    assert machine.run("account", "list", "--format", "json") == "[]\n"


def test_an_address_of_an_account_is_one(world: World) -> None:
    """As a person's: a slip is no registered address."""
    for words in (("add", "x/One"), ("change", "x/Old")):
        if words[0] == "change":
            world.account("x/Old")
        refused = world.run("account", *words, "--email", "nonsense", ok=False)
        assert (refused.exit_code, "not an e-mail address" in refused.stderr) == (2, True)
    world.run("account", "add", "x/One", "--email", "one@n.example")
    assert [row["name"] for row in listed(world)] == ["x/Old", "x/One"]


def test_a_temporary_account_with_its_end(world: World) -> None:
    """Added with the day on which it ends; a day that is past is a slip."""
    world.run("account", "add", "x/Fair", "--type", "event", "--ends", "2099-12-24")
    (term,) = world.vault.state.find("term")
    assert (term["how"], term["day"]) == ("date", "2099-12-24")
    assert world.run("account", "add", "x/Fete", "--ends", "2001-12-24", ok=False).exit_code == 2
    world.run("account", "add", "x/Fete", "--ends-upon", "event_over")
    assert [row["ending"] for row in world.vault.state.find("term")] == [None, "event_over"]


@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_a_post_that_no_document_names(world: World, verb: str) -> None:
    """Taken for a slip: refused with the posts that there are, and nothing is recorded."""
    asked = world.run(
        "account", "request", "x/NewTeam", "--owner-kind", "team", "--by", "1815", "--format", "json"
    )
    request, size = json.loads(asked.stdout)["id"], world.vault.follower.size
    refused = world.run("account", verb, request, "--post", "king", ok=False)
    assert refused.exit_code == 2
    assert "no document in force names the post king" in refused.stderr
    assert "digital_media_lead" in refused.stderr
    assert world.vault.follower.size == size
    world.run("account", verb, request, "--post", "Line Manager")
    assert world.vault.state.find("approval", request=request)[0]["post"] == "line_manager"
