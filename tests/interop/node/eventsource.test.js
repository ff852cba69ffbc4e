// EventSource, as browsers have it, in Node: the package of its name.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EventSource } from 'eventsource';
import nano from 'nano';
import { Server } from './lib/server.js';
import { Inbox, within } from './lib/waiting.js';
import { writeEach } from './lib/writer.js';

let server;
let couch;

before(async () => {
  server = await Server.start();
  couch = nano(server.url);
});

after(() => server.stop());

async function database(name) {
  await couch.db.create(name);
  return couch.use(name);
}

/** Follows a database, and notes with which header every connection was made. */
function follow(name, query = '') {
  const rows = new Inbox();
  const heartbeats = new Inbox();
  const asked = new Inbox();
  const fetching = (url, init) => (asked.add(init.headers['Last-Event-ID'] ?? null), fetch(url, init));
  const source = new EventSource(`${server.url}/${name}/_changes?feed=eventsource&since=0${query}`, { fetch: fetching });
  source.addEventListener('message', (event) => rows.add({ ...JSON.parse(event.data), eventId: event.lastEventId }));
  source.addEventListener('heartbeat', (event) => heartbeats.add(event.lastEventId));
  return { source, rows, heartbeats, asked };
}

const ids = (rows) => rows.map((row) => row.id);

test('events: what was there and what comes, each with its position as its id', async () => {
  const db = await database('events');
  await db.bulk({ docs: [{ _id: 'a', n: 1 }, { _id: 'b', n: 2 }] });
  const { source, rows } = follow('events', '&include_docs=true');
  await rows.count(2, 'rows');
  await db.insert({ _id: 'c ü\n', n: 3 });
  await rows.count(3, 'rows');
  source.close();

  assert.deepEqual(rows.all.map((row) => [row.id, row.doc.n]), [['a', 1], ['b', 2], ['c ü\n', 3]]);
  assert.ok(rows.all.every((row) => row.eventId === JSON.stringify(row.seq)));
});

test('a server that is killed and comes back: EventSource comes again with the last id, and nothing is missed or told twice', async () => {
  const db = await database('killed');
  const { source, rows, asked } = follow('killed');
  await db.bulk({ docs: [{ _id: 'a' }, { _id: 'b' }] });
  await rows.count(2, 'rows');
  await server.restart();
  await db.bulk({ docs: [{ _id: 'c' }, { _id: 'd' }] });
  await rows.count(4, 'rows after the restart');
  source.close();

  assert.deepEqual(ids(rows.all), ['a', 'b', 'c', 'd']);
  assert.deepEqual([asked.all[0], asked.all.at(-1)], [null, rows.all[1].eventId]);
});

test('a server that is killed again and again while documents are written: each is seen once', async () => {
  const db = await database('storm');
  const { source, rows } = follow('storm');
  const documents = Array.from({ length: 120 }, (_, n) => ({ _id: `n${n}` }));
  const writing = writeEach(db, documents);
  for (const number of [20, 60]) {
    await rows.count(number, 'rows');
    await server.restart();
  }
  await writing;
  await rows.count(120, 'rows');
  source.close();
  assert.deepEqual(ids(rows.all), ids(documents.map((document) => ({ id: document._id }))));
});

test('a feed that ends for being idle: EventSource comes again, and goes on', async () => {
  const db = await database('idle');
  const { source, rows, asked } = follow('idle', '&timeout=100');
  await db.insert({ _id: 'a' });
  await rows.count(1, 'rows');
  await asked.count(asked.all.length + 1, 'connections');
  await db.insert({ _id: 'b' });
  await rows.count(2, 'rows');
  source.close();
  assert.deepEqual(ids(rows.all), ['a', 'b']);
});

test('heartbeats tell the position, so that a filtered feed does not read everything again', async () => {
  const db = await database('filtered');
  await db.insert({ _id: '_design/app', filters: { rare: 'function (doc) { return doc.isRare; }' } });
  const { source, rows, heartbeats, asked } = follow('filtered', '&filter=app/rare&heartbeat=50');
  await db.bulk({ docs: Array.from({ length: 20 }, (_, n) => ({ _id: `n${n}` })) });
  const { last_seq: end } = await db.changes();
  await heartbeats.until((id) => id === JSON.stringify(end), 'a heartbeat behind what did not match');
  await server.restart();
  await db.insert({ _id: 'a', isRare: true });
  await rows.count(1, 'matching rows');
  source.close();

  assert.deepEqual(ids(rows.all), ['a']);
  assert.equal(asked.all.at(-1), JSON.stringify(end));
});

test('a database that does not exist: EventSource is told, and does not come again', async () => {
  const { source } = follow('nobody');
  const error = await within(new Promise((resolve) => source.addEventListener('error', resolve)), 'the error');
  assert.deepEqual([error.code, source.readyState], [404, EventSource.CLOSED]);
});
