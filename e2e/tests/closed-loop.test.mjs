// From a lead to an assigned project, a matter from its issue to its close, a form as printed: walked by the offices of
// 湘潭 in both browsers. Pictures of each station are kept.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser, kinds } from '../lib/browsers.mjs';
import { folderOf, pdf } from '../lib/files.mjs';
import { day, signIn } from '../lib/people.mjs';
import { Program } from '../lib/program.mjs';

const NAME = '走查样例储能逆变器项目';
const MATTER = '走查样例用电接入方案';
const PARK = '岳塘经开区';
const PAGES = {
  'xt-kaifang': ['/', '/leads', '/leads?view=list', '/leads/new', '/matters?tab=all', '/matters/new', '/meetings', '/meetings/new', '/reports', '/reports/forms/xiangtan-4?period=2024-09', '/projects/01900000-0000-7000-8100-000000000004', '/policies/xiangtan-closed-loop/2024-09-28'],
  'xt-yuetang': ['/', '/leads', '/matters', '/reports', '/projects/01900000-0000-7000-8100-000000000002'],
  'xt-lingdao': ['/', '/leaders', '/matters'],
  'xt-shangwu': ['/leaders/all', '/projects/01900000-0000-7000-8100-000000000003?tab=loop'],
  'xt-zhengfuban': ['/leaders'],
};

const send = (page) => page.follow('main .form-actions button[type=submit]');
const place = async (page) => new URL(await page.url()).pathname;

for (const kind of kinds) {
  describe(`closed loop in ${kind.name}`, () => {
    let browser;
    let program;
    let files;
    let project;
    let matter;
    let opening;
    let park;
    let station = 0;

    before(async () => {
      files = folderOf({ '会谈记录.pdf': pdf('Minutes') });
      program = await Program.start();
      browser = await Browser.launch(kind);
      opening = await signIn(browser, program, 'xt-kaifang');
      park = await signIn(browser, program, 'xt-yuetang');
    });

    after(async () => {
      await browser?.close();
      await program?.stop();
      files?.remove();
    });

    async function keep(page, name) {
      station += 1;
      await page.screenshot(`closed-loop/${kind.name}-${String(station).padStart(2, '0')}-${name}`, { full: true });
      // A lead that is shown to be there already comes back with 422.
      assert.deepEqual(page.problems.filter((problem) => !/422 .*\/leads\/new/.test(problem)), [], name);
    }

    async function lead(page) {
      await page.goto('/leads/new');
      await page.select('[name=source]', 'visit-in');
      await page.fill('[name=name]', NAME);
      await page.fill('[name=total_investment]', '3.2亿元');
      await send(page);
    }

    test('a lead is registered and stands in the pool', async () => {
      await lead(park);
      project = (await place(park)).replace('/leads/', '/projects/');
      assert.match(project, /^\/projects\/[0-9a-f-]{36}$/);
      assert.match(await park.text('h1'), new RegExp(NAME));
      await keep(park, 'lead');
    });

    test('the same lead is shown to the next office before anything is saved', async () => {
      await lead(opening);
      assert.match(await opening.text('#similar'), new RegExp(NAME));
      await keep(opening, 'similar');
    });

    test('the park claims it, and it has priority', async () => {
      await park.goto(`${project}/actions/claim-lead`);
      await send(park);
      assert.match(await park.text('main'), /优先/);
      await keep(park, 'claimed');
    });

    test('the opening office concludes the talk with its record and assigns the project', async () => {
      await opening.goto(`${project}/actions/conclusion?subject=talk-arranged`);
      await opening.check('[name=conclusion][value=assign]');
      await opening.upload('[name=file-talk-minutes]', files.paths['会谈记录.pdf']);
      await send(opening);
      await opening.goto(`${project}/actions/assignment?subject=assignment`);
      await opening.fill('[name=receiving_unit]', PARK);
      await opening.fill('[name=tasks]', '落实选址方案\n提出用电条件');
      await send(opening);
      await opening.goto(project);
      assert.match(await opening.text('main'), new RegExp(`${PARK}承接`));
      await keep(opening, 'assigned');
    });

    test('a matter is issued with the next number', async () => {
      await opening.goto('/matters/new');
      await opening.fill('[name=title]', MATTER);
      await opening.fill('[name=content]', '请提出用电接入方案');
      await opening.fill('[name=requirement]', '书面答复企业');
      await opening.select('[name=lead]', PARK);
      await opening.fill('[name=due]', day(9));
      await send(opening);
      matter = await place(opening);
      assert.match(matter, /^\/matters\/[0-9a-f-]{36}$/);
      assert.match(await opening.text('main'), /潭招交〔\d{4}〕第 \d+ 号/);
      await keep(opening, 'matter');
    });

    test('it is accepted, reported, approved and closed by those whose turn it is', async () => {
      for (const [page, act, words] of [[park, 'accept', ''], [park, 'report', '方案已送企业'], [opening, 'approve', '同意'], [opening, 'close', '']]) {
        await page.goto(`${matter}/acts/${act}`);
        if (words) await page.fill('main textarea', words);
        await send(page);
      }
      assert.match(await opening.text('main .page-sub, .page-sub'), /已销号/);
      await keep(opening, 'closed');
      await opening.goto(`${matter}/print`);
      assert.match(await opening.text(), /请提出用电接入方案.*（星期.）至/);
      await keep(opening, 'print');
    });

    test('form 4 is filled from what is recorded and comes as a workbook', async () => {
      await opening.goto('/reports/forms/xiangtan-4?period=2024-09');
      assert.match(await opening.text('main'), /97/);
      await keep(opening, 'form');
      const workbook = await opening.fetch('/reports/forms/xiangtan-4/workbook?period=2024-09');
      assert.equal(workbook.status, 200);
      assert.equal(workbook.body.subarray(0, 2).toString(), 'PK');
    });

    for (const [login, paths] of Object.entries(PAGES)) {
      test(`the pages of ${login} fit a desk and a phone`, async () => {
        const page = await signIn(browser, program, login);
        const wide = [];
        for (const path of paths) {
          await page.viewport(1440, 900);
          await page.goto(path);
          assert.ok(await page.count('main.main'), `${path}：${await page.title()}`);
          for (const width of [1440, 390]) {
            await page.viewport(width, 900);
            if (await page.overflows()) wide.push(`${path} 在 ${width} 像素`);
            await page.screenshot(`pages/${kind.name}-${login}${path.replace(/[^\w]+/g, '-')}-${width}`);
          }
          assert.deepEqual(await page.brokenIcons(), [], path);
        }
        assert.deepEqual(wide, []);
        assert.deepEqual(page.problems, []);
      });
    }
  });
}
