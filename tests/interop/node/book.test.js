// The book's session, line by line: what people type, and what they get.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { Server } from './lib/server.js';
import { within } from './lib/waiting.js';

const place = (name) => new URL(`book/${name}`, import.meta.url).pathname;

let server;

before(async () => (server = await Server.start()));

after(() => server.stop());

// Positions end in what only their server can read, and revisions in a digest; the numbers in front of both are as the book has them.
const mask = (output) =>
  output.replace(/"(\d+)-[\w-]{12,}"(?=[,}])/g, (_, number) => `"${number}-…"`);

test('the change notifications of the CouchDB book, with curl', async () => {
  const session = spawn('bash', [place('session.sh')], { env: { ...process.env, HOST: server.url }, stdio: ['ignore', 'pipe', 'inherit'] });
  const output = mask(await within(text(session.stdout), 'the end of the session'));
  assert.deepEqual(output.split('\n'), readFileSync(place('expected.txt'), 'utf8').split('\n'));
});
