//! The host argument of `taos_connect`: a host, a list, a connection string.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::sync::Once;
use taos::config::{ConnectArgs, Target};

/// The password of the seeds, which no message may show.
const SECRET: &str = "Zq9Secret";

fuzz_target!(|text: &str| {
    static ALONE: Once = Once::new();
    ALONE.call_once(forget_the_machine);
    let args = ConnectArgs {
        host: Some(text),
        ..ConnectArgs::default()
    };
    match Target::resolve(args) {
        Ok(target) => usable(text, &target),
        Err(e) => {
            assert!(e.code != 0 && !e.text().is_empty());
            let leaks = password_is_secret(text) && e.to_string().contains(SECRET);
            assert!(!leaks, "{e}");
        }
    }
});

// Bytes that are no text are thrown away anyhow.
fuzz_mutator!(
    |data: &mut [u8], size: usize, max_size: usize, _seed: u32| {
        let size = fuzzer_mutate(data, size, max_size);
        for byte in &mut data[..size] {
            if !byte.is_ascii() {
                *byte &= 0x7f;
            }
        }
        size
    }
);

/// Is the secret in the login and nowhere else? The login ends at the last `@` before the first `/`,
/// although a `?` may make another thing of it: `ws://user:what?ever@host` is how people write it.
fn password_is_secret(text: &str) -> bool {
    let authority = text
        .split_once("://")
        .and_then(|(_, rest)| rest.split('/').next());
    let login = authority
        .and_then(|a| a.rsplit_once('@'))
        .map_or("", |(login, _)| login);
    let copies = |text: &str| text.matches(SECRET).count();
    copies(login) > 0 && copies(login) == copies(text)
}

/// Settings of the environment and of `/etc/taos` must not decide.
fn forget_the_machine() {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TAOS_") {
            std::env::remove_var(name);
        }
    }
    taos::config::global::set_config_dir("/dev/null");
}

fn usable(text: &str, target: &Target) {
    assert!(!target.endpoints.is_empty());
    for endpoint in &target.endpoints {
        assert!(endpoint.port != 0, "{text}: {endpoint}");
    }
    for time in [target.connect_timeout, target.read_timeout] {
        assert!((0.05..=86400.0).contains(&time.as_secs_f64()), "{time:?}");
    }
    // What was read is read the same when it is written down as a list; there, the native client's
    // port means the adapter's.
    let list: Vec<_> = target.endpoints.iter().map(ToString::to_string).collect();
    let mut expected = target.endpoints.clone();
    for endpoint in expected.iter_mut().filter(|e| e.port == 6030) {
        endpoint.port = 6041;
    }
    let list = list.join(",");
    let again = Target::resolve(ConnectArgs {
        host: Some(&list),
        ..ConnectArgs::default()
    });
    let again = again.unwrap_or_else(|e| panic!("{list}: {e}"));
    assert_eq!(again.endpoints, expected);
}
