// SPDX-License-Identifier: MIT
// What is never shown, held against everything that the demo company's appliance gives out: every page that links lead
// to, for HR, an admin and two managers in both languages, the phone's pages, the exports, and what the commands print.
//     node never_shown.mjs PROGRAM DEMO_FOLDER
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, demo, main, program, request, run } from '../browser/house.mjs';
import { byTag, parse, squeeze, textOf } from './never_shown_html.mjs';
import {
  checkCsv, checkJson, checkPage, checkWords, checkCorrelations, newSeen, readCsv, rowNamed, saysFew, showsCorrelation,
} from './never_shown_rules.mjs';

const PASSWORD = 'seven wet owls on a fence';
const LANGUAGES = ['en', 'de'];
const AT_ONCE = 3;
const findings = [];
const seen = newSeen();
const facts = { teams: [], small: [], quoted: [] };
const visited = new Set();

function report(where, found) {
  findings.push(...found.map((one) => `${where}: ${one.rule}: ${one.what.slice(0, 300)}`));
}

// ---- Looking ------------------------------------------------------------------------------------------------------

const cookieOf = (answer) => (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');

async function logIn(base, login, password) {
  const form = await request(`${base}/login`);
  const csrf = /name="csrf" value="([^"]+)"/.exec(form.body.toString())[1];
  const body = new URLSearchParams({ csrf, login, password }).toString();
  const answer = await request(`${base}/login`, {
    method: 'POST', body,
    headers: { Cookie: cookieOf(form), 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) },
  });
  check(answer.status === 303, `${login} logs in`);
  return cookieOf(answer);
}

// Where a page leads by GET: its links, and its forms with each choice of their lists.
function targets(root, from) {
  const found = byTag(root, 'a').map((one) => one.attributes.href ?? '');
  for (const form of byTag(root, 'form').filter((one) => (one.attributes.method ?? 'get').toLowerCase() === 'get')) {
    const fixed = byTag(form, 'input').filter((one) => one.attributes.name !== undefined)
      .filter((one) => !['checkbox', 'radio'].includes(one.attributes.type) || 'checked' in one.attributes)
      .map((one) => [one.attributes.name, one.attributes.value ?? '']);
    const action = form.attributes.action ?? from;
    const selects = byTag(form, 'select');
    const chosen = selects.map((one) => [one.attributes.name, valueOf(byTag(one, 'option').find((o) => 'selected' in o.attributes) ?? byTag(one, 'option')[0])]);
    for (const [i, select] of selects.entries()) {
      for (const option of byTag(select, 'option')) {
        const fields = chosen.map((one, k) => (k === i ? [one[0], valueOf(option)] : one));
        found.push(`${action}?${new URLSearchParams([...fixed, ...fields])}`);
      }
    }
  }
  return found;
}

const valueOf = (option) => option?.attributes.value ?? squeeze(textOf(option ?? { tag: '', children: [] }));

function sameOrigin(base, from, href) {
  if (href === '' || href.startsWith('#')) {
    return null;
  }
  const url = new URL(href, base + from);
  return url.origin === base && !/^\/(assets|logout)\b/.test(url.pathname) ? url.pathname + url.search : null;
}

function judge(where, path, answer) {
  const type = answer.headers['content-type'] ?? '';
  const text = answer.body.toString();
  if (type.startsWith('text/html')) {
    report(where, checkPage(text, facts, seen));
    return targets(parse(text), path);
  }
  if (type.startsWith('text/csv')) {
    report(where, checkCsv(where, text, facts, seen));
  } else if (type.startsWith('application/json')) {
    report(where, checkJson(JSON.parse(text), facts));
  }
  return [];
}

// Every page that links lead to from the overview; of what differs behind "?" alone at most `cap` of each kind (what
// begins with the same word).
async function crawl(base, who, language, cookie, cap) {
  const queue = ['/', '/nothing-here', '/trend?team=999999', '/link?metric=nothing'];
  const known = new Set(queue);
  const kinds = new Map();
  const look = async (path) => {
    const answer = await request(base + path, { headers: { Cookie: cookie, 'Accept-Language': language } });
    const where = `${who}, ${language}, ${path}`;
    if (answer.status >= 500) {
      findings.push(`${where}: answers ${answer.status}`);
    }
    visited.add(`${answer.status} ${path.split('?')[0]}`);
    for (const href of judge(where, path, answer)) {
      const next = sameOrigin(base, path.split('?')[0], href);
      const kind = next?.split(/[?/]/)[1];
      const isChoice = next?.includes('?');
      if (next !== null && !known.has(next) && !(isChoice && (kinds.get(kind) ?? 0) >= cap)) {
        known.add(next);
        kinds.set(kind, (kinds.get(kind) ?? 0) + (isChoice ? 1 : 0));
        queue.push(next);
      }
    }
  };
  while (queue.length > 0) {
    await Promise.all(queue.splice(0, AT_ONCE).map(look));
  }
  return known.size;
}

// ---- The company --------------------------------------------------------------------------------------------------

// The tree of teams as the page of one team offers it, and of its leaves those that are no unit of their own.
async function learnTeams(base, cookie, exported) {
  const answer = await request(`${base}/trend`, { headers: { Cookie: cookie } });
  const options = byTag(parse(answer.body.toString()), 'option').map((one) => squeeze(textOf(one)));
  facts.teams = options.slice(1);
  const [header, ...rows] = readCsv(exported['groups.csv']);
  const units = rows.filter((row) => row[header.indexOf('kind')] === 'team').map((row) => row[header.indexOf('team')]);
  const isLeaf = (path) => !facts.teams.some((other) => other.startsWith(`${path}/`));
  facts.small = facts.teams.filter((path) => isLeaf(path) && !units.includes(path));
  check(facts.small.length >= 2 && facts.teams.length > 10, `the demo has ${facts.teams.length} teams, ${facts.small.length} of them too small to be shown`);
}

function addAccounts(data) {
  for (const [login, ...flags] of [['boss', '--role', 'admin'], ['lead', '--role', 'manager', '--team', 'Service'],
    ['small', '--role', 'manager', '--team', 'Office']]) {
    execFileSync(program, ['user', 'add', login, ...flags, '--dir', data], { input: `${PASSWORD}\n`, stdio: ['pipe', 'ignore', 'pipe'] });
  }
}

// Sources on which less may be said: 10 and 15 weeks (no r), 22 weeks (a hint at most), and one that never moves.
function importShort(folder, exported) {
  const [header, ...rows] = readCsv(exported['outcomes.csv']);
  const at = (name) => header.indexOf(name);
  const own = rows.filter((row) => row[at('metric')] === 'csat_mean' && row[at('source')] === 'survey');
  const weeks = [...new Set(own.map((row) => row[at('period')]))].slice(-60);
  for (const [source, count] of [['ten', 10], ['fifteen', 15], ['twentytwo', 22], ['flat', 60]]) {
    const kept = new Set(weeks.slice(-count));
    const lines = own.filter((row) => kept.has(row[at('period')])).map((row) => row.map((cell, i) => {
      const isFlat = source === 'flat' && i === at('value');
      return i === at('source') ? source : isFlat ? '4' : cell;
    }).join(','));
    const file = join(folder.data, '..', `${source}.csv`);
    writeFileSync(file, `${[header.join(','), ...lines].join('\n')}\n`);
    run('outcomes', 'import', file, '--dir', folder.data);
  }
}

// ---- Exports and commands -------------------------------------------------------------------------------------------

function exportAll(folder, name) {
  const out = join(folder.data, '..', name);
  run('export', 'run', '--out', out, '--dir', folder.data);
  const current = join(out, 'current');
  return Object.fromEntries(readdirSync(current).map((file) => [file, readFileSync(join(current, file), 'utf8')]));
}

function checkExports(exported) {
  for (const [name, text] of Object.entries(exported)) {
    if (name.endsWith('.csv')) {
      report(`export ${name}`, checkCsv(name, text, facts, seen));
    } else if (name.endsWith('.json')) {
      report(`export ${name}`, checkJson(JSON.parse(text), facts));
    }
  }
}

// What a command prints, or undefined when it fails.
function ask(data, ...args) {
  const answer = spawnSync(program, [...args, '--dir', data], { encoding: 'utf8' });
  return answer.status === 0 || answer.status === 6 ? answer.stdout : undefined;
}

function askBoth(data, ...args) {
  const json = ask(data, ...args, '--json');
  const plain = ask(data, ...args);
  if (json === undefined || plain === undefined) {
    return undefined;
  }
  const value = JSON.parse(json);
  report(`daypulse ${args.join(' ')} --json`, checkJson(value, facts));
  const lines = plain.split('\n');
  report(`daypulse ${args.join(' ')}`, lines.flatMap((line) => [...checkWords(line, facts), ...checkCorrelations(line)]));
  return value;
}

// Commands that change something, or take files of others; every other one with --json is a read.
const CHANGES = /^(import|run|scan|undo|close|acknowledge|add|withdraw|renew)$/;
const NAMES = ['id', 'metric', 'code', 'import'];
const TYPED = ['title', 'what', 'why', 'note'];

// Every object within a value.
function objectsIn(value) {
  const inner = value !== null && typeof value === 'object' ? Object.values(value).flatMap(objectsIn) : [];
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? [value, ...inner] : inner;
}

// The commands that read, as the program itself lists them.
function readingCommands() {
  return [...run('help', '--markdown').matchAll(/^\| `daypulse (\w+) (\w+)( [^`]*)?` \|(.*)$/gm)]
    .map((found) => ({ noun: found[1], verb: found[2], positional: found[3] ?? '', flags: found[4] }))
    .filter((one) => one.flags.includes('`--json`') && !CHANGES.test(one.verb));
}

// What people typed in: it may say what it likes.
function learnQuotes(data) {
  for (const { noun, verb } of readingCommands().filter((one) => one.verb === 'list')) {
    const typed = objectsIn(JSON.parse(ask(data, noun, verb, '--json') ?? '{}')).flatMap((one) => TYPED.map((name) => one[name]));
    facts.quoted.push(...typed.filter((one) => typeof one === 'string' && one.length > 10).map(squeeze));
  }
}

// Each command that reads, and with each name that a list gives for it.
function checkCommands(data) {
  const reads = readingCommands();
  const known = new Map();
  for (const { noun, verb, positional, flags } of reads) {
    const value = positional === '' || positional.includes('[') ? askBoth(data, noun, verb, ...(flags.includes('`--all`') ? ['--all'] : [])) : undefined;
    known.set(noun, [...(known.get(noun) ?? []), ...objectsIn(value)]);
  }
  let shown = 0;
  for (const { noun, verb, flags } of reads.filter((one) => one.positional !== '')) {
    const names = new Set(known.get(noun).map((one) => [one[NAMES.find((name) => name in one)], one.source])
      .filter(([name]) => ['string', 'number'].includes(typeof name)).map((one) => JSON.stringify(one)));
    for (const [name, source] of [...names].slice(0, 12).map((one) => JSON.parse(one))) {
      const more = typeof source === 'string' && flags.includes('`--source') ? ['--source', source] : [];
      shown += askBoth(data, noun, verb, String(name), ...more) === undefined ? 0 : 1;
    }
  }
  for (const { noun, verb } of reads.filter((one) => one.flags.includes('`--team CODE`'))) {
    for (const team of [...facts.small, facts.teams.find((path) => /Night/.test(path)) ?? facts.teams[0]]) {
      shown += askBoth(data, noun, verb, '--team', team) === undefined ? 0 : 1;
    }
  }
  return { reads: reads.length, shown };
}

// ---- Pages against commands -----------------------------------------------------------------------------------------

// The numbers of a row that are not the trend line's: that one runs through hidden weeks, from the weeks around.
function foreignNumbers(row, week) {
  const line = [week.level, week.level_low, week.level_high].filter((one) => typeof one === 'number').map((one) => one.toFixed(2));
  return (row.match(/\d[.,]\d+/g) ?? []).filter((one) => !line.includes(one.replace(',', '.')));
}

// A week that the command calls hidden says "fewer than" on the page and gives no figure of its own.
async function checkHiddenWeeks(base, cookie, data) {
  let hidden = 0;
  for (const team of facts.teams) {
    const weeks = JSON.parse(run('trend', 'show', '--team', team, '--json', '--dir', data)).weeks.filter((one) => one.status === 'hidden');
    if (weeks.length === 0) {
      continue;
    }
    const id = facts.teams.indexOf(team) + 2; // behind the whole organisation, which is 1
    for (const language of LANGUAGES) {
      const page = (await request(`${base}/trend?team=${id}`, { headers: { Cookie: cookie, 'Accept-Language': language } })).body.toString();
      for (const week of weeks) {
        const row = rowNamed(page, week.week);
        hidden += row === undefined ? 0 : 1;
        if (row !== undefined && (!saysFew(row) || foreignNumbers(row, week).length > 0)) {
          findings.push(`${language}, /trend?team=${id} (${team}), ${week.week}: a hidden week says "${row}"`);
        }
      }
    }
  }
  return hidden;
}

// Where the command gives no r, the page gives none either, and no correlogram.
async function checkRefusals(base, cookie, data) {
  let without = 0;
  for (const { metric, source } of JSON.parse(run('link', 'show', '--json', '--dir', data)).pairs) {
    const link = JSON.parse(run('link', 'show', metric, '--source', source, '--json', '--dir', data));
    const hasNone = typeof link.best_r !== 'number';
    without += hasNone ? 1 : 0;
    for (const language of LANGUAGES) {
      const page = (await request(`${base}/link?metric=${metric}&source=${source}`, { headers: { Cookie: cookie, 'Accept-Language': language } })).body.toString();
      if (hasNone && showsCorrelation(page)) {
        findings.push(`${language}, /link?metric=${metric}&source=${source}: the command refuses (n ${link.n}), the page gives an r`);
      }
    }
  }
  return without;
}

async function checkPhone(base) {
  for (const language of LANGUAGES) {
    for (const path of [demo.link, `${demo.link}/thanks`, '/a/0000000000000000', '/login', '/setup']) {
      const answer = await request(base + path, { headers: { 'Accept-Language': language } });
      judge(`phone, ${language}, ${path.replace(demo.link, '/a/LINK')}`, path, answer);
    }
  }
}

// ---- All of it ------------------------------------------------------------------------------------------------------

await main(async ({ folder, base }) => {
  const before = exportAll(folder, 'before');
  addAccounts(folder.data);
  importShort(folder, before);
  const hr = await logIn(base, demo.login, demo.password);
  await learnTeams(base, hr, before);
  learnQuotes(folder.data);
  const people = [['hr', hr, 28]];
  for (const login of ['boss', 'lead', 'small']) {
    people.push([login, await logIn(base, login, PASSWORD), 5]);
  }
  for (const [who, cookie, cap] of people) {
    for (const language of LANGUAGES) {
      const pages = await crawl(base, who, language, cookie, cap);
      check(pages >= 8, `${who} (${language}): ${pages} pages`);
    }
  }
  await checkPhone(base);
  checkExports(exportAll(folder, 'after'));
  const { reads, shown } = checkCommands(folder.data);
  const hidden = await checkHiddenWeeks(base, hr, folder.data);
  const without = await checkRefusals(base, hr, folder.data);

  console.log([...visited].sort().join('\n'));
  for (const one of findings) {
    console.log(`never shown: ${one}`);
  }
  check(seen.r > 0 && seen.correlogram > 0, `${seen.r} pages with an r, ${seen.correlogram} correlograms`);
  check(seen.teamTable > 0 && seen.small > 0, `${seen.teamTable} tables of teams, ${seen.small} rows and pages of small ones`);
  check(seen.hidden > 0 && seen.counts > 0, `${seen.hidden} hidden cells, ${seen.counts} counts`);
  check(hidden > 0, `${hidden} hidden weeks on pages`);
  check(without >= 3, `${without} links without an r`);
  check(reads >= 6 && shown >= 10, `${reads} commands that read, ${shown} answers by name`);
  check(findings.length === 0, `${seen.pages} pages show nothing that is never shown (${findings.length} findings)`);
}, { needsBrowser: false });
