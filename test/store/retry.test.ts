import { beforeEach, expect, it } from 'vitest';
import { call, claimOrder, finishOrder, sellOrder, useDatabase } from '../helpers/database.ts';

const held = useDatabase();
let id: string;

beforeEach(async () => {
  const sql = held.get();
  id = await sellOrder(sql);
  const made = { kind: 'provisioned', server_id: 7, identifier: 'abc', how: 'created', look_in_ms: 5_000 };
  await finishOrder(sql, id, await claimOrder(sql, id), made);
  await judge({ kind: 'install_failed', install: 'failed', look_in_ms: null });
});

/** What reading the install came to. */
async function judge(verdict: object) {
  const [row] = await held.get()`select install_since::text from orderly_purchases where id = ${id}`;
  const about = { id, server_id: 7, since: row?.install_since, code: 'install_failed', detail: 'it failed' };
  const where = { scope: 'order', fingerprint: `install_failed:order:${id}` };
  await call(held.get(), 'orderly_judge_installs', { verdicts: [{ ...about, ...where, ...verdict }] });
}

let presses = 0;
const retry = (name: string) => {
  presses += 1;
  const press = { interaction: `retry-${presses}`, actor_id: name, actor_name: name };
  const rest = { target: id, pace_ms: 1_000, deadline_ms: 600_000 };
  return call(held.get(), 'orderly_act', { ...press, ...rest, action: 'retry' });
};
const retries = async () =>
  (
    await held.get()`select actor from orderly_timeline where purchase_id = ${id} and kind = 'retry' order by id`
  ).map((row) => row.actor);

it('of two who press Retry at once on a failed install, the second is told who was first, and one is written down', async () => {
  expect(await retry('Anna')).toMatchObject({ outcome: 'reading_install', detail: 'failed' });
  const second = await retry('Ben');
  expect(second).toMatchObject({ outcome: 'already_running', by: 'Anna', detail: 'failed', purchase_id: id });
  expect(await retries()).toEqual(['Anna']);
});

it('what was read and failed again is read again at the next press', async () => {
  await retry('Anna');
  await judge({ kind: 'install_failed', install: 'failed', look_in_ms: null });
  expect(await retry('Ben')).toMatchObject({ outcome: 'reading_install', by: 'Anna' });
  expect(await retries()).toEqual(['Anna', 'Ben']);
});

it('a press while the panel can not be asked does not wait for the next look', async () => {
  const sql = held.get();
  await retry('Anna');
  await judge({ kind: 'unread', alert: false, look_in_ms: 60_000 });
  expect(await retry('Ben')).toMatchObject({ outcome: 'reading_install' });
  const [row] = await sql`select look_at <= orderly_now() as due from orderly_purchases where id = ${id}`;
  expect(row?.due).toBe(true);
});

it('a look that nobody took in a minute is asked for anew', async () => {
  await retry('Anna');
  await held.get()`update orderly_purchases set retried_at = retried_at - interval '61 seconds' where id = ${id}`;
  expect(await retry('Ben')).toMatchObject({ outcome: 'reading_install' });
  expect(await retries()).toEqual(['Anna', 'Ben']);
});
