#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when an #include points the wrong way, or when core/ reaches for I/O, clocks, threads or global randomness.

  layering_test.py includes ROOT                  every #include of the tree
  layering_test.py symbols ALLOW_LIST ARCHIVE...  undefined symbols of core's static libraries
  layering_test.py --self-test                    plants each kind of violation and expects it to be found
"""
import pathlib
import re
import subprocess
import sys
import tempfile

# The design's directions inside core. CMakeLists.txt may not add to them by itself.
CORE_DEPENDS = {
    "core/wire": set(),
    "core/crypto": {"core/wire"},
    "core/record": {"core/crypto"},
    "core/link": {"core/crypto"},
    "core/line": {"core/record"},
    "core/station": {"core/line", "core/link"},
}
# What may never reach what, even if CMakeLists.txt said so.
FORBIDDEN_REACH = {"cli": "daemon", "sim": "daemon", "demonstration": "daemon", "daemon": "cli"}

# The rest of the C++ library is computation.
IMPURE_HEADERS = {
    "iostream", "istream", "ostream", "fstream", "sstream", "iomanip", "ios", "iosfwd", "streambuf", "syncstream",
    "spanstream", "print", "cstdio", "filesystem", "thread", "mutex", "shared_mutex", "condition_variable", "future",
    "atomic", "semaphore", "latch", "barrier", "stop_token", "coroutine", "random", "ctime", "csignal", "csetjmp",
    "clocale", "locale", "codecvt", "regex",
}  # fmt: skip
# Others' headers that core may use, and where.
CORE_LIBRARIES = {"fmt/": ("core/",), "sodium.h": ("core/crypto/",), "zstd.h": ("core/wire/", "core/link/"),
                  "isa-l/": ("core/link/",)}
IMPURE_NAMES = re.compile(
    r"\b(\w*_clock::now|random_device|thread_local|getenv|randombytes\w*|sodium_init|s?rand|time\s*\(\s*(?:0|NULL|nullptr))\b"
)

# A line's tests are of the field, not of the code (also in cmake/folder.cmake).
FIELD_TESTS = {"test_clock"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
FOLDER = re.compile(r"openline_folder\(\s*(\S+)\s+(\S+)([^)]*)\)")
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def is_test(path):
    return path.name.endswith(("_test.cc", "_fuzz.cc")) or (path.name.startswith("test_") and path.stem not in FIELD_TESTS)


def folders_of(cmake_text):
    """{folder: folders it may include, itself too}, from the openline_folder() calls."""
    by_name, direct = {}, {}
    for path, name, rest in FOLDER.findall(re.sub(r"#[^\n]*", "", cmake_text)):
        words = rest.split()
        start = words.index("DEPS") + 1 if "DEPS" in words else len(words)
        ends = [i for i in range(start, len(words)) if words[i].isupper()]
        by_name[name] = path
        direct[path] = words[start : ends[0] if ends else len(words)]
    direct = {path: {by_name[name] for name in names} for path, names in direct.items()}

    def reach(path, seen):
        for dependency in direct[path] - seen:
            seen.add(dependency)
            reach(dependency, seen)
        return seen

    return direct, {path: reach(path, {path}) for path in direct}


def check_folders(direct, reach):
    for folder, allowed in CORE_DEPENDS.items():
        if direct.get(folder) != allowed:
            yield f"CMakeLists.txt: {folder} must depend on {sorted(allowed)}, not {sorted(direct.get(folder, []))}"
    for folder, forbidden in FORBIDDEN_REACH.items():
        for reached in sorted(reach.get(folder, [])):
            if reached == forbidden or reached.startswith(forbidden + "/"):
                yield f"CMakeLists.txt: {folder} must not depend on {reached}"


def check_quoted(path, folder, target, reach):
    target_folder = target.rpartition("/")[0]
    if target_folder not in reach:
        return f'"{target}" is not a path from the root into a folder of CMakeLists.txt'
    if target_folder not in reach[folder]:
        return f'"{target}": {folder} may not include {target_folder}'
    if is_test(pathlib.PurePath(target)) and not is_test(path):
        return f'"{target}" is for tests only'
    return None


def check_angled_in_core(name, target):
    for library, places in CORE_LIBRARIES.items():
        if target == library or (library.endswith("/") and target.startswith(library)):
            return None if name.startswith(places) else f"<{target}> is only for {' and '.join(places)}"
    if target in IMPURE_HEADERS:
        return f"<{target}>: core has no I/O, clocks, threads, locales or randomness of its own"
    if "." in target or "/" in target:
        return f"<{target}>: core uses the C++ library, fmt, libsodium, zstd and ISA-L only"
    return None


def check_file(root, path, reach):
    name = path.relative_to(root).as_posix()
    folder = name.rpartition("/")[0]
    if folder not in reach:
        yield f"{name}: its folder has no openline_folder() in CMakeLists.txt"
        return
    text = path.read_text(encoding="utf-8")
    pure = folder.startswith("core/") and not is_test(path)
    for bracket, target in INCLUDE.findall(text):
        wrong = None
        if bracket == '"':
            wrong = check_quoted(path, folder, target, reach)
        elif pure:
            wrong = check_angled_in_core(name, target)
        if wrong:
            yield f"{name}: {wrong}"
    if pure:
        for used in IMPURE_NAMES.findall(COMMENT_OR_STRING.sub(" ", text)):
            yield f"{name}: {used}: core is given its time and randomness"


def check_includes(root):
    direct, reach = folders_of((root / "CMakeLists.txt").read_text(encoding="utf-8"))
    yield from check_folders(direct, reach)
    for top in sorted({folder.partition("/")[0] for folder in reach}):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".h", ".cc", ".cpp", ".hpp", ".ipp") and "node_modules" not in path.parts:
                yield from check_file(root, path, reach)


def allow_list(text):
    lines = [line.strip() for line in text.splitlines()]
    return [re.compile(line) for line in lines if line and not line.startswith("#")]


def check_symbols(nm_output, allowed):
    """`nm -A -C` lines of all of core together: what no part of it defines must be on the list."""
    defined, wanted = set(), {}
    for line in nm_output.splitlines():
        match = re.match(r"(\S+?):\s*(?:[0-9a-f]+)?\s+(\S)\s(.+)$", line)
        if not match:
            continue
        where, kind, symbol = match.groups()
        if kind in "Uwv":
            wanted.setdefault(symbol, pathlib.PurePath(where.rpartition(":")[2] or where).name)
        else:
            defined.add(symbol)
    for symbol, where in sorted(wanted.items()):
        if symbol not in defined and not any(pattern.fullmatch(symbol) for pattern in allowed):
            yield f"{where} needs {symbol}, which tests/core-symbols.txt does not allow"


def nm(archives):
    command = ["nm", "-A", "-C", *archives]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


GOOD_CMAKE = """
openline_folder(core/wire wire LIBS fmt::fmt)
openline_folder(core/crypto crypto DEPS wire LIBS sodium)
openline_folder(core/record record DEPS crypto)
openline_folder(core/link link DEPS crypto)
openline_folder(core/line line DEPS record)
openline_folder(core/station station DEPS line link)
openline_folder(daemon daemon EXECUTABLE openlined DEPS station)  # DEPS cli
openline_folder(cli cli DEPS station
                LIBS beast)
"""
# (file, line, part of the complaint; None where it is allowed)
PLANTED_LINES = [
    ("core/wire/a.cc", '#include "core/wire/b.h"', None),
    ("core/station/a.cc", '#include "core/wire/b.h"', None),
    ("core/wire/a.cc", "#include <vector>", None),
    ("core/wire/a_test.cc", "#include <fstream>", None),
    ("core/crypto/a.cc", "#include <sodium.h>", None),
    ("core/link/a.cc", "#include <fmt/format.h>", None),
    ("cli/a.cc", "#include <iostream>", None),
    ("core/wire/a.cc", "int x;  // system_clock::now is the caller's", None),
    ("core/wire/a.cc", '#include "core/crypto/b.h"', "may not include core/crypto"),
    ("core/line/a.cc", '#include "core/link/b.h"', "may not include core/link"),
    ("core/link/a_test.cc", '#include "core/line/b.h"', "may not include core/line"),
    ("core/station/a.cc", '#include "daemon/b.h"', "may not include daemon"),
    ("cli/a.cc", '#include "daemon/b.h"', "may not include daemon"),
    ("core/station/a.h", '#include "core/line/test_clock.h"', None),
    ("core/wire/a.cc", '#include "b.h"', "not a path from the root"),
    ("core/wire/a.cc", '#include "core/wire/test_b.h"', "for tests only"),
    ("core/wire/a.cc", "#include <sodium.h>", "only for core/crypto/"),
    ("core/crypto/a.h", "  #  include <thread>", "core has no I/O"),
    ("core/crypto/a.h", "#include <atomic>", "core has no I/O"),
    ("core/crypto/a.h", "#include <sys/socket.h>", "the C++ library, fmt"),
    ("core/crypto/a.h", "#include <boost/asio.hpp>", "the C++ library, fmt"),
    ("core/line/a.cc", "auto t = std::chrono::steady_clock::now();", "steady_clock::now"),
    ("core/line/a.cc", "randombytes_buf(p, n);", "randombytes_buf"),
    ("core/odd/a.cc", "int x;", "has no openline_folder()"),
]
PLANTED_DEPENDENCIES = [
    ("wire LIBS", "wire DEPS link LIBS", "core/wire must depend on"),
    ("cli DEPS station", "cli DEPS daemon", "cli must not depend on daemon"),
]
SYMBOLS_ALLOWED = "# reason\nmemcpy\nstd::__throw_\\w+\\(.*\\)\n"
PLANTED_SYMBOLS = [
    ("memcpy", None),
    ("std::__throw_length_error(char const*)", None),
    ("openline::defined_elsewhere()", None),
    ("memcpy_and_more", "memcpy_and_more"),
    ("std::chrono::_V2::system_clock::now()", "system_clock::now"),
    ("randombytes_buf", "randombytes_buf"),
    ("pthread_create", "pthread_create"),
]


def expect(what, complaints, part):
    complaints = list(complaints)
    right = not complaints if part is None else len(complaints) == 1 and part in complaints[0]
    if not right:
        sys.exit(f"self-test: {what}: expected {part or 'no complaint'}, got {complaints}")


def plant(cmake, name, line):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(line + "\n", encoding="utf-8")
        (root / "CMakeLists.txt").write_text(cmake, encoding="utf-8")
        return list(check_includes(root))


def self_test():
    for name, line, part in PLANTED_LINES:
        expect(f"{name}: {line}", plant(GOOD_CMAKE, name, line), part)
    for old, new, part in PLANTED_DEPENDENCIES:
        expect(new, plant(GOOD_CMAKE.replace(old, new), "cli/a.cc", "int x;"), part)
    allowed = allow_list(SYMBOLS_ALLOWED)
    for symbol, part in PLANTED_SYMBOLS:
        output = f"liba.a:a.cc.o:                 U {symbol}\nlibb.a:b.cc.o:0000000000000010 T openline::defined_elsewhere()\n"
        expect(symbol, check_symbols(output, allowed), part)
    print(f"found {len(PLANTED_LINES) + len(PLANTED_DEPENDENCIES) + len(PLANTED_SYMBOLS)} of as many planted cases right")


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) == 2 and arguments[0] == "includes":
        complaints = list(check_includes(pathlib.Path(arguments[1])))
    elif len(arguments) > 2 and arguments[0] == "symbols":
        allowed = allow_list(pathlib.Path(arguments[1]).read_text(encoding="utf-8"))
        complaints = list(check_symbols(nm(arguments[2:]), allowed))
    else:
        sys.exit(__doc__)
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
