//! Types as statements name them: `NCHAR(10)`, `INT UNSIGNED`, `DECIMAL(20, 4)`.

use super::cursor::Parser;
use super::lexer::Tok;
use crate::decimal::MAX_PRECISION;
use crate::error::{code, Result, SqlError};
use crate::types::{Kind, Type};

/// Type names, whether they take a length or may be UNSIGNED, and the unsigned form.
const TYPES: [(&str, Kind, Option<Kind>); 17] = [
    ("timestamp", Kind::Timestamp, None),
    ("bool", Kind::Bool, None),
    ("tinyint", Kind::TinyInt, Some(Kind::UTinyInt)),
    ("smallint", Kind::SmallInt, Some(Kind::USmallInt)),
    ("int", Kind::Int, Some(Kind::UInt)),
    ("integer", Kind::Int, Some(Kind::UInt)),
    ("bigint", Kind::BigInt, Some(Kind::UBigInt)),
    ("float", Kind::Float, None),
    ("double", Kind::Double, None),
    ("varchar", Kind::Varchar, None),
    ("binary", Kind::Varchar, None),
    ("nchar", Kind::Nchar, None),
    ("varbinary", Kind::Varbinary, None),
    ("geometry", Kind::Geometry, None),
    ("blob", Kind::Blob, None),
    ("mediumblob", Kind::Blob, None),
    ("json", Kind::Json, None),
];

/// Length of a variable-size type in CAST that names none, as recorded.
const CAST_DEFAULT_LEN: u32 = 65517;

impl Parser<'_> {
    /// `cast`: a variable-size type needs no length.
    pub fn data_type(&mut self, cast: bool) -> Result<Type> {
        let word = self.text().to_ascii_lowercase();
        if self.at_kw("decimal") || self.at_kw("numeric") {
            self.advance()?;
            return self.decimal_type();
        }
        let Some((_, kind, unsigned)) = TYPES
            .iter()
            .find(|t| t.0 == word && self.cur.kind == Tok::Word)
        else {
            return Err(self.unexpected());
        };
        self.advance()?;
        if let Some(u) = unsigned {
            return Ok(Type::of(if self.kw("unsigned")? { *u } else { *kind }));
        }
        if !kind.is_variable() || matches!(kind, Kind::Blob | Kind::Json) {
            return Ok(Type::of(*kind));
        }
        if cast && !self.at_op("(") {
            return Ok(Type::sized(
                *kind,
                if *kind == Kind::Nchar {
                    CAST_DEFAULT_LEN / 4
                } else {
                    CAST_DEFAULT_LEN
                },
            ));
        }
        self.expect_op("(")?;
        let len = self.unsigned()?;
        self.expect_op(")")?;
        let max = if *kind == Kind::Nchar {
            CAST_DEFAULT_LEN / 4
        } else {
            CAST_DEFAULT_LEN
        };
        if len == 0 || len > max as u64 {
            let name = Type::of(*kind).bare_name();
            return Err(SqlError::new(
                code::INVALID_COLUMN,
                format!("Invalid column length: {name}({len}), 1 to {max}"),
            ));
        }
        Ok(Type::sized(*kind, len as u32))
    }
    fn decimal_type(&mut self) -> Result<Type> {
        let (mut p, mut s) = (10, 0);
        if self.op("(")? {
            p = self.unsigned()?;
            if self.op(",")? {
                s = self.unsigned()?;
            }
            self.expect_op(")")?;
        }
        if p == 0 || p > MAX_PRECISION as u64 || s > p {
            return Err(SqlError::new(
                code::INVALID_COLUMN,
                format!("Invalid column type DECIMAL({p},{s}) , invalid precision or scale"),
            ));
        }
        Ok(Type::decimal(p as u8, s as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::super::ast::Statement;
    use super::super::parser::parse;
    use super::*;

    #[test]
    fn column_types() {
        let sql = "create stable if not exists st(ts timestamp, a int primary key, b binary(10), c nchar(5) comment 'x', d decimal(20,3), e bigint unsigned, \
                   f varbinary(8) encode 'disabled' compress 'zstd' level 'medium', g geometry(100), h blob) tags(t json) comment 'c' ttl 5 sma(a)";
        let Statement::CreateTable {
            columns,
            tags,
            if_not_exists,
            ..
        } = parse(sql, "d").unwrap()
        else {
            panic!()
        };
        let names: Vec<String> = columns.iter().map(|c| c.ty.full_name()).collect();
        assert_eq!(
            names,
            [
                "TIMESTAMP",
                "INT",
                "VARCHAR(10)",
                "NCHAR(5)",
                "DECIMAL(20, 3)",
                "BIGINT UNSIGNED",
                "VARBINARY(8)",
                "GEOMETRY(100)",
                "BLOB"
            ]
        );
        assert!(if_not_exists && tags.unwrap()[0].ty.kind == Kind::Json);
        let bad = parse("create table d2(ts timestamp, a decimal(39,2))", "d").unwrap_err();
        assert_eq!(
            bad.message,
            "Invalid column type DECIMAL(39,2) , invalid precision or scale"
        );
    }
}
