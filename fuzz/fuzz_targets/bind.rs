//! `stmt2_bind`: what is bound is what the message says, read by a decoder of its own. Input that is
//! such a message is bound again; any other input says what to bind.

#![no_main]

mod bind_decoder;

use arbitrary::{Result, Unstructured};
use bind_decoder::{decode, size, Cells, Item, Message, Table, VARIABLE};
use libfuzzer_sys::fuzz_target;
use taos::protocol::bind::{self, Values};
use taos::protocol::request::Request;

fuzz_target!(|data: &[u8]| {
    let plan = decode(data).or_else(|| planned(&mut Unstructured::new(data)).ok());
    if let Some(message) = plan {
        for sparse in [false, true] {
            assert_eq!(decode(&encode(&message, sparse)).as_ref(), Some(&message));
        }
    }
});

/// The message by the library. `sparse` leaves out what a caller may leave out: the marks where
/// nothing is NULL, the lengths where everything is.
fn encode(message: &Message, sparse: bool) -> Vec<u8> {
    let parts = |list: fn(&Table) -> &[Item]| -> Vec<Vec<Parts>> {
        let tables = message.tables.iter().map(list);
        tables
            .map(|items| items.iter().map(|item| Parts::of(item, sparse)).collect())
            .collect()
    };
    let (tags, columns) = (parts(|t| &t.tags), parts(|t| &t.columns));
    let (tags, columns) = (views(&tags), views(&columns));
    let tables: Vec<_> = (message.tables.iter().zip(&tags).zip(&columns))
        .map(|((table, tags), columns)| bind::Table {
            name: &table.name,
            tags,
            columns,
        })
        .collect();
    match bind::request(message.req_id, message.stmt_id, message.column, &tables) {
        Some(Request::Binary(message)) => message,
        other => panic!("{other:?}"),
    }
}

fn views(tables: &[Vec<Parts>]) -> Vec<Vec<Values<'_>>> {
    let mut views = Vec::new();
    for items in tables {
        views.push(items.iter().map(Parts::view).collect());
    }
    views
}

/// An item as a caller has it in memory.
struct Parts {
    type_code: u8,
    rows: usize,
    nulls: Option<Vec<u8>>,
    lengths: Option<Vec<i32>>,
    data: Vec<u8>,
}

impl Parts {
    fn of(item: &Item, sparse: bool) -> Parts {
        let (lengths, data) = match &item.cells {
            Cells::Fixed(data) => (None, data.clone()),
            Cells::Variable(cells) => {
                // The length of a NULL is not looked at.
                let len = |cell: &Option<Vec<u8>>| cell.as_ref().map_or(77, |c| c.len() as i32);
                let none_needed = sparse && cells.iter().all(Option::is_none);
                let lengths = (!none_needed).then(|| cells.iter().map(len).collect());
                (lengths, cells.iter().flatten().flatten().copied().collect())
            }
        };
        let none_needed = sparse && item.nulls.iter().all(|mark| *mark == 0);
        Parts {
            type_code: item.type_code as u8,
            rows: item.nulls.len(),
            nulls: (!none_needed).then(|| item.nulls.clone()),
            lengths,
            data,
        }
    }

    fn view(&self) -> Values<'_> {
        Values {
            type_code: self.type_code,
            rows: self.rows,
            nulls: self.nulls.as_deref(),
            lengths: self.lengths.as_deref(),
            data: &self.data,
        }
    }
}

/// Something that a caller may bind. Input that ends early means zeros.
fn planned(u: &mut Unstructured<'_>) -> Result<Message> {
    let (req_id, stmt_id, column) = (u.arbitrary()?, u.arbitrary()?, u.arbitrary()?);
    let (tags, columns) = (types(u)?, types(u)?);
    let is_named: bool = u.arbitrary()?;
    let mut tables = Vec::new();
    for _ in 0..u.int_in_range(0..=5)? {
        let one_row = |u: &mut Unstructured<'_>, t: &i32| item(u, *t, 1);
        let some_rows = |u: &mut Unstructured<'_>, t: &i32| {
            let rows = u.int_in_range(0..=40)?;
            item(u, *t, rows)
        };
        tables.push(Table {
            name: if is_named { name(u)? } else { Vec::new() },
            tags: tags.iter().map(|t| one_row(u, t)).collect::<Result<_>>()?,
            columns: columns
                .iter()
                .map(|t| some_rows(u, t))
                .collect::<Result<_>>()?,
        });
    }
    Ok(Message {
        req_id,
        stmt_id,
        column,
        tables,
    })
}

fn types(u: &mut Unstructured<'_>) -> Result<Vec<i32>> {
    let n = u.int_in_range(0..=6)?;
    (0..n).map(|_| u.int_in_range(0..=21)).collect()
}

/// One byte at least and no NUL; now and then of the greatest length that fits.
fn name(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let n = match u.int_in_range(0..=63)? {
        63 => usize::from(u16::MAX) - 1,
        n => n + 1,
    };
    let mut name = bytes(u, n)?;
    name.iter_mut().filter(|b| **b == 0).for_each(|b| *b = b'_');
    Ok(name)
}

fn item(u: &mut Unstructured<'_>, type_code: i32, rows: usize) -> Result<Item> {
    let nulls: Vec<u8> = if u.arbitrary()? {
        (0..rows)
            .map(|_| u.int_in_range(0..=2))
            .collect::<Result<_>>()?
    } else {
        vec![0; rows]
    };
    let cells = if VARIABLE.contains(&type_code) {
        let cell = |mark: &u8| -> Result<_> {
            let n = u.int_in_range(0..=30)?;
            Ok((*mark == 0).then_some(bytes(u, n)?))
        };
        Cells::Variable(nulls.iter().map(cell).collect::<Result<_>>()?)
    } else if nulls.iter().all(|mark| *mark != 0) && u.arbitrary()? {
        Cells::Fixed(Vec::new())
    } else {
        let size = size(type_code).expect("not variable, so of a size");
        Cells::Fixed(bytes(u, rows * size)?)
    };
    Ok(Item {
        type_code,
        nulls,
        cells,
    })
}

fn bytes(u: &mut Unstructured<'_>, n: usize) -> Result<Vec<u8>> {
    let mut bytes = u.bytes(n.min(u.len()))?.to_vec();
    bytes.resize(n, 0);
    Ok(bytes)
}
