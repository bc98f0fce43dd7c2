//! Rows in the schemaless protocols.

use crate::Server;
use taos::taos_query::common::{SchemalessPrecision, SchemalessProtocol, SmlData, SmlDataBuilder};
use taos::*;

fn data(protocol: SchemalessProtocol, lines: &[String], ttl: Option<i32>) -> SmlData {
    let mut builder = SmlDataBuilder::default();
    builder
        .protocol(protocol)
        .precision(SchemalessPrecision::Millisecond)
        .data(lines.to_vec())
        .req_id(77u64);
    if let Some(days) = ttl {
        builder.ttl(days);
    }
    builder.build().unwrap()
}

pub async fn area(server: Server) {
    let taos = server.create("").await;
    let lines: Vec<String> = (0..1000)
        .map(|i| {
            format!(
                "lines,t=t{} v={i}i,s=\"é {i}\" {}",
                i % 7,
                1_700_000_000_000i64 + i
            )
        })
        .collect();
    taos.put(&data(SchemalessProtocol::Line, &lines, Some(30)))
        .await
        .unwrap();
    let sums: Option<(i64, i64)> = taos
        .query_one("SELECT COUNT(*), SUM(v) FROM lines")
        .await
        .unwrap();
    assert_eq!(sums, Some((1000, 499_500)));
    let ttl = "SELECT DISTINCT `ttl` FROM information_schema.ins_tables WHERE stable_name = 'lines' AND db_name = ";
    let ttl: Option<i32> = taos
        .query_one(format!("{ttl}'{}'", server.database))
        .await
        .unwrap();
    assert_eq!(ttl, Some(30));

    let lines = ["telnet 1700000000 1i v=1", "telnet 1700000001 2i v=世界"].map(String::from);
    taos.put(&data(SchemalessProtocol::Telnet, &lines, None))
        .await
        .unwrap();
    let read: Option<(i64, String)> = taos
        .query_one("SELECT _value, v FROM telnet ORDER BY _ts DESC LIMIT 1")
        .await
        .unwrap();
    assert_eq!(read, Some((2, "世界".into())));
    let json = [
        r#"{"metric":"json","timestamp":1700000000000,"value":2.5,"tags":{"t":true}}"#.to_string(),
    ];
    taos.put(&data(SchemalessProtocol::Json, &json, None))
        .await
        .unwrap();
    let read: Option<f64> = taos.query_one("SELECT _value FROM json").await.unwrap();
    assert_eq!(read, Some(2.5));

    let broken = ["m v=1 1700000000000", "broken line"].map(String::from);
    let error = taos
        .put(&data(SchemalessProtocol::Line, &broken, None))
        .await
        .unwrap_err();
    assert_eq!(error.code(), 0x21f);
    let text = error.to_string();
    assert!(
        text.contains("SML line invalid key or key is too long than 64:line"),
        "{text}"
    );
}
