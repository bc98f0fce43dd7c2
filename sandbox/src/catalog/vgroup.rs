//! Which vgroup a table belongs to: the hash of its name, in a hash space divided evenly among a database's vgroups.

const HASH_SEED: u32 = 0x1234_5678;
/// A database without VGROUPS has this many.
pub const DEFAULT: usize = 2;
pub const MAX: usize = 1024;

/// The place, among `count` vgroups in ascending order, of a table.
pub fn place(db: &str, table: &str, count: usize) -> usize {
    let width = u32::MAX / count.max(1) as u32;
    let hash = murmur3(format!("1.{db}.{table}").as_bytes());
    ((hash / width) as usize).min(count.saturating_sub(1))
}

/// MurmurHash3, the 32-bit form.
fn murmur3(key: &[u8]) -> u32 {
    let mix = |word: u32| {
        let word = word.wrapping_mul(0xcc9e_2d51).rotate_left(15);
        word.wrapping_mul(0x1b87_3593)
    };
    let mut h = HASH_SEED;
    for part in key.chunks(4) {
        let mut word = [0; 4];
        word[..part.len()].copy_from_slice(part);
        h ^= mix(u32::from_le_bytes(word));
        if part.len() == 4 {
            h = h.rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
        }
    }
    h ^= key.len() as u32;
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_has_a_vgroup() {
        for count in 1..9 {
            let mut seen = vec![0; count];
            for i in 0..1000 {
                seen[place("d", &format!("t{i}"), count)] += 1;
            }
            assert!(seen.iter().all(|n| *n > 1000 / count / 2), "{seen:?}");
        }
    }
}
