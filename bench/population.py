"""A force to measure on: real vault, real crypto, as many accounts and keyed holders as asked.

The floors beside each figure use nothing of Keyholder: see `bench.floors`.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

from vault.crypto.keyset import Keyset
from vault.domain.ids import Prefix
from vault.ops import sealing
from vault.ops.create import create
from vault.ops.keyring import text
from vault.ops.session import Vault
from vault.ops.tx import Tx
from vault.ops.unlock import unlock
from vault.store import policy_text
from vault.store.home import Home

PROFILE = "norfolk_suffolk"
PASSPHRASE = "measure only with this passphrase"


def clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Force:
    """A vault on disk and the ids in it."""

    home: Home
    accounts: list[str]
    holders: list[str]

    def open(self) -> Vault:
        vault = Vault.open(self.home, clock=clock, random=os.urandom)
        unlock(vault, PASSPHRASE)
        vault.sync()
        return vault


def ungated() -> bytes:
    """The same document where nothing has to be on record before a login is shown."""
    return re.sub(rb'"release",? ?', b"", policy_text.text(PROFILE))


def make(
    folder: Path,
    *,
    accounts: int = 0,
    holders: int = 0,
    secrets: bool = False,
    document: bytes | None = None,
) -> Force:
    """A vault with these many accounts; each held, by secret, by every one of the keyed holders."""
    home = Home(folder / "home")
    (folder / "passphrase").write_text(PASSPHRASE + "\n")
    (folder / "passphrase").chmod(0o600)
    create(
        home,
        location=str(folder / "vault.db"),
        profile=PROFILE,
        document=policy_text.text(PROFILE) if document is None else document,
        passphrase=PASSPHRASE,
        person={"name": "Ada Byron", "collar": "1815", "email": "ada@norfolk.example"},
        machine="bench",
        clock=clock,
        random=os.urandom,
    )
    force = Force(home, [], [])
    vault = force.open()
    with vault.change() as tx:
        force.holders.extend(_holder(tx, number) for number in range(holders))
        force.accounts.extend(_account(tx, number) for number in range(accounts))
    for first in range(
        0, accounts, 50
    ):  # commits of a size that people make, not one of a hundred thousand entries
        with vault.change() as tx:
            for account in force.accounts[first : first + 50]:
                for person in force.holders:
                    _grant(tx, account, person)
    if secrets:
        with vault.change() as tx:
            tx.commit_keys(sealing.recipients(tx, force.accounts))
            for number, account in enumerate(force.accounts):
                _secret(tx, account, number)
    vault.close()
    return force


def in_use(vault: Vault, accounts: list[str], people: int) -> None:
    """So many people without keys, each with access to some of the accounts, and a last use for each of these."""
    today = clock().date()
    with vault.change() as tx:
        persons = [_person(tx, number) for number in range(people)]
    for first in range(0, len(accounts), 500):
        with vault.change() as tx:
            for n, account in enumerate(accounts[first : first + 500], first):
                values = {"person": persons[n % people], "kind": "tool_seat", "since": "2020-01-01"}
                tx.emit("grant.given", tx.new(Prefix.GRANT), account=account, existing=True, **values)
                day = today - dt.timedelta(days=n % 400)
                tx.emit("account.used", account, day=day.isoformat(), how="post")


def in_daily_use(vault: Vault, accounts: list[str], *, until: int) -> None:
    """A log that grows as it does in use, up to so many entries: logins shown, and now and then a use of an account."""
    day, random = clock().date().isoformat(), Random(1)
    while (left := until - vault.follower.size) > 0:
        with vault.change() as tx:
            for n, account in enumerate(random.choices(accounts, k=min(left, 100))):
                if n % 5:
                    seen = {"number": 1, "parts": ["password"], "person": vault.person, "how": "revealed"}
                    tx.emit("secret.seen", account, **seen)
                else:
                    tx.emit("account.used", account, day=day, how="post")


def held_by_custodian(vault: Vault, accounts: list[str]) -> None:
    """Whoever founded the vault holds these accounts themselves, by access that was given here, and is trained."""
    with vault.change() as tx:
        for account in accounts:
            values = {"account": account, "person": vault.person, "kind": "secret", "since": tx.today}
            tx.emit("grant.given", tx.new(Prefix.GRANT), existing=False, **values)
        for code in ("training.masterclass", "ack.appendix_1"):
            tx.emit("record.made", tx.new(Prefix.RECORD), code=code, about=vault.person, occurred_at=tx.time)


def _person(tx: Tx, number: int) -> str:
    person = tx.new(Prefix.PERSON)
    details = {"name": f"Person {number}", "collar": str(20_000 + number)}
    tx.emit("person.added", person, details=tx.details("person", person, details))
    return person


def _holder(tx: Tx, number: int) -> str:
    person, keyset_id, keyset = tx.new(Prefix.PERSON), tx.new(Prefix.KEYSET), Keyset.generate(os.urandom)
    details = {
        "name": f"Holder {number}",
        "collar": str(5000 + number),
        "email": f"h{number}@norfolk.example",
    }
    tx.emit("person.added", person, details=tx.details("person", person, details))
    keys = {"key": text(keyset.sign_public), "kem": text(keyset.kem_public)}
    tx.emit("signer.added", keyset_id, **keys, purpose="member", vouches=False, person=person)
    tx.emit("role.given", person, role="holder")
    return person


def _account(tx: Tx, number: int) -> str:
    account, handle = tx.new(Prefix.ACCOUNT), f"x/Bench{number:05}"
    details = tx.details("account", account, {"name": handle, "key": handle.casefold()})
    tx.emit("account.added", account, platform="x", owner_kind="team", details=details)
    return account


def _grant(tx: Tx, account: str, person: str) -> None:
    values = {"account": account, "person": person, "kind": "secret", "since": tx.today, "existing": True}
    tx.emit("grant.given", tx.new(Prefix.GRANT), **values)


def _secret(tx: Tx, account: str, number: int) -> None:
    body = sealing.Body(
        {"platform": "x", "handle": f"Bench{number:05}"}, {"password": f"first password {number}"}
    )
    sealing.write_version(tx, account=account, body=body, parts={"password": "new"}, why="deposit")
