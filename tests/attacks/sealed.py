"""Entries whose words somebody sealed as they liked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.attacks.conftest import Force
from tests.attacks.insider import AT, ident
from vault.store.shared import blob_name

PHONE = {"kind": "phone", "ownership": "personal", "screen_lock": "no"}
CLAIM = {"kind": "other", "occurred_at": AT}
ACCOUNT = {"platform": "x", "owner_kind": "main"}


def sealed(what: str, prefix: str, plain: bytes, event: str, /, **data: Any) -> Callable[[Force], int]:
    """An entry whose description is sealed right and holds something else."""

    def act(force: Force) -> int:
        insider = force.insider(force.hal if event in ("device.added", "claim.filed") else force.cal)
        subject = ident(prefix, "bad")
        blob = insider.sealed_words(what, subject, plain)
        given = {**data, "details": blob_name(blob)}
        if event == "device.added":
            given["person"] = insider.person
        return insider.say_all([(event, subject, given)], blobs=[blob])

    return act
