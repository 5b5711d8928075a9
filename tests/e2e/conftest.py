"""The parts as fixtures; a test that fails leaves its screen, log and trace's end to be read."""

import pytest

from hall import Hall, tell_what_happened
from place import PROGRAM, Broker, Publisher, Screen


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    setattr(item, f"report_{call.when}", outcome.get_result())


@pytest.fixture(scope="session", autouse=True)
def program():
    assert PROGRAM.exists(), f"{PROGRAM} was not built"


@pytest.fixture
def broker(tmp_path, request):
    """A test marked persistent gets a broker that remembers over a kill."""
    broker = Broker(tmp_path, request.node.get_closest_marker("persistent") is not None).start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def screen(tmp_path_factory):
    screen = Screen(tmp_path_factory.mktemp("screen"))
    yield screen
    screen.stop()


@pytest.fixture
def make_hall(tmp_path, broker, screen, request):
    """A function that starts a hall: make_hall("calls.gap_ms=0", ready=False)."""
    halls = []

    def make(*sets, ready=True):
        halls.append(Hall(tmp_path, broker, screen, sets))
        return halls[-1].start(ready)

    yield make
    try:
        tell_what_happened(request, halls, screen, tmp_path)
    finally:
        for hall in halls:
            hall.stop()


@pytest.fixture
def hall(make_hall):
    return make_hall()


@pytest.fixture
def publisher(broker):
    publisher = Publisher(broker)
    yield publisher
    publisher.stop()


@pytest.fixture
def figure(capsys):
    """Prints a measured figure where the collector finds it."""
    def say(text):
        with capsys.disabled():
            print(f"\nFIGURE {text}")
    return say
