#!/usr/bin/env python3
"""Writes the hostile messages and their manifest next to this script.

One file per message, so that each can be published by hand (mosquitto_pub -f) and given to a
fuzzer; those of up to 4 kB are also written into the fuzz corpus, each with the byte in front that
fuzz_contract.c reads as its topic, beside the examples of docs/schemas. The manifest says for each file: its name, the kind of topic, the expected refusal (or
"accepted", and then what cleaning must have made of it), separated by tabs. Run it again after a
change; the output depends on nothing but this text.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parent / "fuzz" / "corpus" / "contract"
EXAMPLES = HERE.parent.parent / "docs" / "schemas" / "examples"
# The order of the topics in fuzz_contract.c, 8 for retained, 16 for live, 64 for commands.
FIRST_BYTE = {"event": 16, "board": 17, "notice": 18, "urgent": 19, "clock": 20, "status": 21,
              "other": 22, "event-retained": 8, "mute": 80, "volume": 81, "repeat": 82, "mute-retained": 72,
              "repeat-replayed": 66}
SEED_BYTES_MAX = 4096
ROWS = []


def add(name, kind, expected, payload, cleaned=""):
    data = payload.encode("utf-8") if isinstance(payload, str) else payload
    ROWS.append((name + ".bin", kind, expected, cleaned, data))


def event(**members):
    base = {"ticket": "A107", "counter": "4"}
    base.update(members)
    return json.dumps(base, ensure_ascii=True)


def raw(ticket):
    """An event whose ticket is written as given, bytes or text, unescaped."""
    inner = ticket.encode("utf-8") if isinstance(ticket, str) else ticket
    return b'{"ticket":"' + inner + b'","counter":"4"}'


def notice(text):
    return json.dumps({"text": text}, ensure_ascii=False)


def sizes():
    add("size-01-over-limit", "event", "size", b" " * 65537)
    add("size-02-over-limit-valid", "board", "size", '{"calls":[]}' + " " * 65536)
    add("size-03-empty-event", "event", "empty", b"")
    add("size-04-empty-clock", "clock", "empty", b"")
    add("size-05-blanks-only", "event", "json", b" " * 64)
    add("size-06-at-limit-of-braces", "event", "json", b"{}," * 21845)
    add("size-07-at-limit-padded", "event", "accepted", event().ljust(65536), "A107")


def depths():
    add("depth-01-arrays-200000", "event", "size", b"[" * 200000)
    add("depth-02-arrays-30000", "event", "json", b"[" * 30000 + b"]" * 30000)
    add("depth-03-objects", "event", "json", b'{"a":' * 9 + b"1" + b"}" * 9)
    add("depth-04-nine", "event", "json", b'{"ticket":"A1","counter":"4","x":' + b"[" * 8 + b"]" * 8 + b"}")
    add("depth-05-eight", "event", "accepted",
        b'{"ticket":"A1","counter":"4","x":' + b"[" * 7 + b"]" * 7 + b"}", "A1")
    add("depth-06-brackets-in-string", "event", "accepted", event(x="[[[[[[[[[[[[{{{{{{{{{{{{"), "A107")
    add("depth-07-escaped-quote", "event", "accepted", event(x='\\"[[[[[[[[[[[['), "A107")
    add("depth-08-closing-first", "event", "json", b"]]]]]]]]]]]]{{{{{{{{{{{{")


def syntax():
    add("json-01-duplicate-key", "event", "json", '{"ticket":"A1","ticket":"A2","counter":"4"}')
    add("json-02-duplicate-escaped", "event", "json", r'{"ticket":"A1","tic\u006bet":"A2","counter":"4"}')
    add("json-03-duplicate-inside", "board", "json", '{"calls":[{"ticket":"A1","counter":"1","counter":"2"}]}')
    add("json-04-trailing-garbage", "event", "json", event() + "x")
    add("json-05-second-document", "event", "json", event() + event())
    add("json-06-nan", "event", "json", '{"ticket":"A1","counter":"4","ttl":NaN}')
    add("json-07-infinity", "event", "json", '{"ticket":"A1","counter":"4","ttl":-Infinity}')
    add("json-08-leading-zero", "event", "json", '{"ticket":007,"counter":"4"}')
    add("json-09-bare-point", "event", "json", '{"ticket":"A1","counter":"4","ttl":1.}')
    add("json-10-overflow-real", "event", "json", '{"ticket":"A1","counter":"4","ttl":1e999}')
    add("json-11-overflow-integer", "event", "json", '{"ticket":"A1","counter":"4","seq":' + "9" * 30 + "}")
    add("json-12-raw-newline", "event", "json", raw("A\n1"))
    add("json-13-raw-tab", "event", "json", raw("A\t1"))
    add("json-14-nul-escape", "event", "json", raw(r"A1\u0000"))
    add("json-15-lone-surrogate-high", "event", "json", raw(r"A\ud800"))
    add("json-16-lone-surrogate-low", "event", "json", raw(r"A\udc00"))
    add("json-17-byte-order-mark", "event", "json", b"\xef\xbb\xbf" + event().encode())
    add("json-18-single-quotes", "event", "json", "{'ticket':'A1','counter':'4'}")
    add("json-19-comment", "event", "json", '{"ticket":"A1",/* x */"counter":"4"}')
    add("json-20-trailing-comma", "event", "json", '{"ticket":"A1","counter":"4",}')
    add("json-21-truncated", "event", "json", '{"ticket":"A1","coun')
    add("json-22-array", "event", "json", '[{"ticket":"A1","counter":"4"}]')
    add("json-23-string", "event", "json", '"A107"')
    add("json-24-plain-text", "event", "json", "A107 to counter 4")
    add("json-25-null", "event", "json", "null")
    add("json-26-xml", "event", "json", "<call ticket='A107'/>")


def encodings():
    add("utf8-01-ff", "event", "utf8", raw(b"A\xff1"))
    add("utf8-02-overlong-slash", "event", "utf8", raw(b"A\xc0\xaf"))
    add("utf8-03-overlong-nul", "event", "utf8", raw(b"A\xc0\x80"))
    add("utf8-04-surrogate", "event", "utf8", raw(b"A\xed\xa0\x80"))
    add("utf8-05-past-end", "event", "utf8", raw(b"A\xf4\x90\x80\x80"))
    add("utf8-06-cut-sequence", "event", "utf8", raw(b"\xd0"))
    add("utf8-07-raw-nul", "event", "utf8", raw(b"A\x001"))
    add("utf8-08-latin1", "event", "utf8", raw(b"\xc4107"))
    add("utf8-09-utf16", "event", "utf8", event().encode("utf-16"))
    add("utf8-10-in-ignored-member", "event", "utf8", b'{"ticket":"A1","counter":"4","x":"\xfe"}')


def members():
    add("member-01-empty-object", "event", "member", "{}")
    add("member-02-no-counter", "event", "member", '{"ticket":"A1"}')
    add("member-03-no-ticket", "event", "member", '{"counter":"4"}')
    add("member-04-ticket-list", "event", "member", event(ticket=["A1"]))
    add("member-05-ticket-null", "event", "member", event(ticket=None))
    add("member-06-ticket-real", "event", "member", event(ticket=1.5))
    add("member-07-counter-boolean", "event", "member", event(counter=True))
    add("member-08-unknown-type", "event", "member", event(type="explode"))
    add("member-09-type-number", "event", "member", event(type=1))
    add("member-10-n-zero", "event", "member", event(n=0))
    add("member-11-n-million-one", "event", "member", event(n=1000001))
    add("member-12-n-text", "event", "member", event(n="1"))
    add("member-13-ttl-zero", "event", "member", event(ttl=0))
    add("member-14-ttl-negative", "event", "member", event(ttl=-5))
    add("member-15-ttl-over-day", "event", "member", event(ttl=86401))
    add("member-16-seq-negative", "event", "member", event(seq=-1))
    add("member-17-time-date-only", "event", "member", event(time="2026-11-22"))
    add("member-18-time-no-offset", "event", "member", event(time="2026-11-22T08:15:30"))
    add("member-19-time-february-30", "event", "member", event(time="2026-02-30T08:15:30Z"))
    add("member-20-time-number", "event", "member", event(time=1795335330))
    add("member-21-lang-number", "event", "member", event(lang=5))
    add("member-22-lang-path", "event", "member", event(lang="../../etc/passwd"))
    add("member-23-id-empty", "event", "member", event(id=""))
    add("member-24-id-65-bytes", "event", "member", event(id="x" * 65))
    add("member-25-id-invisible", "event", "member", event(id="abc\u200b"))
    add("member-26-id-newline", "event", "member", event(id="abc\nerr: forged line"))
    add("member-27-label-long", "event", "member", event(label="x" * 97))
    add("member-28-label-number", "event", "member", event(label=4))
    add("member-29-withdraw-nobody", "event", "member", '{"type":"withdraw","counter":"4"}')
    add("member-30-recall-by-id-only", "event", "member", '{"type":"recall","id":"x1"}')
    add("member-31-board-without-calls", "board", "member", '{"v":1,"seq":5}')
    add("member-32-board-calls-object", "board", "member", '{"calls":{}}')
    add("member-33-board-call-number", "board", "member", '{"calls":[1]}')
    add("member-34-board-withdraw", "board", "member", '{"calls":[{"type":"withdraw","ticket":"A1","counter":"4"}]}')
    add("member-35-board-counter-no-id", "board", "member", '{"calls":[],"counters":[{"open":true}]}')
    add("member-36-board-open-text", "board", "member", '{"calls":[],"counters":[{"id":"4","open":"yes"}]}')
    add("member-37-notice-no-text", "notice", "member", '{"speak":true}')
    add("member-38-notice-both-texts", "notice", "member", '{"text":"a","texts":{"en":"b"}}')
    add("member-39-notice-empty-text", "notice", "member", notice("\u200b\u202e"))
    add("member-40-notice-long", "notice", "member", notice("x" * 481))
    add("member-41-notice-bad-tag", "notice", "member", '{"texts":{"english":"x"}}')
    add("member-42-notice-backwards", "notice", "member",
        '{"text":"x","valid_from":"2026-11-22T10:00:00Z","valid_until":"2026-11-22T09:00:00Z"}')
    add("member-43-notice-priority-ten", "notice", "member", '{"text":"x","priority":10}')
    add("member-44-urgent-no-active", "urgent", "member", '{"text":"Fire"}')
    add("member-45-urgent-no-text", "urgent", "member", '{"active":true}')
    add("member-46-urgent-active-text", "urgent", "member", '{"active":"false"}')
    add("member-47-urgent-repeat-over", "urgent", "member", '{"active":true,"text":"x","repeat":3601}')
    add("member-48-clock-no-time", "clock", "member", '{"halls":{}}')
    add("member-49-clock-halls-list", "clock", "member", '{"time":"2026-11-22T08:15:30Z","halls":[]}')
    add("member-50-clock-seq-text", "clock", "member", '{"time":"2026-11-22T08:15:30Z","halls":{"main":{"seq":"7"}}}')


def versions():
    add("version-01-two", "event", "version", event(v=2))
    add("version-02-text", "event", "version", event(v="1"))
    add("version-03-real", "event", "version", event(v=1.0))
    add("version-04-null", "board", "version", '{"v":null,"calls":[]}')


def limits():
    add("limit-01-members-257", "event", "limit", event(**{"x%d" % i: i for i in range(255)}))
    add("limit-02-calls-201", "board", "limit",
        json.dumps({"calls": [{"ticket": "A%d" % i, "counter": "4"} for i in range(201)]}))
    add("limit-03-counters-257", "board", "limit",
        json.dumps({"calls": [], "counters": [{"id": str(i)} for i in range(257)]}))
    add("limit-04-languages-9", "notice", "limit",
        json.dumps({"texts": {t: "x" for t in "aa ab ac ad ae af ag ah ai".split()}}))
    add("limit-05-lang-5", "event", "limit", event(lang=["aa", "ab", "ac", "ad", "ae"]))
    add("limit-06-members-256", "event", "accepted", event(**{"x%d" % i: i for i in range(254)}), "A107")


def tickets():
    add("ticket-01-empty", "event", "ticket", event(ticket=""))
    add("ticket-02-blank", "event", "ticket", event(ticket="  \t "))
    add("ticket-03-nine-characters", "event", "ticket", event(ticket="A12345678"))
    add("ticket-04-mixed-script", "event", "ticket", event(ticket="A\u0412107"))
    add("ticket-05-cyrillic-and-latin-tail", "event", "ticket", event(ticket="\u0410107B"))
    add("ticket-06-greek", "event", "ticket", event(ticket="\u0391107"))
    add("ticket-07-emoji", "event", "ticket", event(ticket="\U0001f600"))
    add("ticket-08-markup", "event", "ticket", event(ticket="<b>A1"))
    add("ticket-09-phonemes", "event", "ticket", event(ticket="[[A1]]"))
    add("ticket-10-negative", "event", "ticket", event(ticket=-1))
    add("ticket-11-huge-number", "event", "ticket", event(ticket=1234567890123))
    add("ticket-12-path", "event", "ticket", event(ticket="../A1"))
    add("ticket-13-arabic-digits", "event", "ticket", event(ticket="\u0661\u0662"))
    add("ticket-14-marks", "event", "ticket", event(ticket="A" + "\u0301" * 40 + "1"))
    add("ticket-15-only-invisible", "event", "ticket", event(ticket="\u200b\u2060\ufeff"))
    add("ticket-16-64-kilobytes", "event", "ticket", event(ticket="A" * 60000))


def counters():
    add("counter-01-empty", "event", "counter", event(counter=""))
    add("counter-02-wildcard", "event", "counter", event(counter="+"))
    add("counter-03-slash", "event", "counter", event(counter="4/../5"))
    add("counter-04-33-characters", "event", "counter", event(counter="c" * 33))
    add("counter-05-negative", "event", "counter", event(counter=-4))
    add("counter-06-blank-inside", "event", "counter", event(counter="room 4"))
    add("counter-07-cyrillic", "event", "counter", event(counter="\u0410"))


def retained():
    add("retained-01-event", "event-retained", "retained", event())
    add("retained-02-withdraw", "event-retained", "retained", '{"type":"withdraw","ticket":"A107"}')


def commands():
    add("command-01-mute-retained", "mute-retained", "retained", '{"minutes":5}')
    add("command-02-repeat-replayed", "repeat-replayed", "replayed", "{}")
    add("command-03-empty", "repeat", "empty", b"")
    add("command-04-mute-without-end", "mute", "member", "{}")
    add("command-05-mute-both", "mute", "member", '{"minutes":5,"until":"2026-11-22T18:00:00Z"}')
    add("command-06-mute-week", "mute", "member", '{"minutes":10080}')
    add("command-07-mute-negative", "mute", "member", '{"minutes":-1}')
    add("command-08-mute-text", "mute", "member", '{"minutes":"5"}')
    add("command-09-volume-101", "volume", "member", '{"percent":101}')
    add("command-10-volume-nothing", "volume", "member", "{}")
    add("command-11-volume-both", "volume", "member", '{"percent":5,"reset":true}')
    add("command-12-volume-real", "volume", "member", '{"percent":50.5}')
    add("command-13-volume-no-reset", "volume", "member", '{"reset":false}')
    add("command-14-repeat-none", "repeat", "member", '{"count":0}')
    add("command-15-repeat-four", "repeat", "member", '{"count":4}')
    add("command-16-id-long", "repeat", "member", json.dumps({"id": "x" * 65}))
    add("command-17-id-invisible", "repeat", "member", json.dumps({"id": "a\u200b"}))
    add("command-18-version", "repeat", "version", '{"v":2}')


def topics():
    add("topic-01-other-hall", "other", "topic", event())
    add("topic-02-own-status", "status", "topic", "{}")


def cleaned_tickets():
    add("clean-01-bidi-override", "event", "accepted", event(ticket="A\u202e321"), "A321")
    add("clean-02-isolates", "event", "accepted", event(ticket="\u2066A1\u2069"), "A1")
    add("clean-03-zero-width", "event", "accepted", event(ticket="A\u200b1\u200d0\u20607"), "A107")
    add("clean-04-soft-hyphen", "event", "accepted", event(ticket="A\u00ad107"), "A107")
    add("clean-05-tags", "event", "accepted", event(ticket="A107\U000e0041\U000e007f"), "A107")
    add("clean-06-variation", "event", "accepted", event(ticket="A1\ufe0f"), "A1")
    add("clean-07-fullwidth", "event", "accepted", event(ticket="\uff21\uff11\uff10\uff17"), "A107")
    add("clean-08-lower-case", "event", "accepted", event(ticket="a107"), "A107")
    add("clean-09-cyrillic", "event", "accepted", event(ticket="\u0431107"), "\u0411107")
    add("clean-10-decomposed", "event", "accepted", event(ticket="A\u0308107"), "\u00c4107")
    add("clean-11-private-use", "event", "accepted", event(ticket="\ue000A1\U000f0000"), "A1")
    add("clean-12-noncharacter", "event", "accepted", event(ticket="A1\ufdd0\uffff"), "A1")
    add("clean-13-line-separator", "event", "accepted", event(ticket="A\u2028107"), "A 107")
    add("clean-14-control", "event", "accepted", event(ticket="A\u0007\u001b 107"), "A 107")
    add("clean-15-number", "event", "accepted", event(ticket=107), "107")
    add("clean-16-blanks", "event", "accepted", event(ticket="  A   107 "), "A 107")
    add("clean-17-arabic-letter-mark", "event", "accepted", event(ticket="\u061cA1"), "A1")
    add("clean-18-unknown-members", "event", "accepted", event(url="http://x", shell="rm -rf /"), "A107")


def cleaned_notices():
    add("clean-30-notice-bidi", "notice", "accepted", notice("open \u202edesolc\u202c now"), "open desolc now")
    add("clean-31-notice-controls", "notice", "accepted",
        json.dumps({"text": "a\u0000b".replace("\u0000", "\u001b") + "\r\n\u2029c"}), "a b c")
    add("clean-32-notice-tower", "notice", "accepted", notice("a" + "\u0316" * 50 + "b"), "a" + "\u0316" * 3 + "b")
    add("clean-33-notice-phonemes", "notice", "accepted", notice("[[h@l'oU]] you"), "[h@l'oU] you")
    add("clean-34-notice-phonemes-hidden", "notice", "accepted", notice("[\u200b[h@l'oU]\u200b] you"), "[h@l'oU] you")
    add("clean-35-notice-joiner-kept", "notice", "accepted",
        json.dumps({"texts": {"fa": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"}}, ensure_ascii=False),
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")
    add("clean-36-notice-joiner-dropped", "notice", "accepted", '{"texts":{"en":"a\u200db"}}', "ab")
    add("clean-37-notice-annotation", "notice", "accepted", notice("\ufff9a\ufffab\ufffb"), "ab")
    add("clean-38-notice-markup-is-text", "notice", "accepted", notice("<speak>Births & Deaths</speak>"),
        "<speak>Births & Deaths</speak>")
    add("clean-39-urgent-bidi", "urgent", "accepted", '{"active":true,"text":"\u2067Fire\u2069"}', "Fire")
    add("clean-40-notice-480-bytes", "notice", "accepted", notice("x" * 480), "x" * 480)


def write_seeds():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for old in CORPUS.iterdir():
        if old.name.startswith(("hostile-", "example-")):
            old.unlink()
    seeds = [("hostile-" + row[0][:-4], row[1], row[4]) for row in ROWS]
    for path in sorted(EXAMPLES.glob("*.json")):
        seeds.append(("example-" + path.stem, path.stem.split("-")[0], path.read_bytes()))
    for name, kind, data in seeds:
        if len(data) <= SEED_BYTES_MAX:
            (CORPUS / name).write_bytes(bytes([FIRST_BYTE[kind]]) + data)


def main():
    for write in (sizes, depths, syntax, encodings, members, versions, limits, tickets, counters,
                  retained, commands, topics, cleaned_tickets, cleaned_notices):
        write()
    for old in HERE.glob("*.bin"):
        old.unlink()
    lines = []
    for name, kind, expected, cleaned, data in ROWS:
        (HERE / name).write_bytes(data)
        lines.append("\t".join((name, kind, expected, cleaned)).rstrip("\t"))
    (HERE / "manifest.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_seeds()
    print("%d messages" % len(ROWS), file=sys.stderr)


if __name__ == "__main__":
    main()
