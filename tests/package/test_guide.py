"""docs/install.md is followed in the virtual machine as it is written: its commands against what tests/vm gives. No machine
is started here."""

import re
import sys
import types

import pytest

from test_package import SOURCE

sys.path.insert(0, str(SOURCE / "tests/vm"))
import display  # noqa: E402
import guide  # noqa: E402
import image  # noqa: E402

MARK = "cd /root\n"


class Recorder:
    """A machine that does nothing and remembers what it was told."""

    def __init__(self, folder):
        self.folder = folder
        self.given = []

    def plug_stick(self, path):
        pass

    def ask(self, command, seconds=30):
        return 0, "disabled\n"

    def run(self, command, seconds=30):
        self.given.append(command)
        return "active"


@pytest.fixture
def recorder(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(image, "fat_disk", lambda *words, **more: tmp_path)
    monkeypatch.setattr(display.Display, "wait_ready", lambda self: seen.append("ready"))
    monkeypatch.setattr(display.Display, "wait_sees", lambda self, *words, keep: seen.append(keep))
    made = Recorder(tmp_path)
    made.said = display.follow_the_guide(made, types.SimpleNamespace(name="hallcall.deb"), tmp_path)
    made.seen = seen
    return made


def test_every_command_of_the_guide_is_given_as_it_stands(recorder):
    given = [line.removeprefix(MARK).removesuffix(" <<<y") for line in recorder.given if line.startswith(MARK)]
    wanted = [command for command in guide.commands() if command not in guide.EXCEPTIONS]
    assert [command for command in given if command in wanted] == wanted
    assert [command for command in given if command not in wanted] == [guide.EDITED]
    assert recorder.said.count("$ ") == len(given)
    assert recorder.seen == ["ready", "waiting", "first-call"]


def test_nothing_is_excepted_that_is_not_in_the_guide():
    commands = guide.commands()
    assert len(commands) >= 9 and len(set(commands)) == len(commands)
    assert [command for command in guide.EXCEPTIONS if command not in commands] == []
    assert [command for command in display.SEEN if command not in guide.steps()] == []
    assert all(reason for reason, _ in guide.EXCEPTIONS.values())


def test_commands_are_for_whoever_sits_there():
    """An ordinary user reads neither the password nor a configuration from the boot partition (0640, group hallcall)."""
    assert [command for command in guide.commands() if command.startswith("hallcall ")] == []
    assert "sudo -u hallcall hallcall check" in guide.steps() and "sudo -u hallcall hallcall call A107 4" in guide.steps()


def test_the_package_is_called_as_it_is_built():
    version = re.match(r"hallcall \(([^)]+)\)", (SOURCE / "debian/changelog").read_text())[1]
    assert f"sudo apt install ./hallcall_{version}_amd64.deb" in guide.steps()


def test_the_check_of_the_guide_is_read():
    """What the machine's check is compared with is what the guide prints; and it can differ."""
    check = re.search(r"^```\n(ok .*?)^```", guide.PAGE.read_text(), re.M | re.S)[1]
    assert guide.verdicts(check) == {"board": "WARNING"}
    assert guide.verdicts(check.replace("ok       display", "PROBLEM  display")) == {"board": "WARNING", "display": "PROBLEM"}
