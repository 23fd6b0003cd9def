//! Evidence for sample projects: small pictures and one-page documents that open in any viewer and cannot be taken
//! for real ones. A picture shows a plainly drawn scene; a document says SAMPLE in large letters.

/// What is to be shown as evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// 基坑或地基.
    Foundation,
    /// 生产线.
    Line,
    /// 产品.
    Product,
    /// 走访现场.
    Visit,
    /// Any document.
    Document,
}

impl Evidence {
    /// All kinds.
    pub(super) const ALL: [Evidence; 5] = [
        Evidence::Foundation,
        Evidence::Line,
        Evidence::Product,
        Evidence::Visit,
        Evidence::Document,
    ];

    /// File name, which says that it is a sample.
    pub(super) fn name(self) -> &'static str {
        match self {
            Evidence::Foundation => "样例-施工现场.png",
            Evidence::Line => "样例-生产线.png",
            Evidence::Product => "样例-产品.png",
            Evidence::Visit => "样例-走访现场.png",
            Evidence::Document => "样例-文书.pdf",
        }
    }

    /// The file.
    pub(super) fn content(self) -> Vec<u8> {
        match self {
            Evidence::Foundation => png(foundation),
            Evidence::Line => png(line),
            Evidence::Product => png(product),
            Evidence::Visit => png(visit),
            Evidence::Document => document(),
        }
    }
}

const WIDTH: usize = 320;
const HEIGHT: usize = 200;
/// Two pixels to a byte.
const ROW_BYTES: usize = WIDTH / 2;

/// Sky, ground, pit, steel, wall, light, person, shade.
const PALETTE: [[u8; 3]; 8] = [
    [0xcf, 0xe2, 0xf2],
    [0xc9, 0xb2, 0x8a],
    [0x8a, 0x6d, 0x48],
    [0x5b, 0x6b, 0x7a],
    [0xee, 0xee, 0xea],
    [0xf2, 0xc1, 0x4e],
    [0x2f, 0x5d, 0x8c],
    [0x3a, 0x3f, 0x45],
];
const SKY: u8 = 0;
const GROUND: u8 = 1;
const PIT: u8 = 2;
const STEEL: u8 = 3;
const WALL: u8 = 4;
const LIGHT: u8 = 5;
const PERSON: u8 = 6;
const SHADE: u8 = 7;

fn within(value: usize, from: usize, to: usize) -> bool {
    (from..to).contains(&value)
}

/// A pit with rows of piles, a crane behind it.
fn foundation(x: usize, y: usize) -> u8 {
    let crane = within(x, 236, 242) && y > 20 || within(y, 20, 26) && within(x, 150, 280);
    let pit = y > 120 && within(x, 40 + (y - 120) / 2, 280 - (y - 120) / 2);
    let pile = pit && x % 28 < 6 && y < 180;
    match (pile, pit, crane && y < 110, y < 110) {
        (true, ..) => STEEL,
        (_, true, ..) => PIT,
        (.., true, _) => LIGHT,
        (.., true) => SKY,
        _ => GROUND,
    }
}

/// A hall with a belt and machines on it.
fn line(x: usize, y: usize) -> u8 {
    let machine = within(y, 80, 130) && x % 70 < 44 && x > 10;
    let window = machine && within(y, 92, 106) && within(x % 70, 8, 30);
    match y {
        _ if window => SKY,
        _ if machine => STEEL,
        0..24 => SHADE,
        130..146 => SHADE,
        146..200 => GROUND,
        _ if y < 40 && x % 80 < 40 => LIGHT,
        _ => WALL,
    }
}

/// Boxes on a pallet.
fn product(x: usize, y: usize) -> u8 {
    let stack = within(x, 70, 250) && within(y, 60, 160);
    let gap = (x - x.min(70)) % 45 < 2 || (y - y.min(60)) % 33 < 2;
    match (stack, gap, within(y, 160, 170) && within(x, 60, 260)) {
        (true, true, _) => PIT,
        (true, false, _) => GROUND,
        (_, _, true) => SHADE,
        _ if y > 165 => STEEL,
        _ => WALL,
    }
}

/// Three figures before a building.
fn visit(x: usize, y: usize) -> u8 {
    let figure = [110, 160, 210].into_iter().any(|middle: usize| {
        let from_middle = x.abs_diff(middle);
        let head = from_middle.pow(2) + y.abs_diff(112).pow(2) < 100;
        head || from_middle < 14 && within(y, 124, 172)
    });
    let building = within(x, 30, 290) && within(y, 40, 150);
    let window = building && x % 32 < 16 && y % 30 < 14;
    match (figure, window, building, y > 150) {
        (true, ..) => PERSON,
        (_, true, ..) => SKY,
        (_, _, true, _) => WALL,
        (.., true) => GROUND,
        _ => SKY,
    }
}

/// A PNG with a palette; its pixels are stored without compression, which every viewer reads.
fn png(scene: fn(usize, usize) -> u8) -> Vec<u8> {
    let mut rows = Vec::with_capacity((ROW_BYTES + 1) * HEIGHT);
    for y in 0..HEIGHT {
        rows.push(0);
        rows.extend(
            (0..WIDTH)
                .step_by(2)
                .map(|x| scene(x, y) << 4 | scene(x + 1, y)),
        );
    }
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend((WIDTH as u32).to_be_bytes());
    header.extend((HEIGHT as u32).to_be_bytes());
    // Four bits a pixel, palette, the only compression and filter there are, not interlaced.
    header.extend([4, 3, 0, 0, 0]);
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"PLTE", PALETTE.as_flattened());
    chunk(&mut file, b"IDAT", &stored(&rows));
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    let checked = [kind.as_slice(), content].concat();
    file.extend((content.len() as u32).to_be_bytes());
    file.extend(&checked);
    file.extend(crc32(&checked).to_be_bytes());
}

/// A zlib stream of stored blocks.
fn stored(content: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = content.chunks(usize::from(u16::MAX));
    let last = blocks.len().saturating_sub(1);
    for (index, block) in blocks.enumerate() {
        // INVARIANT: a block is no longer than u16::MAX.
        let length = block.len() as u16;
        stream.push(u8::from(index == last));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(content).to_be_bytes());
    stream
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let mask = 0_u32.wrapping_sub(crc & 1);
            crc >> 1 ^ 0xedb8_8320 & mask
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    high << 16 | low
}

/// A PDF of one page in a font that every viewer has.
fn document() -> Vec<u8> {
    let page = "q 0.75 0.1 0.1 RG 6 w 60 560 475 150 re S Q\n\
                BT /F1 72 Tf 0.75 0.1 0.1 rg 125 605 Td (SAMPLE) Tj ET\n\
                BT /F1 16 Tf 0.2 0.2 0.2 rg 60 510 Td (luodi sample installation) Tj 0 -26 Td (This is not a real document.) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
         /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = Vec::with_capacity(objects.len());
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let table = file.len();
    let lines: String = places
        .iter()
        .map(|place| format!("{place:010} 00000 n \n"))
        .collect();
    file.push_str(&format!(
        "xref\n0 {}\n0000000000 65535 f \n{lines}",
        objects.len() + 1
    ));
    file.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    ));
    file.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::{FileKind, UploadLimits, check_upload};

    #[test]
    fn every_sample_file_passes_the_check_of_uploads() {
        for evidence in Evidence::ALL {
            let checked = check_upload(
                evidence.name(),
                &evidence.content(),
                &UploadLimits::default(),
            )
            .unwrap();
            let expected = if evidence == Evidence::Document {
                FileKind::Pdf
            } else {
                FileKind::Png
            };
            assert_eq!(checked.kind, expected, "{evidence:?}");
            assert!(checked.name.starts_with("样例"));
        }
    }

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }
}
