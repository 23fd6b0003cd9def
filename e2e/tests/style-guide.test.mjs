// The look alone, in both browsers: every building block renders under the program's content-security policy, with
// Chinese text, without script errors, without leaving the page's width on a phone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser, kinds } from '../lib/browsers.mjs';
import { serveFixtures } from '../lib/static.mjs';

for (const kind of kinds) {
  describe(`style guide in ${kind.name}`, () => {
    let browser;
    let site;

    before(async () => {
      site = await serveFixtures();
      browser = await Browser.launch(kind);
    });

    after(async () => {
      await browser?.close();
      await site?.close();
    });

    test('is the browser it claims to be', async () => {
      const major = Number(/\/(\d+)/.exec(await browser.version())[1]);
      assert.ok(kind.name === 'chromium-81' ? major === 81 : major > 100, `version ${major}`);
    });

    for (const width of [1440, 1024, 390, 360]) {
      test(`renders at ${width} pixels without problems`, async () => {
        const page = await browser.newPage({ width, height: 900 });
        await page.goto(`${site.url}/style-guide.html`);
        await page.waitForText('年产6万吨电子级化学品生产项目');
        await page.screenshot(`style-guide/${kind.name}-${width}`, { full: true });
        assert.equal(await page.overflows(), false, 'the page is wider than the window');
        assert.deepEqual(await page.brokenIcons(), []);
        assert.deepEqual(page.problems, []);
      });
    }

    test('navigation opens on a phone without script', async () => {
      const page = await browser.newPage({ width: 390, height: 800, script: false });
      await page.goto(`${site.url}/style-guide.html`);
      await page.click('.bottomnav label');
      await page.until('菜单没有打开', "() => document.querySelector('.sidenav').getBoundingClientRect().left === 0");
      await page.screenshot(`style-guide/${kind.name}-menu`);
    });

    test('clauses open without script', async () => {
      const page = await browser.newPage({ script: false });
      await page.goto(`${site.url}/style-guide.html`);
      await page.click('.track-now .clause summary');
      assert.match(await page.text('.track-now .clause-panel'), /6个月内开工/);
      await page.screenshot(`style-guide/${kind.name}-clause`);
    });

    test('conveniences work: "/" searches, j moves, select all counts', async () => {
      const page = await browser.newPage();
      await page.goto(`${site.url}/style-guide.html`);
      await page.press('/', 191, '/');
      assert.equal(await page.evaluate("() => document.activeElement.name"), 'q');
      await page.evaluate('() => document.activeElement.blur()');
      await page.press('j', 74, 'j');
      await page.press('j', 74, 'j');
      assert.equal(await page.attribute('tr.cursor', 'data-href'), '/projects/QJ-2024-0021');
      await page.click('[data-check-all]');
      assert.equal(await page.count('tr.selected'), 5);
      assert.deepEqual(page.problems, []);
    });

    test('sign-in page renders', async () => {
      const page = await browser.newPage();
      await page.goto(`${site.url}/sign-in.html`);
      await page.screenshot(`style-guide/${kind.name}-sign-in`);
      assert.deepEqual(page.problems, []);
    });

    test('prints on A4 without navigation', async () => {
      const page = await browser.newPage();
      await page.goto(`${site.url}/style-guide.html`);
      await page.print(`style-guide/${kind.name}`);
      assert.deepEqual(page.problems, []);
    });
  });
}
