// Small files of the kinds that offices upload: made here, so that no test depends on a picture in the repository.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  const check = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A picture of a building site, as far as a few rectangles go: sky, earth, a foundation pit. */
export function png(width = 240, height = 160) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const pit = y > height * 0.6 && x > width * 0.2 && x < width * 0.8;
      const colour = y < height * 0.45 ? [186, 208, 226] : pit ? [120, 112, 104] : [181, 150, 110];
      rows.set(colour, y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A PDF of one page with one line. */
export function pdf(line = 'Sample document') {
  const stream = `BT /F1 16 Tf 60 760 Td (${line}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  return Buffer.from(`${text}xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`, 'latin1');
}

/** Chinese text as older spreadsheet programs save it. Node only decodes GB18030, so its two-byte table is turned round. */
export function gb18030(text) {
  const decoder = new TextDecoder('gb18030');
  const codes = new Map();
  for (let first = 0x81; first <= 0xfe; first += 1) {
    for (let second = 0x40; second <= 0xfe; second += 1) {
      if (second !== 0x7f) codes.set(decoder.decode(Uint8Array.of(first, second)), [first, second]);
    }
  }
  return Buffer.from(Array.from(text).flatMap((letter) => (letter.codePointAt(0) < 0x80 ? [letter.codePointAt(0)] : codes.get(letter))));
}

/** A folder of files to choose from; `remove()` when the walk is over. */
export function folderOf(files) {
  const folder = mkdtempSync(join(tmpdir(), 'luodi-files-'));
  const paths = {};
  for (const [name, content] of Object.entries(files)) {
    paths[name] = join(folder, name);
    writeFileSync(paths[name], content);
  }
  return { paths, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
