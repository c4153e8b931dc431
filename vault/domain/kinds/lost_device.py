"""Who is told of a lost device, in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from vault.domain import evidence
from vault.domain.devices import OWNERSHIP
from vault.domain.events import Row
from vault.domain.kinds.base import Kind, Known, NoticeStep, Rule, read_notices
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import Outcome
from vault.domain.strict import Reader


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
            ownership=table.choice("ownership", OWNERSHIP),
            steps=read_notices(table, "steps", known),
            beyond_clause=table.flag("beyond_clause"),
            decision=known.decision(table),
        )


def assess(case: Case, rule: LostDeviceChain) -> Outcome:
    """Each lost device: everybody of its chain told, and in that order."""
    out = Outcome()
    devices = {row["id"]: row for row in case.reg.find("device")}
    notices: dict[int, dict[str, Row]] = defaultdict(dict)
    for row in case.reg.find("notice"):
        notices[row["cause"]][row["recipient"]] = row
    for cause in case.reg.find("cause", kind="device_lost"):
        chain = rule.for_ownership(devices[cause["device"]]["ownership"])
        if chain is None or not case.act(cause["seq"]):
            continue
        out.applied += 1
        _told(out, chain, cause, notices[cause["seq"]])
    return out


def _told(out: Outcome, chain: LostDevice, cause: Row, notices: Mapping[str, Row]) -> None:
    last = ""
    for step in chain.steps:
        told = [(recipient, notices.get(recipient, {}).get("told_at")) for recipient in step.recipients]
        for recipient, at in told:
            if at is None:
                words = f"{recipient} has not been told of the lost device"
                out.miss("not_told", cause["device"], words, step.clause, cause["seq"])
            elif at < last:
                words = f"{recipient} was told before those who come first"
                out.miss("told_out_of_order", cause["device"], words, step.clause, cause["seq"])
            else:
                out.show(cause["seq"], evidence.STATEMENT)
        last = max([last, *(at for _, at in told if at)])


LOST_DEVICE_CHAIN = Kind(LostDeviceChain, _lost_device_chain, assess, once=True, acts=True)
