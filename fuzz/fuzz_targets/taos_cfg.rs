//! `taos.cfg`: read as the library reads it, from a file in memory, and used for a connection.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::fs::File;
use std::io::{Seek, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::sync::Mutex;
use taos::config::{global, timezone, ConnectArgs, Target};

static FILE: Mutex<Option<File>> = Mutex::new(None);

fuzz_target!(|data: &[u8]| {
    let mut file = FILE.lock().expect("no other thread");
    let file = file.get_or_insert_with(file_in_memory);
    file.set_len(0).expect("can be emptied");
    file.rewind().expect("can be rewound");
    file.write_all(data).expect("can be written");
    global::set_config_dir(&format!("/proc/self/fd/{}", file.as_raw_fd()));

    let text = String::from_utf8_lossy(data);
    match Target::resolve(ConnectArgs::default()) {
        Ok(target) => {
            assert!(!target.endpoints.is_empty());
            assert!(target.endpoints.iter().all(|e| e.port != 0));
            if let Some(zone) = setting(&text, "timezone") {
                let word = zone.split_whitespace().next();
                let is_zone = word.is_some_and(timezone::exists);
                assert_eq!(target.timezone.as_deref() == word, is_zone);
            }
            if let Some(tls) = target.tls {
                // A path may have blanks.
                assert_eq!(tls.ca, setting(&text, "wstlsca"));
            }
        }
        // Nothing but a host in the file can be wrong.
        Err(e) => {
            let hosts = ["adapterlist", "firstep", "secondep", "fqdn"];
            assert!(hosts.iter().any(|key| setting(&text, key).is_some()), "{e}");
        }
    }
});

fn file_in_memory() -> File {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TAOS_") || name == "TZ" {
            std::env::remove_var(name);
        }
    }
    // SAFETY: a name that ends in NUL; the descriptor is ours.
    unsafe {
        let fd = libc::memfd_create(c"taos.cfg".as_ptr(), 0);
        assert!(fd >= 0, "no file in memory");
        File::from_raw_fd(fd)
    }
}

/// What stands last behind a key, read another way than the library reads it.
fn setting(text: &str, wanted: &str) -> Option<String> {
    let mut found = None;
    for line in text.split('\n') {
        let end = line.find('#').unwrap_or(line.len());
        let words: Vec<_> = line[..end].split_whitespace().collect();
        if words.len() > 1 && words[0].eq_ignore_ascii_case(wanted) {
            let behind = line[..end].trim_start()[words[0].len()..].trim();
            found = Some(behind.to_owned());
        }
    }
    found
}
