// Calls to the bot. What somebody does carries an id of its own, the same when it has to be sent again.

const TRIES = 4;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The bot was started again: this page's key is an old one. */
export class Closed extends Error {}
/** The bot cannot be reached. */
export class Offline extends Error {}

async function answer(call) {
  let response;
  try {
    response = await call();
  } catch {
    throw new Offline();
  }
  if (response.status === 403) throw new Closed();
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.json();
}

export function look(path, query = {}) {
  return answer(() => fetch(`/${path}?${new URLSearchParams(query)}`));
}

export async function act(path, body, event = crypto.randomUUID()) {
  const call = () =>
    fetch(`/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, event }),
    });
  for (let n = 1; ; n += 1) {
    try {
      return await answer(call);
    } catch (failure) {
      if (!(failure instanceof Offline) || n === TRIES) throw failure;
      await pause(250 * 2 ** n);
    }
  }
}
