// Writing on, whatever happens to the server.
import { setTimeout as delay } from 'node:timers/promises';

const patienceSeconds = 20;
const pauseMilliseconds = 20;

/** Does something with the server until it answers, be it with an error. */
export async function insist(attempt) {
  const end = Date.now() + patienceSeconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (e) {
      if (e.statusCode !== undefined || Date.now() > end) throw e;
      await delay(pauseMilliseconds);
    }
  }
}

/**
 * Writes new documents, one after the other. One whose answer was lost and is there when it is written again was written the first time: so each of them is
 * one change.
 */
export async function writeEach(db, documents) {
  for (const document of documents) {
    await insist(() => db.insert(document)).catch((e) => {
      if (e.statusCode !== 409) throw e;
    });
  }
}

/** Updates, deletes and creates a few documents again, in turn, as often as asked for. */
export async function churn(db, ids, times) {
  for (let n = 0; n < times; n++) {
    const id = ids[n % ids.length];
    const existing = await insist(() => db.get(id)).catch(() => ({}));
    const isErased = existing._rev !== undefined && n % 5 === 4;
    const change = isErased ? () => db.destroy(id, existing._rev) : () => db.insert({ ...existing, _id: id, n });

    // What was changed or deleted meanwhile was so by the same write, whose answer was lost.
    await insist(change).catch((e) => {
      if (e.statusCode !== 409 && e.reason !== 'deleted') throw e;
    });
  }
}
