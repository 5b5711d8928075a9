"""A display in a machine: installed as docs/install.md says, called, looked at and listened to."""

import json

import guide
import image
import senses
from machine import Machine, layer, wait_for

TOPIC = "hallcall/1/townhall/hall/main"
CONFIG = "/etc/hallcall/hallcall.ini"
STEP_SECONDS = 3000       # of the guide: apt is the longest
UNIT_SECONDS = 300        # start to first picture: a second on a computer, a minute or two emulated
WORDS_SECONDS = 120
HEARD_SECONDS = 180
SITE = {"broker": {"url": "mqtt://127.0.0.1:1883"},
        "display": {"site": "townhall", "hall": "main", "id": "screen-1"},
        "hall": {"name": "Town Hall"}}


def ini(**sections):
    """The site's configuration with some keys more."""
    merged = {name: {**SITE.get(name, {}), **sections.get(name, {})} for name in {**SITE, **sections}}
    return "".join(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())
                   for name, keys in merged.items())


def nothing_is_started(display):
    machine = display.machine
    assert machine.ask("systemctl is-enabled hallcall")[1].strip() == "disabled", "installing it starts nothing"
    assert machine.run("systemctl is-active getty@tty1") == "active", "and leaves tty1 alone"


def hall_waits(display):
    display.wait_ready()
    display.wait_sees("town hall", keep="waiting")


# What the guide says comes of a command of its.
SEEN = {
    "sudo apt install ./hallcall_0.1.0_amd64.deb": nothing_is_started,
    "sudo systemctl enable --now hallcall": hall_waits,
    "sudo -u hallcall hallcall call A107 4": lambda display: display.wait_sees("a107", "counter 4", keep="first-call"),
}


def follow_the_guide(machine, deb, pictures):
    """docs/install.md from the package to the first call, as it is written there; returns what was said."""
    machine.plug_stick(image.fat_disk(machine.folder / "stick.raw", [deb], label="STICK", kib=16 << 10))
    wait_for(lambda: machine.ask("test -b /dev/sda")[0] == 0, 60, "the stick is there")
    machine.run("mount -o ro /dev/sda /mnt && cp /mnt/*.deb /root && umount /mnt", 120)
    display, said = Display(machine, pictures), []
    for command in guide.steps():
        # Whoever is asked whether to go on says yes.
        said.append(f"$ {command}\n" + machine.run(f"cd /root\n{command} <<<y", STEP_SECONDS))
        SEEN.get(command, lambda _: None)(display)
    machine.run("rm /root/*.deb && apt-get clean", 60)
    return "\n".join(said)


def install(folder, pictures):
    """A disk on which the guide was followed, from a Debian without a desktop; kept until the package changes. Returns
    the disk and what was said on the way."""
    deb = image.package()
    image.make()
    disk, log = image.FOLDER / "installed.qcow2", image.FOLDER / "installed.log"
    made = image.FOLDER / "installed.made"
    state = image.digest(deb.read_bytes(), image.recipe(deb).encode())
    if made.exists() and made.read_text() == state:
        return disk, log.read_text()
    made.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    layer(disk, image.FOLDER / "machine.raw", "raw")
    machine = Machine(folder, image.FOLDER, disk, layer(folder / "boot.qcow2", image.FOLDER / "boot.raw", "raw"))
    try:
        log.write_text(follow_the_guide(machine.on(), deb, pictures))
        machine.off()
    finally:
        machine.cut()
    made.write_text(state)
    return disk, log.read_text()


class Display:
    """The service hallcall in a machine."""

    def __init__(self, machine, pictures):
        self.machine = machine
        self.pictures = pictures

    # --- the service --------------------------------------------------------------------------

    def facts(self, *names, unit="hallcall"):
        """Properties of a unit."""
        text = self.machine.run(f"systemctl show -p {','.join(names)} {unit}", 60)
        facts = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        return facts[names[0]] if len(names) == 1 else [facts[name] for name in names]

    def configure(self, **sections):
        self.machine.put(CONFIG, ini(**sections))

    def forget(self):
        """Ends it without what it would remember: calls of before would be on its first picture."""
        self.machine.run("systemctl stop hallcall && rm -f /var/lib/hallcall/journal.db*", 120)

    def restart(self, linked=True):
        self.machine.run("systemctl reset-failed; systemctl restart --no-block hallcall", 60)
        self.wait_ready(linked)

    def wait_ready(self, linked=True):
        """Started, as systemd sees it, with a link to the broker unless that is not there."""
        wait_for(lambda: self.facts("ActiveState", "SubState") == ["active", "running"], UNIT_SECONDS,
                 lambda: self.machine.ask("systemctl status --no-pager hallcall", 60)[1])
        if linked:
            self.wait_status("Link up")

    def wait_status(self, words, seconds=WORDS_SECONDS):
        return wait_for(lambda: words in self.facts("StatusText"), seconds,
                        lambda: f"{words}: {self.facts('StatusText')}")

    def pid(self):
        return int(self.facts("MainPID"))

    # --- calls --------------------------------------------------------------------------------

    def publish(self, what, message):
        self.machine.run(f"mosquitto_pub -q 1 -t {TOPIC}/{what} -m '{json.dumps(message)}'", 60)

    def call(self, ticket, counter="4"):
        self.publish("event", {"ticket": ticket, "counter": counter})

    # --- eyes ---------------------------------------------------------------------------------

    def keep(self, name, head=0):
        """A picture for people to look at."""
        return self.machine.picture(head, keep=self.pictures / f"{name}.png")

    def wait_sees(self, *words, head=0, seconds=WORDS_SECONDS, keep=None):
        """Waits until all the words can be read on a monitor; returns all that is read there."""
        seen = [""]

        def there():
            seen[0] = senses.read(self.machine.picture(head))
            return all(word.lower() in seen[0] for word in words)

        wait_for(there, seconds, lambda: f"{words} on head {head}; there is: {seen[0]}")
        if keep:
            self.keep(keep, head)
        return seen[0]

    # --- ears ---------------------------------------------------------------------------------

    def mark(self, card="hda"):
        """A place in what a card plays."""
        return self.machine.sound_path(card).stat().st_size

    def wait_heard(self, mark, good, card="hda", seconds=HEARD_SECONDS):
        """Waits until something is heard after a mark that good(samples) says nothing against; returns its samples, from
        chime to last word. An emulated voice that has run dry begins anew, so the first sound need not be the whole."""
        path = self.machine.sound_path(card)
        found, seen = [], []

        def heard():
            samples = senses.played(path, mark)
            seen[:] = []
            for start, end in senses.sounds(samples):
                sound = samples[int(start * senses.RATE_HZ):int(end * senses.RATE_HZ)]
                seen.append(f"{end - start:.1f} s: {good(sound) or 'as it should be'}")
                if end < len(samples) / senses.RATE_HZ - senses.GAP_S and not good(sound):
                    found.append(sound)
                    return True
            return False

        wait_for(heard, seconds, lambda: f"an announcement on {card}; there was: {seen}")
        return found[0]
