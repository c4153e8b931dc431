"""Who is told of a lost device, in which order."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, NoticeStep, Rule, read_notices
from vault.domain.strict import Reader

OWNERSHIPS = ("force", "personal")


@dataclass(frozen=True, slots=True)
class LostDevice:
    """The chain for devices of one ownership."""

    ownership: str
    steps: tuple[NoticeStep, ...]
    beyond_clause: bool
    decision: str


@dataclass(frozen=True, slots=True)
class LostDeviceChain(Rule):
    """Who is told of a lost device, in which order. The rotation itself never waits for a notice."""

    kind = "lost_device_chain"
    chains: tuple[LostDevice, ...]

    def for_ownership(self, ownership: str) -> LostDevice | None:
        """The chain for that ownership; None: the document does not say and nothing was chosen."""
        return next((chain for chain in self.chains if chain.ownership == ownership), None)


def _lost_device_chain(table: Reader, clause: str, known: Known) -> LostDeviceChain:
    chains = tuple(_lost_device(entry, known) for entry in table.tables("chains"))
    if len({chain.ownership for chain in chains}) != len(chains):
        table.refuse("names an ownership twice", "chains")
    return LostDeviceChain(clause, chains)


def _lost_device(table: Reader, known: Known) -> LostDevice:
    with table:
        return LostDevice(
            ownership=table.choice("ownership", OWNERSHIPS),
            steps=read_notices(table, "steps", known),
            beyond_clause=table.flag("beyond_clause"),
            decision=known.decision(table),
        )


LOST_DEVICE_CHAIN = Kind(LostDeviceChain, _lost_device_chain, once=True)
