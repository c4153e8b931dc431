"""The record of people who use devices of their own."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class OwnDeviceRecord(Rule):
    """Who keeps the record of people using their own devices; "no answer" and "none" differ."""

    kind = "own_device_record"
    keeper: str
    answer_required: bool


def _own_device_record(table: Reader, clause: str, _: Known) -> OwnDeviceRecord:
    return OwnDeviceRecord(clause, table.text("keeper"), table.flag("answer_required"))


OWN_DEVICE_RECORD = Kind(OwnDeviceRecord, _own_device_record, once=True)
