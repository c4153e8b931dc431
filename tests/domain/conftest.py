"""Every register that a domain test folds is folded a second time, by `audit.deep`, which shares no rule with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from audit.entry import GENESIS_PREV, Entry
from tests import second_opinion
from tests.domain.fold import Fold


@pytest.fixture(autouse=True)
def second_opinions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    scenes: list[Fold] = []
    made = Fold.__init__

    def remember(self: Fold, *given: object, **named: object) -> None:
        made(self, *given, **named)
        scenes.append(self)

    monkeypatch.setattr(Fold, "__init__", remember)
    yield
    for scene in scenes:
        second_opinion.same_log(
            Entry(n, GENESIS_PREV, f.time, f.keyset, f.event, f.subject, dict(f.data))
            for n, f in enumerate(scene.facts)
        )
