"""What the package is made from: the units, completion, dependencies, licence. No package is built here."""

import fnmatch
import os
import pathlib
import re
import subprocess

import pytest
import yaml

SOURCE = pathlib.Path(os.environ.get("HALLCALL_SOURCE", pathlib.Path(__file__).parents[2])).resolve()
BUILD = pathlib.Path(os.environ.get("HALLCALL_BUILD", SOURCE / "build")).resolve()
PROGRAM = BUILD / "hallcall"
SERVICE = SOURCE / "deploy/systemd/hallcall.service"
DESKTOP = SOURCE / "deploy/systemd/hallcall-desktop.service"
IMPORT = SOURCE / "deploy/systemd/hallcall-import.service"
EXAMPLES = SOURCE / "deploy/examples"
EXPOSURE_MAX = 1.5
# What a display can do without: a broker is at one place of an office, not in every display.
NOT_DEPENDS = {"mosquitto", "mosquitto-clients"}
# Opened while it runs, so that no linker knows of it: OpenGL ES for a screen without X.
OPENED = {"libegl1", "libgles2", "libgl1-mesa-dri"}


def settings(unit):
    """(key, value) of each line of a unit."""
    return [tuple(line.split("=", 1)) for line in unit.read_text().splitlines()
            if "=" in line and not line.startswith("#")]


def values(unit, key):
    return [value for name, value in settings(unit) if name == key]


def group(name):
    done = subprocess.run([SOURCE / "deploy/deps.sh", "--list", name], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def field(name):
    """The packages that a field of debian/control names."""
    text = re.search(rf"^{name}:((?:\n? .*)+)", (SOURCE / "debian/control").read_text(), re.M).group(1)
    return {re.split(r"[ (<:]", entry.strip())[0] for entry in text.split(",") if entry.strip()}




def verify(unit, tmp_path, *options):
    """What systemd-analyze has to say of a unit whose program is where it was built."""
    copy = tmp_path / unit.name
    text = unit.read_text()
    assert text.count("ExecStart=/usr/bin/hallcall ") == 1
    copy.write_text(text.replace("/usr/bin/hallcall ", f"{PROGRAM} "))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *options, copy],
                          capture_output=True, text=True, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
                          timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("unit", [SERVICE, IMPORT], ids=lambda unit: unit.name)
def test_exposure_of_a_service(capsys, unit):
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager",
                           f"--threshold={int(EXPOSURE_MAX * 10)}", unit], capture_output=True, text=True, timeout=60)
    score = re.search(rf"Overall exposure level for {re.escape(unit.name)}: ([0-9.]+)", done.stdout)
    assert score, done.stdout + done.stderr
    with capsys.disabled():
        print(f"\nFIGURE exposure of {unit.name}: {score.group(1)}")
    assert float(score.group(1)) <= EXPOSURE_MAX and done.returncode == 0, done.stdout


def test_units_are_verified(tmp_path):
    assert verify(SERVICE, tmp_path) == (0, "")
    assert verify(DESKTOP, tmp_path, "--user") == (0, "")
    assert verify(IMPORT, tmp_path) == (0, "")


def test_a_wrong_unit_is_told(tmp_path):
    """The check above can fail."""
    wrong = tmp_path / "wrong" / "hallcall.service"
    wrong.parent.mkdir()
    wrong.write_text(SERVICE.read_text().replace("WatchdogSec=", "WatchDogSec="))
    assert "WatchDogSec" in verify(wrong, tmp_path)[1]


def test_service_is_nobody_special():
    assert values(SERVICE, "User") == ["hallcall"]
    assert values(SERVICE, "CapabilityBoundingSet") == [""] and values(SERVICE, "AmbientCapabilities") == [""]
    wanted = set(values(SERVICE, "SupplementaryGroups")[0].split())
    members = dict(re.findall(r"^m hallcall (\w+)$()", (SOURCE / "debian/hallcall.sysusers").read_text(), re.M))
    assert wanted == set(members) == {"video", "render", "audio", "input"}


def test_service_may_build_the_walls_of_its_voice():
    """What the voice's sandbox calls is allowed, after what is forbidden in general."""
    filters = values(SERVICE, "SystemCallFilter")
    assert set(filters[-1].split()) >= {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
                                        "seccomp"}


def test_keys_go_to_the_service_only():
    assert values(SERVICE, "TTYPath") == ["/dev/tty1"]
    assert values(SERVICE, "StandardInput") == ["tty-fail"]
    assert "getty@tty1.service" in values(SERVICE, "Conflicts")[0].split()
    assert "AF_NETLINK" in values(SERVICE, "RestrictAddressFamilies")[0].split()


def test_devices_that_come_late_are_seen():
    """The graphics driver is loaded after the service's start; a private /dev would hide its card for ever."""
    assert "yes" not in values(SERVICE, "PrivateDevices")
    assert values(SERVICE, "DevicePolicy") == ["closed"]
    allowed = {entry.split()[0] for entry in values(SERVICE, "DeviceAllow")}
    assert allowed == {"char-drm", "char-alsa", "char-input", "/dev/tty1"}
    # systemd looks a class up once, at the start: one that no driver has registered yet stays forbidden.
    for key in ("Wants", "After"):
        assert {"modprobe@drm.service", "modprobe@snd.service"} <= set(" ".join(values(SERVICE, key)).split())


def test_import_comes_first_and_never_stands_in_the_way():
    for key in ("Wants", "After"):
        assert "hallcall-import.service" in " ".join(values(SERVICE, key)).split()
    assert "hallcall.service" in values(IMPORT, "Before") and not values(SERVICE, "Requires")
    assert values(IMPORT, "Type") == ["oneshot"] and int(values(IMPORT, "TimeoutStartSec")[0]) <= 30
    places = [value for value in values(IMPORT, "ConditionPathExistsGlob")]
    assert all(value.startswith("|") for value in places + values(IMPORT, "ConditionPathExists"))
    for folder in ("/boot/firmware", "/boot"):
        for name in ("hallcall.ini", "HALLCALL.INI", "Hallcall.conf", "hallcall.ini.txt", "hallcall.conf.txt"):
            assert any(fnmatch.fnmatchcase(f"{folder}/{name}", value[1:]) for value in places), name
        for name in ("hallcall-import.txt", "hallcall.deb", "hallcall_0.1.0_arm64.deb", "config.txt"):
            assert not any(fnmatch.fnmatchcase(f"{folder}/{name}", value[1:]) for value in places), name


def test_import_has_nothing_but_what_it_writes():
    assert values(IMPORT, "User") == ["root"] and values(IMPORT, "Group") == values(SERVICE, "Group") == ["hallcall"]
    assert values(IMPORT, "CapabilityBoundingSet") == [""] and values(IMPORT, "PrivateNetwork") == ["yes"]
    assert values(IMPORT, "ReadWritePaths") == ["/etc/hallcall -/boot/firmware -/boot"]


def test_ends_are_counted():
    """In memory that a restart keeps and a stop does not; told by the service manager after the hall has gone."""
    for unit in (SERVICE, DESKTOP):
        assert values(unit, "RuntimeDirectoryPreserve") == ["restart"] and values(unit, "RuntimeDirectory") == ["hallcall"]
        assert values(unit, "ExecStopPost") == ["-/usr/bin/hallcall --ended"]
    assert values(SERVICE, "StartLimitIntervalSec") == ["0"]
    assert subprocess.run([PROGRAM, "--ended"], env={}, timeout=10).returncode == 0


def test_examples_are_what_they_say(tmp_path):
    """Each is told of in the list, and read by whom it is for as far as that can be asked here."""
    listed = set(re.findall(r"^\| `([^`]+)`", (EXAMPLES / "README.md").read_text(), re.M))
    assert listed == {path.name for path in EXAMPLES.iterdir()} - {"README.md"}
    first = (EXAMPLES / "user-data").read_text()
    assert first.startswith("#cloud-config\n")
    data = yaml.safe_load(first)
    assert set(data) == {"hostname", "timezone", "ssh_authorized_keys", "package_update", "write_files", "runcmd"}
    assert ["systemctl", "enable", "--now", "hallcall.service"] in data["runcmd"]
    written = {entry["path"]: entry["content"] for entry in data["write_files"]}
    for path, name in (("/etc/systemd/system.conf.d/hallcall-watchdog.conf", "watchdog.conf"),
                       ("/etc/systemd/journald.conf.d/hallcall.conf", "journald.conf")):
        lines = [line for line in (EXAMPLES / name).read_text().splitlines() if not line.startswith("#")]
        assert written[path].splitlines() == lines and path in (EXAMPLES / "README.md").read_text()
    line = (EXAMPLES / "cmdline.txt").read_text()
    assert line.count("\n") == 1 and "consoleblank=0" in line.split()
    boot = tmp_path / "boot"
    boot.mkdir()
    (boot / "hallcall.ini").write_text((EXAMPLES / "hallcall.ini").read_text().replace("#password", "password")
                                       .replace("#username", "username"))
    (tmp_path / "etc").mkdir()
    done = subprocess.run([PROGRAM, "import", "--from", boot, "--to", tmp_path / "etc", "--secrets", "move"], timeout=20,
                          env={"STATE_DIRECTORY": str(tmp_path / "state"), "RUNTIME_DIRECTORY": str(tmp_path / "run")},
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "etc/password").read_text() == "put it here\n"


def complete(*words):
    """What bash offers for the last of words."""
    script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
              '_hallcall "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, "bash", SOURCE / "deploy/completion/hallcall.bash", PROGRAM, *words],
                          capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def test_completion_of_commands():
    text = (SOURCE / "docs/man/hallcall.1.scd").read_text()
    synopses = set(re.findall(r"^\*([a-z]+)\*", text.split("# COMMANDS FOR", 1)[1].split("# EXIT", 1)[0], re.M))
    assert set(complete("")) == synopses | {"--help", "--version"}
    assert complete("rec") == ["recall"]


def test_completion_of_options():
    assert set(complete("speak", "--")) == {"--lang", "--counter", "--output", "--explain", "--text", "--chime",
                                            "--hall", "--config", "--set", "--help"}
    assert complete("journal", "--fo") == ["--format"]
    assert complete("journal", "--format", "c") == ["csv"]
    assert set(complete("import", "--")) == {"--from", "--to", "--secrets", "--config", "--set", "--help"}
    assert complete("import", "--secrets", "m") == ["move"]


def test_completion_of_settings():
    """Each key of the sections without an id, as --set takes it."""
    example = subprocess.run([PROGRAM, "config", "--example"], capture_output=True, text=True, check=True).stdout
    keys, section = set(), None
    for line in example.splitlines():
        head = re.match(r"#?\[([^]]+)\]$", line)
        key = re.match(r"#?([a-z_]+) = ", line)
        if head:
            section = head.group(1)
        elif key and " " not in section:
            keys.add(f"{section}.{key.group(1)}=")
    offered = complete("run", "--set", "")
    assert len(offered) > 40 and set(offered) == keys and len(offered) == len(keys)
    assert complete("run", "--set", "audio.volume_ma") == ["audio.volume_max="]
    for name in ("audio.volume_max=", "display.pulse="):
        done = subprocess.run([PROGRAM, "config", "--show", "--config", "/dev/null", "--set", name + "nonsense"],
                              capture_output=True, text=True)
        assert "unknown" not in done.stderr and "expected" in done.stderr


def test_package_is_built_from_what_make_deps_installs():
    ours = group("build") - {"gcc", "libc6-dev"}  # build-essential
    theirs = field("Build-Depends") - {"debhelper-compat", "dh-sequence-installsysusers", "qemu-user-static"}
    assert theirs == ours


def test_package_needs_what_make_run_installs():
    depends = {name for name in field("Depends") if not name.startswith("$")}
    assert depends == group("run") - NOT_DEPENDS | OPENED
    assert NOT_DEPENDS <= field("Suggests")


def test_the_package_brings_what_the_guide_names(tmp_path):
    """What `make install` puts there, which is what the package is made of; debhelper adds units and the changelog."""
    done = subprocess.run(["make", "-C", SOURCE, "-o", "all", "-o", "man", f"BUILD={os.path.relpath(BUILD, SOURCE)}", "PREFIX=/usr",
                           f"DESTDIR={tmp_path}", "Q=", "install"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    doc = tmp_path / "usr/share/doc/hallcall"
    for name in ("broker", "examples"):
        ours = {path.name: path.read_bytes() for path in (SOURCE / "deploy" / name).iterdir()}
        assert ours and {path.name: path.read_bytes() for path in (doc / name).iterdir()} == ours
    kit = subprocess.run(["sh", doc / "broker/certificates.sh", tmp_path / "site", "authority", "townhall"], capture_output=True,
                         text=True, timeout=60)
    assert kit.returncode == 0 and (tmp_path / "site/ca.crt").exists(), kit.stderr
    guide = (doc / "install.md").read_text()
    named = {path.rstrip(":;.") for path in re.findall(r"/usr/share/[\w./-]+", guide)}
    assert "/usr/share/doc/hallcall/broker" in named and "/usr/share/doc/hallcall/examples" in named
    assert [path for path in named if not (tmp_path / path.lstrip("/")).exists()] == []
    assert [path for path in re.findall(r"\]\(([\w./-]+)\)", guide) if not (doc / path).exists()] == []


def test_the_package_is_for_the_release_it_was_built_on():
    """Its libraries are that release's: whoever names a card must say so."""
    for path in (SOURCE / "docs/install.md", EXAMPLES / "README.md", EXAMPLES / "user-data"):
        text = " ".join(path.read_text().replace("# ", "").split())
        assert re.search(r"on the (card's release|release that the (card|display))", text) and "Debian 12" in text, path


def test_versions_agree():
    done = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True)
    first = (SOURCE / "debian/changelog").read_text().splitlines()[0]
    assert re.match(r"hallcall \(([^)]+)\)", first).group(1) == done.stdout.split()[1]


def test_every_source_has_the_licence_of_the_package():
    """debian/copyright says that all of it has one licence."""
    text = (SOURCE / "debian/copyright").read_text()
    assert re.findall(r"^Files: (.*)$", text, re.M) == ["*"] and re.findall(r"^License: (.*)$", text, re.M)[0] == "GPL-3+"
    sources = [path for pattern in ("src/**/*.[ch]", "tests/**/*.[ch]") for path in SOURCE.glob(pattern)]
    assert len(sources) > 200
    for path in sources:
        assert "SPDX-License-Identifier: GPL-3.0-or-later" in path.read_text().splitlines()[0], path
    # No typeface, recording or library of anybody else.
    kinds = {".ttf", ".otf", ".woff", ".woff2", ".wav", ".flac", ".ogg", ".so", ".jar"}
    shipped = [path for folder in ("config", "sounds", "fonts", "docs", "deploy") for path in (SOURCE / folder).rglob("*")]
    assert shipped and not [path for path in shipped if path.suffix in kinds]
