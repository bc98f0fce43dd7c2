//! Decimals: i128 unscaled values; text, rounding, and the precision rules of arithmetic.

use std::cmp::Ordering;

pub const MAX_PRECISION: u8 = 38;

pub fn pow10(n: u8) -> i128 {
    10i128.checked_pow(n as u32).unwrap_or(i128::MAX)
}

/// Division that rounds half away from zero.
fn div_round(a: i128, b: i128) -> i128 {
    let (q, r) = (a / b, a % b);
    if r.unsigned_abs() >= b.unsigned_abs() - r.unsigned_abs() {
        q + if (a < 0) == (b < 0) { 1 } else { -1 }
    } else {
        q
    }
}

pub fn rescale(v: i128, from: u8, to: u8) -> Option<i128> {
    match from.cmp(&to) {
        Ordering::Equal => Some(v),
        Ordering::Less => v.checked_mul(pow10(to - from)),
        Ordering::Greater => Some(div_round(v, pow10(from - to))),
    }
}

/// The value if it has at most `precision` digits.
pub fn fit(v: i128, precision: u8) -> Option<i128> {
    (v.unsigned_abs() < pow10(precision).unsigned_abs()).then_some(v)
}

/// A number's text (sign, digits, point, exponent) at scale `scale`, rounded half up; None if it is not a number or too large.
pub fn parse(text: &str, precision: u8, scale: u8) -> Result<Option<i128>, ()> {
    let t = text.trim();
    let (neg, t) = match t.strip_prefix('-') {
        Some(r) => (true, r),
        None => (false, t.strip_prefix('+').unwrap_or(t)),
    };
    let (mantissa, exp) = match t.find(['e', 'E']) {
        Some(i) => (&t[..i], t[i + 1..].parse::<i32>().map_err(|_| ())?),
        None => (t, 0),
    };
    let (int, frac) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if int.len() + frac.len() == 0 || !int.bytes().chain(frac.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(());
    }
    // Digits from the most significant one; `point` of them stand before the decimal point.
    let digits: Vec<u8> = int.bytes().chain(frac.bytes()).map(|b| b - b'0').collect();
    let keep = int.len() as i64 + exp as i64 + scale as i64;
    let mut v: i128 = 0;
    for i in 0..keep.clamp(0, 400) {
        let d = digits.get(i as usize).copied().unwrap_or(0) as i128;
        match v.checked_mul(10).and_then(|v| v.checked_add(d)) {
            Some(n) => v = n,
            None => return Ok(None),
        }
    }
    if keep >= 0 && digits.get(keep as usize).is_some_and(|d| *d >= 5) {
        v += 1;
    }
    Ok(fit(if neg { -v } else { v }, precision))
}

/// The value's text with all decimals.
pub fn to_text(v: i128, scale: u8) -> String {
    let digits = v.unsigned_abs().to_string();
    let sign = if v < 0 { "-" } else { "" };
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let scale = scale as usize;
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (int, frac) = digits.split_at(digits.len() - scale);
    format!("{sign}{int}.{frac}")
}

pub fn to_f64(v: i128, scale: u8) -> f64 {
    to_text(v, scale).parse().unwrap_or(0.0)
}

pub fn from_f64(d: f64, precision: u8, scale: u8) -> Option<i128> {
    parse(&format!("{d}"), precision, scale).ok().flatten()
}

pub fn compare(a: (i128, u8), b: (i128, u8)) -> Ordering {
    let scale = a.1.max(b.1);
    match (rescale(a.0, a.1, scale), rescale(b.0, b.1, scale)) {
        (Some(x), Some(y)) => x.cmp(&y),
        _ => to_f64(a.0, a.1)
            .partial_cmp(&to_f64(b.0, b.1))
            .unwrap_or(Ordering::Equal),
    }
}

/// Precision and scale of `a op b`, as the server derives them.
pub fn result_type(op: char, a: (u8, u8), b: (u8, u8)) -> (u8, u8) {
    let ((p1, s1), (p2, s2)) = ((a.0 as i32, a.1 as i32), (b.0 as i32, b.1 as i32));
    let (p, s) = match op {
        '*' => (p1 + p2 + 1, s1 + s2),
        '/' => {
            let s = 6.max(s1 + p2 + 1);
            (p1 - s1 + s2 + s, s)
        }
        '%' => (p1.min(p2), s1.max(s2)),
        _ => ((p1 - s1).max(p2 - s2) + s1.max(s2) + 1, s1.max(s2)),
    };
    if p <= 38 {
        return (p as u8, s as u8);
    }
    (38, (38 - (p - s)).max(s.min(6)) as u8)
}

/// `a op b` at the result type; None on overflow and division by zero.
pub fn arithmetic(op: char, a: (i128, u8), b: (i128, u8), result: (u8, u8)) -> Option<i128> {
    let (precision, scale) = result;
    let common = a.1.max(b.1);
    let pair = || Some((rescale(a.0, a.1, common)?, rescale(b.0, b.1, common)?));
    let v = match op {
        '+' | '-' => {
            let (x, y) = pair()?;
            rescale(
                if op == '+' {
                    x.checked_add(y)?
                } else {
                    x.checked_sub(y)?
                },
                common,
                scale,
            )?
        }
        '*' => rescale(a.0.checked_mul(b.0)?, a.1 + b.1, scale)?,
        '/' => {
            if b.0 == 0 {
                return None;
            }
            // a/10^s1 / (b/10^s2) at `scale`: shift the dividend so that the quotient has the wanted decimals.
            let shift = scale as i32 + b.1 as i32 - a.1 as i32;
            match shift >= 0 {
                true => div_round(a.0.checked_mul(pow10(shift as u8))?, b.0),
                false => div_round(a.0, b.0.checked_mul(pow10(-shift as u8))?),
            }
        }
        _ => {
            let (x, y) = pair()?;
            if y == 0 {
                return None;
            }
            rescale(x % y, common, scale)?
        }
    };
    fit(v, precision)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_rounds_half_up() {
        assert_eq!(parse("1.005", 10, 2), Ok(Some(101)));
        assert_eq!(parse("-1.005", 10, 2), Ok(Some(-101)));
        assert_eq!(parse("1.5e3", 18, 6), Ok(Some(1_500_000_000)));
        assert_eq!(parse("9.9e-3", 10, 2), Ok(Some(1)));
        assert_eq!(parse("0.004", 10, 2), Ok(Some(0)));
        assert_eq!(parse("123456789.12", 10, 2), Ok(None));
        assert_eq!(
            parse("12345678901234567890123456789012345678", 38, 0),
            Ok(Some(12345678901234567890123456789012345678))
        );
        assert_eq!(
            parse("123456789012345678901234567890123456789", 38, 0),
            Ok(None)
        );
        assert_eq!(parse("1e999", 38, 0), Ok(None));
        assert!(
            parse("x", 10, 2).is_err()
                && parse("", 10, 2).is_err()
                && parse("1.2.3", 10, 2).is_err()
        );
    }

    #[test]
    fn writes_all_decimals() {
        assert_eq!(to_text(-1, 10), "-0.0000000001");
        assert_eq!(to_text(0, 2), "0.00");
        assert_eq!(to_text(1234, 2), "12.34");
    }

    #[test]
    fn result_types_are_those_recorded() {
        assert_eq!(result_type('+', (10, 2), (18, 6)), (19, 6));
        assert_eq!(result_type('*', (10, 2), (19, 0)), (30, 2));
        assert_eq!(result_type('/', (38, 10), (19, 0)), (38, 10));
        assert_eq!(result_type('+', (10, 2), (30, 5)), (31, 5));
        assert_eq!(result_type('/', (38, 2), (19, 0)), (38, 6));
    }

    #[test]
    fn divides_with_rounding() {
        assert_eq!(
            arithmetic('/', (10_000_000_000, 10), (3, 0), (38, 10)),
            Some(3_333_333_333)
        );
        assert_eq!(arithmetic('/', (2, 0), (3, 0), (10, 2)), Some(67));
        assert_eq!(arithmetic('/', (2, 0), (0, 0), (10, 2)), None);
    }
}
