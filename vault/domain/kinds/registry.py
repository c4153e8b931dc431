"""Every kind of rule that a document may use, by name."""

from __future__ import annotations

from collections.abc import Mapping

from vault.domain.kinds import (
    administrator,
    approval_chain,
    changes,
    closing,
    lost_device,
    membership,
    own_devices,
    owner_kinds,
    password_changers,
    platforms_in_use,
    screen_lock,
    stop_use,
)
from vault.domain.kinds.base import Kind

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        approval_chain.APPROVAL_CHAIN,
        platforms_in_use.PLATFORMS_IN_USE,
        owner_kinds.OWNER_KINDS,
        password_changers.PASSWORD_CHANGERS,
        membership.ROTATE_ON_MEMBERSHIP_CHANGE,
        lost_device.LOST_DEVICE_CHAIN,
        own_devices.OWN_DEVICE_RECORD,
        screen_lock.SCREEN_LOCK_ATTESTATION,
        administrator.ACCOUNT_ADMINISTRATOR_REQUIRED,
        closing.CLOSE_CONSULTATION,
        changes.TELL_ON_CHANGE,
        stop_use.HOLD,
        stop_use.FREEZE,
    )
}
