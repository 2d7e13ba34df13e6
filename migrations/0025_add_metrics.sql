-- What /metrics says of the database, in one call, and how long a purchase took until it was ready, told once.
-- Old code runs on this schema: yes. It does not ask the one, and does not read what the other answers more.

-- Paid games without a server: a handful, however many there were.
create index orderly_purchases_unserved on public.orderly_purchases (deadline_at)
  where payment = 'paid' and closed_at is null and panel_server_id is null and item_type = 'game';

-- The state of all of Orderly in numbers: {"deadline_ms", "fresh_ms"}. Each comes from a partial index that holds only what is under way,
-- and of a backlog ten thousand rows are counted at most: whoever asks often must cost nothing. One plan
-- serves every call: making it anew takes longer than all that it counts.
create function public.orderly_metrics(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  input jsonb := p::jsonb;
  most constant integer := 10000;
  now timestamptz := orderly_now();
  half interval := (input ->> 'deadline_ms')::bigint / 2 * interval '1 millisecond';
  fresh timestamptz := now - (input ->> 'fresh_ms')::bigint * interval '1 millisecond';
begin
  return jsonb_build_object('status', 'ok',
    'unserved', (select jsonb_build_object('waiting', count(*), 'overdue', count(*) filter (where q.deadline_at <= now),
        'stuck', count(*) filter (where q.order_id is not null and (q.deadline_at - half <= now or q.failure_code = 'create_unsure')),
        'oldest_s', coalesce(extract(epoch from now - min(q.paid_at)), 0))
      from (select x.deadline_at, x.order_id, x.failure_code, x.paid_at from orderly_purchases x
        where x.payment = 'paid' and x.closed_at is null and x.panel_server_id is null and x.item_type = 'game'
        order by x.deadline_at limit most) q),
    'due', (select jsonb_build_object('orders', count(*), 'oldest_s', coalesce(extract(epoch from now - min(q.look_at)), 0))
      from (select x.look_at from orderly_purchases x where x.look_at <= now and (x.lease_until is null or x.lease_until <= now)
        order by x.look_at limit most) q),
    'events', (select count(*) from (select from orderly_events x where x.state = 'received' and x.look_at <= now limit most) q),
    'messages', (select coalesce(jsonb_agg(q), '[]') from (
      select kind, count(*) as waiting, coalesce(extract(epoch from now - min(behind_since)), 0) as oldest_s
      from (select x.kind, x.behind_since from orderly_messages x where x.shown_version < x.wanted_version order by x.id limit most) behind
      group by kind) q),
    'incidents', (select coalesce(jsonb_agg(q), '[]') from (
      select severity, code, count(*) as open,
        count(*) filter (where severity = 'alert' and (acked_until is null or acked_until <= now)) as unacknowledged
      from (select x.* from orderly_incidents x where x.closed_at is null limit most) open_ones group by severity, code) q),
    'stock', (select jsonb_build_object('age_s', extract(epoch from now - c.at), 'rows', c.result) from orderly_checks c where c.name = 'stock'),
    'budget', (select jsonb_build_object('tokens', b.tokens, 'age_ms', greatest(0, extract(epoch from now - b.filled_at) * 1000),
        'hold_ms', greatest(0, coalesce(extract(epoch from b.hold_until - now), 0) * 1000)) from orderly_budgets b where b.name = 'panel'),
    'alive', (select coalesce(jsonb_agg(q), '[]') from (
      select role, count(*) as processes from (select unnest(x.alive) as role from orderly_processes x where x.seen_at > fresh) a group by role) q),
    'led', exists (select from orderly_leases l where l.name = 'outbox' and l.holder <> '' and l.until > now));
end $$;

-- What looking at many servers came to: {"verdicts": [{"id", "server_id", "since", "kind", "look_in_ms", …}]}; `gone` also of a server
-- that was ready long ago. Answers as well how many seconds after it was paid each became ready that never was before.
create or replace function public.orderly_judge_installs(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  verdict jsonb;
  row orderly_purchases;
  applied integer := 0;
  ready_s jsonb := '[]';
begin
  -- All incidents of theirs first, in one order with everybody else (0008).
  perform from orderly_incidents where id in (
    select p.incident_id from orderly_purchases p
    where p.id in (select value ->> 'id' from jsonb_array_elements(orderly_judge_installs.p::jsonb -> 'verdicts'))) order by id for update;
  for verdict in select value from jsonb_array_elements(p::jsonb -> 'verdicts') order by value ->> 'id' loop
    row := orderly_lock_purchase(verdict ->> 'id');
    continue when row.id is null or row.panel_server_id is distinct from (verdict ->> 'server_id')::bigint
      or row.install_since is distinct from (verdict ->> 'since')::timestamptz or row.reinstall_at is not null
      or row.failure_code is not distinct from 'server_gone' and verdict ->> 'code' = 'server_gone' and row.look_at is null;
    update orderly_purchases set look_at = orderly_now() + (verdict ->> 'look_in_ms')::bigint * interval '1 millisecond' where id = row.id;
    perform orderly_install_verdict(row, verdict);
    applied := applied + 1;
    -- One whose server was made again has been ready before.
    if verdict ->> 'kind' = 'ready' and row.ready_at is null and row.paid_at is not null
      and not exists (select from orderly_timeline where purchase_id = row.id and kind = 'made_again') then
      ready_s := ready_s || to_jsonb(greatest(0, extract(epoch from orderly_now() - row.paid_at)));
    end if;
  end loop;
  return jsonb_build_object('status', 'ok', 'applied', applied, 'ready_s', ready_s);
end $$;

select public.orderly_lock_down();
