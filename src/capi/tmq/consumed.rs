//! A message as a result: its blocks, one after the other.

use crate::capi::boundary::entry::c_text;
use crate::capi::result::columns::Columns;
use crate::charset::Charset;
use crate::client::Message;
use crate::protocol::block::Block;
use crate::protocol::tmq::MessageBlock;
use std::ffi::{CStr, CString};
use std::sync::Arc;

pub struct ConsumedMessage {
    pub message: Message,
    pub topic: CString,
    pub database: CString,
    /// The block being read: `None` before the first, past the last at the end.
    at: Option<usize>,
    charset: Option<Arc<Charset>>,
}

impl ConsumedMessage {
    pub fn new(message: Message, charset: Option<Arc<Charset>>) -> Self {
        ConsumedMessage {
            topic: c_text(&message.topic),
            database: c_text(&message.database),
            at: None,
            charset,
            message,
        }
    }

    fn current(&self) -> Option<&MessageBlock> {
        self.message.blocks.get(self.at?)
    }

    /// Moves to the next block with rows; `columns` become the block's.
    pub fn next_block(&mut self, columns: &mut Columns) -> Option<Block> {
        let before = self.at;
        let blocks = &self.message.blocks;
        let first = before.map_or(0, |at| at + 1).min(blocks.len());
        let next = blocks[first..].iter().position(|b| b.block.rows() > 0);
        self.at = Some(next.map_or(blocks.len(), |n| first + n));
        let block = self.current()?;
        // Pointers to the fields stay valid as long as the fields do not change.
        let same = before
            .and_then(|at| blocks.get(at))
            .is_some_and(|last| block.has_columns_of(last));
        if !same {
            *columns = Columns::new(&block.fields(), false);
        }
        Some(block.block.clone())
    }

    /// The table of the block being read.
    pub fn table(&self) -> Option<&CStr> {
        self.current()?.table()
    }

    pub fn precision(&self) -> i32 {
        self.current().map_or(0, |block| block.precision)
    }

    /// That of the block being read; before the first block and after the last, that of the first.
    pub fn precision_from_the_start(&self) -> i32 {
        let block = self.current().or(self.message.blocks.first());
        block.map_or(0, |block| block.precision)
    }

    pub fn charset(&self) -> Option<&Arc<Charset>> {
        self.charset.as_ref()
    }
}
