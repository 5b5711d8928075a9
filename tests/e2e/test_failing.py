"""When it keeps failing: a configuration with mistakes, and a program that ends again and again."""

import json
import os
import signal
import socket
import subprocess
import time

import numpy
import pytest

from hall import Hall
from place import PROGRAM, wait_for

GOOD = "[hall]\nname = Town Hall\n"
BAD = "[hall]\nname = Town Hall\nlanguages = xx\n[calls]\nchime = loud\n"
STAFF = (0.0, 0.6, 1.0, 1.0)  # the foot of the screen


class Service(Hall):
    """A hall as its service manager starts it, again and again, with the folders that it gives it."""

    def __init__(self, folder, broker, screen, sets=()):
        super().__init__(folder, broker, screen, sets)
        for name in ("state", "runtime"):
            (folder / name).mkdir()
        self.config = folder / "none.ini"
        self.errors = folder / "errors"
        self.told = []
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(folder / "notify"))
        self.manager.setblocking(False)

    def environment(self):
        return {**super().environment(), "STATE_DIRECTORY": str(self.folder / "state"),
                "RUNTIME_DIRECTORY": str(self.folder / "runtime"), "NOTIFY_SOCKET": str(self.folder / "notify"),
                "HALLCALL_IMPORT_ERRORS": str(self.errors)}

    def status_line(self):
        """What the service manager was told last."""
        try:
            while True:
                self.told += self.manager.recv(4096).decode().splitlines()
        except BlockingIOError:
            lines = [line.removeprefix("STATUS=") for line in self.told if line.startswith("STATUS=")]
            return lines[-1] if lines else ""

    def trouble(self):
        shown = self.trace("shown")
        return shown[-1]["trouble"] if shown else None

    def restart(self):
        """As the service manager does after an end; the trace begins anew."""
        self.trace_path.unlink(missing_ok=True)
        self.read_bytes, self.seen, self.told = 0, [], []
        self.start(ready=False)
        self.wait("ready", 20)
        return self

    def crash(self):
        """The process that is the hall dies, and the service manager says how."""
        self.process.send_signal(signal.SIGSEGV)
        assert self.process.wait() != 0
        self.process = None
        self.note_end("core-dump", "dumped", "SEGV")

    def note_end(self, result, code, status):
        """As the unit does, whether or not the hall came as far as to note its start."""
        subprocess.run([PROGRAM, "--ended"], check=True, timeout=10,
                       env={**self.environment(), "SERVICE_RESULT": result, "EXIT_CODE": code, "EXIT_STATUS": status})


@pytest.fixture
def service(tmp_path, broker, screen):
    halls = []

    def make(*sets):
        halls.append(Service(tmp_path, broker, screen, sets))
        return halls[-1]

    yield make
    for hall in halls:
        hall.stop()
        hall.manager.close()


def reads(screen, folder, *words):
    """Whether a person before the screen can read these in its lines for staff."""
    text = screen.read(folder, STAFF, scale=1)
    return all(word in text for word in words)


def config_told(publisher, member, value):
    """What the status says of the configuration, once it says this."""
    status = json.loads(publisher.received.get("hallcall/1/demo/display/e2e/state/status", b"{}"))
    told = status.get("config", {})
    return told if told.get(member) is value else None


def link_up(hall):
    return any(record["state"] == "up" for record in hall.trace("link"))


def test_a_configuration_with_mistakes(service, publisher, screen, tmp_path):
    """First with the program's own settings, later with the last good ones; the mistakes are on the screen until
    the file is put right, which needs no restart."""
    hall = service()
    hall.config.write_text(BAD)
    hall.restart()
    wait_for(lambda: "2 mistakes" in (hall.trouble() or ""), 10, "the screen says so")
    assert "the settings that the program brings are in use" in hall.trouble()
    wait_for(lambda: reads(screen, tmp_path, "not used", "languages", "chime", "expected"), 10, "and can be read")
    wait_for(lambda: "2 mistakes" in hall.status_line(), 10, "and so does the service manager")
    assert f"{hall.config}:5: [calls] chime" in hall.log()
    process = hall.process.pid
    hall.config.write_text(GOOD)
    wait_for(lambda: hall.trouble() == "", 20, "the lines are gone")
    wait_for(lambda: link_up(hall), 20, "the link is up")
    assert hall.process.pid == process and "beginning anew" in hall.log()
    publisher.send("hall/main/event", json.dumps({"ticket": "A107", "counter": "4"}))
    hall.wait("speak", 10, ticket="A107")
    hall.stop()
    hall.config.write_text(BAD)
    hall.restart()
    wait_for(lambda: "the last good configuration is in use" in (hall.trouble() or ""), 10, "the last good one")
    wait_for(lambda: link_up(hall), 20, "which knows the broker")
    told = wait_for(lambda: config_told(publisher, "well", False), 90, "a status")
    assert "2 mistakes" in told["reason"] and told["safe_mode"] is False


def test_a_theme_that_cannot_be_used_is_a_mistake(service, tmp_path):
    """Without colours there is no picture: the hall has those that it had before, and says why."""
    hall = service()
    theme = tmp_path / "ours.ini"
    hall.config.write_text(f"{GOOD}[display]\ntheme = {theme}\n")
    hall.restart()
    wait_for(lambda: "1 mistake" in (hall.trouble() or ""), 10, "the screen says so")
    assert str(theme) in hall.log()
    done = subprocess.run([PROGRAM, "run", "--config", hall.config], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 78 and str(theme) in done.stderr


def test_mistakes_of_the_boot_partition(service, screen, tmp_path):
    hall = service()
    hall.config.write_text(GOOD)
    hall.errors.write_text("hallcall.ini on the card was not accepted: 1 mistake. The display goes on.\n"
                           'hallcall.ini:7: [broker] url: "mqt://x": expected mqtt://host:port\n')
    hall.restart()
    wait_for(lambda: "was not accepted" in (hall.trouble() or ""), 10, "the screen says so")
    wait_for(lambda: reads(screen, tmp_path, "not accepted", "[broker] url", "expected"), 10, "with the line")
    hall.errors.unlink()
    wait_for(lambda: hall.trouble() == "", 10, "it is over")
    assert "beginning anew" not in hall.log(), "the same configuration is in use"
    hall.errors.write_text("again\n")
    hall.stop()
    hall.restart()
    wait_for(lambda: "again" in (hall.trouble() or ""), 10, "another one")
    hall.config.write_text("[hall]\nname = Library\n")
    hall.errors.unlink()
    wait_for(lambda: "beginning anew" in hall.log(), 10, "what has been taken over meanwhile is used")
    wait_for(lambda: hall.trouble() == "", 20, "without lines for staff")


def test_a_person_at_a_terminal_is_told_and_no_more(tmp_path):
    config = tmp_path / "bad.ini"
    config.write_text(BAD)
    clean = {k: v for k, v in os.environ.items() if k != "NOTIFY_SOCKET"}
    done = subprocess.run([PROGRAM, "run", "--config", config], capture_output=True, text=True, timeout=20, env=clean)
    assert done.returncode == 78 and done.stderr.count(f"{config}:") == 2


def test_safe_mode(service, publisher, screen, tmp_path):
    """Five crashes: without the site's theme, logo and layout, but with its calls."""
    hall = service("display.layout=list", "display.logo=/nowhere.png", "display.theme=day", "display.pulse=no")
    hall.config.write_text(GOOD)
    for number in range(5):
        hall.restart()
        assert hall.trouble() == "", f"start {number + 1} is a normal one"
        assert numpy.median(screen.picture()) > 128, "with the site's light theme"
        hall.crash()
    hall.restart()
    wait_for(lambda: "Safe mode" in (hall.trouble() or ""), 5, "the screen says so")
    wait_for(lambda: numpy.median(screen.picture()) < 128, 5, "in the theme that the program brings")
    reason = "ended 5 times within 10 minutes (last: signal SEGV)"
    assert reason in hall.trouble()
    assert f"safe mode: {reason}" in hall.log() and "the run before ended abnormally: signal SEGV" in hall.log()
    wait_for(lambda: f"SAFE MODE, {reason}" in hall.status_line(), 10, "the service manager knows")
    wait_for(lambda: link_up(hall), 20, "the link is up")
    publisher.send("hall/main/event", json.dumps({"ticket": "A107", "counter": "4"}))
    speak = hall.wait("speak", 10, ticket="A107")
    hall.wait("started", 20, serial=speak["serial"])
    wait_for(lambda: reads(screen, tmp_path, "Safe mode", "signal"), 10, "still there, under the call")
    told = wait_for(lambda: config_told(publisher, "safe_mode", True), 90, "a status")
    assert told == {"well": True, "reason": "", "safe_mode": True, "safe_mode_reason": reason}
    hall.stop()
    hall.restart()
    assert hall.trouble() == "", "whoever stops and starts it begins anew"


def test_ends_before_a_start_was_noted_count(service):
    """But those before the program was run at all do not: it would start no better without its settings."""
    hall = service()
    hall.config.write_text(GOOD)
    for _ in range(5):
        hall.note_end("exit-code", "exited", "208")
        hall.note_end("success", "exited", "0")
    hall.restart()
    assert hall.trouble() == ""
    hall.crash()
    for _ in range(4):
        hall.note_end("exit-code", "exited", "127")
    hall.restart()
    assert "Safe mode" in hall.trouble() and "exit code 127" in hall.trouble()


def boot_number():
    """This boot as the program knows it: the first 60 bits of the kernel's name for it."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return int(file.read().replace("-", "")[:15], 16)


def boot_ms():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000000


def remember(hall, *, running=0, reading=0, kind=0, safe_until=0, ends=()):
    """What a run before has left of itself."""
    numbers = [2, boot_number(), running, 0, reading, kind, boot_ms(), safe_until, 0, len(ends), *ends, *[0] * (5 - len(ends))]
    (hall.folder / "runtime/starts").write_text(" ".join(map(str, numbers)) + "\n")


@pytest.mark.slow
def test_safe_mode_ends_by_itself(service):
    hall = service()
    hall.config.write_text(GOOD)
    remember(hall, kind=2, safe_until=boot_ms() + 3000)
    hall.restart()
    assert "Safe mode" in hall.trace("shown")[0]["trouble"]
    process = hall.process.pid
    wait_for(lambda: hall.trouble() == "", 20, "its own settings are tried again")
    assert hall.process.pid == process and "safe mode is over" in hall.log()
    hall.crash()
    hall.restart()
    assert "Safe mode" in hall.trouble() and "again and again" in hall.trouble(), "one crash of the try is enough"


@pytest.mark.slow
def test_a_journal_that_kills_is_set_aside(service):
    """Only in safe mode, and only if the last run ended while it was read."""
    hall = service()
    hall.config.write_text(GOOD)
    hall.restart()
    hall.stop()
    journal = hall.folder / "state/journal.db"
    kept = hall.folder / "state/journal.db.damaged-1"
    assert journal.exists()
    now = boot_ms()
    remember(hall, running=1, reading=0, ends=[now] * 4)
    hall.restart()
    assert "Safe mode" in hall.trouble() and not kept.exists()
    hall.crash()
    remember(hall, running=1, reading=1, kind=2, safe_until=boot_ms() + 60000, ends=[now] * 5)
    hall.restart()
    assert kept.exists() and journal.exists() and "set aside" in hall.log()
