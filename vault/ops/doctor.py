"""Checks of this machine: what could lose, leak or hide something without anybody noticing.

`machine` needs no vault that opens, so it still answers when the database does not. `vault_checks` looks at the
open vault; with ``deep`` it hashes every sealed value, replays the log and compares the projection.
"""

from __future__ import annotations

import json
import platform
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from audit.entry import decode
from vault.crypto import keyfile
from vault.crypto.stretch import FLOOR
from vault.domain import events
from vault.domain.table import TABLE
from vault.errors import VaultError
from vault.ops import clock, log, outside_heads
from vault.ops.missing import HINT, Missing, listed, missing
from vault.ops.session import moment
from vault.store import sqlite
from vault.store.file import FileDoor
from vault.store.home import NEW_KEYS

if TYPE_CHECKING:
    import datetime as dt

    from vault.ops.session import Vault
    from vault.store.home import Home

OK, ATTENTION, BAD = "ok", "attention", "bad"
LEAST = {"cryptography": 50, "argon2-cffi": 25, "pyotp": 2, "pyrage": 1, "click": 8}
SEALED = (
    ("version", "blob"),
    ("recipient", "blob"),
    ("batch_seal", "seal"),
    ("epoch_seal", "seal"),
    ("epoch", "predecessor"),
    ("policy", "document"),
)
WORDS = frozenset(
    (event.name, field)
    for event in TABLE.values()
    for field, check in {**event.fields, **event.optional}.items()
    if check is events.words
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at, and how it is."""

    name: str
    state: str
    words: str
    next: str = ""


def machine(home: Home, location: str | None = None) -> Iterator[Check]:
    """This machine and its files, without opening the vault."""
    yield _permissions(home)
    yield _keyset_cost(home)
    yield _device_secret(home)
    for name, least in LEAST.items():
        found = version(name)
        state = OK if int(found.split(".")[0]) >= least else BAD
        yield Check(
            name=name, state=state, words=found, next="" if state == OK else f"install {least} or newer"
        )
    words = f"Python {platform.python_version()}, SQLite {sqlite.LIBRARY}"
    yield Check(name="runtime", state=OK, words=words)
    try:
        place = home.place().vault
    except VaultError as problem:
        yield Check(name="home.json", state=BAD, words=problem.message, next=problem.hint)
        place = ""
    if location or place:
        yield _place(location or place)


def _permissions(home: Home) -> Check:
    """The folder for its owner only, and no file that others may read or write."""
    open_ = [
        path
        for path in (home.folder, *sorted(home.folder.iterdir()))
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if not open_:
        return Check(name="home", state=OK, words=f"{home.folder}, for its owner only")
    shown = ", ".join(str(path) for path in open_)
    return Check(
        name="home", state=ATTENTION, words=f"others may enter: {shown}", next=f"chmod -R go= '{home.folder}'"
    )


def _keyset_cost(home: Home) -> Check:
    try:
        cost = keyfile.cost_of(home.read(home.keyset))
    except VaultError as problem:
        return Check(name="keyset", state=BAD, words=problem.message, next=problem.hint)
    words = f"Argon2id, {cost.memory_kib // 1024} MiB, {cost.passes} passes, {cost.lanes} lanes"
    if cost.within(FLOOR):
        return Check(name="keyset", state=OK, words=words)
    return Check(name="keyset", state=ATTENTION, words=words, next="keyholder passphrase change")


def _device_secret(home: Home) -> Check:
    """Without it the right passphrase opens nothing; nobody would notice before the next unlock."""
    try:
        size = len(home.read(home.device))
    except VaultError as problem:
        return Check(name="device secret", state=BAD, words=problem.message, next=problem.hint)
    words = f"{home.device.name}, {size} bytes"
    good = size == keyfile.DEVICE_SECRET_SIZE
    return Check(name="device secret", state=OK if good else BAD, words=words, next="" if good else NEW_KEYS)


def _place(location: str) -> Check:
    if "://" in location:
        return Check(name="database", state=OK, words="a database server")
    path = Path(location)
    try:
        sqlite.refuse_network_share(path.absolute())
    except VaultError as problem:
        return Check(name="database", state=BAD, words=problem.message, next=problem.hint)
    if not path.is_file():
        return Check(
            name="database",
            state=BAD,
            words=f"there is no file {path}",
            next="check KEYHOLDER_VAULT, or bring it back from a backup: keyholder restore FILE",
        )
    mode = path.stat().st_mode
    if mode & stat.S_IRWXO:
        words = f"{path} is open to every user of this host"
        return Check(name="database", state=ATTENTION, words=words, next=f"chmod o= '{path}'")
    return Check(name="database", state=OK, words=f"{path}, {path.stat().st_size:,} bytes, on a local disk")


def vault_checks(vault: Vault, *, deep: bool = False) -> Iterator[Check]:
    """The open, synced vault."""
    yield from _engine(vault, deep=deep)
    yield _clock(vault, vault.clock())
    yield from _blobs(vault, deep=deep)
    yield _backup(vault)
    yield _outside(vault)
    if deep:
        yield _replay(vault)


def _engine(vault: Vault, *, deep: bool) -> Iterator[Check]:
    door = vault.shared.door
    if not isinstance(door, FileDoor):
        return
    mode = str(door.read("PRAGMA journal_mode")[0][0])
    state = OK if mode == "wal" else ATTENTION
    yield Check(
        name="journal", state=state, words=mode, next="" if state == OK else "PRAGMA journal_mode = WAL"
    )
    yield Check(name="schema", state=OK, words="the five tables and their guards, as they were made")
    if deep:
        said = str(door.read("PRAGMA quick_check")[0][0])
        yield Check(name="pages", state=OK if said == "ok" else BAD, words=said)


def _clock(vault: Vault, now: dt.datetime) -> Check:
    import datetime as dt

    pin = vault.state.pin()
    newest = dt.datetime.fromisoformat(pin.time) if pin else now
    words = f"{moment(now)}; the newest entry says {moment(newest)}"
    if clock.doubtful(vault, now) is not None:
        return Check(name="clock", state=BAD, words=words, next="set this machine's clock")
    return Check(name="clock", state=OK, words=words)


def named_blobs(vault: Vault) -> dict[str, str]:
    """Every blob that the register names → what it is, for the words of a check."""
    found: dict[str, str] = {}
    for table, column in SEALED:
        for row in vault.state.find(table):
            if row[column]:
                of = row.get("account") or row.get("epoch") or row.get("batch") or row.get("id")
                found[row[column]] = (
                    f"{table} of {of}" if of else f"{column} of policy.chosen, entry {row['seq']}"
                )
    return found


def _blobs(vault: Vault, *, deep: bool) -> Iterator[Check]:
    """A sealed value that is gone is a loss; so are words, unless an entry erased them."""
    rows, present = vault.state.find("blob"), vault.shared.blob_names()
    named = {row["hash"]: (row["seq"], "") for row in rows}
    gone = missing(vault.state, named, present, lambda seq: decode(log.bodies(vault, seq, seq + 1)[0]))
    words = {row["hash"] for row in rows if (row["event"], row["field"]) in WORDS}
    keys = [one for one in gone if one.stops and one.hash not in words]
    yield from _values(vault, keys, len(rows) - len(words))
    yield _descriptions(vault, [one for one in gone if one.stops and one.hash in words], len(words))
    yield from _answered([one for one in gone if not one.stops])
    if deep:
        yield _hashes(vault, sorted(present))


def _values(vault: Vault, gone: list[Missing], named: int) -> Iterator[Check]:
    """Keys and versions, each with what it was for."""
    sealed = named_blobs(vault) if gone else {}
    for one in gone:
        what = f"{sealed.get(one.hash, 'not in use')} ({one.hash[:12]}…), {one}"
        yield Check(name="sealed value", state=BAD, words=f"missing: {what}", next=HINT)
    if not gone:
        yield Check(name="sealed values", state=OK, words=f"all {named} are there")


def _descriptions(vault: Vault, gone: list[Missing], named: int) -> Check:
    """All words that the log names, but those that an entry erased."""
    if gone:
        words = f"{len(gone)} sealed words are missing, and no entry erased them: {listed(gone)}"
        return Check(name="descriptions", state=BAD, words=words, next=HINT)
    erased = vault.state.count("erased")
    words = f"all {named - erased} are there" + (f", {erased} erased" if erased else "")
    return Check(name="descriptions", state=OK, words=words)


def _answered(gone: list[Missing]) -> Iterator[Check]:
    """What is missing and somebody has answered for: said as long as it is so."""
    for one in gone:
        words = f"missing: {one}; {one.answer}"
        yield Check(name="sealed value", state=ATTENTION, words=words, next=f"keyholder audit show {one.seq}")


def _hashes(vault: Vault, names: list[str]) -> Check:
    try:
        for start in range(0, len(names), 1000):
            vault.shared.blobs(names[start : start + 1000])
    except VaultError as problem:
        return Check(name="hashes", state=BAD, words=problem.message, next="restore it from a backup")
    return Check(name="hashes", state=OK, words=f"all {len(names)} sealed values are what their names say")


def _backup(vault: Vault) -> Check:
    rows = vault.state.find("backup")
    if not rows:
        return Check(
            name="last backup", state=ATTENTION, words="never", next="keyholder backup FILE --to age1…"
        )
    seq = max(row["seq"] for row in rows)
    begun, behind = decode(log.bodies(vault, seq, seq + 1)[0]).time, vault.follower.size - seq - 1
    words = f"begun {begun}, {behind} entries ago; whether the file is good: keyholder backup check FILE"
    return Check(name="last backup", state=OK, words=words)


def _outside(vault: Vault) -> Check:
    """What a witness has cosigned says more than that a head was handed out."""
    if outside_heads.newest(vault) is not None:
        return Check(name="last outside head", state=OK, words=outside_heads.words(vault))
    path = vault.home.folder / log.OUTSIDE
    if not path.exists():
        hint = "keyholder audit head > FILE, and keep FILE where the database's owner cannot reach it"
        return Check(name="last outside head", state=ATTENTION, words="never", next=hint)
    kept = json.loads(path.read_bytes())
    return Check(name="last outside head", state=OK, words=f"{kept['size']} entries, {kept['at']}")


def _replay(vault: Vault) -> Check:
    try:
        done = log.verify(vault, compare_state=True)
    except VaultError as problem:
        return Check(name="projection", state=BAD, words=problem.message, next=problem.hint)
    return Check(name="projection", state=OK, words=f"equal to a replay of all {done.size} entries")
