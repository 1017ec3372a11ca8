#!/usr/bin/python3
"""Which share of the simulation's instructions goes into the fingerprint and into the conservation checks.

callgrind_shares.py SOURCES PROBE ARGUMENTS...: runs the probe under valgrind's callgrind, counts only what happens
inside simulate_requests, and sums instructions by source line. The compiler inlines both into the loop, so no function
carries their name; but line tables (-g1, which changes no instruction) say for each instruction which line of which
file it was made from.

  fingerprint: lines of engine/kernel/fingerprint.hpp.
  checks: lines of engine/base/check.hpp; lines of a `check(...)` statement anywhere; and functions named CHECKS, with
  all that they call.

Prints one line of JSON: {"fingerprint", "checks" (shares), "instructions", "hops"}, or {"why"} where it cannot tell.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict

FINGERPRINT = "engine/kernel/fingerprint.hpp"
CHECK = "engine/base/check.hpp"
CHECKS = re.compile(r"nines::\w+::check_(books|workers|balance|counters|flows)\b|nines::\w*Conservation\w*::")
STATEMENT = re.compile(r"^\s*(?:nines::)?check\(")


def run_callgrind(command, out):
    return subprocess.run(
        ["/usr/bin/valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--compress-strings=no",
         "--compress-pos=no", "--collect-atstart=no", "--toggle-collect=nines::simulate_requests*"] + command,
        capture_output=True, text=True, check=False)


def read_profile(path):
    """Returns instructions by (file, line), those of CHECKS with all they call, and those of all."""
    by_line = defaultdict(int)
    in_checks = 0
    total = 0
    file = function = ""
    is_call = False  # the next line tells what the callee took
    with open(path, encoding="utf-8", errors="replace") as profile:
        for line in profile:
            key, equals, value = line.rstrip("\n").partition("=")
            if equals and key in ("fl", "fi", "fe"):
                file = value
            elif equals and key == "fn":
                function = value
            elif equals and key == "calls":
                is_call = True
            elif line[:1].isdigit():
                number, cost = line.split()[:2]
                checking = CHECKS.search(function)
                if is_call:
                    in_checks += int(cost) if checking else 0
                else:
                    total += int(cost)
                    in_checks += int(cost) if checking else 0
                    if not checking:
                        by_line[file, int(number)] += int(cost)
                is_call = False
    return by_line, in_checks, total


def check_lines(path):
    """The numbers of the lines that belong to a check(...) statement."""
    lines = set()
    try:
        with open(path, encoding="utf-8") as source:
            inside = False
            for number, text in enumerate(source, 1):
                inside = inside or STATEMENT.match(text) is not None
                if inside:
                    lines.add(number)
                    inside = not text.rstrip().endswith(";")
    except OSError:
        pass
    return lines


def shares(sources, by_line, in_checks, total):
    fingerprint = 0
    checks = in_checks
    statements = {}
    for (file, line), cost in by_line.items():
        name = os.path.relpath(file, sources) if file.startswith(sources) else ""
        if name not in statements:
            statements[name] = check_lines(file) if name else set()
        if name == FINGERPRINT:
            fingerprint += cost
        elif name == CHECK or line in statements[name]:
            checks += cost
    return {"fingerprint": fingerprint / total, "checks": checks / total, "instructions": total}


def main():
    sources = os.path.realpath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "callgrind.out")
        ran = run_callgrind(sys.argv[2:], out)
        if ran.returncode != 0 or not os.path.exists(out):
            sys.exit(f"valgrind failed: {ran.stderr}")
        by_line, in_checks, total = read_profile(out)
    if total == 0:
        found = {"why": "callgrind saw nothing of simulate_requests"}
    elif not any(file.startswith(sources) for file, _ in by_line):
        found = {"why": "the build has no line tables (-g1)"}
    else:
        found = shares(sources, by_line, in_checks, total)
        found["hops"] = json.loads(ran.stdout.splitlines()[-1])["hops"]
    print(json.dumps(found))


main()
