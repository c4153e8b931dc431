"""Whatever crashes, whenever: nothing half done, nobody locked out, no password lost, and the next command works.

Every scenario is run once to its end, to count the points at which it touches a file; then it is run again and
again, and dies at one of them, before or after. What it left is opened by fresh processes of three members.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.crash import ACCOUNTS, NAME, Killed, Left, Plug, sample, stored, world_of
from tests.members import ask, member
from tests.world import COST, PASSPHRASE, Clock, Dice, World
from vault.domain import rotation
from vault.domain.ids import Prefix
from vault.ops import (
    admitting,
    create,
    deposits,
    devices,
    erasure,
    grants,
    importing,
    imports,
    inviting,
    leaving,
    secrets,
    unlock,
)
from vault.ops import rotation as work
from vault.ops.import_words import Choices
from vault.ops.session import Vault
from vault.store import policy_text
from vault.store.home import Home

NEW_PASSPHRASE = "six large red herons sleep now"
DOORS = ("sessions", "connected_tools", "recovery_email", "recovery_phone")
CSV = "platform,handle,password,force\n" + "".join(
    f"x,imported{n},imported password {n},norfolk\n" for n in range(20)
)
MEMBERS = ("ada", "eve", "cass")


@dataclass
class Platforms:
    """What the platforms have: one password for each account, changed only by what somebody types there.

    ``in_mind`` was typed before the vault heard of it: until a command has ended well, somebody remembers it.
    """

    has: dict[str, str] = field(default_factory=lambda: dict(ACCOUNTS))
    in_mind: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is done, in how many commits, and what shows that it is done."""

    act: Callable[[Vault, Platforms], object]
    commits: int
    again: Callable[[Vault, Platforms], object] | None = None
    done: Callable[[Vault], bool] | None = None


def _find(vault: Vault, name: str) -> str:
    return vault.names.find("account", name)


def _rotate_all(vault: Vault, platforms: Platforms) -> None:
    work.start(vault, work.owed_accounts(vault))


def _all_prepared(vault: Vault) -> bool:
    return len(vault.state.find("rotation", state="prepared", ended=None)) == len(ACCOUNTS)


def _type_in(vault: Vault, platforms: Platforms, number: int) -> None:
    """What is typed into the platform is what the vault shows, and only after it was recorded."""
    (shown,) = secrets.reveal(
        vault, account=_find(vault, NAME), parts=["password"], how="revealed", number=number
    )
    platforms.has[NAME] = str(shown.parts["password"])


def _rotate_to_the_end(vault: Vault, platforms: Platforms) -> None:
    (made,) = work.start(vault, [_find(vault, NAME)])
    _type_in(vault, platforms, made.number)
    work.applied(vault, account=_find(vault, NAME))
    work.verify(vault, account=_find(vault, NAME), done=DOORS)


def _go_on(vault: Vault, platforms: Platforms) -> None:
    """The next person reads where the rotation stands, and goes on from there."""
    account = _find(vault, NAME)
    row = rotation.open_rotation(vault.state, account)
    if row is None and not vault.state.find("obligation", account=account, discharged=None):
        return
    if row is None:
        work.start(vault, [account])
        row = rotation.open_rotation(vault.state, account)
    assert row is not None
    if row["state"] == "prepared":
        _type_in(vault, platforms, row["number"])
        work.applied(vault, account=account)
    work.verify(vault, account=account, done=DOORS)


def _rotated(vault: Vault) -> bool:
    return not vault.state.find("obligation", account=_find(vault, NAME), discharged=None)


def _deposit(vault: Vault, platforms: Platforms) -> None:
    platforms.has[NAME] = "changed outside"
    platforms.in_mind = {"changed outside"}
    deposits.deposit(vault, account=_find(vault, NAME), parts={"password": "changed outside"})
    platforms.in_mind = set()


def _leave(vault: Vault, platforms: Platforms) -> None:
    leaving.leave(vault, person=vault.names.find("person", "4004"))


def _left(vault: Vault) -> bool:
    row = vault.state.get("person", id=vault.names.find("person", "4004"))
    return row is not None and row["state"] == "left"


def _erase(vault: Vault, platforms: Platforms) -> None:
    planned = erasure.plan(vault, person=vault.state.find("person", state="left")[0]["id"])
    erasure.erase(vault, planned, basis="retention_over")


def _erased(vault: Vault) -> bool:
    """The words are there and no entry erased them, or the entry is there and the words are gone."""
    details = vault.state.find("person", state="left")[0]["details"]
    gone = details not in vault.shared.blob_names()
    assert gone == bool(vault.state.get("erased", hash=details))
    return gone


def _lose(vault: Vault, platforms: Platforms) -> None:
    devices.lose(vault, "dan laptop", keyset=True)


def _lost(vault: Vault) -> bool:
    row = vault.state.get("device", id=vault.names.find("device", "dan laptop"))
    return row is not None and row["state"] == "lost"


def _import(vault: Vault, platforms: Platforms) -> None:
    planned = imports.plan_import(vault, CSV.encode(), Choices())
    importing.register(vault, planned, CSV.encode(), Choices(), skip_bad=False)


def _imported(vault: Vault) -> bool:
    found = [n for n in range(20) if vault.names.search("account", f"x/imported{n}")]
    assert len(found) in (0, 20)
    for n in found:
        assert stored(vault, _find(vault, f"x/imported{n}")) == {f"imported password {n}"}
    return bool(found)


def _grant(vault: Vault, platforms: Platforms) -> None:
    person = vault.names.find("person", "3003")
    grants.give(vault, account=_find(vault, "x/Force3"), person=person, kind="secret", existing=True)


def _granted(vault: Vault) -> bool:
    account, person = _find(vault, "x/Force3"), vault.names.find("person", "3003")
    held = vault.state.find("grant_", account=account, person=person, revoked=None)
    keyset = vault.state.find("keyset", person=person)[0]["id"]
    assert bool(held) == bool(vault.state.find("recipient", account=account, keyset=keyset))
    return bool(held)


def _admit(vault: Vault, platforms: Platforms) -> None:
    (candidate,) = admitting.waiting(vault)
    admitting.admit(vault, candidate)


def _admitted(vault: Vault) -> bool:
    joined = bool(vault.state.find("keyset", person=vault.names.find("person", "5005")))
    assert joined != bool(vault.shared.inbox())
    return joined


def _change_passphrase(vault: Vault, platforms: Platforms) -> None:
    unlock.change_passphrase(vault, NEW_PASSPHRASE, cost=COST)


SCENARIOS: Mapping[str, Scenario] = {
    "rotation start, in bulk": Scenario(_rotate_all, 1, _rotate_all, _all_prepared),
    "rotation from start to verify": Scenario(_rotate_to_the_end, 4, _go_on, _rotated),
    "secret set": Scenario(_deposit, 1),
    "person leave": Scenario(_leave, 1, _leave, _left),
    "person erase": Scenario(_erase, 1, _erase, _erased),
    "device lost with its keyset": Scenario(_lose, 1, _lose, _lost),
    "account import": Scenario(_import, 1, _import, _imported),
    "grant give": Scenario(_grant, 1, _grant, _granted),
    "admit": Scenario(_admit, 1, _admit, _admitted),
    "passphrase change": Scenario(_change_passphrase, 0, _change_passphrase),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A vault with four members, somebody who waits for admission, and four accounts that owe a change."""
    world = World(tmp_path_factory.mktemp("crash"))
    world.clock.forward(days=1)
    ids = {name: world.account(name, password=password) for name, password in ACCOUNTS.items()}
    bob = world.person("Bob Stone", "2001")
    opened = [member(world, "Eve Hall", "1001", "custodian", folder="eve").vault]
    cass = member(world, "Cass Reed", "3003", "holder", folder="cass")
    opened += [cass.vault, member(world, "Dan Moss", "4004", "custodian", folder="dan").vault]
    grants.give(world.vault, account=ids[NAME], person=cass.person, kind="secret", existing=True)
    for account in ids.values():
        world.seen(account, bob)
    with world.vault.change() as tx:
        tx.emit("person.left", bob, occurred_at=tx.time)
    finn = world.person("Finn Gray", "5005")
    ask(world, inviting.invite(world.vault, person=finn, roles=["custodian"]).to_text(), "finn")
    world.check()
    for vault in (*opened, world.vault):
        vault.close()
    return world


def left_of(made: World, folder: Path, seed: str) -> Left:
    return Left(folder, clock=Clock(made.clock.at), seed=seed)


def play(made: World, tmp_path: Path, name: str, at: int | None, *, after: bool) -> tuple[Plug, Platforms]:
    """Run a scenario on a copy; with ``at`` it dies there."""
    folder, platforms = tmp_path / "run", Platforms()
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made.folder, folder)
    plug = Plug(folder, at=at, after=after, left=tmp_path / "left")
    vault = None
    with plug:
        vault = left_of(made, folder, "run").open()
        counted = len(plug.points)
        plug.at = None if at is None else at + counted
        SCENARIOS[name].act(vault, platforms)
        vault.close()
        del plug.points[:counted]
    return plug, platforms


def judge(made: World, tmp_path: Path, name: str, platforms: Platforms, sizes: set[int]) -> None:
    """Everything that must hold in what a crash left, and after the next command."""
    scenario, left = SCENARIOS[name], left_of(made, tmp_path / "left", "next")
    vault = left.open("ada", PASSPHRASE, NEW_PASSPHRASE)
    assert vault.follower.size in sizes, "a commit is there whole, or not at all"
    for home in MEMBERS:
        left.whole(home)
    _passwords(vault, platforms)
    _next_command(left, vault, scenario, platforms)
    left.check(vault)
    _passwords(vault, platforms)
    vault.close()
    for home in MEMBERS[1:]:
        left.open(home).close()


def _passwords(vault: Vault, platforms: Platforms) -> None:
    for account, password in platforms.has.items():
        known = stored(vault, _find(vault, account))
        assert password in known or (password in platforms.in_mind and ACCOUNTS[account] in known), account


def _next_command(left: Left, vault: Vault, scenario: Scenario, platforms: Platforms) -> None:
    """Somebody else's command works, then the same one: again where it was not done, else it is done."""
    eve = left.open("eve")
    with eve.change() as tx:
        person = tx.new(Prefix.PERSON)
        tx.emit("person.added", person, details=tx.details("person", person, {"name": "Zoe", "collar": "9"}))
    eve.close()
    vault.sync()
    if scenario.done is None:
        scenario.act(vault, platforms)
    elif not scenario.done(vault):
        assert scenario.again is not None
        scenario.again(vault, platforms)
        assert scenario.done(vault)


def crash_everywhere(made: World, tmp_path: Path, name: str, *, most: int) -> None:
    sizes = {world_size(made)}
    before = max(sizes)
    dry, _ = play(made, tmp_path, name, None, after=False)
    ended = left_of(made, tmp_path / "run", "dry").open("ada", PASSPHRASE, NEW_PASSPHRASE)
    sizes |= {size for size, *_ in ended.shared.commits_after(before)}
    ended.close()
    assert len(sizes) == 1 + SCENARIOS[name].commits
    for at, after in sample(len(dry.points), most=most, seed=name):
        plug, platforms = play(made, tmp_path, name, at, after=after)
        try:
            judge(made, tmp_path, name, platforms, sizes)
        except BaseException as problem:
            problem.add_note(f"{name}: died {'after' if after else 'before'} {at}, {plug.points[-1]}")
            raise
        shutil.rmtree(tmp_path / "left")


def world_size(made: World) -> int:
    vault = left_of(made, made.folder, "size").open()
    vault.close()
    return vault.follower.size


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_crash_leaves_all_or_nothing(made: World, tmp_path: Path, name: str) -> None:
    """A dozen points of each scenario: all or nothing, nobody locked out, no password lost, the next command works."""
    crash_everywhere(made, tmp_path, name, most=12)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_crash_at_every_point_leaves_all_or_nothing(made: World, tmp_path: Path, name: str) -> None:
    """Every point of each scenario, before and after."""
    crash_everywhere(made, tmp_path, name, most=10_000)


def test_a_file_of_a_home_is_replaced_whole(made: World, tmp_path: Path) -> None:
    """A new passphrase touches one file, once, and by replacing it: there is no moment with half a keyset."""
    plug, _ = play(made, tmp_path, "passphrase change", None, after=False)
    assert plug.points == ["replace keyset.json"]


# --- init ---------------------------------------------------------------------------------------------------------


def init(folder: Path) -> create.Created:
    folder.mkdir(exist_ok=True)
    home, location = Home(folder / "ada"), str(folder / "vault.db")
    create.check_new(home, location=location, group=None)
    return create.create(
        home,
        location=location,
        profile="norfolk_suffolk",
        document=policy_text.text("norfolk_suffolk"),
        passphrase=PASSPHRASE,
        person={"name": "Ada Byron", "collar": "1815", "email": "ada@norfolk.example"},
        machine="Ada's laptop",
        clock=Clock(),
        random=Dice("init"),
        cost=COST,
    )


def crash_init(tmp_path: Path, *, most: int) -> None:
    run = tmp_path / "run"
    with Plug(run, left=tmp_path / "left") as dry:
        init(run)
    assert len(dry.points) > 10
    for at, after in sample(len(dry.points), most=most, seed="init"):
        shutil.rmtree(run)
        with Plug(run, at=at, after=after, left=tmp_path / "left") as plug:
            init(run)
        shutil.rmtree(run)
        (tmp_path / "left").rename(run)  # the home names the vault's path
        try:
            _started(Left(run, clock=Clock(), seed="init"))
        except BaseException as problem:
            problem.add_note(f"init: died {'after' if after else 'before'} {at}, {plug.points[-1]}")
            raise


def _started(left: Left) -> None:
    """Either the vault is made, or `init` makes it now."""
    try:
        vault = left.open()
        assert vault.follower.size
    except Exception:  # noqa: BLE001 - whatever is wrong with half a vault, init must get over it
        init(left.folder)
        vault = left.open()
    left.check(vault)
    world_of(left.folder, vault).account(NAME, password="first one")
    assert stored(vault, _find(vault, NAME)) == {"first one"}
    vault.close()


def test_init_can_be_repeated_after_a_crash(tmp_path: Path) -> None:
    """A dozen points of `init`: the vault is whole, or there is none and `init` works."""
    crash_init(tmp_path, most=12)


@pytest.mark.slow
def test_init_can_be_repeated_after_a_crash_at_every_point(tmp_path: Path) -> None:
    """Every point of `init`, before and after."""
    crash_init(tmp_path, most=10_000)


def test_the_first_opening_of_a_home_can_be_repeated(made: World, tmp_path: Path) -> None:
    """A home without its register file, as after joining: whatever dies while it is made, the next one opens."""
    run = tmp_path / "run"
    points = 1_000
    for at in range(-1, points):
        shutil.copytree(made.folder, run)
        (run / "eve" / "state.db").unlink()
        with Plug(run, at=None if at < 0 else at, after=at % 2 == 1, left=tmp_path / "left") as plug:
            left_of(made, run, "run").open("eve").close()
        points = len(plug.points) if at < 0 else points
        shutil.rmtree(run)
        if at >= 0:
            eve = left_of(made, tmp_path / "left", "next").open("eve")
            assert stored(eve, _find(eve, NAME)) == {ACCOUNTS[NAME]}
            eve.close()
            shutil.rmtree(tmp_path / "left")
        if at == points - 1:
            break


# --- the simulator itself -----------------------------------------------------------------------------------------


def test_a_dead_process_does_nothing_more(made: World, tmp_path: Path) -> None:
    """The negative control: what is done after the death is not in what was left, and raises."""
    shutil.copytree(made.folder, tmp_path / "run")
    size = world_size(made)
    with Plug(tmp_path / "run", at=10_000, left=tmp_path / "left") as plug:
        vault = left_of(made, tmp_path / "run", "run").open()
        plug.at = len(plug.points)
        for _ in range(2):
            with pytest.raises(Killed), vault.change() as tx:
                tx.emit("person.left", vault.names.find("person", "4004"), occurred_at=tx.time)
        vault.close()
        raise Killed
    again = left_of(made, tmp_path / "left", "next").open()
    assert again.follower.size == size
    again.close()
