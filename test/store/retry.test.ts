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
const press = (action: string, name: string) => {
  presses += 1;
  const who = { interaction: `press-${presses}`, actor_id: name, actor_name: name };
  const rest = { target: id, pace_ms: 1_000, deadline_ms: 600_000 };
  return call(held.get(), 'orderly_act', { ...who, ...rest, action });
};
const retry = (name: string) => press('retry', name);
const reinstall = (name: string) => press('reinstall', name);
/** What the rows say of the install. */
async function installNow() {
  const [row] = await held.get()`
    select install, install_suspended as suspended, failure_code as code, incident_id is not null as alerted
    from orderly_purchases where id = ${id}`;
  return row;
}
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

const NEVER_FINISHED = {
  kind: 'install_failed',
  install: 'never_finished',
  code: 'install_never_finished',
  fingerprint: 'install_never_finished:order',
  look_in_ms: null,
};

it('an install that hangs is watched anew when it is read again: no failure stands any more, and its alert is over', async () => {
  await judge(NEVER_FINISHED);
  await retry('Anna');
  expect(await installNow()).toMatchObject({ install: 'never_finished', alerted: true });
  await judge({ kind: 'installing', look_in_ms: 5_000 });
  expect(await installNow()).toMatchObject({ install: 'installing', code: null, alerted: false });
});

it('an install that hangs can be run again while it is watched anew, by one person', async () => {
  await judge(NEVER_FINISHED);
  await retry('Anna');
  await judge({ kind: 'installing', look_in_ms: 5_000 });
  expect(await reinstall('Anna')).toMatchObject({ outcome: 'reinstalling' });
  expect(await reinstall('Ben')).toMatchObject({ outcome: 'installing', by: 'Anna' });
  expect(await retry('Ben')).toMatchObject({ outcome: 'installing', by: 'Anna' });
  await finishOrder(held.get(), id, await claimOrder(held.get(), id), {
    kind: 'reinstalling',
    look_in_ms: 5_000,
  });
  expect(await reinstall('Ben')).toMatchObject({ outcome: 'installing', by: 'Anna' });
  expect(await retry('Ben')).toMatchObject({ outcome: 'installing' });
});

it('an install that failed and that somebody ran again on the panel is left to run', async () => {
  await retry('Anna');
  await judge({ kind: 'installing', look_in_ms: 5_000 });
  expect(await reinstall('Anna')).toMatchObject({ outcome: 'installing' });
  expect(await retry('Anna')).toMatchObject({ outcome: 'installing' });
});

it('a Retry while an install is watched anew reads it again, and does not forget that it was suspended meanwhile', async () => {
  await judge(NEVER_FINISHED);
  await retry('Anna');
  await judge({ kind: 'installing', look_in_ms: 5_000 });
  await judge({ kind: 'suspended', look_in_ms: 5_000 });
  expect(await retry('Ben')).toMatchObject({ outcome: 'reading_install', detail: 'installing' });
  expect(await installNow()).toMatchObject({ install: 'installing', suspended: true });
});
