"""certificates.sh through the years of a site: what it refuses, what it leaves behind, what is renewed and revoked, and
whether a broker and `check` see it so."""

import contextlib
import datetime
import re
import subprocess

import pytest

from place import wait_for
from site_kit import PAST, Authority, SiteBroker, clock_years_ago, copy, lines_of, program, tls_sets

pytestmark = pytest.mark.aside
ACCEPTED = ("ok", "accepts us (MQTT 5)")


@pytest.fixture
def authority(tmp_path):
    return begin(tmp_path / "townhall")


def begin(folder, clock=None):
    """A site with a broker, a display and a display that was stolen."""
    authority = Authority(folder, clock=clock)
    authority.script("server", "localhost", "127.0.0.1")
    for name in ("screen-1", "stolen"):
        authority.script("client", name)
    return authority


@contextlib.contextmanager
def broker_of(authority, folder):
    (folder / "broker").mkdir()
    broker = SiteBroker(folder / "broker", authority, ("localhost",)).start()
    try:
        yield broker
    finally:
        broker.stop()


def check(broker, authority, ca_file=None, name="screen-1"):
    """What `check` says of the broker: the verdict and the words behind its address."""
    sets = [f"broker.url=mqtts://127.0.0.1:{broker.port}", *tls_sets(authority, name), f"display.id={name}"]
    _, text = program("check", sets=sets + ([f"broker.ca_file={ca_file}"] if ca_file else []))
    ((verdict, words),) = lines_of(text, "broker")
    return verdict, words.split(f":{broker.port}", 1)[1].lstrip(": ")


def files(authority):
    """All that the folder holds, but for what every command writes."""
    return {path.relative_to(authority.folder): path.read_bytes() for path in authority.folder.rglob("*")
            if path.is_file() and path.name not in ("openssl.cnf", "openssl.log")}


def seen_in(path, *what):
    return subprocess.run(["openssl", "x509", "-in", path, "-noout", *what], capture_output=True, text=True, check=True).stdout


def days_until(text):
    """Whole days to the date in a text; one less when midnight has passed since it was written."""
    date = datetime.date.fromisoformat(re.search(r"\d{4}-\d\d-\d\d", text)[0])
    return (date - datetime.datetime.now(datetime.timezone.utc).date()).days


def verifies(ca_file, crt):
    return subprocess.run(["openssl", "verify", "-CAfile", ca_file, crt], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("command", ["server", "client", "renew", "revoke"])
def test_files_of_the_kit_are_no_names(authority, command):
    before = files(authority)
    for name, told in (("ca", "is the authority itself"), ("CA", "is the authority itself"), ("ca.crt", "see renew-authority"),
                       ("crl", "is the revocation list"), ("crl.pem", "see renew-crl"), ("issued", "is the folder")):
        assert told in authority.script(command, name, refused=True), name
    assert files(authority) == before


@pytest.mark.parametrize("command", ["renew", "revoke"])
def test_a_name_that_has_no_certificate(authority, command):
    before = files(authority)
    for name in ("screen-9", "screen-1.crt", "", "hallcall townhall"):
        assert "has no certificate, or only revoked ones" in authority.script(command, name, refused=True), name
    assert files(authority) == before


def test_a_mistyped_folder_is_not_made(authority):
    mistyped = authority.folder.with_name("tonwhall")
    authority.folder = mistyped
    assert f"there is no folder {mistyped}" in authority.script("list", refused=True)
    assert not mistyped.exists()


def test_a_second_authority_needs_its_own_folder(authority):
    authority.key("ca").rename(authority.folder.parent / "ca.key")
    before = files(authority)
    assert "another authority begins in another folder" in authority.script("authority", "townhall", refused=True)
    assert files(authority) == before


@pytest.mark.parametrize("wrong", ["10.0.0.999", "10.0.0", "fe80::zz", "mqtts://broker.x", "broker.x:8883", "broker..x", "a_b", "",
                                   "10.0.0.5,10.0.0.6"])
def test_a_wrong_address_leaves_nothing(authority, wrong):
    before = files(authority)
    assert f'"{wrong}": expected a host name or an IP address' in authority.script("server", "broker.x", wrong, refused=True)
    assert files(authority) == before
    authority.script("server", "broker.x", "10.0.0.5", "fe80::1")
    assert "DNS:broker.x, IP Address:10.0.0.5, IP Address:FE80:0:0:0:0:0:0:1" in seen_in(authority.crt("broker.x"), "-ext",
                                                                                         "subjectAltName")


def test_a_failure_of_openssl_leaves_nothing(authority, tmp_path):
    """Days that openssl cannot count come to its notice when the key is made already."""
    before = files(authority)
    for words in (("client", "screen-2"), ("server", "broker.x"), ("renew", "screen-1"), ("renew", "localhost")):
        assert "openssl ca failed" in authority.script(*words, refused=True, days=10**14)
    for words in (("renew-authority",), ("renew-crl",)):
        assert "failed" in authority.script(*words, refused=True, environment={"CA_DAYS": "1" * 15})
    assert "DAYS=0: expected a number of days" in authority.script("renew", "screen-1", refused=True, days=0)
    assert files(authority) == before
    authority.folder = tmp_path / "new"
    assert "failed" in authority.script("authority", "new", refused=True, environment={"CA_DAYS": "1" * 15})
    assert not authority.key("ca").exists()
    authority.script("authority", "new")


@pytest.mark.parametrize("way", ["revoked", "moved away"])
def test_a_brokers_name_that_becomes_a_displays(authority, way):
    """It must not be able to pass for the broker, not when it is renewed either."""
    assert "Server Authentication" in seen_in(authority.crt("localhost"), "-ext", "extendedKeyUsage")
    if way == "revoked":
        authority.script("revoke", "localhost")
        assert not (authority.folder / "issued/localhost.server").exists()
    else:
        authority.key("localhost").unlink()
    authority.script("client", "localhost")
    for _ in ("new", "renewed"):
        usage = seen_in(authority.crt("localhost"), "-ext", "extendedKeyUsage")
        assert "Client Authentication" in usage and "Server" not in usage
        authority.script("renew", "localhost")


def test_the_authority_is_renewed_in_time(authority, tmp_path):
    """Old and new files go together in every order, so displays are visited one after another."""
    old_ca = copy(authority.crt("ca"), tmp_path / "old-ca.crt", 0o644)
    old_key, old_screen = authority.key("ca").read_bytes(), authority.crt("screen-1").read_bytes()
    with broker_of(authority, tmp_path) as broker:
        told = authority.script("renew-authority", environment={"CA_DAYS": "7300"})
        assert "certificates stay as they are" in told and "ca.crt to every display and program" in told
        assert check(broker, authority) == ACCEPTED, "a new ca.crt here, the broker still with the old one"
        broker.stop()
        broker.start()
        assert check(broker, authority) == ACCEPTED
        assert check(broker, authority, ca_file=old_ca) == ACCEPTED, "the other way round"
    authority.script("client", "screen-2")
    new_ca = authority.crt("ca")
    assert authority.key("ca").read_bytes() == old_key and authority.crt("screen-1").read_bytes() == old_screen
    assert new_ca.read_bytes() != old_ca.read_bytes() and new_ca.stat().st_mode & 0o777 == 0o644
    for part in ("-subject", "-pubkey"):
        assert seen_in(new_ca, part) == seen_in(old_ca, part)
    assert "CA:TRUE, pathlen:0" in seen_in(new_ca, "-ext", "basicConstraints")
    assert days_until(seen_in(new_ca, "-enddate", "-dateopt", "iso_8601")) in (7299, 7300)
    for ca_file in (old_ca, new_ca):
        for name in ("screen-1", "screen-2", "localhost"):
            assert verifies(ca_file, authority.crt(name)), (ca_file, name)


def test_check_tells_in_time_that_the_authority_ends(authority, tmp_path):
    """Of several in one file, as while it is renewed, the one that lasts longest counts."""
    ten_years = authority.crt("ca").read_bytes()
    authority.script("renew-authority", environment={"CA_DAYS": "20"})
    ends_soon, both = copy(authority.crt("ca"), tmp_path / "soon.crt", 0o644), tmp_path / "both.crt"
    both.write_bytes(ends_soon.read_bytes() + ten_years)
    both.chmod(0o644)
    with broker_of(authority, tmp_path) as broker:
        for ca_file, verdict, days in ((ends_soon, "WARNING", r"(19|20) days: renew it"), (both, "ok", r"36\d\d days")):
            _, text = program("check", sets=[f"broker.url=mqtts://127.0.0.1:{broker.port}", *tls_sets(authority, "screen-1"),
                                             "display.id=screen-1", f"broker.ca_file={ca_file}"])
            _, (told, words) = lines_of(text, "certificate")
            assert told == verdict and re.fullmatch(rf"that of ca_file is valid until 20\d\d-\d\d-\d\d, {days}", words), words


def test_an_authority_that_ran_out_is_renewed(tmp_path):
    """It was made eleven years ago; what it issues now is worth nothing until it is renewed."""
    authority = begin(tmp_path / "townhall", clock_years_ago(tmp_path, 11))
    screen = authority.crt("screen-1").read_bytes()
    with broker_of(authority, tmp_path) as broker:
        verdict, words = check(broker, authority)
        assert verdict == "PROBLEM" and re.match(r"its authority's certificate expired on 20\d\d-\d\d-\d\d: renew it", words)
        assert re.search(r"^expired +until 20\d\d-\d\d-\d\d +ca.crt", authority.script("list"), re.M)
        authority.script("renew-authority")
        assert not re.search("^expired", authority.script("list"), re.M)
        broker.stop()
        broker.start()
        assert check(broker, authority) == ACCEPTED
    assert authority.crt("screen-1").read_bytes() == screen


def test_an_authority_that_was_made_a_displays_is_mended(authority):
    """`renew ca` did so before it was refused: the name of the authority is left only as that of who issued it."""
    issued = authority.folder / "issued"
    for command in (["req", "-new", "-config", issued / "openssl.cnf", "-key", authority.key("ca"), "-subj", "/CN=ca", "-out",
                     issued / "request"],
                    ["ca", "-batch", "-notext", "-config", issued / "openssl.cnf", "-days", "9", "-extensions", "client", "-in",
                     issued / "request", "-out", authority.crt("ca")]):
        subprocess.run(["openssl", *command], check=True, capture_output=True)
    assert not verifies(authority.crt("ca"), authority.crt("screen-1"))
    authority.script("renew-authority")
    assert verifies(authority.crt("ca"), authority.crt("screen-1"))


def test_a_revocation_list_that_ran_out_is_renewed(authority, tmp_path):
    """It shuts out everybody, and the new one only those whom the old one names."""
    copies = [copy(path, tmp_path / path.name, 0o600) for path in (authority.crt("stolen"), authority.key("stolen"))]
    assert "crl.pem: copy it to the broker" in authority.script("revoke", "stolen")
    for path in copies:
        copy(path, authority.folder / path.name, 0o600)
    subprocess.run(["openssl", "ca", "-config", authority.folder / "issued/openssl.cnf", "-gencrl", "-crl_lastupdate", PAST[0],
                    "-crl_nextupdate", PAST[1], "-out", authority.folder / "crl.pem"], check=True, capture_output=True)
    assert re.search(r"^expired +until 2021-01-01 +crl.pem", authority.script("list"), re.M)
    with broker_of(authority, tmp_path) as broker:
        shut_out = "calls this display's certificate expired, which it is not: its clock, or its revocation list"
        assert check(broker, authority) == ("PROBLEM", shut_out)
        before = files(authority)
        assert "systemctl reload mosquitto" in authority.script("renew-crl")
        changed = {str(path) for path, data in files(authority).items() if before.get(path) != data}
        assert changed <= {"crl.pem", "issued/crlnumber", "issued/crlnumber.old"}
        broker.reload()
        wait_for(lambda: check(broker, authority) == ACCEPTED, 20, "the broker has the new list")
        assert check(broker, authority, name="stolen") == (
            "PROBLEM", "this display's certificate is revoked: have a new one made")


def test_displays_do_not_notice_that_a_broker_is_revoked(authority, tmp_path):
    """The script says so in place of sending somebody to copy a list that no display reads."""
    with broker_of(authority, tmp_path) as broker:
        copies = [copy(path, tmp_path / path.name, 0o600) for path in (authority.crt("localhost"), authority.key("localhost"))]
        told = authority.script("revoke", "localhost")
        assert "localhost: displays do not notice this" in told and "a new authority" in told and "crl.pem" not in told
        for path in copies:
            copy(path, authority.folder / path.name, 0o600)
        broker.stop()
        broker.start()
        assert check(broker, authority) == ACCEPTED


def test_a_stolen_brokers_key_is_worth_nothing_to_a_new_authority(authority, tmp_path):
    """What README.md says to do: with its new files a display believes the new broker and not the old one."""
    anew = begin(tmp_path / "anew")
    (tmp_path / "thief").mkdir()
    with broker_of(anew, tmp_path) as broker, broker_of(authority, tmp_path / "thief") as thief:
        assert check(broker, anew) == ACCEPTED
        assert check(thief, anew) == ("PROBLEM", "its certificate is of an unknown authority, not one in [broker] ca_file")


def test_the_list(authority):
    authority.dated("old", PAST)
    authority.script("revoke", "stolen")
    lines = [line.split(None, 3) for line in authority.script("list").splitlines()]
    assert [(state, name) for state, _, _, name in lines] == [
        ("valid", "ca.crt, the authority"), ("valid", "crl.pem, the revocation list"), ("valid", "localhost"),
        ("valid", "screen-1"), ("revoked", "stolen"), ("valid", "old"), ("expired", "old")]
    assert [days_until(until) for _, _, until, _ in lines[:3]] in ([3650, 3650, 730], [3649, 3649, 729])
