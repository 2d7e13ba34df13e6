-- What stands behind buttons that ask first: a session that Stripe is asked about because a person said so, alerts that show who
-- pressed, one search for every kind of id, and the numbers of a chart.
-- Old code runs on this schema: yes. It asks for none of what is new, and what is replaced takes and gives what it did.

create index orderly_purchases_id_prefix on public.orderly_purchases (id text_pattern_ops);
create index orderly_purchases_identifier on public.orderly_purchases (panel_identifier text_pattern_ops) where panel_identifier is not null;

-- Purchases by the beginning of an order id, session, e-mail or server name; by a whole subscription or panel number; by the
-- panel's short id, or the long one that it is the beginning of. Newest first. Each column is asked by its own index: a text of its own
-- is planned with what was typed, which a stored plan is not.
create or replace function public.orderly_search(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  raw text := trim(coalesce(input ->> 'query', ''));
  q text := replace(replace(replace(raw, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  most integer := least(coalesce((input ->> 'limit')::integer, 25), 100);
  ways text[] := array['p.id like $1', 'p.session_id like $1', 'p.order_id like $1', 'p.subscription_id = $2',
    'lower(p.server_name) like lower($1)', 'lower(p.email) like lower($1)'];
  condition text := 'true';
  hits jsonb;
begin
  if raw ~ '^\d{1,18}$' then
    ways := ways || 'p.panel_server_id = $2::bigint'::text;
  end if;
  if raw ~* '^[0-9a-f]{2,8}$' then
    ways := ways || 'p.panel_identifier like lower($1)'::text;
  elsif raw ~* '^[0-9a-f]{8}-[0-9a-f-]{1,27}$' then
    ways := ways || 'p.panel_identifier = lower(left($2, 8))'::text;
  end if;
  if raw <> '' then
    -- One pass over each index, and of each only as much as can be shown.
    select string_agg(format('(select p.id from orderly_purchases p where %s order by p.created_at desc limit $3)', way), ' union ')
    into condition from unnest(ways) way;
    condition := 'p.id in (' || condition || ')';
  end if;
  execute 'select coalesce(jsonb_agg(to_jsonb(hit) order by hit.created_at desc), ''[]'') from (
    select p.id, p.order_id, p.session_id, p.server_name, p.email, p.plan_id, p.payment, p.problem_code, p.install, p.failure_code,
      p.item_type, p.closed_at, p.provisioned_at, p.order_id is null as without_order, p.created_at
    from orderly_purchases p where ' || condition || ' order by p.created_at desc limit $3) hit'
  into hits using q, raw, most;
  return jsonb_build_object('status', 'ok', 'purchases', hits);
end $$;

-- An alert shows who acted on it, so it follows each action that changed something. The action holds the incident's lock by then.
create function public.orderly_show_staff_action() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  incident bigint;
begin
  if new.action = 'retry_incident' then
    select id into incident from orderly_incidents where id::text = new.target and closed_at is null;
  else
    select p.incident_id into incident from orderly_purchases p
    where new.target in (p.id, p.session_id, p.order_id) and p.incident_id is not null limit 1;
  end if;
  if incident is not null then
    perform orderly_touch_incident(incident);
  end if;
  return null;
end $$;
create trigger orderly_staff_shown after update of outcome on public.orderly_staff_actions for each row
  when (new.outcome in ('retrying', 'reading_install', 'looking_for_server', 'reinstalling'))
  execute function public.orderly_show_staff_action();

-- A Checkout session that Orderly has no order for, because its event never came or said too little: Stripe is asked for it as an
-- event may ask, so that the answer is applied where every event is, once, whatever comes at the same moment (P2).
create function public.orderly_act_backfill(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  session text := input ->> 'target';
  event text := 'staff_' || (input ->> 'interaction');
  p orderly_purchases;
begin
  perform pg_advisory_xact_lock(hashtextextended('orderly:' || session, 0));
  select * into p from orderly_purchases where session_id = session;
  if p.order_id is not null then
    return jsonb_build_object('outcome', 'session_known', 'purchase_id', p.id);
  elsif p.closed_at is not null and p.payment = 'paid' then
    return jsonb_build_object('outcome', 'closed', 'detail', p.close_reason, 'purchase_id', p.id);
  end if;
  insert into orderly_events (id, type, livemode, made_at, received_at, state, ask, look_at, raw)
  values (event, 'orderly.backfill', session like 'cs\_live\_%', orderly_now(), orderly_now(), 'received',
    jsonb_build_object('session_id', session), orderly_now(), jsonb_build_object('interaction', input ->> 'interaction', 'by', input ->> 'actor')::text);
  return jsonb_build_object('outcome', 'asking_stripe', 'detail', session,
    'hint', jsonb_build_object('kind', 'event', 'id', event, 'version', 0, 'look_at', orderly_now()));
end $$;

-- A purchase that could not become an order, decided anew on what Stripe says of its session now.
create function public.orderly_reread_session(p_purchase text, f jsonb, p_deadline_ms bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
begin
  p := orderly_lock_purchase(p_purchase);
  if p.order_id is not null or p.closed_at is not null or p.payment <> 'paid' or p.problem_code is null or f ->> 'payment' <> 'paid' then
    return;
  end if;
  update orderly_purchases set subscription_id = coalesce(f ->> 'subscription_id', subscription_id), user_id = f ->> 'user_id',
    item_type = f ->> 'item_type', plan_id = f ->> 'plan_id', term = f ->> 'term', region = f ->> 'region', server_name = f ->> 'server_name',
    problem_code = null, problem_detail = null where id = p.id;
  perform orderly_leave_incident(p.id, 'asked for again at Stripe');
  if f -> 'problem' ->> 'code' is not null then
    perform orderly_set_problem(p.id, f -> 'problem' ->> 'code', f -> 'problem' ->> 'detail');
  else
    perform orderly_become_order(p.id, p_deadline_ms);
  end if;
end $$;

-- The answer to what an event left open, after Stripe was asked. Input: {"id", "deadline_ms", "effect"} or {"id", "retry_in_ms", "reason"}.
create or replace function public.orderly_resolve_event(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  facts jsonb := input -> 'effect' -> 'facts';
  event orderly_events;
  before text;
  done record;
  lock_key text;
begin
  select * into event from orderly_events where id = input ->> 'id' for update;
  if not found or event.state <> 'received' then
    return jsonb_build_object('status', 'nothing');
  end if;
  if input -> 'effect' is null then
    update orderly_events set attempts = attempts + 1, reason = left(input ->> 'reason', 300),
      look_at = orderly_now() + (input ->> 'retry_in_ms')::bigint * interval '1 millisecond' where id = event.id;
    return jsonb_build_object('status', 'later');
  end if;
  -- As orderly_ingest does: Stripe's own event, or the site's call, may come at this moment.
  for lock_key in
    select k from unnest(array[coalesce(facts ->> 'session_id', event.id), facts ->> 'subscription_id']) k where k is not null order by k
  loop
    perform pg_advisory_xact_lock(hashtextextended('orderly:' || lock_key, 0));
  end loop;
  select id into before from orderly_purchases where session_id = facts ->> 'session_id';
  select * into done from orderly_apply_effect(input -> 'effect', (input ->> 'deadline_ms')::bigint);
  if event.type = 'orderly.backfill' and done.purchase is not null then
    if before is not null then
      perform orderly_reread_session(done.purchase, facts, (input ->> 'deadline_ms')::bigint);
    end if;
    perform orderly_note(done.purchase, 'backfill', null, event.raw::jsonb ->> 'by');
    perform orderly_touch(done.purchase);
    done.state := case when exists (select from orderly_purchases where id = done.purchase and problem_code is not null)
      then 'rejected' else 'processed' end;
  end if;
  update orderly_events set state = done.state, purchase_id = done.purchase, look_at = null, ask = null,
    reason = coalesce(input -> 'effect' ->> 'reason', reason) where id = event.id;
  return jsonb_build_object('status', 'ok', 'state', done.state, 'purchase_id', done.purchase);
end $$;

-- One page of purchases, newest first, each as its view without the timeline.
-- Input: {"filter": recent | failed | stuck | paused, "customer", "after", "before", "limit", "deadline_ms"}. `customer` is an e-mail, a user id
-- or any purchase of theirs; `after` is the last purchase of the page before, `before` the first of the page after: what is newer than
-- it, or the newest page when that is no whole one. `first` in the answer: nothing newer is left out. Status `no_customer` when nobody bought under that name.
-- Each filter is a text of its own, so that each is planned with its own index.
create or replace function public.orderly_list(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  most integer := least(coalesce((input ->> 'limit')::integer, 10), 10);
  half interval := coalesce((input ->> 'deadline_ms')::bigint, 600000) / 2 * interval '1 millisecond';
  last orderly_purchases;
  buyer orderly_purchases;
  found_ids text[];
  newer text[];
  is_back boolean := false;
  place text;
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
  if coalesce(input ->> 'after', input ->> 'before') is not null then
    select * into last from orderly_purchases x where x.id = coalesce(input ->> 'after', input ->> 'before');
  end if;
  if input ->> 'before' is not null and last.id is not null then
    execute 'select array(select p.id from orderly_purchases p where ' || condition
      || ' and (p.created_at, p.id) > ($1, $2) order by p.created_at, p.id limit $3)'
      into newer using last.created_at, last.id, most + 1, half, buyer.user_id, buyer.email, buyer.id;
    is_back := cardinality(newer) > most;
  end if;
  if is_back then
    select array_agg(x.id order by x.place desc) into found_ids from unnest(newer[1:most]) with ordinality x (id, place);
  else
    place := case when input ->> 'after' is not null then ' and (p.created_at, p.id) < ($1, $2) ' else '' end;
    execute 'select array(select p.id from orderly_purchases p where ' || condition || place || ' order by p.created_at desc, p.id desc limit $3)'
      into found_ids using last.created_at, last.id, most + 1, half, buyer.user_id, buyer.email, buyer.id;
  end if;
  return jsonb_build_object('status', 'ok', 'customer', buyer.id, 'more', is_back or cardinality(found_ids) > most,
    'first', not is_back and input ->> 'after' is null, 'purchases', (
    select coalesce(jsonb_agg(orderly_view(x.id) || '{"timeline": []}' order by x.place), '[]')
    from unnest(found_ids[1:most]) with ordinality x (id, place)));
end $$;

-- The numbers of orderly_stats over time: {"hours", "buckets"}. Of the games that came in each stretch: what became of them, and how
-- long from paid to ready.
create function public.orderly_stats_series(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  hours integer := least(greatest(coalesce((p::jsonb ->> 'hours')::integer, 24), 1), 720);
  buckets integer := least(greatest(coalesce((p::jsonb ->> 'buckets')::integer, 24), 1), 60);
  since timestamptz := orderly_now() - hours * interval '1 hour';
  size interval := hours * interval '1 hour' / buckets;
begin
  return jsonb_build_object('status', 'ok', 'buckets', (
    select jsonb_agg(to_jsonb(b) order by b.at) from (
      select since + n * size as at, count(q.id) filter (where ready_at is not null) as ready,
        count(q.id) filter (where ready_at is null and closed_at is not null) as closed,
        count(q.id) filter (where ready_at is null and closed_at is null
          and (problem_code is not null or incident_id is not null or install in ('failed', 'never_finished'))) as failed,
        count(q.id) as games,
        percentile_cont(0.5) within group (order by extract(epoch from ready_at - paid_at)) filter (where ready_at >= paid_at) as p50_s,
        percentile_cont(0.95) within group (order by extract(epoch from ready_at - paid_at)) filter (where ready_at >= paid_at) as p95_s
      from generate_series(0, buckets - 1) n
      left join orderly_purchases q on q.created_at >= since + n * size
        and (q.created_at < since + (n + 1) * size or n = buckets - 1)
        and q.payment = 'paid' and (q.item_type = 'game' or q.problem_code is not null)
      group by n) b));
end $$;

select public.orderly_lock_down();
