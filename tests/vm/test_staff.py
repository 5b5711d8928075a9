"""What staff meet on the screen: why the broker is not reached, the file on the boot partition and its mistakes, safe
mode, closed hours. Real screens of a real service; the words themselves are tested elsewhere."""

import re

import pytest

import senses
from display import CONFIG
from machine import wait_for

pytestmark = pytest.mark.slow

BOOT = "/boot/firmware"
REPORT = f"{BOOT}/hallcall-import.txt"
SECRET = "only-here-may-it-stand"
GOOD = ("[broker]\nurl = mqtt://127.0.0.1:1883\nusername = screen-7\npassword = {secret}\n"
        "[display]\nsite = townhall\nhall = main\nid = screen-7\n[hall]\nname = Registry\n")
CRASHES = 5


def boot_file(display, text):
    """Puts the file onto the boot partition, as a laptop's editor would write it, and starts the display again."""
    display.machine.run(f"rm -f {BOOT}/*")
    display.machine.put(f"{BOOT}/hallcall.ini", text)
    display.machine.run("sync")
    display.restart()


@pytest.fixture
def boot_partition(display):
    yield display
    display.machine.run(f"rm -f {BOOT}/hallcall* /etc/hallcall/password /run/hallcall-import/*; sync")


def test_start_screen_says_why(display):
    """The broker is not there: its name, the reason, the addresses and the display's own name are on the screen."""
    display.configure(broker={"url": "mqtt://127.0.0.1:1884"})
    display.forget()
    display.restart(linked=False)
    seen = display.wait_sees("screen-1", "127.0.0.1:1884", "refuses the connection", keep="start-screen")
    assert "10.0.2.15" in seen and "hall-display" in seen, seen
    display.configure()
    display.restart()
    seen = display.wait_sees("town hall", "welcome", keep="waiting")
    assert "10.0.2.15" not in seen, "with the first connection it is gone"


def test_boot_file_is_taken_over(boot_partition):
    """Windows' own way of writing it: CRLF and a byte order mark. The secret leaves the card."""
    machine = boot_partition.machine
    boot_file(boot_partition, b"\xef\xbb\xbf" + GOOD.format(secret=SECRET).replace("\n", "\r\n").encode())
    boot_partition.wait_sees("registry")
    assert "id = screen-7" in machine.run(f"cat {CONFIG}").replace("  ", " ")
    assert SECRET not in machine.run(f"cat {BOOT}/*")
    assert machine.ask(f"sync; grep -qa {SECRET} /dev/vdb")[0] == 1, "nor in what is left of it on the partition"
    mode, owner = machine.run("stat -c '%a %U:%G' /etc/hallcall/password").split()
    assert (mode, owner) in (("640", "root:hallcall"), ("600", "hallcall:hallcall")), (mode, owner)
    assert machine.run("cat /etc/hallcall/password") == SECRET
    assert re.search(r"hallcall\.ini", machine.run(f"cat {REPORT}"))


def test_boot_file_is_taken_over_at_boot(boot_partition):
    machine = boot_partition.machine
    machine.put(f"{BOOT}/hallcall.ini", GOOD.format(secret=SECRET))
    machine.run("sync")
    machine.off()
    machine.on()
    boot_partition.wait_ready()
    boot_partition.wait_sees("registry")
    assert SECRET not in machine.run(f"cat {BOOT}/*")


def test_boot_file_with_a_mistake(boot_partition):
    """The hall goes on with what it had, and says on the screen which line is wrong."""
    machine = boot_partition.machine
    before = machine.run(f"cat {CONFIG}")
    boot_file(boot_partition, "[broker]\nurl = mqtt://127.0.0.1:1883\n[display]\nsite = townhall\noutputt = HDMI-1\n")
    boot_partition.wait_sees("town hall", "hallcall.ini:5", "outputt", keep="boot-error")
    assert machine.run(f"cat {CONFIG}") == before
    assert "5" in machine.run(f"cat {REPORT}") and "outputt" in machine.run(f"cat {REPORT}")
    machine.put(f"{BOOT}/hallcall.ini", "[hall]\nname = Registry\n[display]\nsite = townhall\n")
    boot_partition.restart()
    seen = boot_partition.wait_sees("registry")
    assert "outputt" not in seen


def test_safe_mode_after_crashes(display):
    """Five abnormal ends: it calls with what it brings itself, and says so to staff."""
    machine = display.machine
    for crash in range(CRASHES):
        # A process that has not come so far as to note its own start is not counted.
        display.wait_ready()
        pid = display.pid()
        machine.run(f"kill -SEGV {pid}")
        wait_for(lambda: display.pid() not in (0, pid), 60, f"a new process after crash {crash + 1}")
    display.wait_status("SAFE MODE", 300)
    display.call("C303", "7")
    display.wait_sees("ended 5 times", "c303", keep="safe-mode")
    machine.run("systemctl restart hallcall", 300)
    wait_for(lambda: "SAFE MODE" not in display.facts("StatusText"), 60, "somebody has put it right")


def test_closed_hours_are_black_until_a_call(display):
    """Black by the timetable, and a call wakes it."""
    display.configure(display={"off_schedule": "00:00-12:00, 12:00-24:00", "clock": "always"}, calls={"listed_min_s": 10})
    display.restart()
    wait_for(lambda: senses.black(display.machine.picture()), 240, "the screen is black")
    assert "black by its timetable" in display.facts("StatusText")
    display.call("D404")
    display.wait_sees("d404")
    assert "black by its timetable" not in display.facts("StatusText")


def test_mode_is_forced(display):
    """A mode of the monitor's list, and one that it does not have."""
    modes = display.machine.run("cat /sys/class/drm/card0-Virtual-1/modes").split()
    assert "1024x768" in modes, modes
    display.configure(display={"mode": "1024x768"})
    display.restart()
    display.wait_status("screen 1024x768")
    wait_for(lambda: display.machine.picture().size == (1024, 768), 60, "the picture has the mode's size")
    display.wait_sees("town hall")
    display.configure(display={"mode": "1234x567"})
    display.restart()
    display.wait_status("screen 1280x720")
    said = display.machine.run("journalctl -u hallcall -b -n 60 --no-pager")
    assert "1234x567" in said, said
