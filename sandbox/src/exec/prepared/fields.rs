//! What each `?` of an insert stands for.

use super::error::usage;
use super::plan::find;
use super::text::{Insert, Part, Table};
use crate::bind::{BindType, Field};
use crate::catalog::Found;
use crate::engine::Engine;
use crate::error::{Result, SqlError};
use crate::exec::target::Target;
use crate::sql::ast::TableName;
use crate::types::{Kind, Type, TBNAME_LEN};

impl Insert {
    /// All tags that version 1 wants: those of the super table, none of a child table that is there.
    pub fn tag_fields(&self, e: &Engine, named: Option<&TableName>) -> Result<Vec<Field>> {
        let mut fields = self.fields(e, named)?;
        fields.retain(|f| f.bind_type == BindType::Tag);
        let ordinary = match (&self.using, &self.table, named) {
            (Some(_), _, _) => false,
            (None, Table::Fixed(t), _) | (None, _, Some(t)) => {
                matches!(find(e, t)?, Found::Plain(_))
            }
            (None, _, None) => false,
        };
        match ordinary {
            true => Err(usage()),
            false => Ok(fields),
        }
    }

    /// What each `?` stands for, in order, once its table is known.
    pub fn fields(&self, e: &Engine, named: Option<&TableName>) -> Result<Vec<Field>> {
        let found = match (&self.using, &self.table, named) {
            (Some(u), _, _) => self.stable(e, u.stable.as_ref())?,
            (None, Table::Fixed(t), _) | (None, Table::Bound { .. }, Some(t)) => find(e, t)?,
            (None, Table::Bound { .. }, None) => return Err(SqlError::no_table()),
        };
        let plan = self.plan(e, &found, self.db_of(named))?;
        let mut out = vec![];
        let field = |name: &str, ty: Type, bind_type| Field {
            name: name.to_string(),
            ty,
            bytes: ty.field_bytes(),
            precision: match ty.kind {
                Kind::Timestamp => plan.precision as u8,
                _ => 0,
            },
            bind_type,
        };
        let table_name = || {
            let mut f = field("tbname", Type::varchar(TBNAME_LEN), BindType::TableName);
            // One byte more than the name may have, not the two of a length.
            f.bytes = TBNAME_LEN + 1;
            f
        };
        if matches!(self.table, Table::Bound { .. }) {
            out.push(table_name());
        }
        let schema = &plan.schema;
        let tag = |i: usize| field(&schema.tags[i].name, schema.tags[i].ty, BindType::Tag);
        let is_mark = |p: &Part| matches!(p, Part::Mark);
        if self.using.is_some() {
            let marked = plan.tags.iter().filter(|t| is_mark(&t.1) || self.version_1);
            out.extend(marked.map(|t| tag(t.0)));
        }
        for (target, _) in plan.values.iter().filter(|v| is_mark(&v.1)) {
            out.push(match target {
                Target::TableName => table_name(),
                Target::Tag(i) => tag(*i),
                Target::Time => field(
                    &schema.columns[0].name,
                    schema.columns[0].ty,
                    BindType::Column,
                ),
                Target::Column(i) => field(
                    &schema.columns[*i].name,
                    schema.columns[*i].ty,
                    BindType::Column,
                ),
            });
        }
        Ok(out)
    }

    /// The database of the tables written.
    fn db_of<'a>(&'a self, bound: Option<&'a TableName>) -> &'a str {
        match (&self.table, bound) {
            (_, Some(t)) => &t.db,
            (Table::Fixed(t), _) => &t.db,
            (Table::Bound { db }, _) => db,
        }
    }
}
