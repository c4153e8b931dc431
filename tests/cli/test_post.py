"""`keyholder post`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.world import World


def test_posts_are_given_and_ended(tmp_path: Path) -> None:
    """For an account, for a team, for everything; back-dated; an unknown post is taken and said."""
    world = World(tmp_path)
    world.account("x/NorfolkPolice")
    world.run("team", "add", "Roads")
    world.run(
        "post", "give", "1815", "account_administrator", "--for", "x/NorfolkPolice", "--since", "1/9/2026"
    )
    world.run("post", "give", "1815", "line_manager", "--for", "Roads")
    world.run("post", "give", "1815", "head_of_department")
    shown = json.loads(world.run("person", "show", "1815", "--format", "json").stdout)["posts"]
    assert shown[0].startswith("account_administrator ")
    assert shown[0].endswith("since 2026-09-01")
    assert shown[1] == "line_manager Roads since 2026-11-02"
    assert shown[2] == "head_of_department since 2026-11-02"
    assert "names no post mascot" in world.run("post", "give", "1815", "mascot").stderr
    world.run("post", "end", "1815", "line_manager", "--for", "Roads", "--until", "today")
    assert world.run("post", "end", "1815", "line_manager", ok=False).exit_code == 4
    assert world.run("post", "give", "1815", "line_manager", "--for", "Rods", ok=False).exit_code == 3
    world.check()


def test_what_ends_began_before(tmp_path: Path) -> None:
    """A post or a membership does not end before the day since which it is held."""
    world = World(tmp_path)
    world.person("Bob Stone", "2001")
    world.run("team", "add", "Dogs")
    world.run("post", "give", "2001", "line_manager", "--since", "1/10/2026")
    world.run("team", "join", "Dogs", "2001", "--since", "1/10/2026")
    for words in (("post", "end", "2001", "line_manager"), ("team", "leave", "Dogs", "2001")):
        refused = world.run(*words, "--until", "30/9/2026", ok=False)
        assert refused.exit_code == 2
        assert "on record since 2026-10-01" in refused.stderr
        world.run(*words, "--until", "1/10/2026")
    world.check()
