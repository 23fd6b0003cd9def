// Copies what the pages use from node_modules into ../assets/vendor, from where the program embeds it. Runs after
// `npm ci`; touches nothing outside that folder. The icons of icons.json become one sprite, so that a page costs one
// request for all of them and markup stays free of drawing.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const vendor = join(here, '..', 'assets', 'vendor');

const files = [
  ['bootstrap/dist/css/bootstrap.min.css', 'bootstrap.min.css'],
  ['bootstrap/LICENSE', 'bootstrap.LICENSE.txt'],
  ['htmx.org/dist/htmx.min.js', 'htmx.min.js'],
  ['htmx.org/LICENSE', 'htmx.LICENSE.txt'],
  ['@tabler/icons/LICENSE', 'tabler-icons.LICENSE.txt'],
];

function fail(message) {
  process.stderr.write(`错误：${message}\n`);
  process.exit(1);
}

/** One icon file as a <symbol>; the stroke comes from the page's style, so only the shape is kept. */
function symbol(name) {
  const path = join(modules, '@tabler/icons/icons/outline', `${name}.svg`);
  if (!existsSync(path)) fail(`@tabler/icons 里没有图标“${name}”，请修改 crates/web/npm/icons.json。`);
  const shape = readFileSync(path, 'utf8')
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<path stroke="none"[^>]*\/>/g, '')
    .replace(/\s*\n\s*/g, '')
    .replace(/ \/>/g, '/>');
  return `<symbol id="${name}" viewBox="0 0 24 24">${shape}</symbol>`;
}

if (!existsSync(modules)) fail('还没有安装前端依赖。请先运行 make assets（它会执行 npm ci）。');

const names = JSON.parse(readFileSync(join(here, 'icons.json'), 'utf8'));
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join('\n')}</svg>\n`;

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
for (const [from, to] of files) {
  if (!existsSync(join(modules, from))) fail(`缺少 ${from}，请重新运行 make assets。`);
  copyFileSync(join(modules, from), join(vendor, to));
}
// The source map comment would make developer tools ask for a file that is not served.
const css = join(vendor, 'bootstrap.min.css');
writeFileSync(css, readFileSync(css, 'utf8').replace(/\/\*# sourceMappingURL=.*?\*\//, ''));
writeFileSync(join(vendor, 'icons.svg'), sprite);
process.stdout.write(`已写入 ${files.length + 1} 个文件到 crates/web/assets/vendor（图标 ${names.length} 个）\n`);
