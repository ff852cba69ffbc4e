// PouchDB replicates from the server into a database of its own, on the disk.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import nano from 'nano';
import PouchDB from 'pouchdb';
import { Server } from './lib/server.js';
import { eventually, within } from './lib/waiting.js';
import { churn, insist } from './lib/writer.js';

const folder = mkdtempSync(join(tmpdir(), 'subscriptions-pouch-'));
let server;
let source;
let remote;
let local;
let asked = [];
let onRequest;
let replication = null;
let number = 0;

before(async () => (server = await Server.start()));

after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  if (!server.isRunning) await server.start();
  asked = [];
  onRequest = async () => {};
  const fetch = async (url, options) => {
    asked.push(new URL(url));
    const path = asked.at(-1).pathname;
    await onRequest(path);
    const send = () => PouchDB.fetch(url, options);

    // PouchDB 9.0.0 describes the source after each batch, for progress, and leaves it unhandled when that fails; Node then ends the process.
    return path === `/source${number}/` ? insist(send) : send();
  };
  source = new PouchDB(`${server.url}/source${++number}`);
  remote = new PouchDB(source.name, { fetch });
  local = openLocal();
});

afterEach(async () => {
  await stop();
  await local.close();
  await remote.close();
  await source.close();
});

const openLocal = () => new PouchDB(join(folder, `local${number}`));

function replicate() {
  replication = local.replicate.from(remote, { live: true, retry: true, back_off_function: () => 100 });
  replication.problems = [];
  replication.read = 0;
  replication.on('denied', (e) => replication.problems.push(e)).on('error', (e) => replication.problems.push(e));
  replication.on('change', (info) => (replication.read = info.docs_read));
}

async function stop() {
  if (replication === null) return;
  const running = replication;
  replication = null;
  const ended = new Promise((resolve) => running.once('complete', resolve).once('error', resolve));
  running.cancel();
  await within(ended, 'the end of the replication');
  assert.deepEqual(running.problems, []);
}

/** Every document with the history of its revisions, and the deletions: what a replica must have alike. Fails when one has conflicts. */
async function contents(db) {
  const { results } = await db.changes({ since: 0, style: 'all_docs' });
  const documents = results.map(async ({ id }) => {
    const [leaf, ...others] = await db.get(id, { open_revs: 'all', revs: true });
    assert.deepEqual(others, [], `${id} has conflicts`);
    return [id, leaf.ok];
  });
  return Object.fromEntries((await Promise.all(documents)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Waits until the replica has what the source has: contents, histories, deletions. */
async function replicated() {
  const wanted = await contents(source);
  const revisions = (documents) => JSON.stringify(Object.entries(documents).map(([id, document]) => [id, document._rev]));
  await eventually(async () => revisions(await contents(local)) === revisions(wanted), 'the replica to have what the source has');
  assert.deepEqual(await contents(local), wanted);
}

async function write(id, content) {
  const existing = await source.get(id).catch(() => ({}));
  return source.put({ _id: id, _rev: existing._rev, ...content });
}

const erase = async (id) => source.remove(await source.get(id));

const feedsSince = () => asked.filter((url) => url.pathname.endsWith('/_changes')).map((url) => url.searchParams.get('since'));

test('replicate: documents, updates, deletions and what was created again, with their histories and no conflicts', async () => {
  await write('updated', { n: 1 });
  await write('deleted', { n: 1 });
  await write('again', { n: 1 });
  replicate();
  await replicated();

  for (let n = 2; n <= 5; n++) await write('updated', { n });
  await erase('deleted');
  await erase('again');
  await replicated();
  await write('again', { n: 2 });
  await write('again', { n: 3 });
  await write('_design/app', { filters: { all: 'function () { return true; }' } });
  await replicated();

  const { _rev, n } = await local.get('again', { conflicts: true });
  assert.deepEqual([_rev.split('-')[0], n], ['4', 3]);
  assert.equal((await local.get('updated', { revs: true }))._revisions.ids.length, 5);
  await assert.rejects(local.get('deleted'), (e) => (assert.equal(e.reason, 'deleted'), true));
  assert.equal((await local.get('_design/app')).filters.all, 'function () { return true; }');
});

test('replicate: a server that is killed and comes back; the live replication goes on by itself', async () => {
  await source.bulkDocs(Array.from({ length: 150 }, (_, n) => ({ _id: `n${n}`, n })));
  replicate();
  await replicated();
  await server.kill();
  await server.start();

  await write('n7', { n: 'after' });
  await write('n7', { n: 'after that' });
  await erase('n8');
  await write('new', {});
  await replicated();
});

test('replicate: a server that is killed in the middle, and a replicator that is started anew: it goes on from its checkpoint', async () => {
  await source.bulkDocs(Array.from({ length: 1000 }, (_, n) => ({ _id: `n${n}`, n })));
  let reads = 0;
  onRequest = async (path) => {
    if (path.endsWith('/_bulk_get') && ++reads === 4) await server.kill();
  };
  replicate();
  await eventually(() => reads > 3 && !server.isRunning, 'the fourth batch');
  await stop();
  await local.close();
  await server.start();

  local = openLocal();
  const { doc_count: before } = await local.info();
  assert.equal(before, 300);
  await write('n0', { n: 'after' });
  await erase('n999');
  asked = [];
  replicate();
  await replicated();
  assert.ok(feedsSince().length > 0 && !feedsSince().includes('0'), `read from ${feedsSince()}`);
  assert.equal(replication.read, 1000 - before + 1);
});

test('replicate: a server that is killed again and again while documents are updated, deleted and created again', async () => {
  const db = nano(server.url).use(`source${number}`);
  await source.info();
  replicate();
  const ids = Array.from({ length: 12 }, (_, n) => `n${n}`);
  const writing = churn(db, ids, 120);
  for (let kill = 0; kill < 2; kill++) {
    await eventually(() => replication.read > kill * 20, 'the replication to go on');
    await server.restart();
  }
  await writing;
  await replicated();
});

test('replicate from a database of many partitions, where most rows tell no position', async () => {
  const couch = nano(server.url);
  await couch.db.create(`source${number}`, { q: 24 });
  await source.bulkDocs(Array.from({ length: 250 }, (_, n) => ({ _id: `n${n}`, n })));
  replicate();
  await replicated();
  await churn(couch.use(`source${number}`), ['n1', 'n2', 'n3', 'x'], 20);
  await replicated();
  await stop();

  await server.restart();
  assert.equal((await local.replicate.from(remote)).docs_read, 0);
});

test('sync: both ways, live, and what is written on both sides arrives on the other', async () => {
  const both = local.sync(remote, { live: true, retry: true, back_off_function: () => 100 });
  const ended = new Promise((resolve) => both.once('complete', resolve).once('error', resolve));
  try {
    for (let n = 1; n <= 5; n++) {
      await write('ours', { n });
      const mine = await local.get('theirs').catch(() => ({ _id: 'theirs' }));
      await local.put({ ...mine, n });
      await eventually(async () => {
        const [there, here] = await Promise.all([source.get('theirs').catch(() => ({})), local.get('ours').catch(() => ({}))]);
        return there.n === n && here.n === n;
      }, 'both changes on both sides');
      if (n === 3) await server.restart();
    }
    assert.deepEqual(await contents(local), await contents(source));
  } finally {
    both.cancel();
    await within(ended, 'the end of the replication');
  }
});

test('replicate once: nothing is read again that the checkpoint covers', async () => {
  await source.bulkDocs([{ _id: 'a' }, { _id: 'b' }]);
  assert.equal((await local.replicate.from(remote)).docs_written, 2);
  await server.restart();
  await write('c', {});
  const second = await local.replicate.from(remote);
  assert.deepEqual([second.ok, second.docs_read, second.docs_written], [true, 1, 1]);
  assert.deepEqual([(await local.replicate.from(remote)).docs_read, (await local.info()).doc_count], [0, 3]);
});

test('replicate with a selector and with a filter of a design document: only those', async () => {
  await source.bulkDocs([
    { _id: '_design/app', filters: { kind: 'function (doc, req) { return doc.kind === req.query.kind; }' } },
    { _id: 'x', kind: 'a' },
    { _id: 'y', kind: 'b' },
  ]);
  await local.replicate.from(remote, { selector: { kind: 'a' } });
  assert.deepEqual((await local.allDocs()).rows.map((row) => row.id), ['x']);
  await local.replicate.from(remote, { filter: 'app/kind', query_params: { kind: 'b' } });
  assert.deepEqual((await local.allDocs()).rows.map((row) => row.id), ['x', 'y']);
});

test('push: what was written to the replica reaches the server, and what has parted is denied, and does not hold up the rest', async () => {
  const { rev } = await local.put({ _id: 'a', n: 1 });
  await local.put({ _id: 'a', _rev: rev, n: 2 });
  const pushed = await local.replicate.to(remote);
  assert.deepEqual([pushed.ok, pushed.docs_written, pushed.doc_write_failures], [true, 1, 0]);
  assert.deepEqual(await contents(source), await contents(local));

  await write('a', { n: 'ours' });
  await local.put({ ...(await local.get('a')), n: 'theirs' });
  await local.put({ _id: 'b' });
  const denied = [];
  const refused = await local.replicate.to(remote).on('denied', (e) => denied.push(e));
  assert.deepEqual([refused.ok, refused.docs_written, refused.doc_write_failures], [true, 1, 1]);
  assert.deepEqual(denied.map((e) => [e.id, e.name]), [['a', 'forbidden']]);
  assert.equal((await source.get('a')).n, 'ours');
  assert.ok(await source.get('b'));
});
