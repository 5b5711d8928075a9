#!/usr/bin/python3
"""A broker of MQTT 3.1.1 takes the place of mosquitto, and mosquitto takes it back.

aedes refuses MQTT 5 with a code, RabbitMQ 3.10 hangs up without an answer. The display, which is
never told, must be back with 3.1.1, show and speak calls, say in its log and status which version it
speaks, keep what these brokers keep (calls made while it was killed, the retained board, its will),
and be back with MQTT 5 when mosquitto is.

aedes is installed with npm from tests/chaos/aedes/package-lock.json into the build folder.
"""

import argparse
import glob
import json
import os
import shutil
import socket
import subprocess
import sys
import time

from parts import (BUILD, EVENT, HERE, Broker, Hall, Publisher, Screen, end, free_port, mono_us, say,
                   scratch, table, verdict, wait_for)

BACK_SECONDS = 30
SPOKEN_SECONDS = 30  # after those that were called before
CALL_EVERY_SECONDS = 0.25
RABBIT_STARTS_SECONDS = 120
AWAY_CALLS = 3


class OldBroker:
    """A program that listens to a port of 127.0.0.1."""

    def __init__(self, folder, port):
        self.folder = folder
        self.port = port
        self.process = None

    def run(self, words, **options):
        with open(self.folder / "broker.log", "ab") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log, **options)
        wait_for(self.answers, RABBIT_STARTS_SECONDS, f"{words[0]} listens")

    def answers(self):
        assert self.process.poll() is None, (self.folder / "broker.log").read_text()[-800:]
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        if self.process:
            end(self.process, 30)


class Aedes(OldBroker):
    def start(self):
        place = BUILD / "aedes"
        shutil.copytree(HERE / "aedes", place, dirs_exist_ok=True)
        if not (place / "node_modules").exists():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=place, check=True)
        self.run(["node", str(place / "broker.js"), str(self.port)])


class RabbitMQ(OldBroker):
    """With a port mapper (epmd), a node name and a home of its own."""

    def start(self):
        self.mapper_port = free_port()
        (self.folder / "rabbit.conf").write_text(
            f"listeners.tcp = none\nmqtt.listeners.tcp.default = 127.0.0.1:{self.port}\n")
        (self.folder / "plugins").write_text("[rabbitmq_mqtt].\n")
        environment = {
            **os.environ, "HOME": str(self.folder), "ERL_EPMD_PORT": str(self.mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_NODENAME": "hallcall@localhost", "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbit.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"), "RABBITMQ_LOGS": "-"}
        # Else the node starts one that stays when it ends.
        self.mapper = subprocess.Popen(["epmd", "-port", str(self.mapper_port), "-address",
                                        "127.0.0.1"], env=environment)
        programs = glob.glob("/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")
        assert programs, "RabbitMQ is not installed"
        self.run([programs[0]], env=environment)

    def stop(self):
        super().stop()
        if self.process:
            end(self.mapper)


class TakeOver:
    """One display; mosquitto, the old broker and mosquitto again on the same port."""

    def __init__(self, folder, screen, kind):
        folder.mkdir()
        self.screen = screen
        self.mosquitto = Broker(folder).start()
        self.old = kind(folder, self.mosquitto.port)
        self.hall = self.make_hall(folder / "display")
        self.publisher = None
        self.calls = 0

    def make_hall(self, folder):
        folder.mkdir()
        return Hall(folder, self.mosquitto, self.screen, ["audio.device=none", "calls.gap_ms=0"])

    def send(self):
        self.calls += 1
        ticket = f"A{100 + self.calls}"
        self.publisher.send(EVENT, json.dumps({"id": f"c{self.calls}", "ticket": ticket, "counter": "3"}))
        return ticket

    def state(self, name):
        return self.publisher.received.get(f"{self.publisher.prefix}/display/e2e/state/{name}", b"")

    def speaks(self, version):
        """Log and status say so."""
        def told():
            payload = self.state("status")
            return payload and json.loads(payload)["link"]["mqtt"] == version
        wait_for(told, 10, f"the status says MQTT {version}; it says {self.state('status')}")
        up = [line for line in self.hall.log().splitlines() if "link: up" in line]
        assert up[-1].endswith(f"mqtt={version}"), up[-1]

    def first_call(self, version):
        """Calls go on being made from the moment the broker listens: seconds until one is shown."""
        began = mono_us()
        self.publisher = Publisher(self.mosquitto)
        made = set()
        while True:
            made.add(self.send())
            shown = [(r["us"], row) for r in self.hall.trace("shown") for row in r["rows"] if row in made]
            if shown:
                break
            assert mono_us() - began < BACK_SECONDS * 1e6, self.hall.trace("link")[-4:]
            time.sleep(CALL_EVERY_SECONDS)
        self.hall.wait("speak", SPOKEN_SECONDS, ticket=shown[0][1])
        self.speaks(version)
        return (shown[0][0] - began) / 1e6

    def replace(self, broker, version):
        if self.publisher:
            self.publisher.stop()
        broker.start()
        return self.first_call(version)

    def session(self):
        """The display is killed, calls go on: what the broker kept is shown by the next one, silent
        because 3.1.1 does not say how old it is."""
        board = {"calls": [{"id": "board", "n": 1, "ticket": "B900", "counter": "1"}]}
        self.publisher.send("hall/main/board", json.dumps(board), retain=True)
        wait_for(lambda: "B900" in self.hall.trace("shown")[-1]["rows"], 10, "the board")
        self.hall.process.kill()
        self.hall.process.wait()
        wait_for(lambda: self.state("online") == b"offline", 20, "the will")
        away = [self.send() for _ in range(AWAY_CALLS)]
        self.hall = self.make_hall(self.hall.folder.with_name("display-again"))
        self.hall.start()
        up = next(r for r in self.hall.trace("link") if r["state"] == "up")
        wait_for(lambda: {"B900", *away} <= {t for r in self.hall.trace("shown") for t in r["rows"]}, 10,
                 f"the board and {away} are shown; last: {self.hall.trace('shown')[-1]['rows']}")
        spoken = {r["ticket"] for r in self.hall.spoken()} & {"B900", *away}
        assert not spoken, f"spoken though nobody knows how old: {spoken}"
        return (up["us"] - self.hall.started_us) / 1e6

    def run(self):
        """(first call after the take-over, link up after a start, first call after the return), s."""
        self.hall.start()
        self.first_call("5")
        self.mosquitto.kill()
        taken = self.replace(self.old, "3.1.1")
        started = self.session()
        self.old.stop()
        returned = self.replace(self.mosquitto, "5")
        self.hall.stop()
        return taken, started, returned

    def stop(self):
        if self.publisher:
            self.publisher.stop()
        end(self.hall.process)
        self.old.stop()
        self.mosquitto.stop()


KINDS = {"aedes": Aedes, "rabbitmq": RabbitMQ}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--broker", action="append", choices=sorted(KINDS))
    arguments = parser.parse_args()
    folder = scratch("old-brokers")
    screen = Screen(folder, 640, 360)
    rows, problems = [], []
    for name in arguments.broker or KINDS:
        trial = TakeOver(folder / name, screen, KINDS[name])
        try:
            taken, started, returned = trial.run()
            rows += [(f"{name} takes over: first call shown, with 3.1.1", f"{taken:.1f} s"),
                     (f"{name}, display started: link up", f"{started:.1f} s"),
                     (f"mosquitto is back: first call shown, with 5", f"{returned:.1f} s")]
        except AssertionError as error:
            problems.append(f"{name}: {str(error)[:600]}")
        finally:
            trial.stop()
    screen.stop()
    say(f"logs and traces: {folder}")
    table("brokers that refuse MQTT 5", rows)
    return verdict(problems)


if __name__ == "__main__":
    sys.exit(main())
