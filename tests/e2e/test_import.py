"""`hallcall import`: one file on the boot partition, whatever a laptop has written there."""

import os
import subprocess
import sys

import pytest

from place import PROGRAM, SOURCE

sys.path.insert(0, str(SOURCE / "tests/chaos"))
import namespaces  # noqa: E402

pytestmark = pytest.mark.aside
SECRET = "hunter2 = geheim"
GOOD = f"""# ours
[broker]
url = mqtts://10.0.0.5
username = display-1
password = {SECRET}
ca_file = ca.crt
cert_file = display.crt
key_file = display.key
[display]
site = townhall
logo = logo.png
"""
KINDS = {"p256": ("ec", "ec_paramgen_curve:P-256"), "rsa2048": ("rsa", "rsa_keygen_bits:2048"), "rsa1024": ("rsa", "rsa_keygen_bits:1024")}


def pair(kind="p256", *options):
    """A certificate and its key, made by openssl."""
    algorithm, option = KINDS[kind]
    done = subprocess.run(["openssl", "req", "-x509", "-newkey", algorithm, "-pkeyopt", option, "-nodes", "-subj", "/CN=display-1",
                           "-days", "9", "-keyout", "/dev/stdout", "-out", "/dev/stdout", *options],
                          capture_output=True, check=True, timeout=60)
    key, mark, certificate = done.stdout.partition(b"-----BEGIN CERTIFICATE-----")
    return mark + certificate, key


LOGO = (SOURCE / "docs/pictures/logo.png").read_bytes()
AUTHORITY, (CERTIFICATE, KEY) = pair()[0], pair()
BESIDE = {"ca.crt": AUTHORITY, "display.crt": CERTIFICATE, "display.key": KEY, "logo.png": LOGO}


class Card:
    """A boot partition and the machine that it is in."""

    def __init__(self, folder):
        self.folder = folder
        self.boot, self.etc, self.state, self.run = (folder / name for name in ("boot", "etc", "state", "run"))
        for path in (self.boot, self.etc):
            path.mkdir()
        self.ini = self.boot / "hallcall.ini"

    def bring(self, text=GOOD, beside=BESIDE):
        self.ini.write_bytes(text if isinstance(text, bytes) else text.encode())
        for name, content in beside.items():
            (self.boot / name).write_bytes(content)
        return self

    def start(self, *options, code=0, prefix=()):
        """As at a start of the machine; what was said on standard error. No secret is."""
        done = subprocess.run(
            [*prefix, PROGRAM, "import", "--from", self.boot, "--to", self.etc, "--secrets", "move", *options],
            capture_output=True, text=True, errors="replace", timeout=30,
            env={**os.environ, "STATE_DIRECTORY": str(self.state), "RUNTIME_DIRECTORY": str(self.run)})
        assert done.returncode == code, done.stderr
        for text in (done.stderr, done.stdout, self.report(), self.errors()):
            assert SECRET not in text and "PRIVATE" not in text and KEY.splitlines()[1].decode() not in text
        return done.stderr

    def report(self):
        path = self.boot / "hallcall-import.txt"
        if not path.exists():
            return ""
        text = path.read_bytes().decode()
        assert text.count("\n") == text.count("\r\n"), "line ends as Windows has them"
        return text.replace("\r\n", "\n")

    def errors(self):
        path = self.run / "errors"
        if path.exists():
            assert path.stat().st_mode & 0o777 == 0o644, "the hall is another user"
        return path.read_text() if path.exists() else ""

    def config(self):
        path = self.etc / "hallcall.ini"
        return path.read_text() if path.exists() else None


@pytest.fixture
def card(tmp_path):
    return Card(tmp_path)


def mode(path):
    return path.stat().st_mode & 0o777


def test_a_good_file_is_taken_over(card):
    (card.etc / "hallcall.ini").write_text("# before\n")
    size = len(card.bring().ini.read_bytes())
    card.start()
    etc = card.etc
    assert card.config() == (
        f"# ours\n[broker]\nurl = mqtts://10.0.0.5\nusername = display-1\npassword_file = {etc}/password\n"
        f"ca_file = {etc}/ca.crt\ncert_file = {etc}/display.crt\nkey_file = {etc}/display.key\n"
        f"[display]\nsite = townhall\nlogo = {etc}/logo.png\n")
    assert (etc / "password").read_text() == SECRET + "\n"
    assert (etc / "hallcall.ini.old").read_text() == "# before\n"
    assert {name: (etc / name).read_bytes() for name in BESIDE} == BESIDE
    assert {name: mode(etc / name) for name in ("hallcall.ini", "password", "display.key", "ca.crt", "logo.png")} == \
        {"hallcall.ini": 0o640, "password": 0o640, "display.key": 0o640, "ca.crt": 0o644, "logo.png": 0o644}
    assert sorted(path.name for path in card.boot.iterdir()) == \
        ["ca.crt", "display.crt", "hallcall-import.txt", "hallcall.ini", "logo.png"], "the key has gone"
    left = card.ini.read_text()
    assert SECRET not in left and "hunter2" not in left and len(left) == size
    assert left.splitlines()[:4] == GOOD.splitlines()[:4] and left.splitlines()[4].startswith("# ")
    assert "ACCEPTED" in card.report() and "The password was moved" in card.report() and card.errors() == ""
    assert not [path for path in etc.iterdir() if path.name.startswith(".")], "nothing half written"


def test_a_file_is_taken_over_once(card):
    card.bring().start()
    report, stamp = card.report(), card.ini.stat().st_mtime_ns
    (card.etc / "hallcall.ini").write_text("# edited on the display\n")
    assert "as it was taken over before" in card.start()
    assert card.config() == "# edited on the display\n", "an old file undoes nothing"
    assert (card.report(), card.ini.stat().st_mtime_ns) == (report, stamp), "nothing is written without need"
    # Edited on the laptop again: taken over, with the password and the key that came before.
    card.ini.write_text(card.ini.read_text().replace("townhall", "library"))
    card.start()
    assert "site = library" in card.config() and f"password_file = {card.etc}/password" in card.config()
    assert f"key_file = {card.etc}/display.key" in card.config()
    assert (card.etc / "password").read_text() == SECRET + "\n"
    assert (card.etc / "hallcall.ini.old").read_text() == "# edited on the display\n"
    # A new certificate beside the same file is news too.
    another = pair()[0]
    (card.boot / "ca.crt").write_bytes(another)
    card.start()
    assert (card.etc / "ca.crt").read_bytes() == another and (card.etc / "ca.crt.old").read_bytes() == AUTHORITY
    # What has been lost on the display comes back.
    (card.etc / "hallcall.ini").unlink()
    card.start()
    assert "site = library" in card.config()


def test_a_power_cut_before_the_last_step(card):
    card.bring().start()
    (card.state / "imported").unlink()
    before, old = card.config(), (card.etc / "hallcall.ini.old").exists()
    card.start()
    assert f"password_file = {card.etc}/password" in card.config() and card.config().startswith(before.split("password")[0])
    assert (card.etc / "password").read_text() == SECRET + "\n" and not old


@pytest.mark.parametrize("name", ["hallcall.conf", "HALLCALL.INI", "hallcall.ini.txt", "Hallcall.Conf.txt"])
def test_names_and_line_ends_of_a_laptop(card, name):
    card.ini = card.boot / name
    card.bring(("\ufeff" + GOOD.replace("\n", "\r\n")).encode())
    card.start()
    assert "\r" not in card.config() and card.config().startswith("# ours\n[broker]\n")
    assert card.ini.read_bytes().startswith(b"\xef\xbb\xbf# ours\r\n") and SECRET not in card.ini.read_text()
    assert "as it was taken over before" in card.start()


def test_nothing_is_there(card):
    assert "there is no hallcall.ini" in card.start()
    card.run.mkdir(exist_ok=True)
    (card.run / "errors").write_text("of a file that has gone\n")
    card.start()
    assert card.errors() == "" and card.config() is None and card.report() == ""


def test_secrets_that_would_be_lost_stay(card):
    card.bring().start("--secrets", "keep")
    assert SECRET in card.ini.read_text() and (card.boot / "display.key").exists()
    assert (card.etc / "password").read_text() == SECRET + "\n"
    assert "The password stays on the card too" in card.report()
    assert "as it was taken over before" in card.start("--secrets", "keep")


def refused(card, words, code=78):
    """The display keeps what it had, and everybody is told why."""
    (card.etc / "hallcall.ini").write_text("# before\n")
    said = card.start(code=code)
    assert "not taken over from" in said and "geheim" not in said
    for text in (card.errors(), card.report()):
        assert words in text and "geheim" not in text, text
    assert card.config() == "# before\n" and not (card.etc / "password").exists()
    assert not (card.state / "imported").exists()
    return card.errors()


def broken_logo():
    return LOGO[:len(LOGO) // 2]


CRT, KEY_LINE, CA, PNG = ('hallcall.ini:7: [broker] cert_file: "display.crt": it ', 'hallcall.ini:8: [broker] key_file: "display.key": it ',
                          'hallcall.ini:6: [broker] ca_file: "ca.crt": it ', 'hallcall.ini:11: [display] logo: "logo.png": expected ')
BAD = {
    "authority that is none": ("ca.crt", lambda: b"authority", CA + "holds no certificate"),
    "authority that is a key": ("ca.crt", lambda: KEY, CA + "holds no certificate"),
    "authority cut short": ("ca.crt", lambda: AUTHORITY[:200], CA + "holds no certificate"),
    "empty authority": ("ca.crt", lambda: b"", CA + "holds no certificate"),
    "certificate that is none": ("display.crt", lambda: b"certificate", CRT + "holds no certificate"),
    "weak certificate": ("display.crt", lambda: pair("rsa1024")[0], CRT + "is too weak"),
    "key that is none": ("display.key", lambda: b"garbage", KEY_LINE + "holds no key that opens"),
    "key with a passphrase": ("display.key", lambda: subprocess.run(
        ["openssl", "pkey", "-aes256", "-passout", "pass:x"], input=KEY, capture_output=True, check=True).stdout,
        KEY_LINE + "holds no key that opens without a passphrase"),
    "key of another certificate": ("display.key", lambda: pair()[1], KEY_LINE + "is not the key of cert_file"),
    "key of another kind": ("display.key", lambda: pair("rsa2048")[1], KEY_LINE + "is not the key of cert_file"),
    "logo that is none": ("logo.png", lambda: b"\xff\xd8\xff\xe0JFIF", PNG + "a PNG picture"),
    "broken logo": ("logo.png", broken_logo, PNG + "a whole PNG picture"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_beside_it_is_looked_at(card, what):
    """A file that is not what it should be is told at its line, and no file of the display is touched."""
    name, content, words = BAD[what]
    for other in BESIDE:
        (card.etc / other).write_text("before\n")
    bad = content()
    errors = refused(card.bring(beside={**BESIDE, name: bad}), words)
    assert "1 mistake." in errors, errors
    assert (card.boot / name).read_bytes() == bad and SECRET in card.ini.read_text(), "nothing is taken off the card"
    assert {path.name: path.read_text() for path in card.etc.iterdir()} == \
        {"hallcall.ini": "# before\n", **{other: "before\n" for other in BESIDE}}


def test_all_that_is_bad_beside_it_is_told_at_once(card):
    errors = refused(card.bring(beside=dict.fromkeys(BESIDE, b"garbage")), "4 mistakes")
    for words in (CA + "holds", CRT + "holds", KEY_LINE + "holds", PNG + "a PNG"):
        assert words in errors, errors


def test_a_certificate_belongs_to_the_key_that_the_display_has(card):
    """The key has left the card: a new certificate must be one for it."""
    card.bring().start()
    other, other_key = pair()
    (card.boot / "display.crt").write_bytes(other)
    assert KEY_LINE + "is not the key of cert_file" in card.start(code=78)
    assert (card.etc / "display.crt").read_bytes() == CERTIFICATE and (card.etc / "display.key").read_bytes() == KEY
    (card.boot / "display.key").write_bytes(other_key)
    card.start()
    assert (card.etc / "display.crt").read_bytes() == other and (card.etc / "display.key").read_bytes() == other_key
    assert (card.etc / "display.crt.old").read_bytes() == CERTIFICATE and (card.etc / "display.key.old").read_bytes() == KEY
    assert mode(card.etc / "display.key.old") == 0o640


def test_certificate_and_key_in_one_file(card):
    both = GOOD.replace("display.crt", "both.pem").replace("display.key", "both.pem")
    card.bring(both, {"ca.crt": AUTHORITY, "logo.png": LOGO, "both.pem": CERTIFICATE + KEY}).start()
    assert mode(card.etc / "both.pem") == 0o640 and not (card.boot / "both.pem").exists()
    (card.boot / "both.pem").write_bytes(CERTIFICATE)
    assert 'hallcall.ini:8: [broker] key_file: "both.pem": it holds no key' in card.start(code=78)


def test_what_a_path_names_is_not_looked_at(card):
    """It may be another service's, and may not be there yet."""
    card.bring(GOOD.replace("display.crt", "/run/site/display.crt").replace("display.key", "credential:screen.key"),
               {"ca.crt": AUTHORITY, "logo.png": LOGO}).start()
    assert "cert_file = /run/site/display.crt" in card.config()


def test_what_is_replaced_is_kept(card):
    """Whatever the display had under the name; and what is the same is not kept twice."""
    for name in (*BESIDE, "password"):
        (card.etc / name).write_text("before\n")
        (card.etc / name).chmod(0o600)
    card.bring().start()
    (card.state / "imported").unlink()
    card.start()
    for name in (*BESIDE, "password"):
        assert (card.etc / f"{name}.old").read_text() == "before\n" and mode(card.etc / f"{name}.old") == 0o600, name
    assert not (card.etc / "hallcall.ini.old.old").exists() and not list(card.etc.glob("*.old.old"))


def test_what_was_brought_is_listed(card):
    """For a purge: what the importer has put there, by any file of any time, each once."""
    (card.etc / "clip.wav").write_text("of staff\n")
    card.bring().start()
    (card.boot / "other.crt").write_bytes(AUTHORITY)
    card.ini.write_text(card.ini.read_text().replace("ca.crt", "other.crt"))
    card.start()
    assert sorted((card.state / "installed").read_text().splitlines()) == \
        sorted(f"{card.etc}/{name}" for name in (*BESIDE, "password", "other.crt"))


MISTAKES = GOOD.replace("mqtts://10.0.0.5", "mqt://10.0.0.5").replace("site = townhall", "site = Town Hall\ncolour = 3")


def test_all_mistakes_are_told_at_once(card):
    errors = refused(card.bring(MISTAKES, {}), 'hallcall.ini:3: [broker] url: "mqt://10.0.0.5": expected mqtt://')
    for line in ('hallcall.ini:6: [broker] ca_file: "ca.crt": expected a file of that name beside',
                 'hallcall.ini:10: [display] site: "Town Hall": expected 1 to 32',
                 'hallcall.ini:11: [display] colour: "3": unknown key',
                 'hallcall.ini:12: [display] logo: "logo.png": expected a file'):
        assert line in errors, errors
    assert SECRET in card.ini.read_text(), "what was not taken over is not taken away"
    card.bring().start()
    assert card.errors() == "" and "ACCEPTED" in card.report()


HOSTILE = {
    "empty": (b"", None),
    "utf-16": (b"\xff\xfe[\0b\0r\0", "is UTF-16"),
    "nul": (b"[broker]\nurl = mqtt://h\0\n", "hallcall.ini:2: [broker]: the line holds a NUL byte"),
    "binary": (os.urandom(4096).replace(b"\n", b"") + b"\n", "hallcall.ini:1: "),
    "huge": (b"[broker]\n" + b"x" * (1 << 20), "is larger than 1048576 bytes"),
    "10000 mistakes": (b"[broker]\n" + b"nonsense\n" * 10000, "10000 mistakes"),
    "secret thrice": (b"[broker]\npassword = geheim\n" * 3, "[broker] password: expected"),
    "brackets": (b"[say VIP]\nsay = " + b"[[" * 200, "hallcall.ini:2: [say VIP] say: "),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_contents(card, what):
    content, words = HOSTILE[what]
    card.bring(content, {})
    if words is None:
        card.start()
        assert card.config() == ""
        return
    assert len(refused(card, words).splitlines()) <= 66


def make_special(path, what):
    if what == "link":
        path.symlink_to("/etc/shadow")
    elif what == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)


@pytest.mark.parametrize("what, words", [("link", "is a symbolic link"), ("folder", "is a folder"),
                                         ("pipe", "is no plain file")])
def test_what_is_no_file(card, what, words):
    make_special(card.ini, what)
    refused(card, f"hallcall.ini: {words}")


@pytest.mark.parametrize("what, words", [("link", "symbolic link"), ("folder", "a folder"), ("pipe", "no plain file")])
def test_what_is_no_file_beside_it(card, what, words):
    make_special(card.boot / "ca.crt", what)
    refused(card.bring(beside={k: v for k, v in BESIDE.items() if k != "ca.crt"}), words)


def test_two_files(card):
    (card.boot / "hallcall.conf").write_text(GOOD)
    refused(card.bring(), "is there twice")


def mounted(card, *commands):
    """A prefix that runs a command in a mount namespace of its own, after commands."""
    reason = namespaces.why_not()
    if reason:
        pytest.skip(f"{namespaces.SKIPPED}: {reason}")
    script = " && ".join([*commands, 'exec "$@"'])
    return [*namespaces.unshare(), "sh", "-c", script, "sh"]


def test_a_partition_that_cannot_be_written(card):
    """The configuration is taken over; the log says that the secrets could not be moved."""
    card.bring()
    prefix = mounted(card, f"mount --bind {card.boot} {card.boot}", f"mount -o remount,bind,ro {card.boot}")
    said = card.start(prefix=prefix)
    assert "The password IS STILL ON THE CARD" in said and "Read-only file system" in said and "no report was left" in said
    assert (card.etc / "password").read_text() == SECRET + "\n" and card.errors() == ""
    assert "as it was taken over before" in card.start(prefix=prefix)


@pytest.mark.parametrize("options, words", [("size=16k", "No space left on device"), ("ro", "Read-only file system")])
def test_a_disk_that_takes_nothing(card, options, words):
    """What was in use stays whole, and the hall is told."""
    card.bring()
    full = f"mount -t tmpfs -o {options} none {card.etc}"
    look = f'"$@"; code=$?; ls -A {card.etc} >{card.folder}/left; exit $code'
    prefix = mounted(card, full, f'set -- sh -c \'{look}\' sh "$@"')
    said = card.start(code=1, prefix=prefix)
    assert words in said and words in card.errors() and "could not be taken over" in card.report()
    assert "hallcall.ini" not in (card.folder / "left").read_text()
    assert SECRET in card.ini.read_text() and (card.boot / "display.key").exists()
    card.start()
    assert card.errors() == "" and "ACCEPTED" in card.report()
