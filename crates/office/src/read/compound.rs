//! Just enough of the compound file format (MS-CFB) to see which streams a binary file holds and to look through the
//! workbook stream before the reader of the library allocates memory by what the file declares.

use std::collections::HashMap;

const END: u32 = 0xffff_fffa;

/// A compound file over the bytes of an upload.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini_stream: Vec<u8>,
    mini_cutoff: u32,
    entries: HashMap<String, (u32, u64)>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(pair.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    (0..bytes.len() / 4).filter_map(|index| u32_at(bytes, index * 4))
}

impl<'a> Compound<'a> {
    /// Reads header, allocation tables and directory; `None` when they are broken.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 30)?;
        if !matches!(shift, 9 | 12) {
            return None;
        }
        let mut compound = Self {
            bytes,
            sector: 1 << shift,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini_stream: Vec::new(),
            mini_cutoff: u32_at(bytes, 56)?,
            entries: HashMap::new(),
        };
        compound.fat = compound.read_fat()?;
        let directory = compound.chain(u32_at(bytes, 48)?)?;
        let root = compound.read_directory(&directory)?;
        compound.mini_fat = words(&compound.chain(u32_at(bytes, 60)?)?).collect();
        compound.mini_stream = compound.chain(root)?;
        Some(compound)
    }

    fn sector_at(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// The table of sectors; its own sectors are listed in the header and, for large files, in a chain.
    fn read_fat(&self) -> Option<Vec<u32>> {
        let mut ids: Vec<u32> = words(self.bytes.get(76..512)?).collect();
        let mut next = u32_at(self.bytes, 68)?;
        let most = self.bytes.len() / self.sector + 1;
        for _ in 0..most {
            if next >= END {
                break;
            }
            ids.extend(words(self.sector_at(next)?));
            next = ids.pop()?;
        }
        let mut fat = Vec::new();
        for id in ids.into_iter().filter(|id| *id < END).take(most) {
            fat.extend(words(self.sector_at(id)?));
        }
        Some(fat)
    }

    /// The bytes of a chain of sectors; a chain that runs in a circle is broken.
    fn chain(&self, first: u32) -> Option<Vec<u8>> {
        let mut data = Vec::new();
        let mut id = first;
        while id < END {
            if data.len() > self.bytes.len() {
                return None;
            }
            data.extend_from_slice(self.sector_at(id)?);
            id = *self.fat.get(id as usize)?;
        }
        Some(data)
    }

    /// Fills the entries and returns the first sector of the stream of small streams.
    fn read_directory(&mut self, directory: &[u8]) -> Option<u32> {
        let mut root = END;
        for entry in directory.chunks_exact(128) {
            let units = (u16_at(entry, 64)? as usize / 2).saturating_sub(1).min(31);
            let name: Vec<u16> = (0..units).filter_map(|i| u16_at(entry, i * 2)).collect();
            let first = u32_at(entry, 116)?;
            // In files with 512-byte sectors the upper half of the length is not defined.
            let length = u64::from(u32_at(entry, 120)?);
            match entry[66] {
                5 => root = first,
                1 | 2 => {
                    self.entries
                        .insert(String::from_utf16_lossy(&name), (first, length));
                }
                _ => {}
            }
        }
        Some(root)
    }

    /// Whether a stream or storage of this name exists anywhere.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The bytes of a stream.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let &(first, length) = self.entries.get(name)?;
        let mut data = if length < u64::from(self.mini_cutoff) {
            self.mini_chain(first)?
        } else {
            self.chain(first)?
        };
        data.truncate(usize::try_from(length).ok()?);
        Some(data)
    }

    fn mini_chain(&self, first: u32) -> Option<Vec<u8>> {
        const MINI: usize = 64;
        let mut data = Vec::new();
        let mut id = first;
        while id < END {
            if data.len() > self.mini_stream.len() {
                return None;
            }
            let start = (id as usize).checked_mul(MINI)?;
            let end = start.checked_add(MINI)?.min(self.mini_stream.len());
            data.extend_from_slice(self.mini_stream.get(start..end)?);
            id = *self.mini_fat.get(id as usize)?;
        }
        Some(data)
    }
}

/// What looking through the records of a workbook stream found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Records {
    /// Opened by a password only.
    pub(super) encrypted: bool,
    /// A sheet written in the macro language of Excel 4.
    pub(super) macro_sheet: bool,
    /// Cells of the rectangle around all used and all declared cells, summed over the sheets.
    pub(super) area: u64,
}

/// Records that begin with row and column of a cell.
const CELL_RECORDS: [u16; 9] = [
    0x0006, 0x00bd, 0x00be, 0x00d6, 0x00fd, 0x0203, 0x0204, 0x0205, 0x027e,
];

/// Looks through the records of a workbook stream.
pub(super) fn scan(stream: &[u8]) -> Records {
    let mut found = Records::default();
    let (mut at, mut rows, mut columns) = (0, 0_u64, 0_u64);
    while let (Some(kind), Some(length)) = (u16_at(stream, at), u16_at(stream, at + 2)) {
        let data = stream.get(at + 4..at + 4 + length as usize).unwrap_or(&[]);
        match kind {
            0x002f => found.encrypted |= u16_at(data, 0) != Some(0),
            // BOUNDSHEET: the low byte of the third word is the kind of sheet, 1 for a macro sheet.
            0x0085 => found.macro_sheet |= data.get(5) == Some(&1),
            0x0809 => {
                found.area = found.area.saturating_add(rows * columns);
                (rows, columns) = (0, 0);
            }
            0x0200 if data.len() >= 14 => {
                rows = rows.max(u64::from(u32_at(data, 4).unwrap_or(0)));
                columns = columns.max(u64::from(u16_at(data, 10).unwrap_or(0)));
            }
            _ if CELL_RECORDS.contains(&kind) => {
                rows = rows.max(u64::from(u16_at(data, 0).unwrap_or(0)) + 1);
                let width = if kind == 0x00bd {
                    data.len() as u64 / 6
                } else {
                    1
                };
                columns = columns.max(u64::from(u16_at(data, 2).unwrap_or(0)) + width);
            }
            _ => {}
        }
        at += 4 + length as usize;
    }
    found.area = found.area.saturating_add(rows.saturating_mul(columns));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let head = [kind.to_le_bytes(), (data.len() as u16).to_le_bytes()].concat();
        [&head, data].concat()
    }

    fn words(values: &[u16]) -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    #[test]
    fn passwords_and_macro_sheets_are_seen_in_the_records() {
        let password = record(0x002f, &words(&[1, 1, 1]));
        assert!(scan(&password).encrypted);
        let macro_sheet = record(0x0085, &[0, 0, 0, 0, 0, 1, 1, 0, b'a']);
        assert!(scan(&macro_sheet).macro_sheet);
        assert_eq!(
            scan(&record(0x0085, &[0, 0, 0, 0, 0, 0, 1, 0, b'a'])),
            Records::default()
        );
    }

    #[test]
    fn the_area_counts_declared_and_used_cells_of_every_sheet() {
        let sheet = record(0x0809, &words(&[0x0600, 0x0010]));
        // Declared: rows 0 to 9, columns 0 to 3.
        let dimensions = record(0x0200, &words(&[0, 0, 10, 0, 0, 4, 0]));
        // Used: row 99, column 9.
        let number = record(0x0203, &words(&[99, 9, 0, 0, 0, 0, 0]));
        let stream = [sheet.clone(), dimensions, sheet, number].concat();
        assert_eq!(scan(&stream).area, 40 + 1000);
    }

    #[test]
    fn a_record_cut_short_ends_the_look() {
        assert_eq!(scan(&[0x03, 0x02, 0xff]), Records::default());
        assert_eq!(scan(&[0x03, 0x02, 0xff, 0xff, 0x01]).area, 1);
        assert!(Compound::open(b"\xd0\xcf\x11\xe0").is_none());
    }
}
