"""Catalogue E11: a policy document that was written to stop whoever reads it, chosen by an administrator gone bad."""

from __future__ import annotations

import re

import pytest

from tests.attacks.conftest import Force
from tests.attacks.insider import every_command_answers, void_reason
from vault.store import policy_text
from vault.store.shared import blob_name

SHIPPED = policy_text.text("avon_somerset")
HOSTILE = {
    "more digits than a number may have": SHIPPED + b"\nx = " + b"9" * 5_000,
    "lists without end": SHIPPED + b"\nx = " + b"[" * 5_000,
    "tables without end": SHIPPED + b"\nx = " + b"{a=" * 5_000,
    "no end to a period": re.sub(rb"(?<!schema)( = )[1-9]\d*\b(?!-)", rb"\g<1>999999999999999", SHIPPED),
    "not text": b"\xff\xfe" * 400,
}


@pytest.mark.parametrize("why", HOSTILE)
def test_e11_no_document_stops_an_honest_client(force: Force, why: str) -> None:
    """Whatever is in it: the installation's own file stands in, commands answer, work goes on, another is chosen."""
    ada, text = force.insider(force.world.vault), HOSTILE[why]
    said = {"profile": "avon_somerset", "document": blob_name(text)}
    assert void_reason(force.world, ada.say_all([("policy.chosen", "", said)], blobs=[text])) is None
    every_command_answers(force.world)
    assert force.world.run("rotation", "start", "x/NorfolkPolice", ok=False).exit_code == 0
    assert force.world.run("policy", "choose", "norfolk_suffolk", ok=False).exit_code in (0, 7)
