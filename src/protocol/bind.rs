//! The payload of `stmt2_bind`: from the caller's arrays into the outgoing
//! message in one pass.

use super::request::{stmt2_bind_exec_head, stmt2_bind_head, Request};
use super::types::{self, Layout};

/// The values of one column or tag, as the caller has them.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    pub type_code: u8,
    pub rows: usize,
    /// One byte per row: 0 for a value, 1 for NULL, 2 if the column stays as it is. `None` if there are only
    /// values.
    pub nulls: Option<&'a [u8]>,
    /// Bytes of each row, for variable types and for decimals that are text.
    pub lengths: Option<&'a [i32]>,
    /// For fixed types, the value of every row. For variable types, the values of the rows that have one, one
    /// after the other. May be empty if no row has one.
    pub data: &'a [u8],
}

/// What is bound for one table.
#[derive(Debug, Clone, Copy, Default)]
pub struct Table<'a> {
    /// Empty if the statement names the table.
    pub name: &'a [u8],
    pub tags: &'a [Values<'a>],
    pub columns: &'a [Values<'a>],
}

const HEAD: usize = 28;
/// Length, type, rows, have-length flag and buffer length of an item.
const ITEM: usize = 17;

impl<'a> Values<'a> {
    /// Splits off the first rows, at most all.
    pub fn split_at(self, rows: usize) -> (Values<'a>, Values<'a>) {
        let rows = rows.min(self.rows);
        let size = match self.fixed_size() {
            Some(size) => size * rows,
            None => (0..rows)
                .filter(|row| self.has_value(*row))
                .map(|row| self.lengths.map_or(0, |l| l[row].max(0) as usize))
                .sum(),
        };
        let (data, other_data) = self.data.split_at(size.min(self.data.len()));
        let nulls = self.nulls.map(|n| n.split_at(rows));
        let lengths = self.lengths.map(|l| l.split_at(rows));
        let part = |rows, first: bool, data| Values {
            type_code: self.type_code,
            rows,
            nulls: nulls.map(|(a, b)| if first { a } else { b }),
            lengths: lengths.map(|(a, b)| if first { a } else { b }),
            data,
        };
        (
            part(rows, true, data),
            part(self.rows - rows, false, other_data),
        )
    }

    /// The value of each row, `None` for NULL.
    pub fn cells(self) -> impl Iterator<Item = Option<&'a [u8]>> {
        let fixed = self.fixed_size();
        let mut rest = self.data;
        (0..self.rows).map(move |row| {
            let has_value = self.has_value(row);
            let size = match fixed {
                Some(size) => size,
                None if has_value => self.lengths.map_or(0, |l| l[row].max(0) as usize),
                None => 0,
            };
            // If all are NULL, there may be no bytes.
            let (value, after) = rest.split_at(size.min(rest.len()));
            rest = after;
            has_value.then_some(value)
        })
    }

    fn has_value(&self, row: usize) -> bool {
        self.nulls.is_none_or(|n| n.get(row) == Some(&0))
    }

    /// Bytes of every value, where all have the same.
    fn fixed_size(&self) -> Option<usize> {
        match types::by_code(self.type_code).map(|t| t.layout) {
            Some(Layout::Fixed(size)) if self.lengths.is_none() => Some(size),
            _ => None,
        }
    }

    fn is_variable(&self) -> bool {
        self.fixed_size().is_none()
    }

    fn encoded_len(&self) -> usize {
        let lengths = if self.is_variable() { 4 * self.rows } else { 0 };
        ITEM + self.rows + lengths + self.data.len()
    }

    fn encode(&self, out: &mut Vec<u8>) {
        put(out, self.encoded_len());
        out.extend_from_slice(&i32::from(self.type_code).to_le_bytes());
        put(out, self.rows);
        match self.nulls {
            Some(nulls) => out.extend_from_slice(&nulls[..self.rows]),
            None => out.resize(out.len() + self.rows, 0),
        }
        out.push(self.is_variable().into());
        if self.is_variable() {
            let start = out.len();
            out.resize(start + 4 * self.rows, 0);
            let rows = out[start..].chunks_exact_mut(4);
            match (self.lengths, self.nulls) {
                (None, _) => {}
                (Some(lengths), None) => {
                    for (to, length) in rows.zip(lengths) {
                        to.copy_from_slice(&length.to_le_bytes());
                    }
                }
                (Some(lengths), Some(nulls)) => {
                    for ((to, length), null) in rows.zip(lengths).zip(nulls) {
                        let length = if *null == 0 { *length } else { 0 };
                        to.copy_from_slice(&length.to_le_bytes());
                    }
                }
            }
        }
        put(out, self.data.len());
        out.extend_from_slice(self.data);
    }
}

/// A size as the protocol has it; [`payload_len`] keeps them all in range.
fn put(out: &mut Vec<u8>, n: usize) {
    out.extend_from_slice(&(n as u32).to_le_bytes());
}

fn items_len(items: &[Values<'_>]) -> usize {
    items.iter().map(Values::encoded_len).sum()
}

fn payload_len(tables: &[Table<'_>]) -> usize {
    let section = |len: usize| if len > 0 { len + 4 * tables.len() } else { 0 };
    let names: usize = if has_names(tables) {
        tables.iter().map(|t| 2 + t.name.len() + 1).sum()
    } else {
        0
    };
    let tags = tables.iter().map(|t| items_len(t.tags)).sum();
    let columns = tables.iter().map(|t| items_len(t.columns)).sum();
    HEAD + names + section(tags) + section(columns)
}

fn has_names(tables: &[Table<'_>]) -> bool {
    tables.iter().any(|t| !t.name.is_empty())
}

/// The message that binds these tables, all of which have the same number of tags and of columns. `None` if it
/// would be larger than the protocol can express.
///
/// `column` is -1, or the index of the one column that the tables have.
pub fn request(req_id: u64, stmt_id: u64, column: i32, tables: &[Table<'_>]) -> Option<Request> {
    let total = payload_len(tables);
    if total > i32::MAX as usize {
        return None;
    }
    let first = tables.first().copied().unwrap_or_default();
    let mut out = stmt2_bind_head(req_id, stmt_id, column, total);
    let start = out.len();
    for n in [total, tables.len(), first.tags.len(), first.columns.len()] {
        put(&mut out, n);
    }
    let offsets = out.len();
    out.resize(offsets + 12, 0);
    let mut section = 0;
    let mut begin = |out: &mut Vec<u8>, present: bool| {
        if present {
            let at = (out.len() - start) as u32;
            out[offsets + section..offsets + section + 4].copy_from_slice(&at.to_le_bytes());
        }
        section += 4;
    };

    begin(&mut out, has_names(tables));
    if has_names(tables) {
        for table in tables {
            out.extend_from_slice(&(table.name.len() as u16 + 1).to_le_bytes());
        }
        for table in tables {
            out.extend_from_slice(table.name);
            out.push(0);
        }
    }
    let sections: [for<'a> fn(&Table<'a>) -> &'a [Values<'a>]; 2] = [|t| t.tags, |t| t.columns];
    for items in sections {
        let present = !items(&first).is_empty();
        begin(&mut out, present);
        if present {
            for table in tables {
                put(&mut out, items_len(items(table)));
            }
            for table in tables {
                for values in items(table) {
                    values.encode(&mut out);
                }
            }
        }
    }
    debug_assert_eq!(out.len() - start, total);
    Some(Request::Binary(out))
}

/// A bind of all columns of the one table that the statement names. It is encoded and not sent yet: it goes
/// with its execution in one message, or alone.
#[derive(Debug)]
pub struct Unsent {
    /// The message in the form of `stmt2_bind_exec`, without its ids.
    message: Vec<u8>,
    columns: usize,
}

impl Unsent {
    /// Bytes before the items: those of the message, then those of the payload.
    const MESSAGE_HEAD: usize = 26;
    const PAYLOAD_HEAD: usize = 20;

    /// `None` if it would be larger than the protocol can express. All columns have the same number of rows.
    pub fn new(columns: &[Values<'_>]) -> Option<Unsent> {
        let total = Self::PAYLOAD_HEAD + items_len(columns);
        // Sent alone, it takes a few bytes more.
        if total > i32::MAX as usize - HEAD {
            return None;
        }
        let rows = columns.first()?.rows;
        let mut message = stmt2_bind_exec_head(0, 0, total);
        for n in [total, rows, 1, columns.len(), Self::PAYLOAD_HEAD] {
            put(&mut message, n);
        }
        for values in columns {
            values.encode(&mut message);
        }
        debug_assert_eq!(message.len(), Self::MESSAGE_HEAD + total);
        Some(Unsent {
            message,
            columns: columns.len(),
        })
    }

    /// The message that binds and executes.
    pub fn with_execution(mut self, req_id: u64, stmt_id: u64) -> Request {
        self.message[..8].copy_from_slice(&req_id.to_le_bytes());
        self.message[8..16].copy_from_slice(&stmt_id.to_le_bytes());
        Request::Binary(self.message)
    }

    /// The message that only binds.
    pub fn alone(self, req_id: u64, stmt_id: u64) -> Request {
        let items = &self.message[Self::MESSAGE_HEAD + Self::PAYLOAD_HEAD..];
        let total = HEAD + 4 + items.len();
        let mut out = stmt2_bind_head(req_id, stmt_id, -1, total);
        for n in [total, 1, 0, self.columns, 0, 0, HEAD, items.len()] {
            put(&mut out, n);
        }
        out.extend_from_slice(items);
        Request::Binary(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bind_with_its_execution_or_alone() {
        let times: Vec<u8> = [1i64, 2].iter().flat_map(|t| t.to_le_bytes()).collect();
        let values = |type_code, data, lengths| Values {
            type_code,
            rows: 2,
            nulls: None,
            lengths,
            data,
        };
        let columns = [
            values(types::TIMESTAMP, &times[..], None),
            values(types::VARCHAR, b"abc", Some(&[1, 2][..])),
        ];
        let unsent = || Unsent::new(&columns).unwrap();
        let items = "23000000 09000000 02000000 0000 00 10000000 0100000000000000 0200000000000000\
            1e000000 08000000 02000000 0000 01 01000000 02000000 03000000 616263";
        let hex = |request| {
            let Request::Binary(message) = request else {
                panic!()
            };
            message
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect::<String>()
        };
        let plain = |text: &str| text.replace(|c: char| !c.is_ascii_hexdigit(), "");
        let head = "0700000000000000 0500000000000000 0b00000000000000 0100\
            55000000 02000000 01000000 02000000 14000000";
        assert_eq!(
            hex(unsent().with_execution(7, 5)),
            plain(head) + &plain(items)
        );
        let table = [Table {
            columns: &columns,
            ..Table::default()
        }];
        assert_eq!(unsent().alone(7, 5), request(7, 5, -1, &table).unwrap());
    }

    /// As the newest adapter's own tests send it.
    #[test]
    fn a_decimal_as_text() {
        let text = Values {
            type_code: types::DECIMAL64,
            rows: 2,
            nulls: Some(&[0, 1]),
            lengths: Some(&[7, 0]),
            data: b"-123.45",
        };
        let mut out = Vec::new();
        text.encode(&mut out);
        let head = [34, 21, 2].map(i32::to_le_bytes).concat();
        let rest = [
            &[0, 1, 1, 7, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0],
            &b"-123.45"[..],
        ]
        .concat();
        assert_eq!(out, [head, rest].concat());
        assert_eq!(out.len(), text.encoded_len());
        assert_eq!(
            text.cells().collect::<Vec<_>>(),
            [Some(&b"-123.45"[..]), None]
        );
    }

    /// A worked example, which a real server accepted.
    #[test]
    fn two_tables() {
        fn values<'a>(
            type_code: u8,
            rows: usize,
            data: &'a [u8],
            nulls: Option<&'a [u8]>,
            lengths: Option<&'a [i32]>,
        ) -> Values<'a> {
            Values {
                type_code,
                rows,
                nulls,
                lengths,
                data,
            }
        }
        let ts: Vec<u8> = [1_700_000_000_000i64, 1_700_000_001_000]
            .iter()
            .flat_map(|t| t.to_le_bytes())
            .collect();
        let v = [10, 0, 0, 0, 0, 0, 0, 0];
        let tables = [
            Table {
                name: b"d1",
                tags: &[
                    values(types::INT, 1, &[1, 0, 0, 0], None, None),
                    values(types::VARCHAR, 1, b"bj", None, Some(&[2])),
                ],
                columns: &[
                    values(types::TIMESTAMP, 2, &ts, None, None),
                    values(types::INT, 2, &v, Some(&[0, 1]), None),
                ],
            },
            Table {
                name: b"d22",
                tags: &[
                    values(types::INT, 1, &[2, 0, 0, 0], None, None),
                    values(types::VARCHAR, 1, b"", Some(&[1]), Some(&[0])),
                ],
                columns: &[
                    values(types::TIMESTAMP, 1, &ts[..8], None, None),
                    values(types::INT, 1, &[0xff; 4], None, None),
                ],
            },
        ];
        let Some(Request::Binary(message)) = request(22, 1, -1, &tables) else {
            panic!()
        };
        let expected = "160000000000000001000000000000000900000000000000 0100ffffffff\
            ff000000 02000000 02000000 02000000 1c000000 27000000 89000000\
            0300 0400 643100 64323200 2e000000 2c000000\
            16000000040000000100000000000400000001000000\
            18000000080000000100000000010200000002000000626a\
            16000000040000000100000000000400000002000000\
            16000000080000000100000001010000000000000000\
            3e000000 30000000\
            23000000090000000200000000000010000000\
            0068e5cf8b010000 e86be5cf8b010000\
            1b000000040000000200000000010008000000 0a00000000000000\
            1a0000000900000001000000000008000000 0068e5cf8b010000\
            160000000400000001000000000004000000 ffffffff";
        let hex: String = message.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, expected.replace(|c: char| !c.is_ascii_hexdigit(), ""));
    }
}
