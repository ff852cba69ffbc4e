// The built server, started for one file of tests: on a port of the system's choice and a folder of its own, both of which it keeps when it is killed
// and started again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = new URL('../../../../artifacts/bin/subscriptions-server', import.meta.url).pathname;
const startSeconds = 30;
const stopSeconds = 5;

/** A server of the test's own. `url` and `folder` stay the same for as long as it lives. */
export class Server {
  #arguments;
  #child = null;
  #exited = null;
  #log = '';

  constructor(settings) {
    if (!existsSync(program)) throw new Error(`${program} is missing; run 'make build' first`);
    this.folder = mkdtempSync(join(tmpdir(), 'subscriptions-interop-'));
    this.address = '127.0.0.1:0';
    this.#arguments = settings;
    process.once('exit', () => this.#forget());
  }

  /** Starts a server with more settings than its addresses, and waits until it is ready. */
  static async start(...settings) {
    const server = new Server(settings);
    await server.start();
    return server;
  }

  get url() {
    return `http://${this.address}`;
  }

  get isRunning() {
    return this.#child !== null;
  }

  /** Starts it, again too: where it was. */
  async start() {
    const places = ['--data', join(this.folder, 'data'), '--grpc', '127.0.0.1:0', '--http', this.address];
    this.#log = '';
    this.#child = spawn(program, [...places, ...this.#arguments], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exited = once(this.#child, 'exit');
    this.#child.stderr.on('data', (text) => (this.#log += text));
    await this.#ready();
    this.address = /HTTP listening on http:\/\/(\S+)/.exec(this.#log)[1];
  }

  /** Ends it with SIGKILL: nothing is said to clients, and nothing is tidied up. */
  async kill() {
    const child = this.#child;
    this.#child = null;
    child.kill('SIGKILL');
    await this.#exited;
  }

  /** Kills it and starts it again. */
  async restart() {
    await this.kill();
    await this.start();
  }

  /** Stops it as an operator does, and leaves nothing behind. */
  async stop() {
    const child = this.#child;
    if (child === null) return this.#forget();
    const late = setTimeout(() => child.kill('SIGKILL'), stopSeconds * 1000);
    child.kill('SIGTERM');
    const [code] = await this.#exited;
    clearTimeout(late);
    this.#child = null;
    this.#forget();
    if (code !== 0) throw new Error(`The server ended with exit code ${code} after SIGTERM:\n${this.#log}`);
  }

  #ready() {
    return new Promise((resolve, reject) => {
      const end = (problem) => reject(new Error(`The server ${problem}:\n${this.#log}`));
      const late = setTimeout(() => end(`was not ready within ${startSeconds} seconds`), startSeconds * 1000);
      this.#child.once('exit', (code) => (clearTimeout(late), end(`ended with ${code} before it was ready`)));
      this.#child.stdout.on('data', (text) => {
        this.#log += text;
        if (!/^Ready:/m.test(this.#log)) return;
        clearTimeout(late);
        resolve();
      });
    });
  }

  // Also when a test was broken off: no server and no folder outlives the tests.
  #forget() {
    this.#child?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
