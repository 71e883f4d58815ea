#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy over the sources of a finished ninja build, in parallel, remembering what was clean.

  tidy.py BUILD_FOLDER          core/ without its tests, and the files that differ from the main branch
  tidy.py --all BUILD_FOLDER    the whole tree

A file is looked at again when it, a header that it includes, its flags, .clang-tidy or clang-tidy changed.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

TIDY = "clang-tidy-19"
ROOT = pathlib.Path(__file__).resolve().parent.parent
# GCC's own, or about precompiled headers that clang cannot read.
DROP = re.compile(r"-Winvalid-pch|-fpch-preprocess|-fsanitize=\S+|-fno-sanitize-recover=\S+|-W\S*|-ffile-prefix-map=\S+")


def run(*command, cwd=None):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", errors="replace")


def clang_arguments(command):
    words, kept = shlex.split(command), []
    words = words[next(i for i, word in enumerate(words) if re.search(r"(\+\+|g?cc|clang)(-\d+)?$", word)) :]
    skip = False
    for i, word in enumerate(words):
        if skip:
            skip = False
        elif word in ("-MT", "-MF", "-o") or (word == "-include" and "cmake_pch" in words[i + 1]):
            skip = True
        elif word != "-MD" and not DROP.fullmatch(word):
            kept.append(word)
    return kept


def entries(build):
    """[(source relative to ROOT, its object, arguments)] for every source of the tree."""
    found = []
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        source = pathlib.Path(entry["file"]).resolve()
        if source.suffix == ".cc" and source.is_relative_to(ROOT) and not source.is_relative_to(build):
            if source.parent != ROOT / "cmake":
                found.append((source.relative_to(ROOT).as_posix(), entry.get("output"), clang_arguments(entry["command"]), entry))
    return found


def dependencies(build):
    """{object: [files]} as the compiler reported them to ninja."""
    by_object, current = {}, None
    for line in run("ninja", "-C", str(build), "-t", "deps").stdout.splitlines():
        if line.startswith("    ") and current is not None:
            current.append((build / line.strip()).resolve())
        elif match := re.match(r"(\S+): #deps", line):
            current = by_object.setdefault(match[1], [])
    return by_object


def changed_files():
    base = run("git", "merge-base", "HEAD", "origin/main", cwd=ROOT).stdout.strip() or "HEAD"
    names = run("git", "diff", "--name-only", base, cwd=ROOT).stdout.split()
    names += run("git", "ls-files", "--others", "--exclude-standard", cwd=ROOT).stdout.split()
    return set(names)


class Digest:
    """Content of the project's files, and identity of the system's."""

    def __init__(self):
        self.known = {}

    def of(self, path):
        if path not in self.known:
            try:
                if path.is_relative_to(ROOT):
                    self.known[path] = hashlib.sha256(path.read_bytes()).hexdigest()
                else:
                    status = path.stat()
                    self.known[path] = f"{status.st_size} {status.st_mtime_ns}"
            except OSError:
                self.known[path] = "absent"
        return self.known[path]


def key(common, source, arguments, files, digest):
    whole = hashlib.sha256(common)
    whole.update("\0".join([source, *arguments]).encode())
    for path in sorted({*files, ROOT / source}):
        whole.update(f"\0{path}\0{digest.of(path)}".encode())
    return whole.hexdigest()


def tidy(database, source):
    done = run(TIDY, "-p", str(database), "--quiet", str(ROOT / source), cwd=ROOT)
    noise = re.compile(r"^\d+ warnings? (generated|treated as errors?)\.?$|^Suppressed |^Use -header-filter", re.MULTILINE)
    text = noise.sub("", done.stdout + (done.stderr if done.returncode else "")).strip()
    return done.returncode, text


def main(arguments):
    everything = "--all" in arguments
    build = pathlib.Path(arguments[-1]).resolve()
    database, cache = build / "tidy-database", build.parent / "tidy-cache"
    database.mkdir(exist_ok=True)
    cache.mkdir(exist_ok=True)

    known = entries(build)
    rewritten = [dict(directory=e["directory"], file=e["file"], arguments=a) for _, _, a, e in known]
    (database / "compile_commands.json").write_text(json.dumps(rewritten), encoding="utf-8")
    depends, changed, digest = dependencies(build), set() if everything else changed_files(), Digest()
    common = (run(TIDY, "--version").stdout + (ROOT / ".clang-tidy").read_text(encoding="utf-8")).encode()

    todo, clean = [], 0
    for source, output, args, entry in known:
        name = output or entry["command"].rpartition(" -o ")[2].split()[0]
        name = os.path.relpath(os.path.join(entry["directory"], name), build)
        in_core = source.startswith("core/") and not source.endswith("_test.cc")
        if not (everything or in_core or source in changed):
            continue
        mark = cache / key(common, source, args, depends.get(name, []), digest)
        if mark.exists():
            mark.touch()
            clean += 1
        else:
            todo.append((source, mark))

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (source, mark), (status, text) in zip(todo, pool.map(lambda item: tidy(database, item[0]), todo)):
            if status == 0:
                mark.touch()
            else:
                failed += 1
                print(f"{source}:\n{text}\n", flush=True)
    print(f"clang-tidy: {len(todo)} files looked at, {clean} clean from before, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
