"""The power is cut, again and again: at any moment of a call, of the silence after it, of starting. POWER_CUTS (20)."""

import itertools
import os
import random
import re
import time

import pytest

import image
import senses
from display import CONFIG, Display
from machine import Machine, layer, wait_for

pytestmark = pytest.mark.slow

CUTS = int(os.environ.get("POWER_CUTS", "20"))
SEED = int(os.environ.get("POWER_SEED", "1"))
CALLS = 3
SYNCED_S = 6  # the journal's two seconds, on a machine that is emulated
JOURNAL = "/var/lib/hallcall/journal.db"
FIGURES = "2347"      # enough for all tickets, and no O, I or B among letters


@pytest.fixture
def cut_machine(installed):
    folder = image.FOLDER / "cut"
    folder.mkdir(exist_ok=True)
    disk = layer(folder / "disk.qcow2", installed[0])
    machine = Machine(folder, image.FOLDER, disk, layer(folder / "boot.qcow2", image.FOLDER / "boot.raw", "raw"))
    yield machine
    machine.cut()


def whole(display, config):
    """Configuration, journal and file system are as they should be."""
    machine = display.machine
    assert machine.run(f"sha256sum {CONFIG}") == config
    assert machine.run(f"sqlite3 -readonly {JOURNAL} 'PRAGMA integrity_check'", 60) == "ok"
    assert not re.search(r"EXT4-fs error|Remounting filesystem read-only", machine.run("dmesg", 60))
    assert display.facts("NRestarts") == "0"


def rows(display):
    """The tickets of the board that the hall took over when it started."""
    return display.machine.run(f"sqlite3 -readonly {JOURNAL} 'SELECT ticket FROM row'", 60).split()


def test_power_cuts(cut_machine, pictures, capsys):
    """Each next start reaches the screen with its configuration, a whole journal, and each call that was older than
    what the journal takes to sync; the newest that was kept can be read on the screen. How many of all the last calls
    were kept is told."""
    chance, display, called, safe = random.Random(SEED), Display(cut_machine, pictures), [], []
    unused = ["".join(parts) for parts in itertools.product("AKR", FIGURES, FIGURES, FIGURES)]
    chance.shuffle(unused)
    config = None
    for cut in range(CUTS + 1):
        began = time.monotonic()
        cut_machine.on()
        display.wait_ready()
        config = config or cut_machine.run(f"sha256sum {CONFIG}")
        kept = [ticket for ticket in called if ticket in rows(display)]
        display.wait_sees("town hall")
        if kept:
            wait_for(lambda: senses.ticket(cut_machine.picture()) == kept[-1], 60, f"{kept[-1]} on the card")
        whole(display, config)
        assert set(safe) <= set(kept), f"{safe} were called {SYNCED_S} s before the cut; there are {kept}"
        with capsys.disabled():
            print(f"\nFIGURE start {cut}: screen after {time.monotonic() - began:.0f} s, configuration, journal and file "
                  f"system whole, {len(kept)} of {len(called)} last calls kept")
        if cut == CUTS:
            break
        called = [unused.pop() for _ in range(CALLS)]
        at = {}
        for number, ticket in enumerate(called, 1):
            display.call(ticket, str(number))
            at[ticket] = time.monotonic()
        time.sleep(chance.uniform(0, 12))
        safe = [ticket for ticket in called if time.monotonic() - at[ticket] >= SYNCED_S]
        cut_machine.cut()
