// nano, the CouchDB client for Node, as it comes from its authors.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import nano from 'nano';
import { Server } from './lib/server.js';
import { Inbox, event, within } from './lib/waiting.js';

let server;
let couch;
let db;
let number = 0;

before(async () => {
  server = await Server.start();
  couch = nano(server.url);
});

after(() => server.stop());

beforeEach(async () => {
  const name = `nano${++number}`;
  await couch.db.create(name);
  db = couch.use(name);
});

const numbered = (count, from = 1) => Array.from({ length: count }, (_, i) => ({ _id: `n${from + i}`, value: from + i }));

const ids = (rows) => rows.map((row) => row.id);

/** Stops a reader. nano tells the poll that it breaks off as an error. */
async function stop(reader) {
  const end = new Promise((resolve) => reader.ee.on('error', () => {}).once('end', resolve));
  reader.stop();
  await within(end, 'the end of the reader');
}

async function refused(promise, statusCode, error, reason) {
  await assert.rejects(promise, (e) => {
    assert.deepEqual([e.statusCode, e.error, e.reason], [statusCode, error, reason]);
    assert.equal(e.message, reason);
    return true;
  });
}

test('server: info, list, create, get, destroy a database', async () => {
  const info = await couch.info();
  assert.equal(info.couchdb, 'Welcome');

  const name = db.config.db;
  assert.ok((await couch.db.list()).includes(name));
  assert.equal((await db.info()).db_name, name);
  assert.deepEqual(await couch.db.destroy(name), { ok: true });
  await refused(couch.db.get(name), 404, 'not_found', 'Database does not exist.');
});

test('uuids: as many as were asked for, all different', async () => {
  const { uuids } = await couch.uuids(5);
  assert.equal(new Set(uuids).size, 5);
  assert.ok(uuids.every((uuid) => /^[0-9a-f]{32}$/.test(uuid)));
});

test('session: everybody is let in', async () => {
  assert.equal((await couch.auth('anybody', 'secret')).ok, true);
  assert.equal((await couch.session()).ok, true);
});

test('insert, get, head, destroy', async () => {
  const first = await db.insert({ name: 'Anna' }, 'a/b ü');
  assert.deepEqual([first.ok, first.id], [true, 'a/b ü']);
  const second = await db.insert({ _id: 'a/b ü', _rev: first.rev, name: 'Ben' });
  assert.match(second.rev, /^2-[0-9a-f]{32}$/);
  assert.deepEqual(await db.get('a/b ü'), { _id: 'a/b ü', _rev: second.rev, name: 'Ben' });
  const headers = await db.head('a/b ü');
  assert.equal(headers.etag, `"${second.rev}"`);

  const gone = await db.destroy('a/b ü', second.rev);
  assert.match(gone.rev, /^3-/);
  await refused(db.get('a/b ü'), 404, 'not_found', 'deleted');
  const history = await couch.request({ db: db.config.db, doc: 'a/b ü', qs: { rev: gone.rev, revs: true } });
  assert.equal(history._revisions.start, 3);
  assert.deepEqual(history._revisions.ids.slice(1), [second.rev.slice(2), first.rev.slice(2)]);
});

test('insert without an id: the server gives one', async () => {
  const { id, rev } = await db.insert({ name: 'Anna' });
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.deepEqual(await db.get(id), { _id: id, _rev: rev, name: 'Anna' });
});

test('bulk, list, fetch, fetchRevs', async () => {
  const written = await db.bulk({ docs: numbered(10) });
  assert.ok(written.every((row) => row.ok && row.rev.startsWith('1-')));
  const again = await db.bulk({ docs: [{ _id: 'n1', value: 0 }, { _id: 'n2', _rev: written[1].rev, _deleted: true }] });
  assert.deepEqual([again[0].error, again[0].reason], ['conflict', 'Document update conflict.']);
  assert.ok(again[1].ok);

  const list = await db.list({ startkey: 'n3', endkey: 'n5', include_docs: true });
  assert.deepEqual(list.rows.map((row) => row.doc.value), [3, 4, 5]);
  assert.equal(list.total_rows, 9);
  const fetched = await db.fetch({ keys: ['n9', 'none', 'n2'] });
  assert.deepEqual([fetched.rows[0].doc.value, fetched.rows[1].error, fetched.rows[2].value.deleted], [9, 'not_found', true]);
  const revisions = await db.fetchRevs({ keys: ['n1'] });
  assert.equal(revisions.rows[0].value.rev, written[0].rev);
});

test('errors: status, error and reason are CouchDB\'s', async () => {
  await db.insert({}, 'a');
  await refused(db.insert({}, 'a'), 409, 'conflict', 'Document update conflict.');
  await refused(db.get('b'), 404, 'not_found', 'missing');
  await refused(db.destroy('b', '1-967a00dff5e02add41819138abb3284d'), 404, 'not_found', 'missing');
  await refused(couch.db.create(db.config.db), 412, 'file_exists', 'The database could not be created, the file already exists.');
  await refused(couch.use('nobody').changes(), 404, 'not_found', 'Database does not exist.');
  await refused(db.changes({ since: 'x' }), 400, 'bad_request', "Malformed sequence supplied in 'since' parameter.");
  await refused(db.changes({ feed: 'x' }), 400, 'bad_request', 'Supported `feed` types: normal, continuous, live, longpoll, eventsource');
});

test('changes: all, a page, on from there, documents, newest first, with a deletion', async () => {
  const written = await db.bulk({ docs: numbered(5) });
  await db.destroy('n2', written[1].rev);

  const all = await db.changes();
  assert.deepEqual(ids(all.results), ['n1', 'n3', 'n4', 'n5', 'n2']);
  assert.deepEqual([all.results[4].deleted, all.pending], [true, 0]);
  const page = await db.changes({ limit: 2, include_docs: true });
  assert.deepEqual(page.results.map((row) => row.doc.value), [1, 3]);
  assert.equal(page.pending, 3);
  const rest = await db.changes({ since: page.last_seq });
  assert.deepEqual(ids(rest.results), ['n4', 'n5', 'n2']);
  const down = await db.changes({ descending: true, limit: 2 });
  assert.deepEqual(ids(down.results), ['n2', 'n5']);
  const now = await db.changes({ since: 'now' });
  assert.deepEqual([now.results, now.last_seq], [[], all.last_seq]);
});

test('changesAsStream: a continuous feed, line by line, that ends at its limit', async () => {
  await db.bulk({ docs: numbered(2) });
  const chunks = [];
  const stream = db.changesAsStream({ feed: 'continuous', include_docs: true, limit: 3 });
  stream.on('data', (chunk) => chunks.push(chunk));
  const ended = event(stream, 'end');
  await event(stream, 'data');
  await db.insert({ _id: 'n3', value: 3 });
  await ended;

  const lines = Buffer.concat(chunks).toString().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  assert.deepEqual(lines.slice(0, 3).map((row) => row.doc.value), [1, 2, 3]);
  assert.equal(lines[3].last_seq, lines[2].seq);
});

test('changesAsStream: of a database that is dropped ends with its position', async () => {
  await db.insert({ _id: 'a' });
  const chunks = [];
  const stream = db.changesAsStream({ feed: 'continuous' }).on('data', (chunk) => chunks.push(chunk));
  const ended = event(stream, 'end');
  await event(stream, 'data');
  await couch.db.destroy(db.config.db);
  await ended;
  const lines = Buffer.concat(chunks).toString().trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(lines.at(-1).last_seq, lines[0].seq);
});

test('changesReader.start: follows, with a selector, and tells where it is', async () => {
  const reader = db.changesReader;
  const changes = new Inbox();
  const places = new Inbox();
  reader.start({ since: '0', selector: { kind: 'a' }, includeDocs: true }).on('change', (row) => changes.add(row)).on('seq', (seq) => places.add(seq));
  await db.insert({ _id: 'first', kind: 'a' });
  await changes.count(1, 'changes');
  await db.bulk({ docs: [{ _id: 'other', kind: 'b' }, { _id: 'second', kind: 'a' }] });
  await changes.count(2, 'changes');
  const place = (await places.until((seq) => seq !== places.all[0], 'a second position')).at(-1);
  await stop(reader);

  assert.deepEqual(changes.all.map((row) => [row.id, row.doc.kind]), [['first', 'a'], ['second', 'a']]);
  assert.deepEqual((await db.changes({ since: place })).results, []);
});

test('changesReader.get: all there is in pages, positions but for the last left out, then ends', async () => {
  await db.bulk({ docs: numbered(25) });
  const batches = [];
  const reader = db.changesReader.get({ since: '0', batchSize: 10, fastChanges: true, timeout: 200 });
  reader.on('batch', (rows) => batches.push(rows));
  const last = await event(reader, 'end');

  assert.deepEqual(batches.map((rows) => rows.length), [10, 10, 5]);
  assert.deepEqual(ids(batches.flat()), ids(numbered(25).map(({ _id }) => ({ id: _id }))));
  const told = batches.map((rows) => rows.map((row) => row.seq !== null));
  assert.deepEqual(told[0], [...Array(9).fill(false), true]);
  assert.ok(told[2].every((isTold) => !isTold));
  assert.equal(last, (await db.changes()).last_seq);
});

test('changesReader.get, waiting for resume: nothing more is asked for meanwhile', async () => {
  await db.bulk({ docs: numbered(4) });
  const batches = new Inbox();
  const reader = db.changesReader;
  const events = reader.get({ since: '0', batchSize: 2, wait: true, timeout: 200 }).on('batch', (rows) => {
    batches.add(ids(rows));
    reader.resume();
  });
  await event(events, 'end');
  assert.deepEqual(batches.all, [['n1', 'n2'], ['n3', 'n4']]);
});

test('changesReader.spool: everything in one request, and the position at its end', async () => {
  await db.bulk({ docs: numbered(250) });
  const batches = [];
  const reader = db.changesReader.spool({ since: '0', batchSize: 100 });
  reader.on('batch', (rows) => batches.push(rows));
  const last = await event(reader, 'end');
  assert.deepEqual(batches.map((rows) => rows.length), [100, 100, 50]);
  assert.deepEqual(ids(batches.flat()), numbered(250).map((doc) => doc._id));
  assert.equal(last, (await db.changes()).last_seq);

  await db.insert({ _id: 'later' });
  const more = db.changesReader.spool({ since: last, batchSize: 100, selector: { _id: { $gt: 'l' } }, includeDocs: true });
  const rows = event(more, 'batch');
  await event(more, 'end');
  assert.deepEqual((await rows).map((row) => row.doc._id), ['later']);
});

test('changesReader: a position of nowhere ends it with an error', async () => {
  const reader = db.changesReader.start({ since: 'nonsense' });
  const error = new Promise((resolve) => reader.once('error', resolve));
  const end = new Promise((resolve) => reader.once('end', resolve));
  assert.equal((await within(error, 'the error')).statusCode, 400);
  await within(end, 'the end');
});

test('changesReader: a server that is killed and comes back; nothing is missed or told twice', async () => {
  const changes = new Inbox();
  const reader = db.changesReader;
  const errors = new Inbox();
  reader.start({ since: '0', batchSize: 10 }).on('change', (row) => changes.add(row.id)).on('error', (e) => errors.add(e));
  await db.bulk({ docs: numbered(3) });
  await changes.count(3, 'changes');
  await server.restart();
  await errors.count(1, 'broken connections');
  await db.bulk({ docs: numbered(3, 4) });
  await changes.count(6, 'changes after the restart');
  await stop(reader);
  assert.deepEqual(changes.all, numbered(6).map((doc) => doc._id));
});
