"""The parts around the program: a broker, an X screen, a loudspeaker that records, a publisher, a
service manager.

Each is real (mosquitto, Xvfb, an ALSA device of ours that plays in real time into a file) and private
to one test: free ports and displays, everything in the test's own folder. Waiting is always for a
condition with a deadline.
"""

import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
import zlib

import numpy
import paho.mqtt.client

import hung

SOURCE = pathlib.Path(os.environ.get("HALLCALL_SOURCE", pathlib.Path(__file__).parents[2])).resolve()
BUILD = pathlib.Path(os.environ.get("HALLCALL_BUILD", SOURCE / "build")).resolve()
PROGRAM = BUILD / "hallcall"
RATE_HZ = 48000
CHANNELS = 2
# Sanitizers make everything several times slower: what must happen is still asked, when is not.
SANITIZED = BUILD.name in ("asan", "tsan")


def mono_us():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


def wait_for(condition, seconds, what):
    """Polls until condition() is true; returns its value or fails naming what never came: words, or a
    function for them."""
    deadline = time.monotonic() + seconds * (4 if SANITIZED else 1)
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}"
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end(process, seconds=10):
    """Asks a process to end, then makes it and prints where it hung; returns its exit code."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            print(f"does not end: {hung.where(process.pid)}")
            process.kill()
    return process.wait()


class Broker:
    """mosquitto on a free loopback port. A persistent one finds its sessions and retained messages
    again after a kill, but stands still for up to 100 ms whenever it writes them to the disk."""

    def __init__(self, folder, persistent=False):
        self.folder = folder
        self.port = free_port()
        self.process = None
        self.config = folder / "mosquitto.conf"
        lines = [f"listener {self.port} 127.0.0.1", "allow_anonymous true"]
        if persistent:
            lines += ["persistence true", f"persistence_location {folder}/",
                      "autosave_on_changes true", "autosave_interval 1"]
        if os.geteuid() == 0:
            lines.append("user root")  # Else it gives itself up and cannot write here.
        self.config.write_text("\n".join(lines) + "\n")

    @property
    def url(self):
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self):
        with open(self.folder / "mosquitto.log", "ab") as log:
            program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
            assert program, "mosquitto is not installed"
            self.process = subprocess.Popen([program, "-c", self.config], stdout=log, stderr=log)
        wait_for(self.answers, 10, "mosquitto listens")
        return self

    def answers(self):
        assert self.process.poll() is None, (self.folder / "mosquitto.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        if self.process:
            end(self.process)


class Screen:
    """Xvfb whose pixels are a file: they are read without being an X client at all. Its display is
    the first free one, or the one named (":7")."""

    def __init__(self, folder, width=1920, height=1080, display=None):
        self.folder = folder
        self.size = (width, height)
        reading, writing = os.pipe()
        with open(folder / "xvfb.log", "wb") as log:
            self.process = subprocess.Popen(
                ["Xvfb", *([display] if display else []), "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24",
                 "-fbdir", str(folder), "-nolisten", "tcp", "-noreset"],
                pass_fds=[writing], stdout=log, stderr=log)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, (folder / "xvfb.log").read_text()
        self.display = f":{number}"
        self.pixels = self.map_pixels(folder / "Xvfb_screen0")

    @staticmethod
    def map_pixels(path):
        """The screen as rows of 0xXXRRGGBB, read at the moment it is looked at. XWD's header is
        big-endian: its own size, then (as the 13th and 20th words) bytes a row and colours."""
        wait_for(lambda: path.exists() and path.stat().st_size > 100, 5, "Xvfb's framebuffer")
        words = struct.unpack(">25I", path.read_bytes()[:100])
        offset = words[0] + words[19] * 12
        width, height, row_bytes = words[4], words[5], words[12]
        rows = numpy.memmap(path, dtype="<u4", mode="r", offset=offset, shape=(height, row_bytes // 4))
        return rows[:, :width]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        end(self.process)

    def picture(self):
        """A copy as height x width x 3 bytes."""
        raw = numpy.array(self.pixels)
        return numpy.dstack([(raw >> shift & 255).astype(numpy.uint8) for shift in (16, 8, 0)])

    def checksum(self, top=0.0, bottom=1.0):
        height = self.pixels.shape[0]
        return hash(numpy.ascontiguousarray(
            self.pixels[int(top * height):int(bottom * height)]).tobytes())

    def save(self, path):
        """The screen as a PNG, for people."""
        picture = self.picture()
        rows = b"".join(b"\0" + row.tobytes() for row in picture)
        height, width = picture.shape[:2]

        def chunk(name, data):
            body = name + data
            return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

        path.write_bytes(b"\x89PNG\r\n\x1a\n" +
                         chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                         chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))

    def read(self, folder, region=(0.0, 0.0, 1.0, 1.0), scale=2, mode=11):
        """What a visitor reads in a region (left, top, right, bottom as parts of the screen)."""
        picture = self.picture().max(axis=2)
        height, width = picture.shape
        left, top, right, bottom = region
        cut = picture[int(top * height):int(bottom * height):scale,
                      int(left * width):int(right * width):scale]
        # The reader of letters wants dark on light.
        if numpy.median(cut) < 128:
            cut = 255 - cut
        path = folder / "read.pgm"
        path.write_bytes(b"P5 %d %d 255\n" % (cut.shape[1], cut.shape[0]) + cut.tobytes())
        result = subprocess.run(["tesseract", str(path), "-", "--psm", str(mode)], capture_output=True,
                                text=True, check=True)
        return " ".join(result.stdout.split())


class Manager:
    """A service manager's end of the notify protocol, at an abstract address as systemd may use."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.name = f"hallcall-test-{os.getpid()}-{mono_us()}"
        self.socket.bind("\0" + self.name)
        self.socket.setblocking(False)
        self.said = []

    def heard(self, start=""):
        """All that was said so far and begins so."""
        while True:
            try:
                self.said.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return [text for text in self.said if text.startswith(start)]

    def status(self):
        return self.heard("STATUS=")[-1] if self.heard("STATUS=") else ""


class Watcher(threading.Thread):
    """Notes when the screen changes: looks at every 12th pixel each way about once a millisecond."""

    def __init__(self, screen, top=0.0):
        super().__init__(daemon=True)
        first = int(top * screen.pixels.shape[0])
        self.sample = screen.pixels[first::12, ::12]
        self.changes = []
        self.ending = threading.Event()

    def run(self):
        last = None
        while not self.ending.wait(0.001):
            now = mono_us()
            seen = hash(self.sample.tobytes())
            if seen != last:
                self.changes.append((now, seen))
                last = seen

    def settled_us(self, since_us, until_us):
        """When, after since_us, the screen first looked as it still looked at until_us."""
        changes = [c for c in list(self.changes) if c[0] <= until_us]
        assert changes, "the screen never changed"
        final = changes[-1][1]
        times = [us for us, seen in changes if us >= since_us and seen == final]
        assert times, "the screen did not change"
        return times[0]

    def stop(self):
        self.ending.set()
        self.join()


class Publisher:
    """A queue system: another MQTT client than ours."""

    def __init__(self, broker, prefix="hallcall/1/demo", client_id="queue"):
        self.prefix = prefix
        self.received = {}
        self.client = paho.mqtt.client.Client(client_id=client_id, protocol=paho.mqtt.client.MQTTv311)
        self.client.on_message = self.on_message
        self.client.on_connect = lambda client, *_: client.subscribe(f"{prefix}/display/+/state/#", 1)
        self.client.max_inflight_messages_set(200)
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()
        wait_for(self.client.is_connected, 10, "the publisher connects")

    def on_message(self, _client, _data, message):
        self.received[message.topic] = message.payload

    def send(self, topic, payload, retain=False, qos=1):
        return self.client.publish(f"{self.prefix}/{topic}", payload, qos=qos, retain=retain)

    def stop(self):
        self.client.disconnect()
        self.client.loop_stop()
