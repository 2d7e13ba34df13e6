import { expect, it } from 'vitest';
import { call, claimOrder, sellOrder, useDatabase } from '../helpers/database.ts';

const held = useDatabase();

it('a refund that we hear of before the payment stops the purchase all the same', async () => {
  const sql = held.get();
  const next = await nextSubscription(sql);
  await stop(sql, 'evt_early', next, 'refunded');
  const id = await sellOrder(sql);
  const [row] =
    await sql`select subscription_id, closed_at, close_reason, order_id, look_at from orderly_purchases where id = ${id}`;
  expect(row).toMatchObject({
    subscription_id: next,
    close_reason: 'refunded',
    order_id: null,
    look_at: null,
  });
  expect(row?.closed_at).toBeInstanceOf(Date);
});

it('a refund while a worker that is gone had the order in hand ends its attempt', async () => {
  const sql = held.get();
  const id = await sellOrder(sql);
  await claimOrder(sql, id);
  const [row] = await sql`select subscription_id from orderly_purchases where id = ${id}`;
  await stop(sql, 'evt_late', String(row?.subscription_id), 'disputed');
  const attempts = await sql`select outcome, detail from orderly_attempts where purchase_id = ${id}`;
  expect(attempts).toMatchObject([{ outcome: 'closed', detail: 'disputed' }]);
});

async function stop(sql: ReturnType<typeof held.get>, id: string, subscription: string, reason: string) {
  const effect = { kind: 'stop', reason, subscription_id: subscription };
  const event = {
    id,
    type: 'charge.refunded',
    livemode: false,
    raw: '{}',
    session_id: null,
    subscription_id: subscription,
  };
  await call(sql, 'orderly_ingest', { deadline_ms: 600_000, events: [{ ...event, effect }] });
}

/** The subscription that the next sale will have. */
async function nextSubscription(sql: ReturnType<typeof held.get>): Promise<string> {
  const id = await sellOrder(sql);
  const [row] = await sql`select subscription_id from orderly_purchases where id = ${id}`;
  return String(row?.subscription_id).replace(/\d+$/, (count) => String(Number(count) + 1));
}
