"""`keyholder report`: one file that stands alone, and a page that everybody can read."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.world import World
from vault.ops.leaving import leave

ROOT = Path(__file__).parents[2]
AXE = ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An account with a login and without, and somebody who has left with what they saw."""
    world = World(tmp_path)
    bob = world.person("Bob <b>Stone</b>", "2001")
    main = world.account("x/NorfolkPolice", password="first")
    world.account("x/NorfolkRural")
    world.grant(main, bob)
    world.seen(main, bob)
    leave(world.vault, person=bob)
    return world


def written(world: World, *more: str) -> str:
    """The page as it lies on the disk."""
    path = world.folder / "report.html"
    world.run("report", str(path), *more)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return path.read_text(encoding="utf-8")


class Page(HTMLParser):
    """What is in a page: elements, ids, and every address that it would fetch."""

    VOID = frozenset({"meta", "br", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.names: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        assert self.open == [], "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.names.append(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found[name] or "" for name in ("src", "href", "xlink:href", "action") if name in found]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_one_file_that_stands_alone(world: World) -> None:
    """Well formed, no script, nothing fetched from anywhere; every link leads to a heading of the page."""
    text = written(world, "--names")
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "form", "object"} & set(page.names)
    assert page.links
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert len(set(page.ids)) == len(page.ids)
    assert "url(" not in text
    assert "@import" not in text


def test_names_only_on_request_and_never_as_markup(world: World) -> None:
    """Without --names nobody is named; with it a name is text, whatever it looks like."""
    assert "Stone" not in written(world)
    text = written(world, "--names")
    assert "Bob &lt;b&gt;Stone&lt;/b&gt;" in text
    assert "<b>Stone" not in text


def test_what_is_said_of_it(world: World) -> None:
    """The answer counts breaches; the file of the last time is replaced; a folder that is not there is said."""
    path = world.folder / "report.html"
    said = json.loads(world.run("report", str(path), "--format", "json").stdout)
    assert said["clauses_not_met"] > 0
    first = path.read_text()
    world.account("x/NorfolkMore")
    world.run("report", str(path))
    assert path.read_text() != first
    result = world.run("report", str(world.folder / "no" / "r.html"), ok=False)
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_as_it_was(world: World) -> None:
    """A report of an earlier moment is made from the log, and says the entry."""
    early = world.vault.follower.size
    world.account("x/NorfolkMore")
    text = written(world, "--as-of", str(early - 1))
    assert f"entry {early - 1:,} of the log" in text
    assert "NorfolkMore" not in text


def test_nothing_to_tell(tmp_path: Path) -> None:
    """An empty register makes a page, too, and says that there is nothing."""
    text = written(World(tmp_path, profile="west_midlands"))
    assert "Nothing is to be changed." in text
    assert "asks for no training" in text
    assert "Guidance only" in text


@pytest.mark.skipif(CHROMIUM is None or not AXE.exists(), reason="needs chromium and axe-core: make browser")
@pytest.mark.parametrize("profile", ["norfolk_suffolk", "west_midlands"])
def test_axe_finds_nothing(tmp_path: Path, profile: str) -> None:
    """WCAG 2.2 A and AA, as far as axe-core can judge it, in a real browser."""
    world = World(tmp_path, profile=profile)
    bob = world.person("Bob Stone", "2001")
    main = world.account("x/NorfolkPolice", password="first")
    world.grant(main, bob)
    world.seen(main, bob)
    leave(world.vault, person=bob)
    assert problems(tmp_path, written(world, "--names")) == []


@pytest.mark.skipif(CHROMIUM is None or not AXE.exists(), reason="needs chromium and axe-core: make browser")
def test_axe_finds_what_is_wrong(world: World) -> None:
    """The control: pale text on white is found."""
    text = written(world).replace("color: var(--soft)", "color: #dddddd")
    assert "color-contrast" in problems(world.folder, text)


def problems(folder: Path, text: str) -> list[str]:
    """The rules that axe-core finds broken."""
    run = (
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        ".then(r => { document.title = 'axe:' + JSON.stringify(r.violations.map(v => v.id)) })"
    )
    path = folder / "axe.html"
    path.write_text(
        text.replace("</body>", f"<script>{AXE.read_text()}</script><script>{run}</script></body>")
    )
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={folder / 'chromium'}", "--virtual-time-budget=20000"]
    shown = subprocess.run(
        [*command, "--dump-dom", path.as_uri()], capture_output=True, text=True, timeout=120, check=True
    ).stdout
    match = re.search(r"<title>axe:(\[.*?\])</title>", shown)
    assert match, "axe did not finish"
    return list(json.loads(match.group(1)))


def test_only_a_report_is_replaced(world: World) -> None:
    """A second report replaces the first; a spreadsheet of that name stays, and so does what is no file."""
    assert written(world) == written(world)
    other = world.folder / "accounts.csv"
    other.write_text("platform,handle")
    assert world.run("report", str(other), ok=False).exit_code == 2
    assert other.read_text() == "platform,handle"
    assert world.run("report", "-", ok=False).exit_code == 2
    assert not Path("-").exists()


def test_the_entry_is_one_that_the_log_has(world: World) -> None:
    """As `audit show` counts: the newest entry now, and the one that was looked back to."""
    newest = world.vault.follower.size - 1
    answer = world.run("report", str(world.folder / "report.html"), "--format", "json").stdout
    assert json.loads(answer)["as_of_entry"] == newest
    text = written(world)
    assert f"entry {newest} of the log" in text
    assert f"the verified log up to entry {newest};" in text
    assert "entry 9 of the log" in written(world, "--as-of", "9")
