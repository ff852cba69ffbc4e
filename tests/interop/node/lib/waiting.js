// Waiting for what happens, with an end to it.

import { setTimeout as delay } from 'node:timers/promises';

const patienceSeconds = 20;

/** What a promise comes to; fails, and names what was waited for, when it takes too long. */
export async function within(promise, what, seconds = patienceSeconds) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${seconds} seconds for ${what}`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until something is so, looking again and again. */
export async function eventually(test, what) {
  const end = Date.now() + patienceSeconds * 1000;
  while (!(await test())) {
    if (Date.now() > end) throw new Error(`Waited ${patienceSeconds} seconds for ${what}`);
    await delay(50);
  }
}

/** The first event of a name. Errors of the emitter fail the wait. */
export function event(emitter, name, what = `the event '${name}'`) {
  return within(
    new Promise((resolve, reject) => {
      emitter.once(name, resolve);
      if (name !== 'error') emitter.once('error', reject);
    }),
    what,
  );
}

/** Collects what comes, and lets a test wait for so many. */
export class Inbox {
  #arrived = [];
  #waiting = [];

  get all() {
    return this.#arrived;
  }

  add(item) {
    this.#arrived.push(item);
    this.#waiting = this.#waiting.filter(({ test, resolve }) => !(test() && (resolve(), true)));
  }

  /** Waits until something that was collected passes a test; returns all that was. */
  async until(test, what) {
    const holds = () => this.#arrived.some(test);
    if (!holds()) await within(new Promise((resolve) => this.#waiting.push({ test: holds, resolve })), what);
    return this.#arrived;
  }

  /** Waits for so many; returns all that was collected. */
  async count(number, what) {
    const holds = () => this.#arrived.length >= number;
    if (!holds()) await within(new Promise((resolve) => this.#waiting.push({ test: holds, resolve })), `${number} ${what}`);
    return this.#arrived;
  }
}
