// Starts the program on data of its own and stops it again. LUODI_BIN names another binary than the debug build.
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const binary = process.env.LUODI_BIN || join(repository, 'target/debug/luodi');

/** How the program is asked to open a demonstration installation on any free port; its first line of JSON names the address. */
const demo = (data) => ['demo', '--listen', '127.0.0.1:0', '--data', data, '--json'];

const PATIENCE = 60_000;

export class Program {
  #process;
  #owned;

  /** What the program said when it was ready: at least `address`, and the sample accounts. */
  ready;

  static async start({ data = undefined, args = demo, env = {} } = {}) {
    if (!existsSync(binary)) throw new Error(`没有找到 ${binary}，请先运行 cargo build。`);
    const program = new Program();
    program.#owned = data ? null : mkdtempSync(join(tmpdir(), 'luodi-data-'));
    program.data = data || program.#owned;
    program.#process = spawn(binary, args(program.data), { cwd: repository, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      program.ready = await program.#untilReady();
    } catch (error) {
      await program.stop();
      throw error;
    }
    return program;
  }

  get url() {
    return this.ready.address;
  }

  get pid() {
    return this.#process.pid;
  }

  /** Runs another command of the program on the same data, such as `command('sweep', '--json')`. */
  async command(...args) {
    const { stdout } = await promisify(execFile)(binary, [...args, '--data', this.data], { cwd: repository });
    return stdout;
  }

  /** What the program wrote to its log so far. */
  log = '';

  #untilReady() {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`程序 ${PATIENCE / 1000} 秒内没有打开：\n${this.log}`)), PATIENCE);
      this.#process.stderr.on('data', (chunk) => { this.log += chunk; });
      this.#process.once('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`程序已退出（${code}）：\n${this.log}`));
      });
      createInterface({ input: this.#process.stdout }).on('line', (line) => {
        const ready = addressIn(line);
        if (ready) {
          clearTimeout(late);
          resolve(ready);
        }
      });
    });
  }

  /** Ends the program: politely, or as a power cut would with `stop('SIGKILL')`. */
  async stop(signal = 'SIGTERM') {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = new Promise((resolve) => this.#process.once('exit', resolve));
      this.#process.kill(signal);
      const stubborn = setTimeout(() => this.#process.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(stubborn);
    }
    if (this.#owned) rmSync(this.#owned, { recursive: true, force: true });
  }
}

/** `{"address":"http://127.0.0.1:41234","accounts":[…]}` */
function addressIn(line) {
  try {
    const said = JSON.parse(line);
    return said.address ? said : null;
  } catch {
    return null;
  }
}
