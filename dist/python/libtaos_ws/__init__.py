"""Loads the libtaos.so of this package, so that whoever asks for a library of that name gets it:

    import libtaos_ws  # first
    import taos
"""
import ctypes
from pathlib import Path

__all__ = ["LIBRARY", "DOCTOR"]

_HERE = Path(__file__).resolve().parent
#: The library's file.
LIBRARY = _HERE / "lib" / "libtaos.so"
#: The program that finds out why a program does not connect.
DOCTOR = _HERE / "bin" / "taos-doctor"

# Kept: a library is known by its soname as long as it is loaded.
_library = ctypes.CDLL(str(LIBRARY))


def _answer_by_path():
    """musl knows a loaded library by its file alone, not by its soname: there, Python is told the file."""
    load = ctypes._dlopen

    def dlopen(name, *mode):
        return load(str(LIBRARY) if name in ("libtaos.so", "libtaos.so.1") else name, *mode)

    ctypes._dlopen = dlopen


def _loaded_from(name):
    """The file that a program gets when it asks for a library of this name; None if there is none."""
    class Info(ctypes.Structure):
        _fields_ = [("file", ctypes.c_char_p), ("base", ctypes.c_void_p), ("symbol", ctypes.c_char_p), ("address", ctypes.c_void_p)]

    info = Info()
    try:
        function = ctypes.CDLL(name).taos_connect
    except (OSError, AttributeError):
        return None
    ctypes.CDLL(None).dladdr(ctypes.cast(function, ctypes.c_void_p), ctypes.byref(info))
    return Path(info.file.decode()).resolve()


if _loaded_from("libtaos.so") != LIBRARY.resolve():
    _answer_by_path()
