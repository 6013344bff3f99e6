// SPDX-License-Identifier: MIT
// kill -9 of the web process under load, again and again. A journal keeps what was acknowledged (303); in the
// evening the released cells must hold exactly that: nothing lost, nothing counted twice, nothing old.
//
// Half of the people answer exactly once, in a round of their own, so that a lost answer can't be covered by a
// later one; the other half keep changing their answer as the load. What a kill left without a reply is sent
// again once the process is back, because nobody can know what became of it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { check, main, request, run } from '../browser/house.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 50);
const ROUND_MS = 1100; // a part that has lived for a second starts again at once
const WORKERS = 12;
const BACK_MS = 5000;

// The demo company's teams in the order of its people (app/service/demo/company.c); the last ten of the shops have
// moved to the online team.
const TEAMS = [
  ['Service/Hotline North', 30], ['Service/Hotline South', 28], ['Service/Field East', 24],
  ['Service/Field West', 24], ['Service/Complaints', 18], ['Sales/Shops', 24], ['Sales/Online', 30],
  ['Sales/Key Accounts', 18], ['Operations/Logistics', 32],
];

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

function parentOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function webProcess(parent) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).find((pid) => {
    try {
      return parentOf(pid) === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1] === 'web';
    } catch {
      return false;
    }
  });
}

const csv = (path) => {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\r\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [names[i], value])));
};

async function readForm(base, person) {
  const page = (await request(base + person.path)).body.toString();
  person.token = /name="csrf" value="([^"]+)"/.exec(page)[1];
  person.epoch = /name="epoch" value="([^"]+)"/.exec(page)[1];
}

// True when the answer was acknowledged; false when nobody can know.
async function send(base, person, answer) {
  const body = `csrf=${person.token}&epoch=${person.epoch}&answer=${answer}`;
  person.isUnsure = true;
  try {
    const reply = await request(base + person.path, {
      method: 'POST', body,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length },
    });
    person.status = reply.status;
    if (reply.status === 303) {
      person.answer = answer;
      person.isUnsure = false;
    }
  } catch {
    person.status = 0; // the process died under this request
  }
  return !person.isUnsure;
}

async function sendUntilSure(base, person, answer) {
  const deadline = Date.now() + BACK_MS;
  while (!(await send(base, person, answer))) {
    if (Date.now() > deadline) {
      throw new Error(`no acknowledgement within ${BACK_MS} ms of a kill (last status ${person.status})`);
    }
    await pause(20);
  }
}

// Load until the kill. Each restless person belongs to one worker, so that an answer's order is known.
async function load(base, until, worker, number, once, restless) {
  for (let i = worker; i < once.length && Date.now() < until; i += WORKERS) {
    await send(base, once[i], 1 + (number + i) % 5);
  }
  for (let i = worker; Date.now() < until; i += WORKERS) {
    await send(base, restless[i % (restless.length - restless.length % WORKERS)], 1 + (number + i) % 5);
  }
}

async function round(base, parent, number, once, restless) {
  const until = Date.now() + ROUND_MS + 200 * Math.random();
  const workers = Array.from({ length: WORKERS }, (_, worker) => load(base, until, worker, number, once, restless));
  await pause(until - Date.now() - 100 * Math.random());
  const pid = webProcess(parent);
  check(pid !== undefined, `round ${number}: the web process is there to be killed`);
  process.kill(Number(pid), 'SIGKILL');
  await Promise.all(workers);
  for (const person of once.filter((one) => one.isUnsure !== false)) {
    await sendUntilSure(base, person, 1 + number % 5);
  }
}

function expectedCells(people) {
  const cells = new Map();
  let at = 0;
  const order = [...people].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const [team, size] of TEAMS) {
    cells.set(team, order.slice(at, at + size).map((person) => person.answer));
    at += size;
  }
  return cells;
}

function checkCells(folder, people, epoch) {
  const out = join(folder.data, '..', 'out');
  run('export', 'run', '--out', out, '--dir', folder.data);
  const results = csv(join(out, 'current', 'results.csv')).filter((row) => row.period === epoch);
  const groups = csv(join(out, 'current', 'groups.csv'));
  const questions = csv(join(out, 'current', 'questions.csv'));
  const isReversed = questions.find((one) => one.question_id === results[0].question_id).is_reversed === 'true';
  let checked = 0;
  for (const [team, answers] of expectedCells(people)) {
    const group = groups.find((one) => one.team === team && one.kind === 'team' && one.valid_to === '');
    const cell = results.find((one) => one.unit_id === group?.unit_id);
    if (group?.cadence !== 'daily') {
      continue;
    }
    const keyed = answers.map((answer) => (isReversed ? 6 - answer : answer));
    const mean = Math.min(4.7, Math.max(1.3, keyed.reduce((a, b) => a + b, 0) / keyed.length));
    check(cell.status === 'ok' && Number(cell.n) === answers.length, `${team}: ${cell.n} answers of ${answers.length} acknowledged`);
    check(Math.abs(Number(cell.mean) - mean) <= 0.0501, `${team}: the mean ${cell.mean} is that of the journal, ${mean.toFixed(3)}`);
    checked += 1;
  }
  check(checked >= 8, `${checked} units were compared`);
}

await main(async ({ folder, base, pid }) => {
  const people = run('roster', 'links', '--dir', folder.data).trim().split(/\r?\n/).slice(1)
    .map((line) => ({ id: line.split(',')[0], path: new URL(line.split(',')[1], base).pathname }));
  check(people.length === 300, 'the demo company has 300 people');
  for (const person of people) {
    await readForm(base, person);
  }
  const restless = people.filter((_, i) => i % 2 === 0);
  const once = people.filter((_, i) => i % 2 === 1);
  for (let number = 0; number < ROUNDS; number += 1) {
    await round(base, pid, number, once.filter((_, i) => i % ROUNDS === number), restless);
  }
  for (const person of people.filter((one) => one.isUnsure !== false)) {
    await sendUntilSure(base, person, 3);
  }
  run('epoch', 'close', '--date', people[0].epoch, '--dir', folder.data);
  checkCells(folder, people, people[0].epoch);
}, { needsBrowser: false });
