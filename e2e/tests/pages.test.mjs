// What the content-security policy and Chromium 81 would refuse is found here in the sources, before a page shows it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '../../crates/web');

function templates(folder = join(web, 'templates')) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return templates(path);
    return path.endsWith('.html') ? [path] : [];
  });
}

/** Lines of the files that match, as "file:line: text". */
function lines(files, pattern) {
  return files.flatMap((file) => readFileSync(file, 'utf8').split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file.slice(web.length + 1)}:${index + 1}: ${line.trim()}`] : [])));
}

test('no template carries style or script of its own', () => {
  assert.deepEqual(lines(templates(), /\sstyle=|<style|<script(?! src="\/assets\/)|\son[a-z]+="|javascript:/i), []);
});

test('no template names an address outside', () => {
  assert.deepEqual(lines(templates(), /(?:src|href|action)="(?:https?:)?\/\//i), []);
});

test('no template uses what Chromium 81 lays out wrongly', () => {
  assert.deepEqual(lines(templates(), /class="[^"]*\b(?:gap-[0-9x]|row-gap|column-gap|hstack|vstack|ratio)\b|<dialog/), []);
});

test('every form that posts proves that it is ours', () => {
  // Before signing in there is no session that a foreign page could borrow.
  const bare = templates().flatMap((file) => {
    const forms = readFileSync(file, 'utf8').match(/<form[^>]*method="post"[\s\S]*?<\/form>/gi) || [];
    return forms.filter((form) => !/csrf|action="\/sign-in"/.test(form)).map((form) => `${file.slice(web.length + 1)}: ${form.slice(0, 80)}`);
  });
  assert.deepEqual(bare, []);
});

test('every icon that a template names is in the sprite', () => {
  const known = new Set(JSON.parse(readFileSync(join(web, 'npm/icons.json'), 'utf8')));
  const named = templates().flatMap((file) => Array.from(readFileSync(file, 'utf8').matchAll(/(?:\bicon\(|symbol = |\bempty\()"([a-z0-9-]+)"/g), (found) => found[1]));
  assert.deepEqual([...new Set(named)].filter((name) => !known.has(name)), []);
});

test('the style sheet keeps to what Chromium 81 knows', () => {
  const css = readFileSync(join(web, 'assets/app.css'), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  assert.deepEqual(css.match(/:is\(|:where\(|:has\(|@layer|@container|color-mix|aspect-ratio|\binset:|:focus-visible|margin-inline:|padding-inline:|&:/g), null);
  const flexed = css.match(/[^{}]+\{[^{}]*display:\s*(?:inline-)?flex[^{}]*\}/g).filter((rule) => /[^-]gap:/.test(rule));
  assert.deepEqual(flexed, []);
});
