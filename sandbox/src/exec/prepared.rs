//! INSERT with `?`: what stands where is read once, the tables are looked up and the rows made up at each bind.

use super::batch::Batch;
use super::insert::Statements;
use super::target::Target;
use super::write::{check_time, write};
use crate::bind::{Bind, Cell, Item};
use crate::catalog::{is_system, Found, NewTable, Schema};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{code, Result, SqlError};
use crate::sql::ast::TableName;
use crate::sql::lexer::Tok;
use crate::sql::literal::Literal;
use crate::time::Precision;
use crate::types::{Kind, Type, TBNAME_LEN};
use crate::value::{Row, Value};
use std::sync::Arc;

/// A value of the statement: a `?`, or a constant in its text.
#[derive(Clone, Copy)]
enum Part {
    Mark,
    Constant(Literal),
}

/// Values in brackets, and where the closing one stands.
struct Tuple {
    parts: Vec<Part>,
    end: usize,
}

enum Table {
    Fixed(TableName),
    /// Named by each bind; the database is for names without one.
    Bound {
        db: String,
    },
}

struct Using {
    /// `None` for a `?`, which stands for no table yet.
    stable: Option<TableName>,
    tag_names: Vec<String>,
    tags: Tuple,
}

/// An insert as its text says, without looking at any table.
pub struct Insert {
    sql: String,
    table: Table,
    /// Behind the table's name, for errors.
    after_table: usize,
    using: Option<Using>,
    columns: Option<Vec<String>>,
    values: Tuple,
    /// Version 1: each value counts as a `?`, and rows do not name their tables.
    version_1: bool,
    /// The tags are bound, whatever the text says.
    tags_bound: bool,
}

/// What a `?` stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BindType {
    Column = 1,
    Tag = 2,
    TableName = 4,
}

pub struct Field {
    pub name: String,
    pub ty: Type,
    /// Bytes, as replies give them.
    pub bytes: u32,
    /// Of timestamps.
    pub precision: u8,
    pub bind_type: BindType,
}

/// The insert's values, once the tables are known.
struct Plan {
    schema: Arc<Schema>,
    precision: Precision,
    /// Rows of a super table name their own tables: the columns' list has tbname.
    many: bool,
    tags: Vec<(usize, Part)>,
    values: Vec<(Target, Part)>,
}

/// Columns bound one by one, not yet complete.
pub struct Partial {
    tables: Vec<PartialTable>,
}

struct PartialTable {
    name: TableName,
    create: Option<NewTable>,
    columns: Vec<Option<Vec<Cell>>>,
}

fn usage() -> SqlError {
    SqlError::new(code::STMT_API, "Stmt API usage error")
}
fn bind_number() -> SqlError {
    SqlError::new(
        code::STMT_BIND_NUMBER,
        "bind number out of range or not match",
    )
}
fn name_missing() -> SqlError {
    SqlError::new(code::STMT_TABLE_NAME, "Stmt table name not set correctly")
}

impl Insert {
    pub fn parse(e: &Engine, cx: &Context, sql: &str) -> Result<Insert> {
        let mut r = Statements::new(e, cx, sql);
        r.s.take()?;
        if !r.s.kw("into")? {
            return Err(r.s.error("keyword INTO is expected"));
        }
        r.not_at_end()?;
        let table = r.bound_table()?;
        let after_table = r.s.at;
        let mut columns = r.column_list()?;
        let mut using = None;
        if r.s.kw("using")? {
            let stable = match r.s.op("?")? {
                true => None,
                false => Some(r.table_name()?),
            };
            let tag_names = r.column_list()?.unwrap_or_default();
            if !r.s.kw("tags")? {
                return Err(r.s.error("TAGS is expected"));
            }
            using = Some(Using {
                stable,
                tag_names,
                tags: r.parts()?,
            });
            if columns.is_none() {
                columns = r.column_list()?;
            }
        }
        if !r.s.kw("values")? && !r.s.kw("value")? {
            r.not_at_end()?;
            return Err(r.s.error("keyword VALUES or FILE is expected"));
        }
        let values = r.parts()?;
        let (rest, text) = r.s.peek()?;
        if rest.kind != Tok::End && text != ";" {
            return Err(SqlError::unsupported(
                "prepared inserts of several rows or tables in one statement",
            ));
        }
        Ok(Insert {
            sql: sql.to_string(),
            table,
            after_table,
            using,
            columns,
            values,
            version_1: false,
            tags_bound: false,
        })
    }

    /// As version 1 takes it: what is bound is written, also where the text has a constant.
    pub fn of_version_1(mut self) -> Insert {
        self.version_1 = true;
        self.values.parts.fill(Part::Mark);
        self
    }

    /// The tags of the table named last are bound, constants in the text too; or are not.
    pub fn bind_tags(&mut self, bound: bool) {
        self.tags_bound = bound;
    }

    /// All tags that version 1 wants: those of the super table, none of a child table that is there.
    pub fn tag_fields(
        &self,
        e: &Engine,
        cx: &Context,
        named: Option<&TableName>,
    ) -> Result<Vec<Field>> {
        let mut fields = self.fields(e, cx, named)?;
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

    /// Is its table a `?`?
    pub fn names_table(&self) -> bool {
        matches!(self.table, Table::Bound { .. })
    }

    /// The table of this name, where the insert leaves it open and cannot make it.
    pub fn existing_table(
        &self,
        e: &Engine,
        cx: &Context,
        name: &str,
    ) -> Result<Option<TableName>> {
        match (&self.using, &self.table) {
            (None, Table::Bound { .. }) => {
                let table = self.table_name(e, cx, name)?;
                self.found(e, &table)?;
                Ok(Some(table))
            }
            _ => Ok(None),
        }
    }

    /// What each `?` stands for, in order, once its table is known.
    pub fn fields(
        &self,
        e: &Engine,
        cx: &Context,
        named: Option<&TableName>,
    ) -> Result<Vec<Field>> {
        let found = match (&self.using, &self.table, named) {
            (Some(u), _, _) => self.stable(e, u.stable.as_ref())?,
            (None, Table::Fixed(t), _) | (None, Table::Bound { .. }, Some(t)) => find(e, t)?,
            (None, Table::Bound { .. }, None) => return Err(SqlError::no_table()),
        };
        let plan = self.plan(e, cx, &found, self.db_of(named))?;
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
    fn stable(&self, e: &Engine, name: Option<&TableName>) -> Result<Found> {
        match find(e, name.ok_or_else(SqlError::no_table)?)? {
            f @ Found::Super(_) => Ok(f),
            _ => Err(SqlError::new(0x022f, "Table is not a super table")),
        }
    }

    /// Fits the values to a table's columns.
    fn plan(&self, e: &Engine, cx: &Context, found: &Found, db: &str) -> Result<Plan> {
        let r = Statements::new(e, cx, &self.sql);
        let schema = found.schema().clone();
        let many = self.using.is_none() && matches!(found, Found::Super(_));
        if many && self.version_1 {
            return Err(SqlError::new(code::INVALID_OPERATION, "Invalid operation"));
        }
        let mut tags = vec![];
        if let Some(u) = &self.using {
            let rest = &self.sql[u.tags.end..];
            let wanted = match u.tag_names.len() {
                0 => schema.tags.len(),
                n => n,
            };
            match u.tags.parts.len() {
                n if n < wanted => return Err(SqlError::insert(rest, "invalid data or symbol")),
                n if n > wanted => return Err(SqlError::insert(rest, ") expected")),
                _ => {}
            }
            for (i, part) in u.tags.parts.iter().enumerate() {
                let at = match u.tag_names.get(i) {
                    Some(n) => schema.tag(n).ok_or_else(|| {
                        SqlError::new(code::INVALID_TAG_NAME, format!("Invalid tag name: {n}"))
                    })?,
                    None => i,
                };
                tags.push((at, if self.tags_bound { Part::Mark } else { *part }));
            }
        }
        if many && self.columns.is_none() {
            return Err(SqlError::insert(
                &self.sql[self.after_table..],
                "(...tbname, ts...) bounded cols is expected for supertable insertion",
            ));
        }
        let targets = r.targets(&schema, self.columns.as_deref(), many)?;
        match self.values.parts.len() {
            n if n < targets.len() => {
                return Err(SqlError::insert(&self.sql[self.values.end..], ", expected"))
            }
            n if n > targets.len() => {
                return Err(SqlError::new(
                    code::INVALID_COLUMN_COUNT,
                    "Illegal number of columns",
                ))
            }
            _ => {}
        }
        let values: Vec<(Target, Part)> = targets
            .into_iter()
            .zip(self.values.parts.iter().copied())
            .collect();
        tags.extend(values.iter().filter_map(|(t, p)| match t {
            Target::Tag(i) => Some((*i, *p)),
            _ => None,
        }));
        Ok(Plan {
            schema,
            precision: e.catalog.database(db)?.precision,
            many,
            tags,
            values,
        })
    }

    /// Checks a bind and makes rows of it. Columns bound one by one wait in `partial` until they are complete.
    pub fn bind(
        &self,
        e: &Engine,
        cx: &Context,
        bind: &Bind,
        partial: &mut Option<Partial>,
        out: &mut Vec<Batch>,
    ) -> Result<()> {
        if bind.column < -1 {
            return Err(SqlError::unsupported("binding by rows"));
        }
        let single = usize::try_from(bind.column).ok();
        let already = partial
            .as_ref()
            .and_then(|p| p.tables.first())
            .zip(single)
            .is_none_or(|(t, c)| t.columns.get(c).is_some_and(Option::is_some));
        if already {
            self.complete(e, cx, partial, out)?;
        }
        // All binds of columns after the first are for the same tables.
        let mut before = partial.take().map(|p| p.tables.into_iter());
        let mut tables = vec![];
        let mut last: Option<(i64, Plan)> = None;
        for t in &bind.tables {
            let table = match &mut before {
                Some(b) => {
                    let known = b.next().ok_or_else(bind_number)?;
                    let found = self.found(e, &known.name)?;
                    (known, found)
                }
                None => {
                    let name = self.table_name(e, cx, t.name)?;
                    let found = self.found(e, &name)?;
                    let known = PartialTable {
                        name,
                        create: None,
                        columns: vec![],
                    };
                    (known, found)
                }
            };
            let (mut table, found) = table;
            let plan = match last.take() {
                // Most often all tables are of one super table.
                Some((data, plan)) if data == found.schema().data => plan,
                _ => self.plan(e, cx, &found, &table.name.db)?,
            };
            if table.columns.is_empty() {
                table.columns.resize_with(plan.marks(), || None);
                table.create = self.new_table(e, cx, &plan, &table.name, &t.tags)?;
            }
            let marked = plan.marked();
            match single {
                // The name and the tags alone: rows may come with a later bind.
                None if t.columns.is_empty() => {
                    last = Some((found.schema().data, plan));
                    continue;
                }
                None if t.columns.len() != marked.len() => return Err(bind_number()),
                Some(_) if t.columns.len() != 1 => return Err(bind_number()),
                Some(c) if c >= marked.len() => {
                    return Err(SqlError::new(
                        code::INVALID_OPERATION,
                        "column index exceeds the number of columns",
                    ))
                }
                _ => {}
            }
            let first = single.unwrap_or(0);
            for (i, item) in t.columns.iter().enumerate() {
                item.check_rows(None)?;
                let cells = item.cells(plan.schema.columns[marked[first + i]].ty)?;
                let known = table.columns.iter().flatten().next();
                if known.is_some_and(|k| k.len() != cells.len()) {
                    return Err(SqlError::new(
                        code::INVALID_OPERATION,
                        "row number in each bind param should be the same",
                    ));
                }
                let is_null = |c: &Cell| matches!(c, Cell::Unset | Cell::Value(Value::Null));
                if marked[first + i] == 0 && cells.iter().any(is_null) {
                    return Err(SqlError::new(
                        code::PRIMARY_KEY_NULL,
                        "Primary key column should not be null",
                    ));
                }
                table.columns[first + i] = Some(cells);
            }
            if single.is_none() {
                self.rows(e, cx, &plan, table, out)?;
            } else {
                tables.push(table);
            }
            last = Some((found.schema().data, plan));
        }
        if single.is_some() {
            *partial = Some(Partial { tables });
        }
        Ok(())
    }

    /// Makes rows of the columns bound one by one.
    pub fn complete(
        &self,
        e: &Engine,
        cx: &Context,
        partial: &mut Option<Partial>,
        out: &mut Vec<Batch>,
    ) -> Result<()> {
        let Some(p) = partial.take() else {
            return Ok(());
        };
        for t in p.tables {
            if t.columns.iter().any(Option::is_none) {
                return Err(usage());
            }
            let found = self.found(e, &t.name)?;
            let plan = self.plan(e, cx, &found, &t.name.db)?;
            if plan.marks() != t.columns.len() {
                return Err(usage());
            }
            self.rows(e, cx, &plan, t, out)?;
        }
        Ok(())
    }

    /// The full name of a table to write.
    fn table_name(&self, e: &Engine, cx: &Context, bound: &str) -> Result<TableName> {
        let db = match &self.table {
            Table::Bound { db } => db.as_str(),
            // Of a super table that names its children in a column: the column may be a constant.
            Table::Fixed(t) if self.using.is_none() && matches!(find(e, t)?, Found::Super(_)) => {
                let at = self.columns.iter().flatten().position(|c| c == "tbname");
                if let Some(Part::Constant(lit)) = at.and_then(|i| self.values.parts.get(i)) {
                    let reader = Statements::new(e, cx, &self.sql);
                    let name = reader
                        .reader(Precision::Milli)
                        .value(lit, "tbname", Type::varchar(192))?
                        .to_text()
                        .filter(|n| !n.is_empty())
                        .ok_or_else(name_missing)?;
                    return Ok(TableName {
                        db: t.db.clone(),
                        name,
                    });
                }
                &t.db
            }
            Table::Fixed(t) => return Ok(t.clone()),
        };
        let (db, name) = match bound.split_once('.') {
            Some((db, name)) if !bound.starts_with('`') || db.ends_with('`') => (db, name),
            _ => (db, bound),
        };
        let plain = |s: &str| {
            s.strip_prefix('`')
                .and_then(|s| s.strip_suffix('`'))
                .unwrap_or(s)
                .to_string()
        };
        let t = TableName {
            db: plain(db),
            name: plain(name),
        };
        if t.name.is_empty() || t.name.len() > 192 {
            return Err(name_missing());
        }
        if t.db.is_empty() {
            return Err(SqlError::new(
                code::DB_NOT_SPECIFIED,
                "Database not specified",
            ));
        }
        Ok(t)
    }

    /// Whose columns the rows of a table have.
    fn found(&self, e: &Engine, table: &TableName) -> Result<Found> {
        match (&self.using, &self.table) {
            (Some(u), _) => self.stable(e, u.stable.as_ref()),
            (None, Table::Fixed(t)) => find(e, t),
            (None, Table::Bound { .. }) => match find(e, table)? {
                Found::Super(_) => Err(SqlError::no_table()),
                f => Ok(f),
            },
        }
    }

    /// What is needed to create a table, if the insert may; its tags are checked even if it is there already.
    fn new_table(
        &self,
        e: &Engine,
        cx: &Context,
        plan: &Plan,
        table: &TableName,
        bound: &[Item],
    ) -> Result<Option<NewTable>> {
        if self.using.is_none() && !plan.many {
            return Ok(None);
        }
        let marks = plan.tags.iter().filter(|t| matches!(t.1, Part::Mark));
        let marks = marks.count();
        if !bound.is_empty() && bound.len() != marks {
            return Err(bind_number());
        }
        let stable = self.using.as_ref().and_then(|u| u.stable.as_ref());
        if stable.is_some_and(|stable| stable.db != table.db) {
            return Err(SqlError::new(
                0x2618,
                "Corresponding super table not in this db",
            ));
        }
        let exists = match e.catalog.database(&table.db)?.find(&table.name) {
            Some(f) if f.schema().data == plan.schema.data && !matches!(f, Found::Super(_)) => true,
            Some(_) => {
                return Err(SqlError::new(
                    code::TABLE_IN_OTHER_STABLE,
                    "Table already exists in other stables",
                ))
            }
            None => false,
        };
        if !exists && bound.len() != marks {
            return Err(SqlError::no_table());
        }
        let mut bound = bound.iter();
        let mut tags = vec![Value::Null; plan.schema.tags.len()];
        for (i, part) in &plan.tags {
            let tag = &plan.schema.tags[*i];
            match part {
                Part::Constant(lit) => {
                    let r = Statements::new(e, cx, &self.sql);
                    tags[*i] = r.reader(plan.precision).value(lit, &tag.name, tag.ty)?;
                }
                Part::Mark => {
                    let Some(item) = bound.next() else { continue };
                    item.check_rows(Some(1))?;
                    if let Some(Cell::Value(v)) = item.cells(tag.ty)?.pop() {
                        tags[*i] = v;
                    }
                }
            }
        }
        Ok(Some(NewTable {
            stable: plan.schema.name.clone(),
            tags,
            ttl: 0,
        }))
    }

    /// Makes rows of a table's complete columns; rows that leave columns alone go into batches of their own.
    fn rows(
        &self,
        e: &Engine,
        cx: &Context,
        plan: &Plan,
        table: PartialTable,
        out: &mut Vec<Batch>,
    ) -> Result<()> {
        let count = table.columns.iter().flatten().next().map_or(1, Vec::len);
        let r = Statements::new(e, cx, &self.sql);
        let reader = r.reader(plan.precision);
        let mut bound = table.columns.into_iter().flatten();
        // Column and its values, in the order of the statement; the time comes first in a row.
        let mut columns: Vec<(usize, std::vec::IntoIter<Cell>)> = vec![];
        for (target, part) in &plan.values {
            let i = match target {
                Target::Time => 0,
                Target::Column(i) => *i,
                _ => continue,
            };
            let c = &plan.schema.columns[i];
            let cells = match part {
                Part::Mark => bound.next().ok_or_else(usage)?,
                Part::Constant(lit) => {
                    vec![Cell::Value(reader.value(lit, &c.name, c.ty)?); count]
                }
            };
            let at = if i == 0 { 0 } else { columns.len() };
            columns.insert(at, (i, cells.into_iter()));
        }
        let slots_of = |columns: &[usize]| -> Vec<u32> {
            columns
                .iter()
                .map(|c| plan.schema.columns[*c].slot)
                .collect()
        };
        let mut batch: Option<(Vec<usize>, Vec<Row>)> = None;
        let mut finish = |done: Option<(Vec<usize>, Vec<Row>)>| {
            if let Some((given, rows)) = done {
                out.push(Batch {
                    table: table.name.clone(),
                    create: table.create.clone(),
                    schema: plan.schema.clone(),
                    slots: slots_of(&given),
                    rows,
                });
            }
        };
        for _ in 0..count {
            let mut row: Row = Vec::with_capacity(columns.len());
            let mut given = Vec::with_capacity(columns.len());
            for (i, cells) in &mut columns {
                match cells.next() {
                    Some(Cell::Value(v)) => {
                        row.push(v);
                        if *i != 0 {
                            given.push(*i);
                        }
                    }
                    _ if *i == 0 => row.push(Value::Null),
                    _ => {}
                }
            }
            match &mut batch {
                Some((same, rows)) if *same == given => rows.push(row),
                other => {
                    let before = other.replace((given, vec![row]));
                    finish(before);
                }
            }
        }
        finish(batch);
        Ok(())
    }
}

impl Plan {
    /// The columns that are bound, in the order of the payload.
    fn marked(&self) -> Vec<usize> {
        let column = |(t, p): &(Target, Part)| match (t, p) {
            (Target::Time, Part::Mark) => Some(0),
            (Target::Column(i), Part::Mark) => Some(*i),
            _ => None,
        };
        self.values.iter().filter_map(column).collect()
    }
    fn marks(&self) -> usize {
        self.marked().len()
    }
}

/// Writes what was bound; the number of rows.
pub fn run(e: &mut Engine, batches: &[Batch]) -> Result<usize> {
    for b in batches {
        let oldest = e.catalog.database(&b.table.db)?.oldest();
        for r in &b.rows {
            check_time(r.first().unwrap_or(&Value::Null), oldest)?;
        }
    }
    write(e, batches)
}

fn find(e: &Engine, t: &TableName) -> Result<Found> {
    if is_system(&t.db) {
        return Err(SqlError::new(0x2669, "System table not allowed"));
    }
    e.catalog.find(t)
}

impl Statements<'_> {
    /// `?`, `db.?` or a table's name.
    fn bound_table(&mut self) -> Result<Table> {
        if self.s.op("?")? {
            return Ok(Table::Bound {
                db: self.cx.db.clone(),
            });
        }
        let start = self.s.at;
        let db = self.identifier(192)?;
        if self.s.op(".")? && self.s.op("?")? {
            return Ok(Table::Bound { db });
        }
        self.s.at = start;
        self.table_name().map(Table::Fixed)
    }
    /// `(name, ...)`, if there is one.
    fn column_list(&mut self) -> Result<Option<Vec<String>>> {
        match self.s.op("(")? {
            true => self.names().map(Some),
            false => Ok(None),
        }
    }
    fn parts(&mut self) -> Result<Tuple> {
        self.s.expect("(")?;
        let mut parts = vec![];
        loop {
            parts.push(match self.s.op("?")? {
                true => Part::Mark,
                false => Part::Constant(self.s.literal()?),
            });
            if !self.s.op(",")? {
                break;
            }
        }
        let end = self.s.peek()?.0.start;
        self.s.expect(")")?;
        Ok(Tuple { parts, end })
    }
}
