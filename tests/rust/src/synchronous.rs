//! The synchronous half of the connector, which calls other functions of the library.

use taos::sync::*;

use crate::{insert, refused, row, Server, BATCH, MANY};

pub fn area(server: Server) {
    let connect = |dsn: Dsn| {
        <TaosBuilder as TBuilder>::from_dsn(dsn).and_then(|builder| TBuilder::build(&builder))
    };
    let taos = connect(server.dsn("taosdata", "")).unwrap();
    taos.exec(format!("DROP DATABASE IF EXISTS {}", server.database))
        .unwrap();
    taos.exec(format!("CREATE DATABASE {}", server.database))
        .unwrap();
    taos.exec(format!("USE {}", server.database)).unwrap();
    taos.exec("CREATE TABLE t (ts TIMESTAMP, n INT, s NCHAR(30))")
        .unwrap();
    for start in (0..MANY).step_by(BATCH) {
        assert_eq!(taos.exec(insert("t", start)).unwrap(), BATCH);
    }
    let mut result = taos
        .query_with_req_id("SELECT * FROM t ORDER BY ts", 5)
        .unwrap();
    let mut i = 0;
    for values in result.rows() {
        assert_eq!(values.unwrap().into_values(), row(i));
        i += 1;
    }
    assert_eq!(i, MANY);
    refused(
        taos.query("SELECT * FROM no_such_table"),
        0x2603,
        "Table does not exist",
    );
    refused(
        connect(server.dsn("wrong", "")),
        0x357,
        "Authentication failure",
    );
    let one: Option<(i64, String)> = taos.query_one("SELECT COUNT(*), '世界' FROM t").unwrap();
    assert_eq!(one, Some((MANY as i64, "世界".into())));
}
