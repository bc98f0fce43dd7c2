//! Geometry: well-known text to well-known binary (little endian) and back.

const KINDS: [&str; 3] = ["POINT", "LINESTRING", "POLYGON"];

/// WKB of a POINT, LINESTRING or POLYGON; None if the text is not one.
pub fn from_text(text: &str) -> Option<Vec<u8>> {
    let t = text.trim();
    let open = t.find('(')?;
    let kind = KINDS
        .iter()
        .position(|k| k.eq_ignore_ascii_case(t[..open].trim()))?;
    let inner = t[open..].strip_prefix('(')?.strip_suffix(')')?;
    let mut out = vec![1u8];
    out.extend_from_slice(&(kind as u32 + 1).to_le_bytes());
    match kind {
        0 => point(inner, &mut out)?,
        1 => points(inner, 2, &mut out)?,
        _ => {
            let rings: Vec<&str> = inner
                .split_inclusive(')')
                .map(|r| r.trim_start_matches([',', ' ']))
                .filter(|r| !r.trim().is_empty())
                .collect();
            out.extend_from_slice(&(rings.len() as u32).to_le_bytes());
            for r in &rings {
                let ring = r.trim().strip_prefix('(')?.strip_suffix(')')?;
                let start = out.len() + 4;
                points(ring, 4, &mut out)?;
                if out[start..start + 16] != out[out.len() - 16..] {
                    return None;
                }
            }
            if rings.is_empty() {
                return None;
            }
        }
    }
    Some(out)
}

fn points(list: &str, least: usize, out: &mut Vec<u8>) -> Option<()> {
    let all: Vec<&str> = list.split(',').collect();
    if all.len() < least {
        return None;
    }
    out.extend_from_slice(&(all.len() as u32).to_le_bytes());
    all.iter().try_for_each(|p| point(p, out))
}

fn point(text: &str, out: &mut Vec<u8>) -> Option<()> {
    let xy: Vec<f64> = text
        .split_whitespace()
        .map(|n| n.parse().ok())
        .collect::<Option<_>>()?;
    if xy.len() != 2 || xy.iter().any(|n| !n.is_finite()) {
        return None;
    }
    xy.iter()
        .for_each(|n| out.extend_from_slice(&n.to_le_bytes()));
    Some(())
}

/// Text of WKB as ST_AsText writes it, six decimals.
pub fn to_text(wkb: &[u8]) -> Option<String> {
    let mut r = Reader { b: wkb };
    if r.take(1)? != [1] {
        return None;
    }
    let kind = r.u32()?.checked_sub(1)? as usize;
    let body = match kind {
        0 => format!("({})", r.point()?),
        1 => r.points()?,
        2 => {
            let n = r.u32()?;
            let rings: Vec<String> = (0..n).map(|_| r.points()).collect::<Option<_>>()?;
            format!("({})", rings.join(", "))
        }
        _ => return None,
    };
    Some(format!("{} {body}", KINDS[kind]))
}

/// Whether bytes are well-known binary. Of kinds that have no text here only the head is looked at.
pub fn is_wkb(b: &[u8]) -> bool {
    match b {
        [1, 1..=3, 0, 0, 0, ..] => to_text(b).is_some(),
        [1, 4..=7, 0, 0, 0, ..] => true,
        _ => false,
    }
}

struct Reader<'a> {
    b: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.b.split_at_checked(n)?;
        self.b = rest;
        Some(head)
    }
    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }
    fn f64(&mut self) -> Option<f64> {
        self.take(8)?.try_into().ok().map(f64::from_le_bytes)
    }
    fn point(&mut self) -> Option<String> {
        Some(format!("{:.6} {:.6}", self.f64()?, self.f64()?))
    }
    fn points(&mut self) -> Option<String> {
        let n = self.u32()?;
        let all: Vec<String> = (0..n).map(|_| self.point()).collect::<Option<_>>()?;
        Some(format!("({})", all.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::unhex;

    #[test]
    fn encodes_what_was_recorded() {
        let hex = "0101000000000000000000f83f00000000000002c0";
        assert_eq!(from_text("POINT(1.5 -2.25)"), unhex(hex));
        let ring = "01030000000100000004000000000000000000000000000000000000000000000000000000000000000000f03f000000000000f03f000000000000f03f00000000000000000000000000000000";
        assert_eq!(from_text("POLYGON((0 0, 0 1, 1 1, 0 0))"), unhex(ring));
        for bad in [
            "POINT(1)",
            "nothing",
            "",
            "POINT(1 2",
            "LINESTRING(0 0)",
            "POLYGON((0 0, 0 1, 1 1, 2 2))",
            "POLYGON()",
            "POINT(x y)",
        ] {
            assert_eq!(from_text(bad), None, "{bad}");
        }
    }

    #[test]
    fn writes_text_back() {
        let line = from_text("linestring (0 0, 1 1, 2 2)").unwrap();
        assert_eq!(
            to_text(&line).unwrap(),
            "LINESTRING (0.000000 0.000000, 1.000000 1.000000, 2.000000 2.000000)"
        );
        let ring = from_text("POLYGON((0 0, 0 1, 1 1, 0 0))").unwrap();
        assert_eq!(to_text(&ring).unwrap(), "POLYGON ((0.000000 0.000000, 0.000000 1.000000, 1.000000 1.000000, 0.000000 0.000000))");
        assert_eq!(to_text(&[1, 2, 0, 0, 0, 255, 255, 255, 255]), None);
    }
}
