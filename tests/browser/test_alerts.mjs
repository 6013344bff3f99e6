// SPDX-License-Identifier: MIT
// Alerts at a desk and on a phone: nothing open in the demo as it is; then a planted drop is raised, drawn, explained,
// acknowledged with a note, and stays in the list.
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

async function checkQuiet(page, base) {
  await page.goto(`${base}/alerts`);
  const text = await words(page);
  check(/No open alert/.test(text) && /There is nothing to do/.test(text), 'the demo as it is has nothing open and says so');
  check(/About one false alarm per team in ten years\. With \d+ teams expect about \d+\.\d a year/.test(text), 'with the rate of false alarms');
  check(/Found in old figures/.test(text), 'what was found in its first year is no news');
  check(/mood drifts slowly; alerts would mislead/.test(text), 'and teams without alerts are named with the reason');
  await shoot(page, 'alerts-quiet');
  await page.goto(`${base}/`);
  check(!/open alert/.test(await words(page)), 'the overview is silent');
}

async function checkOpen(page, base, data) {
  await page.goto(`${base}/`);
  check(/2 open alerts: a team's index has left where it used to be/.test(await words(page)), 'the overview says that alerts are open');
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
  const json = JSON.parse(run('alert', 'list', '--json', '--dir', data));
  check(json.open === 2 && json.alerts.length === 2 && json.alerts.every((one) => one.state === 'open'), 'the command line lists the same two');
  return { card, id: json.alerts.find((one) => one.kind === 'drift_below').id };
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
  await checkQuiet(page, base);
  execFileSync(plant, [folder.data]);
  await checkLooks(browser, base);
  await checkAccessible(browser, base);
  const { card, id } = await checkOpen(page, base, folder.data);
  await checkTaken(page, base, folder.data, card, id);
  await context.close();
});
