"""The package in a fresh Debian: installed, upgraded, removed, purged. One story, told in the order of the tests."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

from debian_root import DebianRoot, make_base

SOURCE = pathlib.Path(os.environ.get("HALLCALL_SOURCE", pathlib.Path(__file__).parents[2])).resolve()
BUILD = pathlib.Path(os.environ.get("HALLCALL_BUILD", SOURCE / "build")).resolve()
CONFIG = "/etc/hallcall/hallcall.ini"
DEFAULT = "/usr/share/hallcall/hallcall.ini"
BOOT = "/boot/firmware/hallcall.ini"
STATE = ("/var/lib/hallcall/last-good.ini", "/var/lib/hallcall/journal.db", "/var/lib/hallcall/speech/words.wav", "/var/cache/hallcall/fontconfig/faces")
WANTED_BY = "/etc/systemd/system/multi-user.target.wants/hallcall.service"
LINTIAN_EXCUSED = {"initial-upload-closes-no-bugs"}

pytestmark = pytest.mark.slow


def built(pattern):
    found = list((SOURCE / "build/deb").glob(pattern))
    assert len(found) == 1, f"make deb builds one {pattern}: {found}"
    return found[0]


@pytest.fixture(scope="module")
def package():
    architecture = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout
    return built(f"hallcall_*_{architecture.strip()}.deb")


@pytest.fixture(scope="module")
def newer(package):
    """A function that makes the same package with a higher version and another configuration by default."""
    def make(step, default):
        folder = BUILD / "package" / f"step-{step}"
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["dpkg-deb", "-R", package, folder], check=True)
        control = folder / "DEBIAN/control"
        control.write_text(re.sub(r"^Version: (.*)$", rf"Version: \1+step{step}", control.read_text(), flags=re.M))
        (folder / DEFAULT.lstrip("/")).write_text(default)
        file = BUILD / "package" / f"hallcall-step-{step}.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", folder, file], check=True, capture_output=True)
        return file
    return make


@pytest.fixture(scope="module")
def root():
    given = os.environ.get("PACKAGE_ROOT")
    base = pathlib.Path(given) if given else make_base(BUILD / "package/base")
    tree = DebianRoot(base, BUILD / "package/root")
    assert not tree.named("hallcall")
    yield tree
    shutil.rmtree(tree.folder)


def test_lintian(package, capsys):
    changes = built(package.stem + ".changes")
    done = subprocess.run(["lintian", "--no-tag-display-limit", "--allow-root", changes], capture_output=True, text=True,
                          timeout=300)
    found = re.findall(r"^([EW]): \S+: (\S+)", done.stdout, re.M)
    with capsys.disabled():
        print(f"\nFIGURE lintian: {len(found)} errors and warnings {sorted(tag for _, tag in found)}")
    assert "hallcall" not in done.stderr, done.stderr
    assert {tag for _, tag in found} <= LINTIAN_EXCUSED, done.stdout


def test_files_of_the_package(package):
    """Everything is root's, nothing can be written by others, and programs alone can be run."""
    done = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True, check=True)
    programs = set()
    for line in done.stdout.splitlines():
        mode, owner, *_, name = line.split()
        assert owner == "root/root", line
        assert mode in ("drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x"), line
        if mode == "-rwxr-xr-x":
            programs.add(name.lstrip("."))
    assert programs == {"/usr/bin/hallcall"}


def test_installed(root, package, capsys):
    root.install(package)
    size = root.run("dpkg-query", "-W", "-f", "${Installed-Size}", "hallcall").stdout
    with capsys.disabled():
        print(f"\nFIGURE package: {package.stat().st_size} bytes, installed {size} KiB")
    assert root.path(CONFIG).read_bytes() == (SOURCE / "config/hallcall.ini").read_bytes()
    share = root.path("/usr/share/hallcall")
    for folder, source, pattern in (("languages", "config/languages", "*.ini"), ("themes", "config/themes", "*.ini"),
                                    ("sites", "config/sites", "*.ini"), ("sounds", "sounds", "*.score"),
                                    ("fonts", "fonts", "*.ini")):
        ours = {path.name: path.read_bytes() for path in (SOURCE / source).glob(pattern)}
        assert ours and {path.name: path.read_bytes() for path in (share / folder).iterdir()} == ours
    for page in ("man1/hallcall.1", "man5/hallcall.ini.5", "man7/hallcall-mqtt.7"):
        # A small Debian may be told to leave manuals out.
        assert f"/usr/share/man/{page}.gz" in root.run("dpkg", "-L", "hallcall").stdout.split()
    assert root.run("dpkg-query", "-W", "-f", "${Conffiles}", "hallcall").stdout == "", "dpkg never asks about it"
    for folder in ("examples", "broker"):  # as they are: nothing to unpack
        ours = {path.name: path.read_bytes() for path in (SOURCE / "deploy" / folder).iterdir()}
        assert {path.name: path.read_bytes() for path in root.path(f"/usr/share/doc/hallcall/{folder}").iterdir()} == ours


def test_user_has_just_its_groups(root):
    name, _, uid, _, _, home, shell = root.run("getent", "passwd", "hallcall").stdout.strip().split(":")
    assert (name, home, shell) == ("hallcall", "/var/lib/hallcall", "/usr/sbin/nologin") and 0 < int(uid) < 1000
    assert set(root.run("id", "-Gn", "hallcall").stdout.split()) == {"hallcall", "video", "render", "audio", "input"}
    assert root.run("passwd", "-S", "hallcall").stdout.split()[1] == "L", "nobody logs in as it"


def test_nothing_is_enabled(root):
    """A desktop on which it is installed keeps its screen and its tty1."""
    links = [path for folder in ("etc/systemd/system", "etc/systemd/user") for path in root.path(folder).rglob("hallcall*")]
    assert links == []


def test_units_in_their_place(root):
    assert root.run("systemd-analyze", "verify", "--man=no", "hallcall.service").stderr == ""
    unit = root.run("systemctl", "cat", "hallcall.service", check=False)
    units = {path for path in root.named("hallcall") if path.endswith(".service")}
    assert {path.removeprefix("/usr").replace("/lib/systemd/", "") for path in units} == \
        {"system/hallcall.service", "system/hallcall-import.service", "user/hallcall-desktop.service"}, unit.stderr
    assert root.run("systemd-analyze", "verify", "--man=no", "hallcall-import.service").stderr == ""


def test_libraries_are_there(root):
    """Those that are linked, and those that SDL opens by name for a screen without X11."""
    linked = root.run("ldd", "/usr/bin/hallcall").stdout
    assert "libSDL2" in linked and "not found" not in linked
    libraries = {path.name for path in root.path("/usr/lib").glob("*-linux-gnu/lib*.so*")}
    assert {"libEGL.so.1", "libGLESv2.so.2", "libgbm.so.1", "libdrm.so.2"} <= libraries
    drivers = {path.name for path in root.path("/usr/lib").glob("*-linux-gnu/dri/*.so")}
    assert {"swrast_dri.so", "virtio_gpu_dri.so"} <= drivers


def test_it_draws_and_speaks_as_its_user(root, tmp_path):
    """The same picture as from the source tree, pixel by pixel, and a call, with nothing but what the package brings."""
    view = SOURCE / "docs/pictures/hall.json"
    subprocess.run([BUILD / "hallcall", "render", view, "--config", "/dev/null", "--output", tmp_path / "hall.png"],
                   check=True)
    root.run("hallcall", "render", root.put(view), "--output", "/tmp/hall.png", user="hallcall")
    assert root.path("/tmp/hall.png").read_bytes() == (tmp_path / "hall.png").read_bytes()
    root.run("hallcall", "speak", "A107", "--counter", "4", "--output", "/tmp/call.wav", user="hallcall")
    assert root.path("/tmp/call.wav").stat().st_size > 2 * 48000 * 4, "two seconds of 48 kHz stereo at least"
    done = root.run("hallcall", "check", "--set", "audio.device=none", user="hallcall", check=False)
    assert re.search(r"^ok +configuration", done.stdout, re.M), done.stdout


def test_upgrade_brings_a_new_default(root, newer):
    root.run("systemctl", "enable", "hallcall.service")
    assert root.path(WANTED_BY).is_symlink()
    root.install(newer(1, "# one\n"))
    assert root.path(CONFIG).read_text() == "# one\n"


def test_upgrade_keeps_what_was_edited(root, newer):
    root.path(CONFIG).write_text("# edited\n[display]\nid = screen-7\n")
    root.install(newer(2, "# one\n"))
    root.install(newer(3, "# three\n"))  # another default: it asks nothing, standard input is empty
    assert root.path(CONFIG).read_text() == "# edited\n[display]\nid = screen-7\n"
    assert root.path(DEFAULT).read_text() == "# three\n", "to compare"
    assert root.path(WANTED_BY).is_symlink(), "a service that was enabled stays so"


def owner(root, name):
    return root.run("stat", "-c", "%U:%G %a", name).stdout.strip()


def test_import_from_the_boot_partition(root):
    root.path(BOOT).parent.mkdir(parents=True)
    root.path(BOOT).write_bytes(b"[broker]\r\nusername = d\r\npassword = geheim\r\n[display]\r\nid = screen-8\r\n")
    root.run("hallcall", "import", "--secrets", "move")
    assert {name: owner(root, name) for name in (CONFIG, "/etc/hallcall/password")} == \
        {CONFIG: "root:hallcall 640", "/etc/hallcall/password": "root:hallcall 640"}
    assert "id = screen-8" in root.path(CONFIG).read_text() and b"geheim" not in root.path(BOOT).read_bytes()
    assert root.path(CONFIG + ".old").read_text().startswith("# edited")
    shown = root.run("hallcall", "config", "--show", user="hallcall").stdout
    assert "id = screen-8" in shown and "password_file = /etc/hallcall/password" in shown


def test_import_with_what_the_service_allows(root):
    """Root without a capability, as the unit starts it: it owns what it writes, and nothing more is needed."""
    root.path(BOOT).write_text(root.path(BOOT).read_text().replace("screen-8", "screen-9"))
    group = root.run("getent", "group", "hallcall").stdout.split(":")[2]
    done = root.run("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", f"--regid={group}", "--clear-groups",
                    "hallcall", "import", "--secrets", "move")
    assert "taken over" in done.stderr and "id = screen-9" in root.path(CONFIG).read_text()
    assert owner(root, CONFIG) == "root:hallcall 640"
    assert "The password that the display has is used" in root.path("/boot/firmware/hallcall-import.txt").read_text()


def test_upgrade_keeps_what_was_imported(root, newer):
    """Nobody is asked, whatever the new default is: an upgrade must not stop on a display that nobody looks after."""
    before = root.path(CONFIG).read_text()
    root.install(newer(4, "# four\n"))
    assert root.path(CONFIG).read_text() == before and owner(root, CONFIG) == "root:hallcall 640"
    assert "is as it was taken over before" in root.run("hallcall", "import").stderr
    assert [path.name for path in root.path("/etc/hallcall").iterdir() if "dpkg" in path.name or "default" in path.name] == []
    shutil.rmtree(root.path("/boot/firmware"))
    shutil.rmtree(root.path("/run/hallcall-import"))  # a start of the machine empties /run


def test_remove_leaves_what_is_the_sites(root):
    for name in STATE:
        root.path(name).parent.mkdir(parents=True, exist_ok=True)
        root.path(name).write_text("kept\n")
    root.path("/etc/hallcall/clip.wav").write_text("of staff\n")
    root.path("/etc/hallcall/password.old").write_text("the one before\n")
    before = root.path(CONFIG).read_text()
    root.run("apt-get", "-q", "-y", "remove", "hallcall")
    assert root.path(CONFIG).read_text() == before
    assert all(root.path(name).exists() for name in (*STATE, "/etc/hallcall/password", "/etc/hallcall/clip.wav"))
    left = {name for name in root.named("hallcall") if not name.startswith(("/etc/", "/var/lib/", "/var/cache/"))}
    assert left == set()


def test_purge_leaves_the_user_and_what_staff_brought(root):
    root.run("apt-get", "-q", "-y", "purge", "hallcall")
    assert root.named("hallcall") == {"/etc/hallcall"}
    assert [path.name for path in root.path("/etc/hallcall").iterdir()] == ["clip.wav"], "the imported password has gone"
    assert root.run("getent", "passwd", "hallcall").stdout.startswith("hallcall:")


def test_purge_of_an_installation_nobody_touched(root, package):
    root.path("/etc/hallcall/clip.wav").unlink()
    root.path("/etc/hallcall").rmdir()
    root.install(package)
    root.run("apt-get", "-q", "-y", "purge", "hallcall")
    assert root.named("hallcall") == set()
