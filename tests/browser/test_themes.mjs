// SPDX-License-Identifier: MIT
// The themes: HR sees the map of all teams, one theme over time and which themes move with an outcome; a
// manager sees the own part of the tree and nothing of the others. In English and German, at a desk and on
// a phone, in light and dark.
import { execFileSync } from 'node:child_process';
import AxeBuilderSource from 'axe-core';
import { check, demo, main, program, shoot } from './house.mjs';

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const THEMES = 6;
const plant = process.argv[4];
const BOSS = { login: 'boss', password: 'correct horse battery 9' };
// What no page may hold: claims, and figures of the links that are not listed.
const CLAIMS = /significant|causes|drives|impact|proves|signifikant|bewirkt|beweist|\bp\s*[=<]/i;

async function logIn(browser, base, who, options = {}) {
  const context = await browser.newContext({
    viewport: DESK, ignoreHTTPSErrors: true, locale: 'en-GB', bypassCSP: true, ...options,
  });
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

async function rowOf(page, name) {
  const row = page.locator('table.heat tbody tr', { has: page.locator('th', { hasText: name }) });
  return (await row.first().innerText()).replace(/\s+/g, ' ');
}

async function checkMap(page, base) {
  await page.goto(`${base}/`);
  await page.click('header nav a[href="/themes"]');
  check(page.url() === `${base}/themes`, 'the navigation leads to the themes');
  check(await page.locator('h1').innerText() === 'Themes', 'the map has its heading');
  check(await page.locator('table.heat thead th').count() === THEMES + 1, 'and a column a theme');
  const all = await rowOf(page, 'Whole organisation');
  check((all.match(/\d\.\d\d to \d\.\d\d, n\s\d+/g) ?? []).length === THEMES, 'every figure has its interval and n');
  check(await page.locator('table.heat tbody tr').count() > 15, 'all teams are there');
  const pooled = await rowOf(page, 'Night Desk');
  check(/answers with: Small units/.test(pooled), 'a small team says with whom it answers');
  const legend = await page.locator('.heat-legend').innerText();
  check(/under 3\.0/.test(legend) && /from 4\.0/.test(legend), 'the legend says what the colours mean');
  const twin = page.locator('figure details table');
  check(/\([+−]\d\.\d\d to [+−]\d\.\d\d\)/.test(await twin.innerHTML()), 'the twin has the change with its interval');
  check(!CLAIMS.test(await words(page)), 'the map claims nothing');
  await shoot(page, 'themes-map');
}

// A team of whom too few answered, and one that answers with teams elsewhere: what is hidden says why.
async function checkHidden(page) {
  const thin = await rowOf(page, 'Dispatch');
  check((thin.match(/< 5/g) ?? []).length === THEMES && !/\d\.\d\d/.test(thin), 'a team of whom too few answered has no figure');
  check(/Fewer than 5 people answered/.test(await page.locator('.heat-legend').innerText()), 'and the legend says so');
  const marks = await page.locator('table.heat td.heat-none').allInnerTexts();
  const reasons = await page.locator('table.heat td.heat-none').evaluateAll((cells) => cells.map((cell) => cell.title));
  const legend = await page.locator('.heat-legend').innerText();
  check(marks.length > 0, 'some cells have no figure');
  check(marks.every((mark) => mark === '< 5' || mark === '–'), 'they show a mark, never 0 and never nothing');
  check(reasons.every((reason) => reason.length > 10 && legend.includes(reason)), 'and the legend has each one’s reason');
}

async function checkTheme(page, base) {
  await page.goto(`${base}/themes`);
  await page.click('table.heat thead th:nth-child(3) a');
  check(/\/themes\/voice\?team=1$/.test(page.url()), 'a column leads to its theme');
  check(/In the fortnight from .* it stood at \d\.\d\d \(95% interval \d\.\d\d to \d\.\d\d\), from [\d,]+ answers/.test(await words(page)), 'the theme says its level in words');
  check(await page.locator('svg[role=img]').count() === 1, 'with a time line');
  await page.locator('summary', { hasText: 'Raw means' }).click();
  check(/Raw mean/.test(await words(page)), 'raw means stand in the detail');
  const adjusted = await page.locator('main').innerText();
  check(/(higher|lower) than average, adjusted by [+−]\d\.\d\d/.test(adjusted), 'questions say how they are adjusted');
  check(/in \d+ weeks, [\d,]+ answers/.test(adjusted), 'and how often they were asked');
  await shoot(page, 'themes-voice');
  await page.selectOption('select[name=team]', { label: 'Sales/Shops' });
  await page.click('main form button');
  check(/\/themes\/voice\?team=\d+$/.test(page.url()), 'another team is a choice away');
  check(/Shops/.test(await page.locator('figure').first().innerText()), 'and its line is drawn');
  await page.click('nav.tabs a[href^="/themes/growth"]');
  check(/Shops/.test(await page.locator('figure').first().innerText()), 'another theme keeps the team');
  const missing = await page.goto(`${base}/themes/anchor`);
  check(missing.status() === 404, 'what is no theme is no page');
}

async function checkPool(page, base) {
  await page.goto(`${base}/themes`);
  const link = page.locator('table.heat tbody tr', { has: page.locator('th', { hasText: 'Night Desk' }) }).locator('td a').first();
  await link.click();
  check(/answers theme questions together with others, so the figures here are those of: Small units/.test(await words(page)), 'a pooled team’s page says whose figures these are');
  await shoot(page, 'themes-pool');
}

// The themes that are not named: closed at first, each with its reason, none with a figure of a link.
async function checkOthers(page) {
  const others = page.locator('details.others');
  if (await others.count() === 0) {
    return 0;
  }
  check(!(await others.evaluate((one) => one.open)), 'the others are closed at first');
  const told = await others.locator('li').allTextContents();
  check(told.every((one) => one.split(': ')[1].length > 20), 'each of the others has its reason');
  check(told.every((one) => !/interval|comes (before|after)|together|\d fortnights? /.test(one)), 'none has an interval or a lag');
  check(told.every((one) => !/r = /.test(one) || /would probably have shown/.test(one)), 'and r stands only for what could have been seen');
  return told.length;
}

async function checkLinks(page, base) {
  await page.goto(`${base}/themes`);
  await page.click('a[href="/themes/links"]');
  check(/Themes that move with/.test(await page.locator('h1').innerText()), 'the map leads to the themes that move with an outcome');
  check(await page.locator('nav.tabs a').count() >= 2, 'with a tab an outcome');
  await page.click('nav.tabs a[href*="csat_mean"]');
  const csat = await words(page);
  check(/\d+ of \d+ pairs of theme and outcome could be examined/.test(csat), 'it says how many were examined');
  check(/not proof of cause/.test(csat), 'and that moving together is not proof of cause');
  check(!CLAIMS.test(csat), 'and claims nothing');
  const listed = await page.locator('.findings > li').count();
  const drawn = await page.locator('table.bars tbody tr').count();
  check(listed === drawn, 'every listed theme has a row in the chart');
  const other = await checkOthers(page);
  check(listed + other === THEMES, 'all six themes are accounted for');
  await shoot(page, 'themes-links-csat');
  await page.click('nav.tabs a[href*="waiting_time"]');
  check(await page.locator('.findings > li').count() === 0, 'the unrelated outcome lists no theme');
  check(await page.locator('table.bars').count() === 0, 'and draws none');
  check(await checkOthers(page) === THEMES, 'but says something of each');
  await shoot(page, 'themes-links-waiting');
  const nowhere = await page.goto(`${base}/themes/links?metric=nothing`);
  check(nowhere.status() === 404, 'an outcome that is none is no page');
  await page.goto(`${base}/link?metric=csat_mean`);
  check(await page.locator('a[href^="/themes/links?metric=csat_mean"]').count() === 1, 'the outcome’s own page leads there');
}

async function checkManager(browser, base) {
  const { context, page } = await logIn(browser, base, BOSS);
  await page.goto(`${base}/themes`);
  const map = await words(page);
  check(/Logistics/.test(map) && /Dispatch/.test(map), 'a manager sees the own teams');
  check(!/Hotline|Sales|Whole organisation/.test(map), 'and no other');
  check(/–/.test(await rowOf(page, 'Night Desk')), 'a team that answers with teams elsewhere has no figure');
  await checkHidden(page);
  check(await page.locator('a[href="/themes/links"]').count() === 0, 'links with outcomes are not offered');
  await shoot(page, 'themes-manager');
  for (const [path, what] of [['/themes/links', 'links'], ['/themes/voice?team=1', 'the whole organisation'], ['/themes/voice?team=2', 'another part']]) {
    const answer = await page.goto(base + path);
    check(answer.status() === 403, `${what} is refused`);
  }
  await page.goto(`${base}/themes/voice`);
  check(/Operations/.test(await page.locator('figure').first().innerText()), 'a theme shows the own subtree');
  const options = await page.locator('select[name=team] option').allInnerTexts();
  check(options.length > 1 && options.every((one) => one.startsWith('Operations')), 'and only own teams to choose from');
  await context.close();
}

async function checkGerman(browser, base) {
  const { context, page } = await logIn(browser, base, demo, { locale: 'de-DE' });
  await page.goto(`${base}/themes`);
  const map = await words(page);
  check(await page.locator('h1').innerText() === 'Themen', 'the map is there in German');
  check(/\d,\d\d bis \d,\d\d, n\s\d+/.test(map), 'with commas');
  await shoot(page, 'themes-map-de');
  await page.goto(`${base}/themes/workload`);
  check(/In der Doppelwoche ab .* lag es bei \d,\d\d/.test(await words(page)), 'the theme, too');
  await shoot(page, 'themes-workload-de');
  await page.goto(`${base}/themes/links?metric=csat_mean`);
  check(/kein Nachweis einer Ursache/.test(await words(page)), 'and the links');
  await shoot(page, 'themes-links-de');
  await context.close();
}

async function checkLooks(browser, base) {
  const pages = [['/themes', 'map'], ['/themes/voice', 'voice'], ['/themes/links?metric=csat_mean', 'links']];
  for (const [name, options] of [['dark', { colorScheme: 'dark' }], ['phone', { viewport: PHONE }], ['phone-dark', { viewport: PHONE, colorScheme: 'dark' }]]) {
    const { context, page } = await logIn(browser, base, demo, options);
    for (const [path, what] of pages) {
      await page.goto(base + path);
      await shoot(page, `themes-${what}-${name}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      check(wide <= 0, `${what} (${name}) does not scroll sideways`);
    }
    await context.close();
  }
}

// On a phone the map scrolls in its own frame and the team's name stays in sight.
async function checkPhoneMap(browser, base) {
  const { context, page } = await logIn(browser, base, demo, { viewport: PHONE });
  await page.goto(`${base}/themes`);
  const head = page.locator('table.heat tbody th').nth(1);
  const before = await head.boundingBox();
  await page.locator('.table-wrap').first().evaluate((one) => { one.scrollLeft = 250; });
  const after = await head.boundingBox();
  check(Math.abs(before.x - after.x) < 1, 'names stay while the map scrolls');
  check(before.width < PHONE.width / 2, 'and leave room for figures');
  await context.close();
}

async function checkAccessible(browser, base) {
  for (const colorScheme of ['light', 'dark']) {
    const { context, page } = await logIn(browser, base, demo, { colorScheme });
    for (const path of ['/themes', '/themes/voice', '/themes/links?metric=csat_mean']) {
      await page.goto(base + path);
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
      await page.addScriptTag({ content: AxeBuilderSource.source });
      const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa'] }));
      const names = found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
      check(names.length === 0, `axe finds nothing on ${path} (${colorScheme}) ${names.join('; ')}`);
    }
    await context.close();
  }
}

await main(async ({ folder, base, browser }) => {
  execFileSync(program, ['user', 'add', BOSS.login, '--role', 'manager', '--team', 'Operations', '--dir', folder.data], { input: `${BOSS.password}\n` });
  const { context, page } = await logIn(browser, base, demo);
  await checkMap(page, base);
  await checkTheme(page, base);
  await checkPool(page, base);
  await checkLinks(page, base);
  await context.close();
  execFileSync(plant, [folder.data, 'Dispatch']);
  await checkManager(browser, base);
  await checkGerman(browser, base);
  await checkLooks(browser, base);
  await checkPhoneMap(browser, base);
  await checkAccessible(browser, base);
});
