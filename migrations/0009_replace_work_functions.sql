-- The worker's side again, with what healing needs: parking, pauses, one watcher for all installs, a request budget (P3, P4, P5).
-- A worker's writes carry its lease token; a stale token changes nothing.
-- Old code runs on this schema: yes. What it does not send is taken as it was before, and what it does not know it is not given.

-- Everything that one look, or one message, needs to know about a purchase.
create or replace function public.orderly_view(p_purchase text) returns jsonb
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
    'pause', case when p.panel_server_id is null and p.closed_at is null then coalesce(
      (select to_jsonb(pause) from orderly_pause_of(p) pause where pause.id is not null),
      (select to_jsonb(node) from orderly_pauses node where node.id = p.paused_by and node.ended_at is null and node.until > orderly_now())) end,
    'live_message', (select to_jsonb(m) from orderly_messages m where m.kind = 'purchase' and m.subject = p.id)
  ) from orderly_purchases p where p.id = p_purchase
$$;

-- Paid orders past their deadline without a server and without an alert, and installs that nobody looked at: each gets one,
-- whatever died (P4). One alert for all that are late for one cause, not one an order (P5).
create or replace function public.orderly_overdue() returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  late record;
  p orderly_purchases;
  found_some integer := 0;
begin
  for late in select id from orderly_purchases where deadline_at is not null and deadline_at <= orderly_now()
    and provisioned_at is null and closed_at is null and incident_id is null and payment = 'paid'
    order by deadline_at limit 100
  loop
    p := orderly_lock_purchase(late.id);
    continue when p.provisioned_at is not null or p.closed_at is not null or p.incident_id is not null or p.deadline_at > orderly_now();
    perform orderly_note(p.id, 'overdue', coalesce(p.failure_code, 'no answer from the worker'));
    -- Whoever asked too often and those that wait for it since have one cause.
    perform orderly_join_incident('overdue:' || case when p.failure_code in ('panel_rate_limited', 'panel_busy') then 'panel_limit'
      else coalesce(p.failure_code, 'silent') end, coalesce(p.failure_code, 'overdue'), 'panel', 'alert',
      coalesce(p.failure_detail, (select format('a pause ended and the order still has no server: %s', q.reason)
        from orderly_pauses q where q.id = p.paused_by), 'no attempt has ended: the worker or its queue may be down'), p.id);
    perform orderly_touch(p.id);
    found_some := found_some + 1;
  end loop;
  for late in select id from orderly_purchases where install = 'installing' and look_at < orderly_now() - interval '10 minutes'
    and panel_server_id is not null and incident_id is null and closed_at is null order by look_at limit 100
  loop
    p := orderly_lock_purchase(late.id);
    continue when p.install <> 'installing' or p.incident_id is not null or p.look_at >= orderly_now() - interval '10 minutes';
    perform orderly_note(p.id, 'overdue', 'nobody looks at the install');
    perform orderly_join_incident('overdue:install', 'overdue', 'panel', 'alert', 'nobody has looked at installs for ten minutes', p.id);
    perform orderly_touch(p.id);
    found_some := found_some + 1;
  end loop;
  return found_some;
end $$;

-- What is to be looked at now and is not being looked at. Also raises the alert of what is overdue, and lets the next order of an
-- incident go first. {"limit", "installs": false leaves out the installs, which a watcher of their own looks at}.
create or replace function public.orderly_due(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  most integer := least(coalesce((input ->> 'limit')::integer, 100), 1000);
  installs boolean := coalesce((input ->> 'installs')::boolean, true);
begin
  perform orderly_overdue();
  perform orderly_probe();
  return jsonb_build_object('status', 'ok', 'hints', (
    select coalesce(jsonb_agg(hint), '[]') from (
      (select jsonb_build_object('kind', 'order', 'id', id, 'version', version, 'look_at', look_at) as hint
       from orderly_purchases
       where look_at <= orderly_now() and (lease_until is null or lease_until <= orderly_now())
         and (installs or panel_server_id is null or reinstall_at is not null)
       order by look_at limit most)
      union all
      (select jsonb_build_object('kind', 'event', 'id', id, 'version', attempts, 'look_at', look_at)
       from orderly_events where state = 'received' and look_at <= orderly_now() order by look_at limit most)
    ) hints
  ));
end $$;

-- Reservations of others, as a worker needs them to know what is free.
create function public.orderly_reserved(p_purchase text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(to_jsonb(r) order by r.seq), '[]') from orderly_reservations r where r.purchase_id <> p_purchase
$$;

-- Nodes that staff hold back now.
create function public.orderly_paused_nodes() returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('panel_node_id', subject::bigint, 'pause_id', id, 'until', until, 'reason', reason)), '[]')
  from orderly_pauses where scope = 'node' and ended_at is null and until > orderly_now()
$$;

-- Takes the lease of a purchase. Making the server counts as an attempt. While the panel as a whole is out, an order is parked
-- instead, unless it is the one that goes first; while it is paused, it is held. {"id", "holder", "ttl_ms", "pace_ms", "deadline_ms"}.
create or replace function public.orderly_claim(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  row orderly_purchases;
  outage orderly_incidents;
  pause orderly_pauses;
  making boolean;
begin
  select * into outage from orderly_incidents
  where closed_at is null and class = 'outage' and scope = 'panel' and probe_at is not null and input ? 'pace_ms'
  order by id limit 1 for update;
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
  if making and input ? 'pace_ms' then
    -- Whether an earlier create made a server is found out all the same: only the next one is held.
    pause := orderly_pause_of(row);
    if pause.id is not null and row.create_sent_at is null then
      perform orderly_hold(row.id, pause, (input ->> 'pace_ms')::bigint, (input ->> 'deadline_ms')::bigint);
      return jsonb_build_object('status', 'nothing', 'why', 'paused');
    end if;
    if outage.id is not null and outage.canary is distinct from row.id
      and (row.incident_id is null or row.incident_id = outage.id) then
      update orderly_purchases set look_at = null, failure_code = outage.code, failure_detail = outage.detail,
        failed_at = coalesce(failed_at, orderly_now()) where id = row.id;
      perform orderly_note(row.id, 'parked', outage.code);
      perform orderly_join_incident(outage.fingerprint, outage.code, outage.scope, 'alert', outage.detail, row.id, outage.class);
      perform orderly_touch(row.id);
      return jsonb_build_object('status', 'nothing', 'why', 'parked');
    end if;
  end if;
  update orderly_attempts set ended_at = orderly_now(), outcome = 'lost', detail = 'the worker went away'
  where purchase_id = row.id and ended_at is null;
  update orderly_purchases set lease_holder = input ->> 'holder', lease_token = lease_token + 1, paused_by = null,
    lease_until = orderly_now() + (input ->> 'ttl_ms')::bigint * interval '1 millisecond',
    attempts = attempts + making::integer,
    panel_user_id = coalesce(panel_user_id, (select u.panel_user_id from orderly_panel_users u where u.user_id = row.user_id)),
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
    'reserved', (select coalesce(jsonb_agg(allocation_id), '[]') from orderly_reservations where purchase_id <> row.id),
    'reservations', orderly_reserved(row.id),
    -- Whoever goes first finds out whether the node works again.
    'troubled', case when exists (select from orderly_incidents i where i.id = row.incident_id and i.canary = row.id)
      then '[]' else orderly_troubled_nodes() end,
    'paused_nodes', orderly_paused_nodes());
end $$;

-- One step of an attempt, committed before the next begins. Input: {"id", "token", "ttl_ms", "step": user | user_gone | standing |
-- placed | create_sent | create_not_sent, …}. `stale`: somebody else has the lease; `closed`: the purchase was closed meanwhile;
-- `paused`: a pause began; `port_taken`: next one; `outdated`: others reserved on that node since `known`, and this is what is
-- reserved now.
create or replace function public.orderly_step(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  row orderly_purchases;
  pause orderly_pauses;
begin
  select * into row from orderly_purchases where id = input ->> 'id' for update;
  if not found or row.lease_token <> (input ->> 'token')::bigint or row.lease_until is null then
    return jsonb_build_object('status', 'stale');
  end if;
  if row.closed_at is not null then
    return jsonb_build_object('status', 'closed');
  end if;
  if input ->> 'step' in ('placed', 'create_sent') and input ? 'pausable' then
    pause := orderly_pause_of(row);
    if pause.id is not null then
      return jsonb_build_object('status', 'paused');
    end if;
  end if;
  case input ->> 'step'
    when 'user' then
      update orderly_purchases set panel_user_id = (input ->> 'panel_user_id')::bigint where id = row.id;
      if row.user_id is not null then
        insert into orderly_panel_users (user_id, panel_user_id, known_at)
        values (row.user_id, (input ->> 'panel_user_id')::bigint, orderly_now())
        on conflict (user_id) do update set panel_user_id = excluded.panel_user_id, known_at = excluded.known_at;
      end if;
      perform orderly_note(row.id, 'user', input ->> 'detail');
    when 'user_gone' then
      delete from orderly_panel_users where user_id = row.user_id;
      update orderly_purchases set panel_user_id = null where id = row.id;
      perform orderly_note(row.id, 'user', 'the panel user that was known is gone');
    when 'standing' then
      update orderly_purchases set standing_at = orderly_now() where id = row.id;
    when 'placed' then
      -- Capacity is checked by the worker, from one look at the panel and what is reserved: two at once must not both take the last
      -- room, so a node is placed on by one at a time, and only by who knows all of its reservations.
      perform pg_advisory_xact_lock(hashtextextended('orderly:node:' || (input ->> 'panel_node_id'), 0));
      if exists (select from orderly_reservations where panel_node_id = (input ->> 'panel_node_id')::bigint
        and purchase_id <> row.id and seq > (input ->> 'known')::bigint) then
        return jsonb_build_object('status', 'outdated', 'reservations', orderly_reserved(row.id));
      end if;
      delete from orderly_reservations where purchase_id = row.id
        or allocation_id = (input ->> 'allocation_id')::bigint and settled_at < orderly_now() - interval '1 hour';
      insert into orderly_reservations (allocation_id, panel_node_id, purchase_id, reserved_at, memory, disk)
      values ((input ->> 'allocation_id')::bigint, (input ->> 'panel_node_id')::bigint, row.id, orderly_now(),
        coalesce((input ->> 'memory')::integer, 0), coalesce((input ->> 'disk')::integer, 0))
      on conflict do nothing;
      if not found then
        return jsonb_build_object('status', 'port_taken');
      end if;
      update orderly_purchases set panel_node_id = (input ->> 'panel_node_id')::bigint, node_name = input ->> 'node_name',
        allocation_id = (input ->> 'allocation_id')::bigint where id = row.id;
      perform orderly_note(row.id, 'placed', input ->> 'detail');
    when 'create_sent' then
      update orderly_purchases set create_sent_at = orderly_now(), creates_sent = creates_sent + 1 where id = row.id;
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

-- What a look at an install came to: {"kind": ready | install_failed | installing | suspended, "install", "code", "detail", …}.
create function public.orderly_install_verdict(p orderly_purchases, report jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  -- Staff were told that its money went back: that stays until they closed it, however its install ends.
  stopped boolean := exists (select from orderly_incidents where id = p.incident_id and code = 'stopped_with_server' and closed_at is null);
begin
  case report ->> 'kind'
    when 'ready' then
      update orderly_purchases set install = 'ready', ready_at = orderly_now(), address = coalesce(report ->> 'address', address),
        failure_code = null, failure_detail = null, failed_at = null where id = p.id;
      perform orderly_note(p.id, 'ready', null);
      if p.closed_at is null and not stopped then
        perform orderly_leave_incident(p.id, 'ready');
      end if;
      perform orderly_touch(p.id);
    when 'install_failed' then
      update orderly_purchases set failure_code = report ->> 'code', failure_detail = report ->> 'detail',
        failed_at = case when failure_code = report ->> 'code' then failed_at else orderly_now() end,
        install = coalesce(report ->> 'install', install) where id = p.id;
      perform orderly_note(p.id, 'failed', (report ->> 'code') || ': ' || coalesce(report ->> 'detail', ''));
      if p.closed_at is null and not stopped then
        perform orderly_join_incident(report ->> 'fingerprint', report ->> 'code', report ->> 'scope', 'alert', report ->> 'detail', p.id);
      end if;
      perform orderly_touch(p.id);
    when 'suspended' then
      if not p.install_suspended then
        update orderly_purchases set install_suspended = true where id = p.id;
        perform orderly_note(p.id, 'suspended', 'while it was being installed');
        perform orderly_touch(p.id);
      end if;
    when 'unread' then
      -- The panel can't be asked: no failure of the order, until its install should be done by now.
      if (report ->> 'alert')::boolean and p.closed_at is null and not stopped then
        update orderly_purchases set failure_code = report ->> 'code', failure_detail = report ->> 'detail',
          failed_at = coalesce(failed_at, orderly_now()) where id = p.id;
        perform orderly_join_incident(report ->> 'fingerprint', report ->> 'code', report ->> 'scope', 'alert', report ->> 'detail',
          p.id, report ->> 'class');
        perform orderly_touch(p.id);
      end if;
    when 'installing' then
      if p.install = 'installing' and p.failure_code is not null then
        update orderly_purchases set failure_code = null, failure_detail = null, failed_at = null where id = p.id;
        if not stopped then
          perform orderly_leave_incident(p.id, 'the install is watched again');
        end if;
        perform orderly_touch(p.id);
      end if;
      if p.install <> 'installing' then
        -- Somebody ran the install again on the panel: it is watched anew.
        update orderly_purchases set install = 'installing', install_since = orderly_now(), install_suspended = false where id = p.id;
        perform orderly_touch(p.id);
      end if;
  end case;
end $$;

-- The end of a look. Input: {"id", "token", "pace_ms", "deadline_ms", "outcome": {"kind": provisioned | failed | unsure | wait | stopped |
-- closed | gone | reinstalling (and, of older workers, installing | ready | install_failed | nothing), …}}. `look_in_ms` null means:
-- not before a person says so. `park`: not before the incident lets it go first, or closes.
create or replace function public.orderly_finish(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  report jsonb := input -> 'outcome';
  kind text := report ->> 'kind';
  pace bigint := coalesce((input ->> 'pace_ms')::bigint, 1000);
  deadline bigint := coalesce((input ->> 'deadline_ms')::bigint, 600000);
  row orderly_purchases;
  next_look timestamptz;
  pause orderly_pauses;
begin
  -- Incidents first, then the purchase (0008): the one it has, the one it joins, and those of the node that works.
  perform from orderly_incidents where closed_at is null and (fingerprint = any(array[report ->> 'fingerprint',
      'node_unreachable:node:' || (report ->> 'panel_node_id'), 'node_down:node:' || (report ->> 'panel_node_id')])
    or id = (select incident_id from orderly_purchases where id = input ->> 'id')) order by id for update;
  select * into row from orderly_purchases where id = input ->> 'id' for update;
  if not found or row.lease_token <> (input ->> 'token')::bigint or row.lease_until is null then
    return jsonb_build_object('status', 'stale');
  end if;
  next_look := orderly_now() + (report ->> 'look_in_ms')::bigint * interval '1 millisecond';
  if row.closed_at is not null and row.panel_server_id is null and kind <> 'provisioned' then
    -- Closed while we looked. What a create may have made is looked for until it is known; else nothing can be on the panel.
    next_look := case when row.create_sent_at is null or kind = 'gone' then null
      else coalesce(next_look, orderly_now() + interval '1 minute') end;
  end if;
  update orderly_purchases set lease_until = null, lease_holder = null, look_at = next_look where id = row.id;
  update orderly_attempts set ended_at = orderly_now(), code = report ->> 'code', detail = report ->> 'detail',
    outcome = case kind when 'provisioned' then 'provisioned' when 'unsure' then 'unsure' when 'failed' then 'failed' else 'closed' end
  where purchase_id = row.id and token = row.lease_token and ended_at is null;
  case kind
    when 'provisioned' then
      update orderly_purchases set panel_server_id = (report ->> 'server_id')::bigint, panel_identifier = report ->> 'identifier',
        panel_user_id = coalesce((report ->> 'panel_user_id')::bigint, panel_user_id),
        panel_node_id = coalesce((report ->> 'panel_node_id')::bigint, panel_node_id),
        node_name = coalesce(report ->> 'node_name', node_name), address = coalesce(report ->> 'address', address),
        provisioned_at = orderly_now(), install = 'installing', install_since = orderly_now(), install_suspended = false, attempts = 0,
        node_asked = null, failure_code = null, failure_detail = null, failed_at = null
      where id = row.id;
      -- It counts until the panel's own numbers have the server.
      update orderly_reservations set settled_at = orderly_now() where purchase_id = row.id;
      perform orderly_set_order(row.order_id,
        jsonb_build_object('status', 'provisioned', 'pterodactyl_server_id', report ->> 'server_id'));
      perform orderly_note(row.id, report ->> 'how', report ->> 'detail');
      perform orderly_healed(row.id, (report ->> 'panel_node_id')::bigint, pace, deadline);
      if row.closed_at is not null then
        perform orderly_join_incident('stopped:' || row.id, 'stopped_with_server', 'order', 'warning', row.close_reason, row.id);
      end if;
      perform orderly_touch(row.id);
    when 'failed' then
      update orderly_purchases set failure_code = report ->> 'code', failure_detail = report ->> 'detail',
        failed_at = case when failure_code = report ->> 'code' then failed_at else orderly_now() end where id = row.id;
      if row.panel_server_id is null then
        if row.create_sent_at is null then
          delete from orderly_reservations where purchase_id = row.id;
        end if;
        perform orderly_set_order(row.order_id, '{"status": "paid"}');
      end if;
      perform orderly_note(row.id, 'failed', (report ->> 'code') || ': ' || coalesce(report ->> 'detail', ''));
      if row.closed_at is null and ((report ->> 'alert')::boolean or exists (
        select from orderly_incidents where fingerprint = report ->> 'fingerprint' and closed_at is null)) then
        perform orderly_join_incident(report ->> 'fingerprint', report ->> 'code', report ->> 'scope', 'alert',
          report ->> 'detail', row.id, report ->> 'class');
        if (report ->> 'park')::boolean and row.panel_server_id is null then
          update orderly_purchases set look_at = null where id = row.id;
        end if;
      end if;
      perform orderly_touch(row.id);
    when 'unsure' then
      update orderly_purchases set failure_code = coalesce(report ->> 'code', failure_code),
        failure_detail = coalesce(report ->> 'detail', failure_detail),
        failed_at = case when failure_code = report ->> 'code' then failed_at else orderly_now() end where id = row.id;
      perform orderly_note(row.id, 'unsure', report ->> 'detail');
      perform orderly_touch(row.id);
    when 'wait' then
      -- It was not its turn: no try was made.
      delete from orderly_attempts where purchase_id = row.id and token = row.lease_token;
      update orderly_purchases set attempts = greatest(attempts - 1, 0), failure_code = coalesce(report ->> 'code', failure_code),
        failure_detail = coalesce(report ->> 'detail', failure_detail),
        failed_at = case when report ->> 'code' is null then failed_at else coalesce(failed_at, orderly_now()) end where id = row.id;
      if row.panel_server_id is null and row.create_sent_at is null then
        delete from orderly_reservations where purchase_id = row.id;
        perform orderly_set_order(row.order_id, '{"status": "paid"}');
      end if;
      if report ->> 'pause_id' is not null then
        -- The pause of a node: the only ones with room are held.
        select * into pause from orderly_pauses where id = (report ->> 'pause_id')::bigint and ended_at is null and until > orderly_now();
      else
        pause := orderly_pause_of(row);
      end if;
      if (report ->> 'paused')::boolean and pause.id is not null then
        perform orderly_hold(row.id, pause, pace, deadline);
      end if;
      perform orderly_touch(row.id);
    when 'stopped' then
      -- Stripe says that the money went back: not provisioned, and nobody is needed.
      update orderly_purchases set closed_at = orderly_now(), close_reason = report ->> 'reason',
        look_at = case when create_sent_at is null then null else orderly_now() end where id = row.id;
      perform orderly_note(row.id, 'stopped', report ->> 'reason');
      perform orderly_give_up(row.id, report ->> 'reason');
      perform orderly_touch(row.id);
    when 'gone' then
      -- A closed purchase whose create may have gone out turned out to have made nothing.
      update orderly_purchases set create_sent_at = null where id = row.id;
      perform orderly_give_up(row.id, row.close_reason);
    when 'reinstalling' then
      update orderly_purchases set install = 'installing', install_since = orderly_now(), install_suspended = false, reinstall_at = null
      where id = row.id;
      perform orderly_note(row.id, 'reinstalling', null);
      perform orderly_touch(row.id);
    when 'ready', 'install_failed', 'installing' then
      update orderly_purchases set reinstall_at = null where id = row.id;
      perform orderly_install_verdict(row, report);
    when 'nothing', 'closed' then
      null;
  end case;
  return jsonb_build_object('status', 'ok', 'look_at', (select look_at from orderly_purchases where id = row.id));
end $$;

-- Servers whose install is to be looked at now, and, so that one look tells of many, those of the next `ahead_ms`. `since` names the install: an answer about an earlier one changes nothing.
create function public.orderly_due_installs(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('status', 'ok', 'now', orderly_now(), 'installs', (
    select coalesce(jsonb_agg(jsonb_build_object('id', id, 'server_id', panel_server_id, 'since', install_since,
      'install', install, 'suspended', install_suspended, 'due', look_at <= orderly_now())), '[]')
    from (
      select * from orderly_purchases
      where look_at <= orderly_now() + coalesce((p::jsonb ->> 'ahead_ms')::bigint, 0) * interval '1 millisecond'
        and panel_server_id is not null and reinstall_at is null
        and (lease_until is null or lease_until <= orderly_now())
      order by look_at limit least(coalesce((p::jsonb ->> 'limit')::integer, 500), 1000)
    ) due
  ))
$$;

-- What looking at many servers came to: {"verdicts": [{"id", "server_id", "since", "kind", "look_in_ms", …}]}; `gone` also of a server
-- that was ready long ago.
create function public.orderly_judge_installs(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  verdict jsonb;
  row orderly_purchases;
  applied integer := 0;
begin
  -- All incidents of theirs first, in one order with everybody else (0008).
  perform from orderly_incidents where id in (
    select p.incident_id from orderly_purchases p
    where p.id in (select value ->> 'id' from jsonb_array_elements(orderly_judge_installs.p::jsonb -> 'verdicts'))) order by id for update;
  for verdict in select value from jsonb_array_elements(p::jsonb -> 'verdicts') order by value ->> 'id' loop
    row := orderly_lock_purchase(verdict ->> 'id');
    continue when row.id is null or row.panel_server_id is distinct from (verdict ->> 'server_id')::bigint
      or row.install_since is distinct from (verdict ->> 'since')::timestamptz or row.reinstall_at is not null
      or row.failure_code is not distinct from 'server_gone' and verdict ->> 'code' = 'server_gone' and row.look_at is null;
    update orderly_purchases set look_at = orderly_now() + (verdict ->> 'look_in_ms')::bigint * interval '1 millisecond' where id = row.id;
    perform orderly_install_verdict(row, verdict);
    applied := applied + 1;
  end loop;
  return jsonb_build_object('status', 'ok', 'applied', applied);
end $$;

-- Servers that are finished and should be there: {"after": id, "limit"}, in the order of their ids.
create function public.orderly_finished_servers(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('status', 'ok', 'servers', (
    select coalesce(jsonb_agg(jsonb_build_object('id', id, 'server_id', panel_server_id, 'since', install_since) order by panel_server_id), '[]')
    from (
      select * from orderly_purchases
      where panel_server_id > coalesce((p::jsonb ->> 'after')::bigint, 0) and look_at is null and closed_at is null
        and failure_code is distinct from 'server_gone'
      order by panel_server_id limit least(coalesce((p::jsonb ->> 'limit')::integer, 500), 1000)
    ) finished
  ))
$$;

-- Servers of the panel, by external id, that no row knows: a create whose worker was thought dead came through late. Their orders
-- are looked at again: one that is open takes its server over, of one that is closed staff are told. {"external_ids"}.
create function public.orderly_find_strays(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  stray record;
  found_some integer := 0;
begin
  for stray in
    select id from orderly_purchases
    where order_id in (select jsonb_array_elements_text(p::jsonb -> 'external_ids')) and panel_server_id is null and look_at is null
      and payment = 'paid' and (lease_until is null or lease_until <= orderly_now())
    order by id for update skip locked
  loop
    update orderly_purchases set create_sent_at = coalesce(create_sent_at, orderly_now()), look_at = orderly_now() where id = stray.id;
    perform orderly_note(stray.id, 'stray', 'the panel has a server of this order that was not known');
    found_some := found_some + 1;
  end loop;
  return jsonb_build_object('status', 'ok', 'found', found_some);
end $$;

-- Requests from a bucket that fills at a steady pace: {"name", "wanted", "size", "per_minute", "keep"}; `keep` is left for others (staff).
-- In any minute no more than `size` + `per_minute` go out, over all processes.
create function public.orderly_take(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  bucket orderly_budgets;
  size numeric := (input ->> 'size')::numeric;
  per_second numeric := (input ->> 'per_minute')::numeric / 60;
  keep numeric := coalesce((input ->> 'keep')::numeric, 0);
  granted integer;
begin
  insert into orderly_budgets (name, tokens, filled_at) values (input ->> 'name', size, orderly_now()) on conflict do nothing;
  select * into bucket from orderly_budgets where name = input ->> 'name' for update;
  if bucket.hold_until > orderly_now() then
    return jsonb_build_object('status', 'ok', 'granted', 0,
      'wait_ms', ceil(extract(epoch from bucket.hold_until - orderly_now()) * 1000));
  end if;
  bucket.tokens := least(size, bucket.tokens + per_second * greatest(0, extract(epoch from orderly_now() - bucket.filled_at)));
  granted := greatest(0, least((input ->> 'wanted')::integer, floor(bucket.tokens - keep)));
  update orderly_budgets set tokens = bucket.tokens - granted, filled_at = orderly_now(), hold_until = null where name = bucket.name;
  return jsonb_build_object('status', 'ok', 'granted', granted,
    'wait_ms', case when granted = 0 then ceil((keep + 1 - bucket.tokens) / per_second * 1000) else 0 end);
end $$;

-- The other side asked us to stop for a while: {"name", "ms"}.
create function public.orderly_hold_budget(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
begin
  insert into orderly_budgets as b (name, tokens, filled_at, hold_until)
  values (input ->> 'name', 0, orderly_now(), orderly_now() + (input ->> 'ms')::bigint * interval '1 millisecond')
  on conflict (name) do update set tokens = 0, filled_at = excluded.filled_at, hold_until = greatest(b.hold_until, excluded.hold_until);
  return jsonb_build_object('status', 'ok');
end $$;

-- The catalogue as it is, for forecasts and checks.
create function public.orderly_catalogue(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('status', 'ok', 'nodes', orderly_nodes(), 'reservations', orderly_reserved(''), 'paused_nodes', orderly_paused_nodes(),
    'plans', (select coalesce(jsonb_agg(plan order by plan ->> 'id'), '[]') from (
      select orderly_mapped(to_jsonb(x), coalesce(orderly_setting('plan_columns'), '{}')) as plan from plans x) all_plans
      where coalesce((plan ->> 'active')::boolean, true)),
    'checks', (select coalesce(jsonb_object_agg(name, jsonb_build_object('at', at, 'result', result)), '{}') from orderly_checks))
$$;

-- Keeps the result of a check, opens a warning for each thing it found and closes those that it found no more:
-- {"name", "result", "warnings": [{"fingerprint", "code", "scope", "detail"}]}. Fingerprints begin with the check's name.
create function public.orderly_report_check(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  warning jsonb;
  old bigint;
begin
  insert into orderly_checks (name, at, result) values (input ->> 'name', orderly_now(), input -> 'result')
  on conflict (name) do update set at = excluded.at, result = excluded.result;
  for old in
    select id from orderly_incidents where closed_at is null and starts_with(fingerprint, (input ->> 'name') || ':')
      and not fingerprint in (select value ->> 'fingerprint' from jsonb_array_elements(input -> 'warnings')) order by id
  loop
    perform orderly_close_incident(old, 'mended', 0, 0);
  end loop;
  for warning in select value from jsonb_array_elements(input -> 'warnings') order by value ->> 'fingerprint' loop
    perform orderly_join_incident(warning ->> 'fingerprint', warning ->> 'code', warning ->> 'scope', 'warning',
      left(warning ->> 'detail', 500), null);
  end loop;
  return jsonb_build_object('status', 'ok');
end $$;

-- A create failed on a node while another node took the order: {"panel_node_id", "detail"}. A warning, and not the first choice for a while.
create function public.orderly_node_down(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
begin
  if exists (select from orderly_incidents where closed_at is null and fingerprint = 'node_unreachable:node:' || (input ->> 'panel_node_id')) then
    update orderly_incidents set last_at = orderly_now()
    where closed_at is null and fingerprint = 'node_unreachable:node:' || (input ->> 'panel_node_id');
  else
    perform orderly_join_incident('node_down:node:' || (input ->> 'panel_node_id'), 'node_down', 'node', 'warning',
      left(input ->> 'detail', 500), null, 'outage');
  end if;
  return jsonb_build_object('status', 'ok');
end $$;

select public.orderly_lock_down();
