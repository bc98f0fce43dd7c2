//! What a certificate says of itself: who it is for, who issued it, and for how long.

use der::asn1::{AnyRef, GeneralizedTime, ObjectIdentifier, UtcTime};
use der::{DateTime, Decode, Reader, SliceReader, Tag, TagNumber};
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// As far as it can be read.
#[derive(Debug)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    /// The hosts that it is for.
    pub names: Vec<String>,
    pub not_before: DateTime,
    pub not_after: DateTime,
}

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
const ALTERNATIVE_NAMES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");

/// RFC 5280's numbers of kinds of names.
const DNS_NAME: TagNumber = TagNumber(2);
const IP_ADDRESS: TagNumber = TagNumber(7);

impl Certificate {
    pub fn read(bytes: &[u8]) -> der::Result<Certificate> {
        let whole = AnyRef::from_der(bytes)?;
        let mut parts = SliceReader::new(whole.value())?;
        let body = AnyRef::decode(&mut parts)?;
        let mut body = SliceReader::new(body.value())?;
        // The version is left out by certificates of the first one.
        if Tag::peek(&body)?.is_context_specific() {
            AnyRef::decode(&mut body)?;
        }
        let (_serial, _algorithm) = (AnyRef::decode(&mut body)?, AnyRef::decode(&mut body)?);
        let issuer = name(AnyRef::decode(&mut body)?)?;
        let validity = AnyRef::decode(&mut body)?;
        let mut validity = SliceReader::new(validity.value())?;
        let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
        let subject = name(AnyRef::decode(&mut body)?)?;
        let _key = AnyRef::decode(&mut body)?;
        let mut names = Vec::new();
        while !body.is_finished() {
            let part = AnyRef::decode(&mut body)?;
            // Extensions; what may stand before them says nothing.
            if part.header().tag().number() == TagNumber(3) {
                names = alternative_names(part.value())?;
            }
        }
        Ok(Certificate {
            subject,
            issuer,
            names,
            not_before,
            not_after,
        })
    }

    /// How long it is still valid; `None` when it is over.
    pub fn left(&self) -> Option<Duration> {
        self.not_after.unix_duration().checked_sub(now())
    }

    pub fn is_not_yet_valid(&self) -> bool {
        self.not_before.unix_duration() > now()
    }

    pub fn words(&self) -> String {
        let names = match self.names.is_empty() {
            true => String::new(),
            false => format!(", for {}", self.names.join(", ")),
        };
        format!(
            "{}{names}, issued by {}, valid from {} to {}",
            self.subject, self.issuer, self.not_before, self.not_after
        )
    }
}

/// Since 1970.
fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

fn time(reader: &mut SliceReader<'_>) -> der::Result<DateTime> {
    match Tag::peek(reader)? {
        Tag::UtcTime => Ok(UtcTime::decode(reader)?.to_date_time()),
        _ => Ok(GeneralizedTime::decode(reader)?.to_date_time()),
    }
}

/// The words of a name by which people know it.
fn name(value: AnyRef<'_>) -> der::Result<String> {
    let mut found = [None, None, None];
    let mut sets = SliceReader::new(value.value())?;
    while !sets.is_finished() {
        let set = AnyRef::decode(&mut sets)?;
        let mut pairs = SliceReader::new(set.value())?;
        while !pairs.is_finished() {
            let pair = AnyRef::decode(&mut pairs)?;
            let mut pair = SliceReader::new(pair.value())?;
            let kind = ObjectIdentifier::decode(&mut pair)?;
            let text = String::from_utf8_lossy(AnyRef::decode(&mut pair)?.value()).into_owned();
            let kinds = [COMMON_NAME, ORGANIZATION, UNIT];
            if let Some(at) = kinds.iter().position(|k| *k == kind) {
                found[at].get_or_insert(text);
            }
        }
    }
    let words: Vec<String> = found.into_iter().flatten().collect();
    Ok(match words.is_empty() {
        true => "nobody".to_owned(),
        false => format!("`{}`", words.join(", ")),
    })
}

fn alternative_names(extensions: &[u8]) -> der::Result<Vec<String>> {
    let list = AnyRef::from_der(extensions)?;
    let mut list = SliceReader::new(list.value())?;
    let mut names = Vec::new();
    while !list.is_finished() {
        let extension = AnyRef::decode(&mut list)?;
        let mut parts = SliceReader::new(extension.value())?;
        if ObjectIdentifier::decode(&mut parts)? != ALTERNATIVE_NAMES {
            continue;
        }
        let mut content = AnyRef::decode(&mut parts)?;
        if content.header().tag() == Tag::Boolean {
            content = AnyRef::decode(&mut parts)?;
        }
        let all = AnyRef::from_der(content.value())?;
        let mut all = SliceReader::new(all.value())?;
        while !all.is_finished() {
            let one = AnyRef::decode(&mut all)?;
            match one.header().tag().number() {
                DNS_NAME => names.push(String::from_utf8_lossy(one.value()).into_owned()),
                IP_ADDRESS => names.extend(address(one.value()).map(|ip| ip.to_string())),
                _ => {}
            }
        }
    }
    Ok(names)
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        _ => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Self-signed, made by openssl.
    const SAMPLE: &[u8] = include_bytes!("certificate_sample.der");

    #[test]
    fn what_it_says() {
        let read = Certificate::read(SAMPLE).unwrap();
        assert_eq!(read.subject, "`db.example.com, Example`");
        assert_eq!(read.issuer, read.subject);
        assert_eq!(read.names, ["db.example.com", "192.0.2.7", "2001:db8::7"]);
        let years = read.not_after.year() - read.not_before.year();
        assert!((9..=10).contains(&years) && !read.is_not_yet_valid());
    }

    #[test]
    fn what_is_broken_is_an_error_at_most() {
        for end in 0..SAMPLE.len() {
            assert!(Certificate::read(&SAMPLE[..end]).is_err());
        }
        for at in 0..SAMPLE.len() {
            for bit in 0..8 {
                let mut broken = SAMPLE.to_vec();
                broken[at] ^= 1 << bit;
                let _ = Certificate::read(&broken);
            }
        }
    }
}
