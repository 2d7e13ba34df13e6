import { expect, it } from 'vitest';
import { call, useDatabase } from '../helpers/database.ts';

const held = useDatabase();
const USER = '7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21';
const STRANGER = '11111111-4c0f-4f6e-9a55-2f6a1b8f3e21';
let sold = 0;
let pressed = 0;

it('a purchase without a plan becomes an order when a person names it, and its alert is over', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  expect(
    await act(sql, 'complete', id, {
      facts: { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' },
    }),
  ).toMatchObject({
    outcome: 'completed',
    hint: { id },
  });
  const [row] =
    await sql`select order_id, problem_code, item_type, incident_id, look_at from orderly_purchases where id = ${id}`;
  expect(row).toMatchObject({ order_id: id, problem_code: null, item_type: 'game', incident_id: null });
  expect(row?.look_at).not.toBeNull();
  const notes =
    await sql`select kind, actor from orderly_timeline where purchase_id = ${id} and kind = 'completed'`;
  expect(notes).toMatchObject([{ kind: 'completed', actor: 'Anna' }]);
  const [incident] =
    await sql`select close_reason from orderly_incidents where fingerprint = ${`purchase:${id}`}`;
  expect(incident?.close_reason).toBe('completed by Anna');
  // What helped is in the alert's thread, and known when the same comes again.
  const [log] =
    await sql`select detail, actor from orderly_incident_notes where purchase_id = ${id} and kind = 'action'`;
  expect(log).toEqual({ detail: 'complete', actor: 'Anna' });
});

it('what still does not fit the catalogue changes nothing, and says what is wrong', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  const before = await sql`select * from orderly_purchases where id = ${id}`;
  for (const [facts, reason] of [
    [{ plan_id: 'no-such-plan', region: 'eu-west' }, 'no row in plans'],
    [{ plan_id: 'among-us-1gb', region: 'atlantis' }, 'no row in ptero_nodes'],
    [{ plan_id: 'among-us-1gb', region: 'eu-west', user_id: 'me' }, 'not a UUID'],
    [{ plan_id: 'among-us-1gb' }, 'all needed'],
  ] as const) {
    const done = await act(sql, 'complete', id, { facts });
    expect(done.outcome).toBe('still_rejected');
    expect(done.detail).toContain(reason);
  }
  expect(await sql`select * from orderly_purchases where id = ${id}`).toEqual(before);
});

it('two people who complete the same purchase at once make one order', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  const facts = { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' };
  const done = await Promise.all([act(sql, 'complete', id, { facts }), act(sql, 'complete', id, { facts })]);
  expect(done.map(({ outcome }) => outcome).toSorted()).toEqual(['completed', 'has_order']);
  expect(await sql`select id from orders where id::text = ${id}`).toHaveLength(1);
});

it('what is not ours is closed, and the next subscription of its product alerts nobody', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  expect(await act(sql, 'not_ours', id, { products: ['prod_hoodie'] })).toMatchObject({
    outcome: 'not_ours_now',
  });
  expect(
    await sql`select closed_at from orderly_purchases where id = ${id} and closed_at is not null`,
  ).toHaveLength(1);
  const next = await sell(sql, ['prod_hoodie']);
  expect(await sql`select id from orderly_purchases where id = ${next}`).toEqual([]);
  expect(await act(sql, 'not_ours', await rejected(sql), { products: [] })).toMatchObject({
    outcome: 'no_products',
  });
});

it('a user id that the checkout named is taken as it is; one that a person types has to be known to the site', async () => {
  const sql = held.get();
  const facts = { plan_id: 'among-us-1gb', term: 'monthly', region: 'eu-west' };
  const sale = {
    user_id: STRANGER,
    plan_id: 'quake-1gb',
    region: 'eu-west',
    item_type: 'game',
    problem: null,
  };
  const id = await sell(sql, ['prod_game'], sale);
  const typed = await act(sql, 'complete', id, { facts: { ...facts, user_id: STRANGER.replace('1', '2') } });
  expect(typed).toMatchObject({ outcome: 'still_rejected' });
  expect(typed.detail).toContain('the site has no user with this id');
  expect(await act(sql, 'complete', id, { facts })).toMatchObject({ outcome: 'completed' });
  const [note] =
    await sql`select detail from orderly_timeline where purchase_id = ${id} and kind = 'completed'`;
  expect(note?.detail).toBe('plan_id among-us-1gb, term monthly');
});

it('what was refunded before anybody completed it is closed, and says so', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  await sql`insert into orderly_stops (subscription_id, reason, at)
    select subscription_id, 'refunded', orderly_now() from orderly_purchases where id = ${id}`;
  const facts = { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' };
  expect(await act(sql, 'complete', id, { facts })).toMatchObject({ outcome: 'closed', detail: 'refunded' });
  expect(await sql`select id from orders where id::text = ${id}`).toEqual([]);
});

it('what names a plan of ours is ours, whoever says that it is not, and whatever else is sold with it', async () => {
  const sql = held.get();
  await act(sql, 'not_ours', await rejected(sql), { products: ['prod_mug', 'prod_cap'] });
  const lacking = { problem: { code: 'missing_key', detail: 'lacks region' } };
  const ours = { ...lacking, plan_id: 'among-us-1gb' };
  const id = await sell(sql, ['prod_mug'], ours);
  expect(await act(sql, 'not_ours', id, { products: ['prod_mug'] })).toMatchObject({ outcome: 'is_ours' });
  const shown = async (products: string[] | null, facts: object) => {
    const sold = await sell(sql, products, facts);
    return (await sql`select id from orderly_purchases where id = ${sold}`).length;
  };
  expect(await shown(['prod_mug'], lacking)).toBe(0);
  expect(await shown(['prod_cap', 'prod_mug'], { plan_id: 'quake', item_type: 'game', problem: null })).toBe(
    0,
  );
  expect(await shown(['prod_mug', 'prod_game'], lacking)).toBe(1);
  expect(await shown(['prod_mug'], ours)).toBe(1);
  // Nobody can say whose it is; and of what names no product in its event, Stripe is asked first.
  expect(await shown([], lacking)).toBe(1);
  expect(await shown(null, lacking)).toBe(0);
  expect(await shown(['prod_mug'], { problem: { code: 'wrong_mode', detail: 'live' } })).toBe(1);
});

it('what has a message already is not forgotten when its money comes', async () => {
  const sql = held.get();
  await act(sql, 'not_ours', await rejected(sql), { products: ['prod_pen'] });
  const lacking = { problem: { code: 'missing_key', detail: 'lacks plan_id' } };
  const id = await sell(sql, ['prod_pen'], { ...lacking, payment: 'waiting' });
  sold -= 1;
  await sell(sql, ['prod_pen'], lacking, 'again');
  const [row] = await sql`select payment, problem_code from orderly_purchases where id = ${id}`;
  expect(row).toEqual({ payment: 'paid', problem_code: 'missing_key' });
});

it('the form has what is for sale, where there are nodes, and whose e-mail it is', async () => {
  const sql = held.get();
  await sql`update plans set active = false where id = 'rust-16gb'`;
  await sql`update ptero_nodes set enabled = false where region = 'us-east'`;
  const id = await rejected(sql);
  const form = await call(sql, 'orderly_completion', { target: id });
  expect(form).toMatchObject({ status: 'found', regions: ['eu-west'], user_by_email: USER });
  expect(form.purchase).toMatchObject({ id });
  const plans = form.plans as { id: string }[];
  expect(plans.map((plan) => plan.id)).toEqual([
    'among-us-1gb',
    'minecraft-4gb',
    'terraria-2gb',
    'valheim-8gb',
  ]);
  expect(plans[1]).toMatchObject({ name: 'Minecraft 4 GB', terms: ['monthly', 'yearly'] });
  const other = await sell(sql, ['prod_game'], { email: 'nobody@example.com' });
  expect(await call(sql, 'orderly_completion', { target: other })).toMatchObject({ user_by_email: null });
  expect(await call(sql, 'orderly_completion', { target: 'x' })).toEqual({ status: 'unknown' });
  await sql`update plans set active = true`;
  await sql`update ptero_nodes set enabled = true`;
});

it('an order that was made is not ours to throw away', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  await act(sql, 'complete', id, { facts: { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' } });
  expect(await act(sql, 'not_ours', id, { products: ['prod_x'] })).toMatchObject({ outcome: 'has_order' });
});

type Sql = ReturnType<typeof held.get>;

function act(sql: Sql, action: string, target: string, more: object) {
  pressed += 1;
  return call(sql, 'orderly_act', {
    interaction: `complete-${pressed}`,
    actor_id: '1',
    actor_name: 'Anna',
    action,
    target,
    deadline_ms: 600_000,
    ...more,
  });
}

async function rejected(sql: Sql): Promise<string> {
  return sell(sql, ['prod_game']);
}

async function sell(sql: Sql, products: string[] | null, more: object = {}, again = ''): Promise<string> {
  sold += 1;
  const id = `00000000-0000-5000-8000-1${String(sold).padStart(11, '0')}`;
  const facts = {
    purchase_id: id,
    session_id: `cs_complete_${sold}`,
    subscription_id: `sub_complete_${sold}`,
    livemode: false,
    user_id: USER,
    email: 'buyer@example.com',
    bought_at: new Date().toISOString(),
    payment: 'paid',
    problem: { code: 'metadata_missing', detail: 'the session has none of our keys' },
    products,
    ...more,
  };
  const event = {
    id: `evt_complete_${sold}${again}`,
    type: 'checkout.session.completed',
    livemode: false,
    raw: '{}',
  };
  await call(sql, 'orderly_ingest', {
    deadline_ms: 600_000,
    events: [{ ...event, session_id: facts.session_id, effect: { kind: 'session', facts } }],
  });
  return id;
}
