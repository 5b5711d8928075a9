#!/usr/bin/python3
"""The lint proves itself: plants one violation of each rule in a tree of its own and expects it named.

A lint that finds nothing because it looks at nothing is the one failure it cannot report itself.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
HEAD = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n/*\n * One.\n * Two.\n * Three.\n */\n"

DEEP = "void deep(int a) {\n if (a) {\n for (;;) {\n while (a) {\n if (a > 1) {\n a--;\n }\n }\n }\n }\n}\n"
LONG = "void longer(void) {\n" + " g();\n" * 61 + "}\n"

# name of the file, its text, what the lint must say about it
PLANTED = (
    ("src/core/up.c", HEAD + '#include "feed/link.h"\n', "up.c:7: layers: core must not know"),
    ("src/core/libc.c", HEAD + "#include <stdlib.h>\n", "libc.c:7: layers: core is pure"),
    ("src/feed/side.c", HEAD + '#include "screen/screen.h"\n', "side.c:7: layers: feed must not know"),
    ("src/lost/room.c", HEAD, "room.c:1: layers: src/lost/ is no room"),
    ("src/screen/jansson.c", HEAD + "#include <jansson.h>\n", "jansson.c:7: libraries: <jansson.h> belongs"),
    ("src/feed/paho.c", HEAD + "#include <MQTTAsync.h>\n", "paho.c:7: libraries: MQTTAsync is known to 2"),
    ("src/feed/paho_two.c", HEAD + "#include <MQTTAsync.h>\n", "paho_two.c:7: libraries: MQTTAsync"),
    ("src/feed/odd.c", HEAD + "#include <curl/curl.h>\n", "odd.c:7: libraries: <curl/curl.h> is of no"),
    ("src/feed/banned.c", HEAD + "void f(char *s) {\n strcpy(s, s);\n}\n", "banned.c:8: banned: strcpy"),
    ("src/feed/leave.c", HEAD + "void f(void) {\n exit(1);\n}\n", "leave.c:8: exit: only main.c"),
    ("src/feed/deep.c", HEAD + DEEP, "deep.c:7: functions: deep: 4 levels"),
    ("src/feed/longer.c", HEAD + LONG, "longer.c:7: functions: longer: 61 lines"),
    ("src/feed/many.c", HEAD + "int f(int a, int b, int c, int d, int e, int g) {\n return a;\n}\n",
     "many.c:7: functions: f: 6 parameters"),
    ("src/feed/naked.c", "int x;\n", "naked.c:1: files: the first line is not the SPDX"),
    ("src/feed/silent.c", HEAD[:48] + "int x;\n", "silent.c:1: files: does not open with a comment"),
    ("src/feed/huge.c", HEAD + "\n" * 600, "huge.c:606: files: 606 lines"),
    ("docs/schemas/event.schema.json", '{"type": "object", "required": ["ticket"]}', ""),
    ("docs/schemas/examples/event-bad.json", "{}", "event-bad.json:1: schemas: event schema"),
    ("docs/asyncapi.yaml", 'asyncapi: "2.6.0"\nchannels:\n  a:\n    $ref: "./gone.json"\n',
     "asyncapi.yaml:4: asyncapi: refers to ./gone.json"),
    ("config/hallcall.ini", "# old\n", "hallcall.ini:1: example: "),
)
# Built like the release build, since these rules look at objects.
IMPURE = (
    ("calls", HEAD + "#include <stdio.h>\nvoid f(void);\nvoid f(void) {\n puts(\"x\");\n}\n",
     "calls.c:1: purity: core must not call puts"),
    ("writes", HEAD + "int counted;\nint data = 4;\n", "writes.c:1: purity: core must not have writable"),
)
# Must not be complained about.
INNOCENT = ("src/core/good.c", HEAD + """#include <string.h>
static const char *const words[] = {"if (", "}", 0};
int f(const char *s);
int f(const char *s) {
    struct { int a; } pair = {1}; /* { { { { */
    if (s != 0) {
        for (int i = 0; i < 3; i++) {
            switch (s[i]) {
            case '{':
                return pair.a;
            }
        }
    }
    return words[0] == s;
}
""")


def plant(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text, _ in PLANTED:
            plant(root, name, text)
        plant(root, *INNOCENT)
        for name, text, _ in IMPURE:
            plant(root, f"src/core/{name}.c", text)
        build = root / "build/src/core"
        build.mkdir(parents=True)
        for name in [name for name, _, _ in IMPURE] + ["good"]:
            subprocess.run(["cc", "-O2", "-c", root / f"src/core/{name}.c", "-o", build / f"{name}.o"],
                           check=True)
        plant(root, "build/hallcall", "#!/bin/sh\necho '# new'\n")
        (root / "build/hallcall").chmod(0o755)
        lint = subprocess.run([sys.executable, HERE / "house.py", "--build", root / "build"],
                              env={**os.environ, "HALLCALL_SOURCE": str(root)},
                              capture_output=True, text=True, check=False)
    missed = [said for _, _, said in PLANTED + IMPURE if said not in lint.stdout]
    if "good.c" in lint.stdout:
        missed.append("(complained about good.c)")
    if missed or lint.returncode == 0:
        print(lint.stdout + lint.stderr, end="")
        for said in missed:
            print(f"selftest: not said: {said}")
        return 1
    print(f"selftest: {len(PLANTED) + len(IMPURE) - 1} planted violations named")
    return 0


if __name__ == "__main__":
    sys.exit(main())
