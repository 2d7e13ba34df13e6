-- Several processes: who leads in Discord, what a new leader writes again, and which roles are alive anywhere (P4, P6).
-- Old code runs on this schema: yes. It leads by the same lease, `outbox`; it writes no sign of life, so its lease stands for one.

-- When what was shown around a change of leaders is written again: the old one's requests can no longer be under way by then.
alter table public.orderly_leases add column settle_at timestamptz;

-- What each process does, and which of its roles are alive in it. A row that is old is a process that is gone.
create table public.orderly_processes (
  holder text primary key,
  roles text[] not null,
  alive text[] not null,
  seen_at timestamptz not null
);

-- Makes messages wait to be written as their rows are. Their content in Discord is no longer trusted.
create function public.orderly_doubt(p_ids bigint[]) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  doubted integer;
begin
  update orderly_messages set shown_version = wanted_version - 1
  where id = any(p_ids) and message_id is not null and shown_version >= wanted_version;
  get diagnostics doubted = row_count;
  return doubted;
end $$;

-- Messages that whoever led before may have overwritten: {"ids"}.
create function public.orderly_doubt_messages(p text) returns jsonb
language sql security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('status', 'ok', 'doubted',
    orderly_doubt(array(select jsonb_array_elements_text(p::jsonb -> 'ids')::bigint)))
$$;

-- The lease of the one process that may write in Discord: {"holder", "ttl_ms", "settle_ms"}; ttl 0 gives it back. Whoever takes it from one
-- that did not give it back can't know what of that one's is still under way: `settle_ms` later all that was shown since as long before
-- is written again, by whoever leads then.
create function public.orderly_lead(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  me text := input ->> 'holder';
  settle interval := (input ->> 'settle_ms')::bigint * interval '1 millisecond';
  lease orderly_leases;
begin
  insert into orderly_leases (name, holder, until) values ('outbox', '', orderly_now()) on conflict do nothing;
  select * into lease from orderly_leases where name = 'outbox' for update;
  if lease.holder <> me and lease.until > orderly_now() then
    return jsonb_build_object('status', 'taken');
  end if;
  if (input ->> 'ttl_ms')::bigint = 0 then
    update orderly_leases set holder = '', until = orderly_now() where name = 'outbox' and holder = me;
    return jsonb_build_object('status', 'free');
  end if;
  if lease.holder not in (me, '') then
    lease.settle_at := orderly_now() + settle;
  elsif lease.settle_at <= orderly_now() then
    perform orderly_doubt(array(select id from orderly_messages where shown_at >= lease.settle_at - 2 * settle));
    lease.settle_at := null;
  end if;
  update orderly_leases set holder = me, until = orderly_now() + (input ->> 'ttl_ms')::bigint * interval '1 millisecond',
    settle_at = lease.settle_at where name = 'outbox';
  return jsonb_build_object('status', 'held');
end $$;

-- A sign of life: {"holder", "roles", "alive", "fresh_ms"}; no roles: goodbye. Answers which roles are alive in other processes. A leader of
-- an older version gives no sign: its lease is one.
create function public.orderly_pulse(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  me text := input ->> 'holder';
begin
  delete from orderly_processes where holder = me and input -> 'roles' = '[]' or seen_at < orderly_now() - interval '1 day';
  if input -> 'roles' <> '[]' then
    insert into orderly_processes (holder, roles, alive, seen_at)
    values (me, array(select jsonb_array_elements_text(input -> 'roles')), array(select jsonb_array_elements_text(input -> 'alive')),
      orderly_now())
    on conflict (holder) do update set roles = excluded.roles, alive = excluded.alive, seen_at = excluded.seen_at;
  end if;
  return jsonb_build_object('status', 'ok', 'others', (
    select coalesce(jsonb_agg(distinct role), '[]') from (
      select unnest(x.alive) as role from orderly_processes x
      where x.holder <> me and x.seen_at > orderly_now() - (input ->> 'fresh_ms')::bigint * interval '1 millisecond'
      union all
      select 'bot' from orderly_leases l where l.name = 'outbox' and l.until > orderly_now() and l.holder not in (me, '')
        and not exists (select from orderly_processes x where x.holder = l.holder)
    ) alive));
end $$;

select public.orderly_lock_down();
