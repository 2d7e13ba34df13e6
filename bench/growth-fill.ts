import type postgres from 'postgres';

/** Orders that are not simply done, however many there are in all: they must be found among the others. */
const TROUBLED = 20;
const AT_ONCE = 50_000;

/**
 * Makes so many orders, spread over the last three years, each with five small events, an attempt, two entries of its timeline and a
 * message. A few of the newest wait for a node.
 */
export async function fill(sql: postgres.Sql, orders: number): Promise<void> {
  for (let first = 1; first <= orders; first += AT_ONCE)
    await fillSome(sql, first, Math.min(orders, first + AT_ONCE - 1));
  await sql.unsafe(`
    update orderly_purchases set install = null, panel_server_id = null, ready_at = null, provisioned_at = null, created_at = clock_timestamp(),
      look_at = clock_timestamp(), failure_code = 'no_node', failed_at = clock_timestamp()
    where order_id in (select md5('o' || n)::uuid::text from generate_series(1, ${TROUBLED}) n)`);
  // A database that grew to this over years has nothing left to clean up behind its filling.
  await sql.unsafe('vacuum (analyze)');
}

async function fillSome(sql: postgres.Sql, first: number, last: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe(`create temp table made on commit drop as
      select n, md5('o' || n)::uuid::text as id, 'cs_live_' || md5('s' || n) as session, 'sub_' || md5('u' || n) as subscription,
        clock_timestamp() - (n * 7919 % 1000003) / 1000003.0 * interval '1095 days' as at
      from generate_series(${first}::bigint, ${last}) n`);
    await tx.unsafe(`insert into orders (id, user_id, plan_id, item_type, server_name, status, stripe_sub_id, pterodactyl_server_id, created_at)
      select id::uuid, md5('b' || n / 3)::uuid, 'among-us-1gb', 'game', 'Crew ' || n, 'provisioned', subscription, n::text, at from made`);
    await tx.unsafe(`insert into orderly_purchases (id, session_id, order_id, source, subscription_id, customer_id, invoice_id, livemode, user_id,
        item_type, plan_id, term, region, server_name, email, amount_minor, currency, bought_at, payment, panel_user_id, panel_node_id,
        panel_server_id, panel_identifier, node_name, address, install, paid_at, provisioning_at, provisioned_at, ready_at, created_at, updated_at)
      select id, session, id, 'stripe', subscription, 'cus_' || n / 3, 'in_' || n, true, md5('b' || n / 3)::uuid::text,
        'game', 'among-us-1gb', 'monthly', 'eu-west', 'Crew ' || n, 'buyer-' || n / 3 || '@example.com', 1499, 'eur', at, 'paid', n / 3, 1,
        n, left(md5('p' || n), 8), 'fra-1', 'fra1.example.com:25565', 'ready', at, at, at + interval '8 seconds', at + interval '40 seconds', at, at
      from made`);
    await tx.unsafe(`insert into orderly_events (id, type, livemode, api_version, made_at, received_at, state, purchase_id, subscription_id, raw)
      select 'evt_' || n || '_' || k, case k when 1 then 'checkout.session.completed' else 'invoice.paid' end, true, '2026-10-28.endive',
        at + k * interval '30 days', at + k * interval '30 days', 'processed', id, subscription, '{}'
      from made, generate_series(1, 5) k`);
    await tx.unsafe(`insert into orderly_attempts (purchase_id, number, token, holder, started_at, step, ended_at, outcome)
      select id, 1, 1, 'worker', at, 'create', at + interval '8 seconds', 'provisioned' from made`);
    await tx.unsafe(`insert into orderly_timeline (purchase_id, at, kind, detail)
      select id, at, kind, null from made, unnest(array['paid', 'ready']) kind`);
    await tx.unsafe(`insert into orderly_messages (kind, subject, channel_id, message_id, wanted_version, shown_version, posted_at)
      select 'purchase', id, '1', n::text, 1, 1, at from made`);
  });
}
