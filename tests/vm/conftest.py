"""The machine that the tests share, and a fresh display in it for each of them."""

import subprocess

import pytest

import image
import senses
from display import CONFIG, Display, ini, install
from machine import Machine, layer


@pytest.fixture(scope="session")
def pictures():
    folder = image.FOLDER / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def installed(pictures):
    """A disk on which the guide has been followed to the first call; and what was said on the way."""
    return install(image.FOLDER / "install", pictures)


@pytest.fixture(scope="session")
def spoken(tmp_path_factory):
    """How long in seconds the call of A107 to counter 4 is, from chime to last word, without a machine in between."""
    path = tmp_path_factory.mktemp("spoken") / "call.wav"
    subprocess.run([image.BUILD / "hallcall", "speak", "A107", "--counter", "4", "--config", "/dev/null", "--output", path],
                   check=True, timeout=60, capture_output=True)
    [(start, end)] = senses.sounds(senses.played(path))
    return end - start


@pytest.fixture(scope="session")
def machine(installed):
    """Switched on with the service enabled; one for all tests but those that cut its power."""
    folder = image.FOLDER / "shared"
    folder.mkdir(exist_ok=True)
    disk = layer(folder / "disk.qcow2", installed[0])
    made = Machine(folder, image.FOLDER, disk, layer(folder / "boot.qcow2", image.FOLDER / "boot.raw", "raw"))
    try:
        yield made.on()
    finally:
        made.cut()


@pytest.fixture
def display(machine, pictures, request):
    """The display of the machine, running as the guide left it; at a failure its log and picture are kept."""
    made = Display(machine, pictures)
    if made.facts("ActiveState") != "active" or machine.run(f"cat {CONFIG}") != ini().strip():
        made.configure()
        made.restart()
    made.wait_ready()
    yield made
    if request.node.stash.get(FAILED, False):
        made.keep(f"failed-{request.node.name}")
        print(machine.ask("journalctl -b --no-pager -n 80; systemctl --failed --no-pager", 60)[1])


FAILED = pytest.StashKey()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    if outcome.get_result().when == "call":
        item.stash[FAILED] = outcome.get_result().failed
