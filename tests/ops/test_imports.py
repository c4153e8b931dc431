"""Imports: real, dirty spreadsheets go in at once or not at all, and no secret leaves them but sealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.test_grants import keyed
from tests.world import World
from vault.domain.imports import Outcome
from vault.errors import Busy, Refused, UsageProblem
from vault.ops import accounts, importing, imports, sealing, worklist
from vault.ops.accounts import Facts
from vault.ops.import_words import Choices, bad_part, codes_of, factor_kind, parts_of
from vault.ops.importing import Imported
from vault.ops.imports import Planned
from vault.ops.worklist import Wanted

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "samples" / "real-accounts" / "police_social_accounts.csv"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
COLUMNS = (
    "platform,handle,force,owner kind,type,created,email,password,totp,backup codes,line manager,admin,holder,2fa,"
    "recovery email\n"
)
FULL = (
    COLUMNS
    + "X,@NorfolkPolice,Norfolk Constabulary,Department,main,03/04/2014,a@b.example,Marker-1,"
    + f'{SEED},aa bb aa,1815,ada@norfolk.example,"Stone, Bob; Nobody Known",SMS,r@b.example\n'
    + "facebook,norfolkpolice,Kent,our lads,party,sometime,,,,,Unknown Person,,,carrier pigeon,\n"
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def plan(world: World, text: str | bytes, **choices: object) -> Planned:
    raw = text if isinstance(text, bytes) else text.encode()
    return imports.plan_import(world.vault, raw, Choices(**choices))  # type: ignore[arg-type]


def run(world: World, text: str | bytes, *, skip_bad: bool = False, **choices: object) -> Imported:
    raw = text if isinstance(text, bytes) else text.encode()
    made = Choices(**choices)  # type: ignore[arg-type]
    planned = imports.plan_import(world.vault, raw, made)
    return importing.register(world.vault, planned, raw, made, skip_bad=skip_bad)


def test_everything_in_a_row_finds_its_place(world: World) -> None:
    """Codes, dates, addresses, channels, posts, holders and secrets of a full row; unknown words stay words."""
    bob = world.person("Bob Stone", "2001")
    done = run(world, FULL)
    assert (done.new, done.deposits, done.linked, done.strangers) == (2, 1, 3, 2)
    state = world.vault.state
    x, facebook = (
        world.vault.names.find("account", n) for n in ("x/norfolkpolice", "facebook/norfolkpolice")
    )
    row, other = state.get("account", id=x), state.get("account", id=facebook)
    assert row is not None and other is not None
    assert (row["force"], row["owner_kind"], row["type"], row["created_on"]) == (
        "norfolk",
        "department",
        "main",
        "2014-04-03",
    )
    assert (other["force"], other["owner_kind"], other["type"], other["created_on"]) == (
        "other",
        "unknown",
        "other",
        None,
    )
    assert {(p["person"], p["post"]) for p in state.find("post", scope=x)} == {
        (world.ada, "line_manager"),
        (world.ada, "account_administrator"),
    }
    (grant,) = state.find("grant_", account=x)
    assert (grant["person"], grant["existing"]) == (bob, 1)
    kinds = {(f["channel"], f["kind"]) for f in state.find("factor")}
    assert kinds == {("second_factor", "sms"), ("recovery_email", "email")}
    parts = sealing.open_version(world.vault, account=x, number=1).parts
    assert parts["password"] == "Marker-1"
    assert SEED in parts["totp"]
    assert parts["backup_codes"] == ["aa", "bb"]
    world.check()


def test_twice_is_unchanged(world: World) -> None:
    """The same file again changes nothing, writes no entry, and does not deposit its passwords again."""
    world.person("Bob Stone", "2001")
    run(world, FULL)
    size = world.vault.follower.size
    again = plan(world, FULL)
    assert again.plan.counts[Outcome.UNCHANGED] == 2
    assert (again.deposits, again.left_alone) == ((), 1)
    done = run(world, FULL)
    assert (done.new, done.changed, done.unchanged, done.deposits, done.linked) == (0, 0, 2, 0, 0)
    assert world.vault.follower.size == size


def test_a_later_file_changes_details_and_links_who_is_known_now(world: World) -> None:
    """Changed cells are recorded with their codes; somebody added since is linked; the vault's password stays."""
    run(world, FULL)
    world.person("Unknown Person", "2009")
    text = (
        FULL.replace("a@b.example", "new@b.example").replace("Marker-1", "Marker-2").replace("SMS", "YubiKey")
    )
    planned = plan(world, text)
    (changed,) = planned.plan.of(Outcome.CHANGED)
    assert {change.name for change in changed.changes} == {"email", "second_factor"}
    done = run(world, text)
    assert (done.changed, done.deposits, done.linked) == (1, 0, 1)
    x = world.vault.names.find("account", "x/norfolkpolice")
    assert world.vault.names.details("account", x)["email"] == "new@b.example"
    assert sealing.open_version(world.vault, account=x, number=1).parts["password"] == "Marker-1"
    (factor,) = world.vault.state.find("factor", account=x, channel="second_factor", until_seq=None)
    assert factor["kind"] == "security_key"
    world.check()


def test_another_spelling_of_the_same_code_is_no_change(world: World) -> None:
    """An account registered by hand with codes is not changed by a file that spells them otherwise."""
    facts = Facts(owner_kind="department", force="norfolk", type="main", created_on="2014-04-03")
    accounts.add_account(world.vault, name="x/NorfolkPolice", facts=facts)
    text = (
        "platform,handle,force,owner kind,type,created\nx,norfolkpolice,Norfolk,DEPARTMENT,Main,03/04/2014\n"
    )
    assert plan(world, text).plan.counts[Outcome.UNCHANGED] == 1
    other = plan(world, text.replace("Norfolk", "Suffolk"))
    assert [c.name for c in other.plan.rows[0].changes] == ["force"]
    run(world, text.replace("Norfolk", "Suffolk"))
    assert world.vault.state.find("account")[0]["force"] == "suffolk"


def test_what_is_said_for_the_whole_file(world: World) -> None:
    """--force and --owner-kind count where a cell is empty; a force without a profile stays words."""
    text = "platform,handle,force\nx,One,\nx,Two,Norfolk\n"
    run(world, text, force="Kent", owner_kind="team")
    found = worklist.list_accounts(world.vault, world.vault.state, Wanted())
    assert [(line.name, line.force, line.owner_kind, line.policy) for line in found] == [
        ("x/One", "Kent", "team", "no profile loaded"),
        ("x/Two", "norfolk", "team", "norfolk_suffolk"),
    ]
    assert plan(world, text, force="Kent", owner_kind="team").plan.counts[Outcome.UNCHANGED] == 2


def test_a_bad_row_blocks_the_file(world: World) -> None:
    """Nothing is registered while a row is not understood, unless it is left out on purpose."""
    text = "platform,handle,password\nx,Good,Marker-1\nMySpace,Bad,Marker-2\n"
    size = world.vault.follower.size
    with pytest.raises(UsageProblem, match="1 row is not understood") as blocked:
        run(world, text)
    assert "Marker" not in f"{blocked.value}{blocked.value.hint}"
    assert world.vault.follower.size == size
    assert imports.skipped_csv(plan(world, text)) == "platform,handle,password\nMySpace,Bad,Marker-2\n"
    done = run(world, text, skip_bad=True)
    assert (done.new, done.skipped, done.deposits) == (1, 1, 1)
    world.check()


@pytest.mark.parametrize(
    ("column", "cell"), [("totp", "not a seed!"), ("password", "two\nlines"), ("backup codes", ", ;")]
)
def test_a_secret_that_cannot_be_one(world: World, column: str, cell: str) -> None:
    """A seed that makes no code, or a password of two lines, is a row not understood, named without its cell."""
    planned = plan(world, f'platform,handle,{column}\nx,One,"{cell}"\n')
    (problem,) = planned.plan.problems
    assert (problem.row, problem.column) == (2, f"C ({column})")
    assert cell not in repr(planned)


ATTACKS = {
    "byte order mark": ("\ufeffplatform,handle\nx,One\n".encode(), ["x/One"]),
    "UTF-16": ("platform,handle\nx,One\n".encode("utf-16"), ["x/One"]),
    "not UTF-8": ("platform,handle,owner\nx,One,Caf\xe9\n".encode("cp1252"), ["x/One"]),
    "ragged": (b"platform,handle,owner\nx,One\nx,Two,desk,more\n", ["x/One"]),
    "formula": (b"platform,handle,owner\nx,One,=HYPERLINK(1)\n", ["x/One"]),
    "same handle by case": (b"platform,handle\nx,One\nx,ONE\nTwitter,@one\n", ["x/One"]),
    "look-alike letters": ("platform,handle\nx,One\nx,\u041ene\n".encode(), ["x/One", "x/\u041ene"]),
    "letter that cannot be seen": ("platform,handle\nx,O\u200bne\n".encode(), []),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_dirty_files(world: World, name: str) -> None:
    """Marks, encodings, slipped cells, formulas, and names made to be mistaken: each ends in the right accounts."""
    raw, expected = ATTACKS[name]
    run(world, raw, skip_bad=True)
    found = worklist.list_accounts(world.vault, world.vault.state, Wanted())
    assert sorted(line.name for line in found) == expected
    world.check()


@pytest.mark.parametrize(
    "raw", [b"platform,handle\nx,a\0b\n", b'platform,handle\nx,"' + b"a" * 200_000 + b'"\n', b"", b'a,"b\n']
)
def test_files_that_are_refused(world: World, raw: bytes) -> None:
    """A NUL, an enormous cell, nothing at all, an open quotation mark: a clear refusal, and no entry."""
    size = world.vault.follower.size
    with pytest.raises(UsageProblem):
        run(world, raw, skip_bad=True)
    assert world.vault.follower.size == size


def test_look_alikes_are_warned_about(world: World) -> None:
    """A handle that imitates another goes in as what it is, with a warning."""
    planned = plan(world, "platform,handle\nx,\u041ene\n")
    assert any("look" in warning for warning in planned.plan.rows[0].warnings)


def test_a_failure_before_the_end_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stops it before the commit, neither database has a row of it; afterwards the same file goes in."""
    size = world.vault.follower.size
    with monkeypatch.context() as patch:
        patch.setattr("vault.ops.tx.Tx.append", lambda self: (_ for _ in ()).throw(RuntimeError("stop")))
        with pytest.raises(RuntimeError):
            run(world, FULL)
    assert world.vault.follower.size == size == world.vault.shared.size()
    assert world.vault.state.find("account") == []
    assert run(world, FULL).new == 2
    world.check()


def test_what_changed_since_the_plan_stops_it(world: World) -> None:
    """Somebody else registers an account of the file meanwhile: nothing is done twice; unrelated work is no matter."""
    other, raw, choices = world.open(world.home), FULL.encode(), Choices()
    planned = imports.plan_import(world.vault, raw, choices)
    accounts.add_account(other, name="x/norfolkpolice", facts=Facts())
    with pytest.raises(Busy):
        importing.register(world.vault, planned, raw, choices, skip_bad=False)
    planned = imports.plan_import(world.vault, raw, choices)
    other.sync()
    accounts.add_account(other, name="x/unrelated", facts=Facts())
    assert importing.register(world.vault, planned, raw, choices, skip_bad=False).new == 1
    world.check()


def test_no_secret_in_any_database(world: World) -> None:
    """After an import the markers of its secrets, names and handles are in no file of the vault, journals included."""
    run(world, FULL.replace("Unknown Person", "Marker-person").replace("our lads", "Marker-owner"))
    assert any(path.name.endswith("-wal") for path in world.folder.rglob("*"))
    for path in (p for p in world.folder.rglob("*") if p.is_file()):
        data = path.read_bytes().lower()
        for marker in (b"marker", SEED.lower().encode(), b"norfolkpolice", b"a@b.example", b"kent"):
            assert marker not in data, (path, marker)


def test_two_of_one_name_are_not_guessed(world: World) -> None:
    """An ambiguous name, and somebody who has left, link nobody."""
    world.person("Bob Stone", "2001")
    world.person("Bob Stone", "2002")
    gone = world.person("Gone Person", "2003")
    with world.vault.change() as tx:
        tx.emit("person.left", gone, occurred_at=tx.time)
    rows = ("x,One,Bob Stone", "x,Two,Gone Person", "x,Three,2001 / 2002", 'x,Four,"2001, 2002"')
    done = run(world, "\n".join(("platform,handle,holder", *rows)))
    assert (done.linked, done.strangers) == (4, 2)
    one, two = (world.vault.names.find("account", n) for n in ("x/One", "x/Two"))
    assert not world.vault.state.find("grant_", account=one)
    assert not world.vault.state.find("grant_", account=two)


def test_holders_are_not_linked_to_closed_accounts(world: World) -> None:
    """A stale spreadsheet gives nobody access to what is closed."""
    world.person("Bob Stone", "2001")
    account = accounts.add_account(world.vault, name="x/One", facts=Facts()).id
    accounts.close(world.vault, account=account, consulted={"text": "yes"})
    assert run(world, "platform,handle,holder\nx,One,2001\n").linked == 0


def test_a_holder_with_keys_opens_what_the_vault_has(world: World) -> None:
    """Somebody whom a later file names as holder gets the version that is there, and the one that it brings."""
    bob = world.person("Bob Stone", "2001")
    keyed(world, bob)
    account = world.account("x/One", password="Marker-1")
    run(world, "platform,handle,holder,password\nx,One,2001,\nx,Two,2001,Marker-2\n")
    sealed = {row["account"] for row in world.vault.state.find("recipient")}
    assert sealed == {account, world.vault.names.find("account", "x/Two")}
    world.check()


def test_only_staff_imports(world: World) -> None:
    """Without the role of an administrator or custodian there is not even a plan."""
    with world.vault.state.transaction():
        world.vault.state.change("role", {"person": world.ada}, until=1)
    with pytest.raises(Refused):
        plan(world, FULL)


def test_words_as_codes() -> None:
    """Dates in two spellings, factors by their names, and secrets as they are stored."""
    assert factor_kind("Google Authenticator") == "authenticator_app"
    assert factor_kind("") is None
    assert bad_part({"password": "fine", "totp": SEED}) is None
    assert parts_of({"password": " kept "}) == {"password": " kept "}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2014-04-03", "2014-04-03"),
        ("2014-04-03 10:00", "2014-04-03"),
        ("3.4.2014", "2014-04-03"),
        ("31/02/2014", None),
        ("04/2014", None),
        ("", None),
    ],
)
def test_days(world: World, text: str, day: str | None) -> None:
    """A whole date, day before month; anything else stays words."""
    assert (
        codes_of(world.vault.profile, {"created": text}, Choices(), today="2026-11-21").get("created_on")
        == day
    )


def test_a_day_to_come_is_words(world: World) -> None:
    """Nothing was created or used on a day to come: it is said, kept as words, and is no code and no use."""
    text = "platform,handle,created,last used\nx,One,2031-01-01,01/02/2031\nx,Two,2011-01-01,2012-01-01\n"
    first, second = plan(world, text).plan.rows
    assert first.warnings == (
        "created: a day to come; kept as words",
        "last used: a day to come; kept as words",
    )
    assert second.warnings == ()
    run(world, text)
    days = {row["created_on"] for row in world.vault.state.find("account")}
    assert days == {None, "2011-01-01"}
    details = world.vault.names.details("account", world.vault.names.find("account", "x/One"))
    assert details["created"] == "2031-01-01"
    world.check()


def test_a_cell_that_is_too_long_is_named(world: World) -> None:
    """By row and column, before anything is written; the rest goes in."""
    text = f"platform,handle,email\nx,One,{'a' * 254}@b.example\nx,Two,a@b.example\n"
    (problem,) = plan(world, text).plan.problems
    assert (problem.row, problem.column, problem.reason) == (2, "C (email)", "longer than 254 characters")
    assert run(world, text, skip_bad=True).new == 1


def test_the_demonstrations_register(world: World) -> None:
    """The project's own register goes in, with the profile for its two forces and none for the others."""
    run(world, (ROOT / "bench" / "register.csv").read_bytes())
    found = worklist.list_accounts(world.vault, world.vault.state, Wanted())
    assert len(found) == 19
    assert sorted(line.name for line in found if line.policy == "norfolk_suffolk") == [
        "facebook/norfolkpolice",
        "facebook/suffolkpolice",
        "x/NorfolkPolice",
        "x/SuffolkPolice",
    ]


def test_real_accounts_go_in(world: World) -> None:
    """588 real accounts in one transaction; a second run finds them unchanged."""
    if not REAL.exists():
        pytest.skip("the sample of real accounts is not beside this repository")
    commits = len(list(world.vault.shared.commits_after(0)))
    done = run(world, REAL.read_bytes())
    assert (done.new, done.skipped) == (587, 1)
    assert len(list(world.vault.shared.commits_after(0))) == commits + 1
    size = world.vault.follower.size
    assert run(world, REAL.read_bytes()).unchanged == 587
    assert world.vault.follower.size == size
    world.check()


def test_last_use_comes_with_the_file(world: World) -> None:
    """A day that has come is recorded as a use, once; words, and a day to come, stay words."""
    rows = "platform,handle,last used\nx,One,31/10/2026\nx,Two,last week\nx,Three,2027-01-01\n"
    run(world, rows)
    (row,) = world.vault.state.find("account_use")
    assert (row["account"], row["day"], row["how"]) == (
        world.vault.names.find("account", "x/one"),
        "2026-10-31",
        "unknown",
    )
    run(world, rows)
    assert world.vault.state.count("account_use") == 1
    run(world, rows.replace("31/10/2026", "01/11/2026"))
    assert world.vault.state.count("account_use", day="2026-11-01") == 1
    world.check()


def test_words_that_are_no_code_are_said_in_the_plan(world: World) -> None:
    """Owner kind, type, date and second factor: each doubt is named in its row, and never a cell."""
    planned = plan(world, FULL)
    good, doubtful = planned.plan.rows
    assert good.warnings == ()
    assert doubtful.warnings == (
        "owner kind: not one that is known, registered as unknown; its words are kept",
        "account type: not one that is known, registered as other; its words are kept",
        "created: not a date that is understood; kept as words",
        "second factor: not understood; kept as words",
    )
    assert not any(word in repr(planned.plan) for word in ("our lads", "party", "sometime", "pigeon"))


def test_an_open_list_takes_another_owner(tmp_path: Path) -> None:
    """Where the document does not close its list, another owner is one, and is said to be another."""
    world = World(tmp_path, profile="west_midlands")
    (row,) = plan(world, "platform,handle,owner kind\nx,One,our lads\n").plan.rows
    assert row.warnings == ("owner kind: not one that is known, registered as other; its words are kept",)
    run(world, "platform,handle,owner kind\nx,One,our lads\n")
    assert world.vault.state.find("account")[0]["owner_kind"] == "other"


def test_a_changed_row_loses_nothing(world: World) -> None:
    """Notes are added to, what is replaced stays beside it, and words not understood take no known code away."""
    header = "platform,handle,owner kind,email,notes\n"
    run(world, header + "x,One,team,old@b.example,first\n")
    run(world, header + "x,One,our lads,new@b.example,second\n")
    account = world.vault.names.find("account", "x/One")
    details = world.vault.names.details("account", account)
    assert (details["email"], details["notes"]) == ("new@b.example", "first; second")
    assert details["earlier"] == ["owner_kind: team", "email: old@b.example"]
    row = world.vault.state.get("account", id=account)
    assert row is not None and row["owner_kind"] == "team"
    again = plan(world, header + "x,One,our lads,new@b.example,first\n")
    assert again.plan.counts[Outcome.UNCHANGED] == 1
    world.check()
