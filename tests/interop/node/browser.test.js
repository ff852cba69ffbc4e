// A page in Chromium, from another origin than the server's: a live counter on EventSource.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import nano from 'nano';
import { chromium } from 'playwright-core';
import { Server } from './lib/server.js';
import { writeEach } from './lib/writer.js';

const folder = new URL('browser/', import.meta.url);
const pouchdb = new URL('node_modules/pouchdb/dist/pouchdb.min.js', import.meta.url);
const pictures = new URL('../../../artifacts/interop/node/', import.meta.url).pathname;
const patience = { timeout: 20_000 };

let site;
let server;
let couch;
let browser;
let context;
let page;

before(async () => {
  site = createServer(serve).listen(0, '127.0.0.1');
  await once(site, 'listening');
  server = await Server.start('--cors-origins', origin('127.0.0.1'));
  couch = nano(server.url);
  browser = await chromium.launch({ executablePath: programFile('chromium'), args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
});

after(async () => {
  await browser?.close();
  await server?.stop();
  site.closeAllConnections();
  site.close();
});

beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
});

afterEach(() => context.close());

function serve(request, response) {
  const isScript = request.url === '/pouchdb.js';
  response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
  response.end(readFileSync(isScript ? pouchdb : new URL('page.html', folder)));
}

function programFile(name) {
  const file = process.env.PATH.split(delimiter).map((place) => join(place, name)).find((path) => existsSync(path));
  return file ?? assert.fail(`There is no ${name} in the PATH.`);
}

const origin = (host) => `http://${host}:${site.address().port}`;

async function orders(name) {
  await couch.db.create(name);
  const db = couch.use(name);
  return { write: (...numbers) => writeEach(db, numbers.map((n) => ({ _id: `order-${n}`, total: n * 10 }))) };
}

async function open(name, host = '127.0.0.1') {
  const feed = `${server.url}/${name}/_changes?feed=eventsource&since=0&include_docs=true&heartbeat=5000`;
  await page.goto(`${origin(host)}/?feed=${encodeURIComponent(feed)}`);
}

const isCounting = (number) => page.waitForFunction((n) => document.getElementById('count').textContent === String(n), number, patience);

const isInState = (state) => page.waitForFunction((s) => document.getElementById('state').dataset.state === s, state, patience);

test('a live counter of another origin: a server that is killed and comes back; nothing is lost or counted twice', async () => {
  const db = await orders('shop');
  await db.write(1, 2);
  await open('shop');
  await isCounting(2);
  await db.write(3);
  await isCounting(3);
  await server.kill();
  await isInState('lost');
  await server.start();
  await db.write(4, 5);
  await isCounting(5);
  await isInState('open');
  await db.write(6);
  await isCounting(6);

  await page.screenshot({ path: `${pictures}live-counter.png` });
  const seen = await page.evaluate(() => window.seen);
  assert.deepEqual(seen.map(({ id }) => id), [1, 2, 3, 4, 5, 6].map((n) => `order-${n}`));
  assert.equal(await page.textContent('#total'), '210');
  assert.equal(await page.evaluate(() => window.opened), 2);
});

test('a live counter, and a server that is killed while orders are written: each is counted once', async () => {
  const db = await orders('storm');
  await open('storm');
  await isInState('open');
  const numbers = Array.from({ length: 100 }, (_, n) => n + 1);
  const writing = db.write(...numbers);
  await page.waitForFunction(() => window.seen.length >= 30, null, patience);
  await server.restart();
  await writing;
  await isCounting(100);
  assert.equal(await page.textContent('#total'), String(numbers.reduce((sum, n) => sum + n * 10, 0)));
});

test('a page of an origin that is not listed sees nothing', async () => {
  const db = await orders('secret');
  await db.write(1);
  await open('secret', 'localhost');
  await isInState('lost');
  assert.deepEqual(await page.evaluate(() => [window.opened, window.seen.length]), [0, 0]);
  const refused = page.evaluate((url) => fetch(url).then((answer) => answer.status), `${server.url}/secret`);
  await assert.rejects(refused, /Failed to fetch/);
});

test('PouchDB in the page replicates into the browser\'s database, and writes back', async () => {
  const db = await orders('mobile');
  await db.write(1, 2, 3);
  await page.goto(origin('127.0.0.1'));
  await page.addScriptTag({ url: '/pouchdb.js' });
  await page.evaluate((url) => {
    window.local = new PouchDB('orders');
    window.remote = new PouchDB(url);
    window.failures = [];
    const fail = (e) => window.failures.push(`${e.name}: ${e.message}`);
    local.replicate.from(remote, { live: true, retry: true, back_off_function: () => 200 }).on('error', fail).on('denied', fail);
  }, `${server.url}/mobile`);
  await holds(3);
  await server.restart();
  await db.write(4);
  await holds(4);

  const pushed = await page.evaluate(async () => {
    await local.put({ _id: 'mine', total: 1 });
    return (await local.replicate.to(remote)).docs_written;
  });
  assert.equal(pushed, 1);
  assert.equal((await couch.use('mobile').get('mine')).total, 1);
  assert.deepEqual(await page.evaluate(() => window.failures), []);
});

const holds = (number) => page.waitForFunction((n) => local.info().then((info) => info.doc_count === n), number, { ...patience, polling: 100 });
