"""Vaults of each force, all of them checked from the log up when a test is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.world import World

Force = Callable[[str], World]


@pytest.fixture
def force(tmp_path: Path) -> Iterator[Force]:
    """Make a vault under the document of that name."""
    made: list[World] = []

    def make(profile: str) -> World:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(World(folder, profile=profile))
        return made[-1]

    yield make
    for world in made:
        world.check()


@pytest.fixture
def ns(force: Force) -> World:
    """A force under the Norfolk and Suffolk document."""
    return force("norfolk_suffolk")


@pytest.fixture
def wm(force: Force) -> World:
    """A force under the West Midlands policy and its guidance."""
    return force("west_midlands")


@pytest.fixture
def np(force: Force) -> World:
    """A force under the Northamptonshire document."""
    return force("northamptonshire")


@pytest.fixture
def av(force: Force) -> World:
    """A force under the Avon and Somerset document."""
    return force("avon_somerset")
