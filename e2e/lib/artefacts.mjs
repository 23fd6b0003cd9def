// Where pictures and prints of a run are kept.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'artefacts');

export function artefact(name) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}
