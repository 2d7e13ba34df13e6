-- Incidents that heal: their orders are parked, one goes first, and when it gets through the incident closes and the others go
-- on, in the same transaction (P5).
-- Locks are taken incident first, then purchase, everywhere: an order that joins while its incident closes either is in the
-- list that resumes, or finds the incident closed and opens a new one. (0003 says the opposite; from here on this holds.)
-- Old code runs on this schema: yes. What it calls takes and gives what it did.

-- The row of a purchase, locked after its incident's.
create function public.orderly_lock_purchase(p_purchase text) returns orderly_purchases
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  incident bigint;
  p orderly_purchases;
begin
  select incident_id into incident from orderly_purchases where id = p_purchase;
  if incident is not null then
    perform from orderly_incidents where id = incident for update;
  end if;
  select * into p from orderly_purchases where id = p_purchase for update;
  return p;
end $$;

-- How long until the next try of an incident: 10 s, 20 s, 40 s, then every minute, with jitter.
create function public.orderly_probe_wait(p_probes integer) returns interval
language sql volatile as $$
  select least(60, 10 * 2 ^ least(p_probes, 4)) * (0.8 + 0.2 * random()) * interval '1 second'
$$;

drop function public.orderly_join_incident(text, text, text, text, text, text);
-- Opens the incident of this fingerprint, or finds the open one, and puts the purchase under it. One cause, one ping:
-- the partial unique index lets only one be open, and joining locks its row, so that nothing joins one that is closing.
create function public.orderly_join_incident(
  p_fingerprint text, p_code text, p_scope text, p_severity text, p_detail text, p_purchase text, p_class text default null
) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  incident bigint;
  before bigint;
  changed boolean := false;
begin
  loop
    select id into incident from orderly_incidents
    where fingerprint = p_fingerprint and closed_at is null for update;
    exit when found;
    insert into orderly_incidents (fingerprint, code, scope, severity, detail, opened_at, class, probe_at)
    values (p_fingerprint, p_code, p_scope, p_severity, p_detail, orderly_now(), p_class,
      case when p_class in ('outage', 'capacity') and p_severity = 'alert' then orderly_now() + orderly_probe_wait(0) end)
    on conflict do nothing returning id into incident;
    exit when found;
  end loop;
  update orderly_incidents set last_at = orderly_now() where id = incident;
  if p_purchase is not null then
    select incident_id into before from orderly_purchases where id = p_purchase;
    if before is not null and before <> incident then
      perform orderly_leave_incident(p_purchase, 'another cause');
    end if;
    update orderly_purchases set incident_id = incident where id = p_purchase;
    insert into orderly_incident_purchases (incident_id, purchase_id, joined_at)
    values (incident, p_purchase, orderly_now())
    on conflict (incident_id, purchase_id) do update set left_at = null, outcome = null
      where orderly_incident_purchases.left_at is not null;
    changed := found;
  else
    update orderly_incidents set detail = p_detail where id = incident and detail is distinct from p_detail;
    changed := found or not exists (select from orderly_messages where kind = 'alert' and subject = incident::text);
  end if;
  if changed then
    perform orderly_touch_incident(incident);
  end if;
  return incident;
end $$;

-- Takes a purchase out of its incident; the last one out closes it, in the same transaction. When the one that went first
-- leaves and others stay, the next goes at once.
create or replace function public.orderly_leave_incident(p_purchase text, p_outcome text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  incident bigint;
begin
  select incident_id into incident from orderly_purchases where id = p_purchase;
  if incident is null then
    return;
  end if;
  perform from orderly_incidents where id = incident for update;
  update orderly_purchases set incident_id = null where id = p_purchase;
  update orderly_incident_purchases set left_at = orderly_now(), outcome = p_outcome
  where incident_id = incident and purchase_id = p_purchase;
  if not exists (select from orderly_incident_purchases where incident_id = incident and left_at is null) then
    update orderly_incidents set closed_at = orderly_now(), close_reason = p_outcome, probe_at = null
    where id = incident and closed_at is null;
  else
    update orderly_incidents set canary = null, probe_at = orderly_now()
    where id = incident and closed_at is null and canary = p_purchase;
  end if;
  perform orderly_touch_incident(incident);
end $$;

-- A purchase was closed: it leaves its incident, and alerts that are over and counted on it tell that it goes on no more. Unless a
-- create is out, nothing of it is held and nobody at the site waits for it.
create function public.orderly_give_up(p_purchase text, p_reason text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  other bigint;
begin
  select * into p from orderly_purchases where id = p_purchase;
  if p.panel_server_id is null and p.create_sent_at is null then
    delete from orderly_reservations where purchase_id = p.id;
    if exists (select from orders where id::text = p.order_id and status = 'provisioning') then
      perform orderly_set_order(p.order_id, '{"status": "paid"}');
    end if;
  end if;
  -- Whoever had it in hand may be gone, and nobody looks at it again.
  update orderly_attempts set ended_at = orderly_now(), outcome = 'closed', detail = p_reason
  where purchase_id = p.id and ended_at is null;
  perform orderly_leave_incident(p_purchase, p_reason);
  for other in
    select incident_id from orderly_incident_purchases where purchase_id = p_purchase and recovered_at is null order by incident_id
  loop
    perform orderly_touch_incident(other);
  end loop;
end $$;

-- Puts parked orders of an incident back to work, one every so often, at most those of one plan when it is named. They stay under
-- it until they got through.
create function public.orderly_release(p_incident bigint, p_plan text, p_pace_ms bigint, p_deadline_ms bigint) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  member record;
  place integer := 0;
begin
  for member in
    select p.id from orderly_incident_purchases ip join orderly_purchases p on p.id = ip.purchase_id
    where ip.incident_id = p_incident and ip.left_at is null and p.incident_id = p_incident
      and p.closed_at is null and p.order_id is not null and p.panel_server_id is null
      and p.look_at is null and (p_plan is null or p.plan_id = p_plan)
    order by ip.joined_at, p.id for update of p
  loop
    update orderly_purchases set attempts = 0, look_at = orderly_now() + place * p_pace_ms * interval '1 millisecond',
      deadline_at = greatest(deadline_at, orderly_now() + (place * p_pace_ms + p_deadline_ms) * interval '1 millisecond')
    where id = member.id;
    perform orderly_note(member.id, 'resumed', null);
    perform orderly_touch(member.id);
    place := place + 1;
  end loop;
  return place;
end $$;

-- The cause is gone: the incident closes and its orders go on, in the same transaction.
create function public.orderly_close_incident(p_incident bigint, p_reason text, p_pace_ms bigint, p_deadline_ms bigint) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  resumed integer;
begin
  perform from orderly_incidents where id = p_incident and closed_at is null for update;
  if not found then
    return 0;
  end if;
  resumed := orderly_release(p_incident, null, p_pace_ms, p_deadline_ms);
  update orderly_purchases set incident_id = null where incident_id = p_incident;
  update orderly_incident_purchases set left_at = orderly_now(), outcome = p_reason where incident_id = p_incident and left_at is null;
  update orderly_incidents set closed_at = orderly_now(), close_reason = p_reason, probe_at = null where id = p_incident;
  perform orderly_touch_incident(p_incident);
  return resumed;
end $$;

-- A purchase got its server: what it was parked for is proven gone.
create function public.orderly_healed(p_purchase text, p_node bigint, p_pace_ms bigint, p_deadline_ms bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  i orderly_incidents;
  other bigint;
begin
  select * into p from orderly_purchases where id = p_purchase;
  select * into i from orderly_incidents where id = p.incident_id and closed_at is null;
  if i.scope in ('panel', 'node', 'plan', 'region', 'deployment') and i.class in ('outage', 'config') then
    perform orderly_close_incident(i.id, 'recovered', p_pace_ms, p_deadline_ms);
  elsif i.id is not null then
    perform orderly_leave_incident(p.id, 'provisioned');
    -- There was room for one of this plan: perhaps for the next of it too.
    if i.class = 'capacity' then
      perform orderly_release(i.id, p.plan_id, p_pace_ms, p_deadline_ms);
    end if;
  end if;
  for other in
    select id from orderly_incidents where closed_at is null
      and fingerprint in ('node_unreachable:node:' || p_node, 'node_down:node:' || p_node) order by id
  loop
    perform orderly_close_incident(other, 'recovered', p_pace_ms, p_deadline_ms);
  end loop;
  -- An alert that is over tells how many of its orders have their server by now.
  for other in
    with recovered as (
      update orderly_incident_purchases set recovered_at = orderly_now()
      where purchase_id = p.id and recovered_at is null returning incident_id
    ) select incident_id from recovered order by incident_id
  loop
    perform orderly_touch_incident(other);
  end loop;
end $$;

-- Lets the next order of each incident that is due go first: of an outage one, of a capacity incident one of each plan.
create function public.orderly_probe() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  i orderly_incidents;
  first record;
  chosen text;
  quiet bigint;
begin
  -- Nothing probes a node while others take its orders: an hour without another failure is all that can be known.
  for quiet in select id from orderly_incidents
    where closed_at is null and code = 'node_down' and last_at < orderly_now() - interval '1 hour' order by id
  loop
    perform orderly_close_incident(quiet, 'no failure for an hour', 0, 0);
  end loop;
  for i in select * from orderly_incidents where closed_at is null and probe_at <= orderly_now()
    order by probe_at limit 20 for update skip locked
  loop
    chosen := null;
    for first in
      select distinct on (case when i.class = 'capacity' then p.plan_id end) p.id
      from orderly_incident_purchases ip join orderly_purchases p on p.id = ip.purchase_id
      where ip.incident_id = i.id and ip.left_at is null and p.incident_id = i.id and p.look_at is null and p.closed_at is null
      order by case when i.class = 'capacity' then p.plan_id end, ip.joined_at, p.id
    loop
      update orderly_purchases set look_at = orderly_now() where id = first.id and look_at is null;
      chosen := first.id;
    end loop;
    update orderly_incidents set probes = probes + 1, probe_at = orderly_now() + orderly_probe_wait(probes + 1),
      canary = coalesce(chosen, canary) where id = i.id;
  end loop;
end $$;

-- Nodes of which a create failed a moment ago: not the first choice for a while.
create function public.orderly_troubled_nodes() returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('panel_node_id', split_part(fingerprint, ':', 3)::bigint, 'since', opened_at)), '[]')
  from orderly_incidents
  where closed_at is null and fingerprint ~ '^node_(unreachable|down):node:\d+$'
    and last_at > orderly_now() - interval '5 minutes'
$$;

-- The pause that holds a purchase now: the one that lasts longest.
create function public.orderly_pause_of(p orderly_purchases) returns orderly_pauses
language sql stable security definer set search_path = public, pg_temp as $$
  select * from orderly_pauses
  where ended_at is null and until > orderly_now()
    and (scope = 'panel' or scope = 'region' and subject = p.region or scope = 'plan' and subject = p.plan_id)
  order by until desc limit 1
$$;

-- Holds a purchase until its pause ends. Those of one pause then go on one after the other, and whoever has no server ten
-- minutes after its end is overdue.
create function public.orderly_hold(p_purchase text, p_pause orderly_pauses, p_pace_ms bigint, p_deadline_ms bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  place bigint;
begin
  select count(*) into place from orderly_purchases where paused_by = p_pause.id and id <> p_purchase;
  update orderly_purchases set paused_by = p_pause.id, look_at = p_pause.until + place * p_pace_ms * interval '1 millisecond',
    deadline_at = greatest(deadline_at, p_pause.until + p_deadline_ms * interval '1 millisecond')
  where id = p_purchase;
  perform orderly_note(p_purchase, 'paused', format('until %s: %s', to_char(p_pause.until at time zone 'utc', 'YYYY-MM-DD HH24:MI "UTC"'),
    p_pause.reason), p_pause.started_by);
  perform orderly_touch(p_purchase);
end $$;
