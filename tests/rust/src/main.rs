//! A program over TDengine's Rust connector, the crate `taos`, in its native form: it loads `libtaos.so` when it runs.
//!
//!     taos-connector AREA HOST PORT DATABASE
//!
//! An area creates DATABASE, writes, reads back and compares with what it wrote.

mod schemaless;
mod synchronous;

use std::time::Duration;

use taos::taos_query::common::Timestamp;
use taos::taos_query::prelude::sync::Address;
use taos::*;

const BASE: i64 = 1_709_210_096_789;
const MANY: usize = 50_000;
const BATCH: usize = 2_500;
const TEXT: &str = "Grüße, 世界 🌍";

/// What the command line says.
struct Server {
    host: String,
    port: u16,
    database: String,
}

impl Server {
    /// A connection string of the host is more than the connector's own address can hold: it is put in afterwards.
    fn dsn(&self, password: &str, database: &str) -> Dsn {
        if !self.host.contains("://") {
            let dsn = format!(
                "taos://root:{password}@{}:{}/{database}",
                self.host, self.port
            );
            return dsn.parse().unwrap();
        }
        let mut dsn: Dsn = format!("taos://root:{password}@host:1/{database}")
            .parse()
            .unwrap();
        dsn.addresses = vec![Address::new(self.host.as_str(), self.port)];
        dsn
    }

    async fn connect(&self, database: &str) -> Taos {
        TaosBuilder::from_dsn(self.dsn("taosdata", database))
            .unwrap()
            .build()
            .await
            .unwrap()
    }

    /// The database, made anew, and a connection to it.
    async fn create(&self, options: &str) -> Taos {
        let taos = self.connect("").await;
        let drop = format!("DROP DATABASE IF EXISTS {}", self.database);
        let create = format!("CREATE DATABASE {} {options}", self.database);
        taos.exec_many([drop, create]).await.unwrap();
        self.connect(&self.database).await
    }
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [area, host, port, database] = &arguments[..] else {
        panic!("arguments: AREA HOST PORT DATABASE, not {arguments:?}");
    };
    let (host, port, database) = (host.clone(), port.parse().unwrap(), database.clone());
    let server = Server {
        host,
        port,
        database,
    };
    match area.as_str() {
        "types" => types(server).await,
        "times" => times(server).await,
        "structs" => structs(server).await,
        "errors" => errors(server).await,
        "rows" => rows(server).await,
        "cancel" => cancel(server).await,
        "tasks" => tasks(server).await,
        "schemaless" => schemaless::area(server).await,
        "sync" => synchronous::area(server),
        area => panic!("no area {area}"),
    }
    println!("ok");
}

/// A column of a type: its definition, two values as SQL and as the connector's. A third row is NULL.
fn columns() -> Vec<(&'static str, Ty, [&'static str; 2], [Value; 2])> {
    use Value::*;
    let point = || b"\x01\x01\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40"[..].into();
    vec![
        (
            "BOOL",
            Ty::Bool,
            ["true", "false"],
            [Bool(true), Bool(false)],
        ),
        (
            "TINYINT",
            Ty::TinyInt,
            ["127", "-128"],
            [TinyInt(i8::MAX), TinyInt(i8::MIN)],
        ),
        (
            "SMALLINT",
            Ty::SmallInt,
            ["32767", "-32768"],
            [SmallInt(i16::MAX), SmallInt(i16::MIN)],
        ),
        (
            "INT",
            Ty::Int,
            ["2147483647", "-2147483648"],
            [Int(i32::MAX), Int(i32::MIN)],
        ),
        (
            "BIGINT",
            Ty::BigInt,
            ["9223372036854775807", "-9223372036854775808"],
            [BigInt(i64::MAX), BigInt(i64::MIN)],
        ),
        (
            "TINYINT UNSIGNED",
            Ty::UTinyInt,
            ["255", "0"],
            [UTinyInt(u8::MAX), UTinyInt(0)],
        ),
        (
            "SMALLINT UNSIGNED",
            Ty::USmallInt,
            ["65535", "0"],
            [USmallInt(u16::MAX), USmallInt(0)],
        ),
        (
            "INT UNSIGNED",
            Ty::UInt,
            ["4294967295", "0"],
            [UInt(u32::MAX), UInt(0)],
        ),
        (
            "BIGINT UNSIGNED",
            Ty::UBigInt,
            ["18446744073709551615", "0"],
            [UBigInt(u64::MAX), UBigInt(0)],
        ),
        (
            "FLOAT",
            Ty::Float,
            ["1.5", "-0.1"],
            [Float(1.5), Float(-0.1)],
        ),
        (
            "DOUBLE",
            Ty::Double,
            ["3.141592653589793", "-1e300"],
            [Double(std::f64::consts::PI), Double(-1e300)],
        ),
        (
            "VARCHAR(60)",
            Ty::VarChar,
            ["'Grüße, 世界 🌍'", "''"],
            [VarChar(TEXT.into()), VarChar("".into())],
        ),
        (
            "NCHAR(20)",
            Ty::NChar,
            ["'Grüße, 世界 🌍'", "''"],
            [NChar(TEXT.into()), NChar("".into())],
        ),
        (
            "TIMESTAMP",
            Ty::Timestamp,
            ["1709210096789", "-1"],
            [time(BASE), time(-1)],
        ),
        (
            "VARBINARY(20)",
            Ty::VarBinary,
            ["'\\x00ff10'", "''"],
            [
                VarBinary(b"\x00\xff\x10"[..].into()),
                VarBinary(b""[..].into()),
            ],
        ),
        (
            "GEOMETRY(100)",
            Ty::Geometry,
            ["'POINT(1 2)'", "'POINT(1 2)'"],
            [Geometry(point()), Geometry(point())],
        ),
    ]
}

fn time(milliseconds: i64) -> Value {
    Value::Timestamp(Timestamp::new(milliseconds, Precision::Millisecond))
}

/// All types that the connector has, as values and as NULLs; JSON tags.
async fn types(server: Server) {
    let taos = server.create("PRECISION 'ms'").await;
    let columns = columns();
    let definitions: String = (columns.iter().enumerate())
        .map(|(i, column)| format!(", c{i} {}", column.0))
        .collect();
    taos.exec(format!(
        "CREATE STABLE st (ts TIMESTAMP{definitions}) TAGS (info JSON)"
    ))
    .await
    .unwrap();
    taos.exec(r#"CREATE TABLE t USING st TAGS ('{"city":"Zürich","n":1}')"#)
        .await
        .unwrap();
    for row in 0..3 {
        let literals: String = columns
            .iter()
            .map(|column| format!(", {}", column.2.get(row).unwrap_or(&"NULL")))
            .collect();
        let written = taos
            .exec(format!(
                "INSERT INTO t VALUES ({}{literals})",
                BASE + row as i64
            ))
            .await
            .unwrap();
        assert_eq!(written, 1);
    }
    let mut result = taos.query("SELECT * FROM st ORDER BY ts").await.unwrap();
    assert_eq!(result.precision(), Precision::Millisecond);
    assert_eq!(
        result.num_of_fields(),
        columns.len() + 2,
        "ts, columns, info"
    );
    for (i, (definition, ty, ..)) in columns.iter().enumerate() {
        let field = &result.fields()[i + 1];
        assert_eq!(
            (field.name(), field.ty()),
            (format!("c{i}").as_str(), *ty),
            "{definition}"
        );
    }
    assert_eq!(result.fields()[12].bytes(), 60);
    let records = result.to_records().await.unwrap();
    assert_eq!(records.len(), 3);
    for (row, values) in records.iter().enumerate() {
        assert_eq!(values[0], time(BASE + row as i64));
        for (i, (definition, ty, _, expected)) in columns.iter().enumerate() {
            assert_eq!(
                &values[i + 1],
                expected.get(row).unwrap_or(&Value::Null(*ty)),
                "{definition}, row {row}"
            );
        }
        let Value::Json(info) = &values[columns.len() + 1] else {
            panic!("{:?} is no JSON", values.last());
        };
        assert_eq!(info["city"], "Zürich");
    }
    assert!(taos
        .query("SELECT * FROM t WHERE ts < 0")
        .await
        .unwrap()
        .to_records()
        .await
        .unwrap()
        .is_empty());
}

async fn times(server: Server) {
    for (name, precision, units) in [
        ("ms", Precision::Millisecond, 1_700_000_000_123),
        ("us", Precision::Microsecond, 1_700_000_000_123_456),
        ("ns", Precision::Nanosecond, 1_700_000_000_123_456_789),
    ] {
        let taos = server.create(&format!("PRECISION '{name}'")).await;
        taos.exec("CREATE TABLE t (ts TIMESTAMP, at TIMESTAMP)")
            .await
            .unwrap();
        taos.exec(format!("INSERT INTO t VALUES ({units}, {})", units + 1))
            .await
            .unwrap();
        let records = taos
            .query("SELECT ts, at FROM t")
            .await
            .unwrap()
            .to_records()
            .await
            .unwrap();
        let at = |units| Value::Timestamp(Timestamp::new(units, precision));
        assert_eq!(records, [[at(units), at(units + 1)]]);
    }
}

/// Rows into a program's own types, by serde.
async fn structs(server: Server) {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Meter {
        n: Option<i32>,
        ratio: f64,
        name: String,
    }
    let taos = server.create("").await;
    taos.exec("CREATE TABLE t (ts TIMESTAMP, n INT, ratio DOUBLE, name NCHAR(20))")
        .await
        .unwrap();
    let insert = format!("INSERT INTO t VALUES ({BASE}, 42, 2.5, '{TEXT}') (now, NULL, -1, '')");
    assert_eq!(taos.exec(insert).await.unwrap(), 2);
    let mut result = taos
        .query("SELECT n, ratio, name FROM t ORDER BY ts")
        .await
        .unwrap();
    let meters: Vec<Meter> = result.deserialize().try_collect().await.unwrap();
    let first = Meter {
        n: Some(42),
        ratio: 2.5,
        name: TEXT.into(),
    };
    assert_eq!(
        meters,
        [
            first,
            Meter {
                n: None,
                ratio: -1.0,
                name: "".into()
            }
        ]
    );
    let one: Option<(i64, String)> = taos.query_one("SELECT COUNT(*), 'x' FROM t").await.unwrap();
    assert_eq!(one, Some((2, "x".into())));
    let builder = TaosBuilder::from_dsn(server.dsn("taosdata", "")).unwrap();
    assert!(builder.server_version().await.unwrap().starts_with("3."));
    assert!(taos.table_vgroup_id(&server.database, "t").await.unwrap() > 0);
    assert_eq!(
        taos.tables_vgroup_ids(&server.database, &["t", "t"])
            .await
            .unwrap()
            .len(),
        2
    );
}

/// The connector puts the library's text between words of its own.
fn refused<T>(result: RawResult<T>, code: i32, text: &str) {
    let error = result.err().expect("no error");
    let (got, message) = (i32::from(error.code()) & 0xffff, error.message());
    let expected = format!("Internal error: `{text}`");
    assert_eq!((got, message), (code, expected), "{error:?}");
}

async fn errors(server: Server) {
    let taos = server.create("").await;
    refused(
        taos.query("SELECT * FROM no_such_table").await,
        0x2603,
        "Table does not exist",
    );
    refused(
        taos.query_with_req_id("SELECT * FROM no_such_table", 7)
            .await,
        0x2603,
        "Table does not exist",
    );
    refused(
        taos.exec("SELECT FROM WHERE").await,
        0x2600,
        "syntax error near \"from where\"",
    );
    let one: Option<i64> = taos.query_one("SELECT 1").await.unwrap();
    assert_eq!(one, Some(1), "the connection goes on");
    let connect = |dsn| async { TaosBuilder::from_dsn(dsn).unwrap().build().await };
    refused(
        connect(server.dsn("wrong", "")).await,
        0x357,
        "Authentication failure",
    );
    refused(
        connect(server.dsn("taosdata", "no_such_database")).await,
        0x388,
        "Database not exist",
    );
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let nobody = Server {
        host: "127.0.0.1".into(),
        port,
        database: "".into(),
    };
    refused(
        connect(nobody.dsn("taosdata", "")).await,
        0x000b,
        &format!(
            "Unable to establish connection: 127.0.0.1:{port}: Connection refused; \
             taosAdapter listens on port 6041 unless configured otherwise, 6030 is TDengine's own"
        ),
    );
}

fn note(i: usize) -> String {
    format!("Zeile {i} äöü 行")
}

/// The row `i` of `fill`.
fn row(i: usize) -> Vec<Value> {
    let ts = time(BASE + i as i64);
    match i % 10 {
        9 => vec![ts, Value::Null(Ty::Int), Value::Null(Ty::NChar)],
        _ => vec![ts, Value::Int(i as i32), Value::NChar(note(i))],
    }
}

fn insert(table: &str, start: usize) -> String {
    let mut sql = format!("INSERT INTO {table} VALUES");
    for i in start..start + BATCH {
        let ts = BASE + i as i64;
        sql += &if i % 10 == 9 {
            format!(" ({ts}, NULL, NULL)")
        } else {
            format!(" ({ts}, {i}, '{}')", note(i))
        };
    }
    sql
}

/// A table of so many rows.
async fn fill(taos: &Taos, table: &str, rows: usize) {
    taos.exec(format!(
        "CREATE TABLE {table} (ts TIMESTAMP, n INT, s NCHAR(30))"
    ))
    .await
    .unwrap();
    for start in (0..rows).step_by(BATCH) {
        assert_eq!(taos.exec(insert(table, start)).await.unwrap(), BATCH);
    }
}

/// Many blocks, and readers that stop early.
async fn rows(server: Server) {
    let taos = server.create("").await;
    fill(&taos, "t", MANY).await;
    let mut result = taos.query("SELECT * FROM t ORDER BY ts").await.unwrap();
    let mut stream = result.rows();
    let mut i = 0;
    while let Some(values) = stream.try_next().await.unwrap() {
        assert_eq!(values.into_values(), row(i));
        i += 1;
    }
    assert_eq!(i, MANY);
    drop(result);
    for limit in [0, 1, 4096, 4097, 10_000] {
        let mut result = taos.query("SELECT * FROM t ORDER BY ts").await.unwrap();
        let mut stream = result.rows();
        for i in 0..limit {
            assert_eq!(
                stream.try_next().await.unwrap().unwrap().into_values(),
                row(i)
            );
        }
    }
    let count: Option<i64> = taos.query_one("SELECT COUNT(*) FROM t").await.unwrap();
    assert_eq!(count, Some(MANY as i64));
}

/// Futures dropped at any moment: during a query, a fetch, between them. Their callbacks come all the same.
async fn cancel(server: Server) {
    let taos = server.create("").await;
    fill(&taos, "t", MANY).await;
    let (mut ended, mut finished) = (0, 0);
    for round in 0..100 {
        let reading = async {
            let mut result = taos.query("SELECT * FROM t ORDER BY ts").await.unwrap();
            let mut rows = 0;
            while let Some(block) = result.blocks().try_next().await.unwrap() {
                rows += block.nrows();
            }
            assert_eq!(rows, MANY);
        };
        match tokio::time::timeout(Duration::from_micros(round * 300), reading).await {
            Ok(()) => finished += 1,
            Err(_) => ended += 1,
        }
    }
    assert!(ended > 0, "{finished} of 100 readers finished");
    let count: Option<i64> = taos.query_one("SELECT COUNT(*) FROM t").await.unwrap();
    assert_eq!(count, Some(MANY as i64));
}

/// Many tasks on one connection.
async fn tasks(server: Server) {
    let taos = std::sync::Arc::new(server.create("").await);
    let workers = (0..8).map(|worker| {
        let taos = taos.clone();
        tokio::spawn(async move {
            let table = format!("t{worker}");
            fill(&taos, &table, BATCH).await;
            for _ in 0..10 {
                let mut result = taos
                    .query(format!("SELECT * FROM {table} ORDER BY ts"))
                    .await
                    .unwrap();
                let records = result.to_records().await.unwrap();
                assert_eq!(records.len(), BATCH);
                for (i, values) in records.iter().enumerate() {
                    assert_eq!(values, &row(i));
                }
                refused(
                    taos.query("SELECT * FROM no_such_table").await,
                    0x2603,
                    "Table does not exist",
                );
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
}
