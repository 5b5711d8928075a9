"""The maintainer scripts, run in a folder in place of a machine (DPKG_ROOT): what of a display's files they replace and
remove. dpkg's own order of them is told by test_lifecycle.py."""

import os
import pathlib
import subprocess

import pytest

SOURCE = pathlib.Path(os.environ.get("HALLCALL_SOURCE", pathlib.Path(__file__).parents[2])).resolve()
BUILD = pathlib.Path(os.environ.get("HALLCALL_BUILD", SOURCE / "build")).resolve()
SECRET = "password = geheim\n"


class Display:
    """Folders of a display, and what dpkg does to them."""

    def __init__(self, folder):
        self.folder = folder
        self.etc = folder / "etc/hallcall"
        self.config = self.etc / "hallcall.ini"
        self.etc.mkdir(parents=True)

    def script(self, name, *words):
        done = subprocess.run(["sh", SOURCE / f"debian/hallcall.{name}", *words], capture_output=True, text=True, timeout=30,
                              env={"PATH": os.environ["PATH"], "DPKG_ROOT": str(self.folder)})
        assert (done.returncode, done.stderr) == (0, ""), done.stderr

    def unpack(self, default):
        path = self.folder / "usr/share/hallcall/hallcall.ini"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(default)

    def upgrade(self, default, meanwhile=lambda: None):
        """To a version of another default; something may happen between unpacking and configuring."""
        self.script("preinst", "upgrade", "1")
        self.unpack(default)
        meanwhile()
        self.script("postinst", "configure", "1")

    def left(self):
        return sorted(path.name for path in self.etc.iterdir())


@pytest.fixture
def display(tmp_path):
    made = Display(tmp_path)
    made.unpack("# one\n")
    made.script("postinst", "configure")
    assert made.config.read_text() == "# one\n"
    return made


def test_a_new_default_replaces_an_old_one(display):
    display.upgrade("# two\n")
    assert display.config.read_text() == "# two\n" and display.left() == ["hallcall.ini"]
    display.upgrade("# three\n")
    assert display.config.read_text() == "# three\n"


def test_what_was_edited_stays(display):
    display.config.write_text("# edited\n")
    display.upgrade("# two\n")
    assert display.config.read_text() == "# edited\n" and display.left() == ["hallcall.ini"]


def test_what_is_edited_during_the_upgrade_stays(display):
    """On a card unpacking takes minutes, and somebody may be at work on the display."""
    display.upgrade("# two\n", lambda: display.config.write_text("# edited\n"))
    assert display.config.read_text() == "# edited\n" and display.left() == ["hallcall.ini"]


def test_an_upgrade_that_was_cut_off_is_taken_up_again(display):
    display.script("preinst", "upgrade", "1")
    display.unpack("# two\n")  # the power goes; dpkg --configure -a at the next start
    display.script("postinst", "configure", "1")
    assert display.config.read_text() == "# two\n" and display.left() == ["hallcall.ini"]


def test_an_upgrade_that_fails_leaves_nothing(display):
    display.script("preinst", "upgrade", "1")
    display.script("postinst", "abort-upgrade", "2")
    assert display.config.read_text() == "# one\n" and display.left() == ["hallcall.ini"]


def test_a_configuration_that_was_removed_comes_back(display):
    display.config.unlink()
    display.upgrade("# two\n")
    assert display.config.read_text() == "# two\n"


def test_purge_removes_what_was_imported_and_leaves_what_staff_brought(display, tmp_path):
    """With the importer itself: its password and key go, and those that they replaced."""
    boot = tmp_path / "boot/firmware"
    boot.mkdir(parents=True)
    (boot / "hallcall.ini").write_text("[broker]\nusername = d\n" + SECRET + "[display]\nid = screen-8\nlogo = logo.png\n")
    (boot / "logo.png").write_bytes((SOURCE / "docs/pictures/logo.png").read_bytes())
    for name in ("password", "clip.wav", "by-hand.key"):
        (display.etc / name).write_text("of staff\n")
    state = tmp_path / "var/lib/hallcall-import"
    state.parent.mkdir(parents=True)
    done = subprocess.run([BUILD / "hallcall", "import", "--from", boot, "--to", display.etc, "--secrets", "move"], timeout=30,
                          env={"STATE_DIRECTORY": str(state), "RUNTIME_DIRECTORY": str(tmp_path / "run")}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # The list has the paths of a machine, which here is a folder.
    (state / "installed").write_text((state / "installed").read_text().replace(str(tmp_path), ""))
    assert display.left() == ["by-hand.key", "clip.wav", "hallcall.ini", "hallcall.ini.old", "logo.png", "password", "password.old"]
    for action in ("remove", "upgrade", "abort-install"):
        display.script("postrm", action)
    assert "password" in display.left() and (state / "installed").exists()
    display.script("postrm", "purge")
    assert display.left() == ["by-hand.key", "clip.wav"]
    assert not state.exists()


def test_purge_without_an_import(display):
    (display.etc / "password").write_text("of staff\n")
    display.script("postrm", "purge")
    assert display.left() == ["password"]
    (display.etc / "password").unlink()
    display.script("postrm", "purge")
    assert not display.etc.exists()
