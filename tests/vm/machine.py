"""A machine in QEMU: two heads of virtio, HDA and USB sound that are written to WAV files, a keyboard, a watchdog.

Everything is emulated (TCG), because a nested KVM is not to be relied on; HALLCALL_VM_ACCEL=kvm tries it. The machine is
talked to in two ways: QMP, which is the hand at the plug, the monitor's cable and the keyboard, and the agent of
agent.sh, which is a root shell on a port that no key reaches.
"""

import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

from PIL import Image

ACCEL = os.environ.get("HALLCALL_VM_ACCEL", "tcg,thread=multi")
WIDTH, HEIGHT = 1280, 720
BOOT_SECONDS = 900
POLL_SECONDS = 0.5
# no_timer_check: on a busy machine the emulated timer may miss the kernel's test of it, and the kernel gives up.
KERNEL_LINE = ("root=/dev/vda rw no_timer_check quiet loglevel=3 vt.global_cursor_default=0 consoleblank=0 "
               "console=tty0 console=ttyS0")
SOUND = "out.frequency=48000,out.channels=2,out.format=s16"
KEYS = {" ": "spc", "\n": "ret", "-": "minus", ".": "dot"}


class Refused(AssertionError):
    """QEMU did not do what QMP asked for."""


def wait_for(condition, seconds, what):
    """The first true value of condition(); fails with what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}"
        time.sleep(POLL_SECONDS)


class Lines:
    """A stream socket, line by line, with deadlines."""

    def __init__(self, path, alive):
        self.bytes = b""
        deadline = time.monotonic() + 20
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(str(path))
                return
            except OSError:
                self.socket.close()
                assert alive() and time.monotonic() < deadline, f"QEMU does not open {path}"
                time.sleep(0.1)

    def read(self, seconds):
        """The next line, or None after the deadline or the end."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self.bytes:
            self.socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                more = self.socket.recv(65536)
            except TimeoutError:
                return None
            except OSError:
                more = b""
            if not more:
                return None
            self.bytes += more
        line, self.bytes = self.bytes.split(b"\n", 1)
        return line.decode(errors="replace")

    def write(self, text):
        self.socket.sendall(text.encode())

    def close(self):
        self.socket.close()


def layer(path, backing, kind="qcow2"):
    """A disk that keeps only what becomes different from the one below it."""
    path.unlink(missing_ok=True)
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", kind, "-b", pathlib.Path(backing).resolve(), path],
                   check=True)
    return path


class Machine:
    """One machine and its disks, which stay when it is switched off. The kernel's line may be given more words."""

    def __init__(self, folder, kernel_folder, disk, boot, words=""):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.kernel_folder = kernel_folder
        self.disk, self.boot, self.words = disk, boot, words
        self.process = self.qmp_lines = self.agent = None
        self.starts = self.asked = 0

    # --- the switch ---------------------------------------------------------------------------

    def drives(self):
        """Disk and boot partition. What the machine has written outlives a killed QEMU, because it is with the host's
        kernel then; what it has in memory is lost with it, as when the power goes."""
        for name, path in (("disk", self.disk), ("boot", self.boot)):
            yield from ("-drive", f"if=virtio,id={name},file={path},cache=writeback")

    def sound_path(self, card):
        """What a card ("hda" or "usb") has played since the last switching on."""
        return self.folder / f"{card}-{self.starts}.wav"

    def command(self):
        line = f"{KERNEL_LINE} {self.words}".strip()
        return ["qemu-system-x86_64", "-accel", ACCEL, "-cpu", "host" if ACCEL.startswith("kvm") else "Nehalem",
                "-smp", "2", "-m", "1024", "-nodefaults", "-no-reboot", "-display", "none", "-vga", "none",
                "-kernel", self.kernel_folder / "vmlinuz", "-initrd", self.kernel_folder / "initrd.img", "-append", line,
                *self.drives(),
                "-device", f"virtio-gpu-pci,id=gpu0,max_outputs=2,xres={WIDTH},yres={HEIGHT}",
                "-audiodev", f"wav,id=hda,path={self.sound_path('hda')},{SOUND}",
                "-device", "ich9-intel-hda", "-device", "hda-output,audiodev=hda",
                "-audiodev", f"wav,id=usb,path={self.sound_path('usb')},{SOUND}",
                "-device", "qemu-xhci,id=usb", "-device", "usb-kbd,bus=usb.0",
                "-device", "usb-audio,id=usbsound,bus=usb.0,audiodev=usb",
                "-device", "i6300esb", "-action", "watchdog=none",
                "-nic", "user,model=virtio-net-pci,restrict=on",
                "-serial", f"file:{self.folder}/console-{self.starts}.log",
                "-device", "virtio-serial-pci", "-chardev", f"socket,id=agent,path={self.folder}/agent,server=on,wait=off",
                "-device", "virtserialport,chardev=agent,name=hallcall.agent",
                "-qmp", f"unix:{self.folder}/qmp,server=on,wait=off"]

    def on(self, wait=True):
        """Switches it on; waits for its shell, unless told not to."""
        assert self.process is None
        self.starts += 1
        for name in ("agent", "qmp"):
            (self.folder / name).unlink(missing_ok=True)
        with open(self.folder / f"qemu-{self.starts}.log", "wb") as log:
            self.process = subprocess.Popen([str(word) for word in self.command()], stdout=log, stderr=log)
        alive = lambda: self.process.poll() is None  # noqa: E731
        self.agent = Lines(self.folder / "agent", alive)
        self.qmp_lines = Lines(self.folder / "qmp", alive)
        self.qmp_lines.read(20)
        self.qmp("qmp_capabilities")
        if wait:
            self.wait_for_shell()
        return self

    def wait_for_shell(self, seconds=BOOT_SECONDS):
        deadline = time.monotonic() + seconds
        while True:
            line = self.agent.read(max(0.1, deadline - time.monotonic()))
            assert line is not None, f"no shell within {seconds} s: {self.folder}/console-{self.starts}.log"
            if line.startswith("ready "):
                return

    def gone(self, seconds):
        """Waits for QEMU's end and forgets it."""
        self.process.wait(seconds)
        self.process = None
        self.agent.close()
        self.qmp_lines.close()

    def off(self):
        """Shut down as it should be."""
        self.agent.write(f"off 20 {base64.b64encode(b'systemctl poweroff').decode()}\n")
        try:
            self.gone(120)
        except subprocess.TimeoutExpired:
            self.cut()
            raise

    def cut(self):
        """The power is gone: QEMU is killed, now."""
        if self.process is not None:
            self.process.kill()
            self.gone(20)

    # --- the shell ----------------------------------------------------------------------------

    def ask(self, command, seconds=30):
        """Runs a command as root in the machine; returns (exit status, output)."""
        self.asked += 1
        name = f"{self.starts}.{self.asked}"
        self.agent.write(f"{name} {seconds} {base64.b64encode(command.encode()).decode()}\n")
        deadline = time.monotonic() + seconds + 30
        while True:
            line = self.agent.read(max(0.1, deadline - time.monotonic()))
            assert line is not None, f"no answer within {seconds + 30} s: {command[:200]}"
            if line.startswith(name + " "):
                _, status, text = line.split(" ", 2)
                return int(status), base64.b64decode(text).decode(errors="replace")

    def run(self, command, seconds=30):
        """Output of a command that must succeed."""
        status, output = self.ask(command, seconds)
        assert status == 0, f"{command[:200]}: exit status {status}: {output}"
        return output.strip()

    def put(self, path, text):
        """Writes a small file in the machine; a large one comes on a stick."""
        data = base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()
        self.run(f"base64 -d <<<'{data}' >{path}")

    # --- cables and keys ----------------------------------------------------------------------

    def qmp(self, command, **arguments):
        self.qmp_lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        while True:
            line = self.qmp_lines.read(30)
            assert line is not None, f"QMP does not answer {command}"
            answer = json.loads(line)
            if "error" in answer:
                raise Refused(f"{command} {arguments}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def picture(self, head=0, keep=None):
        """What a monitor at a head shows; kept as a PNG if a path is given."""
        path = self.folder / f"head-{head}.png"
        path.unlink(missing_ok=True)
        self.qmp("screendump", filename=str(path), device="gpu0", head=head, format="png")
        image = Image.open(path).convert("RGB")
        image.load()
        if keep is not None:
            keep.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, keep)
        return image

    def press(self, *keys):
        """Keys held together, by QEMU's names."""
        self.qmp("send-key", keys=[{"type": "qcode", "data": key} for key in keys])

    def type(self, text):
        for character in text:
            self.press(KEYS.get(character, character))
            time.sleep(0.15)  # a person's pace: QEMU holds a key for a tenth of a second

    def plug_stick(self, path):
        """A USB stick; the machine sees it as /dev/sda."""
        self.qmp("blockdev-add", driver="raw", **{"node-name": "stick", "read-only": True,
                                                  "file": {"driver": "file", "filename": str(path)}})
        self.qmp("device_add", driver="usb-storage", bus="usb.0", drive="stick")

    def unplug_sound(self):
        self.qmp("device_del", id="usbsound")

    def plug_sound(self):
        self.qmp("device_add", driver="usb-audio", id="usbsound", bus="usb.0", audiodev="usb")
