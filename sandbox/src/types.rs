//! The type table: codes, names, sizes, and how a type is described in replies, blocks and DESCRIBE.

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum Kind {
    Bool = 1,
    TinyInt = 2,
    SmallInt = 3,
    Int = 4,
    BigInt = 5,
    Float = 6,
    Double = 7,
    Varchar = 8,
    Timestamp = 9,
    Nchar = 10,
    UTinyInt = 11,
    USmallInt = 12,
    UInt = 13,
    UBigInt = 14,
    Json = 15,
    Varbinary = 16,
    Decimal = 17,
    Blob = 18,
    Geometry = 20,
    Decimal64 = 21,
}

struct Info {
    kind: Kind,
    name: &'static str,
    /// Bytes of a value in a block; 0 for variable-size types.
    size: u32,
    encode: &'static str,
    compress: &'static str,
}

const fn info(
    kind: Kind,
    name: &'static str,
    size: u32,
    encode: &'static str,
    compress: &'static str,
) -> Info {
    Info {
        kind,
        name,
        size,
        encode,
        compress,
    }
}

const TABLE: [Info; 20] = [
    info(Kind::Bool, "BOOL", 1, "bit-packing", "zstd"),
    info(Kind::TinyInt, "TINYINT", 1, "simple8b", "zlib"),
    info(Kind::SmallInt, "SMALLINT", 2, "simple8b", "zlib"),
    info(Kind::Int, "INT", 4, "simple8b", "lz4"),
    info(Kind::BigInt, "BIGINT", 8, "simple8b", "lz4"),
    info(Kind::Float, "FLOAT", 4, "delta-d", "lz4"),
    info(Kind::Double, "DOUBLE", 8, "delta-d", "lz4"),
    info(Kind::Varchar, "VARCHAR", 0, "disabled", "zstd"),
    info(Kind::Timestamp, "TIMESTAMP", 8, "delta-i", "lz4"),
    info(Kind::Nchar, "NCHAR", 0, "disabled", "zstd"),
    info(Kind::UTinyInt, "TINYINT UNSIGNED", 1, "simple8b", "zlib"),
    info(Kind::USmallInt, "SMALLINT UNSIGNED", 2, "simple8b", "zlib"),
    info(Kind::UInt, "INT UNSIGNED", 4, "simple8b", "lz4"),
    info(Kind::UBigInt, "BIGINT UNSIGNED", 8, "simple8b", "lz4"),
    info(Kind::Json, "JSON", 0, "disabled", "disabled"),
    info(Kind::Varbinary, "VARBINARY", 0, "disabled", "zstd"),
    info(Kind::Decimal, "DECIMAL", 16, "disabled", "zstd"),
    info(Kind::Blob, "BLOB", 0, "disabled", "lz4"),
    info(Kind::Geometry, "GEOMETRY", 0, "disabled", "lz4"),
    info(Kind::Decimal64, "DECIMAL", 8, "disabled", "zstd"),
];

impl Kind {
    fn info(self) -> &'static Info {
        TABLE.iter().find(|i| i.kind == self).unwrap_or(&TABLE[0])
    }
    pub fn from_code(code: u8) -> Option<Kind> {
        TABLE.iter().map(|i| i.kind).find(|k| *k as u8 == code)
    }
    pub fn size(self) -> u32 {
        self.info().size
    }
    pub fn is_variable(self) -> bool {
        self.size() == 0
    }
    pub fn is_decimal(self) -> bool {
        matches!(self, Kind::Decimal | Kind::Decimal64)
    }
    pub fn is_float(self) -> bool {
        matches!(self, Kind::Float | Kind::Double)
    }
    pub fn is_unsigned(self) -> bool {
        matches!(
            self,
            Kind::UTinyInt | Kind::USmallInt | Kind::UInt | Kind::UBigInt
        )
    }
    pub fn is_signed(self) -> bool {
        matches!(
            self,
            Kind::TinyInt | Kind::SmallInt | Kind::Int | Kind::BigInt
        )
    }
    pub fn is_integer(self) -> bool {
        self.is_signed() || self.is_unsigned()
    }
    pub fn is_text(self) -> bool {
        matches!(self, Kind::Varchar | Kind::Nchar)
    }
    /// The range of an integer type.
    pub fn range(self) -> (i128, i128) {
        let bits = self.size() * 8;
        if self.is_unsigned() {
            (0, (1i128 << bits) - 1)
        } else {
            (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
        }
    }
}

/// A column's type. `len` is what the user wrote in brackets: bytes, or characters for NCHAR.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Type {
    pub kind: Kind,
    pub len: u32,
    pub precision: u8,
    pub scale: u8,
}

pub const JSON_LEN: u32 = 4095;
const BLOB_LEN: u32 = 4 << 20;
/// What the real server writes into the schema of a blob column.
const BLOB_SCHEMA_LEN: u32 = 5;
pub const TBNAME_LEN: u32 = 270;

impl Type {
    pub const fn sized(kind: Kind, len: u32) -> Type {
        Type {
            kind,
            len,
            precision: 0,
            scale: 0,
        }
    }
    pub const fn of(kind: Kind) -> Type {
        Type::sized(kind, 0)
    }
    pub const fn varchar(len: u32) -> Type {
        Type::sized(Kind::Varchar, len)
    }
    pub fn decimal(precision: u8, scale: u8) -> Type {
        Type {
            kind: if precision <= 18 {
                Kind::Decimal64
            } else {
                Kind::Decimal
            },
            len: 0,
            precision,
            scale,
        }
    }
    /// `fields_lengths` of a query reply.
    pub fn user_len(&self) -> u32 {
        match self.kind {
            Kind::Json => JSON_LEN,
            Kind::Blob => BLOB_LEN,
            k if k.is_variable() => self.len,
            k => k.size(),
        }
    }
    /// The 4 bytes of a block's column schema.
    pub fn schema_bytes(&self) -> u32 {
        match self.kind {
            Kind::Nchar => 4 * self.len + 2,
            Kind::Json => 4 * JSON_LEN + 4,
            Kind::Blob => BLOB_SCHEMA_LEN,
            k if k.is_variable() => self.len + 2,
            k if k.is_decimal() => {
                (k.size() << 24) | ((self.precision as u32) << 8) | self.scale as u32
            }
            k => k.size(),
        }
    }
    /// Schema bytes where decimals are not packed: `lengths` of fetches, and prepared statements.
    pub fn field_bytes(&self) -> u32 {
        if self.kind.is_decimal() {
            self.kind.size()
        } else {
            self.schema_bytes()
        }
    }
    /// The type as DESCRIBE names it: without a length.
    pub fn bare_name(&self) -> String {
        if self.kind.is_decimal() {
            return format!("DECIMAL({}, {})", self.precision, self.scale);
        }
        self.kind.info().name.to_string()
    }
    /// The type as SHOW CREATE TABLE and `ins_columns` name it.
    pub fn full_name(&self) -> String {
        if self.kind.is_variable() && !matches!(self.kind, Kind::Json | Kind::Blob) {
            return format!("{}({})", self.kind.info().name, self.len);
        }
        self.bare_name()
    }
    /// The length column of DESCRIBE.
    pub fn described_len(&self) -> u32 {
        if self.kind == Kind::Blob {
            BLOB_SCHEMA_LEN
        } else {
            self.user_len()
        }
    }
    pub fn encode(&self) -> &'static str {
        self.kind.info().encode
    }
    pub fn compress(&self) -> &'static str {
        self.kind.info().compress
    }
    /// The type written by `full_name`, read back from a data file.
    pub fn to_json(self) -> serde_json::Value {
        serde_json::json!([self.kind as u8, self.len, self.precision, self.scale])
    }
    pub fn from_json(v: &serde_json::Value) -> Option<Type> {
        let n = |i: usize| v.get(i).and_then(|x| x.as_u64());
        let kind = Kind::from_code(n(0)?.try_into().ok()?)?;
        Some(Type {
            kind,
            len: n(1)? as u32,
            precision: n(2)? as u8,
            scale: n(3)? as u8,
        })
    }
}
