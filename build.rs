//! The library's soname, and its headers: `include/taos.h` is written from `src/capi`,
//! `include/taoserror.h` from the table of codes.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// The files of `src/capi` with the header's types and functions, in the header's order.
const CHAPTERS: [&str; 27] = [
    "boundary/types",
    "lifecycle",
    "connection/options",
    "connection/connect",
    "connection/database",
    "connection/server",
    "errors",
    "query/synchronous",
    "result/info",
    "result/fetch",
    "result/print_row",
    "query/asynchronous",
    "stmt/stmt1",
    "stmt/stmt2",
    "schemaless/insert",
    "tmq/conf",
    "tmq/list",
    "tmq/consumer",
    "tmq/message",
    "tmq/commit",
    "tmq/offsets",
    "tmq/raw",
    "raw_block",
    "connection/routes",
    "connection/instances",
    "events/notify",
    "events/white_lists",
];

/// Code in hexadecimal, name, text: see its first line.
const CODES: &str = "src/error/codes.tsv";

/// C functions that take further arguments, which nothing reads; Rust cannot declare them so.
const VARIADIC: [&str; 2] = ["taos_options", "taos_options_connection"];

/// A linker script: the functions that are put side by side.
const IN_USE: &str = "functions-in-use.ld";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=cbindgen.toml");
    println!("cargo:rerun-if-changed=src/capi");
    println!("cargo:rerun-if-changed={CODES}");
    println!("cargo:rerun-if-changed={IN_USE}");
    // Programs link with `libtaos.so` and look for that name when they start.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libtaos.so");
    // Symbols are bound at load time and the tables are read-only afterwards; one that is missing
    // is an error of the build, not of the user's program.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,relro,-z,now,-z,noexecstack,-z,defs");

    link_unwinder();

    let root = std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo");
    link_side_by_side(&Path::new(&root).join(IN_USE));
    let config = cbindgen::Config::from_root_or_default(&root);
    // File by file: of the whole crate, cbindgen would export every constant.
    let builder = CHAPTERS.iter().fold(
        cbindgen::Builder::new().with_config(config),
        |b, chapter| b.with_src(Path::new(&root).join(format!("src/capi/{chapter}.rs"))),
    );
    let header = builder
        .generate()
        .expect("src/capi can be read as C declarations");
    let mut text = Vec::new();
    header.write(&mut text);
    let mut text = String::from_utf8(text).expect("cbindgen writes UTF-8");
    for function in VARIADIC {
        text = with_ellipsis(&text, function);
    }
    text = for_c(&text);
    text = with_tags(&text);
    let codes = std::fs::read_to_string(Path::new(&root).join(CODES)).expect("the table is there");
    text = with_codes(&text, &codes);
    write(&root, "taos.h", &text);
    write(&root, "taoserror.h", &of_codes(&codes));
}

/// Has the shared library carry gcc's unwinder, so that it needs no libgcc_s.so.1. rustc asks for `-lgcc_s` by name, which
/// `-static-libgcc` does not change; but the linker takes the first file of that name, here a script that names the static
/// halves. Their symbols stay inside: rustc exports only the library's own. Where gcc has them not, all is as rustc wants it.
fn link_unwinder() {
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    let native = var("HOST") == var("TARGET");
    if !native || var("CARGO_CFG_TARGET_OS") != "linux" || var("CARGO_CFG_TARGET_ENV") != "gnu" {
        return; // another linker, another unwinder
    }
    let found = std::process::Command::new("cc")
        .arg("-print-file-name=libgcc_eh.a")
        .output()
        .is_ok_and(|done| Path::new(String::from_utf8_lossy(&done.stdout).trim()).is_absolute());
    if found {
        let folder = Path::new(&var("OUT_DIR")).join("unwinder");
        std::fs::create_dir_all(&folder).expect("OUT_DIR is writable");
        std::fs::write(folder.join("libgcc_s.so"), "INPUT(-lgcc_eh -lgcc)\n")
            .expect("OUT_DIR is writable");
        println!("cargo:rustc-cdylib-link-arg=-L{}", folder.display());
    }
}

/// Puts the functions that programs call again and again side by side. Only LLVM's linker takes such a script, so it is
/// tried on a small library first. Without it the library is a little slower.
fn link_side_by_side(script: &Path) {
    const SOME: &str =
        "#![no_std]\n#[panic_handler]\nfn end(_: &core::panic::PanicInfo) -> ! { loop {} }\n";
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    if var("CARGO_CFG_TARGET_OS") != "linux" {
        return;
    }
    let option = format!("-Wl,-T,{}", script.display());
    let folder = Path::new(&var("OUT_DIR")).join("side-by-side");
    std::fs::create_dir_all(&folder).expect("OUT_DIR is writable");
    let source = folder.join("some.rs");
    std::fs::write(&source, SOME).expect("OUT_DIR is writable");
    let mut rustc = std::process::Command::new(var("RUSTC"));
    rustc.args(["--crate-type=cdylib", "-Cpanic=abort", "--target"]);
    rustc.args([var("TARGET"), format!("-Clink-arg={option}")]);
    rustc.arg("--out-dir").arg(&folder).arg(source);
    let flags = var("CARGO_ENCODED_RUSTFLAGS");
    rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
    if let Ok(linker) = std::env::var("RUSTC_LINKER") {
        rustc.arg(format!("-Clinker={linker}"));
    }
    if rustc.output().is_ok_and(|done| done.status.success()) {
        println!("cargo:rustc-cdylib-link-arg={option}");
    }
}

/// Writes a header, if it is not what it was: its time is looked at by others.
fn write(root: &str, name: &str, text: &str) {
    let path = Path::new(root).join("include").join(name);
    if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
        std::fs::write(&path, text).expect("include/ is writable");
    }
}

/// The rows of the table: number in hexadecimal, name, text.
fn rows(codes: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    codes
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut row = line.split('\t');
            let mut column = || row.next().expect("a row has three columns");
            (column(), column(), column())
        })
}

/// How a number becomes a code. Both headers have it and all codes in the words of TDengine's own: a
/// program may include any of them, in any order, and a macro defined twice in the same words is none
/// too many.
const DEFINE_CODE: &str =
    "#define TAOS_DEF_ERROR_CODE(mod, code) ((int32_t)((0x80000000 | ((mod)<<16) | (code))))\n";

fn define(name: &str, number: &str) -> String {
    let number = number.to_uppercase();
    format!("#define TSDB_CODE_{name} TAOS_DEF_ERROR_CODE(0, 0x{number})")
}

/// Gives the codes that comments name their full names, and defines them.
fn with_codes(header: &str, codes: &str) -> String {
    let numbers: BTreeMap<&str, &str> = rows(codes)
        .map(|(number, name, _)| (name, number))
        .collect();
    let mut named = BTreeMap::new();
    let mut out = String::with_capacity(header.len());
    for line in header.lines() {
        let is_comment = line.starts_with(" *") || line.starts_with("/*");
        // What stands between back-ticks is every other part.
        for (i, part) in line.split('`').enumerate() {
            if i > 0 {
                out.push('`');
            }
            let name = part.strip_prefix("TSDB_CODE_").unwrap_or(part);
            match numbers.get(name) {
                Some(number) if is_comment && i % 2 == 1 => {
                    named.insert((*number, name), define(name, number));
                    out.push_str("TSDB_CODE_");
                    out.push_str(name);
                }
                _ => out.push_str(part),
            }
        }
        out.push('\n');
    }
    let mut defined = String::from("\n/* Codes that are named below; taoserror.h has all. */\n");
    defined.push_str(DEFINE_CODE);
    for line in named.values() {
        defined.push_str(line);
        defined.push('\n');
    }
    const INCLUDES: &str = "#include <stdint.h>\n";
    let at = out.find(INCLUDES).expect("the header has includes") + INCLUDES.len();
    out.insert_str(at, &defined);
    out
}

/// The header of all codes.
fn of_codes(codes: &str) -> String {
    let mut out = String::from(
        "/*
 * TDengine's error codes: what taos_errno and the functions that return a code answer.
 *
 * Generated from src/error/codes.tsv; do not edit. The comment of a code is what taos_errstr says of
 * it where the server has no text of its own. A code may have two names.
 */

#ifndef TAOSERROR_H
#define TAOSERROR_H

#include <stdint.h>

/* A code: negative, 0x80000000 and TDengine's 16 bits. */
",
    );
    out.push_str(DEFINE_CODE);
    out.push_str(
        "
/* The code of a failed system call, whose text is strerror's. */
#define TAOS_SYSTEM_ERROR(code) (0x80ff0000 | (code))

#define TAOS_SUCCEEDED(err) ((err) >= 0)
#define TAOS_FAILED(err) ((err) < 0)

#define TSDB_CODE_SUCCESS 0
/* What some functions answer for any failure. */
#define TSDB_CODE_FAILED -1
",
    );
    let mut chapter = "";
    for (number, name, text) in rows(codes) {
        // A blank line before each hundred of them, which is a part of the server.
        if &number[..2] != chapter {
            chapter = &number[..2];
            out.push('\n');
        }
        out.push_str(&define(name, number));
        if !text.is_empty() {
            write!(out, " /* {text} */").expect("a String takes all");
        }
        out.push('\n');
    }
    out.push_str("\n#endif /* TAOSERROR_H */\n");
    out
}

/// What reads as Rust in a comment or a name is said as C says it.
fn for_c(header: &str) -> String {
    let mut out = String::with_capacity(header.len());
    for line in header.lines() {
        if line == " * # Safety" {
            out.push_str(" * Requires:");
        } else if line.starts_with(" *") || line.starts_with("/*") {
            out.push_str(line);
        } else {
            // Rust marks arguments that are not used yet: `_taos`. C's own names have two.
            let mut previous = ' ';
            let mut rest = line.chars().peekable();
            while let Some(c) = rest.next() {
                let starts_name = c == '_' && matches!(previous, ' ' | '*' | '(');
                if !(starts_name && rest.peek().is_some_and(char::is_ascii_lowercase)) {
                    out.push(c);
                }
                previous = c;
            }
        }
        out.push('\n');
    }
    out
}

/// Gives structs and enumerations the tags that they have in TDengine's header, which cgo programs
/// say: the type's name, but for one.
fn with_tags(header: &str) -> String {
    let mut out = String::with_capacity(header.len());
    let mut rest = header;
    while let Some(at) = ["typedef struct {", "typedef enum {"]
        .iter()
        .filter_map(|opening| rest.find(opening).map(|at| at + opening.len() - 1))
        .min()
    {
        let (before, body) = rest.split_at(at);
        let name = body.find("\n} ").expect("a definition ends") + 3;
        let name = &body[name..];
        let tag = match &name[..name.find(';').expect("a definition ends")] {
            "TAOS_FIELD" => "taosField",
            name => name,
        };
        out.push_str(before);
        out.push_str(tag);
        out.push_str(" {");
        rest = &body[1..];
    }
    out + rest
}

/// Adds `, ...` to the declaration of a function.
fn with_ellipsis(header: &str, function: &str) -> String {
    let declared = header
        .find(&format!("{function}("))
        .unwrap_or_else(|| panic!("{function} is in the header"));
    let end = declared + header[declared..].find(");").expect("a declaration ends");
    format!("{}, ...{}", &header[..end], &header[end..])
}
