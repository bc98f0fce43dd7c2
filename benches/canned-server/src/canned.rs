//! The results this server has: a few tables, each encoded once as a full block and sent again and again.

use crate::block::{encode, Cells, Column};
use crate::deflate::Packed;
use serde_json::json;
use std::sync::OnceLock;

/// What the real server puts into a block.
pub const ROWS_PER_BLOCK: usize = 4096;

/// A result set's shape and its repeated full block.
pub struct Table {
    /// The part of the query reply that describes the columns: `"fields_count":…` up to the scales.
    pub fields_json: String,
    pub full_block: Packed,
    columns: fn(usize) -> Vec<Column>,
}

impl Table {
    fn new(columns: fn(usize) -> Vec<Column>, rows: usize) -> Table {
        let sample = columns(rows);
        let names: Vec<_> = sample.iter().map(|c| c.name).collect();
        let types: Vec<_> = sample.iter().map(Column::type_code).collect();
        let lengths: Vec<_> = sample.iter().map(Column::user_length).collect();
        let zeros = vec![0; sample.len()];
        let fields_json = format!(
            r#""fields_count":{},"fields_names":{},"fields_types":{},"fields_lengths":{},"precision":0,"fields_precisions":{},"fields_scales":{}"#,
            sample.len(),
            json!(names),
            json!(types),
            json!(lengths),
            json!(zeros),
            json!(zeros),
        );
        Table {
            fields_json,
            full_block: Packed::new(encode(rows, &sample)),
            columns,
        }
    }

    /// Name, type and schema bytes of each column.
    pub fn schema(&self) -> Vec<(&'static str, u8, u32)> {
        let describe = |c: &Column| (c.name, c.type_code(), c.schema_bytes());
        (self.columns)(1).iter().map(describe).collect()
    }

    /// A last, shorter block. Encoded when asked for: once per result, not once per fetch.
    pub fn partial_block(&self, rows: usize) -> Vec<u8> {
        encode(rows, &(self.columns)(rows))
    }
}

/// The reply to the one statement that is prepared: `insert into ? using … tags (?) values (?, ?, ?, ?)`.
pub fn insert_fields() -> serde_json::Value {
    let field = |name: &str, kind: u8, bytes: u32, stands_for: u8| json!({"name": name, "field_type": kind, "precision": 0, "scale": 0, "bytes": bytes, "bind_type": stands_for});
    let (column, tag, table) = (1, 2, 4);
    let fields = [
        field("tbname", 8, 271, table),
        field("g", 4, 4, tag),
        field("ts", 9, 8, column),
        field("v", 4, 4, column),
        field("d", 7, 8, column),
        field("s", 8, 18, column),
    ];
    json!({"stmt_id": 1, "is_insert": true, "fields": fields, "fields_count": fields.len()})
}

static ONE: OnceLock<Table> = OnceLock::new();
static FIXED: OnceLock<Table> = OnceLock::new();
static MIXED: OnceLock<Table> = OnceLock::new();
static WIDE: OnceLock<Table> = OnceLock::new();

/// `select 1`: one row, one BIGINT. Its only block is full, with one row.
pub fn one() -> &'static Table {
    ONE.get_or_init(|| {
        let columns = |rows| vec![column("1", Cells::BigInt(vec![Some(1); rows]))];
        Table::new(columns, 1)
    })
}

pub fn by_name(name: &str) -> Option<&'static Table> {
    match name {
        "fixed" => Some(FIXED.get_or_init(|| Table::new(fixed, ROWS_PER_BLOCK))),
        "mixed" => Some(MIXED.get_or_init(|| Table::new(mixed, ROWS_PER_BLOCK))),
        "wide" => Some(WIDE.get_or_init(|| Table::new(wide, ROWS_PER_BLOCK))),
        _ => None,
    }
}

const NAMES: [&str; 3] = ["fixed", "mixed", "wide"];

/// Encodes every table before the first client comes, so that none of them pays for it.
pub fn encode_all() {
    one();
    for name in NAMES {
        by_name(name);
    }
}

/// Bytes of the full blocks, and of the same compressed.
pub fn sizes() -> impl Iterator<Item = (&'static str, usize, usize)> {
    NAMES.iter().filter_map(|name| {
        let block = &by_name(name)?.full_block;
        Some((*name, block.plain.len(), block.packed.len()))
    })
}

fn column(name: &'static str, cells: Cells) -> Column {
    Column {
        name,
        length: 0,
        cells,
    }
}

fn cells<T>(rows: usize, cell: impl Fn(usize) -> T) -> Vec<Option<T>> {
    (0..rows).map(|row| Some(cell(row))).collect()
}

/// As `cells`, with a NULL in every `period`-th row.
fn with_nulls<T>(rows: usize, period: usize, cell: impl Fn(usize) -> T) -> Vec<Option<T>> {
    (0..rows)
        .map(|row| (row % period != period - 1).then(|| cell(row)))
        .collect()
}

fn timestamps(rows: usize) -> Column {
    column(
        "ts",
        Cells::Timestamp(cells(rows, |row| 1_700_000_000_000 + row as i64)),
    )
}

/// Ten columns of fixed width, 53 bytes a row.
fn fixed(rows: usize) -> Vec<Column> {
    let ints = |factor: i32| Cells::Int(cells(rows, |row| row as i32 * factor));
    let bigints = |factor: i64| Cells::BigInt(cells(rows, |row| row as i64 * factor));
    vec![
        timestamps(rows),
        column("i1", ints(1)),
        column("i2", ints(-3)),
        column("i3", ints(7)),
        column("i4", ints(1000)),
        column("b1", bigints(1_000_000_007)),
        column("b2", bigints(-11)),
        column("f", Cells::Float(cells(rows, |row| row as f32 * 0.5))),
        column("d", Cells::Double(cells(rows, |row| row as f64 * 0.1))),
        column("t", Cells::Bool(cells(rows, |row| row % 2 == 0))),
    ]
}

/// What a table of measurements looks like: numbers, short texts, and gaps.
fn mixed(rows: usize) -> Vec<Column> {
    let place = |row: usize| format!("place-{}", row % 1000);
    // Characters of one, two and three bytes of UTF-8.
    let label = |row: usize| format!("温度é{}", row % 10_000);
    let doubles = with_nulls(rows, 5, |row| row as f64 * 0.25);
    let mut columns = vec![
        timestamps(rows),
        column("v", Cells::Int(with_nulls(rows, 7, |row| row as i32))),
        column("d", Cells::Double(doubles)),
        column("s", Cells::Varchar(with_nulls(rows, 11, place))),
        column("n", Cells::Nchar(with_nulls(rows, 13, label))),
    ];
    columns[3].length = 16;
    columns[4].length = 16;
    columns
}

/// A kilobyte a row, for blocks of four megabytes: memory is then measured in blocks, not in small change.
fn wide(rows: usize) -> Vec<Column> {
    let mut columns = vec![timestamps(rows)];
    for name in ["s1", "s2", "s3", "s4"] {
        let mut texts = column(name, Cells::Varchar(cells(rows, |_| "x".repeat(250))));
        texts.length = 256;
        columns.push(texts);
    }
    columns
}
