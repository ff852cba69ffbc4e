// Cloudant's SDK for Node, which packs what it sends, and has a follower of changes.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ChangesFollower, CloudantV1 } from '@ibm-cloud/cloudant';
import { NoAuthAuthenticator } from 'ibm-cloud-sdk-core';
import { Server } from './lib/server.js';
import { Inbox, event } from './lib/waiting.js';

let server;
let client;
let db;
let number = 0;

before(async () => {
  server = await Server.start();
  client = CloudantV1.newInstance({ authenticator: new NoAuthAuthenticator() });
  client.setServiceUrl(server.url);
});

after(() => server.stop());

beforeEach(async () => {
  db = `cloudant${++number}`;
  await client.putDatabase({ db });
});

const write = (...ids) => client.postBulkDocs({ db, bulkDocs: { docs: ids.map((id) => ({ _id: id, text: 'ü'.repeat(1000) })) } });

test('documents: packed bodies are taken, and errors told', async () => {
  const { result: written } = await client.putDocument({ db, docId: 'a', document: { text: 'ü' } });
  assert.equal((await client.getDocument({ db, docId: 'a' })).result.text, 'ü');
  await write('b', 'c');
  const { result: all } = await client.postAllDocs({ db, includeDocs: true, keys: ['a', 'c'] });
  assert.deepEqual(all.rows.map((row) => row.doc.text.length), [1, 1000]);
  await client.deleteDocument({ db, docId: 'a', rev: written.rev });
  await assert.rejects(client.getDocument({ db, docId: 'a' }), (e) => (assert.deepEqual([e.status, e.message], [404, 'not_found: deleted']), true));
});

test('ChangesFollower.startOneOff: all there is, with a selector, then the end', async () => {
  await write('a', 'b', 'c');
  const rows = [];
  const stream = new ChangesFollower(client, { db, filter: '_selector', selector: { _id: { $gt: 'a' } } }).startOneOff();
  stream.on('data', (row) => rows.push(row.id));
  await event(stream, 'end');
  assert.deepEqual(rows, ['b', 'c']);
});

test('ChangesFollower.start: a server that is killed and comes back; nothing is missed or told twice', async () => {
  const rows = new Inbox();
  const follower = new ChangesFollower(client, { db, since: '0' });
  follower.start().on('data', (row) => rows.add(row.id)).on('error', (e) => rows.add(e));
  await write('a', 'b');
  await rows.count(2, 'changes');
  await server.restart();
  await write('c');
  await rows.count(3, 'changes after the restart');
  follower.stop();
  assert.deepEqual(rows.all, ['a', 'b', 'c']);
});
