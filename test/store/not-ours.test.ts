import { expect, it } from 'vitest';
import { useDatabase } from '../helpers/database.ts';
import { act, rejected, sell } from '../helpers/rejected-sale.ts';

const held = useDatabase();

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
  await sell(sql, ['prod_pen'], lacking, 'again');
  const [row] = await sql`select payment, problem_code from orderly_purchases where id = ${id}`;
  expect(row).toEqual({ payment: 'paid', problem_code: 'missing_key' });
});

it('an order that was made is not ours to throw away', async () => {
  const sql = held.get();
  const id = await rejected(sql);
  await act(sql, 'complete', id, { facts: { plan_id: 'among-us-1gb', region: 'eu-west', term: 'monthly' } });
  expect(await act(sql, 'not_ours', id, { products: ['prod_x'] })).toMatchObject({ outcome: 'has_order' });
});

it('each product that is not ours is on the list once, beside those that were there, and only when its purchase was closed for it', async () => {
  const sql = held.get();
  const list = async () =>
    (await sql`select value from orderly_settings where key = 'ignored_products'`)[0]?.value as string[];
  const before = await list();
  await act(sql, 'not_ours', await rejected(sql), { products: ['prod_bowl'] });
  await act(sql, 'not_ours', await rejected(sql), { products: ['prod_bowl', 'prod_spoon'] });
  expect((await list()).toSorted()).toEqual([...before, 'prod_bowl', 'prod_spoon'].toSorted());
  const closed = await rejected(sql);
  await act(sql, 'close', closed, { detail: 'a test' });
  expect(await act(sql, 'not_ours', closed, { products: ['prod_sock'] })).toMatchObject({
    outcome: 'closed',
  });
  expect(await list()).not.toContain('prod_sock');
});
