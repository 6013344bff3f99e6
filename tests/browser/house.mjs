// SPDX-License-Identifier: MIT
// What the browser tests share: a copy of the demo folder, an appliance on a free port, a browser,
// and checks that say what they saw.
import { spawn, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const BROWSER_FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const START_MS = 20000;

export const program = process.argv[2];
const fixture = process.argv[3];
const results = new URL('test-results/', import.meta.url).pathname;
let passed = 0;

if (!program || !fixture) {
  console.error('usage: node test_NAME.mjs PROGRAM DEMO_FOLDER');
  process.exit(2);
}
mkdirSync(results, { recursive: true });

export function check(isTrue, what) {
  if (!isTrue) {
    throw new Error(`not so: ${what}`);
  }
  passed += 1;
  console.log(`ok ${passed} ${what}`);
}

// What `daypulse demo --json` said when the fixture was made.
export const demo = JSON.parse(readFileSync(join(fixture, 'demo.json'), 'utf8'));

export function run(...args) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

// A copy of the fixture that the test may change.
export function freshFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'daypulse-browser-'));
  const data = join(folder, 'data');
  cpSync(join(fixture, 'data'), data, { recursive: true, preserveTimestamps: true });
  return { data, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// One request over TLS without a browser; gives status, headers and body.
export function request(url, options = {}) {
  return new Promise((resolve, reject) => {
    const sent = https.request(url, { rejectUnauthorized: false, agent: false, ...options }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve({
        status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts),
      }));
    });
    sent.on('error', reject);
    sent.end(options.body);
  });
}

async function isUp(base) {
  try {
    return (await request(`${base}/healthz`)).status === 200;
  } catch {
    return false;
  }
}

export async function startAppliance(data) {
  const port = await freePort();
  const base = `https://127.0.0.1:${port}`; // a bare machine may not know localhost
  const child = spawn(program, ['up', '--dir', data, '--port', String(port)], { stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const deadline = Date.now() + START_MS;
  while (!(await isUp(base))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      child.kill('SIGTERM');
      throw new Error('the appliance did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { base, pid: child.pid, stop: async () => { child.kill('SIGTERM'); await ended; } };
}

export async function startBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: BROWSER_FLAGS });
}

export async function shoot(page, name) {
  await page.screenshot({ path: join(results, `${name}.png`), fullPage: true });
}

// Runs a test with everything cleaned up behind it.
export async function main(test, { needsBrowser = true } = {}) {
  const folder = freshFolder();
  let appliance;
  let browser;
  let code = 0;
  try {
    appliance = await startAppliance(folder.data);
    browser = needsBrowser ? await startBrowser() : undefined;
    await test({ folder, base: appliance.base, pid: appliance.pid, browser });
    console.log(`${passed} passed, 0 failed`);
  } catch (error) {
    console.error(error.stack ?? String(error));
    console.log(`${passed} passed, 1 failed`);
    code = 1;
  }
  await browser?.close();
  await appliance?.stop();
  folder.remove();
  process.exit(code);
}
