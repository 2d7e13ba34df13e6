-- What the outbox sends next, and the board that carries the truth of all while more messages wait than the channel takes (P6).
-- Old code runs on this schema: yes. Only the new outbox makes boards; an old one that leads again while a board is behind
-- can't read that row and stands still until the new one leads.

alter table public.orderly_messages drop constraint orderly_messages_kind_check;
alter table public.orderly_messages
  add constraint orderly_messages_kind_check check (kind in ('purchase', 'alert', 'board')),
  -- Since when its rows have said something that it does not; null while it is true.
  add column behind_since timestamptz,
  add column shown_at timestamptz;
update public.orderly_messages set behind_since = orderly_now() where shown_version < wanted_version;

-- A time in which more first messages wait than the channel can carry soon. At most one is open; each has one board.
create table public.orderly_storms (
  id bigint generated always as identity primary key,
  -- When the oldest of the purchases that waited came.
  since timestamptz not null,
  over_at timestamptz
);
create unique index orderly_storms_open on public.orderly_storms ((over_at is null)) where over_at is null;

-- Whoever changes the versions of a message: since when it is behind follows from them.
create function public.orderly_on_message_change() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.shown_version >= new.wanted_version then
    new.behind_since := null;
  elsif new.behind_since is null then
    new.behind_since := orderly_now();
  end if;
  if tg_op = 'UPDATE' and new.shown_version > old.shown_version then
    new.shown_at := orderly_now();
  end if;
  return new;
end $$;
create trigger orderly_message_changed before insert or update on public.orderly_messages
  for each row execute function public.orderly_on_message_change();

-- The state of a purchase in one word, as src/orders/state.ts derives it, without the shades that a count does not need.
create function public.orderly_standing(p orderly_purchases) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if p.closed_at is not null or p.payment in ('failed', 'expired') then
    return 'closed';
  elsif p.payment = 'waiting' then
    return 'unpaid';
  elsif p.problem_code is not null then
    return 'failed';
  elsif p.order_id is not null and p.item_type is distinct from 'game' then
    return 'other';
  elsif p.install = 'ready' then
    return case when p.failure_code = 'server_gone' then 'failed' else 'ready' end;
  elsif p.install in ('failed', 'never_finished') then
    return 'failed';
  elsif p.panel_server_id is not null then
    return case when p.failure_code is null then 'installing' else 'failed' end;
  elsif p.incident_id is null or exists (select from orderly_attempts a where a.purchase_id = p.id and a.ended_at is null) then
    return 'working';
  elsif p.order_id is not null and p.look_at is not null and (exists (select from orderly_pause_of(p) x where x.id is not null)
    or exists (select from orderly_pauses x where x.id = p.paused_by and x.ended_at is null and x.until > orderly_now())) then
    return 'working';
  elsif p.retried_at is not null and (p.failed_at is null or p.retried_at > coalesce(
    (select max(a.ended_at) from orderly_attempts a where a.purchase_id = p.id), '-infinity')) then
    return 'working';
  end if;
  return 'failed';
end $$;

-- All numbers of a board. Those of a storm that is over are of the purchases that came while it lasted.
create function public.orderly_board(p_storm text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  storm orderly_storms;
  counts jsonb;
  fresh integer;
  waiting integer;
  oldest timestamptz;
begin
  select * into storm from orderly_storms where id::text = p_storm;
  select coalesce(jsonb_object_agg(standing, n), '{}'), coalesce(sum(x.fresh), 0) into counts, fresh from (
    select orderly_standing(p) as standing, count(*) as n,
      count(*) filter (where p.paid_at > orderly_now() - interval '1 minute') as fresh
    from orderly_purchases p
    where p.payment = 'paid' and p.created_at >= storm.since and (storm.over_at is null or p.created_at <= storm.over_at)
    group by 1) x;
  select count(*), min(behind_since) into waiting, oldest from orderly_messages
  where kind = 'purchase' and shown_version < wanted_version;
  return jsonb_build_object('now', orderly_now(), 'since', storm.since, 'over_at', storm.over_at, 'counts', counts,
    'last_minute', fresh, 'waiting', waiting, 'oldest', oldest);
end $$;

-- Begins a storm, ends it, and lets its board be written anew, five seconds after it last was at the soonest.
create function public.orderly_watch_storm() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  firsts integer;
  late integer;
  oldest timestamptz;
  storm bigint;
  board orderly_messages;
begin
  -- What fails again and again for a reason of its own holds no storm open.
  select count(*) filter (where message_id is null), min(behind_since) filter (where message_id is null),
    count(*) filter (where tries < 3 and behind_since < orderly_now() - interval '10 seconds')
  into firsts, oldest, late from orderly_messages where kind = 'purchase' and shown_version < wanted_version;
  select id into storm from orderly_storms where over_at is null;
  if storm is null then
    if firsts > 20 or (firsts > 5 and oldest < orderly_now() - interval '20 seconds') then
      insert into orderly_storms (since)
      select min(p.created_at) from orderly_messages m join orderly_purchases p on p.id = m.subject
      where m.kind = 'purchase' and m.message_id is null and m.shown_version < m.wanted_version
      on conflict do nothing returning id into storm;
      insert into orderly_messages (kind, subject, wanted_version) select 'board', storm::text, 1 where storm is not null;
    end if;
    return;
  end if;
  select * into board from orderly_messages where kind = 'board' and subject = storm::text;
  if board.shown_version < board.wanted_version or board.shown_at > orderly_now() - interval '5 seconds' then
    return;
  end if;
  if firsts <= 5 and late = 0 then
    update orderly_storms set over_at = orderly_now() where id = storm;
  end if;
  update orderly_messages set wanted_version = wanted_version + 1 where id = board.id;
end $$;

-- Which messages are written next, at most so many of each lane. Posts: the board, what may be posted already (it must be looked
-- for while it is among the newest), what fails, and in a storm what is done and will not change again before what still does.
-- Edits: alerts and the board, what fails, what is done, progress.
create function public.orderly_messages_to_show(p_alerts integer, p_posts integer, p_edits integer, p_busy bigint[] default '{}')
returns table (id bigint, lane text, place bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  with behind as (
    select m.*, case when m.message_id is not null then 'edit' when m.kind = 'alert' then 'alert' else 'post' end as lane,
      case when m.kind = 'purchase' then (select orderly_standing(p) from orderly_purchases p where p.id = m.subject) end as standing
    from orderly_messages m
    where m.shown_version < m.wanted_version and (m.next_try_at is null or m.next_try_at <= orderly_now()) and m.id <> all(p_busy)
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

-- An incident with all that its alert needs.
create function public.orderly_incident_view(p_incident text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select to_jsonb(i) || jsonb_build_object(
    'joined', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id),
    'inside', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id and ip.left_at is null),
    'recovered', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id and ip.recovered_at is not null),
    'given_up', (select count(*) from orderly_incident_purchases ip join orderly_purchases x on x.id = ip.purchase_id
      where ip.incident_id = i.id and ip.recovered_at is null and x.closed_at is not null),
    'purchases', (select coalesce(jsonb_agg(orderly_view(ip.purchase_id) order by ip.joined_at), '[]') from (
      select * from orderly_incident_purchases x where x.incident_id = i.id order by x.left_at is not null, x.joined_at limit 5) ip))
  from orderly_incidents i where i.id::text = p_incident
$$;

-- The messages to write now, with all that is needed to write them: {"alerts", "posts", "edits", "busy": [ids under way]}, the first
-- three being how many of each there is room for. `as_of` is set when the rows have waited for more than half a minute.
create function public.orderly_outbox(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  busy bigint[] := array(select jsonb_array_elements_text(input -> 'busy')::bigint);
begin
  perform orderly_watch_storm();
  return jsonb_build_object('status', 'ok', 'messages', (
    select coalesce(jsonb_agg(to_jsonb(m) || jsonb_build_object(
      'as_of', case when m.behind_since < orderly_now() - interval '30 seconds' then orderly_now() end,
      'purchase', case when m.kind = 'purchase' then orderly_view(m.subject) end,
      'incident', case when m.kind = 'alert' then orderly_incident_view(m.subject) end,
      'board', case when m.kind = 'board' then orderly_board(m.subject) end
    ) order by next.lane, next.place), '[]')
    from orderly_messages_to_show((input ->> 'alerts')::integer, (input ->> 'posts')::integer, (input ->> 'edits')::integer, busy) next
    join orderly_messages m on m.id = next.id
  ));
end $$;

select public.orderly_lock_down();
