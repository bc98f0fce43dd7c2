//! Raw writes: messages of subscriptions, and blocks.

use super::Session;
use crate::messages::{field_names, raw_block, raw_message, Reply, Request, TOO_SHORT};
use crate::tmq::apply;

impl Session {
    /// Raw messages and blocks: the real adapter does not check their lengths, so these errors are our own.
    pub(super) fn write_raw(&self, r: &Request, action: u64, b: &[u8]) -> Reply {
        let cx = self.context();
        let done = match action {
            3 => match raw_message(b) {
                Some((raw_type, raw)) => {
                    let mut engine = self.shared.engine.lock();
                    apply::write_raw(&mut engine, &cx, raw_type, raw)
                }
                None => return r.fail(TOO_SHORT),
            },
            _ => {
                let Some((table, block, rest)) = raw_block(b) else {
                    return r.fail(TOO_SHORT);
                };
                let names = match (action, field_names(rest)) {
                    (4, _) => None,
                    (_, Some(names)) => Some(names),
                    (_, None) => return r.fail(TOO_SHORT),
                };
                let mut engine = self.shared.engine.lock();
                apply::write_block(&mut engine, &cx, table, names, block).map(|_| ())
            }
        };
        match done {
            Ok(()) => r.ok(&[]),
            Err(e) => r.error(&e),
        }
    }
}
