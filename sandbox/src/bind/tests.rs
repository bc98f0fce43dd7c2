use super::payload::{HEAD, PAYLOAD_HEAD};
use super::*;
use crate::error::{code, Result};
use crate::types::{Kind, Type};
use crate::value::{unhex, Value};

/// The request of the protocol's worked example, and what was recorded of a refused one.
const TWO_TABLES: &str = "160000000000000001000000000000000900000000000000\
    0100ffffffff\
    ff0000000200000002000000020000001c0000002700000089000000\
    03000400643100643232002e0000002c000000\
    160000000400000001000000000004000000010000001800000008000000010000000001020000000200000062\
    6a1600000004000000010000000000040000000200000016000000080000000100000001010000000000000000\
    3e00000030000000\
    23000000090000000200000000000010000000\
    0068e5cf8b010000e86be5cf8b010000\
    1b0000000400000002000000000100080000000a00000000000000\
    1a0000000900000001000000000008000000\
    0068e5cf8b010000\
    1600000004000000010000000000040000 00ffffffff";

/// A name, a number, of three rows in two tables.
const ROWS_OF_TABLES: &str = "160000000000000001000000000000000b000000000000000100\
    62000000 03000000 02000000 02000000 14000000\
    27000000 08000000 03000000 000000 01 02000000 02000000 03000000 07000000 64316431643232\
    20000000 04000000 03000000 000000 00 0c000000 010000000200000003000000";

#[test]
fn rows_are_sorted_into_tables() {
    let hex: String = ROWS_OF_TABLES.split_whitespace().collect();
    let mut message = unhex(&hex).unwrap();
    let total = (message.len() - 26) as u32;
    message[26..30].copy_from_slice(&total.to_le_bytes());
    let kinds = [BindType::TableName, BindType::Column];
    let columns = Columns::parse(&message).unwrap();
    let bind = columns.by_table(Some(&kinds)).unwrap();
    let names: Vec<_> = bind.tables.iter().map(|t| t.name).collect();
    assert_eq!(names, ["d1", "d22"]);
    let int = Type::of(Kind::Int);
    let of = |i: usize| values(&bind.tables[i].columns[0], int);
    assert_eq!(of(0), [Value::Int(1), Value::Int(2)]);
    assert_eq!(of(1), [Value::Int(3)]);
    assert!(columns.by_table(None).is_err(), "a query has one row");
    assert!(Columns::parse(&message[..26]).is_err());
    message.push(0);
    assert!(Columns::parse(&message).is_err());
}

fn example() -> Vec<u8> {
    let hex: String = TWO_TABLES.split_whitespace().collect();
    unhex(&hex).unwrap()
}
fn values(i: &Item, ty: Type) -> Vec<Value> {
    let cells = i.cells(ty).unwrap().into_iter();
    cells
        .map(|c| match c {
            Cell::Value(v) => v,
            Cell::Unset => panic!("unset"),
        })
        .collect()
}
/// One bind item.
fn item(kind: Kind, marks: &[u8], lengths: Option<&[i32]>, data: &[u8]) -> Vec<u8> {
    let mut b = (kind as i32).to_le_bytes().to_vec();
    b.extend_from_slice(&(marks.len() as i32).to_le_bytes());
    b.extend_from_slice(marks);
    b.push(lengths.is_some() as u8);
    for n in lengths.unwrap_or(&[]) {
        b.extend_from_slice(&n.to_le_bytes());
    }
    b.extend_from_slice(&(data.len() as i32).to_le_bytes());
    b.extend_from_slice(data);
    let mut out = (b.len() as u32 + 4).to_le_bytes().to_vec();
    out.extend(b);
    out
}
fn cells(b: &[u8], ty: Type) -> Result<Vec<Cell>> {
    Item::take(&mut { b }).expect("an item").cells(ty)
}

#[test]
fn the_worked_example_is_read() {
    let b = example();
    let bind = Bind::parse(&b).unwrap();
    assert_eq!((bind.column, bind.tables.len()), (-1, 2));
    let [d1, d22] = &bind.tables[..] else {
        panic!()
    };
    assert_eq!((d1.name, d22.name), ("d1", "d22"));
    let int = Type::of(Kind::Int);
    assert_eq!(values(&d1.tags[0], int), [Value::Int(1)]);
    assert_eq!(values(&d1.tags[1], Type::varchar(16)), [Value::text("bj")]);
    assert_eq!(values(&d22.tags[1], Type::varchar(16)), [Value::Null]);
    assert_eq!(
        values(&d1.columns[0], Type::of(Kind::Timestamp)),
        [1_700_000_000_000, 1_700_000_001_000].map(Value::Int)
    );
    assert_eq!(values(&d1.columns[1], int), [Value::Int(10), Value::Null]);
    assert_eq!(values(&d22.columns[1], int), [Value::Int(-1)]);
}

#[test]
fn broken_payloads_are_refused() {
    let full = example();
    for n in 0..full.len() {
        assert!(Bind::parse(&full[..n]).is_err(), "{n} bytes");
        // Cut, with a total length that says so.
        if n >= HEAD + PAYLOAD_HEAD {
            let mut cut = full[..n].to_vec();
            cut[HEAD..HEAD + 4].copy_from_slice(&((n - HEAD) as u32).to_le_bytes());
            assert!(Bind::parse(&cut).is_err(), "{n} bytes");
        }
    }
    // Any number anywhere may be nonsense, but nothing is read outside the message.
    for at in HEAD..full.len() {
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            let mut b = full.clone();
            b[at] = byte;
            if let Ok(bind) = Bind::parse(&b) {
                for i in bind
                    .tables
                    .iter()
                    .flat_map(|t| t.tags.iter().chain(&t.columns))
                {
                    for kind in [Kind::Int, Kind::Varchar, Kind::Timestamp] {
                        let _ = i.cells(Type::sized(kind, 16));
                    }
                    let _ = i.parameter();
                }
            }
        }
    }
    let message = |b: &[u8]| Bind::parse(b).unwrap_err().message;
    assert_eq!(message(&full[..26]), "message length is too short");
    assert_eq!(message(&full[..40]), "data length is less than 28");
    let mut b = full.clone();
    b.push(0);
    assert_eq!(
        message(&b),
        "total length not match, expect 256, but get 255"
    );
    b = full.clone();
    b[24] = 2;
    assert_eq!(message(&b), "unknown stmt2 bind version");
    // A table count that only the head knows of.
    b = full[..HEAD + PAYLOAD_HEAD].to_vec();
    b[HEAD..].fill(0);
    b[HEAD] = PAYLOAD_HEAD as u8;
    b[HEAD + 4..HEAD + 8].fill(0xff);
    assert!(Bind::parse(&b).is_err());
}

#[test]
fn values_of_all_types() {
    let one = |kind: Kind, ty: Type, data: &[u8]| {
        let n = [data.len() as i32];
        let lengths = kind.is_variable().then_some(n.as_slice());
        cells(&item(kind, &[0], lengths, data), ty).map(|c| c[0].clone())
    };
    let fixed = |kind, data: &[u8]| one(kind, Type::of(kind), data).unwrap();
    let value = Cell::Value;
    assert_eq!(fixed(Kind::Bool, &[1]), value(Value::Bool(true)));
    assert_eq!(fixed(Kind::TinyInt, &[0x80]), value(Value::Int(-128)));
    assert_eq!(fixed(Kind::UTinyInt, &[0x80]), value(Value::UInt(128)));
    assert_eq!(fixed(Kind::SmallInt, &[0, 0x80]), value(Value::Int(-32768)));
    assert_eq!(
        fixed(Kind::BigInt, &i64::MIN.to_le_bytes()),
        value(Value::Int(i64::MIN))
    );
    assert_eq!(
        fixed(Kind::UBigInt, &u64::MAX.to_le_bytes()),
        value(Value::UInt(u64::MAX))
    );
    assert_eq!(
        fixed(Kind::Float, &1.5f32.to_le_bytes()),
        value(Value::Double(1.5))
    );
    assert_eq!(
        fixed(Kind::Double, &(-2.5e-100f64).to_le_bytes()),
        value(Value::Double(-2.5e-100))
    );
    let d = one(
        Kind::Decimal64,
        Type::decimal(10, 2),
        &(-568i64).to_le_bytes(),
    );
    assert_eq!(d.unwrap(), value(Value::Dec(-568, 2)));
    let d = one(
        Kind::Decimal,
        Type::decimal(30, 5),
        &(-100_000i128).to_le_bytes(),
    );
    assert_eq!(d.unwrap(), value(Value::Dec(-100_000, 5)));
    let nchar = Type::sized(Kind::Nchar, 2);
    assert_eq!(
        one(Kind::Nchar, nchar, "中文".as_bytes()).unwrap(),
        value(Value::text("中文"))
    );
    let code = |r: Result<Cell>| r.unwrap_err().code;
    assert_eq!(
        code(one(Kind::Nchar, nchar, "abc".as_bytes())),
        code::VALUE_TOO_LONG
    );
    assert_eq!(code(one(Kind::Nchar, nchar, &[0xff])), 512);
    assert_eq!(code(one(Kind::Varchar, Type::of(Kind::Int), b"1")), 512);
    let shape = Type::sized(Kind::Geometry, 100);
    assert_eq!(code(one(Kind::Geometry, shape, b"POINT(1 2)")), 10243);
    let json = Type::of(Kind::Json);
    assert_eq!(
        one(Kind::Json, json, b"{\"a\": 1}").unwrap(),
        value(Value::text("{\"a\":1}"))
    );
    assert_eq!(
        one(Kind::Json, json, b"{\"k\":[1]}").unwrap_err().message,
        "syntax error near '{\"k\":[1]}' (invalidate json value)"
    );
}

#[test]
fn nulls_and_nothing() {
    let int = Type::of(Kind::Int);
    let null = Cell::Value(Value::Null);
    // A lone NULL may be of any type; of several rows it may not.
    assert_eq!(
        cells(&item(Kind::Varchar, &[1], Some(&[0]), &[]), int),
        Ok(vec![null.clone()])
    );
    assert!(cells(&item(Kind::Varchar, &[1, 1], Some(&[0, 0]), &[]), int).is_err());
    // All NULL: no slots are needed.
    assert_eq!(
        cells(&item(Kind::Int, &[1, 1], None, &[]), int),
        Ok(vec![null.clone(); 2])
    );
    assert!(cells(&item(Kind::Int, &[1, 0], None, &[0; 4]), int).is_err());
    // NULLs take a slot of fixed-size types, but no bytes of texts, whatever their length says.
    let one = Cell::Value(Value::Int(1));
    assert_eq!(
        cells(
            &item(Kind::Int, &[1, 0, 2], None, &[9, 9, 9, 9, 1, 0, 0, 0]),
            int
        ),
        Ok(vec![null.clone(), one, Cell::Unset])
    );
    assert_eq!(
        cells(
            &item(Kind::Varchar, &[0, 1, 0], Some(&[1, 7, 2]), b"abc"),
            Type::varchar(4)
        ),
        Ok(vec![
            Cell::Value(Value::text("a")),
            null,
            Cell::Value(Value::text("bc"))
        ])
    );
    assert!(cells(
        &item(Kind::Varchar, &[0], Some(&[-1]), b"abc"),
        Type::varchar(4)
    )
    .is_err());
}
