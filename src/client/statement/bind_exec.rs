//! A bind and its execution in one message, `stmt2_bind_exec`: whether the server has it, and which binds wait for their execution.
//!
//! Natively, the bind itself reports what is wrong with it. So a bind waits here only if all that can be wrong
//! with it is found on this side; any other goes to the server at once.

use super::cells::check_room;
use super::prepared::Prepared;
use super::stmt2_wire::Stmt2Wire;
use crate::error::codes;
use crate::protocol::bind::{Table, Values};
use crate::protocol::reply::Parameter;
use crate::protocol::types;
use crate::protocol::version::{Capability, ServerVersion};
use std::sync::atomic::{AtomicU8, Ordering};

/// What is known of a connection's server. Its statements share it.
#[derive(Debug)]
pub(in crate::client) struct BindExec(AtomicU8);

const UNKNOWN: u8 = 0;
const MISSING: u8 = 1;
const THERE: u8 = 2;

impl BindExec {
    pub fn of(version: ServerVersion) -> BindExec {
        BindExec(AtomicU8::new(
            match version.has(Capability::MayBindAndExecute) {
                true => UNKNOWN,
                false => MISSING,
            },
        ))
    }

    /// Does the server have the action? It is asked once, by a message without a payload, which does nothing.
    pub fn is_there(&self, wire: &Stmt2Wire) -> bool {
        if self.0.load(Ordering::Relaxed) == UNKNOWN {
            match wire.ask_for_bind_exec() {
                // The server knows the action: it has looked for the payload.
                Ok(_) => self.0.store(THERE, Ordering::Relaxed),
                Err(e) if e.code != codes::FAILED => {} // not known, and not now
                Err(e) if e.text().contains("unknown binary action") => {
                    tracing::debug!("the server does not bind and execute in one exchange");
                    self.0.store(MISSING, Ordering::Relaxed);
                }
                Err(_) => self.0.store(THERE, Ordering::Relaxed),
            }
        }
        self.0.load(Ordering::Relaxed) == THERE
    }
}

/// May a bind be sent with its execution? It must bind all columns of the one table that the text names,
/// evenly, of types that can be checked here and were found right, and without NULLs, which the server may
/// object to.
pub(in crate::client) fn may_wait(
    prepared: &Prepared,
    column: i32,
    tables: &[Table<'_>],
    is_utf8: bool,
) -> bool {
    let (Ok(fields), [table]) = (&prepared.parameters, tables) else {
        return false;
    };
    let is_of_table = prepared.is_insert
        && !prepared.names_table
        && prepared.tags == 0
        && table.name.is_empty()
        && table.tags.is_empty();
    let rows = table.columns.first().map_or(0, |c| c.rows);
    column == -1
        && is_of_table
        && rows > 0
        && table.columns.len() == fields.len()
        && table.columns.iter().zip(fields).all(|(values, field)| {
            values.rows == rows && has_no_null(values) && is_right(values, field, is_utf8)
        })
}

fn has_no_null(values: &Values<'_>) -> bool {
    values
        .nulls
        .is_none_or(|nulls| nulls.iter().all(|n| *n == 0))
}

fn is_right(values: &Values<'_>, field: &Parameter, is_utf8: bool) -> bool {
    if values.type_code != field.field_type {
        return false;
    }
    match field.field_type {
        types::VARCHAR | types::VARBINARY => {}
        types::NCHAR if is_utf8 => {}
        // The server checks more of these.
        types::NCHAR | types::GEOMETRY | types::JSON | types::BLOB | types::MEDIUMBLOB => {
            return false
        }
        code if types::is_decimal(code) => return false,
        _ => return true,
    }
    let mut cells = values.cells().flatten().enumerate();
    cells.all(|(row, value)| check_room(field, row, value, is_utf8).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::statement::placeholders::Placeholders;

    fn field(field_type: u8, bytes: i32) -> Parameter {
        Parameter {
            field_type,
            bytes,
            bind_type: 1,
            ..Parameter::default()
        }
    }

    #[test]
    fn which_binds_wait() {
        let prepared = || Prepared {
            is_insert: true,
            columns: 2,
            count: 2,
            parameters: Ok(vec![field(types::INT, 4), field(types::NCHAR, 2 * 4 + 2)]),
            ..Prepared::query(&Placeholders::of("insert into t values (?, ?)"))
        };
        let ints = Values {
            type_code: types::INT,
            rows: 2,
            nulls: Some(&[0, 0]),
            lengths: None,
            data: &[0; 8],
        };
        let texts = Values {
            type_code: types::NCHAR,
            lengths: Some(&[6, 1]),
            data: "一二a".as_bytes(),
            ..ints
        };
        let waits = |prepared: &Prepared, column, columns: &[Values<'_>]| {
            let table = Table {
                columns,
                ..Table::default()
            };
            may_wait(prepared, column, &[table], true)
        };
        let of = |first: Values<'_>, second: Values<'_>| waits(&prepared(), -1, &[first, second]);
        assert!(of(ints, texts));
        let null = Some(&[0, 1][..]);
        let too_long = Values {
            lengths: Some(&[6, 3]),
            data: "一二abc".as_bytes(),
            ..texts
        };
        let no_text = Values {
            lengths: Some(&[1, 1]),
            data: &[b'a', 0xff],
            ..texts
        };
        let (first, _) = texts.split_at(1);
        assert!(!of(
            Values {
                nulls: null,
                ..ints
            },
            texts
        ));
        assert!(!of(
            ints,
            Values {
                nulls: null,
                ..texts
            }
        ));
        assert!(!of(ints, too_long) && !of(ints, no_text) && !of(ints, first));
        assert!(!of(
            Values {
                type_code: types::UINT,
                ..ints
            },
            texts
        ));
        assert!(!waits(&prepared(), 0, &[ints]) && !waits(&prepared(), -1, &[ints]));
        let others = [
            Prepared {
                is_insert: false,
                ..prepared()
            },
            Prepared {
                names_table: true,
                ..prepared()
            },
            Prepared {
                tags: 1,
                ..prepared()
            },
        ];
        for other in others {
            assert!(!waits(&other, -1, &[ints, texts]));
        }
        let columns = [ints, texts];
        let table = Table {
            columns: &columns,
            ..Table::default()
        };
        let tables = [table, table];
        assert!(!may_wait(&prepared(), -1, &tables, true));
        assert!(
            !may_wait(&prepared(), -1, &tables[..1], false),
            "NCHAR of another set"
        );
    }
}
