//! Reads a `stmt2_bind` message by protocol.md 5.2.4 and 5.2.5, and by nothing of the library's.
//! Stricter than a server: sections in their order, no gaps, nothing behind the last.

/// A message as the server understands it.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    pub req_id: u64,
    pub stmt_id: u64,
    pub column: i32,
    /// For each table: its name, empty for none.
    pub tables: Vec<Table>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    pub name: Vec<u8>,
    pub tags: Vec<Item>,
    pub columns: Vec<Item>,
}

/// A tag or the rows of a column.
#[derive(Debug, PartialEq, Eq)]
pub struct Item {
    pub type_code: i32,
    /// 0 value, 1 NULL, 2 none; one a row.
    pub nulls: Vec<u8>,
    pub cells: Cells,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Cells {
    /// The buffer as it is: a slot for each row, or nothing.
    Fixed(Vec<u8>),
    /// A text for each row that is not NULL.
    Variable(Vec<Option<Vec<u8>>>),
}

/// Types with a length for each value (protocol.md, Appendix C).
pub const VARIABLE: [i32; 7] = [8, 10, 15, 16, 18, 19, 20];

/// Bytes of a value of the other types.
pub fn size(type_code: i32) -> Option<usize> {
    Some(match type_code {
        0 => 0,
        1 | 2 | 11 => 1,
        3 | 12 => 2,
        4 | 6 | 13 => 4,
        5 | 7 | 9 | 14 | 21 => 8,
        17 => 16,
        _ => return None,
    })
}

/// What is left of the message, and how far into its payload that is.
struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        self.at += n;
        Some(taken)
    }

    fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u32(&mut self) -> Option<usize> {
        Some(u32::from_le_bytes(self.number()?) as usize)
    }

    fn i32(&mut self) -> Option<i32> {
        Some(i32::from_le_bytes(self.number()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.number()?))
    }

    fn item(&mut self) -> Option<Item> {
        let start = self.at;
        let len = self.u32()?;
        let type_code = self.i32()?;
        let rows = self.u32()?;
        let nulls = self.take(rows)?.to_vec();
        let is_null = |row: usize| nulls[row] != 0;
        let has_lengths = self.take(1)?[0];
        if usize::from(has_lengths) != usize::from(VARIABLE.contains(&type_code)) {
            return None;
        }
        let lengths = match has_lengths {
            0 => Vec::new(),
            _ => (0..rows).map(|_| self.i32()).collect::<Option<Vec<_>>>()?,
        };
        let buffer = self.u32()?;
        let mut values = Reader {
            rest: self.take(buffer)?,
            at: 0,
        };
        let cells = if has_lengths == 1 {
            let texts = (0..rows).map(|row| {
                if is_null(row) {
                    return Some(None);
                }
                let len = usize::try_from(lengths[row]).ok()?;
                values.take(len).map(|text| Some(text.to_vec()))
            });
            Cells::Variable(texts.collect::<Option<_>>()?)
        } else {
            let all_null = (0..rows).all(is_null);
            let whole = rows.checked_mul(size(type_code)?)?;
            if buffer != whole && !(all_null && buffer == 0) {
                return None;
            }
            Cells::Fixed(values.take(buffer)?.to_vec())
        };
        (values.rest.is_empty() && self.at - start == len).then_some(Item {
            type_code,
            nulls,
            cells,
        })
    }

    /// The items of each table, `count` of them, behind the tables' lengths.
    fn section(&mut self, offset: usize, tables: usize, count: usize) -> Option<Vec<Vec<Item>>> {
        if count == 0 || offset == 0 {
            return (count == 0 && offset == 0).then(|| (0..tables).map(|_| Vec::new()).collect());
        }
        if offset != self.at {
            return None;
        }
        let lengths = self.list(tables, Self::u32)?;
        let table = |len: &usize| {
            let start = self.at;
            let items = self.list(count, Self::item)?;
            (self.at - start == *len).then_some(items)
        };
        lengths.iter().map(table).collect()
    }

    fn names(&mut self, offset: usize, tables: usize) -> Option<Vec<Vec<u8>>> {
        if offset == 0 {
            return Some(vec![Vec::new(); tables]);
        }
        if offset != self.at {
            return None;
        }
        let lengths = self.list(tables, |r| Some(u16::from_le_bytes(r.number()?)))?;
        let name = |len: &u16| match self.take((*len).into())? {
            [name @ .., 0] if !name.contains(&0) => Some(name.to_vec()),
            _ => None,
        };
        lengths.iter().map(name).collect()
    }

    /// A vector that grows with what is there, not with what the message says.
    fn list<T>(&mut self, n: usize, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        if n > self.rest.len() {
            return None;
        }
        (0..n).map(|_| one(self)).collect()
    }
}

/// `None` when it is no such message.
pub fn decode(message: &[u8]) -> Option<Message> {
    let (mut head, mut payload) = (
        Reader {
            rest: message.get(..30)?,
            at: 0,
        },
        Reader {
            rest: &message[30..],
            at: 0,
        },
    );
    let (req_id, stmt_id) = (head.u64()?, head.u64()?);
    if head.u64()? != 9 || head.number()? != 1u16.to_le_bytes() {
        return None;
    }
    let column = head.i32()?;

    let whole = payload.rest.len();
    let [total, count, tags, columns, names_at, tags_at, columns_at] =
        [(); 7].map(|_| payload.u32());
    let count = count?;
    if total? != whole || count > whole {
        return None;
    }
    let names = payload.names(names_at?, count)?;
    let tags = payload.section(tags_at?, count, tags?)?;
    let columns = payload.section(columns_at?, count, columns?)?;
    let tables = names.into_iter().zip(tags).zip(columns);
    let tables = tables.map(|((name, tags), columns)| Table {
        name,
        tags,
        columns,
    });
    payload.rest.is_empty().then(|| Message {
        req_id,
        stmt_id,
        column,
        tables: tables.collect(),
    })
}
