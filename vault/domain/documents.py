"""The policy documents that were chosen: the last one is in force, and its text is nobody's words."""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import voices
from vault.domain.events import Event, Fact, Register


def _choose(reg: Register, fact: Fact) -> None:
    reg.put("policy", seq=fact.seq, profile=fact.data["profile"], document=fact.data["document"])


def _two_to_choose(reg: Register, fact: Fact) -> bool:
    """Whoever changes the rules changes what the vault refuses: after the first, two administrators do."""
    return bool(reg.find("policy")) and not fact.confirmed and not voices.alone(reg, fact.keyset)


def texts(reg: Register) -> set[str]:
    """The texts that were chosen. They are public, so a member may have named one before, as words about somebody."""
    return {row["document"] for row in reg.find("policy")}


EVENTS = (
    Event(
        "policy.chosen",
        "",
        {"profile": e.code, "document": e.public},
        e.ADMINISTRATORS,
        _choose,
        confirm=_two_to_choose,
    ),
)
