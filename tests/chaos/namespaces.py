"""Networks of our own, in which packets and names can be lost without touching the machine's.

enter() runs the program again inside new network and mount namespaces (and a user namespace, when it
is not root's). There the loopback is up, and nothing else: `Room` is one more network behind a cable
in which a display can be started.
"""

import os
import subprocess
import sys

INSIDE = "HALLCALL_NAMESPACE"
SKIPPED = "no namespaces here"  # tests/run.py knows these words
OURS, THEIRS = "10.77.0.1", "10.77.0.2"
NOBODY = "02:00:00:00:00:99"


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def unshare():
    who = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *who, "--net", "--mount"]


def why_not():
    """Why there can be no namespaces here; "" when there can be."""
    try:
        attempt = subprocess.run([*unshare(), "ip", "link", "set", "lo", "up"], capture_output=True,
                                 text=True, check=False)
    except FileNotFoundError:
        return "unshare is not installed"
    return "" if attempt.returncode == 0 else attempt.stderr.strip()


def enter():
    """Returns inside the namespaces; elsewhere the program has ended with a word on why."""
    if INSIDE not in os.environ:
        reason = why_not()
        if reason:
            print(f"  verdict: skipped: {SKIPPED}: {reason}")
            sys.exit(0)
        os.execvpe("unshare", [*unshare(), sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})
    run("ip", "link", "set", "lo", "up")


class Room:
    """A network with one cable to ours. A packet is lost because its sender believes in a wrong
    hardware address, which needs no firewall and can be done to one direction alone."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"],
                                       stdout=subprocess.PIPE)
        self.holder.stdout.readline()
        run("ip", "link", "add", "ours", "type", "veth", "peer", "name", "theirs", "netns",
            str(self.holder.pid))
        run("ip", "addr", "add", f"{OURS}/24", "dev", "ours")
        run("ip", "link", "set", "ours", "up")
        for words in (("link", "set", "lo", "up"), ("addr", "add", f"{THEIRS}/24", "dev", "theirs"),
                      ("link", "set", "theirs", "up")):
            run(*self.inside(), "ip", *words)
        self.hardware = {device: self.address(where, device)
                         for where, device in (((), "ours"), (self.inside(), "theirs"))}
        self.hear()

    @staticmethod
    def address(where, device):
        with subprocess.Popen([*where, "ip", "-br", "link", "show", "dev", device], text=True,
                              stdout=subprocess.PIPE) as process:
            return process.stdout.read().split()[2]

    def inside(self):
        """What a command must be preceded by to run in the room."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--"]

    def lose(self, to_room, from_room):
        """Which directions lose every packet from now on."""
        run("ip", "neigh", "replace", THEIRS, "dev", "ours", "nud", "permanent", "lladdr",
            NOBODY if to_room else self.hardware["theirs"])
        run(*self.inside(), "ip", "neigh", "replace", OURS, "dev", "theirs", "nud", "permanent",
            "lladdr", NOBODY if from_room else self.hardware["ours"])

    def hear(self):
        self.lose(False, False)

    @staticmethod
    def plug(state):
        """The cable at our end: "up" or "down"."""
        run("ip", "link", "set", "ours", state)

    def stop(self):
        self.holder.kill()
        self.holder.wait()
