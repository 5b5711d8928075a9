"""The switch of nthfail.c, and a place in which a hall is started again and again."""

import ctypes
import mmap
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from hall import COMPLAINTS, Hall  # noqa: E402
from place import BUILD, PROGRAM, SANITIZED, SOURCE, Broker, Publisher, Screen, end, mono_us, wait_for  # noqa: E402, F401

LIBRARY = BUILD / "tests/nth/nthfail.so"
KINDS = ("alloc", "map", "open", "read", "write", "sync", "stat", "path", "lock", "socket", "connect", "talk",
         "resolve", "event", "poll", "spawn", "thread", "random")
SCOPES = ("any", "own")
ROLES = ("hall", "engine")
COUNTS = ctypes.c_uint64 * len(KINDS)
TRAIL_BYTES = 4096
SITE = "demo"
EVENT = "hall/main/event"


class Words(ctypes.Structure):
    """struct control of nthfail.c."""
    _fields_ = [("role", ctypes.c_uint64), ("kind", ctypes.c_uint64), ("scope", ctypes.c_uint64),
                ("first", ctypes.c_uint64), ("times", ctypes.c_uint64), ("failed", ctypes.c_uint64),
                ("counts", COUNTS * len(SCOPES)), ("trail", ctypes.c_char * TRAIL_BYTES),
                ("crash", ctypes.c_char * TRAIL_BYTES)]


def frames(text):
    """Who called whom: (object, offset, symbol), innermost first."""
    lines = (line.split(" ") for line in text.decode(errors="replace").splitlines())
    return [(pathlib.Path(words[0]).name, words[1], words[2]) for words in lines if len(words) == 3]


class Control:
    """Which call fails. The program under test maps the same file."""

    def __init__(self, path, role="hall"):
        self.path = path
        path.write_bytes(bytes(ctypes.sizeof(Words)))
        with open(path, "r+b") as file:
            self.words = Words.from_buffer(mmap.mmap(file.fileno(), 0))
        self.words.role = ROLES.index(role)

    def arm(self, kind, scope, first, times=1):
        """Counts anew; the calls from the first-th on fail, so many in a row."""
        self.words.first = 0
        ctypes.memset(self.words.counts, 0, ctypes.sizeof(self.words.counts))
        self.words.failed = 0
        self.words.trail = self.words.crash = b""
        self.words.kind, self.words.scope = KINDS.index(kind), SCOPES.index(scope)
        self.words.times, self.words.first = times, first

    def counts(self, scope):
        return dict(zip(KINDS, self.words.counts[SCOPES.index(scope)]))

    @property
    def failed(self):
        return self.words.failed

    def crash(self):
        """The library that a SIGSEGV happened in, as object:function; empty for the program itself."""
        for name, _, symbol in frames(self.words.crash):
            if not name.startswith("libc.so") and name != LIBRARY.name:
                return "" if name == PROGRAM.name else f"{name}:{symbol}"
        return ""

    def site(self):
        """The place in our code that led to it, as file:function:line; else the library's function."""
        trail = frames(self.words.trail)
        for name, offset, _ in trail:
            if name == PROGRAM.name:
                return source_place(offset)
        for name, _, symbol in trail:
            if not name.startswith("libc.so") and name != LIBRARY.name:
                return f"{re.sub(r'[.]so.*|-[0-9].*', '', name)}:{symbol}"
        return "?"


PLACES = {}


def source_place(offset):
    """Where a return address of the program is: it points behind the call."""
    if offset not in PLACES:
        words = subprocess.run(["addr2line", "-i", "-f", "-e", PROGRAM, hex(int(offset, 16) - 1)],
                               capture_output=True, text=True, check=True).stdout.split("\n")
        pairs = [pair for pair in zip(words[::2], words[1::2]) if "src/" in pair[1]] or [("?", "?:?")]
        function, (path, _, line) = pairs[0][0], pairs[0][1].partition(":")
        PLACES[offset] = f"{path[path.find('src/') + 4:]}:{function}:{line.split(' ')[0]}"
    return PLACES[offset]


class SweptHall(Hall):
    """A hall whose settings all stand in a file (a line that is lost is then seen), with a journal
    and the library preloaded."""

    def __init__(self, folder, place, control, journal=None):
        broker, screen = place.broker, place.screen
        super().__init__(folder, broker, screen)
        self.sets = []
        self.control = control
        if journal is not None:
            for path in journal.glob("journal.db*"):
                shutil.copy(path, folder)
        (folder / "none.ini").write_text(
            f"[broker]\nurl = {broker.url}\n[display]\nsite = {SITE}\nhall = main\nid = {place.name()}\npulse = no\n"
            f"theme_schedule = night\nlogo = {SOURCE}/docs/pictures/logo.png\n"
            f"[hall]\nname = Citizens' Office\nlanguages = en, uk\n[calls]\ngap_ms = 0\nhero_s = 60\nhighlight_s = 300\nlisted_min_s = 3600\n"
            f"[audio]\ndevice = hallsink\n[journal]\npath = {folder}/journal.db\n"
            f"[counter 3]\nnoun = room\nlabel = 33\n")

    def environment(self):
        return {**super().environment(), "LD_PRELOAD": str(LIBRARY), "NTHFAIL_CONTROL": str(self.control.path),
                "ASAN_OPTIONS": "verify_asan_link_order=0:detect_stack_use_after_return=1"}

    def told(self):
        """Lines of the log that somebody must look at, without their numbers."""
        lines = (line for line in self.log().splitlines() if not line.startswith("info: "))
        return [re.sub(r"\d+", "0", line) for line in lines]


class Place:
    """A broker, a screen and a queue system of one lane."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.broker = Broker(folder).start()
        self.screen = Screen(folder, 640, 360)
        self.publisher = Publisher(self.broker)
        self.number = 0

    def name(self):
        """Another display each time: a broker keeps what the one before has not taken."""
        return f"nth-{self.number}"

    def status_topic(self):
        return f"hallcall/1/{SITE}/display/{self.name()}/state/status"

    def hall(self, control, journal=None):
        self.number += 1
        folder = self.folder / f"run-{self.number}"
        folder.mkdir()
        return SweptHall(folder, self, control, journal)

    def stop(self):
        self.publisher.stop()
        self.screen.stop()
        self.broker.stop()
