"""A Debian of its own in a folder, in which packages are installed and removed."""

import os
import pathlib
import platform
import shutil
import subprocess

# Nothing of the machine's own: neither its language nor where it looks for programs.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive",
               "HOME": "/root"}
MIRROR = os.environ.get("PACKAGE_MIRROR", "http://deb.debian.org/debian")
SECONDS = 900


def make_base(folder):
    """Fills folder with the smallest Debian of this machine's release; kept for the next time."""
    if (folder / "complete").exists():
        return folder / "root"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    release = platform.freedesktop_os_release()["VERSION_CODENAME"]
    subprocess.run(["debootstrap", "--variant=minbase", release, folder / "root", MIRROR], check=True, timeout=SECONDS,
                   stdout=subprocess.DEVNULL)
    (folder / "complete").touch()
    return folder / "root"


class DebianRoot:
    """A copy of a Debian tree; commands run in it as in a machine whose service manager is not running."""

    def __init__(self, base, folder):
        self.folder = pathlib.Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", base, self.folder], check=True, timeout=SECONDS)
        shutil.copy("/etc/resolv.conf", self.folder / "etc/resolv.conf")
        self.run("apt-get", "-q", "update")

    def run(self, *command, user=None, check=True):
        """Runs a command in the tree without standard input; returns what subprocess.run does. The command's /proc and
        whatever it mounts end with it."""
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        inside = ["chroot", self.folder, *as_user, *command]
        outside = ["unshare", "--mount", "--pid", "--fork", f"--mount-proc={self.folder}/proc"]
        done = subprocess.run([*outside, *inside], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=ENVIRONMENT, timeout=SECONDS)
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    def put(self, path):
        """A file of the machine's into /tmp of the tree; returns its path there."""
        shutil.copy(path, self.folder / "tmp")
        return f"/tmp/{pathlib.Path(path).name}"

    def install(self, package, *options):
        """apt install of a package file, without what is only recommended."""
        return self.run("apt-get", "-q", "-y", "--no-install-recommends", *options, "install", self.put(package))

    def path(self, name):
        return self.folder / name.lstrip("/")

    def named(self, word):
        """Every path in the tree whose last name has word in it, except in /tmp and apt's and dpkg's own records."""
        kept = ("/tmp/", "/proc/", "/var/lib/dpkg/", "/var/lib/apt/", "/var/cache/apt/", "/var/log/")
        found = {"/" + str(path.relative_to(self.folder)) for path in self.folder.rglob(f"*{word}*")}
        return {name for name in found if not name.startswith(kept)}
