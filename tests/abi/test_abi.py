"""The ABI as a compiler, a linker and a loader see it."""
import fnmatch
import re
import subprocess

import pytest

from support.cc import WARNINGS, compile_c, run_compiler
from support.paths import INCLUDE, LIBRARY, ROOT, TESTS
from support.programs import run

HERE = TESTS / "abi"
SYMBOLS = (HERE / "symbols.txt").read_text().split()
# The native methods of the JDBC driver.
JAVA_SYMBOLS = (HERE / "java_symbols.txt").read_text().split()


def tool(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("standard", ["c99", "c11", "c17", "c++11", "c++17"])
@pytest.mark.parametrize("source", ["layout", "only the header"])
def test_header_compiles(standard, source, tmp_path):
    """Without a warning, alone and with every size, offset and value checked by the compiler."""
    text = (HERE / "layout.c").read_text() if source == "layout" else '#include "taos.h"\nint main(void) { return taos_errno(0); }\n'
    file = tmp_path / ("it.cpp" if "++" in standard else "it.c")
    file.write_text(text)
    run_compiler(["g++" if "++" in standard else "gcc", "-std=" + standard, *WARNINGS, "-I", INCLUDE, "-c", file, "-o", tmp_path / "it.o"])


def test_header_says_what_the_original_says():
    """The 3.3.7.5 header's own declarations beside ours: any other type of an argument or a result would not compile."""
    run_compiler(["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-I", INCLUDE, "-fsyntax-only", HERE / "signatures.c"])


# What has another number than in the 3.3.7.5 header. The one behind the last option is no option: 3.4 has one more, at its place, which programs that
# are written for 3.4 name. A program compiled with the older header goes on with its own number.
MOVED = {"TSDB_MAX_OPTIONS_CONNECTION=4": "TSDB_MAX_OPTIONS_CONNECTION=5"}


def test_layout():
    """The numbers a compiled program sees are those of the list (made from the original, not from our header)."""
    seen = run(compile_c("abi/layout.c", link=False)).out.splitlines()
    recorded = (HERE / "layout.txt").read_text().splitlines()
    assert set(MOVED) <= set(recorded)
    assert [line for line in recorded if MOVED.get(line, line) not in seen] == []


@pytest.mark.parametrize("standard", ["c11", "c++17"])
def test_the_newer_option_is_one_of_the_enumeration(standard, tmp_path):
    """C++ takes no other number where an enumeration is due."""
    file = tmp_path / ("it.cpp" if "++" in standard else "it.c")
    file.write_text('#include "taos.h"\nint f(TAOS *taos);\n'
                    'int f(TAOS *taos) { return taos_options_connection(taos, TSDB_OPTION_CONNECTION_CONNECTOR_INFO, "me"); }\n')
    run_compiler(["g++" if "++" in standard else "gcc", "-std=" + standard, *WARNINGS, "-I", INCLUDE, "-c", file, "-o", tmp_path / "it.o"])


def test_header_defines_only_its_own_macros():
    """A program's INT, BOOL or SUCCESS must stay the program's."""
    text = (INCLUDE / "taos.h").read_text()
    assert [name for name in re.findall(r"^#define (\w+)", text, flags=re.M) if not name.startswith(("TSDB_", "TAOS_H", "TAOS_DEF_ERROR_CODE"))] == []


def identifiers(header):
    """What the compiler sees of a header, and what its comments name."""
    text = (INCLUDE / header).read_text()
    code = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return set(re.findall(r"\w+", code)), set(re.findall(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`", "".join(re.findall(r"/\*.*?\*/", text, flags=re.S))))


def test_what_the_documentation_names_is_defined():
    """A code, an option or a type that a comment names can be written in a program, with that header alone."""
    defined, named = identifiers("taos.h")
    environment = {"LC_ALL", "LC_CTYPE"}
    assert "TSDB_CODE_INVALID_PARA" in named and sorted(named - defined - environment) == []


def codes():
    """The numbers of taoserror.h, by name."""
    return dict(re.findall(r"^#define TSDB_CODE_(\w+) TAOS_DEF_ERROR_CODE\(0, 0x([0-9A-F]{4})\)", (INCLUDE / "taoserror.h").read_text(), flags=re.M))


def test_each_code_with_a_text_has_a_name():
    """Of those that the native client answered a text for."""
    recorded = {line.split("\t")[0].upper() for line in (TESTS / "conformance" / "fixtures" / "error_texts.tsv").read_text().splitlines() if line[0] != "#"}
    assert recorded - set(codes().values()) == set()


def test_codes_are_named_in_the_source():
    """The names that src/error/codes.rs gives as TDengine's are those of the header, with the same numbers."""
    table, source = codes(), (ROOT / "src" / "error" / "codes.rs").read_text()
    named = re.findall(r"/// `(\w+)`[^\n]*\n(?:///[^\n]*\n)*pub const \w+: i32 = native\(0x([0-9a-f]{4})\)", source)
    assert len(named) > 30 and [(name, number) for name, number in named if table.get(name) != number.upper()] == []


INCLUSIONS = [["taos.h", "taoserror.h"], ["taoserror.h", "taos.h"], ["taoserror.h"], ["taos.h", "taoserror.h", "taos.h", "taoserror.h"]]


@pytest.mark.parametrize("headers", INCLUSIONS, ids=" ".join)
@pytest.mark.parametrize("standard", ["c99", "c11", "c++11", "c++17"])
def test_codes_compile(standard, headers, tmp_path):
    """In any order of the headers, with the names and numbers that TDengine's have, in C and C++; where a program has a copy
    of TDengine's definitions, too."""
    file = tmp_path / ("it.cpp" if "++" in standard else "it.c")
    file.write_text("".join('#include "%s"\n' % header for header in headers) + (HERE / "codes.c").read_text())
    run_compiler(["g++" if "++" in standard else "gcc", "-std=" + standard, *WARNINGS, "-I", INCLUDE, "-c", file, "-o", tmp_path / "it.o"])


def test_header_declares_each_function():
    declared = set(re.findall(r"\b(\w+)\s*\(", re.sub(r"/\*.*?\*/|//[^\n]*", "", (INCLUDE / "taos.h").read_text(), flags=re.S)))
    assert [name for name in SYMBOLS if name not in declared] == []


def test_functions_resolve():
    """dlopen with RTLD_NOW, then dlsym of every name: what ctypes, cgo and TDengine's own wrapper do."""
    program = compile_c("abi/resolve.c", "-ldl", link=False)
    assert run(program, LIBRARY, stdin="\n".join(SYMBOLS + JAVA_SYMBOLS) + "\n").out == "loaded\n"


def test_what_the_wrapper_looks_up():
    """TDengine's own libtaos.so takes a driver that has each of these names, and no other; the list is of 3.3.7.5."""
    names = (HERE / "wrapper.txt").read_text()
    assert run(compile_c("abi/resolve.c", "-ldl", link=False), LIBRARY, stdin=names).out == "loaded\n"


def test_nothing_else_is_exported():
    exported = [line.split()[-1].split("@")[0] for line in tool("nm", "-D", "--defined-only", LIBRARY).splitlines()]
    assert sorted(exported) == sorted(SYMBOLS + JAVA_SYMBOLS)


def test_soname():
    assert "Library soname: [libtaos.so]" in tool("readelf", "-dW", LIBRARY)


def test_no_executable_stack():
    """New glibc refuses to load a library that asks for one."""
    line, = [line for line in tool("readelf", "-lW", LIBRARY).splitlines() if "GNU_STACK" in line]
    assert line.split()[-2] == "RW", line


def test_nothing_is_writable_and_executable():
    segments = [line.split() for line in tool("readelf", "-lW", LIBRARY).splitlines() if line.split()[:1] == ["LOAD"]]
    assert segments and not [words for words in segments if "W" in "".join(words[6:-1]) and "E" in "".join(words[6:-1])]


def test_tables_are_read_only_once_loaded():
    """Full RELRO: symbols are bound when the library is loaded, and where they were found cannot be written to after that."""
    assert "GNU_RELRO" in tool("readelf", "-lW", LIBRARY)
    assert re.search(r"\(FLAGS\) .*BIND_NOW", tool("readelf", "-dW", LIBRARY)), tool("readelf", "-dW", LIBRARY)


def test_functions_in_use_lie_side_by_side():
    """LLVM's linker puts them where functions-in-use.ld says. When many are not to be found, the file is to be made anew: make in-use."""
    if "LLD" not in tool("readelf", "-p", ".comment", LIBRARY):
        pytest.skip("the library was linked by another linker than LLVM's")
    in_use = re.findall(r"\*\(\.text\.(\S+)\)", (ROOT / "functions-in-use.ld").read_text())
    begin, size = re.search(r" \.text +PROGBITS +(\w+) \w+ (\w+)", tool("readelf", "-SW", LIBRARY)).groups()
    names = {}
    for line in tool("nm", "-n", "--defined-only", LIBRARY).splitlines():
        address, kind, name = line.split()
        if kind in "tT":
            names.setdefault(name, int(address, 16) - int(begin, 16))
    found = list(filter(None, ([names[name] for name in fnmatch.filter(names, pattern)] for pattern in in_use)))
    assert len(found) > 0.6 * len(in_use)
    # The compiler may give one function the names of several; its section has one of them.
    in_place = [places for places in found if max(places) < int(size, 16) / 4]
    assert len(in_place) > 0.95 * len(found)


def test_no_text_relocations():
    assert "TEXTREL" not in tool("readelf", "-dW", LIBRARY)


def test_looks_for_libraries_nowhere_of_its_own():
    assert not re.search(r"\((RPATH|RUNPATH)\)", tool("readelf", "-dW", LIBRARY))


def test_needs_only_the_c_library():
    needed = re.findall(r"Shared library: \[(.*?)\]", tool("readelf", "-dW", LIBRARY))
    allowed = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
    assert set(needed) <= allowed, needed


# What Rust's standard library uses (the first, pthread_sigmask and those of pthread_cleanup_push this one, too), and glibc gave a new version after 2.28 without
# giving it a new meaning. Which version is asked for is decided by the glibc of the machine that builds: on one with 2.28 it is
# the old one, and the library runs there.
IN_LIBPTHREAD = "was in libpthread, and is in libc since 2.32 or 2.34"
VERSIONED_ANEW = {
    "dlsym": "was in libdl, and is in libc since 2.34",
    **dict.fromkeys(["__pthread_register_cancel", "__pthread_unregister_cancel", "__pthread_unwind_next", "pthread_attr_getguardsize", "pthread_attr_getstack", "pthread_attr_setguardsize", "pthread_attr_setstacksize", "pthread_cancel", "pthread_create",
                     "pthread_detach", "pthread_getattr_np", "pthread_getspecific", "pthread_join", "pthread_key_create", "pthread_key_delete", "pthread_kill",
                     "pthread_setname_np", "pthread_setspecific", "pthread_sigmask"], IN_LIBPTHREAD),
    "_dl_find_object": "asked for by the unwinder that gcc brings, where gcc was built for a glibc that has it (2.35)",
    **dict.fromkeys(["fstat64", "lstat64", "stat64", "fstatat64"], "was part of each program (libc_nonshared.a), and is in libc since 2.33"),
}


def test_uses_nothing_that_is_newer_than_glibc_2_28():
    """RHEL 8's and Debian 10's. What is weak may be missing."""
    newer = []
    for line in tool("nm", "-D", "--undefined-only", LIBRARY).splitlines():
        kind, symbol = line.split()
        name, *version = symbol.split("@")
        numbers = re.fullmatch(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?", version[-1]) if version else None
        if kind == "U" and numbers and tuple(map(int, numbers.groups())) > (2, 28) and name not in VERSIONED_ANEW:
            newer.append(line)
    assert newer == []


def test_exported_functions_have_nothing_to_unwind():
    """A thread that is cancelled is unwound through them, by the C library's unwinder, which need not be Rust's: they have no table of
    what to do then. Those that need not wait never end their thread, and may."""
    addresses = {int(line.split()[0], 16): line.split()[2] for line in tool("nm", "-D", "--defined-only", LIBRARY).splitlines()}
    tables, cies = [], {}
    for line in tool("readelf", "--debug-dump=frames", LIBRARY).splitlines():
        if found := re.match(r"(\w+) \w+ \w+ CIE$", line):
            cie = found.group(1)
        elif "Augmentation:" in line:
            cies[int(cie, 16)] = "L" in line.split('"')[1]
        elif found := re.search(r"FDE cie=(\w+) pc=(\w+)\.\.", line):
            name = addresses.get(int(found.group(2), 16))
            if name and cies[int(found.group(1), 16)]:
                tables.append(name)
    assert len(cies) > 1 and tables == []


def test_loading_is_silent():
    """Loading starts nothing and says nothing."""
    done = run(compile_c("abi/resolve.c", "-ldl", link=False), LIBRARY, stdin="taos_query\n", env={"LD_BIND_NOW": "1"})
    assert done.out == "loaded\n"
