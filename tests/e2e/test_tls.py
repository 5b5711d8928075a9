"""TLS and the access list, with the broker kit: who is refused, and whether `check` says why in the right words."""

import contextlib
import re
import socket
import ssl
import subprocess
import threading

import pytest

from hall import Hall
from place import Broker, free_port, wait_for
from site_kit import AHEAD, KIT, PAST, SITE, Authority, Listener, SiteBroker, clock_years_ago, copy, lines_of, program, tls_sets

pytestmark = pytest.mark.aside
SERVERS = ("localhost", "expired", "ahead", "elsewhere")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    authority = Authority(tmp_path_factory.mktemp("authority") / "townhall")
    authority.script("server", "localhost", "127.0.0.1", "::1")
    authority.script("server", "elsewhere", "broker.office", "10.9.8.7")
    authority.dated("expired", PAST, "127.0.0.1")
    authority.dated("ahead", AHEAD, "127.0.0.1")
    for name in ("screen-1", "queue-server", "fleet-admin", "lost"):
        authority.script("client", name)
    authority.script("client", "screen-2", days=20)
    authority.dated("old", PAST)
    authority.dated("early", AHEAD)
    lost = {path: path.read_bytes() for path in (authority.crt("lost"), authority.key("lost"))}
    authority.script("revoke", "lost")
    for path, text in lost.items():  # the script removes them; who has stolen the display has them
        path.write_bytes(text)
        path.chmod(0o600)
    return authority


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """Another authority that calls itself the same."""
    stranger = Authority(tmp_path_factory.mktemp("stranger") / "townhall")
    stranger.script("client", "screen-1")
    return stranger


@pytest.fixture(scope="module")
def site(authority, tmp_path_factory):
    broker = SiteBroker(tmp_path_factory.mktemp("broker"), authority, SERVERS).start()
    yield broker
    broker.stop()


@pytest.fixture
def check(site, authority):
    """Runs check against one of the broker's ports; returns the words about the broker."""
    def run(server="localhost", sets=(), environment=None, host="127.0.0.1", well=False):
        url = f"broker.url=mqtts://{host}:{site.ports.get(server, server)}"
        code, text = program("check", sets=[url, *tls_sets(authority, "screen-1"), *sets], environment=environment)
        assert code == (0 if well else 1), text
        assert no_secret(text, authority), "the log holds a key"
        ((verdict, words),) = lines_of(text, "broker")
        assert verdict == ("ok" if well else "PROBLEM"), text
        return words if not well else text
    return run


def no_secret(text, authority):
    """Whether no line of any key was written."""
    keys = [line for path in authority.folder.glob("*.key") for line in path.read_text().splitlines()
            if not line.startswith("-----")]
    assert keys, "there are keys to look for"
    return not any(line in text for line in keys) and "PRIVATE KEY" not in text


def own(authority, name):
    return tls_sets(authority, name)[1:]


def test_all_is_well(check, site):
    assert site.publish("queue-server", "hall/main/board", '{"v":1,"calls":[]}', "-r") == ""
    text = check(well=True)
    assert lines_of(text, "broker")[0][1].endswith("accepts us (MQTT 5)")
    assert lines_of(text, "board") == [("ok", "received")]
    assert lines_of(text, "reports") == []


def test_a_certificate_that_ends_soon(check, authority):
    display, ca = lines_of(check(well=True), "certificate")
    assert display[0] == "ok" and re.fullmatch(r"this display's is valid until 20\d\d-\d\d-\d\d, 7\d\d days", display[1])
    assert ca[0] == "ok" and re.fullmatch(r"that of ca_file is valid until 20\d\d-\d\d-\d\d, 3\d\d\d days", ca[1])
    (verdict, words), _ = lines_of(check(sets=own(authority, "screen-2") + ["display.id=screen-2"], well=True), "certificate")
    assert verdict == "WARNING" and re.search(r", (19|20) days: renew it$", words), words


@pytest.mark.slow  # needs "localhost" in /etc/hosts, which a bare root may lack
def test_by_name_too(check):
    check(host="localhost", well=True)


def test_nobody_listens(check):
    port = free_port()
    assert check(server=port) == f"broker 127.0.0.1:{port} refuses the connection: is mosquitto running there?"


def test_a_name_that_is_not_known(check):
    words = check(host="broker.invalid")
    assert 'name "broker.invalid" is not known' in words or 'no name server answers for "broker.invalid"' in words


@pytest.fixture
def mute_port():
    """A port that answers as a machine that is switched off: its queue is full, so the kernel drops who comes."""
    with socket.socket() as listener, contextlib.ExitStack() as held:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(10):
            guest = held.enter_context(socket.socket())
            guest.settimeout(1)
            try:
                guest.connect(listener.getsockname())
            except TimeoutError:
                break
        else:
            pytest.fail("the queue of a listener is never full")
        yield listener.getsockname()[1]


def test_nobody_answers(check, mute_port):
    assert check(server=mute_port) == (f"broker 127.0.0.1:{mute_port} does not answer: check its address, the network "
                                       "and the firewall")


def test_a_broker_that_hangs(check, site):
    """Its machine takes the connection for it."""
    site.pause()
    try:
        assert check() == (f"broker 127.0.0.1:{site.port} takes the connection and then is silent: it hangs, or this is "
                           "no TLS port")
    finally:
        site.resume()


def test_a_broker_that_hangs_without_tls(broker):
    """Then nothing tells it from a machine that is not there."""
    broker.pause()
    try:
        _, text = program("check", sets=[f"broker.url={broker.url}"])
    finally:
        broker.resume()
    assert lines_of(text, "broker") == [
        ("PROBLEM", f"broker 127.0.0.1:{broker.port} does not answer: check its address, the network and the firewall")]


def test_a_broker_of_another_authority(check, stranger):
    assert "its certificate is of an unknown authority, not one in [broker] ca_file" in check(
        sets=[f"broker.ca_file={stranger.crt('ca')}"])


def test_the_systems_authorities_do_not_know_a_site(check):
    assert "is of an unknown authority: name yours in [broker] ca_file" in check(sets=["broker.ca_file="])


def test_an_expired_broker(check):
    assert re.search(r"its certificate expired on 2021-01-01: renew it \(this machine's clock says 20\d\d-", check("expired"))


def test_a_broker_not_yet_valid(check):
    assert re.search(r"its certificate is not valid before 2099-01-01, and this machine's clock says 20\d\d-\d\d-\d\d "
                     r"\d\d:\d\d: set the clock", check("ahead"))


def test_a_clock_that_is_behind(check, tmp_path):
    """A board without a battery begins in a year before the certificates."""
    words = check(environment=clock_years_ago(tmp_path, 10))
    assert re.search(r"authority's certificate is not valid before 20\d\d-\d\d-\d\d, and this machine's clock says 201\d-", words)


def test_another_host(check):
    assert "its certificate is made out to another host (elsewhere, broker.office, 10.9.8.7)" in check("elsewhere")


def test_no_certificate_of_ours(check):
    assert "wants a certificate of this display: set [broker] cert_file and key_file" in check(
        sets=["broker.cert_file=", "broker.key_file="])


def test_a_revoked_display(check, authority):
    assert "this display's certificate is revoked: have a new one made" in check(sets=own(authority, "lost"))


def test_a_display_of_another_authority(check, stranger):
    assert "does not know the authority of this display's certificate" in check(sets=own(stranger, "screen-1"))


def test_an_expired_display(check, authority):
    assert "this display's certificate expired on 2021-01-01: renew it" in check(sets=own(authority, "old"))


def test_a_display_not_yet_valid(check, authority):
    assert "this display's certificate is not valid before 2099-01-01, and this machine's clock says" in check(
        sets=own(authority, "early"))


def test_a_port_without_tls(check, broker):
    assert "does not speak TLS on this port" in check(server=broker.port)


def serve_weakly(listener, context):
    """A broker that would take anything: shakes hands until its socket is closed."""
    while True:
        try:
            raw, _ = listener.accept()
        except OSError:
            return
        try:
            context.wrap_socket(raw, server_side=True).close()
        except OSError:
            raw.close()


@pytest.fixture
def weak_port(authority, tmp_path):
    """A TLS server with an RSA key of 1024 bits, well signed for this host."""
    issued = authority.folder / "issued"
    key, request, crt = tmp_path / "weak.key", tmp_path / "weak.csr", tmp_path / "weak.crt"
    for command in (["req", "-new", "-newkey", "rsa:1024", "-nodes", "-keyout", key, "-subj", "/CN=weak", "-out",
                     request, "-config", issued / "openssl.cnf"],
                    ["ca", "-batch", "-notext", "-config", issued / "openssl.cnf", "-days", "9", "-extfile",
                     issued / "localhost.server", "-in", request, "-out", crt]):
        subprocess.run(["openssl", *command], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(crt, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve_weakly, args=(listener, context), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def test_a_weak_broker(check, weak_port):
    assert "its certificate is too weak: at least RSA of 2048 bits" in check(server=weak_port)


def test_a_key_of_another(check, authority):
    assert "is not the key of cert_file" in check(sets=[f"broker.key_file={authority.key('screen-2')}"])


def test_a_key_with_a_passphrase_asks_nobody(check, authority, tmp_path):
    path = tmp_path / "locked.key"
    subprocess.run(["openssl", "pkcs8", "-topk8", "-in", authority.key("screen-1"), "-passout", "pass:sesame",
                    "-out", path], check=True)
    assert "holds no key that opens without a passphrase" in check(sets=[f"broker.key_file={path}"])


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o606])
def test_a_key_that_everyone_may_read(check, authority, tmp_path, mode):
    path = copy(authority.key("screen-1"), tmp_path / "k.key", mode)
    words = check(sets=[f"broker.key_file={path}"])
    assert words.startswith("[broker] key_file:") and f"has mode {mode:04o}, open to everyone: expected 0600 or 0640" in words


def test_a_certificate_that_everyone_may_write(check, authority, tmp_path):
    path = copy(authority.crt("ca"), tmp_path / "ca.crt", 0o666)
    assert "has mode 0666, open to everyone: expected 0644" in check(sets=[f"broker.ca_file={path}"])


def test_credentials_of_the_service_manager(check, authority, tmp_path):
    copy(authority.key("screen-1"), tmp_path / "hall.key", 0o400)
    sets = ["broker.key_file=credential:hall.key"]
    check(sets=sets, environment={"CREDENTIALS_DIRECTORY": str(tmp_path)}, well=True)
    assert "only there in a service with LoadCredential=" in check(sets=sets)
    assert "expected credential:NAME" in check(sets=["broker.key_file=credential:../hall.key"],
                                               environment={"CREDENTIALS_DIRECTORY": str(tmp_path)})


def test_a_display_under_another_name(site, authority):
    """Its certificate says screen-1, its configuration screen-2."""
    code, text = program("check", sets=[f"broker.url=mqtts://127.0.0.1:{site.port}", "display.id=screen-2",
                                        *tls_sets(authority, "screen-1")])
    assert code == 1, text
    ((verdict, words),) = lines_of(text, "reports")
    assert verdict == "PROBLEM" and "display/screen-2/state/check" in words
    assert 'is [display] id "screen-2" the name in its certificate' in words


def test_a_hall_that_may_not_be_read(site, authority):
    """An access list that hides a topic looks like a board that nobody keeps."""
    code, text = program("check", sets=[f"broker.url=mqtts://127.0.0.1:{site.port}", "display.site=elsewhere",
                                        *tls_sets(authority, "screen-1")])
    ((verdict, words),) = lines_of(text, "board")
    assert verdict == "WARNING" and words.startswith("no board received on hallcall/1/elsewhere/hall/main/board:")
    assert "access list (ACL)" in words and code == 1


CALL = '{"v":1,"id":"forged","type":"call","ticket":"A1","counter":"1"}'
FORBIDDEN = [
    ("screen-1", "hall/main/event"),                # a display that calls
    ("screen-1", "hall/main/board"),
    ("screen-1", "urgent"),
    ("screen-2", "display/screen-1/receipt"),       # that answers for another
    ("screen-2", "display/screen-1/state/status"),
    ("screen-2", "display/screen-1/state/online"),
    ("screen-2", "display/screen-1/command/mute"),  # that commands another
    ("screen-1", "display/screen-1/command/mute"),  # or itself
    ("queue-server", "display/screen-1/command/mute"),
    ("queue-server", "display/screen-1/receipt"),
    ("queue-server", "urgent"),
    ("fleet-admin", "hall/main/event"),
]
ALLOWED = [
    ("queue-server", "hall/main/event", {"screen-1", "screen-2", "queue-server", "fleet-admin"}),
    ("screen-1", "display/screen-1/receipt", {"queue-server", "fleet-admin"}),
    ("screen-1", "display/screen-1/state/status", {"queue-server", "fleet-admin", "screen-1"}),
    ("fleet-admin", "display/screen-1/command/mute", {"screen-1", "fleet-admin"}),
]


def test_who_may_do_what(site, tmp_path):
    names = ("screen-1", "screen-2", "queue-server", "fleet-admin")
    listeners = {name: Listener(site, name, tmp_path) for name in names}
    try:
        for name, topic in FORBIDDEN:
            assert "Not authorized" in site.publish(name, topic, f"forged {CALL}"), (name, topic)
        for i, (name, topic, readers) in enumerate(ALLOWED):
            assert site.publish(name, topic, f"real-{i}") == "", (name, topic)
            for reader in readers:
                listeners[reader].wait(f"HEARD {SITE}/{topic} real-{i}")
        for name, listener in listeners.items():
            heard = "\n".join(listener.heard())
            assert "forged" not in heard, f"{name} heard {heard}"
            for i, (_, topic, readers) in enumerate(ALLOWED):
                assert (f"real-{i}" in heard) == (name in readers), (name, topic, heard)
    finally:
        for listener in listeners.values():
            listener.stop()


def test_our_own_commands_are_told_too(site, authority):
    url = f"broker.url=mqtts://127.0.0.1:{site.port}"
    code, text = program("call", "A1", "4", sets=[url, *tls_sets(authority, "screen-1")])
    assert code == 1 and f"the broker refuses the topic {SITE}/hall/main/event" in text, text
    code, text = program("call", "A1", "4", sets=[url, *tls_sets(authority, "queue-server")])
    assert code == 0, text


def test_revoking_while_the_broker_runs(authority, tmp_path):
    authority.script("client", "stolen")
    kept = {path: path.read_bytes() for path in (authority.crt("stolen"), authority.key("stolen"))}
    broker = SiteBroker(tmp_path, authority, SERVERS[:1]).start()
    try:
        assert broker.publish("stolen", "display/stolen/receipt", "1") == ""
        authority.script("renew", "stolen")
        authority.script("revoke", "stolen")
        assert not authority.key("stolen").exists(), "a revoked key is not left for renewal"
        for path, text in kept.items():
            path.write_bytes(text)
            path.chmod(0o600)
        broker.reload()
        wait_for(lambda: broker.publish("stolen", "display/stolen/receipt", "2") != "", 10, "the broker refuses it")
        assert broker.publish("screen-1", "display/screen-1/receipt", "3") == ""
    finally:
        broker.stop()


def test_keys_are_never_written_over(authority):
    before = authority.key("screen-1").read_bytes()
    for words in (("client", "screen-1"), ("server", "screen-1"), ("authority", "townhall")):
        assert "is not written over" in authority.script(*words, refused=True)
    assert authority.key("screen-1").read_bytes() == before
    for path in authority.folder.glob("*.key"):
        assert path.stat().st_mode & 0o777 == 0o600, path
    for name in ("UPPER", "a/b", "../x", "x" * 33, ""):
        assert "expected" in authority.script("client", name, refused=True)


def test_a_hall_over_tls(site, authority, screen, tmp_path):
    """A call from the queue system's certificate is on the screen; the log at debug level tells no secret."""
    hall = Hall(tmp_path, site, screen, [f"broker.url=mqtts://127.0.0.1:{site.port}", "display.site=townhall",
                                         "display.id=screen-1", "log.level=debug", *tls_sets(authority, "screen-1")])
    hall.start()
    try:
        assert site.publish("queue-server", "hall/main/event", '{"ticket":"A107","counter":"4"}') == ""
        hall.wait("shown", 10, hero="A107")
    finally:
        hall.stop()
    assert "debug: " in hall.log() and no_secret(hall.log(), authority)


def test_a_hall_says_the_same_words(site, authority, screen, tmp_path):
    hall = Hall(tmp_path, site, screen, [f"broker.url=mqtts://127.0.0.1:{site.port}", "display.site=townhall",
                                         "log.level=debug", *tls_sets(authority, "lost")])
    hall.start(ready=False)
    try:
        wait_for(lambda: "this display's certificate is revoked: have a new one made" in hall.log(), 20, "the words")
    finally:
        hall.stop()
    assert no_secret(hall.log(), authority)


def test_a_renewed_certificate_is_taken_at_the_next_connection(site, authority, screen, tmp_path):
    key, crt = tmp_path / "screen.key", tmp_path / "screen.crt"
    copy(authority.key("old"), key, 0o600)
    copy(authority.crt("old"), crt, 0o644)
    hall = Hall(tmp_path, site, screen, [f"broker.url=mqtts://127.0.0.1:{site.port}", "display.site=townhall",
                                         "display.id=screen-1", f"broker.ca_file={authority.crt('ca')}",
                                         f"broker.cert_file={crt}", f"broker.key_file={key}"])
    hall.start(ready=False)
    try:
        wait_for(lambda: "this display's certificate expired on 2021-01-01" in hall.log(), 20, "the words")
        copy(authority.key("screen-1"), key, 0o600)
        copy(authority.crt("screen-1"), crt, 0o644)
        hall.wait("link", 30, state="up")
    finally:
        hall.stop()


def test_a_hall_under_another_name(site, authority, screen, tmp_path):
    hall = Hall(tmp_path, site, screen, [f"broker.url=mqtts://127.0.0.1:{site.port}", "display.site=townhall",
                                         "display.id=screen-2", *tls_sets(authority, "screen-1")])
    hall.start()
    try:
        wait_for(lambda: f"the broker refuses the topic {SITE}/display/screen-2/state/online: is [display] id" in hall.log(),
                 10, "the words")
    finally:
        hall.stop()


@pytest.mark.slow
def test_a_hall_that_hears_nothing(site, authority, screen, tmp_path):
    hall = Hall(tmp_path, site, screen, [f"broker.url=mqtts://127.0.0.1:{site.port}", "display.site=elsewhere",
                                         "display.id=screen-1", *tls_sets(authority, "screen-1")])
    hall.start()
    try:
        wait_for(lambda: "no board received within a minute" in hall.log(), 75, "the words")
    finally:
        hall.stop()
    assert hall.log().count("no board received") == 1


SECRET = "correct-horse-battery"


@pytest.fixture
def guarded(tmp_path):
    """A broker that asks for a password."""
    broker = Broker(tmp_path)
    subprocess.run(["mosquitto_passwd", "-b", "-c", tmp_path / "passwords", "screen-1", SECRET], check=True)
    (tmp_path / "passwords").chmod(0o644)
    text = broker.config.read_text().replace("allow_anonymous true", f"allow_anonymous false\npassword_file {tmp_path}/passwords")
    broker.config.write_text(text)
    broker.start()
    yield broker
    broker.stop()


def test_passwords(guarded, tmp_path):
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text(SECRET + "\n")
    bad.write_text("wrong-" + SECRET + "\n")
    good.chmod(0o600)
    bad.chmod(0o640)
    sets = [f"broker.url={guarded.url}", "broker.username=screen-1"]
    texts = []

    def words(*more, environment=None):
        _, text = program("check", sets=[*sets, *more], environment=environment)
        texts.append(text)
        return lines_of(text, "broker")[0]

    assert words(f"broker.password_file={good}")[0] == "ok"
    assert words("broker.password_file=credential:good", environment={"CREDENTIALS_DIRECTORY": str(tmp_path)})[0] == "ok"
    verdict, told = words(f"broker.password_file={bad}")
    assert verdict == "PROBLEM" and "does not let us in: check [broker] username, password_file" in told
    good.chmod(0o644)
    verdict, told = words(f"broker.password_file={good}")
    assert verdict == "PROBLEM" and "password_file" in told and "has mode 0644, open to everyone: expected 0600" in told
    for wrong in (f"broker.url=mqtt://screen-1:{SECRET}@127.0.0.1:{guarded.port}", f"broker.password={SECRET}",
                  f"broker.password_file={SECRET}", f"broker.pasword_file={SECRET}"):
        code, text = program("check", sets=[wrong])
        assert code == 78 and "[broker]" in text, text
        texts.append(text)
    assert SECRET not in "".join(texts)


def test_a_hall_tells_no_password(guarded, screen, tmp_path):
    """Refused, and let in, at debug level, with a journal: the password stands in nothing that a hall writes or
    sends."""
    path = tmp_path / "password"

    def hall_with(name, text):
        path.write_text(text + "\n")
        path.chmod(0o600)
        (tmp_path / name).mkdir()
        return Hall(tmp_path / name, guarded, screen, ["broker.username=screen-1", f"broker.password_file={path}",
                                                       "log.level=debug", f"journal.path={tmp_path}/{name}/journal.db"])

    refused = hall_with("refused", "wrong-" + SECRET)
    refused.start(ready=False)
    try:
        wait_for(lambda: "does not let us in: check [broker] username, password_file" in refused.log(), 20, "the words")
    finally:
        refused.stop()
    hall = hall_with("hall", SECRET).start()
    try:
        status = subprocess.run(
            ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(guarded.port), "-u", "screen-1", "-P", SECRET, "-t", "hallcall/1/+/display/+/state/#",
             "-C", "2", "-W", "10"], capture_output=True, check=True).stdout
    finally:
        hall.stop()
    assert "debug: link: connected" in hall.log() and b'"version"' in status
    for folder in (refused.folder, hall.folder):
        written = {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        assert {"hall.log", "trace.jsonl", "journal.db"} <= set(written)
        assert SECRET.encode() not in b"".join([status, *written.values()])


def test_nothing_that_is_refused_is_repeated(tmp_path):
    """What a person put into the wrong place is told by its setting, not by its text: to `run`, too."""
    broken = tmp_path / "broken.key"
    broken.write_text(f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n")
    broken.chmod(0o600)
    texts = [program("run", sets=[f"broker.url=mqtt://screen-1:{SECRET}@127.0.0.1:1"]),
             program("run", sets=[f"broker.password={SECRET}"]),
             program("check", sets=["broker.url=mqtts://127.0.0.1:1", f"broker.key_file={broken}", f"broker.cert_file={broken}"])]
    assert [code for code, _ in texts] == [78, 78, 1]
    assert SECRET not in "".join(text for _, text in texts), texts


def test_a_branch_office(authority, stranger, tmp_path):
    """A call at the centre reaches a display of the branch over the kit's bridge, with its Message Expiry, and the
    display's receipt reaches the centre."""
    branch_ca = stranger
    for name in ("localhost", "queue-server", "branch-townhall"):
        if not authority.key(name).exists():
            authority.script("client", name)
    branch_ca.script("server", "localhost", "127.0.0.1")
    (tmp_path / "centre").mkdir()
    (tmp_path / "branch").mkdir()
    centre = SiteBroker(tmp_path / "centre", authority, ("localhost",), acl="central.acl").start()
    bridge = (KIT / "bridge.conf").read_text()
    bridge = re.sub(r"^addresses .*$", f"addresses 127.0.0.1:{centre.port}", bridge, flags=re.M)
    bridge = bridge.replace("/etc/mosquitto/hallcall/centre-ca.crt", str(authority.crt("ca")))
    bridge = bridge.replace("/etc/mosquitto/hallcall", str(authority.folder))
    branch = SiteBroker(tmp_path / "branch", branch_ca, ("localhost",), extra=bridge).start()
    display = Listener(branch, "screen-1", tmp_path)
    office = Listener(centre, "queue-server", tmp_path)
    try:
        assert centre.publish("queue-server", "hall/main/board", "the-board", "-r") == ""
        display.wait(f"{SITE}/hall/main/board the-board")
        assert centre.publish("queue-server", "hall/main/event", "a-call", "-D", "publish",
                              "message-expiry-interval", "60") == ""
        display.wait(f"{SITE}/hall/main/event a-call ")
        (line,) = [line for line in display.heard() if "a-call" in line]
        assert 50 <= int(line.split()[-1]) <= 60, line
        assert branch.publish("screen-1", "display/screen-1/receipt", "seen") == ""
        office.wait(f"{SITE}/display/screen-1/receipt seen")
    finally:
        for part in (display, office, branch, centre):
            part.stop()
