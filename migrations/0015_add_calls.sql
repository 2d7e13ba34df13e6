-- Who has an alert in hand, who is called next when nobody does, who is on call, drills, and the notes of each incident for its thread.
-- Old code runs on this schema: yes. An outbox that names no steps of escalation is an old one: it is given no call and no page of a thread,
-- which it could not read.

alter table public.orderly_incidents
  -- Who has it in hand, and until when that keeps it quiet; empty again once it lapsed. `acked_inside`: how many orders it had then.
  add column acked_by_id text,
  add column acked_by text,
  add column acked_from text,
  add column acked_at timestamptz,
  add column acked_until timestamptz,
  add column acked_inside integer,
  add column first_acked_at timestamptz,
  -- Whoever was on call when it began, and how many steps of the escalation were used: 0 is the alert itself.
  add column on_call_id text,
  add column on_call_name text,
  add column level integer not null default 0,
  -- Of a drill: who began it.
  add column started_by text;
create index orderly_incidents_alerts on public.orderly_incidents (id) where closed_at is null and severity = 'alert';
create index orderly_incidents_history on public.orderly_incidents (fingerprint, opened_at);

-- Every ping after the alert's own, with who had it before.
create table public.orderly_calls (
  incident_id bigint not null,
  number integer not null,
  at timestamptz not null,
  reason text not null check (reason in ('unanswered', 'lapsed', 'doubled')),
  level integer not null,
  acked_by_id text,
  acked_by text,
  acked_at timestamptz,
  primary key (incident_id, number)
);

-- Who is on call by name; without `until`, until somebody else is.
create table public.orderly_shifts (
  id bigint generated always as identity primary key,
  since timestamptz not null,
  until timestamptz,
  person_id text not null,
  person_name text not null,
  by_name text not null,
  ended_at timestamptz
);
create unique index orderly_shifts_open on public.orderly_shifts ((ended_at is null)) where ended_at is null;

-- What happened in an incident, in order; its thread shows it, fifteen notes a page.
create table public.orderly_incident_notes (
  incident_id bigint not null,
  seq integer not null,
  at timestamptz not null,
  kind text not null,
  detail text,
  purchase_id text,
  actor text,
  primary key (incident_id, seq)
);
-- One row per incident that has notes. Its lock is taken last of all. `ended`: why no more is written into the thread.
create table public.orderly_incident_logs (
  incident_id bigint primary key,
  notes integer not null,
  thread_id text,
  ended text
);

alter table public.orderly_messages drop constraint orderly_messages_kind_check;
alter table public.orderly_messages
  add constraint orderly_messages_kind_check check (kind in ('purchase', 'alert', 'board', 'call', 'log'));

-- The notes

-- Writes a note, and lets its page be written anew. Pages end at fifty: the last one says where the rest is.
create function public.orderly_note_incident(p_incident bigint, p_kind text, p_detail text, p_purchase text default null, p_actor text default null)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  place integer;
begin
  if not exists (select from orderly_incidents where id = p_incident and severity = 'alert') then
    return;
  end if;
  insert into orderly_incident_logs (incident_id, notes) values (p_incident, 1)
  on conflict (incident_id) do update set notes = orderly_incident_logs.notes + 1 returning notes into place;
  if place <= 750 then
    insert into orderly_incident_notes (incident_id, seq, at, kind, detail, purchase_id, actor)
    values (p_incident, place, orderly_now(), p_kind, left(p_detail, 300), p_purchase, p_actor);
  elsif place > 751 and p_kind <> 'closed' then
    return;
  end if;
  insert into orderly_messages (kind, subject, wanted_version)
  select 'log', p_incident || ':' || least((place - 1) / 15 + 1, 50), 1
  where not exists (select from orderly_incident_logs where incident_id = p_incident and ended is not null)
  on conflict (kind, subject) do update set wanted_version = orderly_messages.wanted_version + 1;
end $$;

create function public.orderly_on_incident_insert() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  select person_id, person_name into new.on_call_id, new.on_call_name from orderly_shifts
  where ended_at is null and (until is null or until > orderly_now());
  return new;
end $$;
create trigger orderly_incident_inserted before insert on public.orderly_incidents
  for each row execute function public.orderly_on_incident_insert();

create function public.orderly_on_incident_opened() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform orderly_note_incident(new.id, 'opened', new.detail, null, new.on_call_name);
  return null;
end $$;
create trigger orderly_incident_opened after insert on public.orderly_incidents
  for each row execute function public.orderly_on_incident_opened();

-- The last call of an incident says what became of it, as its alert does; the thread says when it is over.
create function public.orderly_on_incident_change() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.closed_at is not null and old.closed_at is null then
    perform orderly_note_incident(new.id, 'closed', new.close_reason);
  end if;
  update orderly_messages set wanted_version = wanted_version + 1
  where kind = 'call' and (message_id is not null or sending_at is not null)
    and subject = new.id || ':' || (select max(number) from orderly_calls where incident_id = new.id);
  return null;
end $$;
create trigger orderly_incident_changed after update on public.orderly_incidents
  for each row when (new.version <> old.version or new.closed_at is distinct from old.closed_at)
  execute function public.orderly_on_incident_change();

create function public.orderly_on_member_joined() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform orderly_note_incident(new.incident_id, 'joined', (
    select coalesce(failure_detail, problem_detail) from orderly_purchases where id = new.purchase_id), new.purchase_id);
  return null;
end $$;
create trigger orderly_member_joined after insert on public.orderly_incident_purchases
  for each row execute function public.orderly_on_member_joined();
create trigger orderly_member_came_back after update on public.orderly_incident_purchases
  for each row when (old.left_at is not null and new.left_at is null) execute function public.orderly_on_member_joined();

-- Those that leave together are one note.
create function public.orderly_on_members_left() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  gone record;
begin
  for gone in
    select n.incident_id, n.outcome, count(*) as orders, min(n.purchase_id) as one
    from new_members n join old_members o using (incident_id, purchase_id)
    where n.left_at is not null and o.left_at is null group by n.incident_id, n.outcome order by 1, 2
  loop
    if gone.orders = 1 then
      perform orderly_note_incident(gone.incident_id, 'left', gone.outcome, gone.one);
    else
      perform orderly_note_incident(gone.incident_id, 'left', format('%s orders: %s', gone.orders, gone.outcome));
    end if;
  end loop;
  return null;
end $$;
create trigger orderly_members_left after update on public.orderly_incident_purchases
  referencing old table as old_members new table as new_members
  for each statement execute function public.orderly_on_members_left();

create function public.orderly_on_attempt_ended() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  incident bigint;
begin
  select incident_id into incident from orderly_purchases where id = new.purchase_id;
  if incident is not null then
    perform orderly_note_incident(incident, 'tried', concat_ws(': ', new.code, new.detail), new.purchase_id);
  end if;
  return null;
end $$;
create trigger orderly_attempt_ended after update on public.orderly_attempts
  for each row when (old.ended_at is null and new.ended_at is not null and new.code is not null)
  execute function public.orderly_on_attempt_ended();

-- What staff did that may mend an incident.
create function public.orderly_is_mending(p_action text, p_outcome text) returns boolean
language sql immutable set search_path = public, pg_temp as $$
  select p_action in ('retry', 'retry_incident', 'close', 'link', 'reinstall', 'provision')
    and p_outcome in ('retrying', 'closed_now', 'linked', 'reinstalling', 'reading_install', 'looking_for_server')
$$;

create function public.orderly_on_staff_action() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  incident bigint;
  purchase text;
begin
  if new.action = 'retry_incident' then
    incident := new.target::bigint;
  else
    -- It may have left just now, by this very action.
    select ip.incident_id, ip.purchase_id into incident, purchase
    from orderly_purchases p join orderly_incident_purchases ip on ip.purchase_id = p.id
    where new.target in (p.id, p.session_id, p.order_id) and (ip.left_at is null or ip.left_at >= new.at)
    order by ip.joined_at desc limit 1;
  end if;
  if incident is not null then
    perform orderly_note_incident(incident, 'action', new.action, purchase, new.actor_name);
  end if;
  return null;
end $$;
create trigger orderly_staff_acted after update on public.orderly_staff_actions
  for each row when (old.outcome = 'recorded' and orderly_is_mending(new.action, new.outcome))
  execute function public.orderly_on_staff_action();

-- Acknowledging, calling, drills, shifts

-- "I'm on it": {"target": an incident, "ack_ms"}. It keeps the incident quiet for so long, or until its orders double. Of a drill it is the end.
create function public.orderly_act_acknowledge(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  i orderly_incidents;
  actor text := input ->> 'actor';
  taken_from text;
begin
  select * into i from orderly_incidents
  where id = case when input ->> 'target' ~ '^\d{1,18}$' then (input ->> 'target')::bigint end for update;
  if not found then
    return jsonb_build_object('outcome', 'no_incident');
  elsif i.closed_at is not null then
    return jsonb_build_object('outcome', 'over', 'detail', i.close_reason);
  elsif i.acked_by_id = input ->> 'actor_id' and i.acked_until > orderly_now() then
    return jsonb_build_object('outcome', 'yours_already', 'detail', i.acked_at, 'at', i.acked_until);
  end if;
  taken_from := case when i.acked_by_id <> input ->> 'actor_id' then i.acked_by end;
  update orderly_incidents set acked_by_id = input ->> 'actor_id', acked_by = actor, acked_from = taken_from, acked_at = orderly_now(),
    acked_until = orderly_now() + coalesce((input ->> 'ack_ms')::bigint, 1800000) * interval '1 millisecond',
    acked_inside = (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id and ip.left_at is null),
    first_acked_at = coalesce(first_acked_at, orderly_now())
  where id = i.id returning * into i;
  perform orderly_note_incident(i.id, 'acknowledged', taken_from, null, actor);
  if i.code = 'drill' then
    perform orderly_close_incident(i.id, 'acknowledged', 0, 0);
    return jsonb_build_object('outcome', 'drill_done', 'count', round(extract(epoch from i.acked_at - i.opened_at)), 'waiting', i.level + 1);
  end if;
  perform orderly_touch_incident(i.id);
  return jsonb_build_object('outcome', 'acknowledged', 'by', taken_from, 'at', i.acked_until);
end $$;

-- Whether a call may still ping: nobody took the incident in hand, it is not over, and no later call was made.
create function public.orderly_call_stands(p_subject text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from orderly_incidents i where i.id = split_part(p_subject, ':', 1)::bigint and i.closed_at is null and i.acked_at is null
    and split_part(p_subject, ':', 2)::integer = (select max(c.number) from orderly_calls c where c.incident_id = i.id))
$$;

-- When the last ping of an incident was posted; null while Discord has not taken it.
create function public.orderly_last_ping(p_incident bigint) returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
  select m.posted_at from (select max(number) as number from orderly_calls where incident_id = p_incident) c
  join orderly_messages m on m.kind = case when c.number is null then 'alert' else 'call' end
    and m.subject = concat_ws(':', p_incident, c.number)
$$;

-- Makes the calls that are due: an alert that nobody took in hand goes to the next step, each step once; one whose acknowledgement is over,
-- or whose orders have doubled since, calls anew. Safe for two processes at once. A drill that nobody answered ends after its last step.
create function public.orderly_escalate(p_steps integer, p_ack_ms bigint, p_escalate_ms bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  candidate bigint;
  i orderly_incidents;
  inside integer;
  why text;
  place integer;
  quiet interval := p_escalate_ms * interval '1 millisecond';
begin
  -- What was not posted yet must not call for what is over or in somebody's hands.
  update orderly_messages set shown_version = wanted_version
  where kind = 'call' and message_id is null and sending_at is null and shown_version < wanted_version and not orderly_call_stands(subject);
  for candidate in
    select x.id from orderly_incidents x
    where x.closed_at is null and x.severity = 'alert' and (x.acked_at is not null
      or ((x.level + 1 < p_steps + (x.on_call_id is not null)::integer or x.code = 'drill') and orderly_last_ping(x.id) <= orderly_now() - quiet))
    order by x.id
  loop
    select * into i from orderly_incidents where id = candidate and closed_at is null for update skip locked;
    continue when not found;
    if i.acked_at is not null then
      select count(*) into inside from orderly_incident_purchases ip where ip.incident_id = i.id and ip.left_at is null;
      why := case when i.acked_until <= orderly_now() then 'lapsed'
        when inside >= 2 * i.acked_inside and inside > i.acked_inside then 'doubled' end;
      continue when why is null;
    else
      continue when coalesce(orderly_last_ping(i.id) > orderly_now() - quiet, true);
      if i.level + 1 < p_steps + (i.on_call_id is not null)::integer then
        why := 'unanswered';
      elsif i.code = 'drill' then
        perform orderly_close_incident(i.id, 'nobody', 0, 0);
        continue;
      else
        continue;
      end if;
    end if;
    insert into orderly_calls (incident_id, number, at, reason, level, acked_by_id, acked_by, acked_at)
    select i.id, coalesce(max(number), 0) + 1, orderly_now(), why, case when why = 'unanswered' then i.level + 1 else 0 end,
      i.acked_by_id, i.acked_by, i.acked_at from orderly_calls where incident_id = i.id
    returning number into place;
    update orderly_incidents set level = case when why = 'unanswered' then level + 1 else level end, acked_by_id = null, acked_by = null,
      acked_from = null, acked_at = null, acked_until = null, acked_inside = null where id = i.id;
    insert into orderly_messages (kind, subject, wanted_version) values ('call', i.id || ':' || place, 1);
    perform orderly_note_incident(i.id, 'called', why, null, i.acked_by);
    perform orderly_touch_incident(i.id);
  end loop;
end $$;

-- A drill: an alert that is about nobody. One at a time.
create function public.orderly_act_drill(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  incident bigint := orderly_join_incident('drill', 'drill', 'deployment', 'alert', null, null, null);
  i orderly_incidents;
begin
  select * into i from orderly_incidents where id = incident;
  if i.started_by is not null then
    return jsonb_build_object('outcome', 'drill_runs', 'by', i.started_by, 'at', i.opened_at);
  end if;
  update orderly_incidents set started_by = input ->> 'actor' where id = i.id;
  return jsonb_build_object('outcome', 'drill_began', 'by', i.on_call_name);
end $$;

create function public.orderly_shift() returns orderly_shifts
language sql stable security definer set search_path = public, pg_temp as $$
  select * from orderly_shifts where ended_at is null and (until is null or until > orderly_now())
$$;

-- Who is on call by name: {} → {"shift"}, null when nobody is and the role is called.
create function public.orderly_on_call(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('status', 'ok', 'shift', (select to_jsonb(s) from orderly_shift() s where s.id is not null))
$$;

-- {"target": the person or 'nobody', "person_name", "hours": null for until somebody else is}. Alerts from now on name that person.
create function public.orderly_act_oncall(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  before orderly_shifts;
  until timestamptz := orderly_now() + (input ->> 'hours')::integer * interval '1 hour';
begin
  -- Two who take it at the same moment: one after the other.
  perform pg_advisory_xact_lock(hashtextextended('orderly:on_call', 0));
  before := orderly_shift();
  update orderly_shifts set ended_at = least(orderly_shifts.until, orderly_now()) where ended_at is null;
  if input ->> 'target' = 'nobody' then
    return jsonb_build_object('outcome', case when before.id is null then 'nobody_on_call' else 'off_call' end, 'detail', before.person_name);
  end if;
  insert into orderly_shifts (since, until, person_id, person_name, by_name)
  values (orderly_now(), until, input ->> 'target', left(input ->> 'person_name', 80), input ->> 'actor');
  return jsonb_build_object('outcome', 'on_call', 'detail', left(input ->> 'person_name', 80), 'at', until,
    'by', case when before.person_id <> input ->> 'target' then before.person_name end);
end $$;

-- What the messages need

-- How often this cause was there in the thirty days before, this time included, and who ended the last one.
create function public.orderly_incident_history(i orderly_incidents) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  last orderly_incidents;
  fix record;
begin
  select * into last from orderly_incidents x where x.fingerprint = i.fingerprint and x.opened_at < i.opened_at and x.closed_at is not null
    and x.opened_at > i.opened_at - interval '30 days' order by x.opened_at desc limit 1;
  if last.id is null then
    return jsonb_build_object('times', 1, 'last_fixed', null);
  end if;
  select s.at, s.actor_name, s.action into fix from orderly_staff_actions s
  where s.at between last.opened_at and last.closed_at and orderly_is_mending(s.action, s.outcome)
    and (s.action = 'retry_incident' and s.target = last.id::text or exists (
      select from orderly_purchases p join orderly_incident_purchases ip on ip.purchase_id = p.id and ip.incident_id = last.id
      where s.target in (p.id, p.session_id, p.order_id)))
  order by s.at desc limit 1;
  return jsonb_build_object(
    'times', (select count(*) from orderly_incidents x where x.fingerprint = i.fingerprint and x.opened_at <= i.opened_at
      and x.opened_at > i.opened_at - interval '30 days'),
    'last_fixed', jsonb_build_object('at', coalesce(fix.at, last.closed_at), 'by', fix.actor_name, 'how', fix.action));
end $$;

create or replace function public.orderly_incident_view(p_incident text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select to_jsonb(i) || orderly_incident_history(i) || jsonb_build_object(
    'joined', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id),
    'inside', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id and ip.left_at is null),
    'recovered', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id and ip.recovered_at is not null),
    'given_up', (select count(*) from orderly_incident_purchases ip join orderly_purchases x on x.id = ip.purchase_id
      where ip.incident_id = i.id and ip.recovered_at is null and x.closed_at is not null),
    'purchases', (select coalesce(jsonb_agg(orderly_view(ip.purchase_id) order by ip.joined_at), '[]') from (
      select * from orderly_incident_purchases x where x.incident_id = i.id order by x.left_at is not null, x.joined_at limit 5) ip))
  from orderly_incidents i where i.id = p_incident::bigint
$$;

create function public.orderly_alert_place(p_incident text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('channel_id', channel_id, 'message_id', message_id)
  from orderly_messages where kind = 'alert' and subject = p_incident and message_id is not null
$$;

create function public.orderly_call_view(p_subject text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select to_jsonb(c) || jsonb_build_object('stands', orderly_call_stands(p_subject), 'incident', orderly_incident_view(c.incident_id::text),
    'alert', orderly_alert_place(c.incident_id::text))
  from orderly_calls c where c.incident_id = split_part(p_subject, ':', 1)::bigint and c.number = split_part(p_subject, ':', 2)::integer
$$;

-- One page of an incident's notes.
create function public.orderly_log_view(p_subject text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('page', x.page, 'total', l.notes, 'thread_id', l.thread_id, 'incident', to_jsonb(i), 'alert', orderly_alert_place(i.id::text),
    'notes', (select coalesce(jsonb_agg(to_jsonb(n) || jsonb_build_object('purchase', (
        select jsonb_build_object('id', p.id, 'server_name', p.server_name, 'plan_id', p.plan_id) from orderly_purchases p where p.id = n.purchase_id)
      ) order by n.seq), '[]')
      from orderly_incident_notes n where n.incident_id = i.id and n.seq > (x.page - 1) * 15 and n.seq <= x.page * 15))
  from (select split_part(p_subject, ':', 1)::bigint as incident, split_part(p_subject, ':', 2)::integer as page) x
  join orderly_incidents i on i.id = x.incident join orderly_incident_logs l on l.incident_id = i.id
$$;

-- A thread was made for an incident, or nothing more is written into it: {"incident", "thread_id", "ended"}.
create function public.orderly_thread(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
begin
  update orderly_incident_logs set thread_id = coalesce(input ->> 'thread_id', thread_id), ended = coalesce(left(input ->> 'ended', 200), ended)
  where incident_id = (input ->> 'incident')::bigint;
  if input ->> 'ended' is not null then
    update orderly_messages set shown_version = wanted_version
    where kind = 'log' and split_part(subject, ':', 1) = input ->> 'incident' and shown_version < wanted_version;
  end if;
  return jsonb_build_object('status', 'ok');
end $$;

-- As 0006, and: a call that stands no more is not sent ("stale"), and what is not to be posted at all is `dropped`.
create or replace function public.orderly_shown(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
begin
  case input ->> 'outcome'
    when 'sending' then
      update orderly_messages set sending_at = orderly_now()
      where id = (input ->> 'id')::bigint and generation = (input ->> 'generation')::integer
        and (kind <> 'call' or orderly_call_stands(subject));
    when 'dropped' then
      update orderly_messages set shown_version = wanted_version, sending_at = null
      where id = (input ->> 'id')::bigint and generation = (input ->> 'generation')::integer;
    when 'shown' then
      update orderly_messages set shown_version = greatest(shown_version, (input ->> 'version')::bigint), sending_at = null, tries = 0,
        next_try_at = null, error = null, channel_id = coalesce(input ->> 'channel_id', channel_id),
        message_id = coalesce(input ->> 'message_id', message_id), posted_at = coalesce(posted_at, orderly_now())
      where id = (input ->> 'id')::bigint and generation = (input ->> 'generation')::integer;
    when 'gone' then
      -- Somebody deleted it: a new one is posted, under a new generation so that its nonce differs.
      update orderly_messages set generation = generation + 1, message_id = null, posted_at = null, sending_at = null,
        shown_version = 0 where id = (input ->> 'id')::bigint and generation = (input ->> 'generation')::integer;
    when 'failed' then
      update orderly_messages set tries = tries + 1, error = left(input ->> 'error', 200),
        next_try_at = orderly_now() + (input ->> 'retry_in_ms')::bigint * interval '1 millisecond'
      where id = (input ->> 'id')::bigint and generation = (input ->> 'generation')::integer;
  end case;
  return jsonb_build_object('status', case when found then 'ok' else 'stale' end);
end $$;

-- As 0012, with calls in the lane of the alerts; pages of threads have a lane of their own, in orderly_logs_to_show.
create or replace function public.orderly_messages_to_show(p_alerts integer, p_posts integer, p_edits integer, p_busy bigint[] default '{}')
returns table (id bigint, lane text, place bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  with behind as (
    select m.*, case when m.message_id is not null then 'edit' when m.kind in ('alert', 'call') then 'alert' else 'post' end as lane,
      case when m.kind = 'purchase' then (select orderly_standing(p) from orderly_purchases p where p.id = m.subject) end as standing
    from orderly_messages m
    where m.shown_version < m.wanted_version and (m.next_try_at is null or m.next_try_at <= orderly_now()) and m.id <> all(p_busy)
      and m.kind <> 'log'
  ), ordered as (
    select b.id, b.lane, row_number() over (partition by b.lane order by
      b.kind = 'purchase', b.message_id is null and b.sending_at is not null desc, b.standing is distinct from 'failed',
      b.standing not in ('ready', 'closed', 'other') and (b.message_id is not null
        or exists (select from orderly_storms s where s.over_at is null)),
      b.behind_since, b.id) as place
    from behind b
  )
  select o.id, o.lane, o.place from ordered o
  where o.place <= case o.lane when 'alert' then p_alerts when 'post' then p_posts else p_edits end
$$;

-- The pages that are written next: only while nothing else waits that could be, each five seconds after it last was at the soonest.
create function public.orderly_logs_to_show(p_logs integer, p_busy bigint[]) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select m.id from orderly_messages m
  where p_logs > 0 and m.kind = 'log' and m.shown_version < m.wanted_version and (m.next_try_at is null or m.next_try_at <= orderly_now())
    and m.id <> all(p_busy) and (m.shown_at is null or m.shown_at <= orderly_now() - interval '5 seconds')
    and orderly_alert_place(split_part(m.subject, ':', 1)) is not null
    and not exists (select from orderly_messages o where o.kind <> 'log' and o.shown_version < o.wanted_version
      and (o.next_try_at is null or o.next_try_at <= orderly_now()))
  order by m.id limit p_logs
$$;

-- As 0012, and: {"logs": room for pages of threads, "steps": how many steps of escalation are set, "ack_ms", "escalate_ms"}. Whoever names
-- no steps makes no calls.
create or replace function public.orderly_outbox(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  busy bigint[] := array(select jsonb_array_elements_text(input -> 'busy')::bigint);
begin
  perform orderly_watch_storm();
  if input ->> 'steps' is not null then
    perform orderly_escalate((input ->> 'steps')::integer, (input ->> 'ack_ms')::bigint, (input ->> 'escalate_ms')::bigint);
  end if;
  return jsonb_build_object('status', 'ok', 'messages', (
    select coalesce(jsonb_agg(to_jsonb(m) || jsonb_build_object(
      'as_of', case when m.behind_since < orderly_now() - interval '30 seconds' then orderly_now() end,
      'purchase', case when m.kind = 'purchase' then orderly_view(m.subject) end,
      'incident', case when m.kind = 'alert' then orderly_incident_view(m.subject) end,
      'board', case when m.kind = 'board' then orderly_board(m.subject) end,
      'call', case when m.kind = 'call' then orderly_call_view(m.subject) end,
      'log', case when m.kind = 'log' then orderly_log_view(m.subject) end
    ) order by next.lane, next.place), '[]')
    from (
      select x.id, x.lane, x.place
      from orderly_messages_to_show((input ->> 'alerts')::integer, (input ->> 'posts')::integer, (input ->> 'edits')::integer, busy) x
      union all
      select x, 'zlog', row_number() over () from orderly_logs_to_show(coalesce((input ->> 'logs')::integer, 0), busy) x
    ) next join orderly_messages m on m.id = next.id
    where m.kind <> 'call' or input ->> 'steps' is not null
  ));
end $$;

-- As 0010, without drills: they try whether Discord calls people, and wake nobody beside it.
create or replace function public.orderly_unheard(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  before timestamptz := orderly_now() - (input ->> 'older_than_ms')::bigint * interval '1 millisecond';
begin
  return jsonb_build_object('status', 'ok', 'incidents', (
    select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'code', i.code, 'detail', i.detail, 'opened_at', i.opened_at,
      'orders', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id and ip.left_at is null),
      'examples', (select coalesce(jsonb_agg(x.purchase_id order by x.joined_at), '[]') from (
        select * from orderly_incident_purchases ip where ip.incident_id = i.id and ip.left_at is null
        order by ip.joined_at limit 3) x)
    ) order by i.opened_at, i.id), '[]')
    from (
      select * from orderly_incidents i
      where closed_at is null and severity = 'alert' and code <> 'drill' and paged_at is null and opened_at <= before
        and not exists (select from orderly_messages m where m.kind = 'alert' and m.subject = i.id::text
          and (m.message_id is not null or m.generation > 1))
      order by opened_at, id limit least(coalesce((input ->> 'limit')::integer, 100), 1000)
    ) i
  ));
end $$;

-- As 0013, with how long alerts waited until somebody was on them, and without drills.
create or replace function public.orderly_stats(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  since timestamptz := orderly_now() - least(greatest(coalesce((p::jsonb ->> 'hours')::integer, 24), 1), 720) * interval '1 hour';
  counts jsonb;
  alerts jsonb;
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
  select to_jsonb(x) into alerts from (
    select count(*) filter (where opened_at >= since) as incidents, count(*) filter (where closed_at is null) as open_incidents,
      count(*) filter (where opened_at >= since and first_acked_at is not null) as acked,
      count(*) filter (where opened_at >= since and first_acked_at is null) as unacked,
      percentile_cont(0.5) within group (order by extract(epoch from first_acked_at - opened_at)) filter (where opened_at >= since) as ack_p50_s
    from orderly_incidents where severity = 'alert' and code <> 'drill' and (opened_at >= since or closed_at is null)) x;
  return counts || alerts || jsonb_build_object('status', 'ok', 'since', since,
    'causes', (select coalesce(jsonb_agg(to_jsonb(c) order by c.orders desc, c.code), '[]') from (
      select code, count(distinct purchase_id) as orders from (
        select code, purchase_id from orderly_attempts where ended_at >= since and code is not null
        union all
        select problem_code, id from orderly_purchases where created_at >= since and problem_code is not null) q
      group by code order by orders desc, code limit 8) c),
    'retries', (select count(*) from orderly_staff_actions
      where at >= since and action in ('retry', 'retry_incident', 'provision') and outcome = 'retrying'));
end $$;

select public.orderly_lock_down();
