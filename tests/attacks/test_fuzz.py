"""Thousands of entries by members whose program writes anything: right fields, wrong fields, everybody's ids.

Each is signed and correct for the log. Honest clients fold them all alike, and no command of theirs falls over.
"""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import pytest

from audit.errors import AuditError
from tests.attacks.conftest import Force
from tests.attacks.insider import AT, COMMANDS, Said, digest, ident, tells
from tests.domain.fold import b64
from tests.ops.members import member
from vault.domain import table
from vault.domain.exposure import PARTS
from vault.domain.rotation import DOORS
from vault.store.register import State

ENTRIES = 400
WORDS = (
    *("post", "reminder", "mitigation", "event", "date", "website_live", "email"),
    *(
        AT,
        "2026-02-28",
        "2026-02-30",
        "0001-01-01",
        "9999-12-31",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ),
    *(
        "new",
        "kept",
        "deposit",
        "rotation",
        "done",
        "absent",
        "custody",
        "register",
        "member",
        "recovery",
        "secret",
    ),
    *(
        "line_manager",
        "digital_media_lead",
        "account_administrator",
        "main",
        "x",
        "zzz",
        "phone",
        "sms",
        "personal",
    ),
    *(
        "force",
        "yes",
        "no",
        "unknown",
        "revealed",
        "handed_over",
        "device_lost",
        "recovery_email",
        "NS-9.2",
        "ZZ-9",
    ),
    *(
        "administrator",
        "custodian",
        "holder",
        "desk",
        "",
        "\x1b[2J",
        "a" * 5_000,
        "surrey",
        "norfolk_suffolk",
    ),
)


def ids(state: State, rng: random.Random) -> list[str]:
    """Every id that the register knows, and as many new ones."""
    tables = (
        "person",
        "keyset",
        "account",
        "device",
        "grant_",
        "team",
        "request",
        "rotation",
        "epoch",
        "claim",
        "batch",
    )
    known = [row["id"] for name in tables for row in state.find(name)]
    letters = "".join(rng.choices("abcdefgh", k=8))
    return known + [ident(prefix, letters) for prefix in sorted(set(table.SUBJECTS) - {""})]


def fitting(check: Any, pool: list[Any], rng: random.Random) -> Any:
    """Mostly a value that the field takes, sometimes any other."""
    good = [value for value in pool if check(value) is None]
    return rng.choice(good if good and rng.random() < 0.97 else pool)


def pool(known: list[str], rng: random.Random) -> list[Any]:
    """Values of every form that a field may ask for, from ids that are there."""
    hashes = [b64(str(rng.random())), b64(str(rng.random()), 1216)]
    lists = [
        [],
        rng.sample(known, 1),
        rng.sample(["holder", "desk", "custodian"], 2),
        list(rng.sample(DOORS, 3)),
    ]
    lists += [["password"], list(PARTS), ["custodian", "ict"]]
    objects: list[Any] = [
        {},
        {"password": "new"},
        dict.fromkeys(PARTS, "new"),
        {"password": "kept", "totp": "new"},
    ]
    objects += [{rng.choice(DOORS): "done", rng.choice(DOORS): "absent"}, {rng.choice(known): digest("seal")}]
    numbers = [0, 1, 2, 3, rng.randrange(200), 2**53 - 1, -1]
    return [*WORDS, *known, *hashes, *lists, *objects, *numbers, True, False, None]


class Says:
    """Any event about anything: mostly right fields, from the ids that the register knows."""

    def __init__(self, state: State, rng: random.Random) -> None:
        self.rng, self.values = rng, pool(ids(state, rng), rng)

    def anything(self) -> Said:
        rng, values = self.rng, self.values
        event = table.TABLE[rng.choice(sorted(table.TABLE))]
        data = {name: fitting(check, values, rng) for name, check in event.fields.items()}
        data |= {n: fitting(check, values, rng) for n, check in event.optional.items() if rng.random() < 0.4}
        is_subject = table.SUBJECTS[event.subject]
        subjects = [value for value in values if isinstance(value, str) and is_subject(value) is None]
        return event.name, rng.choice(subjects or [""]), data


def attack(force: Force, seed: int) -> int:
    """Entries by four members in turn, two of them administrators; how many of them counted."""
    rng, world = random.Random(seed), force.world
    bea = member(world, "Bea Two", "2002", "administrator")
    before = world.vault.follower.size
    for turn in range(8):
        insider = force.insider((world.vault, force.cal, force.hal, bea)[turn % 4])
        with suppress(AuditError):  # the log itself stops a key that was revoked
            insider.say_all([Says(world.vault.state, rng).anything() for _ in range(ENTRIES // 8)])
        world.vault.sync()
    return world.vault.follower.size - before - len(world.vault.state.find("void"))


def unharmed(force: Force) -> None:
    """Commands answer or refuse in words; the same log folds to the same register elsewhere."""
    for command in COMMANDS:
        result = force.world.run(*command, ok=False)
        assert "internal error" not in result.stderr, (command, result.stderr)
        said = result.stderr + result.stdout
        allowed = (6,) if tells(force.world, command, said) else (0, 2, 3, 4, 7)
        assert result.exit_code in allowed, (command, result.stderr)
    force.world.check()


@pytest.mark.parametrize("seed", range(4))
def test_e11_anything_at_all_from_insiders(force: Force, seed: int) -> None:
    """Hundreds of entries of every event: a verdict for each, the same everywhere, and nothing falls over."""
    assert attack(force, seed) > 10, "some of them count, or this attacks nothing"
    unharmed(force)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 60))
def test_e11_thousands_of_entries_from_insiders(force: Force, seed: int) -> None:
    """The same, over and over."""
    attack(force, seed)
    unharmed(force)
