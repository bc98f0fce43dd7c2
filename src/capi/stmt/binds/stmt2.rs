//! The binds of a version 2 statement: by table, or by column for the rows of several tables.

use super::{array, check_decimals, data, entry_of, rows_of, type_of};
use crate::capi::boundary::entry::{bytes, utf8};
use crate::capi::boundary::types::{TAOS_STMT2_BIND, TAOS_STMT2_BINDV, TAOS_STMT2_COLUMN_BINDV};
use crate::client::{check_table_name, refused, Prepared, COLUMN, MAX_ROWS, TABLE_NAME, TAG};
use crate::error::{codes, Error};
use crate::protocol::bind::{Table, Values};
use crate::protocol::reply::Parameter;
use crate::protocol::types::{self, Layout};
use std::ffi::c_int;

/// No value of any type is longer.
const LONGEST: usize = 64 << 20;

/// How many bytes a value of this type may have, so that no more is read of the caller's memory. For NCHAR, the
/// limit is in characters, and the server checks it.
fn longest(type_code: u8, field: Option<&Parameter>) -> usize {
    match (type_code, field) {
        (types::VARCHAR | types::NCHAR | types::VARBINARY | types::GEOMETRY, Some(field))
            if field.field_type == type_code =>
        {
            field.bytes.saturating_sub(2).max(0) as usize
        }
        _ => LONGEST,
    }
}

/// The caller's values of one column, of at most this many rows. They are checked, not copied.
///
/// # Safety
/// The pointers of `bind` are NULL or lead to what its numbers say.
unsafe fn values<'a>(
    bind: &TAOS_STMT2_BIND,
    most: usize,
    field: Option<&Parameter>,
    text_decimals: bool,
) -> Result<Values<'a>, Error> {
    let rows = rows_of(bind.num, most)?;
    let (type_code, layout) = type_of(bind.buffer_type)?;
    let nulls = unsafe { array(bind.is_null.cast::<u8>(), rows) }.filter(|n| !n.is_empty());
    let is_null = |row: usize| nulls.is_some_and(|n| n[row] != 0);
    let lengths = unsafe { array(bind.length, rows) };
    let is_text = types::is_decimal(type_code) && text_decimals && lengths.is_some();
    let layout = match is_text {
        true => Layout::Variable(2),
        false => layout,
    };
    let size = match layout {
        Layout::Fixed(size) => {
            let values = (0..rows).filter(|row| !is_null(*row));
            check_decimals((type_code, size), lengths, values)?;
            size * rows
        }
        Layout::Variable(_) => {
            let mut size = 0usize;
            let longest = longest(type_code, field);
            for row in (0..rows).filter(|row| !is_null(*row)) {
                let length = lengths.and_then(|l| usize::try_from(l[row]).ok());
                let length = length.ok_or_else(|| {
                    Error::invalid_parameter(format_args!(
                        "row {row} has no length, or a negative one"
                    ))
                })?;
                if length > longest {
                    return Err(Error::new(codes::VALUE_TOO_LONG));
                }
                size += length;
            }
            size
        }
    };
    let data = unsafe { data(bind.buffer.cast(), size, || (0..rows).all(is_null)) }?;
    Ok(Values {
        type_code,
        rows,
        nulls,
        lengths: lengths.filter(|_| matches!(layout, Layout::Variable(_))),
        data,
    })
}

/// Splits off the first rows of what is left.
fn take<'a>(rest: &mut Values<'a>, rows: usize) -> Values<'a> {
    let (first, others) = rest.split_at(rows);
    *rest = others;
    first
}

/// A table's name. To the server it is bytes; in a UTF-8 program, other bytes are a mistake.
fn check_name(name: &[u8], is_utf8: bool) -> Result<(), Error> {
    if is_utf8 {
        utf8(name, "the table's name")?;
    }
    check_table_name(name)
}

/// What `taos_stmt2_bind_param` was given, with every pointer followed once.
pub struct Bound<'a> {
    names: Vec<&'a [u8]>,
    tags: Vec<Vec<Values<'a>>>,
    columns: Vec<Vec<Values<'a>>>,
}

impl<'a> Bound<'a> {
    /// # Safety
    /// `bindv` is as the header says: arrays of `count` entries, whose own arrays have as many
    /// entries as the statement has tags, and columns - one, unless `column` is -1.
    pub unsafe fn read(
        bindv: &TAOS_STMT2_BINDV,
        column: i32,
        prepared: &Prepared,
        text_decimals: bool,
        is_utf8: bool,
    ) -> Result<Bound<'a>, Error> {
        let count = usize::try_from(bindv.count)
            .ok()
            .filter(|n| *n > 0)
            .ok_or_else(|| Error::invalid_parameter(format_args!("{} tables", bindv.count)))?;
        if bindv.tbnames.is_null() && bindv.tags.is_null() && bindv.bind_cols.is_null() {
            return Err(Error::invalid_parameter(
                "tbnames, tags and bind_cols are all NULL",
            ));
        }
        let (tags, columns) = match column {
            -1 => (prepared.tags, prepared.columns),
            _ => (prepared.tags, 1),
        };
        let (most, kind) = match prepared.is_insert {
            true => (MAX_ROWS, "column"),
            false => (1, "parameter"),
        };
        let parameters = prepared.parameters.as_deref().unwrap_or_default();
        let of_kind = |kind, from: i32| -> Vec<&Parameter> {
            let of_kind = parameters.iter().filter(|p| p.bind_type == kind);
            of_kind.skip(from.max(0) as usize).collect()
        };
        let (tag_fields, column_fields) = (of_kind(TAG, 0), of_kind(COLUMN, column));
        // SAFETY, of this and what follows: the caller's promise.
        let tags_of = |i: usize| {
            let first = unsafe { entry_of(bindv.tags, i) };
            // One value each; `num` is not used, as natively. If the statement has no tags, the pointer may
            // lead to nothing: taospy gives an empty array.
            let binds = unsafe { array(first, tags) }.unwrap_or_default();
            let binds = binds.iter().enumerate();
            let one = |(i, bind): (usize, &TAOS_STMT2_BIND)| {
                let bind = TAOS_STMT2_BIND { num: 1, ..*bind };
                let field = tag_fields.get(i).copied();
                let values = unsafe { values(&bind, 1, field, text_decimals) };
                values.map_err(|e| refused("tag", i, tags, field, e))
            };
            binds.map(one).collect::<Result<Vec<_>, _>>()
        };
        let columns_of = |i: usize| {
            let first = unsafe { entry_of(bindv.bind_cols, i) };
            let binds = unsafe { array(first, columns) }.unwrap_or_default();
            let binds = binds.iter().enumerate();
            let one = |(i, bind)| {
                let field = column_fields.get(i).copied();
                let values = unsafe { values(bind, most, field, text_decimals) };
                let (at, of) = match column {
                    -1 => (i, columns),
                    one => (one as usize, prepared.columns),
                };
                values.map_err(|e| refused(kind, at, of, field, e))
            };
            binds.map(one).collect::<Result<Vec<_>, _>>()
        };
        let mut bound = Bound {
            names: Vec::with_capacity(count),
            tags: Vec::with_capacity(count),
            columns: Vec::with_capacity(count),
        };
        for i in 0..count {
            let name = match unsafe { bytes(entry_of(bindv.tbnames, i)) } {
                None => &[],
                Some(name) => {
                    check_name(name, is_utf8)?;
                    name
                }
            };
            bound.names.push(name);
            bound.tags.push(tags_of(i)?);
            bound.columns.push(columns_of(i)?);
        }
        Ok(bound)
    }

    /// Values by column for rows of several tables.
    ///
    /// # Safety
    /// `bindv` is as the header says: `num_columns` entries, each with arrays for `num_rows` rows.
    pub unsafe fn read_columns(
        bindv: &TAOS_STMT2_COLUMN_BINDV,
        prepared: &Prepared,
        text_decimals: bool,
        is_utf8: bool,
    ) -> Result<Bound<'a>, Error> {
        let wanted = prepared.count;
        let rows = rows_of(bindv.num_rows, c_int::MAX as usize)?;
        // SAFETY, of this and what follows: the caller's promise.
        let given = usize::try_from(bindv.num_columns).ok();
        let list = given.and_then(|n| unsafe { array(bindv.columns, n) });
        let list = list.filter(|l| l.len() == wanted).ok_or_else(|| {
            Error::invalid_parameter(format_args!(
                "{} columns, and the statement has {wanted} ?",
                bindv.num_columns
            ))
        })?;
        let mut columns = Vec::with_capacity(wanted);
        let kinds = prepared.parameters.as_deref().unwrap_or_default();
        for (i, column) in list.iter().enumerate() {
            let bind = TAOS_STMT2_BIND {
                buffer_type: column.buffer_type,
                buffer: column.buffer,
                length: column.length,
                is_null: column.is_null,
                num: bindv.num_rows,
            };
            let values = unsafe { values(&bind, rows, kinds.get(i), text_decimals) };
            columns.push(values.map_err(|e| refused("parameter", i, wanted, kinds.get(i), e))?);
        }
        let kind = |i: usize| kinds.get(i).map_or(COLUMN, |p| p.bind_type);
        let names = (0..wanted).find(|i| kind(*i) == TABLE_NAME);
        let names: Vec<&[u8]> = match names {
            Some(i) => {
                let mut rest = columns[i];
                let names: Vec<&[u8]> = (0..rows).map(|_| take(&mut rest, 1).data).collect();
                for run in names.chunk_by(|a, b| a == b) {
                    check_name(run[0], is_utf8)?;
                }
                names
            }
            None => vec![&[]; rows],
        };
        let mut bound = Bound {
            names: Vec::new(),
            tags: Vec::new(),
            columns: Vec::new(),
        };
        for run in names.chunk_by(|a, b| a == b) {
            for part in run.chunks(MAX_ROWS) {
                bound.names.push(part[0]);
                let (mut tags, mut cells) = (Vec::new(), Vec::new());
                for (i, column) in columns.iter_mut().enumerate() {
                    match kind(i) {
                        TABLE_NAME => {}
                        TAG => tags.push(take(column, part.len()).split_at(1).0),
                        _ => cells.push(take(column, part.len())),
                    }
                }
                bound.tags.push(tags);
                bound.columns.push(cells);
            }
        }
        Ok(bound)
    }

    /// The tables, in runs that have the same tags and columns, as one message can hold.
    pub fn runs(&self) -> Vec<Vec<Table<'_>>> {
        let mut runs: Vec<Vec<Table<'_>>> = Vec::new();
        for (i, name) in self.names.iter().enumerate() {
            let table = Table {
                name,
                tags: &self.tags[i],
                columns: &self.columns[i],
            };
            let alike = |other: &Table<'_>| {
                (other.tags.len(), other.columns.len()) == (table.tags.len(), table.columns.len())
                    && other.name.is_empty() == table.name.is_empty()
            };
            match runs.last_mut() {
                Some(run) if alike(&run[0]) => run.push(table),
                _ => runs.push(vec![table]),
            }
        }
        runs
    }
}
