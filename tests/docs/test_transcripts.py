"""What the documents show is what the commands say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.transcript import ROOT, Place, commands, words


@pytest.mark.parametrize("name", ["first-hour.md"])
def test_a_transcript_says_what_the_commands_say(name: str, tmp_path: Path) -> None:
    """Every command of the document answers as it is shown, on a machine with a fresh HOME."""
    place = Place(tmp_path)
    for command in commands((ROOT / "docs" / name).read_text()):
        assert words(command.said) == words(place.answer(command)), command.line


def test_a_transcript_that_lies_is_found(tmp_path: Path) -> None:
    """The comparison fails when a document shows another answer."""
    text = "```console\n$ echo one\ntwo\n```\n"
    (command,) = commands(text)
    assert words(command.said) != words(Place(tmp_path).answer(command))
