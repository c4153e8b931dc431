"""A simulated force: real vault, real crypto, real SQLite; only the clock, the dice and the passphrase's cost are ours.

world = World(tmp_path)                     a new vault with its first member, Ada (administrator and custodian)
bob = world.person("Bob Stone", "2001")     somebody without keys
account = world.account("x/NorfolkPolice", password="first one")
world.run("account", "list")                the command line, in process, unlocked once
world.check()                               every invariant, from the log up
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from audit.deep.judge import Judge
from audit.follow import Follower
from tests import second_opinion
from vault.crypto.stretch import CHEAPEST_FOR_TESTS
from vault.domain.ids import Prefix
from vault.ops import sealing
from vault.ops.create import Created, create
from vault.ops.session import Vault, fold_into
from vault.ops.unlock import unlock
from vault.store import policy_text
from vault.store.home import Home
from vault.store.register import State
from vault.store.shared import Shared, open_door

PASSPHRASE = "ten small grey foxes run"
EPOCH = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
COST = CHEAPEST_FOR_TESTS


class Dice:
    """Seeded random bytes: the same run, the same ids."""

    def __init__(self, seed: str = "world") -> None:
        self._seed, self._drawn = seed, 0

    def __call__(self, size: int) -> bytes:
        self._drawn += 1
        stream = hashlib.shake_256(f"{self._seed}/{self._drawn}".encode())
        return stream.digest(size)


class Clock:
    """A clock that moves only when told, and a second for each reading."""

    def __init__(self, at: dt.datetime = EPOCH) -> None:
        self.at = at

    def __call__(self) -> dt.datetime:
        self.at += dt.timedelta(seconds=1)
        return self.at

    def forward(self, **delta: float) -> None:
        self.at += dt.timedelta(**delta)


class World:
    """One vault and the home of its first member; further members join through `member`."""

    def __init__(
        self,
        folder: Path,
        *,
        profile: str = "norfolk_suffolk",
        document: bytes | None = None,
        seed: str = "world",
    ) -> None:
        self.folder, self.clock, self.dice = folder, Clock(), Dice(seed)
        self.location = str(folder / "vault.db")
        self.home = Home(folder / "ada")
        self.created: Created = create(
            self.home,
            location=self.location,
            profile=profile,
            document=policy_text.text(profile) if document is None else document,
            passphrase=PASSPHRASE,
            person={"name": "Ada Byron", "collar": "1815", "email": "ada@norfolk.example"},
            machine="Ada's laptop",
            clock=self.clock,
            random=self.dice,
            cost=COST,
        )
        self.vault = self.open(self.home)
        self.ada = self.vault.person

    def open(self, home: Home, passphrase: str = PASSPHRASE) -> Vault:
        """Open, unlock and sync a home of this vault."""
        vault = Vault.open(home, clock=self.clock, random=self.dice)
        unlock(vault, passphrase, cost=COST)
        vault.sync()
        return vault

    def person(self, name: str, collar: str) -> str:
        """A person without keys; the id."""
        with self.vault.change() as tx:
            id_ = tx.new(Prefix.PERSON)
            details = {"name": name, "collar": collar, "email": f"{collar}@norfolk.example"}
            tx.emit("person.added", id_, details=tx.details("person", id_, details))
        return id_

    def account(self, name: str, *, password: str | None = None, team: str | None = None) -> str:
        """An existing account, with a deposited password if given; the id."""
        from vault.ops.platforms import handle

        known = handle(name)
        with self.vault.change() as tx:
            id_ = tx.new(Prefix.ACCOUNT)
            details = tx.details("account", id_, {"name": known.name, "key": known.full_key})
            tx.emit(
                "account.added", id_, platform=known.platform, owner_kind="main", details=details, team=team
            )
        if password is not None:
            self.deposit(id_, password=password)
        return id_

    def deposit(self, account: str, **parts: Any) -> int:
        """A version with these new parts; its number."""
        with self.vault.change() as tx:
            body = sealing.Body({"platform": "x"}, parts)
            return sealing.write_version(
                tx, account=account, body=body, parts=dict.fromkeys(parts, "new"), why="deposit"
            )

    def grant(self, account: str, person: str, kind: str = "secret") -> str:
        """A grant as an existing fact; the id."""
        with self.vault.change() as tx:
            id_ = tx.new(Prefix.GRANT)
            tx.emit(
                "grant.given", id_, account=account, person=person, kind=kind, since=tx.today, existing=True
            )
        return id_

    def seen(
        self,
        account: str,
        person: str,
        *,
        device: str | None = None,
        how: str = "handed_over",
        number: int = 1,
    ) -> None:
        """Somebody saw the password of a version."""
        with self.vault.change() as tx:
            tx.emit(
                "secret.seen",
                account,
                number=number,
                parts=["password"],
                person=person,
                how=how,
                device=device,
            )

    def run(self, *args: str, input: str | None = None, home: Home | None = None, ok: bool = True) -> Result:  # noqa: A002
        """A command line in this process, as the member of ``home`` (Ada), with the passphrase from a file."""
        from cli.context import Context
        from cli.main import root
        from cli.settings import Settings

        secret = self.folder / "passphrase"
        if not secret.exists():
            secret.write_text(PASSPHRASE + "\n")
            secret.chmod(0o600)
        settings = Settings(home=(home or self.home).folder, passphrase_file=secret)
        context = Context(settings=settings, clock=self.clock, random=self.dice, cost=COST)
        result = CliRunner().invoke(root, list(args), obj=context, input=input)
        self.vault.sync()
        assert not ok or result.exit_code == 0, result.stderr + result.stdout
        return result

    def check(self) -> None:
        """Re-verify the whole log with nothing but the vault id, fold it anew, compare with the projection.

        The second opinion of `audit.deep`, which shares no rule with the vault, must be the same.
        """
        judge = Judge()
        shared, fresh = Shared(open_door(self.location)), State.memory()
        follower = Follower.start(held={1: bytes.fromhex(self.created.vault_id)})
        for _, keyset, note, bodies in shared.commits_after(0):
            for entry in follower.commit(bodies, note, keyset).entries:
                fold_into(fresh, entry)
                judge.take(entry)
        second_opinion.agrees(judge, fresh)
        self.vault.sync()
        assert follower.size == self.vault.follower.size
        for table in PROJECTED:
            assert sorted(map(repr, fresh.find(table))) == sorted(map(repr, self.vault.state.find(table))), (
                table
            )
        shared.door.close()


PROJECTED = (
    "person",
    "role",
    "keyset",
    "removal",
    "epoch",
    "epoch_seal",
    "recovery",
    "invitation",
    "post",
    "team",
    "team_member",
    "request",
    "approval",
    "account",
    "account_use",
    "follow_up",
    "term",
    "factor",
    "grant_",
    "device",
    "own_details",
    "unkeyed",
    "device_account",
    "batch",
    "batch_seal",
    "version",
    "part",
    "recipient",
    "exposure",
    "cause",
    "obligation",
    "rotation",
    "door",
    "notice",
    "claim",
    "note",
    "blob",
    "about",
    "erased",
    "record",
    "freeze",
    "refusal",
    "policy",
    "backup",
    "restored",
    "witness",
    "cosigned",
    "anchor",
    "void",
    "pending",
)
