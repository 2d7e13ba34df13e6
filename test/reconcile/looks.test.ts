import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CheckoutOptions, StripeSimulator } from '../../sandbox/stripe/stripe.ts';
import { type Clock, createClock } from '../../src/lib/clock.ts';
import { TIMINGS } from '../../src/orders/timings.ts';
import { reconcileChores } from '../../src/reconcile/chores.ts';
import type { ReconcileDeps } from '../../src/reconcile/deps.ts';
import { takeSessions } from '../../src/reconcile/sessions.ts';
import { takeUndelivered } from '../../src/reconcile/undelivered.ts';
import { createStore } from '../../src/store/store.ts';
import { createSqlCall, useDatabase } from '../helpers/database.ts';
import { createTestClient, startTestStripe } from '../stripe/support.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PACE = 2_000;
const held = useDatabase();
/** Stripe's time, three days before ours: all that is sold there is late. */
let stripe: StripeSimulator;
let slept: number[] = [];
let hints: string[] = [];
/** What the metrics hear, an event's type and what became of it each. */
let counted: [string, string][] = [];

beforeEach(async () => {
  await held.get()`truncate orderly_events, orderly_refusals, orderly_checks, orderly_incidents, orderly_incident_purchases,
    orderly_purchases, orderly_messages, orderly_timeline, orders`;
  await cutover(-10 * DAY);
  slept = [];
  hints = [];
  counted = [];
  stripe = await startTestStripe({ clock: createClock(1, Date.now() - 3 * DAY) });
});
afterEach(() => stripe.stop());

const cutover = (ms: number) => held.get()`
  update orderly_settings set value = to_jsonb(now() + ${ms} * interval '1 millisecond') where key = 'cutover_at'`;

/** The clock is ours alone to wait by: what would be slept is written down. */
const clock: Clock = {
  ...createClock(),
  sleep: async (ms) => void slept.push(ms),
};

function deps(changes: Partial<ReconcileDeps> = {}): ReconcileDeps {
  const timings = { ...TIMINGS, recoverPaceMs: PACE };
  return {
    clock,
    timings,
    log: pino({ level: 'silent' }),
    store: createStore({ call: createSqlCall(held.get()), timings, deadlineMs: TIMINGS.deadlineMs }),
    stripe: createTestClient(stripe.url),
    hints: {
      send: async ({ id }) => {
        hints.push(id);
        return true;
      },
    },
    observe: { event: (...told) => void counted.push(told) },
    livemode: false,
    publicUrl: null,
    ...changes,
  };
}

const going = () => ({ keep: async () => true, stopping: new AbortController().signal });
const sessions = (given = deps(), round = going()) => takeSessions(given, round, 'a test');
const undelivered = (given = deps(), round = going()) => takeUndelivered(given, round, 'a test');

const game: CheckoutOptions = { planId: 'among-us-1gb', region: 'eu-west' };
/** Sold while the endpoint is there and nobody answers: Stripe lists the event as undelivered. */
const sell = (what: Partial<CheckoutOptions> = {}) => stripe.checkout({ ...game, ...what });
/** Sold while the endpoint was disabled: the event stands in no list. */
async function sellUnheard(what: Partial<CheckoutOptions> = {}) {
  stripe.faults.deliveryPaused = true;
  const sold = await sell(what);
  stripe.faults.deliveryPaused = false;
  return sold;
}

const bought = async () =>
  (await held.get()`select session_id from orderly_purchases order by session_id`).map(
    (one) => one.session_id,
  );
const recovered = async () =>
  (await held.get()`select detail from orderly_timeline where kind = 'recovered' order by id`).map(
    (one) => one.detail,
  );
const cursor = async (name: string) => {
  const [row] = await held.get()`select result from orderly_checks where name = ${name}`;
  return row ? Date.parse(row.result.until) : null;
};
const asked = (path: string) => stripe.requests.filter((request) => request.path === path);
const sinceOf = (query: string) => Number(new URLSearchParams(query).get('created[gte]')) * 1000;

it('each purchase that is found waits for its pace, a game or not, an order or an alert; what is known costs none', async () => {
  for (let count = 0; count < 3; count += 1) await sellUnheard();
  await sellUnheard({ itemType: 'voice' });
  await sellUnheard({ planId: 'no-such-plan' });
  await sellUnheard({ mode: 'payment', metadata: {} });
  expect(await sessions()).toEqual({ taken: 6, recovered: 5 });
  // The one that is none of ours made no work.
  expect(slept).toEqual(Array.from({ length: 5 }, () => PACE));
  expect(hints).toHaveLength(3);
  expect(await bought()).toHaveLength(5);
  expect(await sessions()).toEqual({ taken: 0, recovered: 0 });
  expect(slept).toHaveLength(5);
  expect(asked('/v1/checkout/sessions')).toHaveLength(2);
  expect(asked('/v1/checkout/sessions/').length).toBe(0);
  expect(stripe.requests.filter(({ path }) => /sessions\/cs_/.test(path))).toHaveLength(6);
});

it('a purchase is announced with the time of its payment and why, also when the buyer had opened the page long before', async () => {
  await sellUnheard({ openedSecondsAgo: 5 * 3600 });
  const paidAt = new Date(Math.floor((Date.now() - 3 * DAY) / 1000) * 1000);
  await sessions();
  const [words] = await recovered();
  expect(words).toMatch(/^since \S+Z: a test$/);
  const since = Date.parse(words.split(' ')[1].slice(0, -1));
  expect(Math.abs(since - paidAt.getTime())).toBeLessThan(5_000);
});

it('what is young may just be slow: it is taken, and nothing is said of it', async () => {
  stripe = await startTestStripe({ clock: createClock(1, Date.now() - TIMINGS.slowDeliveryMs + 60_000) });
  await sellUnheard();
  await sell();
  expect(await undelivered()).toEqual({ taken: 1, recovered: 0 });
  expect(await sessions()).toEqual({ taken: 1, recovered: 0 });
  expect(await recovered()).toEqual([]);
  expect(counted).toEqual([]);
  stripe = await startTestStripe({ clock: createClock(1, Date.now() - TIMINGS.slowDeliveryMs - 60_000) });
  await sellUnheard();
  expect(await sessions()).toEqual({ taken: 1, recovered: 1 });
  expect(counted).toEqual([['checkout.session.completed', 'recovered']]);
});

it('what stands in both lists is taken once, and says that Stripe tried', async () => {
  const endpointUrl = () => 'http://127.0.0.1:9/stripe-webhook';
  stripe = await startTestStripe({ clock: createClock(1, Date.now() - 3 * DAY), endpointUrl });
  const [one, two] = [await sell(), await sell()];
  const unheard = await sellUnheard();
  const [, recovery] = reconcileChores(deps());
  await recovery!.run(going());
  expect(await bought()).toEqual([one.sessionId, two.sessionId, unheard.sessionId].toSorted());
  expect(slept).toHaveLength(3);
  await stripe.idle();
  const why = (await recovered()).map((words) => words.split('Z: ')[1]);
  expect(why).toEqual([
    expect.stringContaining('Stripe tried and was not answered'),
    expect.stringContaining('Stripe tried and was not answered'),
    expect.stringContaining('Stripe sent it to nobody'),
  ]);
});

it('each list is looked at as often as it is told to, and one that fails keeps the other from nothing', async () => {
  stripe = await startTestStripe({ clock: createClock() });
  let nowMs = Date.now();
  const given = deps({ clock: { ...clock, now: () => nowMs } });
  const [, recovery] = reconcileChores(given);
  expect(recovery).toMatchObject({ name: 'recovery', everyMs: TIMINGS.undeliveredMs });
  const looks = () => [asked('/v1/events').length, asked('/v1/checkout/sessions').length];
  await recovery!.run(going());
  expect(looks()).toEqual([1, 1]);
  nowMs += TIMINGS.undeliveredMs;
  await recovery!.run(going());
  expect(looks()).toEqual([2, 1]);
  nowMs += TIMINGS.sessionsMs;
  const stop = stripe.onRequest(({ path }) => {
    if (path === '/v1/events') throw new Error('this list is broken');
  });
  const sold = await sellUnheard();
  await expect(recovery!.run(going())).rejects.toThrow('undelivered events');
  expect(await bought()).toEqual([sold.sessionId]);
  stop();
  const before = looks();
  // The one that failed is due again at once.
  await recovery!.run(going());
  expect(looks()).toEqual([before[0]! + 1, before[1]]);
  // We stop: nothing is begun any more.
  nowMs += TIMINGS.sessionsMs;
  await recovery!.run({ ...going(), stopping: AbortSignal.abort() });
  expect(looks()).toEqual([before[0]! + 1, before[1]]);
  // Another process leads now: nothing is looked at.
  nowMs += TIMINGS.sessionsMs;
  await recovery!.run({ ...going(), keep: async () => false });
  expect(looks()).toEqual([before[0]! + 1, before[1]]);
});

it.each(['undelivered', 'sessions'] as const)(
  'a look at %s that is stopped, or led by another process, ends at once; the next takes the rest',
  async (name) => {
    const look = name === 'sessions' ? sessions : undelivered;
    for (let count = 0; count < 4; count += 1) await (name === 'sessions' ? sellUnheard() : sell());
    let left = 2;
    expect(await look(deps(), { ...going(), keep: async () => left-- > 0 })).toMatchObject({ taken: 2 });
    expect(await cursor(name)).toBeNull();
    const stopping = new AbortController();
    const stopped = { ...clock, sleep: async () => stopping.abort() };
    expect(await look(deps({ clock: stopped }), { ...going(), stopping: stopping.signal })).toMatchObject({
      taken: 1,
    });
    expect(await cursor(name)).toBeNull();
    expect(await look()).toMatchObject({ taken: 1 });
    expect(await cursor(name)).not.toBeNull();
    expect(await bought()).toHaveLength(4);
  },
);

it.each(['undelivered', 'sessions'] as const)(
  'two looks at %s at once take each purchase once, and count it once',
  async (name) => {
    const look = name === 'sessions' ? sessions : undelivered;
    for (let count = 0; count < 4; count += 1) await (name === 'sessions' ? sellUnheard() : sell());
    const both = await Promise.all([look(), look()]);
    expect(both.reduce((sum, { taken }) => sum + taken, 0)).toBe(4);
    expect(both.reduce((sum, one) => sum + one.recovered, 0)).toBe(4);
    expect(await recovered()).toHaveLength(4);
    let offered = 0;
    const given = deps();
    const counting = {
      ...given.store,
      recover: (...args: Parameters<typeof given.store.recover>) => {
        offered += 1;
        return given.store.recover(...args);
      },
    };
    await held.get()`truncate orderly_checks`;
    await look({ ...given, store: counting });
    expect(offered).toBe(0);
  },
);

it('a look that is stopped among what is not taken ends as well', async () => {
  await cutover(0);
  for (let count = 0; count < 3; count += 1) await sellUnheard();
  const stopping = new AbortController();
  stripe.onRequest(({ path }) => {
    if (/sessions\/cs_/.test(path)) stopping.abort();
  });
  // Sessions of the day before the cutover are looked at, and left.
  await cutover(-2.5 * DAY);
  await sessions(deps(), { ...going(), stopping: stopping.signal });
  expect(stripe.requests.filter(({ path }) => /sessions\/cs_/.test(path))).toHaveLength(1);
  expect(await cursor('sessions')).toBeNull();
});

it('a look begins a little before the last one ended, and moves on only when it came to its end', async () => {
  await sell();
  await sellUnheard();
  await undelivered();
  await sessions();
  const [events, list] = [await cursor('undelivered'), await cursor('sessions')];
  stripe.faults.api500 = true;
  await expect(undelivered()).rejects.toThrow();
  await expect(sessions()).rejects.toThrow();
  stripe.faults.api500 = false;
  expect([await cursor('undelivered'), await cursor('sessions')]).toEqual([events, list]);
  await undelivered();
  await sessions();
  const lastOf = (path: string) => sinceOf(asked(path).at(-1)!.query);
  expect((events ?? 0) - lastOf('/v1/events')).toBeGreaterThanOrEqual(10 * 60_000);
  expect((events ?? 0) - lastOf('/v1/events')).toBeLessThan(10 * 60_000 + 1_000);
  expect((list ?? 0) - lastOf('/v1/checkout/sessions')).toBeGreaterThanOrEqual(DAY);
  expect((list ?? 0) - lastOf('/v1/checkout/sessions')).toBeLessThan(DAY + 1_000);
  // By hand a look may be told to begin before the cutover: it begins at that.
  await held.get()`update orderly_checks set result = jsonb_build_object('until', now() - interval '20 days')`;
  await undelivered();
  await sessions();
  const cut = Date.now() - 10 * DAY;
  expect(Math.abs(lastOf('/v1/events') - cut)).toBeLessThan(60_000);
  expect(Math.abs(lastOf('/v1/checkout/sessions') - (cut - DAY))).toBeLessThan(60_000);
});

it.each(['undelivered', 'sessions'] as const)(
  'the next look at %s begins where this one began, however long it took',
  async (name) => {
    const look = name === 'sessions' ? sessions : undelivered;
    for (let count = 0; count < 2; count += 1) await (name === 'sessions' ? sellUnheard() : sell());
    const began = Date.now();
    let nowMs = began;
    const slow = {
      ...clock,
      now: () => nowMs,
      sleep: async () => {
        nowMs += HOUR;
      },
    };
    await look(deps({ clock: slow }));
    expect(await cursor(name)).toBe(began);
  },
);

it('only what was paid from the cutover on is taken, whenever its page was opened', async () => {
  await sell();
  await sellUnheard();
  await cutover(-3 * DAY + HOUR);
  expect(await undelivered()).toMatchObject({ taken: 0 });
  expect(await sessions()).toMatchObject({ taken: 0 });
  expect(await bought()).toEqual([]);
  await held.get()`truncate orderly_checks`;
  await cutover(-3 * DAY - HOUR);
  const opened = await sellUnheard({ openedSecondsAgo: 2 * 3600 });
  await sessions();
  expect(await bought()).toContain(opened.sessionId);
});

it('an order of the site that has its server already, a subscription that is known, and an open page are not taken', async () => {
  const sql = held.get();
  const [served, known] = [await sellUnheard(), await sellUnheard()];
  await sql`insert into orders (user_id, plan_id, item_type, status, stripe_sub_id, pterodactyl_server_id)
    values (gen_random_uuid(), 'among-us-1gb', 'game', 'provisioned', ${served.subscriptionId}, '7')`;
  await sql`insert into orderly_purchases (id, source, payment, subscription_id) values ('p1', 'site', 'paid', ${known.subscriptionId})`;
  await sell({ paymentStatus: 'unpaid' });
  expect(await sessions()).toMatchObject({ taken: 1, recovered: 0 });
  const [waiting] = await sql`select payment, session_id from orderly_purchases where id <> 'p1'`;
  expect(waiting?.payment).toBe('waiting');
});

it('a payment that is on its way for an hour is asked about, the longest waiting first', async () => {
  const sql = held.get();
  const young = await sellUnheard({ paymentStatus: 'unpaid' });
  const old = await sellUnheard({ paymentStatus: 'unpaid' });
  await sessions();
  await sql`update orderly_checks set result = result || jsonb_build_object('until', now() + interval '3 days')`;
  await stripe.asyncPayment(young.sessionId, 'succeeded');
  await stripe.asyncPayment(old.sessionId, 'succeeded');
  await sql`update orderly_purchases set created_at = now() - interval '61 minutes' where session_id = ${old.sessionId}`;
  // It is ours since it came, whenever the cutover is.
  await cutover(0);
  expect(await sessions()).toMatchObject({ taken: 1, recovered: 1 });
  const payments = await sql`select session_id, payment from orderly_purchases where payment = 'paid'`;
  expect(payments.map((one) => one.session_id)).toEqual([old.sessionId]);
});

it('payments on their way are no longer asked about when we stop', async () => {
  const sql = held.get();
  const sold = [
    await sellUnheard({ paymentStatus: 'unpaid' }),
    await sellUnheard({ paymentStatus: 'unpaid' }),
  ];
  await sessions();
  await sql`update orderly_checks set result = jsonb_build_object('until', now() + interval '3 days')`;
  await sql`update orderly_purchases set created_at = now() - interval '61 minutes'`;
  for (const { sessionId } of sold) await stripe.asyncPayment(sessionId, 'succeeded');
  const stopping = new AbortController();
  const stopped = { ...clock, sleep: async () => stopping.abort() };
  expect(await sessions(deps({ clock: stopped }), { ...going(), stopping: stopping.signal })).toMatchObject({
    taken: 1,
  });
});

it('a session that can not be had now ends the look, which begins anew the next time', async () => {
  const sold = await sellUnheard();
  const client = createTestClient(stripe.url);
  const away = {
    ...client,
    retrieveSession: async () => ({ kind: 'fault', reason: 'no_answer', message: 'away' }) as const,
  };
  await expect(sessions(deps({ stripe: away }))).rejects.toThrow('away');
  expect(await cursor('sessions')).toBeNull();
  await sessions();
  expect(await bought()).toEqual([sold.sessionId]);
});

it('a session that Stripe no longer knows is left, and the look goes on', async () => {
  const sold = await sellUnheard();
  const other = await sellUnheard();
  const client = createTestClient(stripe.url);
  const forgetful = {
    ...client,
    retrieveSession: async (id: string) =>
      id === other.sessionId ? ({ kind: 'missing' } as const) : client.retrieveSession(id),
  };
  expect(await sessions(deps({ stripe: forgetful }))).toMatchObject({ taken: 1 });
  expect(await bought()).toEqual([sold.sessionId]);
  const forgets = { ...client, retrieveSession: async () => ({ kind: 'missing' }) as const };
  await sellUnheard();
  await held.get()`truncate orderly_checks`;
  await sessions(deps({ stripe: forgets }), { ...going(), stopping: AbortSignal.abort() });
  expect(await cursor('sessions')).toBeNull();
});
