"""A site with the broker kit of deploy/broker: its authority, certificates, brokers and access lists.

The kit's own files are used; only paths, ports and the dates of bad certificates are the test's.
"""

import os
import re
import shutil
import subprocess

from place import BUILD, PROGRAM, SOURCE, Broker, free_port, wait_for

KIT = SOURCE / "deploy/broker"
SITE = "hallcall/1/townhall"
PAST = ("20200101000000Z", "20210101000000Z")
AHEAD = ("20990101000000Z", "20991231000000Z")


class Authority:
    """A folder that certificates.sh keeps; clock: the environment of its first day."""

    def __init__(self, folder, name="townhall", clock=None):
        self.folder = folder
        self.script("authority", name, environment=clock)

    def script(self, *words, refused=False, days=730, environment=None):
        done = subprocess.run([KIT / "certificates.sh", self.folder, *words], capture_output=True, text=True,
                              check=False, env={**os.environ, "DAYS": str(days), **(environment or {})})
        assert (done.returncode != 0) == refused, done.stdout + done.stderr
        return done.stdout + done.stderr

    def dated(self, name, dates, *also):
        """A certificate of the script's with another time of validity."""
        self.script("server" if also else "client", name, *also)
        issued = self.folder / "issued"
        extensions = ["-extfile", issued / f"{name}.server"] if also else ["-extensions", "client"]
        for command in (["req", "-new", "-key", self.key(name), "-subj", f"/CN={name}", "-config",
                         issued / "openssl.cnf", "-out", issued / "request"],
                        ["ca", "-batch", "-notext", "-config", issued / "openssl.cnf", "-startdate", dates[0],
                         "-enddate", dates[1], *extensions, "-in", issued / "request", "-out", self.crt(name)]):
            subprocess.run(["openssl", *command], check=True, capture_output=True)

    def key(self, name):
        return self.folder / f"{name}.key"

    def crt(self, name):
        return self.folder / f"{name}.crt"


class SiteBroker(Broker):
    """mosquitto with the kit's configuration. servers: certificates, each on a port of its own."""

    def __init__(self, folder, authority, servers, extra="", acl="hallcall.acl"):
        super().__init__(folder)
        self.authority = authority
        self.ports = {}
        text = (KIT / "hallcall.conf").read_text()
        place = {"hallcall.acl": KIT / acl, "ca.crt": authority.crt("ca"), "crl.pem": authority.folder / "crl.pem"}
        text = re.sub(r"/etc/mosquitto/hallcall/([\w.-]+)",
                      lambda found: str(place.get(found[1], f"@{found[1]}@")), text)
        general, listener = text[:text.index("listener 8883")], text[text.index("listener 8883"):]
        listener, rest = listener.split("\n\n", 1)
        blocks = []
        for server in servers:
            self.ports[server] = free_port()
            blocks.append(listener.replace("8883", f"{self.ports[server]} 127.0.0.1")
                          .replace("@broker.crt@", str(authority.crt(server)))
                          .replace("@broker.key@", str(authority.key(server))))
        self.port = self.ports[servers[0]]
        own = f"persistence_location {folder}/\n" + ("user root\n" if os.geteuid() == 0 else "")
        self.config.write_text("\n".join([general, own, *blocks, rest, extra]))

    def reload(self):
        """As `systemctl reload mosquitto` does."""
        self.process.send_signal(1)

    def identity(self, name):
        return ["-h", "127.0.0.1", "-p", str(self.port), "--cafile", self.authority.crt("ca"),
                "--cert", self.authority.crt(name), "--key", self.authority.key(name)]

    def publish(self, name, topic, payload, *more):
        """What mosquitto_pub says when somebody publishes: "" when the broker has it."""
        done = subprocess.run(["mosquitto_pub", "-V", "5", "-q", "1", *self.identity(name), "-t",
                               f"{SITE}/{topic}", "-m", payload, *more], capture_output=True, text=True,
                              timeout=20, check=False)
        return done.stderr.strip()


class Listener:
    """Somebody who subscribes to everything, and what the broker lets reach them."""

    def __init__(self, broker, name, folder):
        self.path = folder / f"{name}.heard"
        with open(self.path, "wb") as out:
            self.process = subprocess.Popen(["stdbuf", "-oL", "mosquitto_sub", "-V", "5", "-q", "1", *broker.identity(name), "-d",
                                             "-t", "hallcall/#", "-F", "HEARD %t %p %E"], stdout=out, stderr=out)
        wait_for(lambda: "Subscribed" in self.path.read_text(), 10, f"{name} has subscribed")

    def heard(self):
        return [line for line in self.path.read_text().splitlines() if line.startswith("HEARD ")]

    def wait(self, text):
        wait_for(lambda: any(text in line for line in self.heard()), 10, f"{text} in {self.path}")

    def stop(self):
        self.process.kill()
        self.process.wait()


def clock_years_ago(folder, years):
    """The environment of a program whose clock is behind."""
    (folder / "clock").write_bytes((-years * 365 * 86400 * 1000).to_bytes(8, "little", signed=True))
    return {"LD_PRELOAD": str(BUILD / "tests/chaos/clock_shim.so"), "HALLCALL_CLOCK_FILE": str(folder / "clock")}


def tls_sets(authority, name):
    return [f"broker.ca_file={authority.crt('ca')}", f"broker.cert_file={authority.crt(name)}",
            f"broker.key_file={authority.key(name)}"]


def program(*words, sets=(), environment=None):
    """A command of hallcall as screen-1 of the site, at debug level; (exit code, all that it wrote)."""
    general = ["display.site=townhall", "display.id=screen-1", "audio.device=none", "hall.languages=en",
               "log.level=debug"]
    command = [PROGRAM, words[0], "--config", "/dev/null"]
    for text in [*general, *sets]:
        command += ["--set", text]
    done = subprocess.run([*command, *words[1:]], capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, **(environment or {})})
    return done.returncode, done.stdout + done.stderr


def lines_of(text, what):
    """(verdict, words) of the lines that check wrote about something."""
    return [(line.split()[0], line.split(None, 2)[2]) for line in text.splitlines()
            if re.match(rf"(ok|WARNING|PROBLEM) +{what} ", line)]


def copy(path, target, mode):
    shutil.copyfile(path, target)
    target.chmod(mode)
    return target
