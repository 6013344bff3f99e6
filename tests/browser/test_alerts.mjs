// SPDX-License-Identifier: MIT
// Alerts at a desk and on a phone: the demo as it is; then a planted drop is raised, drawn, explained, acknowledged
// with a note, and stays in the list.
import { execFileSync } from 'node:child_process';
import AxeBuilderSource from 'axe-core';
import { check, demo, main, run, shoot } from './house.mjs';

const plant = process.argv[4];
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

if (!plant) {
  console.error('usage: node test_alerts.mjs PROGRAM DEMO_FOLDER PLANT_ALERTS');
  process.exit(2);
}

async function logIn(browser, base, options = {}) {
  const context = await browser.newContext({ viewport: DESK, ignoreHTTPSErrors: true, locale: 'en-GB', ...options });
  const page = await context.newPage();
  await page.goto(`${base}/login`);
  await page.fill('input[name=login]', demo.login);
  await page.fill('input[name=password]', demo.password);
  await page.click('main button');
  return { context, page };
}

async function words(page) {
  return (await page.locator('main').innerText()).replace(/\s+/g, ' ');
}

// What the demo holds depends on the date (its holidays move), so the command line says what to expect.
async function checkAsItIs(page, base, data) {
  const json = JSON.parse(run('alert', 'list', '--all', '--json', '--dir', data));
  await page.goto(`${base}/alerts`);
  const text = await words(page);
  check(/There is nothing to do/.test(text) === (json.open === 0), `with ${json.open} open alerts the page says whether there is anything to do`);
  check(text.includes(`About one false alarm per team in ten years. With ${json.watched} teams expect about ${(json.watched / 10).toFixed(1)} a year`), 'with the rate of false alarms');
  const past = json.alerts.filter((one) => one.state === 'past').length;
  check((text.match(/Found in old figures/g) ?? []).length === past, `what was found in its first year is no news (${past})`);
  const adrift = json.teams.filter((one) => one.watch === 'adrift').length;
  check((text.match(/mood drifts slowly; alerts would mislead/g) ?? []).length === adrift, `and teams without alerts are named with the reason (${adrift})`);
  await shoot(page, 'alerts-as-it-is');
  await page.goto(`${base}/`);
  check(/open alerts?:/.test(await words(page)) === (json.open > 0), 'the overview speaks only of open alerts');
}

async function checkOpen(page, base, data) {
  await page.goto(`${base}/`);
  const json = JSON.parse(run('alert', 'list', '--json', '--dir', data));
  check(json.open >= 3 && json.alerts.length === json.open && json.alerts.every((one) => one.state === 'open'), 'the command line lists what is open');
  const fallen = json.alerts.filter((one) => one.team === 'Operations/Logistics').map((one) => one.kind);
  check(fallen.join() === 'drift_below,shock', 'a lasting fall is an unusual week at first, and then a drift');
  check((await words(page)).includes(`${json.open} open alerts: a team's index has left where it used to be`), 'the overview says how many alerts are open');
  await page.click('main a[href="/alerts"]');
  const card = page.locator('section.card', { has: page.locator('h2', { hasText: 'Operations/Logistics' }) }).first();
  const text = (await card.innerText()).replace(/\s+/g, ' ');
  check(/The index of Logistics has moved away from where it used to be: \d\.\d\d against a usual \d\.\d\d \(baseline 26 weeks to week \d+ of \d+\), [\d,]+ answers/.test(text), 'the sentence names value, usual, baseline and answers');
  check(/95% interval \d\.\d\d to \d\.\d\d\. 95% interval of the usual/.test(text), 'both numbers have their interval');
  check(await card.locator('svg[role=img]').count() === 1 && await card.locator('figure details table').count() === 1, 'the chart has its table twin');
  check(await card.locator('.band').count() >= 1, 'and its limits');
  const shock = page.locator('section.card', { has: page.locator('h2', { hasText: 'Service/Field East' }) }).first();
  check(/far outside its usual ups and downs in week \d+ of \d+ alone/.test((await shock.innerText()).replace(/\s+/g, ' ')), 'a single unusual week is called that');
  await shoot(page, 'alerts-open');
  return { card, id: json.alerts.find((one) => one.kind === 'drift_below' && one.team === 'Operations/Logistics').id };
}

async function checkTaken(page, base, data, card, id) {
  await card.locator('summary', { hasText: 'Acknowledge' }).click();
  await card.locator('input[name=note]').fill('New shift plan <b>since</b> spring');
  await card.locator('input[name=new_baseline]').check();
  await shoot(page, 'alerts-form');
  await card.locator('button').click();
  check(page.url() === `${base}/alerts?taken=1`, 'acknowledging ends at the list');
  const text = await words(page);
  check(/The alert is acknowledged/.test(text), 'which says so');
  check(/“New shift plan <b>since<\/b> spring” New baseline from week/.test(text), 'the alert stays with who, note and new baseline');
  check(/New baseline since week \d+ of \d+: needs \d+ more weeks/.test(text), 'and its team is listed as without alerts until then');
  await shoot(page, 'alerts-taken');
  let code = 0;
  try {
    run('alert', 'acknowledge', String(id), '--dir', data);
  } catch (error) {
    code = error.status;
  }
  check(code === 5, 'a second time is refused');
}

async function checkLooks(browser, base) {
  for (const [name, options] of [
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: PHONE }],
    ['phone-dark', { viewport: PHONE, colorScheme: 'dark' }],
    ['de', { locale: 'de-DE' }],
    ['de-phone', { locale: 'de-DE', viewport: PHONE }],
  ]) {
    const { context, page } = await logIn(browser, base, options);
    await page.goto(`${base}/alerts`);
    await shoot(page, `alerts-${name}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(wide <= 0, `the page (${name}) does not scroll sideways`);
    await context.close();
  }
}

async function checkAccessible(browser, base) {
  for (const colorScheme of ['light', 'dark']) {
    const { context, page } = await logIn(browser, base, { bypassCSP: true, colorScheme });
    await page.goto(`${base}/alerts`);
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
    await page.addScriptTag({ content: AxeBuilderSource.source });
    const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa'] }));
    const names = found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
    check(names.length === 0, `axe finds nothing (${colorScheme}) ${names.join('; ')}`);
    await context.close();
  }
}

await main(async ({ folder, base, browser }) => {
  const { context, page } = await logIn(browser, base);
  await checkAsItIs(page, base, folder.data);
  execFileSync(plant, [folder.data]);
  await checkLooks(browser, base);
  await checkAccessible(browser, base);
  const { card, id } = await checkOpen(page, base, folder.data);
  await checkTaken(page, base, folder.data, card, id);
  await context.close();
});
