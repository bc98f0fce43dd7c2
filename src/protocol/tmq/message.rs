//! Raw messages with rows: checked once when they arrive, then read in place.

use super::cursor::Cursor;
use super::{offset, RAW_META_DATA};
use crate::protocol::block::Block;
use crate::protocol::reply::Field;
use crate::protocol::{i32_at, types, u64_at, Malformed};
use bytes::Bytes;
use std::ffi::{CStr, CString};
use std::ops::Range;

/// Bytes between the length of a block and the block: version, rows, compression, precision.
const BLOCK_HEAD: usize = 18;
/// The version of [`BLOCK_HEAD`] that is known.
const RETRIEVE_VERSION: u64 = 1;

/// A block of a message: its rows, and the table and columns they are of.
#[derive(Debug, Clone)]
pub struct MessageBlock {
    pub block: Block,
    /// Of timestamps: 0 ms, 1 us, 2 ns.
    pub precision: i32,
    columns: Columns,
    table: Option<Table>,
}

/// A block's columns, as far as the block itself does not have them.
#[derive(Debug, Clone)]
enum Columns {
    /// Encoded, in a message.
    Encoded(Bytes),
    /// From the reply to `fetch`.
    Listed(Vec<Field>),
}

#[derive(Debug, Clone)]
enum Table {
    /// In a message, with its NUL.
    Encoded(Bytes),
    Named(CString),
}

/// A message with rows.
#[derive(Debug, Clone)]
pub struct RawMessage {
    /// The position after the message; `None` while a snapshot is read.
    pub end: Option<i64>,
    pub blocks: Vec<MessageBlock>,
    /// Where the blocks end.
    rest: usize,
}

fn lie(what: impl Into<String>) -> Malformed {
    Malformed(format!("message: {}", what.into()))
}

/// Where a column's name is with its NUL, its type, and its schema bytes.
type EncodedColumn = (Range<usize>, u8, i32);

/// The columns described at `at`, and where the description ends.
fn encoded_columns(bytes: &[u8], at: usize) -> Option<(Vec<EncodedColumn>, usize)> {
    let mut cursor = Cursor { bytes, at };
    let count = usize::try_from(cursor.zigzag()?).ok()?;
    cursor.zigzag()?;
    // A column takes five bytes at least.
    let mut columns = Vec::with_capacity(count.min(bytes.len() / 5));
    for _ in 0..count {
        let type_code = cursor.byte()?;
        cursor.byte()?;
        let schema_bytes = i32::try_from(cursor.zigzag()?).ok()?;
        cursor.zigzag()?;
        columns.push((cursor.text()?, type_code, schema_bytes));
    }
    Some((columns, cursor.at))
}

impl RawMessage {
    pub fn parse(bytes: &Bytes) -> Result<RawMessage, Malformed> {
        let offsets = offset::read(bytes).ok_or_else(|| lie("ends within its offsets"))?;
        let mut cursor = Cursor {
            bytes,
            at: offsets.len,
        };
        let cut = || lie("ends within its head");
        let head = cursor.take(4).ok_or_else(cut)?;
        let count = i32_at(bytes, head.start).ok_or_else(cut)?;
        let count = usize::try_from(count).map_err(|_| lie(format!("{count} blocks")))?;
        let mut message = RawMessage {
            end: offsets.end,
            // The least that a block takes.
            blocks: Vec::with_capacity(count.min(bytes.len() / 64)),
            rest: cursor.at,
        };
        if count == 0 {
            return Ok(message);
        }
        let named = cursor.byte().ok_or_else(cut)? != 0;
        let described = cursor.byte().ok_or_else(cut)? != 0;
        if !described {
            return Err(lie("its blocks do not say their columns"));
        }
        for i in 0..count {
            let block = message_block(bytes, &mut cursor, named)
                .map_err(|e| lie(format!("block {i} of {count}: {e}")))?;
            message.blocks.push(block);
        }
        message.rest = cursor.at;
        Ok(message)
    }

    /// Is the message whole, including the tables after its rows, which are created for them? A server to which
    /// it is written would read beyond its end.
    pub fn check(raw_type: u16, bytes: &Bytes) -> Result<(), Malformed> {
        let message = RawMessage::parse(bytes)?;
        if raw_type != RAW_META_DATA {
            return Ok(());
        }
        let mut cursor = Cursor {
            bytes,
            at: message.rest,
        };
        let cut = || lie("ends within the tables to create");
        let count = cursor.take(4).and_then(|at| i32_at(bytes, at.start));
        for _ in 0..count.ok_or_else(cut)? {
            cursor.counted().ok_or_else(cut)?;
        }
        Ok(())
    }
}

fn message_block(
    bytes: &Bytes,
    cursor: &mut Cursor<'_>,
    named: bool,
) -> Result<MessageBlock, Malformed> {
    let cut = || Malformed::new("the message ends within it");
    let whole = cursor.counted().ok_or_else(cut)?;
    if whole.len() < BLOCK_HEAD {
        return Err(cut());
    }
    let version = u64_at(bytes, whole.start).ok_or_else(cut)?;
    if version != RETRIEVE_VERSION {
        return Err(Malformed(format!("its head has version {version}")));
    }
    let compressed = bytes[whole.start + 16];
    let precision = bytes[whole.start + 17];
    if compressed != 0 || precision > 2 {
        return Err(Malformed(format!(
            "compression {compressed}, precision {precision}"
        )));
    }
    let block = Block::parse(bytes.slice(whole.start + BLOCK_HEAD..whole.end))?;
    let start = cursor.at;
    let (columns, end) = encoded_columns(bytes, start).ok_or_else(cut)?;
    cursor.at = end;
    let types = columns.iter().map(|(_, type_code, _)| *type_code);
    if columns.is_empty()
        || !types
            .clone()
            .eq(block.columns().iter().map(|c| c.type_code))
    {
        return Err(Malformed(format!(
            "columns of types {:?} are described as {:?}",
            block
                .columns()
                .iter()
                .map(|c| c.type_code)
                .collect::<Vec<_>>(),
            types.collect::<Vec<_>>()
        )));
    }
    let table = match named {
        true => Some(Table::Encoded(bytes.slice(cursor.text().ok_or_else(cut)?))),
        false => None,
    };
    Ok(MessageBlock {
        block,
        precision: precision.into(),
        columns: Columns::Encoded(bytes.slice(start..end)),
        table,
    })
}

impl MessageBlock {
    /// A block that came by `fetch` and `fetch_block`.
    pub fn fetched(
        block: Block,
        precision: i32,
        mut fields: Vec<Field>,
        table: &str,
    ) -> Result<MessageBlock, Malformed> {
        let types = block.columns().iter().map(|c| c.type_code);
        if !types.eq(fields.iter().map(|f| f.type_code)) {
            return Err(lie("its block has other columns than were announced"));
        }
        for (field, column) in fields.iter_mut().zip(block.columns()) {
            complete(field, column.schema_bytes);
        }
        Ok(MessageBlock {
            block,
            precision,
            columns: Columns::Listed(fields),
            table: (!table.is_empty())
                .then(|| CString::new(table).ok())
                .flatten()
                .map(Table::Named),
        })
    }

    /// The table of the rows; `None` if the message does not name it.
    pub fn table(&self) -> Option<&CStr> {
        match self.table.as_ref()? {
            Table::Encoded(bytes) => CStr::from_bytes_with_nul(bytes).ok(),
            Table::Named(name) => Some(name),
        }
    }

    pub fn fields(&self) -> Vec<Field> {
        let bytes = match &self.columns {
            Columns::Listed(fields) => return fields.clone(),
            Columns::Encoded(bytes) => bytes,
        };
        let (columns, _) = encoded_columns(bytes, 0).unwrap_or_default();
        columns
            .into_iter()
            .zip(self.block.columns())
            .map(|((name, type_code, schema_bytes), column)| {
                let name = &bytes[name.start..name.end - 1];
                let mut field = Field {
                    name: String::from_utf8_lossy(name).into_owned(),
                    type_code,
                    length: types::user_length(type_code, schema_bytes),
                    schema_bytes,
                    precision: 0,
                    scale: 0,
                };
                complete(&mut field, column.schema_bytes);
                field
            })
            .collect()
    }

    /// Are the columns described by the same bytes? Most blocks of a message have the columns of the
    /// one before.
    pub fn has_columns_of(&self, other: &MessageBlock) -> bool {
        match (&self.columns, &other.columns) {
            (Columns::Encoded(a), Columns::Encoded(b)) => a == b,
            (Columns::Listed(a), Columns::Listed(b)) => a == b,
            _ => false,
        }
    }
}

/// A decimal's digits and size are packed into the bytes of the block's own schema.
fn complete(field: &mut Field, packed: i32) {
    if matches!(field.type_code, types::DECIMAL | types::DECIMAL64) {
        let [scale, precision, _, size] = packed.to_le_bytes();
        field.scale = scale;
        field.precision = precision;
        field.length = size.into();
        field.schema_bytes = size.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An example message, from its offsets on.
    const EXAMPLE: &str = "\
        64 12000000 11 0000000000000000 11 0300000000000000 01000000 01 01 \
        70 0100000000000000 0000000000000002 00 00 02000000 5e000000 02000000 03000000 \
        00000080 0000000000000000 0908000000 0404000000 080a000000 10000000 08000000 04000000 \
        00 0068e5cf8b010000 0168e5cf8b010000 40 01000000 00000000 00000000 ffffffff 02006161 \
        00 06 00 0901100203747300 04010804027600 08011406027300 03613100 0000000000000000";

    fn example() -> Bytes {
        let hex: Vec<u8> = EXAMPLE.bytes().filter(u8::is_ascii_hexdigit).collect();
        hex.chunks_exact(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn the_worked_example() {
        let message = RawMessage::parse(&example()).unwrap();
        assert_eq!(message.end, Some(3));
        let [block] = &message.blocks[..] else {
            panic!("{message:?}");
        };
        assert_eq!(block.table(), Some(c"a1"));
        assert_eq!((block.precision, block.block.rows()), (0, 2));
        let fields: Vec<_> = block
            .fields()
            .into_iter()
            .map(|f| (f.name, f.type_code, f.length))
            .collect();
        let named = |name: &str, type_code, length| (name.to_owned(), type_code, length);
        assert_eq!(
            fields,
            [named("ts", 9, 8), named("v", 4, 4), named("s", 8, 8)]
        );
    }

    #[test]
    fn every_truncation_is_refused() {
        let whole = example();
        // The time to wait at its end is not needed.
        let needed = whole.len() - 8;
        for n in 0..needed {
            assert!(RawMessage::parse(&whole.slice(..n)).is_err(), "{n}");
        }
        assert!(RawMessage::parse(&whole.slice(..needed)).is_ok());
    }

    #[test]
    fn tables_to_create_are_whole() {
        // In place of the time to wait: two of three and no bytes.
        let mut whole = example().to_vec();
        whole.truncate(whole.len() - 8);
        let rows = whole.len();
        whole.extend([2, 0, 0, 0, 3, 7, 7, 7, 0]);
        assert!(RawMessage::check(4, &Bytes::from(whole.clone())).is_ok());
        for n in rows..whole.len() {
            let cut = Bytes::from(whole[..n].to_vec());
            assert!(RawMessage::check(4, &cut).is_err(), "{n}");
            assert!(RawMessage::check(2, &cut).is_ok(), "{n}");
        }
    }

    #[test]
    fn any_byte_may_be_wrong() {
        // Miri is slow.
        let values: &[u8] = if cfg!(miri) {
            &[0xff]
        } else {
            &[0, 1, 0x7f, 0x80, 0xff]
        };
        let whole = example();
        for at in 0..whole.len() {
            for value in values {
                let mut bytes = whole.to_vec();
                bytes[at] = *value;
                if let Ok(message) = RawMessage::parse(&Bytes::from(bytes)) {
                    for block in &message.blocks {
                        assert_eq!(block.fields().len(), block.block.columns().len());
                        let _ = block.table();
                    }
                }
            }
        }
    }
}
