//! The object behind a `TAOS_RES *`: a result set, the block being read, and the arrays of pointers by which C reads it.

mod blocks;
mod column_view;
pub(super) mod columns;
pub mod fetch;
pub mod info;
pub mod print_row;

use self::column_view::{Form, View};
use self::columns::Columns;
use super::boundary::entry::ErrorText;
use super::boundary::slots::Exclusive;
use super::boundary::types::{TAOS_FIELD, TAOS_FIELD_E, TAOS_ROW};
use super::tmq::consumed::ConsumedMessage;
use crate::charset::{Charset, Converter};
use crate::client::{ResultSet, StopHandle};
use crate::error::{codes, Error};
use crate::protocol::block::{Block, Column};
use crate::protocol::cells::{self, TextColumn, DECIMAL_TEXT};
use crate::protocol::types;
use std::ffi::{c_int, c_void, CStr};
use std::sync::Arc;

/// After a block up to this size the next is requested at once. After a larger one it is requested when the caller goes on
/// to the second row, so that a glance at a large result costs one block.
const SMALL_BLOCK: usize = 256 * 1024;

pub struct ResultObject {
    /// Used by `taos_stop_query`, on another thread.
    pub stop: Option<Arc<StopHandle>>,
    pub body: Exclusive<QueryResult>,
}

impl ResultObject {
    pub fn new(set: ResultSet) -> Self {
        ResultObject {
            stop: Some(set.stop_handle()),
            body: Exclusive::new(QueryResult::new(Source::Statement(set))),
        }
    }

    /// A message of a subscription: its blocks are all here.
    pub fn message(message: ConsumedMessage) -> Self {
        ResultObject {
            stop: None,
            body: Exclusive::new(QueryResult::new(Source::Message(message))),
        }
    }

    /// The result of a statement that failed, which says why.
    pub fn failed(error: &Error) -> Self {
        let mut body = QueryResult::new(Source::Nothing);
        body.fail(error);
        ResultObject {
            stop: None,
            body: Exclusive::new(body),
        }
    }
}

/// The block being read.
struct Current {
    block: Block,
    /// Empty until rows or columns are asked for: a raw block is handed out as it came.
    views: Vec<View>,
    /// The lengths were written, and are the same for each row.
    lengths_stand: bool,
}

fn open_converter(charset: &Charset) -> Result<Converter, Error> {
    charset.encoder().map_err(|e| {
        let code = codes::system(e.raw_os_error().unwrap_or(libc::EINVAL));
        Error::with(code, format_args!("no conversion to {}", charset.name()))
    })
}

/// Where blocks come from.
enum Source {
    /// The statement failed.
    Nothing,
    Statement(ResultSet),
    Message(ConsumedMessage),
}

pub struct QueryResult {
    code: i32,
    message: ErrorText,
    source: Source,
    columns: Columns,
    current: Option<Current>,
    /// Converted columns of the current block, by column. They are kept to reuse their memory.
    texts: Vec<TextColumn>,
    decimals: Vec<Vec<u8>>,
    /// Converts to a character set other than UTF-8. It is opened for the first text.
    converter: Option<Converter>,
    /// Rows of the current block that have been handed out.
    row: usize,
    /// Blocks are fetched asynchronously, so `fetch_row` stops at the end of each.
    block_wise: bool,
    /// The pointers point to a row's cells, not to a block's columns.
    on_row: bool,
    /// The current block was fetched to count its rows, and was not handed out yet.
    counted: bool,
}

impl QueryResult {
    fn new(source: Source) -> Self {
        let columns = match &source {
            Source::Statement(set) => Columns::new(set.fields(), set.is_of_statement()),
            // A message's columns are those of its block.
            Source::Nothing | Source::Message(_) => Columns::new(&[], false),
        };
        QueryResult {
            code: codes::SUCCESS,
            message: ErrorText::default(),
            source,
            columns,
            current: None,
            texts: Vec::new(),
            decimals: Vec::new(),
            converter: None,
            row: 0,
            block_wise: false,
            on_row: false,
            counted: false,
        }
    }

    fn set(&self) -> Option<&ResultSet> {
        match &self.source {
            Source::Statement(set) => Some(set),
            Source::Nothing | Source::Message(_) => None,
        }
    }

    fn set_mut(&mut self) -> Option<&mut ResultSet> {
        match &mut self.source {
            Source::Statement(set) => Some(set),
            Source::Nothing | Source::Message(_) => None,
        }
    }

    /// The message of a subscription, when it is one.
    pub fn consumed(&self) -> Option<&ConsumedMessage> {
        match &self.source {
            Source::Message(message) => Some(message),
            Source::Nothing | Source::Statement(_) => None,
        }
    }

    pub fn code(&self) -> i32 {
        self.code
    }

    /// The error's own text, if there is more to say than the code does.
    pub fn message(&self) -> Option<&CStr> {
        self.message.beyond_code()
    }

    fn fail(&mut self, error: &Error) {
        self.code = error.code;
        self.message = ErrorText::of(error);
        self.current = None;
    }

    pub fn columns(&self) -> usize {
        self.columns.fields.len()
    }

    pub fn fields(&mut self) -> &mut [TAOS_FIELD] {
        &mut self.columns.fields
    }

    pub fn fields_e(&mut self) -> &mut [TAOS_FIELD_E] {
        &mut self.columns.fields_e
    }

    pub fn precision(&self) -> c_int {
        match &self.source {
            Source::Nothing => 0,
            Source::Statement(set) => set.precision(),
            Source::Message(message) => message.precision(),
        }
    }

    /// As [`precision`](Self::precision), but known also before the first block of a message is read.
    pub fn precision_from_the_start(&self) -> c_int {
        match &self.source {
            Source::Message(message) => message.precision_from_the_start(),
            _ => self.precision(),
        }
    }

    /// The number of rows that were written. For a result that the native client makes by itself, the number of rows in the
    /// current block, or in the first.
    pub fn affected_rows(&mut self) -> i64 {
        let Some(set) = self.set() else {
            return 0;
        };
        if !set.is_of_client() || self.columns() == 0 {
            return set.affected_rows();
        }
        if !set.has_begun() && self.code == 0 {
            self.counted = self.next_block().is_ok();
        }
        self.block_rows() as i64
    }

    /// Rows of the current block.
    pub fn block_rows(&self) -> usize {
        self.current.as_ref().map_or(0, |c| c.block.rows())
    }

    /// Converts columns whose form in C is another, and finds where each column is. If the program's character set does not
    /// have a character, the whole block is lost, as natively, and so are the blocks after it.
    fn make_views(&mut self) -> Result<(), Error> {
        let outcome = self.try_to_make_views();
        outcome.inspect_err(|e| self.fail(e))
    }

    fn try_to_make_views(&mut self) -> Result<(), Error> {
        let Some(Current { block, views, .. }) = self.current.as_mut() else {
            return Ok(());
        };
        if !views.is_empty() {
            return Ok(());
        }
        let n = block.columns().len();
        let charset = match &self.source {
            Source::Nothing => None,
            Source::Statement(set) => set.charset(),
            Source::Message(message) => message.charset(),
        };
        self.texts.resize_with(n, TextColumn::default);
        self.decimals.resize_with(n, Vec::new);
        let mut converted = Vec::with_capacity(n);
        for (i, column) in block.columns().iter().enumerate() {
            converted.push(match column.type_code {
                types::NCHAR => {
                    let text = &mut self.texts[i];
                    match charset {
                        None => cells::nchar_to_utf8(block, column, text),
                        Some(charset) => {
                            let converter = match &mut self.converter {
                                Some(converter) => converter,
                                none => none.insert(open_converter(charset)?),
                            };
                            if !cells::nchar_converted(block, column, converter, text) {
                                let name = charset.name();
                                tracing::warn!("column {i} has a text that is none in {name}");
                                return Err(Error::new(codes::INTERNAL));
                            }
                        }
                    }
                    View {
                        nulls: text.offsets.as_ptr().cast(),
                        data: text.heap.as_ptr(),
                        form: Form::Variable(2),
                    }
                }
                types::DECIMAL | types::DECIMAL64 => {
                    let text = &mut self.decimals[i];
                    cells::decimals_to_text(block, column, text);
                    self.columns.became_text(i);
                    View::of_values(block, column, text.as_ptr(), DECIMAL_TEXT)
                }
                _ => View::as_it_came(block, column),
            });
        }
        *views = converted;
        Ok(())
    }

    /// The next row, or NULL at the end and on errors.
    pub fn fetch_row(&mut self) -> TAOS_ROW {
        if self.code != 0 {
            return std::ptr::null_mut();
        }
        self.leave_stopped();
        if self.row >= self.block_rows() {
            if self.block_wise || !matches!(self.next_block(), Ok(rows) if rows > 0) {
                return std::ptr::null_mut();
            }
            if self.make_views().is_err() {
                return std::ptr::null_mut();
            }
            if self.current_len() <= SMALL_BLOCK {
                self.ask_ahead();
            }
        } else if self.row == 1 {
            self.ask_ahead();
        } else if self.row == 0 && self.make_views().is_err() {
            return std::ptr::null_mut();
        }
        self.take_row()
    }

    /// As [`fetch_row`](Self::fetch_row), if the row is in memory and no block has to be requested. Otherwise NULL.
    pub fn row_in_hand(&mut self) -> TAOS_ROW {
        self.leave_stopped();
        if self.code == 0 && self.row > 1 && self.row < self.block_rows() {
            return self.take_row();
        }
        std::ptr::null_mut()
    }

    fn take_row(&mut self) -> TAOS_ROW {
        let row = self.row;
        self.row += 1;
        self.on_row = true;
        self.counted = false;
        let Some(current) = &self.current else {
            return std::ptr::null_mut();
        };
        for (pointer, view) in self.columns.pointers.iter_mut().zip(&current.views) {
            *pointer = view.cell(row);
        }
        self.columns.row_pointer
    }

    fn current_len(&self) -> usize {
        self.current.as_ref().map_or(0, |c| c.block.bytes().len())
    }

    /// The next block by columns: row count, and where each column's data starts. A block that was
    /// begun row by row is handed out once more, whole, as the native client does.
    pub fn fetch_block(&mut self) -> Result<(usize, TAOS_ROW), Error> {
        if self.code != 0 {
            return Err(self.error());
        }
        self.leave_stopped();
        if self.row >= self.block_rows() && self.next_block()? == 0 {
            return Ok((0, std::ptr::null_mut()));
        }
        self.make_views()?;
        self.ask_ahead();
        self.row = self.block_rows();
        self.on_row = false;
        self.counted = false;
        if let Some(current) = &self.current {
            for (pointer, view) in self.columns.pointers.iter_mut().zip(&current.views) {
                *pointer = view.data.cast_mut().cast();
            }
        }
        Ok((self.row, self.columns.row_pointer))
    }

    /// The next block as it came: row count and bytes.
    pub fn fetch_raw_block(&mut self) -> Result<(usize, *mut c_void), Error> {
        if self.code != 0 {
            return Err(self.error());
        }
        let rows = self.next_block()?;
        self.ask_ahead();
        self.row = rows;
        Ok((rows, self.raw_block().cast_mut()))
    }

    /// The bytes of the current block, as it came.
    pub fn block_bytes(&self) -> &[u8] {
        self.current.as_ref().map_or(&[], |c| c.block.bytes())
    }

    /// The current block as it came, or NULL.
    pub fn raw_block(&self) -> *const c_void {
        self.current.as_ref().map_or(std::ptr::null(), |c| {
            c.block.bytes().as_ptr().cast::<c_void>()
        })
    }

    /// The address of the pointer to the current row's or block's pointers.
    pub fn result_block(&mut self) -> *mut TAOS_ROW {
        if self.columns.pointers.is_empty() {
            return std::ptr::null_mut();
        }
        &mut self.columns.row_pointer
    }

    fn error(&self) -> Error {
        Error::new(self.code)
    }

    fn column(&self, index: c_int) -> Option<(&Block, &Column)> {
        let block = &self.current.as_ref()?.block;
        let column = block.columns().get(usize::try_from(index).ok()?)?;
        Some((block, column))
    }

    /// NULL, or not in the current block.
    pub fn is_null(&self, row: i32, column: c_int) -> bool {
        let (Some((block, column)), Ok(row)) = (self.column(column), usize::try_from(row)) else {
            return true;
        };
        row >= block.rows() || block.is_null(column, row)
    }

    /// Marks the NULLs of a column; the number of rows marked, or `None` for a wrong column.
    pub fn nulls_of_column(&self, column: c_int, marks: &mut [bool]) -> Option<usize> {
        let (block, column) = self.column(column)?;
        let n = marks.len().min(block.rows());
        for (row, mark) in marks[..n].iter_mut().enumerate() {
            *mark = block.is_null(column, row);
        }
        Some(n)
    }

    /// The offsets of a variable column, one `int32_t` per row; NULL for other columns.
    pub fn offsets_of_column(&mut self, column: c_int) -> *mut c_int {
        if self.make_views().is_err() {
            return std::ptr::null_mut();
        }
        let view = usize::try_from(column)
            .ok()
            .and_then(|i| self.current.as_ref()?.views.get(i));
        match view {
            Some(View {
                nulls,
                form: Form::Variable(_),
                ..
            }) => nulls.cast_mut().cast(),
            _ => std::ptr::null_mut(),
        }
    }

    /// The length of each value of the current row. Before the first row, and when blocks are read, the most that each
    /// column takes. NULL for a result without columns.
    pub fn lengths(&mut self) -> *mut c_int {
        if self.columns.lengths.is_empty() {
            return std::ptr::null_mut();
        }
        match &mut self.current {
            Some(current) if self.on_row => {
                if !current.lengths_stand {
                    let row = self.row - 1;
                    for (length, view) in self.columns.lengths.iter_mut().zip(&current.views) {
                        *length = view.len(row);
                    }
                    current.lengths_stand = current.views.iter().all(View::is_full);
                }
            }
            current => {
                if let Some(current) = current {
                    current.lengths_stand = false;
                }
                self.columns.longest();
            }
        }
        self.columns.lengths.as_mut_ptr()
    }
}
