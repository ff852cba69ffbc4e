// PouchDB as a client of the server: its http adapter, as it comes from its authors.
import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import PouchDB from 'pouchdb';
import { Server } from './lib/server.js';
import { Inbox, within } from './lib/waiting.js';

let server;
let db;
let feeds = [];
let number = 0;

before(async () => (server = await Server.start()));

after(() => server.stop());

beforeEach(() => (db = new PouchDB(`${server.url}/pouch${++number}`)));

afterEach(async () => {
  for (const feed of feeds) feed.cancel();
  feeds = [];
  await db.close();
});

const ids = (rows) => rows.map((row) => row.id);

const numbered = (count, from = 1) => Array.from({ length: count }, (_, i) => ({ _id: `n${from + i}`, value: from + i }));

/** Follows the database. Rows arrive in an inbox, and the error that ends the feed does. */
function follow(options) {
  const rows = new Inbox();
  const feed = db.changes({ live: true, ...options }).on('change', (row) => rows.add(row)).on('error', (broken) => rows.add({ broken }));
  feeds.push(feed);
  return Object.assign(rows, { feed });
}

async function refused(promise, status, name) {
  await assert.rejects(promise, (e) => (assert.deepEqual([e.status, e.name], [status, name]), true));
}

async function putDesign(design) {
  await db.put({ _id: '_design/app', language: 'javascript', ...design });
}

test('info: creates the database, and describes it', async () => {
  const info = await db.info();
  assert.deepEqual([info.db_name, info.doc_count, info.adapter], [`pouch${number}`, 0, 'http']);
});

test('put, get, remove, and get what was there', async () => {
  const first = await db.put({ _id: 'a/b ü?', name: 'Anna', n: 1.50 });
  const second = await db.put({ _id: 'a/b ü?', _rev: first.rev, name: 'Ben' });
  assert.deepEqual(await db.get('a/b ü?'), { _id: 'a/b ü?', _rev: second.rev, name: 'Ben' });
  const whole = await db.get('a/b ü?', { revs: true, revs_info: true });
  assert.deepEqual(whole._revisions, { start: 2, ids: [second.rev.slice(2), first.rev.slice(2)] });
  assert.deepEqual(whole._revs_info.map(({ rev }) => rev), [second.rev, first.rev]);
  const leaves = await db.get('a/b ü?', { open_revs: 'all' });
  assert.deepEqual(leaves.map(({ ok }) => ok._rev), [second.rev]);

  await db.remove('a/b ü?', second.rev);
  await refused(db.get('a/b ü?'), 404, 'not_found');
});

test('put: conflicts and what is missing are told as CouchDB tells them', async () => {
  await db.put({ _id: 'a' });
  await refused(db.put({ _id: 'a' }), 409, 'conflict');
  await refused(db.put({ _id: 'b', _rev: '1-967a00dff5e02add41819138abb3284d' }), 409, 'conflict');
  await refused(db.get('b'), 404, 'not_found');
  await refused(db.put({ _id: 'c', _unknown: 1 }), 400, 'doc_validation');
});

test('post: an id is given', async () => {
  const { id, rev } = await db.post({ name: 'Anna' });
  assert.deepEqual(await db.get(id), { _id: id, _rev: rev, name: 'Anna' });
});

test('bulkDocs, bulkGet, allDocs', async () => {
  const written = await db.bulkDocs([...numbered(5), { _id: 'n1' }]);
  assert.ok(written.slice(0, 5).every((row) => row.ok));
  assert.deepEqual([written[5].status, written[5].name, written[5].id], [409, 'conflict', 'n1']);
  await db.remove('n2', written[1].rev);

  const { results } = await db.bulkGet({ docs: [{ id: 'n1', rev: written[0].rev }, { id: 'none' }], revs: true });
  assert.equal(results[0].docs[0].ok.value, 1);
  assert.equal(results[1].docs[0].error.error, 'not_found');
  const all = await db.allDocs({ include_docs: true });
  assert.deepEqual(all.rows.map((row) => row.doc.value), [1, 3, 4, 5]);
  const chosen = await db.allDocs({ keys: ['n5', 'n2', 'none'] });
  assert.deepEqual([chosen.rows[0].id, chosen.rows[1].value.deleted, chosen.rows[2].error], ['n5', true, 'not_found']);
  const middle = await db.allDocs({ startkey: 'n4', endkey: 'n2', descending: true });
  assert.deepEqual(ids(middle.rows), ['n4', 'n3']);
});

test('changes: all in pages of the client\'s, a part, newest first, from now', async () => {
  await db.bulkDocs(numbered(60));
  const all = await db.changes({ since: 0 });
  assert.deepEqual(ids(all.results), numbered(60).map((doc) => doc._id));
  const page = await db.changes({ limit: 7, include_docs: true });
  assert.deepEqual(page.results.map((row) => row.doc.value), [1, 2, 3, 4, 5, 6, 7]);
  const rest = await db.changes({ since: page.last_seq });
  assert.equal(rest.results.length, 53);
  const down = await db.changes({ descending: true, limit: 2 });
  assert.deepEqual(ids(down.results), ['n60', 'n59']);
  const now = await db.changes({ since: 'now' });
  assert.deepEqual(now.results, []);
});

test('changes live: what was there, what comes, and an end when it is cancelled', async () => {
  await db.bulkDocs(numbered(30));
  const rows = follow({ since: 0, include_docs: true });
  await rows.count(30, 'changes');
  const { rev } = await db.put({ _id: 'x', value: 31 });
  await rows.count(31, 'changes');
  await db.remove('x', rev);
  const last = (await rows.count(32, 'changes')).at(-1);
  assert.deepEqual([last.id, last.deleted], ['x', true]);
  assert.deepEqual(rows.all.slice(0, 31).map((row) => row.doc.value), Array.from({ length: 31 }, (_, i) => i + 1));

  const complete = within(new Promise((resolve) => rows.feed.once('complete', resolve)), 'the end');
  rows.feed.cancel();
  await complete;
  await db.put({ _id: 'unseen' });
  assert.equal(rows.all.length, 32);
});

test('changes live: as many as asked for, then the end', async () => {
  const rows = follow({ since: 0, limit: 2 });
  const complete = within(new Promise((resolve) => rows.feed.once('complete', resolve)), 'the end');
  await db.bulkDocs(numbered(3));
  const { last_seq: last } = await complete;
  assert.deepEqual([ids(rows.all), last], [['n1', 'n2'], rows.all[1].seq]);
});

test('changes live with a selector: only what matches', async () => {
  const rows = follow({ since: 0, selector: { kind: 'a', total: { $gte: 10 } }, include_docs: true });
  await db.bulkDocs([{ _id: 'x', kind: 'a', total: 9 }, { _id: 'y', kind: 'b', total: 10 }, { _id: 'z', kind: 'a', total: 10 }]);
  await rows.count(1, 'matching changes');
  await db.put({ _id: 'last', kind: 'a', total: 11 });
  assert.deepEqual(ids(await rows.count(2, 'matching changes')), ['z', 'last']);
});

test('changes live with doc_ids: only those', async () => {
  const rows = follow({ since: 0, doc_ids: ['n2', 'n4', 'ü+&'] });
  await db.bulkDocs([...numbered(5), { _id: 'ü+&' }]);
  assert.deepEqual(ids(await rows.count(3, 'changes of these')), ['n2', 'n4', 'ü+&']);
});

test('changes with a filter of a design document, and its parameters', async () => {
  await putDesign({ filters: { important: 'function (doc, req) { return doc.priority === req.query.priority; }' } });
  await db.bulkDocs([{ _id: 'x', priority: 'high' }, { _id: 'y', priority: 'low' }]);
  const options = { filter: 'app/important', query_params: { priority: 'high' } };
  assert.deepEqual(ids((await db.changes(options)).results), ['x']);

  const rows = follow({ since: 0, ...options });
  await rows.count(1, 'important changes');
  await db.put({ _id: 'z', priority: 'high' });
  assert.deepEqual(ids(await rows.count(2, 'important changes')), ['x', 'z']);
});

test('changes of a view: what its map function emits', async () => {
  await putDesign({ views: { open: { map: 'function (doc) { if (doc.state === "open") emit(doc._id); }' } } });
  await db.bulkDocs([{ _id: 'x', state: 'open' }, { _id: 'y', state: 'done' }]);
  assert.deepEqual(ids((await db.changes({ view: 'app/open' })).results), ['x']);
  assert.deepEqual(ids((await db.changes({ filter: '_view', view: 'app/open' })).results), ['x']);

  const rows = follow({ since: 0, view: 'app/open' });
  await rows.count(1, 'open changes');
  await db.put({ _id: 'z', state: 'open' });
  assert.deepEqual(ids(await rows.count(2, 'open changes')), ['x', 'z']);
});

test('changes with a function of the client\'s own: documents are sent along, it chooses', async () => {
  await db.bulkDocs(numbered(10));
  const odd = await db.changes({ filter: (doc) => doc.value % 2 === 1 });
  assert.deepEqual(ids(odd.results), ['n1', 'n3', 'n5', 'n7', 'n9']);
});

test('changes: a filter that is missing, and a database that is gone', async () => {
  await refused(db.changes({ filter: 'nobody/nothing' }), 404, 'not_found');
  // The client makes '_design/_design' of it, and so CouchDB answers the same.
  await refused(db.changes({ filter: '_design' }), 400, 'bad_request');
  await db.destroy();
  db = new PouchDB(`${server.url}/pouch${number}`, { skip_setup: true });
  await refused(db.changes(), 404, 'not_found');
});

test('changes live of a database that is dropped: the feed ends and says so', async () => {
  const rows = follow({ since: 0 });
  await db.put({ _id: 'a' });
  await rows.count(1, 'changes');
  // By somebody else: the client would cancel its feeds of a database that it drops itself.
  await fetch(db.name, { method: 'DELETE' });
  await rows.until((row) => row.broken, 'the end');
  assert.deepEqual([rows.all[1].broken.status, rows.all[1].broken.name], [404, 'not_found']);
  db = new PouchDB(db.name);
});

test('attachments are refused by name', async () => {
  await refused(db.putAttachment('a', 'x.txt', Buffer.from('x'), 'text/plain'), 501, 'not_implemented');
  await refused(db.put({ _id: 'a', _attachments: { 'x.txt': { content_type: 'text/plain', data: 'eA==' } } }), 501, 'not_implemented');
});

test('changes live over a server that is killed: the feed tells it, and another goes on from there', async () => {
  const rows = follow({ since: 0 });
  await db.bulkDocs(numbered(3));
  await rows.count(3, 'changes');
  await server.restart();
  await rows.until((row) => row.broken, 'the broken connection');

  const more = follow({ since: rows.all[2].seq });
  await db.bulkDocs(numbered(2, 4));
  assert.deepEqual(ids(await more.count(2, 'changes')), ['n4', 'n5']);
});
