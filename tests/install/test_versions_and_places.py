"""Installed anywhere, and asked for as TDengine's own package is: by another soname, by a version of TDengine, linked statically;
and gone again."""
import shlex
import subprocess

import pytest

from support.paths import ROOT
from support.programs import run


def make(*words):
    done = subprocess.run(["make", "-C", ROOT, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def build(command):
    """A line that a user pastes into a shell."""
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert done.returncode == 0, command + "\n" + done.stdout + done.stderr


class Installed:
    """In a prefix with a blank in its name."""

    def __init__(self, folder):
        self.prefix = folder / "a prefix"
        make("install", "PREFIX=%s" % self.prefix)
        self.lib = self.prefix / "lib"
        self.pkg_config = "PKG_CONFIG_PATH=%s pkg-config" % shlex.quote(str(self.lib / "pkgconfig"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    return Installed(tmp_path_factory.mktemp("installed"))


CONNECT = ROOT / "c-examples" / "connect.c"


def test_blanks_by_pkg_config(installed, sandbox, tmp_path):
    build('eval "cc %s -o %s $(%s --cflags --libs taos)"' % (CONNECT, tmp_path / "program", installed.pkg_config))
    run(tmp_path / "program", *sandbox.args, env={"LD_LIBRARY_PATH": installed.lib})


def cmake(installed, folder, lines):
    (folder / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.16)\nproject(user C)\nadd_executable(program %s)\n%s\n" % (CONNECT, lines))
    build("cmake -S %s -B %s '-DCMAKE_PREFIX_PATH=%s' && cmake --build %s" % (folder, folder / "build", installed.prefix, folder / "build"))
    return folder / "build" / "program"


# What a project has that was written for the native client's version, or for this library's.
@pytest.mark.parametrize("version", ["", "0.1", "3.0", "3.3", "3.3.7.5 EXACT"])
def test_version_by_cmake(installed, sandbox, tmp_path, version):
    lines = "find_package(taos %s REQUIRED)\nmessage(STATUS ${taos_VERSION} ${taos_TDENGINE_VERSION})\ntarget_link_libraries(program taos::taos)" % version
    run(cmake(installed, tmp_path, lines), *sandbox.args, env={"LD_LIBRARY_PATH": ""})


def test_version_to_come(installed, tmp_path):
    with pytest.raises(AssertionError, match=r"requested version \"3.4\""):
        cmake(installed, tmp_path, "find_package(taos 3.4 REQUIRED)")


def test_version_is_that_of_the_client(installed, sandbox, tmp_path):
    """TDengine's version is what taos_get_client_info answers."""
    wanted = subprocess.run(["sh", "-c", installed.pkg_config + " --variable=tdengine_version taos"], capture_output=True, text=True, check=True).stdout.strip()
    source = tmp_path / "version.c"
    source.write_text('#include <stdio.h>\n#include <taos.h>\nint main(void) { puts(taos_get_client_info()); }\n')
    build('eval "cc %s -o %s $(%s --cflags --libs taos)"' % (source, tmp_path / "version", installed.pkg_config))
    assert run(tmp_path / "version", env={"LD_LIBRARY_PATH": installed.lib}).out.strip() == wanted == "3.3.7.5"


def test_everything_static(installed, sandbox, tmp_path):
    """The README's command: no shared library at all is needed."""
    program = tmp_path / "program"
    build('eval "cc -static %s -o %s $(%s --static --cflags --libs taos)"' % (CONNECT, program, installed.pkg_config))
    assert "NEEDED" not in subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
    run(program, *sandbox.args)


def test_only_this_library_static(installed, sandbox, tmp_path):
    """By the archive's name, which is how one gets it and the system's shared libraries."""
    program = tmp_path / "program"
    build('export PKG_CONFIG_PATH=%s; eval "cc %s -o %s $(pkg-config --cflags taos) $(pkg-config --variable=libdir taos)/libtaos.a" -lm'
          % (shlex.quote(str(installed.lib / "pkgconfig")), CONNECT, program))
    assert "libtaos" not in subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
    run(program, *sandbox.args, env={"LD_LIBRARY_PATH": ""})


def test_static_by_cmake(installed, sandbox, tmp_path):
    program = cmake(installed, tmp_path, "find_package(taos REQUIRED)\ntarget_link_libraries(program taos::static -static)")
    run(program, *sandbox.args)


@pytest.mark.parametrize("soname", ["libtaos.so", "libtaos.so.1"])
def test_program_of_another_build(installed, sandbox, tmp_path, soname):
    """A program that was linked with a native client asks for that one's soname: TDengine's has been both of these."""
    native = tmp_path / "native"
    native.mkdir()
    names = (ROOT / "tests" / "abi" / "symbols.txt").read_text().split()
    build("printf %s | cc -x c - -shared -o %s -Wl,-soname,%s" % (shlex.quote("".join("void %s(void) {}\n" % name for name in names)), native / "libtaos.so", soname))
    program = tmp_path / "program"
    build("cc -I%s %s -o %s -L%s -ltaos" % (ROOT / "include", CONNECT, program, native))
    assert "[%s]" % soname in subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
    run(program, *sandbox.args, env={"LD_LIBRARY_PATH": installed.lib})


def tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_uninstall_leaves_nothing(tmp_path):
    """Not even directories; also after it was installed twice."""
    prefix = tmp_path / "new" / "pre fix"
    make("install", "PREFIX=%s" % prefix)
    make("install", "PREFIX=%s" % prefix)
    make("uninstall", "PREFIX=%s" % prefix)
    assert tree(tmp_path) == []


def test_uninstall_leaves_what_was_there(tmp_path):
    """An empty directory that it has not made, and a file that somebody put into one of its own."""
    (tmp_path / "include").mkdir()
    make("install", "PREFIX=%s" % tmp_path)
    (tmp_path / "lib" / "pkgconfig" / "other.pc").write_text("")
    make("uninstall", "PREFIX=%s" % tmp_path)
    assert tree(tmp_path) == ["include", "lib", "lib/pkgconfig", "lib/pkgconfig/other.pc"]


def test_package_has_no_record(tmp_path):
    """A staged tree has what is installed, and nothing about the machine that staged it."""
    make("install", "PREFIX=/usr", "DESTDIR=%s" % tmp_path)
    assert sorted(path.name for path in (tmp_path / "usr" / "lib" / "cmake" / "taos").iterdir()) == ["taosConfig.cmake", "taosConfigVersion.cmake"]
