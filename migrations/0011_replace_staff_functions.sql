-- What people do, again: retry of one order or of a whole incident, close, link, reinstall, pause and resume; each recorded once by
-- its interaction (P7, P8).
-- Old code runs on this schema: yes. What it calls takes and gives what it did.

-- Makes the order of a paid purchase, or says why that can't be.
create or replace function public.orderly_become_order(p_purchase text, p_deadline_ms bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  problem jsonb;
  made record;
  stopped text;
begin
  select * into p from orderly_purchases where id = p_purchase;
  if p.order_id is not null or p.closed_at is not null or p.payment <> 'paid' or p.problem_code is not null then
    return;
  end if;
  select reason into stopped from orderly_stops where subscription_id = p.subscription_id;
  if found then
    -- Stripe's events come in any order: the money went back before we heard that it came.
    update orderly_purchases set closed_at = orderly_now(), close_reason = stopped where id = p.id;
    perform orderly_note(p.id, 'stopped', stopped);
    return;
  end if;
  problem := orderly_catalogue_problem(p);
  if problem is not null then
    perform orderly_set_problem(p.id, problem ->> 'code', problem ->> 'detail');
    return;
  end if;
  if p.item_type = 'game' and p.server_name is null then
    update orderly_purchases set server_name = coalesce(orderly_plan(p.plan_id) ->> 'name', p.plan_id) || ' ' || left(p.id, 8)
    where id = p.id returning * into p;
  end if;
  begin
    select * into made from orderly_make_order(p);
  exception when integrity_constraint_violation or data_exception or raise_exception then
    perform orderly_set_problem(p.id, 'order_refused',
      format('the database refused a row in orders (%s): %s', sqlstate, left(sqlerrm, 200)));
    return;
  end;
  update orderly_purchases set order_id = made.made_order,
    look_at = case when p.item_type = 'game' then orderly_now() end,
    deadline_at = case when p.item_type = 'game' then orderly_now() + p_deadline_ms * interval '1 millisecond' end
  where id = p.id;
  perform orderly_note(p.id, case when made.adopted then 'order_adopted' else 'order_created' end, made.made_order);
end $$;

-- The money went back, or the subscription ended: an order without a server stops, one with a server is for staff to decide.
create or replace function public.orderly_stop(p_subscription text, p_reason text) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  is_first boolean;
begin
  -- The event that says "paid" waits here, or is through.
  perform pg_advisory_xact_lock(hashtextextended('orderly:' || p_subscription, 0));
  insert into orderly_stops (subscription_id, reason, at) values (p_subscription, p_reason, orderly_now()) on conflict do nothing;
  is_first := found;
  p := orderly_lock_purchase((select id from orderly_purchases where subscription_id = p_subscription order by created_at limit 1));
  -- Staff closed it and left its server: that the money went back is news to them, once.
  if p.id is null or p.closed_at is not null and (p.panel_server_id is null or not is_first) then
    return p.id;
  end if;
  perform orderly_note(p.id, 'stopped', p_reason);
  if p.panel_server_id is null then
    -- A create that may be under way is looked up by the worker: what it made is then staff's to remove.
    update orderly_purchases set closed_at = orderly_now(), close_reason = p_reason,
      look_at = case when create_sent_at is null then null else orderly_now() end where id = p.id;
    perform orderly_give_up(p.id, p_reason);
  else
    perform orderly_join_incident('stopped:' || p.id, 'stopped_with_server', 'order', 'warning', p_reason, p.id);
  end if;
  perform orderly_touch(p.id);
  return p.id;
end $$;

-- Takes an order of the site under our care. From the site itself only orders made since the cutover; a person may name any.
create or replace function public.orderly_adopt_order(p_order text, p_source text, p_actor text, p_deadline_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  o jsonb;
  p orderly_purchases;
  game boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended('orderly:order:' || p_order, 0));
  select to_jsonb(x) into o from orders x where x.id::text = p_order;
  if o is null then
    return jsonb_build_object('outcome', 'unknown');
  end if;
  if o ->> 'stripe_sub_id' is not null then
    perform pg_advisory_xact_lock(hashtextextended('orderly:' || (o ->> 'stripe_sub_id'), 0));
  end if;
  select * into p from orderly_purchases where order_id = p_order
    or (o ->> 'stripe_sub_id' is not null and subscription_id = o ->> 'stripe_sub_id' and order_id is not null)
  order by (order_id = p_order) desc limit 1;
  if found then
    return jsonb_build_object('outcome', case when p.order_id = p_order then 'known' else 'same_purchase' end,
      'purchase_id', p.id, 'order_id', p.order_id);
  end if;
  game := o ->> 'item_type' is not distinct from 'game';
  if not game then
    return jsonb_build_object('outcome', 'not_a_game', 'detail', coalesce(o ->> 'item_type', 'no item_type'));
  elsif o ->> 'pterodactyl_server_id' is not null then
    return jsonb_build_object('outcome', 'has_server', 'detail', o ->> 'pterodactyl_server_id');
  elsif o ->> 'status' <> 'paid' then
    return jsonb_build_object('outcome', 'not_paid', 'detail', o ->> 'status');
  elsif p_source = 'site' and exists (select from orderly_stops where subscription_id = o ->> 'stripe_sub_id') then
    return jsonb_build_object('outcome', 'not_paid', 'detail', (select reason from orderly_stops where subscription_id = o ->> 'stripe_sub_id'));
  elsif p_source = 'site' and (o ->> 'created_at')::timestamptz < (orderly_setting('cutover_at') #>> '{}')::timestamptz then
    return jsonb_build_object('outcome', 'legacy');
  end if;
  insert into orderly_purchases (id, order_id, source, subscription_id, user_id, item_type, plan_id, server_name, region, payment,
    bought_at, paid_at, look_at, deadline_at, created_at, updated_at)
  values (p_order, p_order, p_source, o ->> 'stripe_sub_id', o ->> 'user_id', o ->> 'item_type', o ->> 'plan_id', o ->> 'server_name',
    o ->> 'region', 'paid', (o ->> 'created_at')::timestamptz, orderly_now(), orderly_now(),
    orderly_now() + p_deadline_ms * interval '1 millisecond', orderly_now(), orderly_now())
  on conflict do nothing;
  if not found then
    return jsonb_build_object('outcome', 'known', 'purchase_id', p_order, 'order_id', p_order);
  end if;
  perform orderly_note(p_order, 'order_adopted', p_order, p_actor);
  perform orderly_touch(p_order);
  return jsonb_build_object('outcome', 'taken', 'purchase_id', p_order, 'order_id', p_order);
end $$;

-- The hint of a purchase that is to be looked at; null when it is not.
create function public.orderly_hint(p_purchase text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('kind', 'order', 'id', id, 'version', version, 'look_at', look_at)
  from orderly_purchases where id = p_purchase and look_at is not null
$$;

-- Puts a purchase back to work at once, with a fresh deadline. Safe at any time: provisioning is ensure, never create.
create or replace function public.orderly_retry(p_purchase text, p_actor text, p_deadline_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  pause orderly_pauses;
  before jsonb;
begin
  p := orderly_lock_purchase(p_purchase);
  if p.id is null then
    return jsonb_build_object('outcome', 'unknown');
  end if;
  before := jsonb_build_object('purchase_id', p.id, 'by', p.retried_by, 'at', p.retried_at);
  if p.closed_at is not null then
    return before || jsonb_build_object('outcome', 'closed', 'detail', p.close_reason);
  elsif p.payment <> 'paid' then
    return before || jsonb_build_object('outcome', 'not_paid');
  elsif p.order_id is not null and p.item_type is distinct from 'game' then
    return before || jsonb_build_object('outcome', 'not_a_game', 'detail', p.item_type);
  elsif p.failure_code = 'server_gone' and p.panel_server_id is not null then
    update orderly_purchases set look_at = orderly_now(), retried_at = orderly_now(), retried_by = p_actor where id = p.id;
    perform orderly_note(p.id, 'retry', 'is the server back?', p_actor);
    perform orderly_touch(p.id);
    return before || jsonb_build_object('outcome', 'looking_for_server', 'detail', p.panel_server_id::text);
  elsif p.install = 'ready' then
    return before || jsonb_build_object('outcome', 'already_provisioned');
  elsif p.panel_server_id is not null and p.install = 'installing' then
    return before || jsonb_build_object('outcome', 'installing');
  elsif p.panel_server_id is not null then
    -- The install failed: its status is read again, and the one who pressed is asked whether it shall run again.
    if p.look_at is null then
      update orderly_purchases set look_at = orderly_now(), retried_at = orderly_now(), retried_by = p_actor,
        -- Who says "look again" after a suspension has seen the server: what the panel says now counts.
        install_suspended = false where id = p.id;
      perform orderly_note(p.id, 'retry', 'read the install again', p_actor);
      perform orderly_touch(p.id);
    end if;
    return before || jsonb_build_object('outcome', 'reading_install', 'detail', p.install);
  elsif p.lease_until > orderly_now() or (p.look_at <= orderly_now() and p.retried_at > orderly_now() - interval '1 minute') then
    return before || jsonb_build_object('outcome', 'already_running');
  end if;
  pause := orderly_pause_of(p);
  if pause.id is not null and p.order_id is not null then
    return before || jsonb_build_object('outcome', 'paused', 'detail', pause.reason, 'by', pause.started_by, 'at', pause.until);
  end if;
  update orderly_purchases set attempts = 0, retried_at = orderly_now(), retried_by = p_actor,
    deadline_at = orderly_now() + p_deadline_ms * interval '1 millisecond',
    look_at = case when order_id is null then look_at else orderly_now() end
  where id = p.id;
  -- It goes first: what it finds counts for all that wait for the same cause.
  update orderly_incidents set canary = p.id where id = p.incident_id and closed_at is null;
  perform orderly_note(p.id, 'retry', null, p_actor);
  if p.order_id is null then
    -- The catalogue may have been mended since: the same decision once more.
    perform orderly_leave_incident(p.id, 'looked at again');
    update orderly_purchases set problem_code = case when problem_code in ('unknown_plan', 'unknown_region', 'unknown_term', 'order_refused')
      then null else problem_code end where id = p.id returning * into p;
    if p.problem_code is not null then
      perform orderly_set_problem(p.id, p.problem_code, p.problem_detail);
    else
      perform orderly_become_order(p.id, p_deadline_ms);
    end if;
  end if;
  perform orderly_touch(p.id);
  select * into p from orderly_purchases where id = p.id;
  return jsonb_build_object('outcome', case when p.problem_code is null then 'retrying' else 'still_rejected' end,
    'purchase_id', p.id, 'detail', p.problem_detail, 'hint', orderly_hint(p.id));
end $$;

-- Retry of an incident: every order of it that waits goes on, one after the other.
create function public.orderly_retry_incident(p_incident text, p_actor text, p_pace_ms bigint, p_deadline_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  i orderly_incidents;
  first text;
  released integer;
begin
  select * into i from orderly_incidents where id::text = p_incident for update;
  if not found then
    return jsonb_build_object('outcome', 'unknown');
  elsif i.closed_at is not null then
    return jsonb_build_object('outcome', 'over', 'detail', i.close_reason);
  end if;
  if i.class = 'outage' then
    -- One finds out for all, so that an outage that goes on costs one request and not fifty.
    select p.id into first from orderly_incident_purchases ip join orderly_purchases p on p.id = ip.purchase_id
    where ip.incident_id = i.id and ip.left_at is null and p.incident_id = i.id and p.look_at is null and p.closed_at is null
    order by ip.joined_at, p.id limit 1;
    if first is null then
      return jsonb_build_object('outcome', 'already_running');
    end if;
    return orderly_retry(first, p_actor, p_deadline_ms) || jsonb_build_object('waiting', (
      select count(*) from orderly_incident_purchases where incident_id = i.id and left_at is null));
  end if;
  update orderly_purchases set retried_at = orderly_now(), retried_by = p_actor where incident_id = i.id and look_at is null;
  released := orderly_release(i.id, null, p_pace_ms, p_deadline_ms);
  -- Those that have a server are looked at again, all in one round.
  for first in
    update orderly_purchases set look_at = orderly_now()
    where incident_id = i.id and panel_server_id is not null and look_at is null and closed_at is null returning id
  loop
    perform orderly_note(first, 'retry', 'looked at again', p_actor);
    perform orderly_touch(first);
    released := released + 1;
  end loop;
  if released = 0 then
    return jsonb_build_object('outcome', 'already_running');
  end if;
  return jsonb_build_object('outcome', 'retrying', 'count', released, 'hint', (
    select orderly_hint(p.id) from orderly_purchases p where p.incident_id = i.id and p.look_at is not null order by p.look_at limit 1));
end $$;

-- Staff say that nothing more is to be done. A server that exists stays as it is.
create function public.orderly_close(p_purchase text, p_actor text, p_reason text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
begin
  p := orderly_lock_purchase(p_purchase);
  if p.id is null then
    return jsonb_build_object('outcome', 'unknown');
  elsif p.closed_at is not null then
    return jsonb_build_object('outcome', 'closed', 'detail', p.close_reason, 'purchase_id', p.id);
  end if;
  update orderly_purchases set closed_at = orderly_now(), close_reason = left('closed by ' || p_actor || ': ' || p_reason, 300),
    look_at = case when create_sent_at is null or panel_server_id is not null then null else orderly_now() end where id = p.id;
  perform orderly_note(p.id, 'closed', p_reason, p_actor);
  perform orderly_give_up(p.id, 'closed by ' || p_actor);
  perform orderly_touch(p.id);
  return jsonb_build_object('outcome', 'closed_now', 'purchase_id', p.id, 'detail', p.panel_server_id::text, 'hint', orderly_hint(p.id));
end $$;

-- Ties a server of the panel, that a person looked at, to an order. {"server_id", "identifier", "panel_user_id", "panel_node_id",
-- "node_name", "address"}. Whoever works on the order at that moment loses its lease: its writes change nothing any more.
create function public.orderly_link(p_purchase text, p_actor text, p_server jsonb, p_pace_ms bigint, p_deadline_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  other text;
begin
  p := orderly_lock_purchase(p_purchase);
  if p.id is null then
    return jsonb_build_object('outcome', 'unknown');
  elsif p.payment <> 'paid' then
    return jsonb_build_object('outcome', 'not_paid', 'purchase_id', p.id);
  elsif p.order_id is null then
    return jsonb_build_object('outcome', 'no_order', 'purchase_id', p.id);
  elsif p.closed_at is not null then
    return jsonb_build_object('outcome', 'closed', 'detail', p.close_reason, 'purchase_id', p.id);
  elsif p.panel_server_id is not null and p.failure_code is distinct from 'server_gone' then
    return jsonb_build_object('outcome', 'has_server', 'detail', p.panel_server_id::text, 'purchase_id', p.id);
  elsif p.create_sent_at is not null and p.failure_code is distinct from 'server_mismatch' then
    -- What it makes, or made, would be a second server that nobody knows of.
    return jsonb_build_object('outcome', 'create_out', 'purchase_id', p.id);
  end if;
  select id into other from orderly_purchases where panel_server_id = (p_server ->> 'server_id')::bigint and id <> p.id limit 1;
  if found then
    return jsonb_build_object('outcome', 'server_taken', 'detail', other, 'purchase_id', p.id);
  end if;
  update orderly_purchases set panel_server_id = (p_server ->> 'server_id')::bigint, panel_identifier = p_server ->> 'identifier',
    panel_user_id = (p_server ->> 'panel_user_id')::bigint, panel_node_id = (p_server ->> 'panel_node_id')::bigint,
    node_name = p_server ->> 'node_name', address = p_server ->> 'address', provisioned_at = orderly_now(), install = 'installing',
    install_since = orderly_now(), install_suspended = false, attempts = 0, failure_code = null, failure_detail = null, failed_at = null,
    lease_token = lease_token + 1, lease_until = null, lease_holder = null, look_at = orderly_now() where id = p.id;
  update orderly_attempts set ended_at = orderly_now(), outcome = 'closed', detail = 'a server was linked by hand'
  where purchase_id = p.id and ended_at is null;
  delete from orderly_reservations where purchase_id = p.id;
  perform orderly_set_order(p.order_id, jsonb_build_object('status', 'provisioned', 'pterodactyl_server_id', p_server ->> 'server_id'));
  perform orderly_note(p.id, 'linked', format('server %s', p_server ->> 'server_id'), p_actor);
  -- A person's hand proves nothing about the cause: the others of its incident go on waiting.
  perform orderly_leave_incident(p.id, 'linked by ' || p_actor);
  perform orderly_touch(p.id);
  return jsonb_build_object('outcome', 'linked', 'purchase_id', p.id, 'detail', p_server ->> 'server_id');
end $$;

-- Runs the install of a server again, after it failed or never ended; never of one that may be in use.
create function public.orderly_reinstall(p_purchase text, p_actor text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
begin
  p := orderly_lock_purchase(p_purchase);
  if p.id is null then
    return jsonb_build_object('outcome', 'unknown');
  elsif p.closed_at is not null then
    return jsonb_build_object('outcome', 'closed', 'detail', p.close_reason, 'purchase_id', p.id);
  elsif p.install is null or p.failure_code = 'server_gone' then
    return jsonb_build_object('outcome', 'no_server', 'purchase_id', p.id);
  elsif p.install = 'ready' then
    return jsonb_build_object('outcome', 'already_provisioned', 'purchase_id', p.id);
  elsif p.install = 'installing' or p.reinstall_at is not null then
    return jsonb_build_object('outcome', 'installing', 'purchase_id', p.id, 'by', p.retried_by, 'at', p.retried_at);
  end if;
  update orderly_purchases set reinstall_at = orderly_now(), look_at = orderly_now(), retried_at = orderly_now(), retried_by = p_actor
  where id = p.id;
  perform orderly_note(p.id, 'reinstall', null, p_actor);
  perform orderly_touch(p.id);
  return jsonb_build_object('outcome', 'reinstalling', 'purchase_id', p.id, 'hint', orderly_hint(p.id));
end $$;

-- A new server for an order whose server is gone: only by a person who typed the beginning of the order's id (P3). The old one
-- is looked for once more before anything is made.
create function public.orderly_make_again(p_purchase text, p_actor text, p_typed text, p_deadline_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
begin
  p := orderly_lock_purchase(p_purchase);
  if p.id is null then
    return jsonb_build_object('outcome', 'unknown');
  elsif p.closed_at is not null then
    return jsonb_build_object('outcome', 'closed', 'detail', p.close_reason, 'purchase_id', p.id);
  elsif p.failure_code is distinct from 'server_gone' or p.panel_server_id is null then
    return jsonb_build_object('outcome', 'not_gone', 'detail', p.panel_server_id::text, 'purchase_id', p.id);
  elsif lower(trim(p_typed)) <> left(p.order_id, 8) then
    return jsonb_build_object('outcome', 'confirm_again', 'detail', left(p.order_id, 8), 'purchase_id', p.id);
  end if;
  update orderly_purchases set panel_server_id = null, panel_identifier = null, panel_node_id = null, node_name = null, address = null,
    allocation_id = null, install = null, install_since = null, install_suspended = false, provisioned_at = null, ready_at = null,
    failure_code = null, failure_detail = null, failed_at = null, create_sent_at = null, attempts = 0, look_at = orderly_now(),
    deadline_at = orderly_now() + p_deadline_ms * interval '1 millisecond', retried_at = orderly_now(), retried_by = p_actor
  where id = p.id;
  delete from orderly_reservations where purchase_id = p.id;
  perform orderly_set_order(p.order_id, '{"status": "paid", "pterodactyl_server_id": null}');
  perform orderly_note(p.id, 'made_again', format('server %s is gone', p.panel_server_id), p_actor);
  perform orderly_leave_incident(p.id, 'made again by ' || p_actor);
  perform orderly_touch(p.id);
  return jsonb_build_object('outcome', 'retrying', 'purchase_id', p.id, 'hint', orderly_hint(p.id));
end $$;

-- A node of the catalogue by its name, its row or the panel's number; null when there is none.
create function public.orderly_node_named(p_name text) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select (n ->> 'panel_node_id')::bigint from jsonb_array_elements(orderly_nodes()) n
  where n ->> 'panel_node_id' is not null and p_name in (n ->> 'name', n ->> 'panel_node_id', n ->> 'id')
  order by (n ->> 'name' = p_name) desc limit 1
$$;

-- Holds provisioning for a while: {"scope", "subject", "reason", "minutes"}. What is paused already gets the new end and reason.
create function public.orderly_pause(p_actor text, input jsonb, p_pace_ms bigint, p_deadline_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  pause orderly_pauses;
  named text := input ->> 'subject';
  before bigint;
  affected record;
  held integer := 0;
begin
  case input ->> 'scope'
    when 'panel' then named := '';
    when 'node' then named := orderly_node_named(named)::text;
    when 'region' then
      if not exists (select from jsonb_array_elements(orderly_nodes()) n where n ->> 'region' = named) then
        named := null;
      end if;
    when 'plan' then
      if orderly_plan(named) is null then
        named := null;
      end if;
  end case;
  if named is null then
    return jsonb_build_object('outcome', 'unknown_subject', 'detail', input ->> 'subject');
  end if;
  update orderly_pauses set ended_at = orderly_now(), ended_by = p_actor
  where scope = input ->> 'scope' and subject = named and ended_at is null returning id into before;
  insert into orderly_pauses (scope, subject, reason, started_at, started_by, until)
  values (input ->> 'scope', named, input ->> 'reason', orderly_now(), p_actor,
    orderly_now() + (input ->> 'minutes')::integer * interval '1 minute') returning * into pause;
  -- What a paused node holds is known only once no other node had room; it passes from the pause before to this one. Whether an
  -- earlier create made a server is found out all the same.
  for affected in
    select p.id from orderly_purchases p
    where p.look_at is not null and p.panel_server_id is null and p.closed_at is null and p.order_id is not null
      and p.create_sent_at is null and (p.lease_until is null or p.lease_until <= orderly_now())
      and (pause.scope = 'panel' or pause.scope = 'region' and p.region = pause.subject or pause.scope = 'plan' and p.plan_id = pause.subject
        or pause.scope = 'node' and p.paused_by = before)
    order by p.id for update
  loop
    perform orderly_hold(affected.id, pause, p_pace_ms, p_deadline_ms);
    held := held + 1;
  end loop;
  return jsonb_build_object('outcome', 'paused_now', 'pause_id', pause.id, 'count', held, 'at', pause.until, 'detail', pause.reason);
end $$;

-- Ends a pause early: its orders go on one after the other, and whoever has no server ten minutes later is overdue.
create function public.orderly_resume(p_actor text, p_pause text, p_pace_ms bigint, p_deadline_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  pause orderly_pauses;
  held record;
  place integer := 0;
begin
  select * into pause from orderly_pauses where id::text = p_pause for update;
  if not found then
    return jsonb_build_object('outcome', 'unknown_pause', 'detail', p_pause);
  elsif pause.ended_at is not null or pause.until <= orderly_now() then
    return jsonb_build_object('outcome', 'pause_over', 'by', pause.ended_by, 'at', coalesce(pause.ended_at, pause.until));
  end if;
  update orderly_pauses set ended_at = orderly_now(), ended_by = p_actor where id = pause.id;
  for held in
    select id from orderly_purchases where paused_by = pause.id and panel_server_id is null and closed_at is null
      and look_at > orderly_now() order by look_at, id for update
  loop
    update orderly_purchases set look_at = orderly_now() + place * p_pace_ms * interval '1 millisecond',
      deadline_at = orderly_now() + (place * p_pace_ms + p_deadline_ms) * interval '1 millisecond' where id = held.id;
    perform orderly_note(held.id, 'resumed', 'the pause ended', p_actor);
    perform orderly_touch(held.id);
    place := place + 1;
  end loop;
  return jsonb_build_object('outcome', 'resumed', 'count', place, 'detail', pause.reason);
end $$;

-- The pauses that hold now, the first to end first.
create function public.orderly_active_pauses(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('status', 'ok', 'pauses', (
    select coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('name', case a.scope when 'node' then (
        select n ->> 'name' from jsonb_array_elements(orderly_nodes()) n where n ->> 'panel_node_id' = a.subject limit 1)
      else a.subject end, 'held', (select count(*) from orderly_purchases where paused_by = a.id and panel_server_id is null)) order by a.until), '[]')
    from orderly_pauses a where a.ended_at is null and a.until > orderly_now()))
$$;

-- A press or a command that acts: recorded once by its interaction id, in the same transaction as what it does (P8).
-- Input: {"interaction", "actor_id", "actor_name", "action": retry | retry_incident | provision | close | link | reinstall | pause | resume |
-- refused, "target", "deadline_ms", "pace_ms", "detail", "node", "again", "server", "pause"}.
create or replace function public.orderly_act(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  actor text := left(input ->> 'actor_name', 80);
  deadline bigint := (input ->> 'deadline_ms')::bigint;
  pace bigint := coalesce((input ->> 'pace_ms')::bigint, 1000);
  target text := input ->> 'target';
  purchase text;
  node bigint;
  done jsonb;
begin
  insert into orderly_staff_actions (interaction_id, at, actor_id, actor_name, action, target, outcome)
  values (input ->> 'interaction', orderly_now(), input ->> 'actor_id', actor, input ->> 'action', left(target, 200), 'recorded')
  on conflict do nothing;
  if not found then
    return jsonb_build_object('status', 'repeated', 'outcome', (
      select outcome from orderly_staff_actions where interaction_id = input ->> 'interaction'));
  end if;
  if input ->> 'action' not in ('refused', 'pause', 'resume', 'retry_incident') then
    select id into purchase from orderly_purchases where target in (id, session_id, order_id) limit 1;
  end if;
  case input ->> 'action'
    when 'refused' then
      done := jsonb_build_object('outcome', 'refused', 'detail', input ->> 'detail');
    when 'pause' then
      done := orderly_pause(actor, input -> 'pause', pace, deadline);
    when 'resume' then
      done := orderly_resume(actor, target, pace, deadline);
    when 'retry_incident' then
      done := orderly_retry_incident(target, actor, pace, deadline);
    when 'close' then
      done := orderly_close(purchase, actor, input ->> 'detail');
    when 'link' then
      done := orderly_link(purchase, actor, input -> 'server', pace, deadline);
    when 'reinstall' then
      done := orderly_reinstall(purchase, actor);
    else
      if input ->> 'node' is not null then
        node := orderly_node_named(input ->> 'node');
        if node is null then
          done := jsonb_build_object('outcome', 'unknown_node', 'detail', input ->> 'node');
        end if;
      end if;
      if done is null and purchase is null and input ->> 'action' = 'provision' then
        done := orderly_adopt_order(target, 'staff', actor, deadline);
        purchase := case when done ->> 'outcome' in ('known', 'same_purchase') then done ->> 'purchase_id' end;
        if done ->> 'outcome' = 'taken' then
          update orderly_purchases set node_asked = node where id = done ->> 'purchase_id';
          done := done || jsonb_build_object('outcome', 'retrying', 'hint', orderly_hint(done ->> 'purchase_id'));
        elsif purchase is not null then
          done := null;
        end if;
      end if;
      if done is null and purchase is not null and input ->> 'again' is not null then
        done := orderly_make_again(purchase, actor, input ->> 'again', deadline);
      elsif done is null and purchase is not null then
        done := orderly_retry(purchase, actor, deadline);
        -- Who comes second changes nothing of what the first one asked for.
        if done ->> 'outcome' = 'retrying' then
          update orderly_purchases set node_asked = node where id = purchase and node_asked is distinct from node;
        end if;
      end if;
  end case;
  done := coalesce(done, jsonb_build_object('outcome', 'unknown'));
  update orderly_staff_actions set outcome = done ->> 'outcome', detail = left(done ->> 'detail', 300)
  where interaction_id = input ->> 'interaction';
  return done || jsonb_build_object('status', 'ok');
end $$;

-- The messages that are behind their rows, with all that is needed to write them: failures before first messages before progress.
create or replace function public.orderly_next_messages(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  most integer := least(coalesce((p::jsonb ->> 'limit')::integer, 10), 50);
begin
  return jsonb_build_object('status', 'ok', 'messages', (
    select coalesce(jsonb_agg(to_jsonb(m) || jsonb_build_object(
      'purchase', case when m.kind = 'purchase' then orderly_view(m.subject) end,
      'incident', case when m.kind = 'alert' then (
        select to_jsonb(i) || jsonb_build_object(
          'joined', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id),
          'inside', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id and ip.left_at is null),
          'recovered', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id and ip.recovered_at is not null),
          'given_up', (select count(*) from orderly_incident_purchases ip join orderly_purchases x on x.id = ip.purchase_id
            where ip.incident_id = i.id and ip.recovered_at is null and x.closed_at is not null),
          'purchases', (select coalesce(jsonb_agg(orderly_view(ip.purchase_id) order by ip.joined_at), '[]') from (
            select * from orderly_incident_purchases x where x.incident_id = i.id order by x.left_at is not null, x.joined_at limit 5) ip))
        from orderly_incidents i where i.id::text = m.subject) end
    ) order by m.rank, m.id), '[]')
    from (
      select *, case when kind = 'alert' and message_id is null then 0 when message_id is null then 1 else 2 end as rank
      from orderly_messages
      where shown_version < wanted_version and (next_try_at is null or next_try_at <= orderly_now())
      order by rank, id limit most
    ) m
  ));
end $$;

select public.orderly_lock_down();
