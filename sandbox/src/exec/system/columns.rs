//! The columns of the system tables.

use crate::types::{Kind, Type};

const fn text(n: u32) -> Type {
    Type::varchar(n)
}
const INT: Type = Type::of(Kind::Int);
const SMALL: Type = Type::of(Kind::SmallInt);
const TINY: Type = Type::of(Kind::TinyInt);
const BIG: Type = Type::of(Kind::BigInt);
const TIME: Type = Type::of(Kind::Timestamp);
const BOOL: Type = Type::of(Kind::Bool);

pub type Columns = &'static [(&'static str, Type)];

pub const DATABASES: Columns = &[
    ("name", text(64)),
    ("create_time", TIME),
    ("vgroups", SMALL),
    ("ntables", BIG),
    ("replica", TINY),
    ("strict", text(4)),
    ("duration", text(10)),
    ("keep", text(32)),
    ("buffer", INT),
    ("pagesize", INT),
    ("pages", INT),
    ("minrows", INT),
    ("maxrows", INT),
    ("comp", TINY),
    ("precision", text(2)),
    ("status", text(10)),
];
pub const TABLES: Columns = &[
    ("table_name", text(192)),
    ("db_name", text(64)),
    ("create_time", TIME),
    ("columns", INT),
    ("stable_name", text(192)),
    ("uid", BIG),
    ("vgroup_id", INT),
    ("ttl", INT),
    ("table_comment", text(1024)),
    ("type", text(21)),
];
pub const STABLES: Columns = &[
    ("stable_name", text(192)),
    ("db_name", text(64)),
    ("create_time", TIME),
    ("columns", INT),
    ("tags", INT),
    ("last_update", TIME),
    ("table_comment", text(1024)),
    ("watermark", text(64)),
    ("max_delay", text(64)),
    ("rollup", text(128)),
];
pub const COLUMNS: Columns = &[
    ("table_name", text(192)),
    ("db_name", text(64)),
    ("table_type", text(21)),
    ("col_name", text(64)),
    ("col_type", text(32)),
    ("col_length", INT),
    ("col_precision", INT),
    ("col_scale", INT),
    ("col_nullable", INT),
];
pub const TAGS: Columns = &[
    ("table_name", text(192)),
    ("db_name", text(64)),
    ("stable_name", text(192)),
    ("tag_name", text(64)),
    ("tag_type", text(32)),
    ("tag_value", text(16384)),
];
pub const USERS: Columns = &[
    ("name", text(24)),
    ("super", TINY),
    ("enable", TINY),
    ("sysinfo", TINY),
    ("createdb", TINY),
    ("create_time", TIME),
    ("allowed_host", text(49152)),
];
/// From 3.4.0.0.
pub const NEWER_USERS: Columns = &[
    ("name", text(24)),
    ("super", TINY),
    ("enable", TINY),
    ("sysinfo", TINY),
    ("createdb", TINY),
    ("create_time", TIME),
    ("totp", TINY),
    ("allowed_host", text(49152)),
    ("allowed_datetime", text(49152)),
];
pub const VGROUPS: Columns = &[
    ("vgroup_id", INT),
    ("db_name", text(64)),
    ("tables", INT),
    ("v1_dnode", SMALL),
    ("v1_status", text(9)),
    ("v1_applied/committed", text(41)),
    ("v2_dnode", SMALL),
    ("v2_status", text(9)),
    ("v2_applied/committed", text(41)),
    ("v3_dnode", SMALL),
    ("v3_status", text(9)),
    ("v3_applied/committed", text(41)),
    ("v4_dnode", SMALL),
    ("v4_status", text(9)),
    ("v4_applied/committed", text(41)),
    ("cacheload", INT),
    ("cacheelements", INT),
    ("tsma", TINY),
    ("mount_vgroup_id", INT),
];
pub const DNODES: Columns = &[
    ("id", INT),
    ("endpoint", text(134)),
    ("vnodes", SMALL),
    ("support_vnodes", SMALL),
    ("status", text(10)),
    ("create_time", TIME),
    ("reboot_time", TIME),
    ("note", text(256)),
];
pub const VARIABLES: Columns = &[
    ("name", text(30)),
    ("value", text(4094)),
    ("scope", text(6)),
    ("category", text(6)),
    ("info", text(62)),
];
pub const MNODES: Columns = &[
    ("id", INT),
    ("endpoint", text(134)),
    ("role", text(12)),
    ("status", text(9)),
    ("create_time", TIME),
    ("role_time", TIME),
];
pub const INDEXES: Columns = &[
    ("index_name", text(192)),
    ("db_name", text(64)),
    ("table_name", text(192)),
    ("vgroup_id", INT),
    ("create_time", TIME),
    ("column_name", text(64)),
    ("index_type", text(10)),
    ("index_extensions", text(256)),
];
pub const NAMED: Columns = &[("name", text(192)), ("create_time", TIME)];
pub const QUERIES: Columns = &[
    ("kill_id", text(26)),
    ("query_id", text(26)),
    ("conn_id", Type::of(Kind::UInt)),
    ("app", text(24)),
    ("user", text(24)),
    ("create_time", TIME),
    ("stable_query", BOOL),
    ("sql", text(1024)),
];
