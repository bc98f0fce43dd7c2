//! The column types: one row per type code of the protocol (`TSDB_DATA_TYPE_*` of the C header).

/// How the cells of a column are laid out in a raw block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A null bitmap, then `rows` values of this many bytes.
    Fixed(usize),
    /// `rows` offsets, then cells that start with their length in this many bytes.
    Variable(usize),
}

/// What is known about a type.
#[derive(Debug, Clone, Copy)]
pub struct Type {
    /// `TSDB_DATA_TYPE_*`, also the type byte on the wire.
    pub code: u8,
    /// The name that `taos_data_type` returns, NUL-terminated.
    pub c_name: &'static str,
    pub layout: Layout,
}

impl Type {
    /// The name without what all names in C begin with.
    pub fn name(&self) -> &'static str {
        let name = self.c_name.trim_end_matches('\0');
        name.strip_prefix("TSDB_DATA_TYPE_").unwrap_or(name)
    }
}

pub const BOOL: u8 = 1;
pub const TINYINT: u8 = 2;
pub const SMALLINT: u8 = 3;
pub const INT: u8 = 4;
pub const BIGINT: u8 = 5;
pub const FLOAT: u8 = 6;
pub const DOUBLE: u8 = 7;
pub const VARCHAR: u8 = 8;
pub const TIMESTAMP: u8 = 9;
pub const NCHAR: u8 = 10;
pub const UTINYINT: u8 = 11;
pub const USMALLINT: u8 = 12;
pub const UINT: u8 = 13;
pub const UBIGINT: u8 = 14;
pub const JSON: u8 = 15;
pub const VARBINARY: u8 = 16;
pub const DECIMAL: u8 = 17;
pub const BLOB: u8 = 18;
pub const MEDIUMBLOB: u8 = 19;
pub const GEOMETRY: u8 = 20;
pub const DECIMAL64: u8 = 21;

impl Type {
    /// As SQL calls it.
    pub fn sql_name(&self) -> &'static str {
        let name = self.c_name.trim_end_matches('\0');
        name.strip_prefix("TSDB_DATA_TYPE_").unwrap_or(name)
    }
}

const fn fixed(code: u8, c_name: &'static str, size: usize) -> Type {
    Type {
        code,
        c_name,
        layout: Layout::Fixed(size),
    }
}

const fn variable(code: u8, c_name: &'static str, prefix: usize) -> Type {
    Type {
        code,
        c_name,
        layout: Layout::Variable(prefix),
    }
}

/// Indexed by type code. The native client 3.3.7.5 has no name for DECIMAL64.
pub const TYPES: [Type; 22] = [
    fixed(0, "TSDB_DATA_TYPE_NULL\0", 0),
    fixed(BOOL, "TSDB_DATA_TYPE_BOOL\0", 1),
    fixed(TINYINT, "TSDB_DATA_TYPE_TINYINT\0", 1),
    fixed(SMALLINT, "TSDB_DATA_TYPE_SMALLINT\0", 2),
    fixed(INT, "TSDB_DATA_TYPE_INT\0", 4),
    fixed(BIGINT, "TSDB_DATA_TYPE_BIGINT\0", 8),
    fixed(FLOAT, "TSDB_DATA_TYPE_FLOAT\0", 4),
    fixed(DOUBLE, "TSDB_DATA_TYPE_DOUBLE\0", 8),
    variable(VARCHAR, "TSDB_DATA_TYPE_VARCHAR\0", 2),
    fixed(TIMESTAMP, "TSDB_DATA_TYPE_TIMESTAMP\0", 8),
    variable(NCHAR, "TSDB_DATA_TYPE_NCHAR\0", 2),
    fixed(UTINYINT, "TSDB_DATA_TYPE_UTINYINT\0", 1),
    fixed(USMALLINT, "TSDB_DATA_TYPE_USMALLINT\0", 2),
    fixed(UINT, "TSDB_DATA_TYPE_UINT\0", 4),
    fixed(UBIGINT, "TSDB_DATA_TYPE_UBIGINT\0", 8),
    variable(JSON, "TSDB_DATA_TYPE_JSON\0", 2),
    variable(VARBINARY, "TSDB_DATA_TYPE_VARBINARY\0", 2),
    fixed(DECIMAL, "TSDB_DATA_TYPE_DECIMAL\0", 16),
    variable(BLOB, "TSDB_DATA_TYPE_BLOB\0", 4),
    variable(MEDIUMBLOB, "TSDB_DATA_TYPE_MEDIUMBLOB\0", 4),
    variable(GEOMETRY, "TSDB_DATA_TYPE_GEOMETRY\0", 2),
    fixed(DECIMAL64, "UNKNOWN\0", 8),
];

/// The type with this code, if the protocol knows it.
pub fn by_code(code: u8) -> Option<&'static Type> {
    TYPES.get(code as usize)
}

/// Is it a number with a fixed point?
pub fn is_decimal(code: u8) -> bool {
    matches!(code, DECIMAL | DECIMAL64)
}

/// The declared size of a column whose schema takes this many bytes; the inverse of [`schema_bytes`].
pub fn user_length(code: u8, schema_bytes: i32) -> i32 {
    match code {
        VARCHAR | VARBINARY | GEOMETRY => schema_bytes.saturating_sub(2).max(0),
        NCHAR => schema_bytes.saturating_sub(2).max(0) / 4,
        JSON => schema_bytes / 4 - 1,
        BLOB => BLOB_LENGTH,
        _ => schema_bytes,
    }
}

/// The most that a cell of a column takes, including its length prefix, as in the schema.
pub fn schema_bytes(code: u8, user_length: i32) -> i32 {
    match code {
        VARCHAR | VARBINARY | GEOMETRY => user_length.saturating_add(2),
        NCHAR => user_length.saturating_mul(4).saturating_add(2),
        JSON => user_length.saturating_add(1).saturating_mul(4),
        _ => user_length,
    }
}

/// The length that the server gives for every BLOB column of a query.
const BLOB_LENGTH: i32 = 4 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_indexed_by_code() {
        for (i, t) in TYPES.iter().enumerate() {
            assert_eq!(t.code as usize, i);
            assert!(t.c_name.ends_with('\0'));
        }
        assert!(by_code(22).is_none());
    }
}
