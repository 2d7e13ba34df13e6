-- Errors are kept, found again and learned from: incidents and failed attempts by code, node, plan, time and text; what helped the last
-- time, with the words of whoever noted it.
-- Old code runs on this schema: yes. What it calls takes and gives what it did, and triggers fill what it does not know.

-- Where it was

-- Which nodes and plans an incident is about, for the search. Filled by triggers, as its orders join.
create table public.orderly_incident_subjects (
  incident_id bigint not null,
  kind text not null check (kind in ('node', 'plan')),
  subject text not null,
  opened_at timestamptz not null,
  primary key (incident_id, kind, subject)
);
create index orderly_incident_subjects_newest on public.orderly_incident_subjects (kind, subject, opened_at desc, incident_id desc);
create index orderly_incidents_newest on public.orderly_incidents (opened_at desc, id desc);
create index orderly_incidents_code on public.orderly_incidents (code, opened_at desc, id desc);

-- Each try has the node that it was placed on: its purchase only knows the last one.
alter table public.orderly_attempts
  add column panel_node_id bigint,
  add column plan_id text;
update public.orderly_attempts a set plan_id = left(p.plan_id, 200),
  panel_node_id = case when a.step in ('placed', 'create_sent', 'create_not_sent') then p.panel_node_id end
from public.orderly_purchases p where p.id = a.purchase_id;
create index orderly_attempts_failed on public.orderly_attempts (ended_at desc, id desc)
  where outcome in ('failed', 'unsure', 'lost');
create index orderly_attempts_failed_code on public.orderly_attempts (code, ended_at desc, id desc)
  where outcome in ('failed', 'unsure', 'lost');
create index orderly_attempts_failed_node on public.orderly_attempts (panel_node_id, ended_at desc, id desc)
  where outcome in ('failed', 'unsure', 'lost');
create index orderly_attempts_failed_plan on public.orderly_attempts (plan_id, ended_at desc, id desc)
  where outcome in ('failed', 'unsure', 'lost');

create function public.orderly_on_attempt_begun() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  select left(plan_id, 200) into new.plan_id from orderly_purchases where id = new.purchase_id;
  return new;
end $$;
create trigger orderly_attempt_begun before insert on public.orderly_attempts
  for each row execute function public.orderly_on_attempt_begun();

-- A try that looks for what an earlier create made is about the node of that create.
create function public.orderly_on_attempt_placed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  select coalesce(p.panel_node_id, new.panel_node_id) into new.panel_node_id from orderly_purchases p
  where p.id = new.purchase_id and (new.step = 'placed' or p.create_sent_at is not null);
  return new;
end $$;
create trigger orderly_attempt_placed before update on public.orderly_attempts
  for each row when (new.step = 'placed' or new.panel_node_id is null and new.ended_at is not null)
  execute function public.orderly_on_attempt_placed();

create function public.orderly_is_about(p_incident bigint, p_kind text, p_subject text) returns void
language sql security definer set search_path = public, pg_temp as $$
  insert into orderly_incident_subjects (incident_id, kind, subject, opened_at)
  select id, p_kind, left(p_subject, 200), opened_at from orderly_incidents where id = p_incident and p_subject is not null
  on conflict do nothing
$$;

-- What an incident is about by itself stands in its fingerprint: "node_down:node:2", "catalogue:plan:minecraft-4gb".
create function public.orderly_on_incident_about() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  part text[] := regexp_match(new.fingerprint, '^[a-z_]+:(node|plan):(.+)$');
begin
  perform orderly_is_about(new.id, part[1], case
    -- A node of the catalogue is named by its row.
    when new.fingerprint like 'catalogue:node:%'
    then (select n ->> 'panel_node_id' from jsonb_array_elements(orderly_nodes()) n where n ->> 'id' = part[2]) else part[2] end);
  return null;
end $$;
create trigger orderly_incident_about after insert on public.orderly_incidents
  for each row execute function public.orderly_on_incident_about();

create function public.orderly_on_member_about() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
begin
  select * into p from orderly_purchases where id = new.purchase_id;
  perform orderly_is_about(new.incident_id, 'plan', p.plan_id);
  perform orderly_is_about(new.incident_id, 'node', case when p.panel_server_id is not null or p.create_sent_at is not null
    then p.panel_node_id else (select panel_node_id from orderly_attempts where purchase_id = p.id order by id desc limit 1) end::text);
  return null;
end $$;
create trigger orderly_member_about after insert or update of left_at on public.orderly_incident_purchases
  for each row when (new.left_at is null) execute function public.orderly_on_member_about();

insert into public.orderly_incident_subjects (incident_id, kind, subject, opened_at)
select i.id, part[1], left(part[2], 200), i.opened_at
from public.orderly_incidents i, regexp_match(i.fingerprint, '^[a-z_]+:(node|plan):(.+)$') part
where part is not null and i.fingerprint not like 'catalogue:node:%'
union
select i.id, 'plan', left(p.plan_id, 200), i.opened_at
from public.orderly_incidents i join public.orderly_incident_purchases ip on ip.incident_id = i.id
join public.orderly_purchases p on p.id = ip.purchase_id where p.plan_id is not null;

-- How it ended

-- As 0015, with what mends a purchase that could not become an order.
create or replace function public.orderly_is_mending(p_action text, p_outcome text) returns boolean
language sql immutable set search_path = public, pg_temp as $$
  select p_action in ('retry', 'retry_incident', 'close', 'link', 'reinstall', 'provision', 'complete', 'not_ours', 'backfill')
    and p_outcome in ('retrying', 'closed_now', 'linked', 'reinstalling', 'reading_install', 'looking_for_server', 'completed', 'not_ours_now',
      'asking_stripe')
$$;

-- Staff say in words what helped: {"target": an incident, "detail"}. The next one of this cause says so.
create function public.orderly_act_helped(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  incident bigint;
  words text := trim(coalesce(input ->> 'detail', ''));
begin
  select id into incident from orderly_incidents
  where id = case when input ->> 'target' ~ '^\d{1,18}$' then (input ->> 'target')::bigint end for update;
  if not found then
    return jsonb_build_object('outcome', 'no_incident');
  elsif length(words) not between 3 and 200 then
    return jsonb_build_object('outcome', 'invalid', 'detail', 'what helped takes 3 to 200 characters');
  end if;
  perform orderly_note_incident(incident, 'helped', words, null, input ->> 'actor');
  return jsonb_build_object('outcome', 'noted', 'detail', words);
end $$;

-- Who ended an incident, as far as our rows have it: what was noted last, else the last action that may have mended it. All null: nobody had to.
create function public.orderly_incident_fix(i orderly_incidents) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  fix record;
begin
  select s.at, s.actor_name, s.action, s.detail as note into fix from orderly_staff_actions s
  where s.target = i.id::text and s.action = 'helped' and s.outcome = 'noted' order by s.at desc limit 1;
  if not found then
    select s.at, s.actor_name, s.action, null::text as note into fix from orderly_staff_actions s
    where s.at between i.opened_at and coalesce(i.closed_at, orderly_now()) and orderly_is_mending(s.action, s.outcome)
      and (s.action = 'retry_incident' and s.target = i.id::text or exists (
        select from orderly_purchases p join orderly_incident_purchases ip on ip.purchase_id = p.id and ip.incident_id = i.id
        where s.target in (p.id, p.session_id, p.order_id)))
    order by s.at desc limit 1;
  end if;
  return jsonb_build_object('at', coalesce(fix.at, i.closed_at), 'by', fix.actor_name, 'how', fix.action, 'note', fix.note);
end $$;

create function public.orderly_node_name(p_panel_node text) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((select n ->> 'name' from jsonb_array_elements(orderly_nodes()) n where n ->> 'panel_node_id' = p_panel_node limit 1),
    'node ' || p_panel_node)
$$;

-- One incident as the search and "same as" show it.
create function public.orderly_incident_row(i orderly_incidents) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select to_jsonb(i) || jsonb_build_object('fix', orderly_incident_fix(i),
    'joined', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id),
    'nodes', (select coalesce(jsonb_agg(orderly_node_name(s.subject) order by s.subject), '[]') from (
      select subject from orderly_incident_subjects where incident_id = i.id and kind = 'node' order by subject limit 4) s),
    'plans', (select coalesce(jsonb_agg(s.subject order by s.subject), '[]') from (
      select subject from orderly_incident_subjects where incident_id = i.id and kind = 'plan' order by subject limit 4) s),
    'place', orderly_alert_place(i.id::text))
$$;

-- As 0015, with the row of the last one.
create or replace function public.orderly_incident_history(i orderly_incidents) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  last orderly_incidents;
  row jsonb;
begin
  select * into last from orderly_incidents x where x.fingerprint = i.fingerprint and x.opened_at < i.opened_at and x.closed_at is not null
    and x.opened_at > i.opened_at - interval '30 days' order by x.opened_at desc limit 1;
  if last.id is null then
    return jsonb_build_object('times', 1, 'last_fixed', null, 'last', null);
  end if;
  row := orderly_incident_row(last);
  return jsonb_build_object('last', row, 'last_fixed', row -> 'fix',
    'times', (select count(*) from orderly_incidents x where x.fingerprint = i.fingerprint and x.opened_at <= i.opened_at
      and x.opened_at > i.opened_at - interval '30 days'));
end $$;

-- The last incident that is over and had this cause, within 90 days: {"code", "purchase"}. Of the same fingerprint as what the purchase waits
-- for now, where there is one.
create function public.orderly_same_as(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  since timestamptz := orderly_now() - interval '90 days';
  now_ orderly_incidents;
  last orderly_incidents;
begin
  select i.* into now_ from orderly_purchases x join orderly_incidents i on i.id = x.incident_id
  where x.id = input ->> 'purchase' and i.code = input ->> 'code';
  select * into last from orderly_incidents x where x.fingerprint = now_.fingerprint and x.id <> now_.id and x.closed_at is not null
    and x.opened_at > since order by x.opened_at desc limit 1;
  if last.id is null then
    select * into last from orderly_incidents x where x.code = input ->> 'code' and x.id is distinct from now_.id and x.closed_at is not null
      and x.opened_at > since order by x.opened_at desc, x.id desc limit 1;
  end if;
  return jsonb_build_object('status', 'ok', 'incident', case when last.id is not null then orderly_incident_row(last) end);
end $$;

-- The search

-- One page of ids, the newest first, of a query that begins with "from": $1 since when, $2 code, $3 node, $4 plan, $5 text. `p_at` and `p_id` are
-- what orders it, `p_place` is the time of the row that "after" or "before" names. As a text each is planned with its own index. It is
-- run with the rights of whoever calls it.
create function public.orderly_page(p_query text, p_at text, p_id text, p_place timestamptz, input jsonb) returns jsonb
language plpgsql stable set search_path = public, pg_temp as $$
declare
  most integer := least(greatest(coalesce((input ->> 'limit')::integer, 8), 1), 100);
  since timestamptz := orderly_now() - least(greatest(coalesce((input ->> 'hours')::integer, 720), 1), 2160) * interval '1 hour';
  place bigint := coalesce(input ->> 'after', input ->> 'before')::bigint;
  ids bigint[];
begin
  if input ->> 'before' is not null and p_place is not null then
    execute format('select array(select %3$s %1$s and (%2$s, %3$s) > ($6, $7) order by %2$s, %3$s limit $8)', p_query, p_at, p_id)
      into ids using since, input ->> 'code', input ->> 'node', input ->> 'plan', input ->> 'text', p_place, place, most + 1;
    if cardinality(ids) > most then
      return jsonb_build_object('more', true, 'first', false,
        'ids', (select jsonb_agg(x.id order by x.n desc) from unnest(ids[1:most]) with ordinality x (id, n)));
    end if;
  end if;
  execute format('select array(select %3$s %1$s %4$s order by %2$s desc, %3$s desc limit $8)', p_query, p_at, p_id,
    case when input ->> 'after' is not null and p_place is not null then format('and (%s, %s) < ($6, $7)', p_at, p_id) end)
    into ids using since, input ->> 'code', input ->> 'node', input ->> 'plan', input ->> 'text', p_place, place, most + 1;
  return jsonb_build_object('more', cardinality(ids) > most, 'first', input ->> 'after' is null, 'ids', to_jsonb(ids[1:most]));
end $$;

-- What a search names, as our rows have it: a node by its name becomes its number on the panel; a number that is known stays one.
create function public.orderly_search_input(input jsonb) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select input || jsonb_build_object('node', coalesce(
    (select subject from orderly_incident_subjects where kind = 'node' and subject = input ->> 'node' limit 1),
    (select n ->> 'panel_node_id' from jsonb_array_elements(orderly_nodes()) n where n ->> 'panel_node_id' = input ->> 'node' limit 1),
    orderly_node_named(input ->> 'node')::text, input ->> 'node'))
$$;

-- Incidents: {"hours", "code", "node", "plan", "text", "after", "before", "limit"}, all but `hours` may be null. `after` is the last incident of the page
-- before, `before` the first of the page after. Text is found in what was seen, tried, done and noted. Drills only by their code.
create function public.orderly_list_incidents(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  input jsonb := orderly_search_input(p::jsonb);
  -- A node or a plan has an index of its own, in the order of the page.
  led_by text := case when input ->> 'node' is not null then 'node' when input ->> 'plan' is not null then 'plan' end;
  query text := 'from orderly_incidents i where i.opened_at >= $1';
  page jsonb;
begin
  if led_by is not null then
    query := format('from orderly_incident_subjects s join orderly_incidents i on i.id = s.incident_id
      where s.opened_at >= $1 and s.kind = %L and s.subject = %s', led_by, case led_by when 'node' then '$3' else '$4' end);
  end if;
  if led_by = 'node' and input ->> 'plan' is not null then
    query := query || $q$ and exists (
      select from orderly_incident_subjects x where x.incident_id = i.id and x.kind = 'plan' and x.subject = $4) $q$;
  end if;
  query := query || case when input ->> 'code' is not null then ' and i.code = $2' else ' and i.code <> ''drill''' end;
  if input ->> 'text' is not null then
    query := query || $q$ and (position(lower($5) in lower(concat_ws(' ', i.code, i.fingerprint, i.detail, i.close_reason))) > 0
      or exists (select from orderly_incident_notes n where n.incident_id = i.id and position(lower($5) in lower(n.detail)) > 0)
      or exists (select from orderly_staff_actions h where h.target = i.id::text and h.action = 'helped' and h.outcome = 'noted'
        and position(lower($5) in lower(h.detail)) > 0)) $q$;
  end if;
  page := orderly_page(query, case when led_by is null then 'i' else 's' end || '.opened_at',
    case when led_by is null then 'i.id' else 's.incident_id' end,
    (select opened_at from orderly_incidents where id = coalesce(input ->> 'after', input ->> 'before')::bigint), input);
  return page || jsonb_build_object('status', 'ok', 'node', input ->> 'node', 'incidents', (
    select coalesce(jsonb_agg(orderly_incident_row(i) order by x.n), '[]')
    from jsonb_array_elements_text(page -> 'ids') with ordinality x (id, n) join orderly_incidents i on i.id = x.id::bigint));
end $$;

-- Attempts that failed, were left unsure or lost their worker; asked and answered as orderly_list_incidents.
create function public.orderly_list_attempts(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  input jsonb := orderly_search_input(p::jsonb);
  query text := $q$from orderly_attempts a where a.outcome in ('failed', 'unsure', 'lost') and a.ended_at >= $1$q$;
  page jsonb;
begin
  -- The number of no node looks like this: what is none finds nothing.
  if input ->> 'node' !~ '^\d{1,18}$' then
    return jsonb_build_object('status', 'ok', 'node', input ->> 'node', 'more', false, 'first', true, 'attempts', '[]'::jsonb);
  end if;
  query := query || case when input ->> 'code' is not null then ' and a.code = $2' else '' end
    || case when input ->> 'node' is not null then ' and a.panel_node_id = $3::bigint' else '' end
    || case when input ->> 'plan' is not null then ' and a.plan_id = $4' else '' end
    || case when input ->> 'text' is not null
      then $q$ and position(lower($5) in lower(concat_ws(' ', a.code, a.detail, a.step))) > 0$q$ else '' end;
  page := orderly_page(query, 'a.ended_at', 'a.id',
    (select ended_at from orderly_attempts where id = coalesce(input ->> 'after', input ->> 'before')::bigint), input);
  return page || jsonb_build_object('status', 'ok', 'node', input ->> 'node', 'attempts', (
    select coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object(
      'node', case when a.panel_node_id is not null then orderly_node_name(a.panel_node_id::text) end,
      'purchase', (select jsonb_build_object('id', p.id, 'order_id', p.order_id, 'server_name', p.server_name, 'plan_id', p.plan_id)
        from orderly_purchases p where p.id = a.purchase_id)) order by x.n), '[]')
    from jsonb_array_elements_text(page -> 'ids') with ordinality x (id, n) join orderly_attempts a on a.id = x.id::bigint));
end $$;

-- What the search has ever seen: codes, nodes with their names, plans. Each is read by jumping from one value to the next in an index.
create function public.orderly_incident_choices(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  with recursive codes as (
    (select code from orderly_incidents order by code limit 1)
    union all
    select (select i.code from orderly_incidents i where i.code > c.code order by i.code limit 1) from codes c where c.code is not null
  ), tried as (
    (select code from orderly_attempts where outcome in ('failed', 'unsure', 'lost') and code is not null order by code limit 1)
    union all
    select (select a.code from orderly_attempts a where a.outcome in ('failed', 'unsure', 'lost') and a.code > t.code order by a.code limit 1)
    from tried t where t.code is not null
  ), subjects as (
    (select kind, subject from orderly_incident_subjects order by kind, subject limit 1)
    union all
    select x.kind, x.subject from subjects s cross join lateral (
      select kind, subject from orderly_incident_subjects n where (n.kind, n.subject) > (s.kind, s.subject) order by kind, subject limit 1) x
  )
  select jsonb_build_object('status', 'ok',
    'codes', (select coalesce(jsonb_agg(code order by code), '[]')
      from (select code from codes union select code from tried) q where code is not null),
    'nodes', (select coalesce(jsonb_agg(jsonb_build_object('id', subject, 'name', orderly_node_name(subject)) order by subject), '[]')
      from subjects where kind = 'node'),
    'plans', (select coalesce(jsonb_agg(subject order by subject), '[]') from subjects where kind = 'plan'))
$$;

-- One incident with its last notes: {"id"}.
create function public.orderly_incident(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((
    select jsonb_build_object('status', 'found', 'row', orderly_incident_row(i), 'incident', orderly_incident_view(i.id::text),
      'notes', (select coalesce(jsonb_agg(to_jsonb(n) || jsonb_build_object('purchase', (
          select jsonb_build_object('id', q.id, 'server_name', q.server_name, 'plan_id', q.plan_id)
          from orderly_purchases q where q.id = n.purchase_id)) order by n.seq), '[]')
        from (select * from orderly_incident_notes where incident_id = i.id order by seq desc limit 12) n))
    from orderly_incidents i where i.id = case when p::jsonb ->> 'id' ~ '^\d{1,18}$' then (p::jsonb ->> 'id')::bigint end
  ), '{"status": "unknown"}')
$$;

-- How deliveries go

-- When Stripe delivered an event; empty for one that was only found by asking, which says nothing of how deliveries go.
alter table public.orderly_events add column delivered_at timestamptz;
update public.orderly_events set delivered_at = received_at where id not like 'reconcile:%' and type <> 'orderly.backfill';
create index orderly_events_delivered on public.orderly_events (delivered_at) where delivered_at is not null;

-- As 0004, and: {"asked": true} for what Stripe did not deliver. What it delivers later, again, counts from then on.
-- The locks of all purchases of a call are taken first and in one order: two calls whose events share can't wait for each other.
create or replace function public.orderly_ingest(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  came timestamptz := case when not coalesce((input ->> 'asked')::boolean, false) then orderly_now() end;
  e jsonb;
  answers jsonb[] := '{}';
  done record;
begin
  -- Two events, or the site's own call, about one purchase wait for each other here.
  perform pg_advisory_xact_lock(key) from (
    select distinct hashtextextended('orderly:' || word, 0) as key
    from jsonb_array_elements(input -> 'events') event, unnest(array[event ->> 'session_id', event ->> 'subscription_id']) word
    where word is not null order by key
  ) keys;
  for e in select value from jsonb_array_elements(input -> 'events') order by value ->> 'id' loop
    insert into orderly_events (id, type, livemode, api_version, made_at, received_at, delivered_at, state, subscription_id, raw)
    values (e ->> 'id', e ->> 'type', (e ->> 'livemode')::boolean, e ->> 'api_version', (e ->> 'made_at')::timestamptz,
      orderly_now(), came, 'received', e ->> 'subscription_id', e ->> 'raw')
    on conflict (id) do nothing;
    if not found then
      update orderly_events set delivered_at = came where id = e ->> 'id' and delivered_at is null and came is not null;
      answers := answers || jsonb_build_object('id', e ->> 'id', 'status', 'duplicate', 'state',
        (select state from orderly_events where id = e ->> 'id'));
      continue;
    end if;
    begin
      select * into done from orderly_apply_effect(e -> 'effect', (input ->> 'deadline_ms')::bigint);
      update orderly_events set state = done.state, purchase_id = done.purchase, reason = e -> 'effect' ->> 'reason',
        ask = case when done.state = 'received' then coalesce(e -> 'effect' -> 'ask', jsonb_build_object('session_id', e ->> 'session_id')) end,
        look_at = case when done.state = 'received' then orderly_now() end
      where id = e ->> 'id';
    exception when integrity_constraint_violation or data_exception or case_not_found or raise_exception then
      update orderly_events set state = 'rejected', reason = left(sqlstate || ': ' || sqlerrm, 300) where id = e ->> 'id';
      perform orderly_warn('event:' || (e ->> 'id'), 'event_refused', 'alert',
        format('the event %s could not be applied: %s', e ->> 'id', left(sqlerrm, 200)));
      select 'rejected'::text as state, null::text as purchase into done;
    end;
    answers := answers || jsonb_build_object('id', e ->> 'id', 'status', 'stored', 'state', done.state, 'purchase_id', done.purchase,
      'hint', (select jsonb_build_object('kind', 'order', 'id', id, 'version', version, 'look_at', look_at)
        from orderly_purchases where id = done.purchase and look_at is not null and closed_at is null));
  end loop;
  return jsonb_build_object('status', 'ok', 'events', to_jsonb(answers));
end $$;

-- As 0018: what is found by asking is no delivery.
create or replace function public.orderly_recover(p text) returns jsonb
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
  done := orderly_ingest(jsonb_build_object('deadline_ms', input -> 'deadline_ms', 'asked', true,
    'events', jsonb_build_array(event))::text) -> 'events' -> 0;
  select * into after from orderly_purchases where id = done ->> 'purchase_id';
  is_recovered := after.payment = 'paid' and before is distinct from 'paid' and input ->> 'why' is not null;
  if is_recovered then
    perform orderly_note(after.id, 'recovered', left(input ->> 'why', 300));
    perform orderly_touch(after.id);
  end if;
  return done || jsonb_build_object('outcome', done ->> 'status', 'status', 'ok', 'recovered', coalesce(is_recovered, false));
end $$;

-- How the sender does, as our own rows have it: what came last, what was refused since, and how many events came in the same stretch of
-- the day as since then, on average over the two weeks before. A thin payload counts for an hour, whatever else gets through: it may be
-- of a destination of its own. `usual_in_3_hours` is for code from before.
create or replace function public.orderly_sender(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  latest timestamptz;
  now_ timestamptz := orderly_now();
begin
  select max(delivered_at) into latest from orderly_events;
  return jsonb_build_object('status', 'ok', 'now', now_, 'last_event_at', latest,
    'first_event_at', (select min(delivered_at) from orderly_events),
    'check', (select result from orderly_checks where name = 'sender'),
    'refusals', (select coalesce(jsonb_agg(to_jsonb(r) order by r.count desc), '[]') from (
      select reason, code, status as http_status, count(*) as count, min(at) as since, max(at) as until from orderly_refusals
      where path = '/stripe-webhook' and at > now_ - interval '1 day'
        and (at > coalesce(latest, '-infinity') or code = 'thin_events' and at > now_ - interval '1 hour')
      group by reason, code, status order by count(*) desc limit 20) r),
    'usual_since', (select count(*)::numeric / 14 from generate_series(1, 14) day
      join orderly_events e on e.delivered_at > latest - day * interval '1 day' and e.delivered_at <= now_ - day * interval '1 day'),
    'usual_in_3_hours', 0);
end $$;

select public.orderly_lock_down();
