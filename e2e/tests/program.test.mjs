// The program itself, in both browsers: it opens, shows its sign-in page, and asks nobody outside.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser, kinds } from '../lib/browsers.mjs';
import { Program } from '../lib/program.mjs';

for (const kind of kinds) {
  describe(`program in ${kind.name}`, () => {
    let browser;
    let program;

    before(async () => {
      program = await Program.start();
      browser = await Browser.launch(kind);
    });

    after(async () => {
      await browser?.close();
      await program?.stop();
    });

    test('a visitor meets the sign-in page', async () => {
      const page = await browser.newPage();
      await page.goto(program.url);
      await page.waitFor('input[type="password"]');
      await page.screenshot(`program/${kind.name}-sign-in`);
      assert.match(await page.title(), /落地/);
      assert.deepEqual(page.problems, []);
    });

    test('a visitor on a phone meets the sign-in page without script', async () => {
      const page = await browser.newPage({ width: 360, height: 740, script: false });
      await page.goto(program.url);
      await page.waitFor('input[type="password"]');
      assert.equal(await page.overflows(), false);
      assert.deepEqual(page.problems, []);
    });
  });
}
