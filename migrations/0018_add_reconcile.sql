-- Purchases that Stripe never delivered, and what is known of the sender (P9).
-- Old code runs on this schema: yes, it only adds.

create index orderly_events_received on public.orderly_events (received_at);
create index orderly_refusals_at on public.orderly_refusals (at);

-- What a refusal of the webhook comes from, as a failure code; null for calls that are not Stripe's.
alter table public.orderly_refusals add column code text;

-- Keeps a refused call; the newest thousand stay. Input: {"path", "status", "reason", "code", "ago_ms"}, the last for one that could not be kept
-- when it happened.
create or replace function public.orderly_refuse(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  newest bigint;
begin
  insert into orderly_refusals (at, path, status, reason, code)
  values (orderly_now() - coalesce((input ->> 'ago_ms')::bigint, 0) * interval '1 millisecond', left(input ->> 'path', 100),
    (input ->> 'status')::integer, left(input ->> 'reason', 200), left(input ->> 'code', 60))
  returning id into newest;
  delete from orderly_refusals where id <= newest - 1000;
  return jsonb_build_object('status', 'ok');
end $$;

-- Which of these nobody told us of yet: {"events": [ids], "sessions": [{"id", "subscription_id", "payment_status"}]}. A session is known by its
-- purchase, unless that still waits for money that has come; by the look that decided what it is; and by an order of the site for
-- its subscription that has its server already.
create function public.orderly_unknown(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('status', 'ok',
    'events', (select coalesce(jsonb_agg(e.id), '[]') from jsonb_array_elements_text(coalesce(p::jsonb -> 'events', '[]')) e (id)
      where not exists (select from orderly_events x where x.id = e.id)),
    'sessions', (select coalesce(jsonb_agg(s ->> 'id'), '[]') from jsonb_array_elements(coalesce(p::jsonb -> 'sessions', '[]')) s
      where not exists (select from orderly_purchases x where x.session_id = s ->> 'id'
          and (x.payment <> 'waiting' or s ->> 'payment_status' = 'unpaid'))
        and not exists (select from orderly_purchases x where x.subscription_id = s ->> 'subscription_id'
          and (x.payment <> 'waiting' or s ->> 'payment_status' = 'unpaid'))
        and not exists (select from orderly_events x where x.id = 'reconcile:' || (s ->> 'id') || ':' || (s ->> 'payment_status'))
        and not exists (select from orders o where o.stripe_sub_id = s ->> 'subscription_id' and o.pterodactyl_server_id is not null)))
$$;

-- From when on purchases are ours, and how far the last looks came.
create function public.orderly_reconcile_state(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('status', 'ok', 'cutover_at', orderly_setting('cutover_at') #>> '{}',
    'events_until', (select result ->> 'until' from orderly_checks where name = 'undelivered'),
    'sessions_until', (select result ->> 'until' from orderly_checks where name = 'sessions'))
$$;

-- Sessions whose money has been on the way for more than an hour, those first that were not asked about for the longest time: {"limit"}.
create function public.orderly_waiting_sessions(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  asked jsonb;
begin
  with oldest as (
    select id from orderly_purchases where payment = 'waiting' and session_id is not null and closed_at is null
      and created_at < orderly_now() - interval '1 hour'
    order by standing_at nulls first, id limit (p::jsonb ->> 'limit')::integer for update skip locked
  ), marked as (
    update orderly_purchases x set standing_at = orderly_now() from oldest where x.id = oldest.id returning x.session_id
  ) select coalesce(jsonb_agg(session_id), '[]') into asked from marked;
  return jsonb_build_object('status', 'ok', 'sessions', asked);
end $$;
create index orderly_purchases_waiting on public.orderly_purchases (standing_at nulls first, id) where payment = 'waiting';

-- Takes one event that Stripe did not deliver, by the same path as one that it did: {"deadline_ms", "event", "why"}. `why` is told on the
-- purchase, where the event is what made it paid; null when delivery may just be slow.
create function public.orderly_recover(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  event jsonb := input -> 'event';
  before text;
  after orderly_purchases;
  done jsonb;
  is_recovered boolean;
begin
  select payment into before from orderly_purchases where session_id = event ->> 'session_id';
  done := orderly_ingest(jsonb_build_object('deadline_ms', input -> 'deadline_ms', 'events', jsonb_build_array(event))::text) -> 'events' -> 0;
  select * into after from orderly_purchases where id = done ->> 'purchase_id';
  is_recovered := done ->> 'status' = 'stored' and after.payment = 'paid' and before is distinct from 'paid' and input ->> 'why' is not null;
  if is_recovered then
    perform orderly_note(after.id, 'recovered', left(input ->> 'why', 300));
    perform orderly_touch(after.id);
  end if;
  return done || jsonb_build_object('outcome', done ->> 'status', 'status', 'ok', 'recovered', coalesce(is_recovered, false));
end $$;

-- How the sender does, as our own rows have it: what came last, what was refused since, and how often something usually comes at
-- this hour of the day, over the last two weeks.
create function public.orderly_sender(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  latest timestamptz;
  now_ timestamptz := orderly_now();
begin
  select max(received_at) into latest from orderly_events where id not like 'reconcile:%';
  return jsonb_build_object('status', 'ok', 'now', now_, 'last_event_at', latest,
    'first_event_at', (select min(received_at) from orderly_events),
    'check', (select result from orderly_checks where name = 'sender'),
    'refusals', (select coalesce(jsonb_agg(to_jsonb(r) order by r.count desc), '[]') from (
      select reason, code, status as http_status, count(*) as count, min(at) as since, max(at) as until from orderly_refusals
      where path = '/stripe-webhook' and at > greatest(coalesce(latest, '-infinity'), now_ - interval '1 day')
      group by reason, code, status order by count(*) desc limit 5) r),
    -- The hour before and after count as well, so that a shop with few sales has a usual gap too.
    'usual_in_3_hours', (select count(*)::numeric / 14 from orderly_events
      where received_at > now_ - interval '14 days' and received_at < date_trunc('day', now_) and id not like 'reconcile:%'
        and (extract(hour from received_at)::integer - extract(hour from now_)::integer + 24) % 24 in (23, 0, 1)));
end $$;

-- Everything that a text may name, exactly: {"target"}. Purchases, the newest first, at most ten; an order of the site that is not ours; an event
-- of Stripe's.
create function public.orderly_lookup(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  target text := p::jsonb ->> 'target';
  found_ids text[];
begin
  select array_agg(id order by created_at desc) into found_ids from (
    select id, created_at from orderly_purchases where id = target
    union select id, created_at from orderly_purchases where session_id = target
    union select id, created_at from orderly_purchases where order_id = target
    union select id, created_at from orderly_purchases where subscription_id = target
    union select id, created_at from orderly_purchases where payment_intent_id = target
    union select id, created_at from orderly_purchases where customer_id = target
    union select id, created_at from orderly_purchases where invoice_id = target
    union select id, created_at from orderly_purchases where user_id = target
    union select id, created_at from orderly_purchases where lower(email) = lower(target)
    union select id, created_at from orderly_purchases where lower(server_name) = lower(target)
    union select id, created_at from orderly_purchases where target ~ '^\d{1,18}$' and panel_server_id = target::bigint
    union select id, created_at from orderly_purchases where panel_identifier = target
    union select x.id, x.created_at from orderly_events e join orderly_purchases x on x.id = e.purchase_id where e.id = target
    order by created_at desc limit 10) q;
  return jsonb_build_object('status', 'ok', 'purchases', to_jsonb(coalesce(found_ids, '{}')),
    'legacy', case when found_ids is null then (select to_jsonb(o) from orders o where o.id::text = target or o.stripe_sub_id = target
      or o.pterodactyl_server_id::text = target limit 1) end);
end $$;
create index orderly_purchases_intent on public.orderly_purchases (payment_intent_id) where payment_intent_id is not null;
create index orderly_purchases_customer on public.orderly_purchases (customer_id) where customer_id is not null;
create index orderly_purchases_invoice on public.orderly_purchases (invoice_id) where invoice_id is not null;

-- What our rows say of one session beside its purchase: {"purchase", "session", "since"}. The events of it, the calls of the webhook that were
-- refused since then, and until when each kind of work is led by some process.
create function public.orderly_evidence(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
begin
  return jsonb_build_object('status', 'ok', 'now', orderly_now(), 'cutover_at', orderly_setting('cutover_at') #>> '{}',
    'events', (select coalesce(jsonb_agg(to_jsonb(e) - 'raw' - 'ask' order by e.received_at), '[]') from (
      select * from orderly_events where purchase_id = input ->> 'purchase'
      union select * from orderly_events where id = input ->> 'event'
      order by received_at desc limit 20) e),
    'refusals', (select coalesce(jsonb_agg(to_jsonb(r) order by r.until desc), '[]') from (
      select reason, code, status as http_status, count(*) as count, min(at) as since, max(at) as until from orderly_refusals
      where path = '/stripe-webhook' and at >= coalesce((input ->> 'since')::timestamptz, orderly_now() - interval '1 day')
      group by reason, code, status order by max(at) desc limit 5) r),
    'sweep_until', (select max(until) from orderly_leases where name like 'chore:%'),
    'ended_attempt_at', (select max(ended_at) from orderly_attempts where ended_at > orderly_now() - interval '1 day'));
end $$;

select public.orderly_lock_down();
