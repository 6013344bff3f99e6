// SPDX-License-Identifier: MIT
// Engagement and customers: all outcomes at a glance, one of them with both directions alike, and the one question
// that HR asks in advance. In English and German, at a desk and on a phone, in light and dark.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilderSource from 'axe-core';
import { check, demo, main, request, run, shoot } from './house.mjs';

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const AMPERSAND = 'bots & "people" #1 ü';
const CLAIMS = /significant|causes|drives|impact|proves|signifikant|bewirkt|beweist|\bp\s*[=<]/i;

async function logIn(browser, base, options = {}) {
  const context = await browser.newContext({
    viewport: DESK, ignoreHTTPSErrors: true, locale: 'en-GB', bypassCSP: true, ...options,
  });
  const page = await context.newPage();
  await page.goto(`${base}/login`);
  await page.fill('input[name=login]', demo.login);
  await page.fill('input[name=password]', demo.password);
  await page.click('main button');
  return { context, page };
}

async function wordsOf(locator) {
  return (await locator.innerText()).replace(/\s+/g, ' ');
}

async function checkList(page, base) {
  await page.goto(`${base}/`);
  await page.click('header nav a[href="/link"]');
  const rows = page.locator('.outcomes > li');
  check(await rows.count() === 3, 'every outcome stands in the list');
  const first = await wordsOf(rows.first());
  check(/CSAT \(mean\) Strong evidence Asked in advance Engagement comes before CSAT \(mean\) by about 2 weeks/.test(first), 'the one that was asked about in advance comes first, with what can be said');
  const last = await wordsOf(rows.last());
  check(/Waiting time No link found/.test(last) && /Next look on \d+ \w+ \d{4}/.test(last), 'the unrelated one says so, and when it will be looked at again');
  const words = await wordsOf(page.locator('main'));
  check(/\d+ links examined so far/.test(words) && /not proof of cause/.test(words), 'it counts the links examined and has the standing note');
  check(!CLAIMS.test(words), 'and claims nothing');
  await shoot(page, 'link-list');
  await rows.first().locator('a').click();
  check(/\/link\?metric=csat_mean&source=survey$/.test(page.url()), 'an outcome leads to its own page');
}

// Both directions have a box of the same size.
async function checkSameSize(page) {
  const boxes = await page.locator('.grid.two > .card').evaluateAll((cards) => cards.map((one) => {
    const { width, height } = one.getBoundingClientRect();
    return [Math.round(width), Math.round(height)];
  }));
  check(boxes.length === 2 && boxes[0].join() === boxes[1].join(), 'both directions have a box of the same size');
}

async function checkOutcome(page) {
  const verdicts = page.locator('section.verdict');
  check(await verdicts.count() === 2, 'an outcome that was asked about has two verdicts');
  const asked = await wordsOf(verdicts.first());
  check(/^Asked in advance: Strong evidence Does engagement come before CSAT \(mean\) by 2 weeks\?/.test(asked), 'the question asked in advance comes first');
  check(/one question, one lag/.test(asked) && /before any result was shown/.test(asked), 'with what it rests on and when it was registered');
  const all = await wordsOf(verdicts.nth(1));
  check(/^Over all lags: Strong evidence/.test(all) && /r = 0\.\d\d, 95% interval 0\.\d\d to 0\.\d\d/.test(all), 'then the verdict over all lags with its interval');
  await checkSameSize(page);
  const sides = page.locator('.grid.two > .card');
  check(/^Engagement first .* By about 2 weeks\. r = 0\.\d\d, 95% interval/.test(await wordsOf(sides.first())), 'engagement first: the lag, r and its interval');
  check(/^Customers first .* In this direction nothing stood out beyond chance\.$/.test(await wordsOf(sides.nth(1))), 'customers first: nothing beyond chance');
  const words = await wordsOf(page.locator('main'));
  check(/The teams compared: Complaints, Field East,/.test(words), 'the curves say which teams they are of');
  check(/Across many organisations/.test(words) && /One year cannot separate a season/.test(words), 'context and season are there');
  check(await page.locator('details[open]').count() === 0, 'all details are closed');
  await page.click('text=How this was worked out');
  check(/999 of time, seed \d+: the same data give the same answer/.test(await wordsOf(page.locator('main'))), 'the details say how it was worked out');
  check(!CLAIMS.test(await wordsOf(page.locator('main'))), 'and no p is anywhere');
  await shoot(page, 'link-csat');
}

async function checkNothingFound(page, base) {
  await page.goto(`${base}/link?metric=waiting_time`);
  const sides = page.locator('.grid.two > .card');
  const said = [await sides.first().locator('p').last().innerText(), await sides.nth(1).locator('p').last().innerText()];
  check(said[0] === said[1] && /nothing stood out/.test(said[0]), 'without a finding both directions say the same');
  check(await page.locator('svg .best, svg .stretch').count() === 0, 'and no lag is marked');
  await checkSameSize(page);
}

async function register(page, lag) {
  await page.click('text=Ask one question in advance');
  await page.selectOption('select[name=lag]', lag);
  await page.click('text=Register the question');
}

async function checkAsking(page, base, data) {
  await page.goto(`${base}/link?metric=waiting_time`);
  await page.click('text=Ask one question in advance');
  const form = await wordsOf(page.locator('form[action="/link/question"]').locator('..'));
  check(/only what happens from \d+ \w+ \d{4} on counts; that takes about \d+ weeks/.test(form), 'the form says what would count and how long it takes');
  check(/takes the place of the open question: Does engagement come before CSAT/.test(form), 'and which question it replaces');
  await page.goto(`${base}/link?metric=waiting_time`);
  await register(page, '-3');
  check(/\/link\?metric=waiting_time&source=calls$/.test(page.url()), 'registering leads back to the outcome');
  const card = await wordsOf(page.locator('section.verdict').first());
  check(/^Asked in advance: Too early to say Does waiting time come before engagement by 3 weeks\?/.test(card), 'the open question stands first');
  check(/0 of about \d+ weeks that it takes are there/.test(card) && /by hr\. Figures or results were known by then/.test(card), 'with how far it is and that only new weeks count');
  check(/Earlier questions Does engagement come before CSAT \(mean\) by 2 weeks\? Registered on .* by demo\. Answer on .*: Strong evidence\./.test(await wordsOf(page.locator('main'))), 'and the earlier one with its answer');
  await shoot(page, 'link-asked');
  await page.reload();
  await register(page, '-3');
  const questions = JSON.parse(run('link', 'show', '--json', '--dir', data)).questions;
  check(questions.length === 2 && questions[0].lag === -3 && questions[0].is_open, 'sent twice, it is registered once');
  check(questions[0].counts_from !== null && questions[1].counts_from === null, 'it counts new weeks, the first one all');
  await page.goto(`${base}/link?metric=csat_mean`);
  check(await page.locator('section.verdict').count() === 1, 'the other outcome has one verdict again');
  await page.goto(`${base}/link`);
  check(/^Waiting time No link found Asked in advance/.test(await wordsOf(page.locator('.outcomes > li').first())), 'and the list leads with the open question');
}

async function checkRefused(page, base) {
  await page.goto(`${base}/link?metric=waiting_time`);
  await page.click('text=Ask one question in advance');
  await page.locator('select[name=lag] option').first().evaluate((option) => { option.value = '11'; });
  await page.locator('select[name=lag]').evaluate((select) => { select.selectedIndex = 0; });
  const [answer] = await Promise.all([page.waitForNavigation(), page.click('text=Register the question')]);
  check(answer.status() === 400 && /was not registered/.test(await wordsOf(page.locator('.notice'))), 'a lag that no scan takes is refused in words');
  const stranger = await request(`${base}/link/question`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'metric=csat_mean&source=survey&lag=2' });
  check(stranger.status === 401, 'a stranger asks nothing');
  const nowhere = await page.goto(`${base}/link?metric=nothing`);
  check(nowhere.status() === 404, 'an outcome that is none is no page');
}

// Fifteen weeks of a source whose name means something in an address.
async function checkEarly(page, base, folder) {
  const rows = ['period,team,metric,value,n,source'];
  for (let week = 30; week < 45; week += 1) {
    rows.push(`2026-W${week},*,nps,${20 + ((week * 7) % 11)},80,"${AMPERSAND.replaceAll('"', '""')}"`);
  }
  const file = join(folder.data, '..', 'early.csv');
  writeFileSync(file, `${rows.join('\n')}\n`);
  run('outcomes', 'import', file, '--dir', folder.data);
  await page.goto(`${base}/link`);
  const row = page.locator('.outcomes > li', { hasText: 'NPS' });
  check(/Too early to say Not enough data/.test(await wordsOf(row)), 'too few weeks say so in the list');
  await row.locator('a').click();
  check((await wordsOf(page.locator('.lead'))) === `Source: ${AMPERSAND}`, 'a source with any name leads to its page');
  check(await page.locator('.grid.two').count() === 0 && await page.locator('svg .stem').count() === 0, 'and no direction or lag is drawn');
  check(/The whole organisation\./.test(await wordsOf(page.locator('main'))), 'the curves are the whole organisation’s');
  await shoot(page, 'link-early');
}

async function checkLooks(browser, base) {
  for (const [name, options] of [
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: PHONE, locale: 'de-DE' }],
    ['phone-dark', { viewport: PHONE, colorScheme: 'dark' }],
  ]) {
    const { context, page } = await logIn(browser, base, options);
    for (const [path, what] of [['/link', 'list'], ['/link?metric=waiting_time', 'waiting'], ['/link?metric=csat_mean', 'csat']]) {
      await page.goto(base + path);
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
      await shoot(page, `link-${what}-${name}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      check(wide <= 0, `${what} (${name}) does not scroll sideways`);
      await page.addScriptTag({ content: AxeBuilderSource.source });
      const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa'] }));
      const names = found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
      check(names.length === 0, `axe finds nothing on ${what} (${name}) ${names.join('; ')}`);
    }
    await context.close();
  }
}

await main(async ({ folder, base, browser }) => {
  const { context, page } = await logIn(browser, base);
  await checkList(page, base);
  await checkOutcome(page);
  await checkNothingFound(page, base);
  await checkAsking(page, base, folder.data);
  await checkRefused(page, base);
  await checkEarly(page, base, folder);
  await context.close();
  await checkLooks(browser, base);
});
