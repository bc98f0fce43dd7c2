"""The licences of all that is in a file, in one text."""
from crates import linked
from targets import ROOT
from tools import run


def text(packages, triple):
    """Each licence text once, with the crates that it came with."""
    crates = sorted((crate for crate in linked(packages, triple) if not crate.is_own), key=lambda crate: (crate.name, crate.version))
    texts = {}
    for crate in crates:
        for file in crate.texts():
            texts.setdefault(file.read_text(errors="replace").strip(), []).append("%s %s" % (crate.name, crate.version))
    rust = run("rustc", "--version").split()[1]
    lines = ["libtaos is licensed under MIT (LICENSE-MIT) or Apache 2.0 (LICENSE-APACHE), at your choice. It contains these works of others:", "",
             "Rust's standard library %s: MIT OR Apache-2.0, Copyright (c) The Rust Project Contributors" % rust,
             "LLVM's libunwind: Apache-2.0 WITH LLVM-exception"]
    lines += ["%s %s: %s %s" % (crate.name, crate.version, crate.licence, crate.repository) for crate in crates]
    parts = ["\n".join(lines)]
    parts += ["%s\n\n%s" % (", ".join(names), text) for text, names in texts.items()]
    own = [(ROOT / name).read_text().strip() for name in ("LICENSE-MIT", "LICENSE-APACHE")]
    return ("\n\n" + "-" * 100 + "\n\n").join(parts + own) + "\n"
