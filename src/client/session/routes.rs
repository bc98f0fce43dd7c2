//! Which vgroup a table belongs to. As in the native client, it is computed from the hash of the table's name
//! and the hash ranges of its database's vgroups. There is no action for it, but SQL tells enough.

use crate::client::Session;
use crate::error::{codes, Error, Result};
use crate::protocol::block::{Block, Column};

/// `hashMethod` of the C struct: MurmurHash3, 32 bits. Servers know no other.
pub const HASH_METHOD: i8 = 1;
const HASH_SEED: u32 = 0x1234_5678;
/// Databases belong to the only account that there is.
const ACCOUNT: &str = "1";

/// The tables of these databases are in no vgroup.
const SYSTEM_DATABASES: [&str; 2] = ["information_schema", "performance_schema"];

/// A vgroup and the hashes of its tables, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vgroup {
    pub id: i32,
    pub begin: u32,
    pub end: u32,
}

/// How a database distributes its tables over vgroups.
#[derive(Debug)]
pub struct Routes {
    pub vgroups: Vec<Vgroup>,
    /// Bytes at the start and at the end of a table's name that its hash leaves out. If negative, the hash is
    /// made of these bytes only.
    pub prefix: i16,
    pub suffix: i16,
}

impl Session {
    pub fn routes(&self, db: &str) -> Result<Routes> {
        if SYSTEM_DATABASES.contains(&db) {
            return Err(Error::new(codes::CATALOG_INPUT));
        }
        let db = quoted(db);
        let mut ids = Vec::new();
        self.each_row(&format!("show {db}.vgroups"), |block, columns, row| {
            let id = columns.first().and_then(|c| block.cell(c, row));
            ids.extend(id.and_then(|b| b.try_into().ok()).map(i32::from_le_bytes));
        })?;
        let mut definition = String::new();
        self.each_row(
            &format!("show create database {db}"),
            |block, columns, row| {
                let text = columns.get(1).and_then(|c| block.cell(c, row));
                definition = String::from_utf8_lossy(text.unwrap_or_default()).into_owned();
            },
        )?;
        if ids.is_empty() {
            return Err(Error::with(
                codes::INTERNAL,
                format_args!("the server names no vgroup of {db}"),
            ));
        }
        ids.sort_unstable();
        Ok(Routes {
            vgroups: ranges(&ids),
            prefix: number_after(&definition, "TABLE_PREFIX"),
            suffix: number_after(&definition, "TABLE_SUFFIX"),
        })
    }

    /// Runs a statement and hands every row of its result to `f`.
    pub(in crate::client) fn each_row(
        &self,
        sql: &str,
        mut f: impl FnMut(&Block, &[Column], usize),
    ) -> Result<()> {
        let mut set = self.query(sql.as_bytes(), 0)?;
        while let Some(block) = set.next_block()? {
            for row in 0..block.rows() {
                f(&block, block.columns(), row);
            }
        }
        Ok(())
    }
}

impl Routes {
    /// The vgroup of a table, whether it exists or not.
    pub fn vgroup_of(&self, db: &str, table: &str) -> Result<i32> {
        if self.prefix != 0 || self.suffix != 0 {
            return Err(Error::not_supported(format_args!(
                "`{db}` hashes parts of its tables' names (TABLE_PREFIX, TABLE_SUFFIX)"
            )));
        }
        let name = format!("{ACCOUNT}.{db}.{table}");
        let hash = murmur3(name.as_bytes(), HASH_SEED);
        self.vgroups
            .iter()
            .find(|v| (v.begin..=v.end).contains(&hash))
            .map(|v| v.id)
            .ok_or(Error::new(codes::INTERNAL))
    }
}

fn quoted(name: &str) -> String {
    if name.starts_with('`') {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('`', "``"))
    }
}

/// The hash space in equal parts, the rest with the last.
fn ranges(ids: &[i32]) -> Vec<Vgroup> {
    let width = u32::MAX / ids.len() as u32;
    let last = ids.len() - 1;
    ids.iter()
        .enumerate()
        .map(|(i, id)| {
            let begin = width * i as u32;
            Vgroup {
                id: *id,
                begin,
                end: if i == last {
                    u32::MAX
                } else {
                    begin + width - 1
                },
            }
        })
        .collect()
}

fn number_after(text: &str, word: &str) -> i16 {
    let mut words = text.split_whitespace();
    words
        .find(|w| *w == word)
        .and_then(|_| words.next()?.parse().ok())
        .unwrap_or(0)
}

/// MurmurHash3_x86_32 by Austin Appleby, who placed it in the public domain.
fn murmur3(bytes: &[u8], seed: u32) -> u32 {
    fn scramble(k: u32) -> u32 {
        k.wrapping_mul(0xcc9e_2d51)
            .rotate_left(15)
            .wrapping_mul(0x1b87_3593)
    }
    let mut hash = seed;
    let mut words = bytes.chunks_exact(4);
    for word in &mut words {
        hash ^= scramble(u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        hash = hash
            .rotate_left(13)
            .wrapping_mul(5)
            .wrapping_add(0xe654_6b64);
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        let mut word = [0; 4];
        word[..rest.len()].copy_from_slice(rest);
        hash ^= scramble(u32::from_le_bytes(word));
    }
    hash ^= bytes.len() as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a real server put eight tables (recorded, conformance 09 route).
    #[test]
    fn the_recorded_placement() {
        let routes = Routes {
            vgroups: ranges(&[0x112, 0x113]),
            prefix: 0,
            suffix: 0,
        };
        assert_eq!(
            (routes.vgroups[0].end, routes.vgroups[1].begin),
            (0x7fff_fffe, 0x7fff_ffff)
        );
        let placement: String = (0..8)
            .map(|i| match routes.vgroup_of("probe_09", &format!("c{i}")) {
                Ok(0x112) => 'A',
                Ok(0x113) => 'B',
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(placement, "ABAABAAA");
    }

    #[test]
    fn the_definition_tells_the_hashed_part() {
        let text = "CREATE DATABASE `d` TABLE_PREFIX 3 TABLE_SUFFIX -2 TSDB_PAGESIZE 4";
        assert_eq!(number_after(text, "TABLE_PREFIX"), 3);
        assert_eq!(number_after(text, "TABLE_SUFFIX"), -2);
        assert_eq!(number_after("", "TABLE_PREFIX"), 0);
    }
}
