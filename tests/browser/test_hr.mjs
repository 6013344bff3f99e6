// SPDX-License-Identifier: MIT
// HR at a desk: log in, overview, trend, the verdict on the demo's known lead, and silence where there is no link.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilderSource from 'axe-core';
import { check, demo, main, request, run, shoot } from './house.mjs';

// What a page says when it claims nothing.
const NO_CLAIM = /No link found|Not enough data|An early hint only/;
const DESK = { width: 1280, height: 900 };

async function logIn(browser, base, options = {}) {
  const context = await browser.newContext({ viewport: DESK, ignoreHTTPSErrors: true, locale: 'en-GB', ...options });
  const page = await context.newPage();
  await page.goto(`${base}/`);
  check(page.url() === `${base}/login` || page.url().startsWith(`${base}/login?`), 'a stranger is sent to the log-in page');
  await page.fill('input[name=login]', demo.login);
  await page.fill('input[name=password]', demo.password);
  await page.click('main button');
  check(page.url() === `${base}/`, 'HR logs in and lands on the overview');
  return { context, page };
}

async function checkOverview(page, base) {
  const words = await page.locator('main').innerText();
  check(/Engagement index/i.test(words), 'the overview shows the engagement index');
  check(/Participation/i.test(words), 'and participation');
  check(/demo company/i.test(await page.locator('body').innerText()), 'the demo banner is on the page');
  check(await page.locator('svg[role=img]').count() >= 1, 'with a chart');
  check(await page.locator('figure details table').count() >= 1, 'and its table twin');
  check(/(Up|Down|No clear change).* on the week before.*\([−+]?\d+\.\d\d to [−+]?\d+\.\d\d\)/.test(words), 'the change has its interval');
  check(/Between teams/.test(words) && /Between days/.test(words) && /chance/.test(words), 'consistency is judged against chance');
  check(await page.locator('.teams tbody tr', { hasText: /^Other teams of / }).count() >= 1, 'small teams have a row together');
  check(/counted in .Other teams of/.test(words), 'and say where they are counted');
  check(await page.locator('svg.spark').count() >= 5, 'each team has its small line');
  const names = await page.locator('.teams tbody th.outline-1').allInnerTexts();
  check(JSON.stringify(names) === JSON.stringify(['Service', 'Sales', 'Operations', 'Technology', 'Office']), 'teams stand in the order of the tree');
  await shoot(page, 'hr-overview');
}

async function checkTrend(page, base, data) {
  await page.goto(`${base}/trend`);
  const words = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
  check(/index was \d\.\d\d/.test(words), 'the trend page says its level in words');
  check(/(Rising|Falling) by about .* per quarter|No clear change over the last \d+ weeks with figures \(could be anywhere/.test(words), 'and its direction');
  check(/Each dot is one week.*The line is the trend.*In the shade it lies with 95% certainty.*Dashed: weeks without a figure/.test(words), 'and explains dot, line, shade and dashes');
  check(await page.locator('path.line.dashed').count() === 1, 'the line passes the holidays dashed');
  check(await page.locator('.plot path.band').count() === 1, 'within one band');
  check(await page.locator('.mark').count() >= 2, 'with what happened marked');
  await page.locator('figure details summary').click();
  const heads = await page.locator('figure details thead th').allInnerTexts();
  check(heads.length === 6 && heads[4] === 'Trend', 'the table has the trend, too');
  const last = (await page.locator('figure details tbody tr').last().locator('td').allInnerTexts());
  const json = JSON.parse(run('trend', 'show', '--json', '--dir', data));
  const week = json.weeks.at(-1);
  check(last[0] === week.mean.toFixed(2) && (week.level === null ? last[3] === '' : last[3] === week.level.toFixed(2)), 'and the command line says the same');
  check(json.weeks.every((one) => one.level === null || (one.level_low < one.level && one.level < one.level_high)), 'with the band around the level');
  check(['rising', 'falling', 'no_clear_change'].includes(json.direction) && json.per_quarter.ci_low < json.per_quarter.ci_high && json.needs_more_weeks === 0, 'and the direction with its interval');
  await shoot(page, 'hr-trend');
}

async function verdict(page, base, metric, source = '') {
  await page.goto(`${base}/link?metric=${metric}${source ? `&source=${source}` : ''}`);
  return (await page.locator('main').innerText()).replace(/\s+/g, ' ');
}

async function checkVerdicts(page, base, data) {
  const csat = await verdict(page, base, 'csat_mean');
  check(/Engagement comes before .* by about 2 weeks/.test(csat), 'engagement comes before CSAT by about 2 weeks');
  check(/(Strong|Moderate) evidence from \d+ weeks, \d+ links? examined/.test(csat), 'with its grade, weeks and links examined');
  check(/95% interval/.test(csat), 'and an interval');
  check(/not proof of cause/.test(csat), 'and the standing note');
  await shoot(page, 'hr-link-csat');
  const waiting = await verdict(page, base, 'waiting_time');
  check(NO_CLAIM.test(waiting) && !/comes before|move together/.test(waiting), 'the unrelated outcome yields no claim');
  await shoot(page, 'hr-link-waiting');

  const json = JSON.parse(run('link', 'show', 'csat_mean', '--json', '--dir', data));
  check(json.best_lag === 2 && json.verdict === 'leads', 'the command line says the same');
  check(json.ci[0] > 0, 'and its interval excludes 0');
}

// The same figures in a random order of weeks, imported under another source.
async function checkShuffled(page, base, folder, start) {
  const out = join(folder.data, '..', `out-${start}`);
  run('export', 'run', '--out', out, '--dir', folder.data);
  const lines = readFileSync(join(out, 'current', 'outcomes.csv'), 'utf8').trim().split('\r\n');
  const rows = lines.slice(1).map((line) => line.split(',')).filter((row) => row[2] === 'csat_mean' && row[5] === 'survey');
  const weeks = [...new Set(rows.map((row) => row[0]))];
  let seed = start;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const shuffled = [...weeks];
  for (let i = shuffled.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  const moved = new Map(weeks.map((week, i) => [week, shuffled[i]]));
  const text = [lines[0], ...rows.map((row) => [moved.get(row[0]), ...row.slice(1, 5), `shuffled-${start}`].join(','))].join('\n');
  const file = join(folder.data, '..', `shuffled-${start}.csv`);
  writeFileSync(file, `${text}\n`);
  run('outcomes', 'import', file, '--dir', folder.data);
  const words = await verdict(page, base, 'csat_mean', `shuffled-${start}`);
  check(NO_CLAIM.test(words) && !/comes before|move together/.test(words), `shuffled outcomes (${start}) yield no claim`);
  await shoot(page, 'hr-link-shuffled');
}

async function checkLooks(browser, base) {
  for (const [name, options] of [
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: { width: 390, height: 844 } }],
  ]) {
    const { context, page } = await logIn(browser, base, options);
    for (const [path, what] of [['/', 'overview'], ['/trend', 'trend'], ['/link?metric=csat_mean', 'link']]) {
      await page.goto(base + path);
      await shoot(page, `hr-${what}-${name}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      check(wide <= 0, `${what} (${name}) does not scroll sideways`);
    }
    await context.close();
  }
}

async function checkAccessible(browser, base) {
  const { context, page } = await logIn(browser, base, { bypassCSP: true });
  for (const path of ['/', '/trend', '/link?metric=csat_mean']) {
    await page.goto(base + path);
    await page.addScriptTag({ content: AxeBuilderSource.source });
    const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa'] }));
    const names = found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
    check(names.length === 0, `axe finds nothing on ${path} ${names.join('; ')}`);
  }
  await page.click('header button');
  check(page.url().startsWith(`${base}/login`), 'logging out ends at the log-in page');
  await page.goto(`${base}/`);
  check(page.url().startsWith(`${base}/login`), 'and the session is over');
  await context.close();
}

async function checkHeaders(base) {
  for (const path of ['/', '/login', '/nothing-here', '/healthz']) {
    const answer = await request(base + path);
    for (const name of ['content-security-policy', 'strict-transport-security', 'x-content-type-options', 'referrer-policy']) {
      check(answer.headers[name] !== undefined, `${path} (${answer.status}) carries ${name}`);
    }
    check(!/unsafe-inline/.test(answer.headers['content-security-policy']), `${path} allows no inline code`);
  }
}

await main(async ({ folder, base, browser }) => {
  const { context, page } = await logIn(browser, base);
  await checkOverview(page, base);
  await checkTrend(page, base, folder.data);
  await checkVerdicts(page, base, folder.data);
  await checkShuffled(page, base, folder, 20260309);
  await checkShuffled(page, base, folder, 4711);
  await context.close();
  await checkLooks(browser, base);
  await checkAccessible(browser, base);
  await checkHeaders(base);
});
