// A page as a person uses it: look, click, type, choose, send a file. Each action waits until its element is there and
// can be reached. What goes wrong on the page by itself (script errors, refused content, foreign addresses) is collected
// in `problems`; tests assert that it is empty.
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { artefact } from './artefacts.mjs';

const PATIENCE = 10_000;

/** Runs in the page: finds the element of a selector; `text=…` finds the smallest visible element with that text. */
const find = `(selector) => {
  if (!selector.startsWith('text=')) return document.querySelector(selector);
  const wanted = selector.slice(5);
  const fits = (element) => element.textContent.replace(/\\s+/g, ' ').trim() === wanted && element.getClientRects().length > 0;
  const all = Array.from(document.querySelectorAll('a, button, summary, label, input, td, th, li, p, h1, h2, h3, span, b, div'));
  return all.find((e) => fits(e) && e.matches('a, button, summary, label')) || all.find(fits) || null;
}`;

export class Page {
  problems = [];
  requests = [];
  dialogs = [];
  #session;
  #origin;
  #expected = [];

  constructor(session) {
    this.#session = session;
  }

  static async open(session, { width = 1440, height = 900, script = true } = {}) {
    const page = new Page(session);
    session.on('Runtime.exceptionThrown', ({ exceptionDetails: it }) => page.#problem(`脚本错误：${it.exception?.description || it.text}`));
    session.on('Log.entryAdded', ({ entry }) => entry.level === 'error' && page.#problem(`${entry.source}：${entry.text} ${entry.url || ''}`));
    session.on('Network.requestWillBeSent', ({ request }) => page.#requested(request));
    session.on('Page.javascriptDialogOpening', (dialog) => page.#answer(dialog));
    for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'DOM']) await session.send(`${domain}.enable`);
    if (!script) await session.send('Emulation.setScriptExecutionDisabled', { value: true });
    await page.viewport(width, height);
    return page;
  }

  /** Messages that the test provokes on purpose, such as the 403 of a refused page. */
  expectProblem(pattern) {
    this.#expected.push(pattern);
  }

  #problem(text) {
    if (!this.#expected.some((pattern) => pattern.test(text))) this.problems.push(text);
  }

  #requested({ url, method }) {
    this.requests.push({ url, method });
    if (/^(data|blob|about):/.test(url)) return;
    if (this.#origin && !url.startsWith(this.#origin)) this.#problem(`请求离开了本机：${url}`);
  }

  async #answer({ message, type }) {
    this.dialogs.push({ message, type });
    await this.#session.send('Page.handleJavaScriptDialog', { accept: true });
  }

  async viewport(width, height) {
    this.size = { width, height };
    await this.#session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  }

  /** The first address given fixes the origin that no request may leave. */
  async goto(url) {
    this.#origin ??= new URL(url).origin;
    const loaded = this.#loaded();
    const { errorText } = await this.#session.send('Page.navigate', { url: new URL(url, this.#origin).href });
    if (errorText) throw new Error(`打不开 ${url}：${errorText}`);
    await loaded;
  }

  #loaded() {
    let late;
    let done;
    return new Promise((resolve, reject) => {
      done = resolve;
      late = setTimeout(() => reject(new Error(`页面 ${3 * PATIENCE / 1000} 秒内没有载入`)), 3 * PATIENCE);
      this.#session.once('Page.loadEventFired', done);
    }).finally(() => {
      clearTimeout(late);
      this.#session.off('Page.loadEventFired', done);
    });
  }

  /** Evaluates a function in the page with plain arguments. */
  async evaluate(fn, ...args) {
    const expression = `(${fn})(${args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(',')})`;
    const { result, exceptionDetails: wrong } = await this.#session.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (wrong) throw new Error(wrong.exception?.description || wrong.text);
    return result.value;
  }

  /** Polls until the function gives something true, and gives that back. */
  async until(what, fn, ...args) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      // A page that is just being replaced has no context to evaluate in: ask again.
      const value = await this.evaluate(fn, ...args).catch((error) => (Date.now() > end ? Promise.reject(error) : null));
      if (value) return value;
      if (Date.now() > end) throw new Error(`等了 ${PATIENCE / 1000} 秒：${what}（${await this.url()}）`);
      await pause(25);
    }
  }

  waitFor(selector) {
    return this.until(`没有出现 ${selector}`, `(selector) => !!(${find})(selector)`, selector);
  }

  waitForText(text) {
    return this.until(`没有出现文字“${text}”`, '(text) => document.body && document.body.innerText.includes(text)', text);
  }

  url() {
    return this.evaluate('() => location.href');
  }

  title() {
    return this.evaluate('() => document.title');
  }

  count(selector) {
    return this.evaluate('(selector) => document.querySelectorAll(selector).length', selector);
  }

  /** The visible text of an element, white space folded. */
  async text(selector = 'body') {
    await this.waitFor(selector);
    return this.evaluate(`(selector) => (${find})(selector).innerText.replace(/\\s+/g, ' ').trim()`, selector);
  }

  async attribute(selector, name) {
    await this.waitFor(selector);
    return this.evaluate(`(selector, name) => (${find})(selector).getAttribute(name)`, selector, name);
  }

  /** Presses the mouse on the middle of the element; fails when something else lies over it. */
  async click(selector) {
    await this.waitFor(selector);
    const point = await this.until(`点不到 ${selector}（被遮住或看不见）`, `(selector) => {
      const element = (${find})(selector);
      element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      const box = element.getClientRects()[0];
      if (!box) return null;
      const x = box.left + box.width / 2, y = box.top + box.height / 2;
      const hit = document.elementFromPoint(x, y);
      return hit && (element.contains(hit) || hit.contains(element)) ? { x, y } : null;
    }`, selector);
    for (const type of ['mouseMoved', 'mousePressed', 'mouseReleased']) {
      await this.#session.send('Input.dispatchMouseEvent', { type, ...point, button: type === 'mouseMoved' ? 'none' : 'left', clickCount: type === 'mouseMoved' ? 0 : 1 });
    }
  }

  /** Clicks something that leads to another page (a link, a submit button) and waits until that page is loaded. */
  async follow(selector) {
    const loaded = this.#loaded();
    await Promise.all([loaded, this.click(selector)]);
  }

  /** Replaces what stands in a field by typing. Dates are given as 2025-07-30. */
  async fill(selector, value) {
    await this.waitFor(selector);
    const typed = await this.evaluate(`(selector, value) => {
      const element = (${find})(selector);
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      element.focus();
      if (/^(date|month|time|number|color|range)$/.test(element.type)) {
        element.value = value;
        element.dispatchEvent(new Event('input', { bubbles: true }));
        element.dispatchEvent(new Event('change', { bubbles: true }));
        return true;
      }
      element.select();
      return false;
    }`, selector, String(value));
    if (!typed && value === '') await this.press('Delete', 46);
    else if (!typed) await this.#session.send('Input.insertText', { text: String(value) });
  }

  async select(selector, value) {
    await this.waitFor(selector);
    const chosen = await this.evaluate(`(selector, value) => {
      const element = (${find})(selector);
      const option = Array.from(element.options).find((o) => o.value === value || o.textContent.trim() === value);
      if (!option) return Array.from(element.options).map((o) => o.textContent.trim()).join('、');
      element.value = option.value;
      element.dispatchEvent(new Event('change', { bubbles: true }));
      return true;
    }`, selector, value);
    if (chosen !== true) throw new Error(`${selector} 里没有“${value}”，有：${chosen}`);
  }

  async check(selector, wanted = true) {
    await this.waitFor(selector);
    if ((await this.evaluate(`(selector) => (${find})(selector).checked`, selector)) !== wanted) await this.click(selector);
  }

  async upload(selector, ...files) {
    await this.waitFor(selector);
    const { root } = await this.#session.send('DOM.getDocument', { depth: 0 });
    const { nodeId } = await this.#session.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    await this.#session.send('DOM.setFileInputFiles', { nodeId, files });
  }

  /** Presses one key, for instance press('Enter', 13, '\r') or press('j', 74, 'j'). */
  async press(key, code, text = undefined) {
    const common = { key, windowsVirtualKeyCode: code, nativeVirtualKeyCode: code };
    await this.#session.send('Input.dispatchKeyEvent', { type: text ? 'keyDown' : 'rawKeyDown', text, ...common });
    await this.#session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
  }

  /** Fetches with the cookies of this page: for downloads and statuses. The body comes as a Buffer. */
  async fetch(path, options = {}) {
    const answer = await this.evaluate(`async (path, options) => {
      const response = await fetch(path, Object.assign({ credentials: 'same-origin' }, options));
      const bytes = new Uint8Array(await response.arrayBuffer());
      let binary = '';
      for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
      return { status: response.status, url: response.url, type: response.headers.get('content-type'), body: btoa(binary) };
    }`, path, options);
    return { ...answer, body: Buffer.from(answer.body, 'base64') };
  }

  /** Drawings that the page names and the served files do not hold. */
  brokenIcons() {
    return this.evaluate(`async () => {
      const wanted = new Set(Array.from(document.querySelectorAll('use'), (use) => use.getAttribute('href')));
      const files = {};
      const broken = [];
      for (const href of wanted) {
        const [file, id] = href.split('#');
        files[file] = files[file] || await (await fetch(file)).text();
        if (!files[file].includes('id="' + id + '"')) broken.push(href);
      }
      return broken;
    }`);
  }

  /** Whether the page is wider than the window: nothing may need scrolling sideways except inside a table. The width asked
   * for counts, not `innerWidth`: a phone makes that as wide as the page. */
  overflows() {
    return this.evaluate('(width) => document.scrollingElement.scrollWidth > width', this.size.width);
  }

  /** A picture into the artefacts; `full` takes the page to its end. */
  async screenshot(name, { full = false } = {}) {
    const { width, height } = this.size;
    if (full) {
      const whole = await this.evaluate('() => Math.ceil(document.documentElement.scrollHeight)');
      await this.viewport(width, Math.min(Math.max(whole, height), 12_000));
    }
    const { data } = await this.#session.send('Page.captureScreenshot', { format: 'png' });
    if (full) await this.viewport(width, height);
    const path = artefact(`${name}.png`);
    writeFileSync(path, Buffer.from(data, 'base64'));
    return path;
  }

  /** The page as it prints, as PDF. */
  async print(name) {
    const { data } = await this.#session.send('Page.printToPDF', { preferCSSPageSize: true, printBackground: false });
    const path = artefact(`${name}.pdf`);
    writeFileSync(path, Buffer.from(data, 'base64'));
    return path;
  }
}
