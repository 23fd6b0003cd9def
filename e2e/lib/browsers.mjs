// The two browsers of the tests: today's Chromium of the system, and Chromium 81, which stands for government desktops.
// Both are driven over the same protocol by the same code, so that one path is walked in both.
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { Connection } from './connection.mjs';
import { Page } from './page.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const common = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-extensions', '--hide-scrollbars', '--mute-audio',
  '--disable-dev-shm-usage', '--lang=zh-CN', '--remote-debugging-port=0',
];

/** Chromium of the system; CHROMIUM names another one. */
async function modernBinary() {
  const binary = process.env.CHROMIUM || '/usr/bin/chromium';
  if (!existsSync(binary)) throw new Error(`没有找到浏览器 ${binary}，请先运行 scripts/setup.sh。`);
  return binary;
}

/** Chromium 81 comes packed inside an npm package and is unpacked once. */
async function oldBinary() {
  const packed = join(root, 'node_modules/chrome-aws-lambda/bin/chromium.br');
  const binary = join(root, 'node_modules/.cache/chromium-81/chromium');
  if (existsSync(binary)) return binary;
  if (!existsSync(packed)) throw new Error('没有找到 Chromium 81，请先在 e2e 目录运行 npm ci。');
  mkdirSync(dirname(binary), { recursive: true });
  const half = `${binary}.${process.pid}`;
  await pipeline(createReadStream(packed), createBrotliDecompress(), createWriteStream(half, { mode: 0o755 }));
  renameSync(half, binary);
  return binary;
}

/** What the tests run in: `for (const kind of kinds)`. */
export const kinds = [
  { name: 'chromium', title: '今天的 Chromium', binary: modernBinary, args: common },
  // Without --single-process, which allows only one cookie jar in this version: each person needs one.
  { name: 'chromium-81', title: 'Chromium 81', binary: oldBinary, args: common },
];

/** Waits for the line in which the browser says where it listens. */
function listening(process_) {
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => reject(new Error(`浏览器 30 秒内没有启动：\n${said}`)), 30_000);
    process_.once('exit', (code) => reject(new Error(`浏览器没有启动（退出码 ${code}）：\n${said}`)));
    process_.stderr.on('data', (chunk) => {
      said += chunk;
      const found = /DevTools listening on (ws:\S+)/.exec(said);
      if (found) {
        clearTimeout(late);
        resolve(found[1]);
      }
    });
  });
}

/** The browser leads a process group of its own, so that its children end with it. */
function killGroup(process_) {
  try {
    process.kill(-process_.pid, 'SIGKILL');
  } catch {
    process_.kill('SIGKILL');
  }
}

/** Children that are just ending may still write; a profile left in the temporary folder fails no test. */
async function removeProfile(profile) {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      rmSync(profile, { recursive: true, force: true });
      return;
    } catch {
      await pause(50);
    }
  }
}

export class Browser {
  #process;
  #profile;
  #connection;

  constructor(kind, process_, profile, connection) {
    this.kind = kind;
    this.#process = process_;
    this.#profile = profile;
    this.#connection = connection;
  }

  static async launch(kind) {
    const profile = mkdtempSync(join(tmpdir(), 'luodi-browser-'));
    const process_ = spawn(await kind.binary(), [...kind.args, `--user-data-dir=${profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    try {
      const connection = await Connection.open(await listening(process_));
      return new Browser(kind, process_, profile, connection);
    } catch (error) {
      killGroup(process_);
      await removeProfile(profile);
      throw error;
    }
  }

  async version() {
    return (await this.#connection.send('Browser.getVersion')).product;
  }

  /** A page with cookies of its own: one for each person who is signed in. */
  async newPage(options) {
    const { browserContextId } = await this.#connection.send('Target.createBrowserContext');
    const { targetId } = await this.#connection.send('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await this.#connection.send('Target.attachToTarget', { targetId, flatten: true });
    return Page.open(this.#connection.session(sessionId), options);
  }

  async close() {
    this.#connection.close();
    if (this.#process.exitCode === null) {
      const gone = new Promise((resolve) => this.#process.once('exit', resolve));
      this.#process.kill('SIGKILL');
      await gone;
    }
    // Children of the browser may still be writing while they end.
    try {
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    } catch {
      // A folder that stays in the system's temporary folder fails no test.
    }
  }
}
