"""What there is, and a program on it; see the README of the package."""
import ctypes
import os
import sys

from . import DOCTOR, LIBRARY, _library

USAGE = """usage: python -m libtaos_ws                     where the library lies, its version, and whether it connects
       python -m libtaos_ws doctor [ARGUMENT]...  taos-doctor, with its arguments
       python -m libtaos_ws run PROGRAM.py [ARGUMENT]...
                                               a Python program, with this library in front of any other"""


def in_front():
    others = os.environ.get("LD_LIBRARY_PATH")
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join([str(LIBRARY.parent), *([others] if others else [])])}


def doctor(*words):
    # It looks at the library that it is told of, as a program would.
    os.execve(str(DOCTOR), [str(DOCTOR), *words], in_front())


def main(command=None, *words):
    if command is None:
        _library.taos_get_client_info.restype = ctypes.c_char_p
        print("library: %s" % LIBRARY)
        print("client interface: %s" % _library.taos_get_client_info().decode(), flush=True)
        doctor()
    elif command == "doctor":
        doctor(*words)
    elif command == "run" and words:
        os.execve(sys.executable, [sys.executable, *words], in_front())
    elif command in ("-h", "--help"):
        print(USAGE)
    else:
        sys.exit(USAGE)


main(*sys.argv[1:])
