// The life of one project, walked by the people who share it: from the imported ledger over the certified start to a due
// day that moves once, and once only. Both browsers walk the same way; pictures of each station are kept.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser, kinds } from '../lib/browsers.mjs';
import { folderOf, gb18030, pdf, png } from '../lib/files.mjs';
import { day, sample, signIn } from '../lib/people.mjs';
import { Program } from '../lib/program.mjs';

const NAME = '走查样例智能装备产业园';
const BAD = '走查样例错日期项目';
const PAGES = {
  'qj-centre': ['/', '/projects', sample(32), '/alerts', '/alerts/messages', '/alerts/breaches', '/imports', '/policies', '/policies/qianjiang-6411/2025-05-16', '/overview', '/account', '/projects/new'],
  'qj-zhen-jia': ['/', '/projects', sample(28), '/alerts'],
  'qj-qiye': ['/portal', sample(66).replace('/projects/', '/portal/')],
  'qj-system': ['/', '/admin', '/admin/accounts', '/admin/units', '/admin/holidays', '/admin/outbox', '/admin/backup'],
  'qj-security': ['/admin', '/admin/accounts', '/admin/sessions', '/admin/sign-ins'],
  'qj-audit': ['/admin', '/admin/audit', '/admin/chain', '/admin/sign-ins'],
};

/** The ledger as an office keeps it: three projects, one of them with a day that no calendar has. */
function ledger() {
  return gb18030([
    '项目名称,企业名称,产业类别,属地政府,总投资（亿元）,签约日期',
    `${NAME},样例甲智造有限公司,工业,样例镇甲,3.5,`,
    `走查样例冷链物流项目,样例乙物流有限公司,服务业,样例镇乙,1.2,`,
    `${BAD},样例丙材料有限公司,工业,样例镇甲,2,2025年2月31日`,
    '',
  ].join('\r\n'));
}

/** Presses the button of a form of an act; what browsers check before sending is left to the program when `unchecked`. */
async function send(page, { unchecked = false } = {}) {
  if (unchecked) await page.evaluate("() => { document.querySelector('main form').noValidate = true; }");
  await page.follow('main .form-actions button[type=submit]');
}

/** Opens the form of an act of a project. */
const open = (page, project, act) => page.goto(`${project}/actions/${act}`);

/** What a page says when it refuses. */
const refusal = (page) => page.text('main .flash-danger');

for (const kind of kinds) {
  describe(`main path in ${kind.name}`, () => {
    let browser;
    let program;
    let files;
    let project;
    let moved;
    const people = {};
    let station = 0;

    before(async () => {
      files = folderOf({ '台账.csv': ledger(), '开工现场.png': png(), '合同.pdf': pdf('Contract'), '备案证.pdf': pdf('Filing') });
      program = await Program.start();
      browser = await Browser.launch(kind);
      for (const login of ['qj-centre', 'qj-zhen-jia', 'qj-gaoxin', 'qj-leader', 'qj-qiye']) people[login] = await signIn(browser, program, login);
    });

    after(async () => {
      await browser?.close();
      await program?.stop();
      files?.remove();
    });

    /** Keeps a picture of the station and asks that nothing went wrong on the way. */
    async function keep(page, name) {
      station += 1;
      await page.screenshot(`main-path/${kind.name}-${String(station).padStart(2, '0')}-${name}`, { full: true });
      assert.deepEqual(page.problems, [], name);
    }

    test('the centre previews a ledger in GB18030 and sees the day that does not exist', async () => {
      const centre = people['qj-centre'];
      await keep(centre, 'workbench');
      await centre.goto('/imports');
      await centre.upload('[name=file]', files.paths['台账.csv']);
      await centre.follow('text=读取并预览');
      const preview = await centre.text('main');
      assert.match(preview, /还没有写入台账/);
      assert.match(preview, /2025年2月31日|2月31日/);
      assert.equal(await centre.count('tr.row-bad'), 1);
      assert.match(await centre.text('tr.row-bad'), new RegExp(BAD));
      await keep(centre, 'preview');
    });

    test('the centre takes the good rows and gets the bad one back as a workbook that can be read again', async () => {
      const centre = people['qj-centre'];
      await centre.check('#mode-good');
      await centre.follow('main button[value=import]');
      await centre.waitForText('没有导入的行');
      await keep(centre, 'imported');
      const returned = await centre.fetch(await centre.attribute('a[href$="/rejects"]', 'href'));
      assert.equal(returned.status, 200);
      assert.match(returned.type, /spreadsheetml/);
      assert.equal(returned.body.subarray(0, 2).toString(), 'PK');
      const again = folderOf({ '退回.xlsx': returned.body });
      await centre.goto('/imports');
      await centre.upload('[name=file]', again.paths['退回.xlsx']);
      await centre.follow('text=读取并预览');
      again.remove();
      assert.equal(await centre.count('tr.row-bad'), 1);
      assert.match(await centre.text('tr.row-bad'), new RegExp(BAD));
      await keep(centre, 'workbook-again');
    });

    test('the imported project is found by a search; the row with the fault is not there', async () => {
      const centre = people['qj-centre'];
      await centre.goto('/projects');
      await centre.fill('.topbar-search [name=q]', '走查样例');
      await centre.press('Enter', 13, '\r');
      await centre.waitForText(NAME);
      assert.ok(!(await centre.text('main table')).includes(BAD));
      await keep(centre, 'found');
      await centre.follow(`text=${NAME}`);
      project = new URL(await centre.url()).pathname;
      assert.match(project, /^\/projects\/[0-9a-f-]{36}$/);
      assert.match(await centre.text('h1'), new RegExp(NAME));
    });

    test('the centre records approval, scope and signing', async () => {
      const centre = people['qj-centre'];
      await open(centre, project, 'claim?subject=approved');
      await centre.fill('[name=reached_on]', day(-220));
      await send(centre);
      await open(centre, project, 'claim?subject=signed');
      await centre.fill('[name=reached_on]', day(-200));
      await centre.upload('input[name^="file-"]', files.paths['合同.pdf']);
      await send(centre);
      await open(centre, project, 'scope');
      await centre.check('[name=agreed][value=yes]');
      await send(centre);
      assert.match(await centre.text('main'), new RegExp(`${day(-200)} 完成`));
      await keep(centre, 'signed');
    });

    test('a start without a picture is refused with the clause, and nothing typed is lost', async () => {
      const host = people['qj-zhen-jia'];
      await open(host, project, 'claim?subject=started');
      await host.check('[name=variant][value=foundation]');
      await host.fill('[name=reached_on]', day(-100));
      await host.fill('[name=note]', '一号厂房基础开挖');
      await keep(host, 'claim');
      host.expectProblem(/4\d\d/);
      await send(host, { unchecked: true });
      assert.match(await refusal(host), /照片|图片|影像/);
      assert.match(await refusal(host), /依据 潜政办发〔2025〕9号/);
      assert.equal(await host.evaluate("() => document.querySelector('[name=reached_on]').value"), day(-100));
      assert.equal((await host.evaluate("() => document.querySelector('[name=note]').value")).trim(), '一号厂房基础开挖');
      assert.equal(await host.evaluate("() => document.querySelector('[name=variant][value=foundation]').checked"), true);
      await keep(host, 'refused');
    });

    test('the host claims with a picture, the authority returns it with a reason', async () => {
      const host = people['qj-zhen-jia'];
      await host.upload('[name=file-site-photo]', files.paths['开工现场.png']);
      await send(host);
      assert.equal(await host.count('main .claim img'), 1);
      assert.ok(await host.evaluate("() => { const img = document.querySelector('main .claim img'); img.loading = 'eager'; return img.decode().then(() => img.naturalWidth > 0); }"));
      await keep(host, 'claimed');
      const authority = people['qj-gaoxin'];
      await authority.goto('/');
      assert.match(await authority.text('main'), new RegExp(`开工：${NAME}`));
      await open(authority, project, 'certify?subject=started');
      await authority.check('[name=agreed][value=no]');
      await authority.fill('[name=note]', '照片看不出桩基，请补拍');
      await send(authority);
      assert.match(await authority.text('main'), /照片看不出桩基，请补拍/);
      await keep(authority, 'returned');
    });

    test('the host claims again, the authority certifies, and the stage of listing opens', async () => {
      const host = people['qj-zhen-jia'];
      await open(host, project, 'claim?subject=started');
      assert.match(await host.text('main'), /照片看不出桩基，请补拍/);
      await host.check('[name=variant][value=foundation]');
      await host.fill('[name=reached_on]', day(-100));
      await host.upload('[name=file-site-photo]', files.paths['开工现场.png']);
      await send(host);
      const authority = people['qj-gaoxin'];
      await open(authority, project, 'certify?subject=started');
      await keep(authority, 'certify');
      await authority.check('[name=agreed][value=yes]');
      await authority.fill('[name=note]', '现场核实，符合标准');
      await send(authority);
      const listing = await authority.text('#node-listing');
      assert.match(listing, /项目统计入库/);
      assert.match(listing, /当前阶段/);
      assert.match(listing, /\d{4}-\d{2}-\d{2} 星期. 到期/);
      await keep(authority, 'certified');
    });

    test('the daily sweep reminds of the new project, and a second one on the same day does not', async () => {
      const said = await program.command('sweep', '--json');
      assert.ok(said.length > 0);
      const host = people['qj-zhen-jia'];
      await host.goto('/alerts/messages');
      const mentions = "(name) => document.querySelector('main').innerText.split(name).length - 1";
      const once = await host.evaluate(mentions, NAME);
      assert.ok(once > 0, await host.text('main'));
      await keep(host, 'messages');
      await program.command('sweep', '--json');
      await host.goto('/alerts/messages');
      assert.equal(await host.evaluate(mentions, NAME), once);
      await host.goto('/alerts?window=30');
      assert.match(await host.text('main'), new RegExp(NAME));
      await keep(host, 'alerts');
    });

    test('an extension asked for by the host, reviewed by the centre and agreed by the leader moves the due day', async () => {
      const host = people['qj-zhen-jia'];
      await open(host, project, 'extension');
      await host.select('[name=stage]', 'listing');
      await host.fill('[name=days]', '60');
      await host.fill('[name=reason]', '主要设备供货推迟');
      await host.upload('[name=files]', files.paths['合同.pdf']);
      await keep(host, 'extension');
      await send(host);
      const centre = people['qj-centre'];
      await open(centre, project, 'extension-review');
      const before = /现到期日 (\d{4}-\d{2}-\d{2})/.exec(await centre.text('main'))[1];
      await centre.check('[name=agreed][value=yes]');
      await centre.fill('[name=opinion]', '情况属实');
      await send(centre);
      const leader = people['qj-leader'];
      await open(leader, project, 'extension-decision');
      await keep(leader, 'extension-decision');
      await leader.check('[name=agreed][value=yes]');
      await leader.fill('[name=opinion]', '同意，只调整这一次');
      await send(leader);
      await leader.goto(`${project}?tab=track`);
      moved = new Date(Date.parse(before) + 60 * 86_400_000).toISOString().slice(0, 10);
      assert.match(await leader.text('#node-listing'), new RegExp(`${moved} 星期. 到期`));
      await keep(leader, 'extended');
    });

    test('a second extension is refused with the clause that allows one', async () => {
      const host = people['qj-zhen-jia'];
      await open(host, project, 'extension');
      await host.select('[name=stage]', 'listing');
      await host.fill('[name=days]', '30');
      await host.fill('[name=reason]', '再次推迟');
      await send(host, { unchecked: true });
      assert.match(await refusal(host), /一次|1 次/);
      assert.match(await refusal(host), /依据 潜政办发〔2025〕9号 .*可作一次调整/);
      await keep(host, 'second-refused');
      await host.goto(`${project}?tab=track`);
      assert.match(await host.text('#node-listing'), new RegExp(`${moved} 星期. 到期`));
    });

    test('the enterprise ticks an item with a PDF and asks; the centre answers', async () => {
      const enterprise = people['qj-qiye'];
      const portal = project.replace('/projects/', '/portal/');
      await enterprise.goto(portal);
      await keep(enterprise, 'portal');
      await enterprise.click('#item-filing .item-form summary');
      await enterprise.upload('#item-filing [name=files]', files.paths['备案证.pdf']);
      await enterprise.follow('#item-filing button[type=submit]');
      await enterprise.goto(portal);
      assert.equal(await enterprise.count('#item-filing.done'), 1);
      assert.match(await enterprise.text('#item-filing'), /备案证\.pdf/);
      await open(enterprise, project, 'question');
      await enterprise.fill('[name=text]', '临时用电找谁办理？');
      await send(enterprise);
      const centre = people['qj-centre'];
      await centre.goto(`${project}?tab=visits`);
      assert.match(await centre.text('main'), /临时用电找谁办理？/);
      await centre.follow('main .entry-head a[href*="/actions/answer"]');
      await centre.fill('[name=text]', '请联系市供电公司业扩窗口');
      await send(centre);
      await enterprise.goto(portal);
      assert.match(await enterprise.text('main'), /请联系市供电公司业扩窗口/);
      await keep(enterprise, 'answered');
    });

    test('a page of a past day shows that day and offers no act', async () => {
      const centre = people['qj-centre'];
      await centre.goto(`${sample(32)}?as_of=${day(-30)}`);
      assert.match(await centre.text('.ribbon-past'), new RegExp(`正在查看 ${day(-30)} 的状态`));
      assert.equal(await centre.count('main form[method=post], main a[href*="/actions/"]'), 0);
      await keep(centre, 'past-day');
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
          const broken = await page.brokenIcons();
          assert.deepEqual(broken, [], path);
        }
        assert.deepEqual(wide, []);
        assert.deepEqual(page.problems, []);
      });
    }

    test('claiming and certifying work without JavaScript', async () => {
      const host = await signIn(browser, program, 'qj-zhen-jia', { script: false, width: 1024 });
      await open(host, sample(132), 'claim?subject=started');
      await host.check('[name=variant][value=deep-pit]');
      await host.fill('[name=reached_on]', day(-1));
      await host.upload('[name=file-site-photo]', files.paths['开工现场.png']);
      await send(host);
      assert.match(await host.text('main'), /待认定/);
      const authority = await signIn(browser, program, 'qj-gaoxin', { script: false, width: 1024 });
      await authority.goto(sample(132));
      await authority.follow('main .page-actions a[href*="/actions/certify"]');
      await authority.check('[name=agreed][value=yes]');
      await send(authority);
      assert.match(await authority.text('#node-listing'), /当前阶段/);
      assert.deepEqual([...host.problems, ...authority.problems], []);
      await keep(authority, 'without-script');
    });
  });
}
