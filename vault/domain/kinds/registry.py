"""Every kind of rule that a document may use, by name."""

from __future__ import annotations

from collections.abc import Mapping

from vault.domain.kinds import (
    account_form,
    administrator,
    approval_chain,
    apps,
    cap,
    changes,
    closing,
    custody,
    direct_messages,
    document_review,
    dormancy,
    lost_device,
    may_hold,
    membership,
    on_event,
    own_devices,
    owner_kinds,
    password_changers,
    platforms_in_use,
    post_required,
    published_list,
    record_required,
    registered_email,
    screen_lock,
    stand_in,
    stated,
    stop_use,
    temporary,
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
        record_required.RECORD_REQUIRED,
        cap.CAP,
        account_form.ACCOUNT_FORM,
        registered_email.REGISTERED_EMAIL,
        custody.CUSTODY,
        may_hold.MAY_HOLD,
        post_required.POST_REQUIRED,
        on_event.ON_EVENT,
        apps.APPS,
        stand_in.STAND_IN,
        direct_messages.DIRECT_MESSAGES,
        document_review.DOCUMENT_REVIEW,
        dormancy.DORMANCY,
        temporary.TEMPORARY_ACCOUNT,
        published_list.PUBLISHED_LIST,
        stated.STATED,
    )
}
