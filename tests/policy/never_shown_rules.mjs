// SPDX-License-Identifier: MIT
// What is never shown, as rules that a machine can hold: checkPage() for HTML, checkCsv(), checkJson() and checkWords()
// for what else leaves the program. Each gives a list of { rule, what }. `facts` says what the rules must know of the
// company; `seen` counts what each rule had to look at, so that a test can tell "nothing wrong" from "nothing there".
//
// The list is statistics.md's: no claims of cause or certainty, no p in prose, no stars, no r without its interval or
// from fewer than 20 periods, no correlogram without its band, no "explains x %", no forecast, percent lift or money, no
// p of a test that trusts time series too much, no league of teams, and nothing of a group below the threshold.
//
// facts = { teams: paths in the tree's order, small: paths of those below the threshold, quoted: what people typed in }.
import { all, byTag, enclosing, hasClass, parse, passages, readTable, squeeze, textOf } from './never_shown_html.mjs';

const NUMBER = '[+\u2212-]?\\d+(?:[.,]\\d+)?';
const PERIODS_SCAN = 20;

// ---- Words --------------------------------------------------------------------------------------------------------

const WORDS = [
  ['certainty', /\b(in)?significan\w*|\b(in)?signifikan\w*|\bunmöglich|\bimpossible\b/i],
  ['cause', /\bcaus(es|ed|ing|al\w*)\b|\bdriv(es|en|er|ers|ing)\b|\bimpact\w*|\bprov(e|es|ed|en|ing)\b/i],
  ['cause', /\bbewirk\w*|\bverursach\w*|\bbeweis(t|en)?\b|\bbewiesen\w*|\b\w*auswirkung\w*|\b\w*treiber\w*|\bkausal\w*/i],
  ['anonymity', /\banonym\w*|\bnobody can ever|\bniemand kann je/i],
  ['money', /\bROI\b|\breturn on investment|\brendite\w*|\brevenue\w*|\bumsatz\w*|\bprofit\w*|\bsavings?\b|\berspar\w*|[€$£]\s*\d|\d\s*(€|EUR\b|USD\b|GBP\b|Euro\b|dollars?\b)/i],
  ['forecast', /\bforecast\w*|\bpredict\w*|\bproject(ed|ion)\w*|\bprognos\w*|\bvor(her|aus)(ge)?sag\w*/i],
  ['lift', /\b(up)?lift\b|\d\s*%\s+(higher|lower|more|less|better|worse|increase|decrease|improvement|höher|niedriger|mehr|weniger|besser|schlechter)\b/i],
  ['lift', /\b(increas\w+|ris(es|en|ing)|rose|improv\w+|grew|fell|falls|decreas\w+|stieg|steigt|sank|sinkt|verbesser\w+|erhöh\w+)\s+(by|of|um)\s+(about\s+|etwa\s+)?\d+([.,]\d+)?\s*%/i],
  ['explained', /\br\s*(²|\^2)|\bR2\b|\br-?squared\b|\bbestimmtheitsmaß|\b(explains?|explained|erklärt?|erklären)\s+(about\s+|etwa\s+)?\d|\bof (the )?varian(ce|z)\b|\bder Varianz\b/i],
  ['p', /(^|[^\p{L}\d])p\s*(-?\s*(value|wert)s?\b|[=<>≤≥≈]\s*[0-9.,])/iu],
  ['stars', /\d[%)\]]?\s*[*\u2217\u204e\u2605\u2606\u2020]{1,3}(?!\s*[*\w])/],
  ['method', /\bnewey|\btwo-way\b|\btwfe\b|\brmcorr\b|\bOLS\b|\bfixed[- ]effects?\b/i],
];

// What somebody typed in stands on pages as it is: a correction about 200 euros is no promise of money.
function withoutQuotes(text, facts) {
  return facts.quoted.reduce((rest, quote) => rest.replaceAll(quote, '\u201c\u2026\u201d'), text);
}

export function checkWords(text, facts) {
  const own = withoutQuotes(text, facts);
  return WORDS.filter(([, pattern]) => pattern.test(own)).map(([rule]) => ({ rule, what: text }));
}

// ---- Correlations -------------------------------------------------------------------------------------------------

const R = new RegExp(`(^|[^\\p{L}\\d])(r|correlation|korrelation)( coefficient|skoeffizient)?\\s*(=|≈|:|is|of|von|about|etwa|from)?\\s*(about |etwa )?${NUMBER}(?![\\d.,]*\\s*-?%)`, 'giu');
const INTERVAL = new RegExp(`${NUMBER}\\s*(to|bis|–|and|und)\\s*${NUMBER}`);
// Not estimates: what would have been seen, and what is usual elsewhere.
const NO_ESTIMATE = [/^\s*(or stronger|oder stärker)/, /^\s*(before corrections|vor Korrekturen)/];
const PERIODS = /(\d+)\s+(weeks?|fortnights?|months?|Wochen?|Monaten?|Monate|Doppelwochen)\b/g;

// The estimates of r in a text; those of exactly 1 have no interval.
function estimates(text) {
  return [...text.matchAll(R)].filter((found) => {
    const after = text.slice(found.index + found[0].length);
    return !NO_ESTIMATE.some((pattern) => pattern.test(after));
  });
}

export function checkCorrelations(text) {
  const findings = [];
  for (const found of estimates(text)) {
    const isOne = /[^\d.,]1([.,]0+)?$/.test(found[0]);
    if (!isOne && !INTERVAL.test(text.slice(found.index + found[0].length))) {
      findings.push({ rule: 'r without interval', what: text });
    }
    const periods = [...text.matchAll(PERIODS)].filter((one) => one.index > found.index).map((one) => Number(one[1]));
    if (periods.length > 0 && periods[0] < PERIODS_SCAN) {
      findings.push({ rule: 'r from too few', what: text });
    }
  }
  return findings;
}

// A page that gives an r says from how many links it was chosen and over how many periods.
function checkBasis(root, seen) {
  const main = byTag(root, 'main')[0] ?? root;
  const text = squeeze(textOf(main));
  if (!passages(main).some((one) => estimates(one.text).length > 0)) {
    return [];
  }
  seen.r += 1;
  const findings = [];
  if (!/\d+\s+(links?|pairs?)( were)? examined|Zusammenh(a|ä)nge?n?( wurden)? untersucht|\d+ untersuchten? Zusammenh/i.test(text)) {
    findings.push({ rule: 'links examined', what: 'an r, but not how many links were examined' });
  }
  if ([...text.matchAll(PERIODS)].length === 0) {
    findings.push({ rule: 'r without n', what: 'an r, but not from how many periods' });
  }
  return findings;
}

// An early hint names no lag.
function checkHints(root) {
  return all(root, (one) => hasClass(one, 'verdict')).flatMap((one) => {
    const text = squeeze(textOf(one));
    const isHint = /early hint|früher hinweis/i.test(text);
    return isHint && /(by about|um etwa)\s+\d/.test(text) ? [{ rule: 'lag of a hint', what: text }] : [];
  });
}

const isCorrelogram = (svg) => hasClass(svg, 'lags') || all(svg, (one) => hasClass(one, 'stem')).length > 0;

// Every stem of a correlogram stands before the band of what chance does over all lags, and its table has the band, too.
function checkCorrelograms(root, seen) {
  const findings = [];
  for (const svg of byTag(root, 'svg').filter((one) => isCorrelogram(one) && enclosing(one, 'svg') === null)) {
    seen.correlogram += 1;
    const stems = all(svg, (one) => hasClass(one, 'stem')).length;
    const band = all(svg, (one) => hasClass(one, 'chance')).map((one) => one.attributes.d ?? '').join('');
    if (stems === 0 || (band.match(/M/g) ?? []).length < stems) {
      findings.push({ rule: 'correlogram without band', what: `${stems} lags, band ${band.slice(0, 40)}` });
    }
    const figure = enclosing(svg, 'figure');
    for (const table of figure === null ? [] : byTag(figure, 'table')) {
      findings.push(...checkLagTable(readTable(table)));
    }
  }
  return findings;
}

function checkLagTable({ header, rows }) {
  const band = header.findIndex((one) => /chance|zufall/i.test(one));
  return rows.filter((row) => row.texts.slice(1).some((text) => /\d[.,]\d/.test(text)))
    .filter((row) => band < 0 || !/[1-9]/.test(row.texts[band] ?? ''))
    .map((row) => ({ rule: 'correlogram without band', what: `table row ${row.texts.join(' | ')}` }));
}

// A column of r has a column of intervals or of the band beside it.
function checkRColumns(table) {
  const { header, rows } = readTable(table);
  const column = header.findIndex((one) => /^(r|correlation|korrelation)\b/i.test(one));
  const beside = header.flatMap((one, i) => (/interval|chance|zufall/i.test(one) ? [i] : []));
  if (column < 0) {
    return [];
  }
  return rows.filter((row) => /\d/.test(row.texts[column] ?? '') &&
      !INTERVAL.test(row.texts[column]) && !beside.some((i) => /\d/.test(row.texts[i] ?? '')))
    .map((row) => ({ rule: 'r without interval', what: `table row ${row.texts.join(' | ')}` }));
}

// ---- Teams --------------------------------------------------------------------------------------------------------

const leaf = (path) => path.split('/').at(-1);

// The place of a team in the tree by its path or its own name; -1 for anything else.
function placeOf(text, facts) {
  const at = facts.teams.indexOf(text);
  return at >= 0 ? at : facts.teams.findIndex((path) => leaf(path) === text);
}

// Rows of a table, or items of a list, that each begin with a team's name.
function teamRows(node, facts) {
  const rows = node.tag === 'table' ? readTable(node).rows.map((row) => ({ name: row.name, cells: row.texts.slice(1) }))
    : node.children.filter((one) => one.tag === 'li').map((one) => {
      const [name, ...cells] = passages(one).flatMap((part) => part.text.split(/\s*[:·|]\s+/));
      return { name: name ?? '', cells };
    });
  return rows.map((row) => ({ ...row, rest: row.cells.join(' | '), place: placeOf(row.name, facts) }))
    .filter((row) => row.place >= 0);
}

const MONTHS = ['jan', 'feb', 'm[aä]r', 'apr', 'ma[yi]', 'jun', 'jul', 'aug', 'sep', 'o[ck]t', 'nov', 'de[cz]'];

// When a cell's day or week is, as a number that grows with time; NaN for anything else.
export function timeOf(text) {
  const week = /^(\d{4})-W(\d\d)$/.exec(text) ?? /^week (?<w>\d+) of (?<y>\d{4})$/.exec(text) ?? /^KW (?<w>\d+)\/(?<y>\d{4})$/.exec(text);
  if (week !== null) {
    return Number(week.groups?.y ?? week[1]) * 366 + Number(week.groups?.w ?? week[2]) * 7;
  }
  const day = /^(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)$/.exec(text) ?? /^(?<d>\d{1,2})\.? (?<n>\p{L}{3})\p{L}* (?<y>\d{4})$/u.exec(text);
  if (day === null) {
    return NaN;
  }
  const { y, m, d, n } = day.groups;
  const month = m === undefined ? MONTHS.findIndex((one) => new RegExp(one, 'i').test(n)) + 1 : Number(m);
  return Number(y) * 366 + month * 31 + Number(d);
}

const isSteady = (values, isInOrder) => values.every((one, i) => i === 0 || isInOrder(values[i - 1], one));

// A list of what happened stands in the order of time: one of its columns does, up or down.
function isLog(rows) {
  return rows[0].cells.some((_, column) => {
    const times = rows.map((row) => timeOf(row.cells[column] ?? ''));
    return times.every((one) => !Number.isNaN(one)) && (isSteady(times, (a, b) => a >= b) || isSteady(times, (a, b) => a <= b));
  });
}

// Teams stand in the order of their tree or of time, never of their figures, and never with a mean alone.
function checkLeagues(root, facts, seen) {
  const findings = [];
  for (const node of byTag(root, 'table', 'ol', 'ul')) {
    const rows = teamRows(node, facts).filter((row) => /\d/.test(row.rest));
    if (rows.length < 3) {
      continue;
    }
    seen.teamTable += 1;
    if (!isSteady(rows, (a, b) => a.place <= b.place) && !isLog(rows)) {
      findings.push({ rule: 'league of teams', what: `not in the tree's order: ${rows.map((row) => row.name).join(', ')}` });
    }
    for (const row of rows.filter((one) => /\d[.,]\d/.test(one.rest) && !INTERVAL.test(one.rest))) {
      findings.push({ rule: 'league of teams', what: `no interval: ${row.name} | ${row.rest}` });
    }
  }
  return findings;
}

// ---- Below the threshold ------------------------------------------------------------------------------------------

const FEW = /fewer than \d+|weniger als \d+/gi;
const withoutFew = (text) => text.replace(FEW, '');

function isSmall(text, facts) {
  return facts.small.some((path) => text === path || text === leaf(path));
}

// A small team's name never has a figure beside it: in a row of a table, in a sentence, in a chart's text.
function checkSmallTeams(root, facts, seen) {
  const findings = [];
  for (const table of byTag(root, 'table')) {
    for (const row of readTable(table).rows.filter((one) => isSmall(one.name, facts))) {
      seen.small += 1;
      if (/\d/.test(withoutFew(row.texts.slice(1).join(' ')))) {
        findings.push({ rule: 'below the threshold', what: row.texts.join(' | ') });
      }
    }
  }
  for (const { text } of passages(root)) {
    const named = facts.small.find((path) => names(text, path));
    if (named !== undefined && /\d[.,]\d|\d\s*%/.test(withoutFew(text))) {
      findings.push({ rule: 'below the threshold', what: text });
    }
  }
  return findings;
}

// By its whole path, or by its own name with a capital in front of a figure: "Data: 3.41".
function names(text, path) {
  const own = leaf(path).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.includes(path) || new RegExp(`(^|[^\\p{L}/])${own}\\s*[:,(–=]`, 'u').test(text);
}

// A page that is about a small team: its heading or its choice says so.
function subjectOf(root) {
  const chosen = byTag(root, 'option').filter((one) => 'selected' in one.attributes).map((one) => squeeze(textOf(one)));
  const captions = byTag(root, 'h1', 'h2', 'caption', 'figcaption', 'title').map((one) => squeeze(textOf(one)));
  return [...chosen, ...captions];
}

function checkSmallSubject(root, facts, seen) {
  const main = byTag(root, 'main')[0];
  const about = facts.small.find((path) => subjectOf(root).includes(path));
  if (about === undefined || main === undefined) {
    return [];
  }
  seen.small += 1;
  const inPeriods = byTag(main, 'table').flatMap((table) => readTable(table).rows)
    .filter((row) => !Number.isNaN(timeOf(row.name))).map((row) => row.texts.slice(1).join(' | '));
  const spoken = passages(main).filter((one) => hasClass(one.node, 'stat-value') || INTERVAL.test(one.text) || !Number.isNaN(timeOf(one.text.split(/[ :]/)[0])));
  return [...inPeriods, ...spoken.map((one) => one.text)].filter((text) => /\d[.,]\d|\d\s*%/.test(withoutFew(text)))
    .map((text) => ({ rule: 'below the threshold', what: `${about}: ${text}` }));
}

// What is hidden says "fewer than 5", and no count of answers or people lies below the threshold, least of all 0.
function checkCounts(root, seen = { hidden: 0, counts: 0 }) {
  const findings = [];
  for (const cell of all(root, (one) => hasClass(one, 'hidden-value') || hasClass(one, 'hidden') || hasClass(one, 'few'))) {
    seen.hidden += 1;
    if (/\d/.test(withoutFew(squeeze(textOf(cell))))) {
      findings.push({ rule: 'hidden', what: squeeze(textOf(cell)) });
    }
  }
  for (const table of byTag(root, 'table')) {
    const { header, rows } = readTable(table);
    const columns = header.flatMap((one, i) => (/^(n|answers|antworten|people|personen|responses|respondents)$/i.test(one) ? [i] : []));
    for (const row of rows) {
      for (const column of columns.filter((i) => /^\d+$/.test(row.texts[i] ?? ''))) {
        seen.counts += 1;
        if (Number(row.texts[column]) < 5) {
          findings.push({ rule: 'hidden', what: `${header[column]} ${row.texts.join(' | ')}` });
        }
      }
    }
  }
  for (const { text } of passages(root)) {
    if (/(^|[^\d.,])[0-4]\s+(answers?|people|persons?|respondents|Antwort(en)?|Personen|Person)\b/i.test(text)) {
      findings.push({ rule: 'hidden', what: text });
    }
  }
  return findings;
}

// ---- Pages --------------------------------------------------------------------------------------------------------

export function newSeen() {
  return { pages: 0, r: 0, correlogram: 0, teamTable: 0, small: 0, hidden: 0, counts: 0 };
}

export function checkPage(html, facts, seen = newSeen()) {
  const root = parse(html);
  seen.pages += 1;
  const findings = passages(root).flatMap(({ text }) => [...checkWords(text, facts), ...checkCorrelations(text)]);
  findings.push(...checkBasis(root, seen), ...checkHints(root), ...checkCorrelograms(root, seen));
  findings.push(...byTag(root, 'table').flatMap(checkRColumns));
  findings.push(...checkLeagues(root, facts, seen), ...checkSmallTeams(root, facts, seen));
  findings.push(...checkSmallSubject(root, facts, seen), ...checkCounts(root, seen));
  return findings;
}

// Whether a page shows any r or correlogram at all.
export function showsCorrelation(html) {
  const root = parse(html);
  return passages(root).some((one) => estimates(one.text).length > 0) || byTag(root, 'svg').some(isCorrelogram);
}

// The row of a table that has this name, as text; undefined when no table has one.
export function rowNamed(html, name) {
  return byTag(parse(html), 'table').flatMap((table) => readTable(table).rows)
    .filter((row) => row.name === name).map((row) => row.texts.slice(1).join(' | '))[0];
}

export const saysFew = (text) => /fewer than \d|weniger als \d/i.test(text);

// ---- JSON and CSV -------------------------------------------------------------------------------------------------

// Fields that no answer has by default: what a naive program would print beside a time series.
const FIELDS = /^(p|p_?(value|naive|neff|best|t|pearson|spearman|lag0|single|plain)|best_p|stars?|r2|r_squared?|rsq|.*lift.*|.*forecast.*|.*predict.*|newey.*|nw_.*|twfe.*|two_way.*|rmcorr.*|ols.*|hac.*|.*revenue.*|.*roi)$/i;
const LOWS = ['ci', 'ci_low', 'ci_lo', 'lo', 'low', 'r_low', 'r_lo', 'interval', 'best_ci'];

const isNumber = (value) => typeof value === 'number';
const hasInterval = (object) => LOWS.some((name) => (Array.isArray(object[name]) ? object[name].every(isNumber) && object[name].length === 2 : isNumber(object[name])));

function checkScan(object, where) {
  const findings = [];
  const r = object.best_r ?? (isNumber(object.r) ? object.r : undefined);
  if (isNumber(r) && Math.abs(r) < 1 - 1e-9 && !hasInterval(object)) {
    findings.push({ rule: 'r without interval', what: where });
  }
  if (Array.isArray(object.r) && object.r.some(isNumber) && !isNumber(object.crit95)) {
    findings.push({ rule: 'correlogram without band', what: where });
  }
  const hasAny = isNumber(r) || (Array.isArray(object.r) && object.r.some(isNumber));
  if (hasAny && isNumber(object.n) && object.n < PERIODS_SCAN) {
    findings.push({ rule: 'r from too few', what: `${where}: n ${object.n}` });
  }
  if (object.refused === true && (hasAny || isNumber(object.p_perm))) {
    findings.push({ rule: 'r from too few', what: `${where}: refused, with figures` });
  }
  return findings;
}

const FIGURES = ['n', 'mean', 'fav_pct', 'favourable', 'ci_low', 'ci_high', 'sd', 'answers', 'change'];

function checkHiddenObject(object, facts, where) {
  const figures = FIGURES.filter((name) => isNumber(object[name]));
  const isBelow = facts.small.includes(object.team) || facts.small.includes(object.path);
  if ((object.status === 'hidden' || isBelow) && figures.length > 0) {
    return [{ rule: object.status === 'hidden' ? 'hidden' : 'below the threshold', what: `${where}: ${figures.join(', ')}` }];
  }
  return [];
}

export function checkJson(value, facts, where = '$') {
  if (typeof value === 'string') {
    return [...checkWords(value, facts), ...checkCorrelations(value)];
  }
  if (Array.isArray(value)) {
    return value.flatMap((one, i) => checkJson(one, facts, `${where}[${i}]`));
  }
  if (value === null || typeof value !== 'object') {
    return [];
  }
  // A comparison before and after gives its own test's p beside what that rests on, and so does the question whether
  // teams differ; a correlation never does.
  const isEffect = ['df', 'i2_pct', 'i2'].some((name) => name in value) && !['lags', 'r', 'best_r', 'best_lag'].some((name) => name in value);
  const named = Object.keys(value).filter((name) => FIELDS.test(name) && !(isEffect && /^p(_t)?$/.test(name)));
  return [
    ...named.map((name) => ({ rule: 'field', what: `${where}.${name}` })),
    ...checkScan(value, where), ...checkHiddenObject(value, facts, where),
    ...Object.entries(value).flatMap(([name, inner]) => checkJson(inner, facts, `${where}.${name}`)),
  ];
}

// Cells with quotes and line breaks, as our writer makes them.
export function readCsv(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted !== undefined ? quoted.replaceAll('""', '"') : plain);
    if (end !== ',') {
      rows.push([]);
    }
  }
  return rows.filter((row) => row.length > 1 || (row[0] ?? '') !== '');
}

export function checkCsv(name, text, facts, seen = newSeen()) {
  const [header, ...rows] = readCsv(text);
  const findings = header.filter((one) => FIELDS.test(one)).map((one) => ({ rule: 'field', what: `${name}: ${one}` }));
  if (header.some((one) => /^(best_)?r$/.test(one)) && !header.some((one) => LOWS.includes(one))) {
    findings.push({ rule: 'r without interval', what: `${name}: ${header.join(',')}` });
  }
  const column = (one) => header.indexOf(one);
  const isOutcome = column('metric') >= 0; // customers' figures, not the staff's
  for (const row of rows) {
    const line = row.join(',');
    const values = FIGURES.map((one) => row[column(one)] ?? '').filter((one) => one !== '');
    if (row[column('status')] === 'hidden') {
      seen.hidden += 1;
    }
    if (row[column('status')] === 'hidden' && values.length > 0) {
      findings.push({ rule: 'hidden', what: `${name}: ${line}` });
    }
    if (!isOutcome && ['n', 'answers'].some((one) => row[column(one)] !== undefined && row[column(one)] !== '' && Number(row[column(one)]) < 5)) {
      findings.push({ rule: 'hidden', what: `${name}: ${line}` });
    }
    if (!isOutcome && values.length > 0 && row.some((cell) => facts.small.includes(cell))) {
      findings.push({ rule: 'below the threshold', what: `${name}: ${line}` });
    }
    findings.push(...row.filter((cell) => /\p{L}{3}/u.test(cell)).flatMap((cell) => [...checkWords(cell, facts), ...checkCorrelations(cell)]));
  }
  return findings;
}
