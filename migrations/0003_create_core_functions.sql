-- The pieces that every other function uses: time, lock-down, versions, timeline, incidents.
-- Conventions of all functions: text in and cast inside, jsonb with a `status` out, no `raise` for an expected outcome
-- (through the HTTP layer an exception loses its code on some servers). Locks are taken purchase first, then incident.
-- Old code runs on this schema: yes.

-- The one "now" of the database. Only the sandbox and the tests write the setting `clock`, to let time run faster.
create function public.orderly_now() returns timestamptz
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  clock jsonb;
begin
  select value into clock from orderly_settings where key = 'clock';
  if clock is null then
    return clock_timestamp();
  end if;
  return to_timestamp((
    (clock ->> 'start_ms')::numeric
    + (extract(epoch from clock_timestamp()) * 1000 - (clock ->> 'started_at_ms')::numeric)
      * (clock ->> 'factor')::numeric
  ) / 1000);
end $$;

-- Nobody but the service role reads our tables or calls our functions. Run again after every migration.
create function public.orderly_lock_down() returns void
language plpgsql as $$
declare
  thing record;
  role text;
  others text[] := array(select rolname from pg_roles where rolname in ('anon', 'authenticated'));
begin
  for thing in select tablename from pg_tables where schemaname = 'public' and tablename like 'orderly\_%' loop
    execute format('alter table public.%I enable row level security', thing.tablename);
    execute format('revoke all on public.%I from public', thing.tablename);
    foreach role in array others loop
      execute format('revoke all on public.%I from %I', thing.tablename, role);
    end loop;
  end loop;
  for thing in
    select p.oid::regprocedure::text as signature from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname like 'orderly\_%'
  loop
    execute format('revoke all on function %s from public', thing.signature);
    foreach role in array others loop
      execute format('revoke all on function %s from %I', thing.signature, role);
    end loop;
    if exists (select from pg_roles where rolname = 'service_role') then
      execute format('grant execute on function %s to service_role', thing.signature);
    end if;
  end loop;
end $$;

create function public.orderly_setting(p_key text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select value from orderly_settings where key = p_key
$$;

-- Writes one entry of a purchase's timeline.
create function public.orderly_note(p_purchase text, p_kind text, p_detail text default null, p_actor text default null)
returns void
language sql security definer set search_path = public, pg_temp as $$
  insert into orderly_timeline (purchase_id, at, kind, detail, actor)
  values (p_purchase, orderly_now(), p_kind, p_detail, p_actor)
$$;

-- Says that a purchase changed: its message has to follow.
create function public.orderly_touch(p_purchase text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  new_version bigint;
begin
  update orderly_purchases set version = version + 1, updated_at = orderly_now()
  where id = p_purchase returning version into new_version;
  insert into orderly_messages (kind, subject, wanted_version) values ('purchase', p_purchase, new_version)
  on conflict (kind, subject) do update set wanted_version = excluded.wanted_version;
  return new_version;
end $$;

create function public.orderly_touch_incident(p_incident bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  new_version bigint;
begin
  update orderly_incidents set version = version + 1 where id = p_incident returning version into new_version;
  insert into orderly_messages (kind, subject, wanted_version) values ('alert', p_incident::text, new_version)
  on conflict (kind, subject) do update set wanted_version = excluded.wanted_version;
end $$;

-- Opens the incident of this fingerprint, or finds the open one, and puts the purchase under it. One cause, one ping (P5):
-- the partial unique index lets only one be open, and joining locks its row, so that nothing joins one that is closing.
create function public.orderly_join_incident(
  p_fingerprint text, p_code text, p_scope text, p_severity text, p_detail text, p_purchase text
) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  incident bigint;
  before bigint;
  joined boolean := false;
begin
  loop
    select id into incident from orderly_incidents
    where fingerprint = p_fingerprint and closed_at is null for update;
    exit when found;
    insert into orderly_incidents (fingerprint, code, scope, severity, detail, opened_at)
    values (p_fingerprint, p_code, p_scope, p_severity, p_detail, orderly_now())
    on conflict do nothing returning id into incident;
    exit when found;
  end loop;
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
    joined := found;
  end if;
  if joined or p_purchase is null and not exists (
    select from orderly_messages where kind = 'alert' and subject = incident::text
  ) then
    perform orderly_touch_incident(incident);
  end if;
  return incident;
end $$;

-- Takes a purchase out of its incident; the last one out closes it, in the same transaction.
create function public.orderly_leave_incident(p_purchase text, p_outcome text) returns void
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
    update orderly_incidents set closed_at = orderly_now(), close_reason = p_outcome
    where id = incident and closed_at is null;
  end if;
  perform orderly_touch_incident(incident);
end $$;

-- Our own change of a site's order row: known columns only, cast to whatever types the site gave them. The setting tells
-- the trigger below that it was us.
create function public.orderly_set_order(p_order text, p_patch jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  done boolean;
begin
  perform set_config('orderly.own_write', '1', true);
  update orders o set (status, pterodactyl_server_id) = (
    select r.status, r.pterodactyl_server_id from jsonb_populate_record(o, p_patch) r
  ) where o.id::text = p_order;
  done := found;
  perform set_config('orderly.own_write', '', true);
  return done;
end $$;

-- Somebody else changed or removed a managed order: its version and timeline follow, and the worker looks again.
create function public.orderly_on_order_change() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  key text := old.id::text;
  purchase text;
  was jsonb := to_jsonb(old);
  became jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
  changes text;
begin
  if current_setting('orderly.own_write', true) = '1' then
    return null;
  end if;
  select id into purchase from orderly_purchases where order_id = key;
  if purchase is null then
    return null;
  end if;
  if tg_op = 'DELETE' then
    changes := 'the order row was deleted';
  else
    select string_agg(format('%s: %s → %s', field, coalesce(was ->> field, 'empty'), coalesce(became ->> field, 'empty')), ', ')
    into changes
    from unnest(array['status', 'pterodactyl_server_id', 'plan_id', 'item_type', 'user_id']) field
    where was ->> field is distinct from became ->> field;
    if changes is null then
      return null;
    end if;
  end if;
  perform orderly_note(purchase, 'edited_outside', left(changes, 500));
  -- What has its server is not looked at again for an edit: cleaning up a finished order calls nobody.
  update orderly_purchases set look_at = orderly_now()
  where id = purchase and closed_at is null and item_type = 'game' and payment = 'paid' and panel_server_id is null;
  perform orderly_touch(purchase);
  return null;
exception when others then
  -- A guest never breaks the site's own write. What is missed here is found at the next look.
  return null;
end $$;

create trigger orderly_order_changed after update or delete on public.orders
  for each row execute function public.orderly_on_order_change();

-- A catalogue row under our names, whatever the site calls its columns.
create function public.orderly_mapped(p_row jsonb, p_mapping jsonb) returns jsonb
language sql immutable as $$
  select p_row || coalesce((select jsonb_object_agg(ours.key, p_row -> ours.value) from jsonb_each_text(p_mapping) ours), '{}')
$$;

create function public.orderly_plan(p_plan text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select orderly_mapped(to_jsonb(p), coalesce(orderly_setting('plan_columns'), '{}')) from plans p where p.id::text = p_plan
$$;

create function public.orderly_nodes() returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(orderly_mapped(to_jsonb(n), coalesce(orderly_setting('node_columns'), '{}')) order by n.id), '[]')
  from ptero_nodes n
$$;

-- The e-mail that the site knows for this user; null where there is no such user, or no `auth.users` at all.
create function public.orderly_user_email(p_user text) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  address text;
begin
  if to_regclass('auth.users') is null then
    return null;
  end if;
  execute 'select email from auth.users where id::text = $1' into address using p_user;
  return address;
end $$;

-- Whether the database answers, and how far it is migrated.
create function public.orderly_health(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('status', 'ok', 'migrations', (select count(*) from orderly_migrations), 'now', orderly_now())
$$;
