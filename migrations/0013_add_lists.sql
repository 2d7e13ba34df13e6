-- Lists of purchases, and numbers about them: what /orders and /stats show.
-- Old code runs on this schema: yes, it only adds.

create index orderly_purchases_newest on public.orderly_purchases (created_at desc, id desc);
create index orderly_purchases_troubled on public.orderly_purchases (created_at desc, id desc)
  where closed_at is null and payment = 'paid'
    and (problem_code is not null or failure_code is not null or incident_id is not null or install in ('failed', 'never_finished'));
create index orderly_purchases_undelivered on public.orderly_purchases (created_at desc, id desc)
  where closed_at is null and payment = 'paid' and panel_server_id is null;
create index orderly_purchases_user on public.orderly_purchases (user_id, created_at desc, id desc) where user_id is not null;
create index orderly_attempts_ended on public.orderly_attempts (ended_at) where ended_at is not null;
create index orderly_staff_actions_at on public.orderly_staff_actions (at);

-- One page of purchases, newest first, each as its view without the timeline.
-- Input: {"filter": recent | failed | stuck | paused, "customer", "after", "limit", "deadline_ms"}. `customer` is an e-mail, a user id or any
-- purchase of theirs; `after` is the last purchase of the page before. Status `no_customer` when nobody bought under that name.
-- Each filter is a text of its own, so that each is planned with its own index.
create function public.orderly_list(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  most integer := least(coalesce((input ->> 'limit')::integer, 10), 10);
  half interval := coalesce((input ->> 'deadline_ms')::bigint, 600000) / 2 * interval '1 millisecond';
  last orderly_purchases;
  buyer orderly_purchases;
  found_ids text[];
  condition text := case input ->> 'filter'
    -- As the state of a message says it; one whose retry has not ended yet stays in the list until it has.
    when 'failed' then $f$ p.closed_at is null and p.payment = 'paid'
      and (p.problem_code is not null or p.failure_code is not null or p.incident_id is not null or p.install in ('failed', 'never_finished'))
      and (p.problem_code is not null or p.install in ('failed', 'never_finished') or p.failure_code = 'server_gone'
        or p.install is distinct from 'ready' and (p.incident_id is not null or p.panel_server_id is not null)) $f$
    when 'stuck' then $f$ p.closed_at is null and p.payment = 'paid' and p.panel_server_id is null and p.item_type = 'game'
      and p.order_id is not null and (p.deadline_at - $4 <= orderly_now() or p.failure_code = 'create_unsure') $f$
    when 'paused' then $f$ p.closed_at is null and p.payment = 'paid' and p.panel_server_id is null and p.look_at is not null
      and exists (select from orderly_pauses q where q.id = p.paused_by and q.ended_at is null and q.until > orderly_now()) $f$
    else ' true ' end;
begin
  if input ->> 'customer' is not null then
    select * into buyer from orderly_purchases x where x.id = input ->> 'customer';
    if not found then
      select * into buyer from orderly_purchases x
      where lower(x.email) = lower(input ->> 'customer') or x.user_id = input ->> 'customer' order by x.created_at desc limit 1;
    end if;
    if buyer.id is null then
      return jsonb_build_object('status', 'no_customer');
    end if;
    condition := condition || ' and (p.user_id = $5 or lower(p.email) = lower($6) or p.id = $7) ';
  end if;
  if input ->> 'after' is not null then
    select * into last from orderly_purchases x where x.id = input ->> 'after';
    condition := condition || ' and (p.created_at, p.id) < ($1, $2) ';
  end if;
  execute 'select array(select p.id from orderly_purchases p where ' || condition || ' order by p.created_at desc, p.id desc limit $3)'
    into found_ids using last.created_at, last.id, most + 1, half, buyer.user_id, buyer.email, buyer.id;
  return jsonb_build_object('status', 'ok', 'customer', buyer.id, 'more', cardinality(found_ids) > most, 'purchases', (
    select coalesce(jsonb_agg(orderly_view(x.id) || '{"timeline": []}' order by x.place), '[]')
    from unnest(found_ids[1:most]) with ordinality x (id, place)));
end $$;

-- The last hours in numbers: {"hours"}. Of the purchases that came in them: how many are games, ready, under way, failed or closed, and
-- how long from paid to ready. Of the same hours: tries that failed by their code, retries by staff, incidents.
create function public.orderly_stats(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  since timestamptz := orderly_now() - least(greatest(coalesce((p::jsonb ->> 'hours')::integer, 24), 1), 720) * interval '1 hour';
  counts jsonb;
begin
  select to_jsonb(x) into counts from (
    select count(*) as purchases, count(*) filter (where game) as games,
      count(*) filter (where game and ready_at is not null) as ready,
      count(*) filter (where game and ready_at is null and closed_at is not null) as closed,
      count(*) filter (where game and ready_at is null and closed_at is null
        and (problem_code is not null or incident_id is not null or install in ('failed', 'never_finished'))) as failed,
      percentile_cont(0.5) within group (order by extract(epoch from ready_at - paid_at)) filter (where game and ready_at >= paid_at) as p50_s,
      percentile_cont(0.95) within group (order by extract(epoch from ready_at - paid_at)) filter (where game and ready_at >= paid_at) as p95_s
    from (select *, payment = 'paid' and (item_type = 'game' or problem_code is not null) as game
      from orderly_purchases where created_at >= since) q) x;
  return counts || jsonb_build_object('status', 'ok', 'since', since,
    'causes', (select coalesce(jsonb_agg(to_jsonb(c) order by c.orders desc, c.code), '[]') from (
      select code, count(distinct purchase_id) as orders from (
        select code, purchase_id from orderly_attempts where ended_at >= since and code is not null
        union all
        select problem_code, id from orderly_purchases where created_at >= since and problem_code is not null) q
      group by code order by orders desc, code limit 8) c),
    'retries', (select count(*) from orderly_staff_actions
      where at >= since and action in ('retry', 'retry_incident', 'provision') and outcome = 'retrying'),
    'incidents', (select count(*) from orderly_incidents where opened_at >= since and severity = 'alert'),
    'open_incidents', (select count(*) from orderly_incidents where closed_at is null and severity = 'alert'));
end $$;

select public.orderly_lock_down();
