//! Which libtaos.so a program gets here.

use crate::report::{Finding, Report, Step};
use crate::run;
use elf::abi::{DT_NEEDED, DT_SONAME, EM_386, EM_AARCH64, EM_X86_64, PF_X, PT_GNU_STACK};
use elf::endian::AnyEndian;
use elf::ElfBytes;
use std::collections::BTreeSet;
use std::env;
use std::ffi::{c_char, c_void, CStr, CString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

const LIBRARY: &str = "libtaos.so";
/// What this library answers for `getBuildInfo`.
const OURS: &str = "libtaos over WebSocket";
/// Where loaders look without being told, besides their cache.
const USUAL: [&str; 8] = [
    "/usr/local/lib",
    "/usr/local/lib64",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
];

/// This machine, as files of libraries name it.
const MACHINE: u16 = if cfg!(target_arch = "aarch64") {
    EM_AARCH64
} else {
    EM_X86_64
};

pub fn which(report: &mut Report) {
    let start = Instant::now();
    let finding = look();
    report.add(finding, start.elapsed());
}

fn look() -> Finding {
    let path = env::var("LD_LIBRARY_PATH").unwrap_or_default();
    let candidates = candidates(&path);
    let mut finding = match loaded() {
        Ok(loaded) => of_loaded(&loaded),
        Err(why) if candidates.is_empty() => Finding::warning(Step::Loader, format!("a program that wants {LIBRARY} finds none here: {why}"))
            .advise(format!("name the library's folder, export LD_LIBRARY_PATH={}, or install it where the loader looks (make install, ldconfig)", folder("FOLDER"))),
        Err(why) if why.contains("`GLIBC_") => Finding::failure(Step::Loader, why).advise(
            "the file was built for a newer system: build it on this one or on an older one, or take one that `make dist` makes, which need glibc 2.28",
        ),
        Err(why) if why.contains("executable stack") => Finding::failure(Step::Loader, why)
            .advise("this system's C library loads no file that wants an executable stack, as an old native client does: use this library"),
        Err(why) if why.contains("cannot open shared object file") && why.starts_with(LIBRARY) => {
            Finding::warning(Step::Loader, format!("a program that wants {LIBRARY} finds none here: {why}"))
                .advise("the loader does not look where it is: name its folder in LD_LIBRARY_PATH, or run ldconfig")
        }
        Err(why) => Finding::failure(Step::Loader, format!("the {LIBRARY} that is found first cannot be loaded: {why}")).advise(in_front()),
    };
    let shown = if path.is_empty() { "not set" } else { &path };
    finding = finding.detail(format!("LD_LIBRARY_PATH: {shown}"));
    for candidate in &candidates {
        finding = finding.detail(format!(
            "found: {}{}",
            candidate.display(),
            about_file(candidate)
        ));
    }
    let (name, version) = c_library();
    let here = format!("{name} {version}");
    finding
        .detail(format!("this system's C library: {}", here.trim_end()))
        .fact("ld_library_path", path)
        .fact(name, version)
}

/// What came when the library was loaded.
struct Loaded {
    path: PathBuf,
    version: String,
    build: String,
}

fn of_loaded(loaded: &Loaded) -> Finding {
    let path = loaded.path.display();
    let version = &loaded.version;
    let is_ours = loaded.build.starts_with(OURS);
    let finding = match is_ours {
        _ if version.is_empty() => Finding::warning(
            Step::Loader,
            format!("a program gets a {LIBRARY} that is no client of TDengine: it has no function taos_get_client_info"),
        )
        .advise(in_front()),
        true => Finding::ok(Step::Loader, format!("a program gets {path}, this library ({}, as TDengine {version})", loaded.build)),
        false => Finding::warning(Step::Loader, format!("a program gets {path}, which is not this library: TDengine's own client {version}"))
            .advise(in_front()),
    };
    finding
        .fact("path", path.to_string())
        .fact("version", version.as_str())
        .fact("is_this_library", is_ours)
}

/// The folder of this library, where it can be found, or a word for it.
fn folder(word: &str) -> String {
    run::library().map_or(word.to_owned(), |dir| dir.display().to_string())
}

fn in_front() -> String {
    format!(
        "put {} in front in LD_LIBRARY_PATH; taos-doctor run PROGRAM does so",
        folder("the folder of this library")
    )
}

/// Loads it in a process of its own: what is found may be anybody's.
fn loaded() -> Result<Loaded, String> {
    let this = env::current_exe().map_err(|e| e.to_string())?;
    let done = Command::new(this)
        .args(["load", LIBRARY])
        .output()
        .map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let mut lines = text.lines();
    let mut line = || lines.next().unwrap_or_default().to_owned();
    match (line().as_str(), done.status.success()) {
        ("loaded", true) => Ok(Loaded {
            path: line().into(),
            version: line(),
            build: line(),
        }),
        ("failed", _) => Err(line()),
        _ => Err(format!("loading {LIBRARY} ended with {}", done.status)),
    }
}

/// The other process: loads the library, and says what it is.
pub fn load(name: &str) -> ExitCode {
    let Ok(name) = CString::new(name) else {
        return ExitCode::FAILURE;
    };
    // SAFETY: loads a library as any program does, calls two functions that take nothing and answer static texts, and
    // asks the loader where the first is.
    unsafe {
        let handle = libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
        if handle.is_null() {
            println!("failed\n{}", text(libc::dlerror()));
            return ExitCode::FAILURE;
        }
        let told = |symbol: &CStr| {
            let function = libc::dlsym(handle, symbol.as_ptr());
            match function.is_null() {
                true => String::new(),
                false => text(std::mem::transmute::<
                    *mut c_void,
                    extern "C" fn() -> *const c_char,
                >(function)()),
            }
        };
        let at = libc::dlsym(handle, c"taos_get_client_info".as_ptr());
        let mut info: libc::Dl_info = std::mem::zeroed();
        let path = match !at.is_null() && libc::dladdr(at, &mut info) != 0 {
            true => text(info.dli_fname),
            false => String::new(),
        };
        println!(
            "loaded\n{path}\n{}\n{}",
            told(c"taos_get_client_info"),
            told(c"getBuildInfo")
        );
    }
    ExitCode::SUCCESS
}

unsafe fn text(text: *const c_char) -> String {
    match text.is_null() {
        true => String::new(),
        // SAFETY: a text of the loader's or the library's.
        false => CStr::from_ptr(text).to_string_lossy().replace('\n', " "),
    }
}

/// The files of that name where a loader may look, in the order in which it does.
fn candidates(path: &str) -> Vec<PathBuf> {
    let named = path.split([':', ';']).filter(|dir| !dir.is_empty());
    let mut seen = BTreeSet::new();
    named
        .chain(USUAL)
        .map(|dir| Path::new(dir).join(LIBRARY))
        .filter(|file| file.exists())
        .filter(|file| seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())))
        .collect()
}

/// What a file of a library says of itself.
fn about_file(path: &Path) -> String {
    let Ok(bytes) = std::fs::read(path) else {
        return ", which cannot be read".to_owned();
    };
    let Ok(file) = ElfBytes::<AnyEndian>::minimal_parse(&bytes) else {
        return ", which is no library".to_owned();
    };
    let wants_exec_stack = file
        .segments()
        .and_then(|segments| segments.iter().find(|s| s.p_type == PT_GNU_STACK))
        .is_none_or(|stack| stack.p_flags & PF_X != 0);
    let stack = if wants_exec_stack {
        ", wants an executable stack"
    } else {
        ""
    };
    let soname = entries(&file, DT_SONAME)
        .pop()
        .map_or(", no soname".to_owned(), |name| format!(", soname {name}"));
    let is_of_musl = |name: &String| name == "libc.so" || name.starts_with("libc.musl-");
    let musl = match entries(&file, DT_NEEDED).iter().any(is_of_musl) {
        true => ", needs musl",
        false => "",
    };
    let machine = match file.ehdr.e_machine {
        machine if machine == MACHINE => String::new(),
        EM_X86_64 => ", for x86-64".to_owned(),
        EM_AARCH64 => ", for aarch64".to_owned(),
        EM_386 => ", for x86 of 32 bits".to_owned(),
        other => format!(", for another machine ({other})"),
    };
    let glibc =
        needed_glibc(&bytes).map_or(String::new(), |v| format!(", needs glibc {}.{}", v.0, v.1));
    let target = match path.canonicalize() {
        Ok(target) if target != path => format!(" -> {}", target.display()),
        _ => String::new(),
    };
    format!("{target}{soname}{machine}{glibc}{musl}{stack}")
}

/// The names in a library's entries of this kind: its own, or those of the libraries that it needs.
fn entries(file: &ElfBytes<'_, AnyEndian>, tag: i64) -> Vec<String> {
    let Ok(common) = file.find_common_data() else {
        return Vec::new();
    };
    let (Some(dynamic), Some(names)) = (common.dynamic, common.dynsyms_strs) else {
        return Vec::new();
    };
    dynamic
        .iter()
        .filter(|entry| entry.d_tag == tag)
        .filter_map(|entry| names.get(entry.d_val() as usize).ok())
        .map(str::to_owned)
        .collect()
}

/// The newest version of glibc whose symbols a library wants: names such as `GLIBC_2.28` in its tables.
fn needed_glibc(bytes: &[u8]) -> Option<(u32, u32)> {
    const MARK: &[u8] = b"\0GLIBC_";
    let at = bytes
        .windows(MARK.len())
        .enumerate()
        .filter(|(_, w)| *w == MARK);
    let version = |(at, _): (usize, &[u8])| {
        let rest = &bytes[at + MARK.len()..];
        let end = rest.iter().take(16).position(|b| *b == 0)?;
        let text = std::str::from_utf8(&rest[..end]).ok()?;
        let mut numbers = text.split('.').map(|n| n.parse().ok());
        Some((numbers.next()??, numbers.next()??))
    };
    at.filter_map(version).max()
}

/// The C library's name and version; musl does not tell a program its own.
#[cfg(target_env = "gnu")]
fn c_library() -> (&'static str, String) {
    // SAFETY: answers a static text.
    ("glibc", unsafe { text(libc::gnu_get_libc_version()) })
}

#[cfg(target_env = "musl")]
fn c_library() -> (&'static str, String) {
    ("musl", String::new())
}
