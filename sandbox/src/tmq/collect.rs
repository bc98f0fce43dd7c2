//! The next message of a topic from a vgroup's log.

use crate::catalog::{Child, Column, Topic};
use crate::engine::Engine;
use crate::error::Result;
use crate::exec::project::{self, Projection, Written};
use crate::sql::ast::{TopicMeta, TopicSource};
use crate::subscription::log::{Entry, TableRows, BLOCK_VERSION};
use crate::subscription::meta::{children_json, Meta, NewChild};
use crate::time::Precision;
use crate::types::Type;
use crate::{block, decode};
use bytes::Bytes;
use std::sync::Arc;

/// A column as a message describes it.
#[derive(Clone)]
pub struct MessageColumn {
    pub name: String,
    pub ty: Type,
    pub id: u32,
}

/// Rows of one table with one set of columns.
pub struct MessageBlock {
    pub table: Arc<str>,
    pub columns: Vec<MessageColumn>,
    pub rows: usize,
    pub block: Bytes,
}

pub enum Content {
    Rows {
        blocks: Vec<MessageBlock>,
        /// Tables that came with them; then it is a message of both kinds.
        created: Vec<NewChild>,
        /// Queries have no table names.
        named: bool,
    },
    /// What happened to tables: one thing, or several for consumers that want them together.
    Metas { metas: Vec<Meta>, batch: bool },
}

pub struct Message {
    pub topic: String,
    pub db: String,
    pub vgroup: i32,
    pub precision: Precision,
    /// Where it starts and where the next one does.
    pub request: i64,
    pub response: i64,
    pub content: Content,
}

impl Message {
    /// `tmq_res_t`
    pub fn kind(&self) -> u8 {
        match &self.content {
            Content::Rows { created, .. } if created.is_empty() => 1,
            Content::Metas { .. } => 2,
            Content::Rows { .. } => 3,
        }
    }
    /// The offset that `poll` tells.
    pub fn offset(&self) -> i64 {
        match self.content {
            Content::Rows { .. } => self.request,
            Content::Metas { .. } => self.response,
        }
    }
    pub fn rows(&self) -> usize {
        match &self.content {
            Content::Rows { blocks, .. } => blocks.iter().map(|b| b.rows).sum(),
            Content::Metas { .. } => 0,
        }
    }
    /// What happened to tables, as JSON text; None if that is not what it tells.
    pub fn json_meta(&self) -> Option<String> {
        match &self.content {
            Content::Rows { created, .. } if created.is_empty() => None,
            Content::Rows { created, .. } => Some(children_json(created)),
            Content::Metas {
                metas,
                batch: false,
            } => metas.first().map(Meta::json),
            Content::Metas { metas, .. } => {
                let all: Vec<String> = metas.iter().map(Meta::json).collect();
                Some(format!(
                    "{{\"tmq_meta_version\":\"1.0\",\"metas\":[{}]}}",
                    all.join(",")
                ))
            }
        }
    }
}

type TagFilter = Box<dyn Fn(&Child) -> bool>;

/// What a topic takes of a log.
enum Wanted {
    Everything,
    Stable {
        name: String,
        filter: Option<TagFilter>,
    },
    Query {
        projection: Projection,
        stable: Option<String>,
        table: String,
    },
}

impl Wanted {
    fn of(e: &Engine, t: &Topic) -> Result<Wanted> {
        Ok(match &t.source {
            TopicSource::Database(_) => Wanted::Everything,
            TopicSource::Stable { table, filter } => Wanted::Stable {
                name: table.name.clone(),
                filter: match filter {
                    Some(f) => Some(Box::new(project::tag_filter(e, table, f)?)),
                    None => None,
                },
            },
            TopicSource::Query(q) => {
                let table = project::table(q)?;
                let found = e.catalog.find(table)?;
                let is_super = matches!(found, crate::catalog::Found::Super(_));
                Wanted::Query {
                    projection: Projection::compile(e, q, &t.star)?,
                    stable: is_super.then(|| table.name.clone()),
                    table: table.name.clone(),
                }
            }
        })
    }
    fn child(&self, stable: &str, child: &Child) -> bool {
        match self {
            Wanted::Everything => true,
            Wanted::Stable { name, filter } => {
                name == stable && filter.as_ref().is_none_or(|f| f(child))
            }
            Wanted::Query { .. } => false,
        }
    }
    fn meta(&self, m: &Meta) -> Option<Meta> {
        match (self, m) {
            (Wanted::Everything, m) => Some(m.clone()),
            (_, Meta::Children(all)) => {
                let mine = all.iter().filter(|c| self.child(&c.stable, &c.child));
                let mine: Vec<NewChild> = mine.cloned().collect();
                (!mine.is_empty()).then_some(Meta::Children(mine))
            }
            (Wanted::Stable { name, .. }, Meta::Other { stable, child, .. }) => {
                let about = stable.as_ref() == Some(name);
                let wanted = about && child.as_ref().is_none_or(|c| self.child(name, c));
                wanted.then(|| m.clone())
            }
            (Wanted::Query { .. }, _) => None,
        }
    }
    fn rows(&self, e: &Engine, db: &str, r: &TableRows) -> Option<MessageBlock> {
        // Rows of a table that is gone are not told, as the real server does not.
        let found = e.catalog.databases.get(db)?.find(&r.table)?;
        if found.schema().data != r.data {
            return None;
        }
        match self {
            Wanted::Everything => Some(whole(r)),
            Wanted::Stable { .. } => {
                let (stable, child) = r.parent.as_ref()?;
                self.child(stable, child).then(|| whole(r))
            }
            Wanted::Query {
                projection,
                stable,
                table,
            } => {
                let parent = r.parent.as_ref();
                let mine = match stable {
                    Some(s) => parent.is_some_and(|p| *p.0 == **s),
                    None => *r.table == **table,
                };
                if !mine {
                    return None;
                }
                let (_, rows) = decode::block(&r.block)?;
                let rows = projection.rows(&Written {
                    table: &r.table,
                    tags: parent.map_or(&[], |p| &p.1.tags),
                    columns: &r.columns,
                    rows,
                });
                if rows.is_empty() {
                    return None;
                }
                let mut block = block::encode(&projection.types(), &rows);
                block[0] = BLOCK_VERSION;
                let columns = projection
                    .fields
                    .iter()
                    .zip(1..)
                    .map(|(f, id)| MessageColumn {
                        name: f.name.clone(),
                        ty: f.ty,
                        id,
                    });
                Some(MessageBlock {
                    table: "".into(),
                    columns: columns.collect(),
                    rows: rows.len(),
                    block: block.into(),
                })
            }
        }
    }
}

/// The rows of a table as they were written.
fn whole(r: &TableRows) -> MessageBlock {
    let column = |(i, c): (usize, &Column)| MessageColumn {
        name: c.name.clone(),
        ty: c.ty,
        // The time is always the first; slots of the others are never used twice.
        id: if i == 0 { 1 } else { c.slot + 1 },
    };
    MessageBlock {
        table: r.table.clone(),
        columns: r.columns.iter().enumerate().map(column).collect(),
        rows: r.rows,
        block: r.block.clone(),
    }
}

/// The next message from `from` on, if there is one, and the offset up to which the log was read.
pub fn next(
    e: &Engine,
    t: &Topic,
    vgroup: i32,
    from: i64,
    min_rows: usize,
    batch: bool,
) -> Result<(Option<Message>, i64)> {
    let Some(log) = e.tmq.logs.get(&vgroup) else {
        return Ok((None, from));
    };
    let wanted = Wanted::of(e, t)?;
    let mut at = from.max(log.begin());
    let start = at;
    let (mut blocks, mut created, mut metas) = (vec![], vec![], vec![]);
    let mut rows = 0;
    while let Some(entry) = log.get(at).filter(|_| rows < min_rows) {
        match &**entry {
            Entry::Meta(m) if t.meta != TopicMeta::None => {
                if let Some(m) = wanted.meta(m) {
                    if !blocks.is_empty() || !created.is_empty() {
                        break;
                    }
                    metas.push(m);
                    if !batch {
                        at += 1;
                        break;
                    }
                }
            }
            Entry::Rows {
                created: with,
                rows: all,
            } => {
                let mut new: Vec<NewChild> = vec![];
                if t.meta != TopicMeta::None {
                    let mine = with.iter().filter(|c| wanted.child(&c.stable, &c.child));
                    new.extend(mine.cloned());
                }
                let mut more = vec![];
                if t.meta != TopicMeta::Only {
                    more.extend(all.iter().filter_map(|r| wanted.rows(e, &t.db, r)));
                }
                if t.meta == TopicMeta::Only {
                    if !new.is_empty() {
                        metas.push(Meta::Children(new));
                        if !batch {
                            at += 1;
                            break;
                        }
                    }
                } else if !new.is_empty() || !more.is_empty() {
                    if !metas.is_empty() {
                        break;
                    }
                    rows += more.iter().map(|b: &MessageBlock| b.rows).sum::<usize>();
                    blocks.append(&mut more);
                    created.append(&mut new);
                }
            }
            _ => {}
        }
        at += 1;
    }
    let content = if !metas.is_empty() {
        Content::Metas { metas, batch }
    } else if !blocks.is_empty() || !created.is_empty() {
        let named = !matches!(t.source, TopicSource::Query(_));
        Content::Rows {
            blocks,
            created,
            named,
        }
    } else {
        return Ok((None, at));
    };
    let message = Message {
        topic: t.name.clone(),
        db: t.db.clone(),
        vgroup,
        precision: e.catalog.database(&t.db)?.precision,
        request: start,
        response: at,
        content,
    };
    Ok((Some(message), at))
}
