//! The library's soname, and its header: `include/taos.h` is written from `src/capi`.

use std::path::Path;

/// The files of `src/capi` with the header's types and functions, in the header's order.
const CHAPTERS: [&str; 26] = [
    "types",
    "lifecycle",
    "options",
    "connect",
    "database",
    "server",
    "errors",
    "query",
    "info",
    "fetch",
    "print_row",
    "async_query",
    "stmt",
    "stmt2",
    "schemaless",
    "tmq/conf",
    "tmq/list",
    "tmq/consumer",
    "tmq/message",
    "tmq/commit",
    "tmq/offsets",
    "tmq/raw",
    "raw_block",
    "routes",
    "instances",
    "notify",
];

/// C functions that take further arguments, which nothing reads; Rust cannot declare them so.
const VARIADIC: [&str; 2] = ["taos_options", "taos_options_connection"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=cbindgen.toml");
    println!("cargo:rerun-if-changed=src/capi");
    // Programs link with `libtaos.so` and look for that name when they start.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libtaos.so");
    // Symbols are bound at load time and the tables are read-only afterwards; one that is missing
    // is an error of the build, not of the user's program.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,relro,-z,now,-z,noexecstack,-z,defs");

    let root = std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo");
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
    let path = Path::new(&root).join("include/taos.h");
    // Written only when it differs: its time is looked at by others.
    if std::fs::read_to_string(&path).ok().as_deref() != Some(&text) {
        std::fs::write(&path, text).expect("include/ is writable");
    }
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
