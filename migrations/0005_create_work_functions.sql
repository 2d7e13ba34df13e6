-- The worker's side: what is due, who looks at it, and every step of making the server (P3, P4).
-- A worker's writes carry its lease token; a stale token changes nothing, so a worker that was thought dead can't undo what
-- its successor did.
-- Old code runs on this schema: yes.

-- Everything that one look, or one message, needs to know about a purchase.
create function public.orderly_view(p_purchase text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select to_jsonb(p) || jsonb_build_object(
    'now', orderly_now(),
    'order', (select to_jsonb(o) from orders o where o.id::text = p.order_id),
    'plan', orderly_plan(p.plan_id),
    'site_email', orderly_user_email(p.user_id),
    'timeline', (select coalesce(jsonb_agg(to_jsonb(t) - 'purchase_id' order by t.id), '[]') from (
      select * from orderly_timeline where purchase_id = p.id order by id desc limit 60) t),
    'attempts_made', (select coalesce(jsonb_agg(to_jsonb(a) - 'purchase_id' order by a.id), '[]') from (
      select * from orderly_attempts where purchase_id = p.id order by id desc limit 20) a),
    'incident', (select to_jsonb(i) from orderly_incidents i where i.id = p.incident_id),
    'live_message', (select to_jsonb(m) from orderly_messages m where m.kind = 'purchase' and m.subject = p.id)
  ) from orderly_purchases p where p.id = p_purchase
$$;

-- Paid orders past their deadline without a server and without an alert: each gets one, whatever died (P4).
create function public.orderly_overdue() returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  found_some integer := 0;
begin
  for p in select * from orderly_purchases where deadline_at is not null and deadline_at <= orderly_now()
    and provisioned_at is null and closed_at is null and incident_id is null and payment = 'paid'
    order by deadline_at limit 100 for update skip locked
  loop
    perform orderly_note(p.id, 'overdue', coalesce(p.failure_code, 'no answer from the worker'));
    -- One alert for all that are late for one cause, not one an order (P5).
    perform orderly_join_incident('overdue:' || coalesce(p.failure_code, 'silent'), coalesce(p.failure_code, 'overdue'), 'panel', 'alert',
      coalesce(p.failure_detail, 'no attempt has ended: the worker or its queue may be down'), p.id);
    perform orderly_touch(p.id);
    found_some := found_some + 1;
  end loop;
  return found_some;
end $$;

-- What is to be looked at now and is not being looked at. Also raises the alert of what is overdue.
create function public.orderly_due(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  most integer := least(coalesce((p::jsonb ->> 'limit')::integer, 100), 1000);
begin
  perform orderly_overdue();
  return jsonb_build_object('status', 'ok', 'hints', (
    select coalesce(jsonb_agg(hint), '[]') from (
      (select jsonb_build_object('kind', 'order', 'id', id, 'version', version, 'look_at', look_at) as hint
       from orderly_purchases
       where look_at <= orderly_now() and (lease_until is null or lease_until <= orderly_now())
       order by look_at limit most)
      union all
      (select jsonb_build_object('kind', 'event', 'id', id, 'version', attempts, 'look_at', look_at)
       from orderly_events where state = 'received' and look_at <= orderly_now() order by look_at limit most)
    ) hints
  ));
end $$;

-- Takes the lease of a purchase. Making the server counts as an attempt; watching an install does not.
create function public.orderly_claim(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  row orderly_purchases;
  making boolean;
begin
  select * into row from orderly_purchases where id = input ->> 'id' for update;
  if not found then
    return jsonb_build_object('status', 'unknown');
  end if;
  if row.lease_until > orderly_now() then
    return jsonb_build_object('status', 'busy');
  end if;
  if row.look_at is null or row.look_at > orderly_now() or row.order_id is null then
    return jsonb_build_object('status', 'nothing');
  end if;
  making := row.panel_server_id is null and row.closed_at is null;
  update orderly_attempts set ended_at = orderly_now(), outcome = 'lost', detail = 'the worker went away'
  where purchase_id = row.id and ended_at is null;
  update orderly_purchases set lease_holder = input ->> 'holder', lease_token = lease_token + 1,
    lease_until = orderly_now() + (input ->> 'ttl_ms')::bigint * interval '1 millisecond',
    attempts = attempts + making::integer,
    provisioning_at = case when making then coalesce(provisioning_at, orderly_now()) else provisioning_at end
  where id = row.id returning * into row;
  if making then
    insert into orderly_attempts (purchase_id, number, token, holder, started_at, step)
    values (row.id, 1 + (select count(*) from orderly_attempts where purchase_id = row.id), row.lease_token, row.lease_holder,
      orderly_now(), 'claimed');
    perform orderly_set_order(row.order_id, '{"status": "provisioning"}');
    perform orderly_note(row.id, 'attempt', null);
    perform orderly_touch(row.id);
  end if;
  return jsonb_build_object('status', 'claimed', 'token', row.lease_token, 'purchase', orderly_view(row.id),
    'nodes', orderly_nodes(),
    'reserved', (select coalesce(jsonb_agg(allocation_id), '[]') from orderly_reservations where purchase_id <> row.id));
end $$;

-- One step of an attempt, committed before the next begins. Input: {"id", "token", "ttl_ms", "step": user | placed | create_sent
-- | create_not_sent, …}. `stale`: somebody else has the lease; `closed`: the purchase was closed meanwhile; `port_taken`: next one.
create function public.orderly_step(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  row orderly_purchases;
begin
  select * into row from orderly_purchases where id = input ->> 'id' for update;
  if not found or row.lease_token <> (input ->> 'token')::bigint then
    return jsonb_build_object('status', 'stale');
  end if;
  if row.closed_at is not null then
    return jsonb_build_object('status', 'closed');
  end if;
  case input ->> 'step'
    when 'user' then
      update orderly_purchases set panel_user_id = (input ->> 'panel_user_id')::bigint where id = row.id;
      perform orderly_note(row.id, 'user', input ->> 'detail');
    when 'placed' then
      delete from orderly_reservations where purchase_id = row.id;
      insert into orderly_reservations (allocation_id, panel_node_id, purchase_id, reserved_at)
      values ((input ->> 'allocation_id')::bigint, (input ->> 'panel_node_id')::bigint, row.id, orderly_now())
      on conflict do nothing;
      if not found then
        return jsonb_build_object('status', 'port_taken');
      end if;
      update orderly_purchases set panel_node_id = (input ->> 'panel_node_id')::bigint, node_name = input ->> 'node_name',
        allocation_id = (input ->> 'allocation_id')::bigint where id = row.id;
      perform orderly_note(row.id, 'placed', input ->> 'detail');
    when 'create_sent' then
      update orderly_purchases set create_sent_at = orderly_now() where id = row.id;
      perform orderly_note(row.id, 'create_sent', input ->> 'detail');
    when 'create_not_sent' then
      -- The panel answered that it made nothing, or looking showed it: the next create may go out.
      update orderly_purchases set create_sent_at = null where id = row.id;
  end case;
  update orderly_purchases set lease_until = orderly_now() + (input ->> 'ttl_ms')::bigint * interval '1 millisecond' where id = row.id;
  update orderly_attempts set step = input ->> 'step' where purchase_id = row.id and token = row.lease_token;
  perform orderly_touch(row.id);
  return jsonb_build_object('status', 'ok');
end $$;

-- The end of a look. Input: {"id", "token", "outcome": {"kind": provisioned | installing | ready | install_failed | failed | unsure
-- | gone | nothing, …}}. `look_in_ms` null means: not before a person says so.
create function public.orderly_finish(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  report jsonb := input -> 'outcome';
  kind text := report ->> 'kind';
  row orderly_purchases;
  next_look timestamptz;
begin
  select * into row from orderly_purchases where id = input ->> 'id' for update;
  if not found or row.lease_token <> (input ->> 'token')::bigint then
    return jsonb_build_object('status', 'stale');
  end if;
  next_look := orderly_now() + (report ->> 'look_in_ms')::bigint * interval '1 millisecond';
  if row.closed_at is not null and row.create_sent_at is null and row.panel_server_id is null then
    next_look := null; -- closed while we looked, and nothing of it can be on the panel
  end if;
  update orderly_purchases set lease_until = null, lease_holder = null,
    look_at = next_look
  where id = row.id;
  update orderly_attempts set ended_at = orderly_now(), code = report ->> 'code', detail = report ->> 'detail',
    outcome = case kind when 'provisioned' then 'provisioned' when 'unsure' then 'unsure' when 'failed' then 'failed' else 'closed' end
  where purchase_id = row.id and token = row.lease_token and ended_at is null;
  case kind
    when 'provisioned' then
      update orderly_purchases set panel_server_id = (report ->> 'server_id')::bigint, panel_identifier = report ->> 'identifier',
        panel_user_id = coalesce((report ->> 'panel_user_id')::bigint, panel_user_id),
        panel_node_id = coalesce((report ->> 'panel_node_id')::bigint, panel_node_id),
        node_name = coalesce(report ->> 'node_name', node_name), address = coalesce(report ->> 'address', address),
        provisioned_at = orderly_now(), install = 'installing', attempts = 0,
        failure_code = null, failure_detail = null, failed_at = null
      where id = row.id;
      delete from orderly_reservations where purchase_id = row.id;
      perform orderly_set_order(row.order_id,
        jsonb_build_object('status', 'provisioned', 'pterodactyl_server_id', report ->> 'server_id'));
      perform orderly_note(row.id, report ->> 'how', report ->> 'detail');
      perform orderly_leave_incident(row.id, 'provisioned');
      if row.closed_at is not null then
        perform orderly_join_incident('stopped:' || row.id, 'stopped_with_server', 'order', 'warning', row.close_reason, row.id);
      end if;
      perform orderly_touch(row.id);
    when 'ready' then
      update orderly_purchases set install = 'ready', ready_at = orderly_now(), address = coalesce(report ->> 'address', address),
        failure_code = null, failure_detail = null, failed_at = null where id = row.id;
      perform orderly_note(row.id, 'ready', null);
      if row.closed_at is null then
        perform orderly_leave_incident(row.id, 'ready');
      end if;
      perform orderly_touch(row.id);
    when 'failed', 'install_failed' then
      update orderly_purchases set failure_code = report ->> 'code', failure_detail = report ->> 'detail',
        failed_at = case when failure_code = report ->> 'code' then failed_at else orderly_now() end,
        install = coalesce(report ->> 'install', install) where id = row.id;
      if kind = 'failed' and row.panel_server_id is null then
        delete from orderly_reservations where purchase_id = row.id;
        perform orderly_set_order(row.order_id, '{"status": "paid"}');
      end if;
      perform orderly_note(row.id, 'failed', (report ->> 'code') || ': ' || coalesce(report ->> 'detail', ''));
      if (report ->> 'alert')::boolean and row.closed_at is null then
        perform orderly_join_incident(report ->> 'fingerprint', report ->> 'code', report ->> 'scope', 'alert',
          report ->> 'detail', row.id);
      end if;
      perform orderly_touch(row.id);
    when 'unsure' then
      perform orderly_note(row.id, 'unsure', report ->> 'detail');
      perform orderly_touch(row.id);
    when 'gone' then
      -- A closed purchase whose create may have gone out turned out to have made nothing.
      update orderly_purchases set create_sent_at = null where id = row.id;
      delete from orderly_reservations where purchase_id = row.id;
    when 'nothing', 'installing' then
      null;
  end case;
  return jsonb_build_object('status', 'ok', 'look_at', (select look_at from orderly_purchases where id = row.id));
end $$;

-- A named lease: {"name", "holder", "ttl_ms"}; ttl 0 gives it back.
create function public.orderly_lease(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  owner text;
begin
  insert into orderly_leases as l (name, holder, until)
  values (input ->> 'name', input ->> 'holder', orderly_now() + (input ->> 'ttl_ms')::bigint * interval '1 millisecond')
  on conflict (name) do update set holder = excluded.holder, until = excluded.until
    where l.holder = excluded.holder or l.until <= orderly_now();
  select holder into owner from orderly_leases where name = input ->> 'name';
  return jsonb_build_object('status', case when owner = input ->> 'holder' then 'held' else 'taken' end, 'holder', owner);
end $$;
