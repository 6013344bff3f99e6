// SPDX-License-Identifier: MIT
// Tests the rules of what is never shown: each must find what is planted for it and nothing in what is right. A rule
// that nobody has seen fail proves nothing.
//     node never_shown_selftest.mjs
import { readFileSync } from 'node:fs';
import { parse } from './never_shown_html.mjs';
import { checkCsv, checkJson, checkPage, newSeen, rowNamed, saysFew, showsCorrelation, timeOf } from './never_shown_rules.mjs';

const facts = {
  teams: ['Service', 'Service/North', 'Service/South', 'Office', 'Office/Data', 'Office/Legal'],
  small: ['Office/Data', 'Office/Legal'],
  quoted: ['Spend up to 200 euros, drives and all.'],
};
let count = 0;
let wrong = 0;

function note(isRight, what) {
  count += 1;
  if (!isRight) {
    wrong += 1;
    console.log(`wrong: ${what}`);
  }
}

const page = (main) => `<!doctype html><html lang="en"><head><title>Daypulse</title></head><body><main id="main">${main}</main></body></html>`;
const table = (head, ...rows) => `<table><thead><tr>${head.map((one) => `<th scope="col">${one}</th>`).join('')}</tr></thead><tbody>${
  rows.map(([name, ...cells]) => `<tr><th scope="row">${name}</th>${cells.map((one) => `<td>${one}</td>`).join('')}</tr>`).join('')}</tbody></table>`;
const correlogram = (band, limit) => `<figure><svg class="plot lags">${band}<g class="stem"><circle r="3"/></g><g class="stem"><circle r="3"/></g></svg>${
  table(['Lag', 'r', '95% interval', limit === undefined ? 'Pairs' : 'By chance up to'], ['1', '0.20', '', limit ?? '60'], ['2', '0.31', '', limit ?? '59'])}</figure>`;
const BAND = '<svg><path class="chance" d="M0 1h9V3h-9ZM9 1h9V3h-9Z"/></svg>';
const rulesOf = (findings) => [...new Set(findings.map((one) => one.rule))];

function refuse(rule, main) {
  const found = rulesOf(checkPage(page(main), facts));
  note(found.includes(rule), `"${rule}" was not found in ${main} (found: ${found.join(', ') || 'nothing'})`);
}

function accept(main) {
  const found = checkPage(page(main), facts);
  note(found.length === 0, `${main} is right, but: ${found.map((one) => one.rule).join(', ')}`);
}

// ---- Words --------------------------------------------------------------------------------------------------------

// Every word that no sentence of ours may use is refused on a page, too: the list is read from the sentences' own test.
const own = readFileSync(new URL('../unit/text/test_text.c', import.meta.url), 'utf8');
const claims = [...(/claims\[\] = \{([\s\S]*?)\};/.exec(own)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map((one) => one[1]);
note(claims.length >= 20, `only ${claims.length} words were read from test_text.c`);
for (const claim of claims) {
  // An ending for what is only the beginning of a word or phrase.
  const whole = { '100 % an': '100 % anonymous', '100% an': '100% anonymous' }[claim] ?? claim;
  note(checkPage(page(`<p>It is ${whole}.</p>`), facts).length > 0, `the word "${claim}" passes`);
}

for (const [rule, ...sentences] of [
  ['certainty', 'A significant change.', 'Ein signifikanter Unterschied.', 'Statistically insignificant.'],
  ['cause', 'Engagement drives satisfaction.', 'This caused it.', 'The impact on CSAT', 'Das beweist es.', 'Die Auswirkung auf CSAT', 'Top drivers', 'It is a causal link.'],
  ['money', 'An ROI of 3.', 'It saves €12 a month.', 'Costs 300 EUR.', 'More revenue', 'Mehr Umsatz'],
  ['forecast', 'Forecast for May', 'The predicted CSAT is 4.1.', 'Prognose', 'Das Modell sagt es vorher: Vorhersage 4,1'],
  ['lift', 'CSAT is 12% higher.', 'CSAT rose by 4.5%.', 'A lift of 3', 'CSAT stieg um 3 %.', 'Um 12 % besser.'],
  ['explained', 'Engagement explains 35% of CSAT.', 'r² = 0.35', 'R2 0.4', 'erklärt 35 % davon', 'a third of the variance'],
  ['p', 'r = 0.50, 95% interval 0.30 to 0.66 (p = 0.01), 3 links examined, 60 weeks.', 'p &lt; .001', 'p-value', 'p-Wert: 0,03', 'P≤0.05', '(p&lt;0,05)'],
  ['stars', '0.52**', '0.41 *', '12%*', '3.40†'],
  ['method', 'Newey-West', 'two-way fixed effects', 'rmcorr', 'by OLS'],
]) {
  sentences.forEach((one) => refuse(rule, `<p>${one}</p>`));
}
refuse('certainty', '<svg role="img" aria-label="a significant rise"></svg>');
refuse('certainty', '<p>A signi<b>ficant</b> change</p>');
refuse('p', '<td title="p = 0.04">0.5</td>');
refuse('p', '<svg><title>p&nbsp;&lt;&nbsp;0.05</title></svg>');
accept('<p>Moving together is not proof of cause; it may also run from customers to staff.</p>');
accept('<p>Keine Ursache: Die Stimmung dieses Teams treibt langsam; Gemeinsame Bewegung ist kein Nachweis einer Ursache.</p>');
accept('<p>Up by 0.3. Group p. 5 of 9. 59% favourable, 95% interval 55 to 64. Improve this: ask again. 3 * 4 = 12</p>');
accept('<p>Spend up to 200 euros, drives and all.</p>');
refuse('cause', '<p>Spend up to 200 euros, drives and all. It drives CSAT.</p>');
accept('<p>Expect it to shrink. Too many periods are missing: more than 15% of them.</p>');

// ---- Correlations -------------------------------------------------------------------------------------------------

const BASIS = '<p>Strong evidence from 77 weeks, 3 links examined.</p>';
refuse('r without interval', `<p>r = 0.59.</p>${BASIS}`);
refuse('r without interval', `<p>r = −0,59 aus 40 Wochen</p>${BASIS}`);
refuse('r without interval', `<p>A correlation of 0.59</p>${BASIS}`);
refuse('r without interval', table(['Theme', 'r'], ['Purpose', '0.31']));
refuse('r without interval', table(['Theme', 'r', '95% interval'], ['Purpose', '0.31', '–']));
refuse('r without interval', '<svg><text class="best-label">r = 0.59</text></svg>');
refuse('r from too few', '<p>r = 0.59, 95% interval 0.50 to 0.67, from 19 weeks, 3 links examined.</p>');
refuse('links examined', '<p>r = 0.59, 95% interval 0.50 to 0.67, from 77 weeks.</p>');
refuse('r without n', '<p>r = 0.59, 95% interval 0.50 to 0.67, 3 links examined.</p>');
accept('<p>r = 0.59, 95% interval 0.50 to 0.67. Strong evidence from 77 weeks, 3 links examined.</p>');
accept('<p>r = −0,59, 95-%-Intervall −0,67 bis −0,50. Starker Beleg aus 77 Wochen; 1 Zusammenhang untersucht.</p>');
accept(`<p>r = 1.00, without an interval. ${BASIS}</p>`);
accept('<p>No link found in 40 weeks. A link of r = 0.31 or stronger would probably have shown.</p>');
accept('<p>somewhat more satisfied customers (r about 0.2 before corrections).</p>');
accept('<p>r vergleicht Überraschungen. Einheiten (r etwa 0,2 vor Korrekturen).</p>');
accept(table(['Theme', 'r', '95% interval'], ['Purpose', '0.31', '0.10 to 0.49']));
refuse('lag of a hint', '<section class="verdict"><p>Early hint</p><p>Engagement comes before CSAT by about 2 weeks.</p></section>');
accept('<section class="verdict"><p>Early hint</p><p>It may be chance; the next look is on 9 March.</p></section>');
refuse('correlogram without band', correlogram('', '0.25'));
refuse('correlogram without band', correlogram('<svg><path class="chance" d=""/></svg>', '0.25'));
refuse('correlogram without band', correlogram('<svg><path class="chance" d="M0 1h9V3h-9Z"/></svg>', '0.25'));
refuse('correlogram without band', correlogram(BAND));
refuse('correlogram without band', correlogram(BAND, '0.00'));
accept(correlogram(BAND, '0.25'));

// ---- Teams --------------------------------------------------------------------------------------------------------

const TEAM_HEAD = ['Team', 'Index', '95% interval'];
refuse('league of teams', table(TEAM_HEAD, ['Service/South', '4.1', '3.9 to 4.3'], ['Service', '3.9', '3.8 to 4.0'], ['Office', '3.2', '3.0 to 3.4']));
refuse('league of teams', table(['Team', 'Index'], ['Service', '4.1'], ['North', '3.9'], ['Office', '3.2']));
refuse('league of teams', '<ol><li>South: 4.1 (3.9 to 4.3)</li><li>North: 4.0 (3.9 to 4.3)</li><li>Office: 3.9 (3.9 to 4.3)</li></ol>');
refuse('league of teams', table(['Team', 'Week', 'Index'], ['South', '2026-W09', '4.1 (3.9 to 4.3)'], ['North', '2026-W11', '4.0 (3.9 to 4.3)'], ['Office', '2026-W10', '3.9 (3.9 to 4.3)']));
refuse('league of teams', table(TEAM_HEAD, ['<a href="/">South</a><span>with others</span>', '4.1', '3.9 to 4.3'], ['North', '4.0', '3.9 to 4.3'], ['Office', '3.9', '3.9 to 4.3']));
accept(table(['Team', 'Week', 'Index'], ['South', '2026-W11', '4.1 (3.9 to 4.3)'], ['North', '2026-W10', '4.0 (3.9 to 4.3)'], ['South', '2025-W52', '3.9 (3.9 to 4.3)']));
accept(table(['Team', 'Theme', 'Mean'], ['North', 'Voice', '4.1 (3.9 to 4.3)'], ['North', 'Purpose', '4.2 (3.9 to 4.3)'], ['South', 'Voice', '3.9 (3.9 to 4.3)']));
accept(table(TEAM_HEAD, ['Service', '3.9', '3.8 to 4.0'], ['North', '4.1', '3.9 to 4.3'], ['Office', '3.2', '3.0 to 3.4']));
refuse('below the threshold', table(TEAM_HEAD, ['Data', '3.4', '3.0 to 3.8']));
refuse('below the threshold', table(TEAM_HEAD, ['Office/Legal', '', '7 answers']));
refuse('below the threshold', '<p>Office/Legal had 3.41 in week 9.</p>');
refuse('below the threshold', '<svg><g aria-label="Legal: 3.41"></g></svg>');
refuse('below the threshold', '<p>Data (48%)</p>');
refuse('below the threshold', `<select><option selected>Office/Data</option></select>${table(['Week', 'Mean'], ['2026-W01', '3.42'])}`);
refuse('below the threshold', '<h1>Office/Data</h1><p class="stat-value">3.4</p>');
refuse('below the threshold', '<h1>Office/Data</h1><svg><title>2026-W07: 3.4</title></svg>');
refuse('below the threshold', '<h1>Office/Data</h1><p>Between 3.4 to 3.9.</p>');
accept(`<h1>Office/Data</h1><p>Too small.</p>${table(['Question', 'Usual'], ['Why?', 'adjusted by +0.15'])}`);
refuse('below the threshold', `<h1>Office/Data</h1>${table(['Week', 'Mean'], ['2026-W01', '3.42'])}`);
accept(table(TEAM_HEAD, ['Data', 'fewer than 5', 'fewer than 5']));
accept(table(TEAM_HEAD, ['Legal', 'shown with other small teams', '']));
accept('<p>Check the data first. Data of 9.4 weeks.</p>');
accept(`<select><option selected>Office/Data</option></select>${table(['Week', 'Mean'], ['2026-W01', 'Fewer than 5 people answered'])}`);
refuse('hidden', '<td class="hidden-value">0</td>');
refuse('hidden', '<td><span class="hidden-value">fewer than 5 (3)</span></td>');
refuse('hidden', table(['Week', 'Answers'], ['2026-W01', '0']));
refuse('hidden', table(['Woche', 'Antworten'], ['2026-W01', '4']));
refuse('hidden', '<p>0 answers</p>');
refuse('hidden', '<p>aus 3 Antworten</p>');
accept(table(['Week', 'Answers'], ['2026-W01', '5'], ['2026-W02', 'fewer than 5']));
accept('<p>Weniger als 5 Personen haben geantwortet. 40 answers. 3.4 people</p>');

// ---- Reading ------------------------------------------------------------------------------------------------------

for (const broken of ['<p>open', '<p></div>', '<p>a < b</p>']) {
  let isRefused = false;
  try {
    parse(broken);
  } catch {
    isRefused = true;
  }
  note(isRefused, `${broken} was read`);
}
note(showsCorrelation(page(correlogram(BAND, '0.25'))) && showsCorrelation(page('<p>r = 0.5</p>')), 'a correlation was not seen');
note(!showsCorrelation(page('<p>A link of r = 0.31 or stronger</p>')), 'what could have been seen was taken for an estimate');
note(rowNamed(page(table(['Week', 'Mean'], ['W1', '3.4'], ['W2', 'fewer than 5'])), 'W2') === 'fewer than 5', 'the row was not found');
note(timeOf('2026-W09') < timeOf('2026-W10') && timeOf('KW 2/2027') > timeOf('week 52 of 2026'), 'weeks in order');
note(timeOf('9 March 2026') === timeOf('9. März 2026') && timeOf('2026-03-09') === timeOf('9 March 2026') && timeOf('1 Oct 2026') > timeOf('30. September 2026'), 'days in order');
note(Number.isNaN(timeOf('3.41')) && Number.isNaN(timeOf('')), 'what is no time');
note(saysFew('Fewer than 5 people answered') && saysFew('weniger als 5') && !saysFew('0'), 'the words for a hidden figure');

const seen = newSeen();
checkPage(page(correlogram(BAND, '0.25') + table(TEAM_HEAD, ['Service', '1.1', '1.0 to 1.2'], ['North', '1.1', '1.0 to 1.2'], ['Office', '1.1', '1.0 to 1.2'], ['Data', '', ''])
  + table(['Week', 'n'], ['W1', '5'], ['W2', '<span class="hidden-value">fewer than 5</span>']) + `<p>r = 0.59, 95% interval 0.5 to 0.7</p>${BASIS}`), facts, seen);
note(Object.values(seen).every((one) => one === 1), `what was looked at: ${JSON.stringify(seen)}`);

// ---- JSON and CSV -------------------------------------------------------------------------------------------------

function refuseJson(rule, value) {
  const found = rulesOf(checkJson(value, facts));
  note(found.includes(rule), `"${rule}" was not found in ${JSON.stringify(value)} (found: ${found.join(', ') || 'nothing'})`);
}

function acceptJson(value) {
  const found = checkJson(value, facts);
  note(found.length === 0, `${JSON.stringify(value)} is right, but: ${found.map((one) => one.what).join(', ')}`);
}

const SCAN = { n: 78, lags: [0, 1], r: [0.1, 0.4], best_r: 0.4, ci: [0.2, 0.6], p_perm: 0.01, p_sidak: 0.01, crit95: 3, refused: false };
acceptJson(SCAN);
acceptJson({ ...SCAN, best_r: 1, ci: null });
acceptJson({ n: 12, refused: true, reason: 'too_few_periods', best_r: null, r: null, ci: null });
acceptJson({ team: 'Service', weeks: [{ status: 'ok', n: 9, mean: 3.1 }, { status: 'hidden' }] });
acceptJson({ estimate: 0.3, lo: 0.1, hi: 0.5, df: 7, p_t: 0.01, p_permutation: 0.02, p: 0.02 });
acceptJson({ ...SCAN, heterogeneity: { q: 3.1, p: 0.9, i2_pct: 0 } });
acceptJson({ line: 'theme  r  95% interval  lag' });
refuseJson('r without interval', { line: 'r 0.95 in theme' });
acceptJson({ what: 'Spend up to 200 euros, drives and all.' });
refuseJson('field', { ...SCAN, df: 40, p: 0.001 });
for (const name of ['p_value', 'p_naive', 'best_p', 'stars', 'r2', 'r_squared', 'forecast', 'percent_lift', 'newey_west', 'twfe_p', 'rmcorr_p', 'ols_p', 'revenue']) {
  refuseJson('field', { inner: [{ [name]: 0.1 }] });
}
refuseJson('field', { ...SCAN, p: 0.001 });
refuseJson('field', { estimate: 0.3, lo: 0.1, hi: 0.5, p: 0.01 });
refuseJson('r without interval', { ...SCAN, ci: null });
refuseJson('r without interval', { theme: 'purpose', r: 0.3 });
refuseJson('correlogram without band', { ...SCAN, crit95: null });
refuseJson('r from too few', { ...SCAN, n: 19 });
refuseJson('r from too few', { ...SCAN, refused: true });
refuseJson('hidden', { weeks: [{ status: 'hidden', n: 0 }] });
refuseJson('below the threshold', { team: 'Office/Legal', mean: 3.1 });
refuseJson('cause', { sentence: 'Engagement drives CSAT.' });
refuseJson('r without interval', { sentence: 'r = 0.4 in 40 weeks' });

function refuseCsv(rule, text) {
  const found = rulesOf(checkCsv('a.csv', text, facts));
  note(found.includes(rule), `"${rule}" was not found in ${JSON.stringify(text)} (found: ${found.join(', ') || 'nothing'})`);
}

const RESULTS = 'period,unit_id,n,mean,status\n2026-W01,1,9,3.1,ok\n2026-W02,1,,,hidden\n';
note(checkCsv('a.csv', RESULTS, facts).length === 0, 'a right CSV file was refused');
note(checkCsv('a.csv', 'a,b\r\n"He said ""p"", then",1\r\n', facts).length === 0, 'quotes are not read');
note(checkCsv('a.csv', 'period,team,metric,value,n\nW1,Office/Legal,csat_mean,3.1,3\n', facts).length === 0, "customers' figures are not the staff's");
refuseCsv('hidden', RESULTS.replace('1,,,hidden', '1,0,,hidden'));
refuseCsv('hidden', RESULTS.replace(',9,', ',4,'));
refuseCsv('below the threshold', 'period,team,n,mean\n2026-W01,Office/Data,9,3.1\n');
refuseCsv('field', 'metric,lag,r,r_low,r_high,p_value\n');
refuseCsv('r without interval', 'metric,lag,r\n');
refuseCsv('cause', 'a,b\n1,"this drives, yes"\n');
refuseCsv('p', 'a,b\n1,"found (p = 0.03)"\n');

console.log(`${count - wrong} passed, ${wrong} failed`);
process.exit(wrong === 0 ? 0 : 1);
