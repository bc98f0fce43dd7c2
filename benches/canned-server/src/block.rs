//! Encodes a raw block: the memory that `taos_fetch_raw_block` hands to a C caller, and what the adapter sends.

/// One column's cells. `None` is NULL.
pub enum Cells {
    Bool(Vec<Option<bool>>),
    Int(Vec<Option<i32>>),
    BigInt(Vec<Option<i64>>),
    Float(Vec<Option<f32>>),
    Double(Vec<Option<f64>>),
    Timestamp(Vec<Option<i64>>),
    Varchar(Vec<Option<String>>),
    Nchar(Vec<Option<String>>),
}

pub struct Column {
    pub name: &'static str,
    /// The declared length of VARCHAR (bytes) and NCHAR (characters); unused for the others.
    pub length: u32,
    pub cells: Cells,
}

impl Column {
    pub fn type_code(&self) -> u8 {
        match self.cells {
            Cells::Bool(_) => 1,
            Cells::Int(_) => 4,
            Cells::BigInt(_) => 5,
            Cells::Float(_) => 6,
            Cells::Double(_) => 7,
            Cells::Varchar(_) => 8,
            Cells::Timestamp(_) => 9,
            Cells::Nchar(_) => 10,
        }
    }

    /// What `fields_lengths` of the query reply says: the length that a user declared.
    pub fn user_length(&self) -> u32 {
        match self.cells {
            Cells::Bool(_) => 1,
            Cells::Int(_) | Cells::Float(_) => 4,
            Cells::BigInt(_) | Cells::Double(_) | Cells::Timestamp(_) => 8,
            Cells::Varchar(_) | Cells::Nchar(_) => self.length,
        }
    }

    /// What the block's own schema says: room for the cell with its length prefix, four bytes per NCHAR character.
    pub fn schema_bytes(&self) -> u32 {
        match self.cells {
            Cells::Varchar(_) => self.length + 2,
            Cells::Nchar(_) => 4 * self.length + 2,
            _ => self.user_length(),
        }
    }

    /// Null bitmap or offsets, and data.
    fn encode(&self) -> (Vec<u8>, Vec<u8>) {
        match &self.cells {
            Cells::Bool(cells) => fixed(cells, |v| [u8::from(v)]),
            Cells::Int(cells) => fixed(cells, i32::to_le_bytes),
            Cells::BigInt(cells) | Cells::Timestamp(cells) => fixed(cells, i64::to_le_bytes),
            Cells::Float(cells) => fixed(cells, f32::to_le_bytes),
            Cells::Double(cells) => fixed(cells, f64::to_le_bytes),
            Cells::Varchar(cells) => variable(cells, |text| text.as_bytes().to_vec()),
            Cells::Nchar(cells) => variable(cells, |text| {
                text.chars()
                    .flat_map(|c| u32::from(c).to_le_bytes())
                    .collect()
            }),
        }
    }
}

fn fixed<T: Copy + Default, const N: usize>(
    cells: &[Option<T>],
    bytes: impl Fn(T) -> [u8; N],
) -> (Vec<u8>, Vec<u8>) {
    let mut bitmap = vec![0; cells.len().div_ceil(8)];
    let mut data = Vec::with_capacity(cells.len() * N);
    for (row, cell) in cells.iter().enumerate() {
        if cell.is_none() {
            bitmap[row / 8] |= 0x80 >> (row % 8);
        }
        data.extend_from_slice(&bytes(cell.unwrap_or_default()));
    }
    (bitmap, data)
}

fn variable(cells: &[Option<String>], bytes: impl Fn(&str) -> Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let mut offsets = Vec::with_capacity(cells.len() * 4);
    let mut data = Vec::new();
    for cell in cells {
        let offset = cell.as_ref().map_or(-1, |_| data.len() as i32);
        offsets.extend_from_slice(&offset.to_le_bytes());
        if let Some(text) = cell {
            let cell = bytes(text);
            data.extend_from_slice(&(cell.len() as u16).to_le_bytes());
            data.extend_from_slice(&cell);
        }
    }
    (offsets, data)
}

/// The whole block, all lengths little-endian as they are over WebSocket.
pub fn encode(rows: usize, columns: &[Column]) -> Vec<u8> {
    let encoded: Vec<_> = columns.iter().map(Column::encode).collect();
    let content: usize = encoded.iter().map(|(m, d)| m.len() + d.len()).sum();
    let total = 28 + 9 * columns.len() + content + 1;
    let mut block = Vec::with_capacity(total);
    let int = |block: &mut Vec<u8>, value: u32| block.extend_from_slice(&value.to_le_bytes());
    int(&mut block, 1);
    int(&mut block, total as u32);
    int(&mut block, rows as u32);
    int(&mut block, columns.len() as u32);
    // The flag "column info present", then the group id, which means nothing to a client.
    int(&mut block, 0x8000_0000);
    block.extend_from_slice(&[0; 8]);
    for column in columns {
        block.push(column.type_code());
        int(&mut block, column.schema_bytes());
    }
    for (_, data) in &encoded {
        int(&mut block, data.len() as u32);
    }
    for (meta, data) in &encoded {
        block.extend_from_slice(meta);
        block.extend_from_slice(data);
    }
    block.push(0);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the protocol reference, which the adapter's own parser has decoded back.
    #[test]
    fn encodes_the_worked_example() {
        let text = |s: &str| Some(s.to_owned());
        let columns = [
            Column {
                name: "ts",
                length: 0,
                cells: Cells::Timestamp(
                    [0, 1000, 2000].map(|n| Some(1_700_000_000_000 + n)).into(),
                ),
            },
            Column {
                name: "v",
                length: 0,
                cells: Cells::Int(vec![Some(10), None, Some(-1)]),
            },
            Column {
                name: "s",
                length: 16,
                cells: Cells::Varchar(vec![text("abc"), None, text("")]),
            },
            Column {
                name: "n",
                length: 8,
                cells: Cells::Nchar(vec![text("\u{e9}\u{4e2d}"), None, text("x")]),
            },
        ];
        let expected = "
            01000000 96000000 03000000 04000000 00000080 0000000000000000 0908000000 0404000000 0812000000 0a22000000
            18000000 0c000000 07000000 10000000 00 0068e5cf8b010000 e86be5cf8b010000 d06fe5cf8b010000
            40 0a000000 00000000 ffffffff 00000000 ffffffff 05000000 0300616263 0000
            00000000 ffffffff 0a000000 0800 e9000000 2d4e0000 0400 78000000 00";
        let hex: String = encode(3, &columns)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(hex, expected.split_whitespace().collect::<String>());
    }
}
