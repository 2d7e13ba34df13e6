import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { expect, it } from 'vitest';
import { call, claimOrder, finishOrder, outage, useDatabase } from '../helpers/database.ts';

const held = useDatabase();
let sold = 0;

type Sold = { id: string; email: string; userId: string; name: string; facts: Record<string, unknown> };

/** A paid order of a buyer of its own, and its event with the text that Stripe would send. */
async function sell(changes: Record<string, unknown> = {}): Promise<Sold> {
  sold += 1;
  const facts = {
    purchase_id: randomUUID(),
    session_id: `cs_test_erase_${sold}`,
    subscription_id: `sub_erase_${sold}`,
    customer_id: `cus_erase_${sold}`,
    payment_intent_id: `pi_erase_${sold}`,
    livemode: false,
    user_id: randomUUID(),
    item_type: 'game',
    plan_id: 'among-us-1gb',
    term: 'monthly',
    region: 'eu-west',
    server_name: `Jane's castle ${sold}`,
    email: `Jane.Doe+${sold}@example.com`,
    note: 'No server name was given.',
    bought_at: new Date().toISOString(),
    payment: 'paid',
    problem: null,
    ...changes,
  };
  await ingest(`evt_erase_${sold}`, facts);
  return {
    id: facts.purchase_id,
    email: facts.email,
    userId: facts.user_id,
    name: facts.server_name,
    facts,
  };
}

function ingest(id: string, facts: Record<string, unknown>) {
  const raw = JSON.stringify({
    id,
    data: {
      object: {
        id: facts.session_id,
        customer: facts.customer_id,
        customer_details: { email: facts.email, name: 'Jane Doe' },
      },
    },
  });
  return send({ id, raw, ...ids(facts), effect: { kind: 'session', facts } });
}
const ids = (facts: Record<string, unknown>) => ({
  session_id: facts.session_id,
  subscription_id: facts.subscription_id,
});
const send = (event: object) =>
  call(held.get(), 'orderly_ingest', {
    deadline_ms: 600_000,
    events: [{ type: 'checkout.session.completed', livemode: false, ...event }],
  });

async function provision(sale: Sold): Promise<void> {
  const token = await claimOrder(held.get(), sale.id);
  const outcome = {
    kind: 'provisioned',
    how: 'created',
    server_id: 9_000 + sold,
    identifier: 'abc',
    look_in_ms: 1,
  };
  await finishOrder(held.get(), sale.id, token, outcome);
}

const erase = (who: string, dry_run = false) => call(held.get(), 'orderly_erase', { who, dry_run });
const sweep = (words: unknown, dry_run = false) =>
  call(held.get(), 'orderly_erase_events', { words, after: null, limit: 1_000, dry_run });

/** Every row of ours that has this text in it, as "table: row". */
async function mentions(sql: postgres.Sql, word: string): Promise<string[]> {
  const tables =
    await sql`select tablename from pg_tables where schemaname = 'public' and tablename like 'orderly\_%'`;
  const rows = await Promise.all(
    tables.map(async ({ tablename }) =>
      (
        await sql.unsafe(
          `select to_jsonb(t)::text as row from public.${tablename} t where position($1 in lower(to_jsonb(t)::text)) > 0`,
          [word.toLowerCase()],
        )
      ).map(({ row }) => `${tablename}: ${row}`),
    ),
  );
  return rows.flat();
}

/** A purchase whose data got into every text that can hold it. */
async function talkedAbout(): Promise<Sold> {
  const sql = held.get();
  const sale = await sell();
  const token = await claimOrder(sql, sale.id);
  const detail = `the panel refused ${sale.email} for "${sale.name}"`;
  await finishOrder(sql, sale.id, token, { ...outage, detail, fingerprint: `talk:${sale.id}` });
  const press = { actor_id: '1', actor_name: 'Anna', target: sale.id, deadline_ms: 600_000, pace_ms: 1_000 };
  await call(sql, 'orderly_act', {
    ...press,
    interaction: randomUUID(),
    action: 'refused',
    target: `customer:${sale.email.toUpperCase()}`,
    detail,
  });
  await call(sql, 'orderly_act', {
    ...press,
    interaction: randomUUID(),
    action: 'close',
    detail: `${sale.email} wrote: ${sale.name} is not wanted`,
  });
  return sale;
}

it('of an erased customer no table of ours says the e-mail, the name of the server or the text of an event', async () => {
  const sql = held.get();
  const sale = await talkedAbout();
  expect((await mentions(sql, sale.email)).length).toBeGreaterThan(5);
  expect((await mentions(sql, sale.name)).length).toBeGreaterThan(5);
  expect(await erase(sale.email)).toMatchObject({ status: 'ok', purchases: [sale.id], events: 1 });
  expect(await mentions(sql, sale.email)).toEqual([]);
  expect(await mentions(sql, sale.name)).toEqual([]);
  const [event] = await sql`select raw from orderly_events where purchase_id = ${sale.id}`;
  expect(event?.raw).toBe('{"erased": true}');
});

it('the ledger stays: ids, states, times and amounts are as they were, and the timeline says what happened', async () => {
  const sql = held.get();
  const sale = await sell({ amount_minor: 749, currency: 'eur' });
  await provision(sale);
  const kept = sql`id, session_id, order_id, subscription_id, customer_id, payment_intent_id, user_id, plan_id, term, region, amount_minor,
    currency, payment, panel_server_id, install, paid_at, provisioned_at, created_at`;
  const rows = () => sql`select ${kept} from orderly_purchases where id = ${sale.id}`;
  const before = await rows();
  const attempts = await sql`select * from orderly_attempts where purchase_id = ${sale.id}`;
  await erase(sale.userId);
  expect(await rows()).toEqual(before);
  expect(await sql`select * from orderly_attempts where purchase_id = ${sale.id}`).toEqual(attempts);
  const notes =
    await sql`select kind, actor from orderly_timeline where purchase_id = ${sale.id} order by id`;
  expect(notes.at(-1)).toMatchObject({ kind: 'erased', actor: 'the operator' });
  expect(notes.length).toBeGreaterThan(2);
});

it('what its messages say is written anew, without the site’s own e-mail of the user', async () => {
  const sql = held.get();
  const sale = await talkedAbout();
  await sql`insert into auth.users (id, email) values (${sale.userId}, ${sale.email})`;
  await sql`update orderly_messages set message_id = '1', shown_version = wanted_version`;
  await erase(sale.email);
  const behind =
    await sql`select kind from orderly_messages where shown_version < wanted_version order by kind`;
  expect(behind.map(({ kind }) => kind)).toEqual(['alert', 'log', 'purchase']);
  const [view] = await sql`select orderly_view(${sale.id})::text as text`;
  expect(view?.text.toLowerCase()).not.toContain(sale.email.toLowerCase());
  expect(view?.text).not.toContain(sale.name);
});

it('it is by e-mail or user id, in any case; twice is as once, and a dry run changes nothing', async () => {
  const sql = held.get();
  const sale = await sell();
  await provision(sale);
  const all = () => sql`select to_jsonb(p) from orderly_purchases p where id = ${sale.id}`;
  const before = await all();
  expect(await erase(sale.email.toUpperCase(), true)).toMatchObject({ status: 'ok', purchases: [sale.id] });
  expect(await all()).toEqual(before);
  expect(await erase(sale.userId.toUpperCase())).toMatchObject({ status: 'ok', purchases: [sale.id] });
  const after = await all();
  expect(await erase(sale.userId)).toMatchObject({ status: 'before', purchases: [sale.id], events: 0 });
  expect(await erase(sale.email)).toMatchObject({ status: 'nobody' });
  expect(await all()).toEqual(after);
});

it('a purchase that is under way is refused, and nothing of any other is erased', async () => {
  const sql = held.get();
  const done = await sell();
  await provision(done);
  const open = await sell({ email: done.email, user_id: done.userId });
  expect(await erase(done.email)).toEqual({ status: 'under_way', purchases: [open.id] });
  const [row] = await sql`select email, erased_at from orderly_purchases where id = ${done.id}`;
  expect(row).toEqual({ email: done.email, erased_at: null });
});

it('nobody else is touched, also when an address ends in the erased one', async () => {
  const sql = held.get();
  const erased = await sell({ email: 'ann@example.org' });
  const other = await sell({ email: 'jo.ann@example.org' });
  for (const sale of [erased, other]) await provision(sale);
  await send({ id: 'evt_stray_ann', raw: '{"email":"ann@example.org"}', effect: { kind: 'ignore' } });
  await send({ id: 'evt_stray_jo', raw: '{"email":"jo.ann@example.org"}', effect: { kind: 'ignore' } });
  await sql`insert into orderly_timeline (purchase_id, at, kind, detail) values (${erased.id}, now(), 'x', 'not jo.ann@example.org')`;
  const { words } = await erase(erased.email, true);
  expect(await sweep(words, true)).toMatchObject({ found: 1 });
  expect(await sweep(words)).toMatchObject({ found: 1, next: null });
  await erase(erased.email);
  const [row] = await sql`select email, server_name from orderly_purchases where id = ${other.id}`;
  expect(row).toEqual({ email: other.email, server_name: other.name });
  const raws = await sql`select id, raw from orderly_events where id like 'evt_stray_%' order by id`;
  expect(raws.map(({ raw }) => raw)).toEqual(['{"erased": true}', '{"email":"jo.ann@example.org"}']);
  expect(await mentions(sql, 'not jo.ann@example.org')).toHaveLength(1);
});

it('only an e-mail or a user id names a customer: a word that is in every event erases none', async () => {
  for (const who of ['', ' ', 'checkout', 'evt_', '%', '@', 'a@', '*@*.*', '.', 'null']) {
    const { status } = await erase(who);
    expect([who, status]).toEqual([who, who === '*@*.*' ? 'nobody' : 'no_who']);
  }
  expect(await sweep(['checkout', 'data', '*@*.*', '.+@.+'])).toMatchObject({ found: 0 });
});

it('a later event of the same session, subscription, payment or customer does not bring the data back', async () => {
  const sql = held.get();
  const sale = await sell();
  await provision(sale);
  await erase(sale.email);
  const { subscription_id, customer_id: customer, payment_intent_id } = sale.facts;
  await ingest('evt_later_1', sale.facts);
  const raw = (object: object) => JSON.stringify({ data: { object: { ...object, email: sale.email } } });
  await send({
    id: 'evt_later_2',
    type: 'invoice.paid',
    subscription_id,
    raw: raw({}),
    effect: { kind: 'defer' },
  });
  await send({
    id: 'evt_later_3',
    type: 'charge.refunded',
    raw: raw({ payment_intent: payment_intent_id }),
    effect: { kind: 'ignore' },
  });
  await send({
    id: 'evt_later_4',
    type: 'customer.updated',
    raw: raw({ customer }),
    effect: { kind: 'ignore' },
  });
  await send({
    id: 'evt_later_5',
    type: 'customer.subscription.deleted',
    subscription_id,
    raw: raw({ id: subscription_id }),
    effect: { kind: 'stop', subscription_id, reason: 'the subscription ended' },
  });
  expect(await mentions(sql, sale.email)).toEqual([]);
  expect(await mentions(sql, sale.name)).toEqual([]);
  expect(await sql`select from orderly_events where id like 'evt_later_%'`).toHaveLength(5);
  const [stopped] =
    await sql`select from orderly_timeline where purchase_id = ${sale.id} and kind = 'stopped'`;
  expect(stopped).toBeDefined();
});

it('an order that the site handed over stays erased when the event of its session comes after that', async () => {
  const sql = held.get();
  const userId = randomUUID();
  const [order] =
    await sql`insert into orders (user_id, plan_id, item_type, server_name, stripe_sub_id, status)
    values (${userId}, 'among-us-1gb', 'game', 'Site name', 'sub_site_erase', 'paid') returning id::text`;
  await call(sql, 'orderly_provision_order', { order_id: order?.id, deadline_ms: 600_000 });
  const press = {
    actor_id: '1',
    actor_name: 'Anna',
    deadline_ms: 600_000,
    pace_ms: 1_000,
    interaction: 'e1',
  };
  await call(sql, 'orderly_act', { ...press, action: 'close', target: order?.id, detail: 'asked for' });
  expect(await erase(userId)).toMatchObject({ status: 'ok' });
  const late = await sell({ subscription_id: 'sub_site_erase', user_id: userId, purchase_id: randomUUID() });
  const [row] =
    await sql`select session_id, email, server_name from orderly_purchases where id = ${String(order?.id)}`;
  expect(row).toEqual({ session_id: late.facts.session_id, email: null, server_name: null });
  expect(await mentions(sql, late.email)).toEqual([]);
});

it('a customer who comes back after it is a customer like any other', async () => {
  const sql = held.get();
  const before = await sell();
  await provision(before);
  await erase(before.email);
  const again = await sell({ user_id: before.userId, customer_id: before.facts.customer_id });
  const [row] = await sql`select email, server_name, erased_at from orderly_purchases where id = ${again.id}`;
  expect(row).toEqual({ email: again.email, server_name: again.name, erased_at: null });
  const [event] = await sql`select raw from orderly_events where purchase_id = ${again.id}`;
  expect(event?.raw).toContain(again.email);
});
