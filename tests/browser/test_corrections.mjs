// SPDX-License-Identifier: MIT
// Course corrections: the demo's own is found with its size; another one is registered by the form (no script
// needed), stands on every time line, and is withdrawn with a reason. A manager sees no effects.
import { execFileSync } from 'node:child_process';
import AxeBuilderSource from 'axe-core';
import { check, demo, main, program, shoot } from './house.mjs';

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const BOSS = { login: 'boss', password: 'correct horse battery 9' };
const TITLE = 'Fewer forms at the counter';
const TRUE_STEP = 6; // what the demo's correction is made to bring, in percentage points
const WEEKS_BACK = 12;
// What no page may hold.
const CLAIMS = /significant|causes|drives|impact|proves|signifikant|bewirkt|beweist|\bp\s*[=<]/i;

async function logIn(browser, base, who, options = {}) {
  const context = await browser.newContext({ viewport: DESK, ignoreHTTPSErrors: true, locale: 'en-GB', ...options });
  const page = await context.newPage();
  await page.goto(`${base}/login`);
  await page.fill('input[name=login]', who.login);
  await page.fill('input[name=password]', who.password);
  await page.click('main button');
  return { context, page };
}

async function words(page) {
  return (await page.locator('main').innerText()).replace(/\s+/g, ' ');
}

function entry(page, title) {
  return page.locator('.entry', { has: page.locator('h2', { hasText: title }) });
}

// The demo's company solves more problems in one call from a known week on.
async function checkKnown(page, base) {
  await page.goto(`${base}/`);
  await page.click('header nav a[href="/corrections"]');
  check(await page.locator('h1').innerText() === 'Course corrections', 'the navigation leads to the list');
  const known = entry(page, 'Solve it without asking back');
  check(/Changed as expected/.test(await known.innerText()), 'the demo’s correction has its verdict in the list');
  check(/One-call resolution: up/.test(await known.innerText()), 'beside what was expected');
  await shoot(page, 'corrections-list');
  await known.locator('h2 a').click();
  const sentence = (await page.locator('.verdict-sentence').innerText()).replace(/−/g, '-');
  const found = /changed by \+(\d+\.\d) \(\+(\d+\.\d) to \+(\d+\.\d)\) more in the corrected teams than in the \d+ comparison teams/.exec(sentence);
  check(found !== null, 'the report says by how much, with an interval, against how many teams');
  check(Number(found[2]) <= TRUE_STEP && TRUE_STEP <= Number(found[3]), `the true step of ${TRUE_STEP} lies inside ${found[2]} to ${found[3]}`);
  const report = await words(page);
  check(/Moderate evidence|Strong evidence/.test(report), 'with its grade');
  check(/\d+ days? before the start/.test(report), 'and when it was registered');
  check(/12 weeks before and 12 weeks after/.test(report), 'and what it rests on');
  check(/Not adjusted for the trend that was already there/.test(report), 'the bars say what they are not');
  check(/The teams were not drawn by lot/.test(report), 'and the standing note is there');
  check(!CLAIMS.test(report), 'nothing more is claimed');
  check(await page.locator('table.bars tbody tr').count() === 4, 'before and after for both groups');
  check(await page.locator('svg .mark-correction').count() === 1, 'the start is marked on the curves');
  check(await page.locator('figure details table').count() === 1, 'with their table twin');
  check(await page.locator('table.looked-at tbody tr').count() > 8, 'all other figures are listed');
  await shoot(page, 'corrections-report');
}

function weeksAgo(count) {
  return new Date(Date.now() - count * 7 * 86400000).toISOString().slice(0, 10);
}

// Everything without a script, as the form must work.
async function checkRegister(browser, base) {
  const { context, page } = await logIn(browser, base, demo, { javaScriptEnabled: false });
  await page.goto(`${base}/corrections`);
  await page.click('a[href="/corrections/new"]');
  const [refused] = await Promise.all([page.waitForNavigation(), page.click('main form button')]);
  check(refused.status() === 422, 'an empty form is refused');
  check(await page.locator('main .error').count() === 7, 'each of the seven fields says what it wants');
  check(await page.locator('#title').getAttribute('aria-describedby') === 'title-error title-hint', 'the sentence is tied to its field');
  await shoot(page, 'corrections-form-empty');
  await page.fill('#title', TITLE);
  await page.fill('#what', 'Three of five forms are dropped.\nNobody read them.');
  await page.selectOption('#category', 'process');
  await page.locator('#teams label', { hasText: 'Shops' }).locator('input').check();
  await page.locator('#teams label', { hasText: 'Online' }).locator('input').check();
  await page.fill('#start', '1999-01-04');
  await page.selectOption('#expected', 'theme:workload');
  await page.locator('#direction label', { hasText: 'Up' }).locator('input').check();
  await page.click('main form button');
  check(await page.locator('main .error').count() === 1, 'a start before the programme is one mistake');
  check(/Please give a day from/.test(await page.locator('#start-error').innerText()), 'said at the start');
  check(await page.inputValue('#title') === TITLE, 'the title is kept');
  check(await page.locator('#teams input:checked').count() === 2, 'and both teams');
  check(await page.inputValue('#expected') === 'theme:workload', 'and what should move');
  await shoot(page, 'corrections-form-mistake');
  await page.fill('#start', weeksAgo(WEEKS_BACK));
  await page.click('main form button');
  check(/\/corrections\/\d+$/.test(page.url()), 'the whole form leads to the report');
  const report = await words(page);
  check(/Entered afterwards/.test(report), 'which says that it was entered afterwards');
  check(/Shops, Online/.test(report) && /Three of five forms are dropped/.test(report), 'with teams and words');
  await shoot(page, 'corrections-afterwards');
  const path = new URL(page.url()).pathname;
  await page.goto(`${base}/corrections`);
  check(/Entered afterwards/.test(await entry(page, TITLE).innerText()), 'it stands in the list');
  await context.close();
  return path;
}

async function isMarked(page, url) {
  await page.goto(url);
  return (await page.locator('main ol.marks').allInnerTexts()).some((list) => list.includes(TITLE));
}

async function checkMarks(page, base, isThere, what) {
  for (const path of ['/', '/trend', '/themes/purpose', '/link?metric=csat_mean']) {
    check(await isMarked(page, base + path) === isThere, `${what} ${path}`);
  }
}

async function checkWithdraw(page, base, path) {
  await page.goto(base + path);
  check(!(await page.locator('details.withdraw').evaluate((one) => one.open)), 'withdrawing is folded away');
  await page.click('details.withdraw summary');
  await page.click('details.withdraw button');
  check(/Please give a reason/.test(await page.locator('#why-error').innerText()), 'it wants a reason');
  await page.fill('#why', 'Entered for the wrong teams');
  await page.click('details.withdraw button');
  check(page.url() === base + path, 'and leads back to the entry');
  const report = await words(page);
  check(/Withdrawn on .*: Entered for the wrong teams/.test(report), 'which says why');
  check(await page.locator('.verdict-sentence, details.withdraw').count() === 0, 'and has neither verdict nor form');
  await shoot(page, 'corrections-withdrawn');
  await page.goto(`${base}/corrections`);
  check(/Withdrawn/.test(await entry(page, TITLE).innerText()), 'it stays in the list');
  await checkMarks(page, base, false, 'withdrawn, it is off the line of');
}

async function checkManager(browser, base, data) {
  execFileSync(program, ['user', 'add', BOSS.login, '--role', 'manager', '--team', 'Service', '--dir', data], { input: `${BOSS.password}\n` });
  const { context, page } = await logIn(browser, base, BOSS);
  await page.goto(`${base}/corrections`);
  const list = await words(page);
  check(/Solve it without asking back/.test(list), 'a manager sees the own teams’ correction');
  check(!new RegExp(TITLE).test(list), 'and not that of other teams');
  check(!/Changed|seen|evidence/.test(list), 'without its effect');
  check(await page.locator('main a').count() === 0, 'and without a way to it');
  await shoot(page, 'corrections-manager');
  for (const path of ['/corrections/1', '/corrections/new']) {
    check((await page.goto(base + path)).status() === 403, `${path} is refused to a manager`);
  }
  await context.close();
}

async function checkLooks(browser, base) {
  const looks = [
    ['phone', { viewport: PHONE }], ['dark', { colorScheme: 'dark' }],
    ['phone-dark-de', { viewport: PHONE, colorScheme: 'dark', locale: 'de-DE' }], ['de', { locale: 'de-DE' }],
  ];
  for (const [name, options] of looks) {
    const { context, page } = await logIn(browser, base, demo, { bypassCSP: true, ...options });
    for (const [path, what] of [['/corrections', 'list'], ['/corrections/new', 'form'], ['/corrections/1', 'report']]) {
      await page.goto(base + path);
      await shoot(page, `corrections-${what}-${name}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      check(wide <= 0, `${what} (${name}) does not scroll sideways`);
      check(!CLAIMS.test(await words(page)), `${what} (${name}) claims nothing`);
      await page.addScriptTag({ content: AxeBuilderSource.source });
      const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa'] }));
      const names = found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
      check(names.length === 0, `axe finds nothing on ${what} (${name}) ${names.join('; ')}`);
    }
    await context.close();
  }
}

await main(async ({ folder, base, browser }) => {
  const { context, page } = await logIn(browser, base, demo);
  await checkKnown(page, base);
  const path = await checkRegister(browser, base);
  await checkMarks(page, base, true, 'it is marked on the line of');
  await checkManager(browser, base, folder.data);
  await checkWithdraw(page, base, path);
  await context.close();
  await checkLooks(browser, base);
});
