//! A result's columns in the form for C, and the arrays in which C finds a row or block.

use crate::capi::boundary::entry::c_name;
use crate::capi::boundary::types::{TAOS_FIELD, TAOS_FIELD_E, TAOS_ROW};
use crate::protocol::cells::DECIMAL_TEXT;
use crate::protocol::reply::Field;
use std::ffi::{c_int, c_void};

pub struct Columns {
    pub fields: Vec<TAOS_FIELD>,
    pub fields_e: Vec<TAOS_FIELD_E>,
    /// The most that a cell of each column takes.
    schema_bytes: Vec<c_int>,
    pub pointers: Box<[*mut c_void]>,
    /// Points to `pointers`; `taos_result_block` returns the address of this.
    pub row_pointer: TAOS_ROW,
    pub lengths: Box<[c_int]>,
}

impl Columns {
    /// The columns of a prepared statement have two lengths; the extended form has that of the schema.
    pub fn new(fields: &[Field], of_statement: bool) -> Columns {
        let (plain, extended) = fields
            .iter()
            .map(|f| {
                let name = c_name(&f.name);
                let (r#type, bytes) = (f.type_code as i8, f.length);
                (
                    TAOS_FIELD {
                        name,
                        r#type,
                        bytes,
                    },
                    TAOS_FIELD_E {
                        name,
                        r#type,
                        precision: f.precision,
                        scale: f.scale,
                        bytes: if of_statement { f.schema_bytes } else { bytes },
                    },
                )
            })
            .unzip();
        let n = fields.len();
        let mut pointers = vec![std::ptr::null_mut(); n].into_boxed_slice();
        Columns {
            fields: plain,
            fields_e: extended,
            schema_bytes: fields.iter().map(|f| f.schema_bytes).collect(),
            row_pointer: pointers.as_mut_ptr(),
            pointers,
            lengths: vec![0; n].into_boxed_slice(),
        }
    }

    /// The native client reports the size of a decimal's text once it has been converted.
    pub fn became_text(&mut self, column: usize) {
        self.fields[column].bytes = DECIMAL_TEXT as i32;
        self.fields_e[column].bytes = DECIMAL_TEXT as i32;
    }

    /// Lengths without a row: what the schema allows.
    pub fn longest(&mut self) {
        self.lengths.copy_from_slice(&self.schema_bytes);
    }
}
