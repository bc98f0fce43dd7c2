//! Scalar functions: one table of names, argument counts, result types and implementations.

mod call;
mod cast;
mod numbers;
mod texts;
mod times;
mod unsupported;

pub use call::Call;
pub use cast::cast;
pub use unsupported::UNSUPPORTED;

use crate::geometry;
use crate::time::{Duration, Zone};
use crate::types::{Kind, Type};
use crate::value::Value;
use numbers::{digits, keep_integer, math, num};
use texts::{substr, text, trim};
use times::{ticks_of, time_of, to_iso8601, weekday};

/// The type of a result.
pub enum Returns {
    Is(Type),
    /// That of the first argument; integers stay integers.
    First,
    /// VARCHAR or NCHAR, as the first argument, of this length.
    Text(u32),
    /// The texts joined: their lengths add up, with their headers.
    Concat,
    /// The kind given, of the first argument's length.
    LengthOf(Kind),
    /// The first argument's type that is not a NULL literal.
    AnyOf,
}

type Implementation = fn(&Call, &[Value]) -> Value;

pub struct Function {
    pub name: &'static str,
    pub args: (usize, usize),
    pub returns: Returns,
    /// NULL if any argument is NULL.
    pub strict: bool,
    pub run: Implementation,
}

const DOUBLE: Returns = Returns::Is(Type::of(Kind::Double));
const BIGINT: Returns = Returns::Is(Type::of(Kind::BigInt));
const TIMESTAMP: Returns = Returns::Is(Type::of(Kind::Timestamp));
const BOOL: Returns = Returns::Is(Type::of(Kind::Bool));
const ISO8601_LEN: u32 = 62;
const TO_CHAR_LEN: u32 = 4094;
const MANY: usize = 64;

const fn f(
    name: &'static str,
    args: (usize, usize),
    returns: Returns,
    run: Implementation,
) -> Function {
    Function {
        name,
        args,
        returns,
        strict: true,
        run,
    }
}
const fn lax(
    name: &'static str,
    args: (usize, usize),
    returns: Returns,
    run: Implementation,
) -> Function {
    Function {
        strict: false,
        ..f(name, args, returns, run)
    }
}

pub static FUNCTIONS: &[Function] = &[
    f("sqrt", (1, 1), DOUBLE, |_, a| math(a, f64::sqrt)),
    f("ln", (1, 1), DOUBLE, |_, a| math(a, f64::ln)),
    f("exp", (1, 1), DOUBLE, |_, a| math(a, f64::exp)),
    f("sin", (1, 1), DOUBLE, |_, a| math(a, f64::sin)),
    f("cos", (1, 1), DOUBLE, |_, a| math(a, f64::cos)),
    f("tan", (1, 1), DOUBLE, |_, a| math(a, f64::tan)),
    f("asin", (1, 1), DOUBLE, |_, a| math(a, f64::asin)),
    f("acos", (1, 1), DOUBLE, |_, a| math(a, f64::acos)),
    f("atan", (1, 1), DOUBLE, |_, a| math(a, f64::atan)),
    f("degrees", (1, 1), DOUBLE, |_, a| math(a, f64::to_degrees)),
    f("radians", (1, 1), DOUBLE, |_, a| math(a, f64::to_radians)),
    f("log", (1, 2), DOUBLE, |_, a| match a.get(1) {
        Some(base) => Value::double(num(&a[0]).ln() / num(base).ln()),
        None => math(a, f64::ln),
    }),
    f("pow", (2, 2), DOUBLE, |_, a| {
        Value::double(num(&a[0]).powf(num(&a[1])))
    }),
    f("power", (2, 2), DOUBLE, |_, a| {
        Value::double(num(&a[0]).powf(num(&a[1])))
    }),
    f("mod", (2, 2), DOUBLE, |_, a| {
        Value::double(num(&a[0]) % num(&a[1]))
    }),
    f("pi", (0, 0), DOUBLE, |_, _| {
        Value::Double(std::f64::consts::PI)
    }),
    f("abs", (1, 1), Returns::First, |_, a| match &a[0] {
        Value::Int(i) => Value::Int(i.wrapping_abs()),
        Value::Dec(v, s) => Value::Dec(v.abs(), *s),
        v => keep_integer(v, f64::abs),
    }),
    f("ceil", (1, 1), Returns::First, |_, a| {
        keep_integer(&a[0], f64::ceil)
    }),
    f("ceiling", (1, 1), Returns::First, |_, a| {
        keep_integer(&a[0], f64::ceil)
    }),
    f("floor", (1, 1), Returns::First, |_, a| {
        keep_integer(&a[0], f64::floor)
    }),
    f("round", (1, 2), Returns::First, |_, a| {
        digits(a, f64::round)
    }),
    f("truncate", (2, 2), Returns::First, |_, a| {
        digits(a, f64::trunc)
    }),
    f("trunc", (2, 2), Returns::First, |_, a| {
        digits(a, f64::trunc)
    }),
    f("sign", (1, 1), Returns::First, |_, a| {
        keep_integer(&a[0], |x| if x == 0.0 { 0.0 } else { x.signum() })
    }),
    f("greatest", (2, MANY), Returns::First, |_, a| {
        a.iter()
            .max_by(|x, y| x.compare(y))
            .cloned()
            .unwrap_or(Value::Null)
    }),
    f("least", (2, MANY), Returns::First, |_, a| {
        a.iter()
            .min_by(|x, y| x.compare(y))
            .cloned()
            .unwrap_or(Value::Null)
    }),
    f("length", (1, 1), BIGINT, |c, a| {
        let width = if c.types[0].kind == Kind::Nchar {
            4 * text(&a[0]).chars().count()
        } else {
            a[0].as_bytes().map_or(0, <[u8]>::len)
        };
        Value::Int(width as i64)
    }),
    f("char_length", (1, 1), BIGINT, |_, a| {
        Value::Int(text(&a[0]).chars().count() as i64)
    }),
    f("lower", (1, 1), Returns::First, |_, a| {
        Value::text(&text(&a[0]).to_ascii_lowercase())
    }),
    f("upper", (1, 1), Returns::First, |_, a| {
        Value::text(&text(&a[0]).to_ascii_uppercase())
    }),
    f("ltrim", (1, 1), Returns::First, |_, a| {
        Value::text(text(&a[0]).trim_start_matches(' '))
    }),
    f("rtrim", (1, 1), Returns::First, |_, a| {
        Value::text(text(&a[0]).trim_end_matches(' '))
    }),
    f("trim", (1, 3), Returns::First, trim),
    f("concat", (2, 8), Returns::Concat, |_, a| {
        Value::text(&a.iter().map(text).collect::<String>())
    }),
    f("concat_ws", (3, 9), Returns::Concat, |_, a| {
        Value::text(
            &a[1..]
                .iter()
                .map(text)
                .collect::<Vec<_>>()
                .join(&text(&a[0])),
        )
    }),
    f("substr", (2, 3), Returns::First, substr),
    f("substring", (2, 3), Returns::First, substr),
    f("replace", (3, 3), Returns::Text(TO_CHAR_LEN), |_, a| {
        Value::text(&text(&a[0]).replace(&text(&a[1]), &text(&a[2])))
    }),
    f("repeat", (2, 2), Returns::Text(TO_CHAR_LEN), |_, a| {
        Value::text(
            &text(&a[0]).repeat(
                a[1].as_i64()
                    .unwrap_or(0)
                    .clamp(0, 65517 / (text(&a[0]).len() as i64).max(1)) as usize,
            ),
        )
    }),
    f("position", (2, 2), BIGINT, |_, a| {
        Value::Int(
            text(&a[1])
                .find(&text(&a[0]))
                .map_or(0, |i| text(&a[1])[..i].chars().count() as i64 + 1),
        )
    }),
    f("ascii", (1, 1), BIGINT, |_, a| {
        Value::Int(
            a[0].as_bytes()
                .and_then(|b| b.first())
                .copied()
                .unwrap_or(0) as i64,
        )
    }),
    f(
        "st_astext",
        (1, 1),
        Returns::LengthOf(Kind::Varchar),
        |_, a| {
            a[0].as_bytes()
                .and_then(geometry::to_text)
                .map_or(Value::Null, |t| Value::text(&t))
        },
    ),
    f(
        "st_geomfromtext",
        (1, 1),
        Returns::LengthOf(Kind::Geometry),
        |_, a| geometry::from_text(&text(&a[0])).map_or(Value::Null, |b| Value::Bytes(b.into())),
    ),
    f(
        "to_iso8601",
        (1, 2),
        Returns::Is(Type::varchar(ISO8601_LEN)),
        to_iso8601,
    ),
    f("to_unixtimestamp", (1, 2), BIGINT, |c, a| {
        c.zone
            .parse(&text(&a[0]), c.precision)
            .map_or(Value::Null, Value::Int)
    }),
    f(
        "to_char",
        (2, 2),
        Returns::Is(Type::varchar(TO_CHAR_LEN)),
        |c, a| {
            let t = time_of(c, 0, a).and_then(|(ts, p)| c.zone.format(ts, p, &text(&a[1])));
            t.map_or(Value::Null, |t| Value::text(&t))
        },
    ),
    f("timediff", (2, 3), BIGINT, |c, a| {
        let (Some(x), Some(y)) = (ticks_of(c, 0, a), ticks_of(c, 1, a)) else {
            return Value::Null;
        };
        let unit = a
            .get(2)
            .and_then(|u| Duration::parse(&text(u)))
            .and_then(|d| d.ticks(c.precision))
            .filter(|u| *u > 0)
            .unwrap_or(1);
        Value::Int(x.saturating_sub(y) / unit)
    }),
    f("timetruncate", (2, 3), TIMESTAMP, |c, a| {
        let zone = match a.get(2).and_then(Value::as_i64) {
            Some(0) => Zone::utc(),
            _ => c.zone.clone(),
        };
        let cut = Duration::parse(&text(&a[1]))
            .and_then(|d| zone.truncate(ticks_of(c, 0, a)?, d, c.precision));
        cut.map_or(Value::Null, Value::Int)
    }),
    f("dayofweek", (1, 1), BIGINT, |c, a| {
        weekday(c, a, 1, |d| d.to_sunday_zero_offset())
    }),
    f("weekday", (1, 1), BIGINT, |c, a| {
        weekday(c, a, 0, |d| d.to_monday_zero_offset())
    }),
    lax("ifnull", (2, 2), Returns::AnyOf, first_not_null),
    lax("nvl", (2, 2), Returns::AnyOf, first_not_null),
    lax("coalesce", (1, MANY), Returns::AnyOf, first_not_null),
    lax("nullif", (2, 2), Returns::First, |_, a| {
        if !a[0].is_null() && a[0].compare(&a[1]).is_eq() {
            Value::Null
        } else {
            a[0].clone()
        }
    }),
    lax("if", (3, 3), Returns::AnyOf, |_, a| {
        if a[0].is_true() {
            a[1].clone()
        } else {
            a[2].clone()
        }
    }),
    lax("isnull", (1, 1), BOOL, |_, a| Value::Bool(a[0].is_null())),
    lax("isnotnull", (1, 1), BOOL, |_, a| {
        Value::Bool(!a[0].is_null())
    }),
];

pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|f| f.name == name)
}

impl Function {
    pub fn result(&self, args: &[Type]) -> Type {
        let first = args.first().copied().unwrap_or(Type::of(Kind::Double));
        match &self.returns {
            Returns::Is(t) => *t,
            Returns::First => first,
            Returns::Text(n) => Type::sized(
                if first.kind == Kind::Nchar {
                    Kind::Nchar
                } else {
                    Kind::Varchar
                },
                *n,
            ),
            Returns::LengthOf(k) => Type::sized(*k, first.len),
            Returns::AnyOf => args[(self.name == "if") as usize..]
                .iter()
                .copied()
                .find(|t| *t != Type::varchar(0))
                .unwrap_or(first),
            Returns::Concat => {
                let nchar = args.iter().any(|t| t.kind == Kind::Nchar);
                let header = if nchar { 0 } else { 2 };
                let n: u32 = args.iter().map(|t| t.user_len() + header).sum();
                Type::sized(
                    if nchar { Kind::Nchar } else { Kind::Varchar },
                    n.saturating_sub(header),
                )
            }
        }
    }
}

fn first_not_null(_: &Call, a: &[Value]) -> Value {
    a.iter()
        .find(|v| !v.is_null())
        .cloned()
        .unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Precision;

    fn call(name: &str, args: &[Value]) -> Value {
        let types = args
            .iter()
            .map(|v| {
                if let Value::Bytes(_) = v {
                    Type::varchar(10)
                } else {
                    Type::of(Kind::BigInt)
                }
            })
            .collect();
        let c = Call {
            zone: Zone::utc(),
            precision: Precision::Milli,
            types,
        };
        (find(name).unwrap().run)(&c, args)
    }

    #[test]
    fn functions_give_what_was_recorded() {
        let t = Value::text;
        assert_eq!(
            call("pow", &[Value::Int(2), Value::Int(10)]),
            Value::Double(1024.0)
        );
        assert_eq!(call("abs", &[Value::Int(-5)]), Value::Int(5));
        assert_eq!(call("sqrt", &[Value::Int(-1)]), Value::Null);
        assert_eq!(call("log", &[Value::Int(0)]), Value::Null);
        assert_eq!(call("concat", &[t("a"), t("b")]), t("ab"));
        assert_eq!(
            call("substr", &[t("中文abc"), Value::Int(2), Value::Int(2)]),
            t("文a")
        );
        assert_eq!(call("substr", &[t("abc"), Value::Int(-2)]), t("bc"));
        assert_eq!(
            call("to_iso8601", &[Value::Int(1700000000000)]),
            t("2023-11-14T22:13:20.000+0000")
        );
        assert_eq!(
            call("to_iso8601", &[Value::Int(1700000000000), t("+08:00")]),
            t("2023-11-15T06:13:20.000+0800")
        );
        assert_eq!(
            call("timetruncate", &[Value::Int(1700000000000), t("1d")]),
            Value::Int(1699920000000)
        );
        assert_eq!(
            find("concat")
                .unwrap()
                .result(&[Type::varchar(10), Type::varchar(1)])
                .len,
            13
        );
    }
}
