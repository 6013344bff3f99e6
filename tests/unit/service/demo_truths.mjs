// SPDX-License-Identifier: MIT
// What is built into the demo company is found, and where nothing is built in nothing is claimed:
//     node demo_truths.mjs PROGRAM DEMO_FOLDER
// Truths: app/service/demo/company.h.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LEAD_WEEKS = 2;
const CALLS = 6.0;
const MOOD = 0.35;

const [program, fixture] = process.argv.slice(2);
if (!program || !fixture) {
  console.error('usage: node demo_truths.mjs PROGRAM DEMO_FOLDER');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'daypulse-truths-'));
const data = join(folder, 'data');
let passed = 0;

function check(isTrue, what) {
  if (!isTrue) {
    throw new Error(`not so: ${what}`);
  }
  passed += 1;
  console.log(`ok ${passed} ${what}`);
}

function ask(...words) {
  const text = execFileSync(program, [...words, '--json', '--dir', data], { encoding: 'utf8' });
  return JSON.parse(text);
}

// Runs what must fail; gives exit code and what was said.
function refuse(...words) {
  const done = spawnSync(program, [...words, '--dir', data], { encoding: 'utf8' });
  return { code: done.status, said: done.stderr + done.stdout };
}

function holds(interval, truth) {
  return interval[0] <= truth && truth <= interval[1];
}

function checkLinks() {
  const csat = ask('link', 'show', 'csat_mean');
  check(csat.verdict === 'leads' && ['moderate', 'strong'].includes(csat.grade),
    `engagement is found to come before satisfaction (${csat.grade})`);
  check(holds(csat.lag_set, LEAD_WEEKS), `the lag of ${LEAD_WEEKS} weeks is in ${csat.lag_set}`);
  for (const metric of ['waiting_time', 'one_call_resolution']) {
    const link = ask('link', 'show', metric);
    check(!link.refused && ['none', 'early_hint'].includes(link.grade), `no link of ${metric} is claimed (${link.verdict})`);
  }
  const listed = ask('theme', 'links').links.filter((one) => one.listed ?? one.is_listed);
  check(listed.length > 0 && listed.every((one) => one.metric === 'csat_mean'),
    `themes move with satisfaction (${listed.length}) and with nothing else`);
}

function checkEntry() {
  const list = ask('correction', 'list').corrections;
  check(list.length === 1, 'one correction is registered');
  const entry = list[0].correction;
  check(entry.expected === 'one_call_resolution' && entry.direction === 'up' && list[0].teams.length === 3,
    `three teams, one-call resolution expected to go up (${list[0].teams.join(', ')})`);
  const start = Date.parse(`${entry.start}T00:00:00Z`) / 1000;
  check(entry.registered < start && !list[0].is_afterwards, 'it was registered before its start');
  check(list[0].effects.length === 1 && list[0].effects[0].is_as_expected, 'the list says that it came as expected');
  return entry.id;
}

function checkEffect(id) {
  const report = ask('correction', 'effect', String(id));
  const of = (code) => report.effects.find((e) => (e.metric ?? e.theme ?? e.target) === code);
  const calls = report.effects[0];
  check(calls.metric === 'one_call_resolution' && calls.is_expected && calls.verdict === 'changed',
    `the expected effect is found (${calls.estimate}, ${calls.grade})`);
  check(holds(calls.ci, CALLS) && calls.ci[0] > 0, `+${CALLS} is in ${calls.ci}, and 0 is not`);
  const index = of('index');
  check(!index.refused && holds(index.ci, MOOD), `the mood's +${MOOD} is in ${index.ci}`);
  const waiting = of('waiting_time');
  check(!waiting.refused && ['none_seen', 'cannot_answer', 'not_clear'].includes(waiting.verdict) && waiting.grade === 'none',
    `nothing is claimed of waiting time (${waiting.verdict})`);
  check(report.effects.length === 10, 'index, six themes and three outcomes are measured');
  for (const effect of report.effects) {
    check(effect.design === 'did' && effect.comparison_teams >= 2 && effect.corrected_teams === 3,
      `${effect.metric ?? effect.theme ?? effect.target} is compared with ${effect.comparison_teams} teams`);
  }
}

function checkCommands(id) {
  const add = ['correction', 'add', '--title', 'Mentors', '--category', 'training', '--expect', 'up'];
  const start = new Date(Date.now() - 86400000).toISOString().slice(0, 10);
  check(refuse(...add, '--start', start).code === 2, 'an entry without what it should change is refused');
  check(refuse(...add, '--start', start, '--on', 'theme:fun').code === 5, 'so is an unknown theme');
  const nobody = refuse(...add, '--start', start, '--on', 'index', '--team', 'Nobody');
  check(nobody.code === 3 && nobody.said.includes("'Nobody'"), 'so is an unknown team, by its name');
  const made = ask(...add, '--start', start, '--on', 'theme:growth', '--team', 'Sales/Shops,Sales/Online');
  check(made.id === id + 1 && made.team_ids.length === 2 && made.expected === 'growth', 'a good one is registered');
  const early = ask('correction', 'effect', String(made.id)).effects[0];
  check(early.theme === 'growth' && early.refused && early.needs_more >= 8, 'it is too early to tell');
  check(refuse('correction', 'withdraw', String(made.id)).code === 2, 'withdrawing needs a reason');
  const why = ['--why', 'typed in twice'];
  check(refuse('correction', 'withdraw', String(made.id), ...why).code === 0, 'it can be withdrawn');
  check(refuse('correction', 'withdraw', String(made.id), ...why).code === 5, 'but once');
  check(refuse('correction', 'effect', String(made.id + 1)).code === 3, 'there is no third one');
  const words = refuse('correction', 'effect', String(id)).said;
  check(words.includes('more in the corrected teams than in the 6 comparison teams'), 'the effect is put into words');
}

try {
  cpSync(join(fixture, 'data'), data, { recursive: true, preserveTimestamps: true });
  checkLinks();
  const id = checkEntry();
  checkEffect(id);
  checkCommands(id);
  console.log(`${passed} checks passed`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
