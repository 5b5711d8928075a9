"""What is told, and what heals, where the picture has no desktop under it (KMS/DRM): kms_shim.c."""

import json

import pytest

from hall import Hall, tell_what_happened
from place import BUILD, Manager, Screen, wait_for

STATUS = "hallcall/1/demo/display/kms/state/status"
APT = "apt install libegl1 libgles2 libgl1-mesa-dri"
MISSING = "no OpenGL ES 2 (libEGL, libGLESv2): %s; " + APT
# Commands of the shim, and the reasons that staff get.
FAULTS = {b"l": MISSING % "Can't load EGL/GL library on window creation",
          b"i": MISSING % "EGL not initialized",
          b"d": MISSING % "the display's driver draws nothing",
          b"s": MISSING % 'SDL took its renderer "software"',
          b"o": MISSING % 'SDL took its renderer "opengl"'}
BY_HAND = ('SDL_RENDER_DRIVER in the environment is "software", which shows nothing without a desktop: '
           'take it out, or make it opengles2')
BACK_S = 10  # a picture drawn by this machine's processor

pytestmark = pytest.mark.aside


class Bare:
    """A machine without a desktop: a screen, the kernel's outputs, and faults that come and go."""

    def __init__(self, folder, broker):
        self.folder = folder
        self.broker = broker
        self.screen = Screen(folder, 1280, 720)
        self.manager = Manager()
        self.command = folder / "kms.command"
        self.outputs = folder / "drm"
        self.outputs.mkdir()
        self.command.write_bytes(b"\0")
        self.hall = None

    def plug(self, name, modes="1280x720\n", status="connected\n"):
        (self.outputs / name).mkdir(exist_ok=True)
        (self.outputs / name / "status").write_text(status)
        (self.outputs / name / "modes").write_text(modes)

    def order(self, command):
        with open(self.command, "r+b") as file:
            file.write(command)

    def start(self, *sets, **environment):
        self.hall = Hall(self.folder, self.broker, self.screen, ["display.id=kms", *sets])
        ours = {**self.hall.environment(), "LD_PRELOAD": str(BUILD / "tests/e2e/kms_shim.so"),
                "HALLCALL_KMS_FILE": str(self.command), "HALLCALL_KMS_FOLDER": str(self.outputs),
                "NOTIFY_SOCKET": "@" + self.manager.name, **environment}
        self.hall.environment = lambda: ours
        return self.hall.start(ready=False)

    def has_picture(self):
        return len(set(self.screen.pixels[::9, ::9].ravel().tolist())) > 4

    def stop(self):
        if self.hall:
            self.hall.stop()
        self.screen.stop()
        self.manager.socket.close()


@pytest.fixture
def bare(tmp_path, broker, request):
    bare = Bare(tmp_path, broker)
    yield bare
    try:
        tell_what_happened(request, [bare.hall] if bare.hall else [], bare.screen, tmp_path)
    finally:
        bare.stop()


def told(publisher, reason):
    """Waits until the status has this reason why there is no picture; "": there is one."""
    def is_told():
        said = json.loads(publisher.received.get(STATUS, '{"screen": {}}'))["screen"]
        return said.get("well") is (reason == "") and said.get("reason") == reason
    wait_for(is_told, BACK_S, f"the status says {reason!r}")


def is_said(hall, ticket):
    said = {r["serial"] for r in hall.trace("finished")}
    return any(r["serial"] in said for r in hall.spoken() if r["ticket"] == ticket)


def calls(hall, publisher, number):
    """A call is spoken, picture or not."""
    event = {"id": f"call-{number}", "n": 1, "ticket": f"A{number}", "counter": "3"}
    publisher.send("hall/main/event", json.dumps(event))
    wait_for(lambda: is_said(hall, f"A{number}"), 40, "it is spoken, if need be at the second try")


def test_a_display_that_cannot_draw_says_why_and_heals(bare, publisher):
    """One fault after the other, and no restart in between."""
    bare.order(b"l")
    hall = bare.start()
    for command, reason in FAULTS.items():
        bare.order(command)
        told(publisher, reason)
        assert f"no picture: {reason}\n" in hall.log()
        wait_for(lambda r=reason: bare.manager.status().endswith(f"no screen: {r}"), 5, "the service manager is told")
        assert not bare.has_picture()
    calls(hall, publisher, 101)
    assert "display open" not in hall.log()
    assert bare.manager.heard("READY=1"), "who waits for the hall must not wait for a package"
    bare.order(b"\0")
    told(publisher, "")
    wait_for(bare.has_picture, BACK_S, "the picture")
    assert hall.log().count("no picture: ") == len(FAULTS), "each is told once"
    assert bare.manager.heard("READY=1") == ["READY=1"]


def test_a_renderer_that_shows_nothing_is_refused(bare, publisher):
    """Not by the shim's word for it: the renderer in memory, which passes every other test."""
    hall = bare.start(SDL_RENDER_DRIVER="software")
    told(publisher, BY_HAND)
    assert f"no picture: {BY_HAND}\n" in hall.log()
    assert "display open" not in hall.log()


def test_the_same_renderer_shows_on_a_desktop(bare):
    hall = bare.start(SDL_RENDER_DRIVER="software", LD_PRELOAD="")
    wait_for(bare.has_picture, BACK_S, "the picture")
    assert "no picture: " not in hall.log()


def test_the_card_with_the_monitor_is_named(bare):
    """SDL would take the last card and find nothing there; the monitor may come later."""
    bare.plug("card0-Writeback-1", modes="")
    bare.plug("card1-HDMI-A-1", status="disconnected\n", modes="")
    hall = bare.start(HALLCALL_KMS_CARD="1")
    wait_for(lambda: "no picture: no display: neither X11, Wayland nor KMS answers" in hall.log(), 10, "it is told")
    bare.plug("card1-HDMI-A-1")
    wait_for(bare.has_picture, BACK_S, "the picture")


def test_a_monitor_that_goes_and_one_without_modes(bare, publisher):
    """The kernel sends SDL no word of either."""
    bare.plug("card1-HDMI-A-1")
    bare.plug("card1-HDMI-A-2")
    hall = bare.start("display.output=HDMI-A-1")
    wait_for(bare.has_picture, BACK_S, "the picture")
    bare.plug("card1-HDMI-A-1", status="disconnected\n", modes="")
    told(publisher, 'no monitor at the output "HDMI-A-1"; there is one at: HDMI-A-2')
    bare.plug("card1-HDMI-A-1", modes="")
    reason = 'the monitor at the output "HDMI-A-1" is connected, but tells no picture size'
    told(publisher, f"{reason}; one that does is at: HDMI-A-2")
    calls(hall, publisher, 101)
    bare.plug("card1-HDMI-A-1")
    told(publisher, "")
    wait_for(bare.has_picture, BACK_S, "the picture")


def test_the_only_monitor_without_modes(bare, publisher):
    bare.plug("card1-HDMI-A-1", modes="")
    bare.start("display.output=HDMI-A-1", HALLCALL_KMS_CARD="none")
    told(publisher, 'the monitor at the output "HDMI-A-1" is connected, but tells no picture size')
