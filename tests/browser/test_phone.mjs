// SPDX-License-Identifier: MIT
// An employee on a phone, JavaScript off: question, answer, thanks, a second thought.
import AxeBuilderSource from 'axe-core';
import { check, demo, main, request, shoot } from './house.mjs';

const PHONE = { width: 390, height: 844 };
const PAGE_BYTES_MAX = 14 * 1024;
const TARGET_PX = 56;

async function newPhone(browser, options = {}) {
  const context = await browser.newContext({
    viewport: PHONE, ignoreHTTPSErrors: true, javaScriptEnabled: false, locale: 'en-GB', ...options,
  });
  const page = await context.newPage();
  const requests = [];
  page.on('request', (one) => requests.push(one.url()));
  return { context, page, requests };
}

async function checkQuestion({ base, browser }) {
  const { context, page, requests } = await newPhone(browser);
  const answer = await page.goto(base + demo.link);
  check(answer.status() === 200, 'a personal link answers 200');
  const network = requests.filter((url) => url.startsWith('http'));
  check(network.length === 1, `the question page is one request (${network.length})`);
  const bytes = (await answer.body()).length;
  check(bytes <= PAGE_BYTES_MAX, `the question page has ${bytes} bytes, at most ${PAGE_BYTES_MAX}`);
  const radios = page.locator('input[type=radio]');
  check(await radios.count() === 6, 'five points and "prefer not to say"');
  for (const label of await page.locator('label').all()) {
    const box = await label.boundingBox();
    check(box.height >= TARGET_PX, `a target is ${Math.round(box.height)} px high: ${(await label.innerText()).trim()}`);
  }
  const send = await page.locator('button[type=submit], button:not([type])').last().boundingBox();
  check(send.y + send.height <= PHONE.height, 'Send is on the first screen');
  await shoot(page, 'phone-question-light');
  await radios.nth(3).check({ force: true });
  await page.locator('button').last().click();
  check(page.url() === `${base}${demo.link}/thanks`, 'Send leads to the thanks page');
  await shoot(page, 'phone-thanks');
  await page.goto(base + demo.link);
  await page.locator('input[type=radio]').nth(1).check({ force: true });
  await page.locator('button').last().click();
  check(page.url().endsWith('/thanks'), 'a second answer the same day is taken, too');
  await context.close();
}

async function checkNothingChosen({ base, browser }) {
  const { context, page } = await newPhone(browser);
  await page.goto(base + demo.link);
  const html = await page.content();
  const token = /name="csrf" value="([^"]+)"/.exec(html)?.[1];
  const epoch = /name="epoch" value="([^"]+)"/.exec(html)?.[1];
  check(token && epoch, 'the form carries its token and its day');
  const send = (body, headers = {}) => request(base + demo.link, {
    method: 'POST', body,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body), ...headers },
  });
  const nothing = await send(`csrf=${token}&epoch=${epoch}`);
  check(nothing.status === 400 && nothing.body.includes('Please choose'), 'without a choice the form comes back and says so');
  const stale = await send(`csrf=${token}&epoch=2020-01-07&answer=3`);
  check(stale.status === 409, 'another day\'s form is refused with 409');
  const forged = await send(`csrf=${'A'.repeat(token.length)}&epoch=${epoch}&answer=3`);
  check(forged.status === 403 && forged.body.includes('open your link again'), 'a forged token is refused with 403 and a way back');
  const foreign = await send(`csrf=${token}&epoch=${epoch}&answer=3`, { Origin: 'https://elsewhere.example' });
  check(foreign.status === 403, 'a form of another origin is refused with 403');
  const range = await send(`csrf=${token}&epoch=${epoch}&answer=6`);
  check(range.status === 400, 'an answer of 6 is refused with 400');
  const unknown = await request(`${base}/a/0000000000000000`);
  check(unknown.status === 404 && unknown.body.includes('link'), 'an unknown link is a kind 404');
  for (const answer of [nothing, stale, forged, unknown]) {
    check(answer.headers['content-security-policy']?.includes("default-src 'none'"), `${answer.status} carries the content policy`);
  }
  await context.close();
}

async function checkLooks({ base, browser }) {
  for (const [name, options] of [
    ['phone-question-dark', { colorScheme: 'dark' }],
    ['phone-question-wide', { viewport: { width: 1280, height: 900 } }],
    ['phone-question-320', { viewport: { width: 320, height: 640 } }],
  ]) {
    const { context, page } = await newPhone(browser, options);
    await page.goto(base + demo.link);
    await shoot(page, name);
    await context.close();
  }
}

async function checkAccessible({ base, browser }) {
  const { context, page } = await newPhone(browser, { javaScriptEnabled: true, bypassCSP: true });
  for (const path of [demo.link, `${demo.link}/thanks`]) {
    await page.goto(base + path);
    await page.addScriptTag({ content: AxeBuilderSource.source });
    const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa'] }));
    const names = found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
    check(names.length === 0, `axe finds nothing on ${path.replace(demo.link, '/a/LINK')} ${names.join('; ')}`);
  }
  await context.close();
}

await main(async (house) => {
  await checkQuestion(house);
  await checkNothingChosen(house);
  await checkLooks(house);
  await checkAccessible(house);
});
