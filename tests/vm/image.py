"""A Debian without a desktop on a disk, made once and kept: debootstrap, a kernel, a broker, no X and no OpenGL for it.

Two files come of it. machine.raw is that Debian with what the package depends on already fetched, not installed, so that
`apt install` in the machine needs no network. The kernel and its initrd are taken out of it, because the machine is
started without a boot loader. Each test works on layers over it (machine.py), so a disk that a power cut broke is never
made again.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
SOURCE = HERE.parents[1]
BUILD = pathlib.Path(os.environ.get("HALLCALL_BUILD", SOURCE / "build")).resolve()
FOLDER = BUILD / "vm"
sys.path.insert(0, str(SOURCE / "tests/package"))
from debian_root import DebianRoot, make_base  # noqa: E402

DISK_BYTES = 4 << 30
BOOT_KIB = 32 << 10
# The broker stands for the office's; the rest is what a display without a desktop has, and what the tests look with.
PACKAGES = ("systemd-sysv", "udev", "kmod", "linux-image-amd64", "iproute2", "procps", "kbd", "sudo", "nano", "login",
            "util-linux-extra", "alsa-utils", "mosquitto", "mosquitto-clients", "dosfstools", "sqlite3")
# What can only be slow here: nobody logs in, the clock is the test's, the disk is thrown away.
MASKED = ("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service",
          "fstrim.timer", "systemd-pstore.service", "serial-getty@ttyS0.service")
FILES = {
    "/etc/hostname": "hall-display\n",
    "/etc/hosts": "127.0.0.1 localhost hall-display\n::1 localhost\n",
    "/etc/fstab": "/dev/vda / ext4 errors=remount-ro 0 1\nLABEL=BOOTFS /boot/firmware vfat defaults 0 2\n",
    "/etc/systemd/network/wired.network": "[Match]\nName=en*\n[Network]\nDHCP=yes\n",
    "/etc/systemd/system/vm-agent.service": "[Unit]\nDescription=what the tests ask for\n[Service]\n"
                                            "ExecStart=/usr/local/sbin/vm-agent\nRestart=always\n"
                                            "[Install]\nWantedBy=multi-user.target\n",
    "/etc/mosquitto/conf.d/office.conf": "listener 1883\nallow_anonymous true\n",
}
# A small initrd starts in half the time.
INITRD = {"/etc/initramfs-tools/conf.d/machine": "MODULES=list\n",
          "/etc/initramfs-tools/modules": "virtio_pci\nvirtio_blk\next4\n"}


def package():
    """The package that `make deb` built."""
    native = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    found = list((SOURCE / "build/deb").glob(f"hallcall_*_{native}.deb"))
    assert len(found) == 1, f"make deb builds one package: {found}"
    return found[0]


def digest(*parts):
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def recipe(deb):
    """What the disk depends on: this folder's own words and what the package depends on."""
    needs = subprocess.run(["dpkg-deb", "-f", deb, "Depends", "Recommends"], capture_output=True, check=True).stdout
    return digest((HERE / "image.py").read_bytes(), (HERE / "agent.sh").read_bytes(), needs)


def write(root, files):
    for name, text in files.items():
        path = root.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def furnish(root, deb):
    """Makes a bare Debian the machine that staff would start from."""
    install = ("apt-get", "-q", "-y", "--no-install-recommends", "install")
    write(root, INITRD)
    root.run(*install, "initramfs-tools")
    write(root, INITRD)
    root.run(*install, *PACKAGES)
    write(root, FILES)
    agent = root.path("/usr/local/sbin/vm-agent")
    shutil.copy(HERE / "agent.sh", agent)
    agent.chmod(0o755)
    root.path("/boot/firmware").mkdir(parents=True)
    root.run("systemctl", "enable", "vm-agent.service", "systemd-networkd.service", "mosquitto.service")
    root.run("systemctl", "mask", *MASKED)
    root.run("passwd", "-d", "root")  # a login prompt behind the picture would let the tests in
    root.run("apt-get", "-q", "-y", "--download-only", "install", root.put(deb))
    assert not root.named("libGL.so") and not root.named("Xorg"), "a machine without X and without OpenGL for it"
    shutil.rmtree(root.path("/tmp"))
    root.path("/tmp").mkdir(mode=0o1777)
    root.path("/tmp").chmod(0o1777)
    root.path("/etc/resolv.conf").unlink()


def fat_disk(path, files=(), label="BOOTFS", kib=BOOT_KIB):
    """A disk that is one FAT file system, with files on it: the boot partition of a Pi, or somebody's USB stick."""
    path.unlink(missing_ok=True)
    subprocess.run(["mkfs.vfat", "-C", "-n", label, path, str(kib)], check=True, stdout=subprocess.DEVNULL)
    for file in files:
        subprocess.run(["mcopy", "-i", path, file, "::"], check=True)
    return path


def make():
    """Makes the disk if it is not there as it should be; returns its folder: machine.raw, vmlinuz, initrd."""
    deb = package()
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = FOLDER / "machine.made"
    if made.exists() and made.read_text() == recipe(deb):
        return FOLDER
    made.unlink(missing_ok=True)
    root = DebianRoot(make_base(FOLDER / "debian"), FOLDER / "root")
    furnish(root, deb)
    for name in ("vmlinuz", "initrd.img"):
        shutil.copy(next(root.path("/boot").glob(f"{name}-*")), FOLDER / name)
    disk = FOLDER / "machine.raw"
    disk.unlink(missing_ok=True)
    with open(disk, "wb") as file:
        file.truncate(DISK_BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-d", root.folder, disk], check=True)
    fat_disk(FOLDER / "boot.raw")
    shutil.rmtree(root.folder)
    made.write_text(recipe(deb))
    return FOLDER


if __name__ == "__main__":
    print(make())
