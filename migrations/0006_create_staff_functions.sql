-- What people do and what they see: actions, the site's own call, search, and the messages that have to follow (P6, P7, P8).
-- Old code runs on this schema: yes.

-- Puts a purchase back to work at once, with a fresh deadline. Safe at any time: provisioning is ensure, never create.
create function public.orderly_retry(p_purchase text, p_actor text, p_deadline_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  before jsonb;
begin
  select * into p from orderly_purchases where id = p_purchase for update;
  if not found then
    return jsonb_build_object('outcome', 'unknown');
  end if;
  before := jsonb_build_object('purchase_id', p.id, 'by', p.retried_by, 'at', p.retried_at);
  if p.closed_at is not null then
    return before || jsonb_build_object('outcome', 'closed', 'detail', p.close_reason);
  elsif p.payment <> 'paid' then
    return before || jsonb_build_object('outcome', 'not_paid');
  elsif p.order_id is not null and p.item_type is distinct from 'game' then
    return before || jsonb_build_object('outcome', 'not_a_game', 'detail', p.item_type);
  elsif p.install = 'ready' then
    return before || jsonb_build_object('outcome', 'already_provisioned');
  elsif p.panel_server_id is not null and p.install = 'installing' then
    return before || jsonb_build_object('outcome', 'installing');
  elsif p.lease_until > orderly_now() or (p.look_at <= orderly_now() and p.retried_at > orderly_now() - interval '1 minute') then
    return before || jsonb_build_object('outcome', 'already_running');
  end if;
  update orderly_purchases set attempts = 0, retried_at = orderly_now(), retried_by = p_actor,
    deadline_at = orderly_now() + p_deadline_ms * interval '1 millisecond',
    look_at = case when order_id is null then look_at else orderly_now() end,
    install = case when install in ('failed', 'never_finished') then 'installing' else install end
  where id = p.id;
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
    'purchase_id', p.id, 'detail', p.problem_detail,
    'hint', case when p.look_at is not null then
      jsonb_build_object('kind', 'order', 'id', p.id, 'version', p.version, 'look_at', p.look_at) end);
end $$;

-- Takes an order of the site under our care. From the site itself only orders made since the cutover; a person may name any.
create function public.orderly_adopt_order(p_order text, p_source text, p_actor text, p_deadline_ms bigint) returns jsonb
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

-- POST /servers-provision: {"order_id", "deadline_ms"}.
create function public.orderly_provision_order(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  taken jsonb;
  row orderly_purchases;
begin
  taken := orderly_adopt_order(input ->> 'order_id', 'site', 'the site', (input ->> 'deadline_ms')::bigint);
  select * into row from orderly_purchases where id = taken ->> 'purchase_id';
  if row.id is null then
    return taken || jsonb_build_object('status', 'ok');
  end if;
  return taken || jsonb_build_object('status', 'ok', 'order_id', row.order_id, 'closed', row.closed_at is not null,
    'close_reason', row.close_reason, 'item_type', row.item_type,
    'order_status', (select status::text from orders where id::text = row.order_id),
    'server_id', row.panel_server_id,
    'hint', case when row.look_at is not null and row.closed_at is null then
      jsonb_build_object('kind', 'order', 'id', row.id, 'version', row.version, 'look_at', row.look_at) end);
end $$;

-- A press or a command that acts: recorded once by its interaction id, in the same transaction as what it does (P8).
-- Input: {"interaction", "actor_id", "actor_name", "action": retry | provision | refused, "target", "deadline_ms", "detail"}.
create function public.orderly_act(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  actor text := left(input ->> 'actor_name', 80);
  deadline bigint := (input ->> 'deadline_ms')::bigint;
  purchase text;
  done jsonb;
begin
  insert into orderly_staff_actions (interaction_id, at, actor_id, actor_name, action, target, outcome)
  values (input ->> 'interaction', orderly_now(), input ->> 'actor_id', actor, input ->> 'action', left(input ->> 'target', 200), 'recorded')
  on conflict do nothing;
  if not found then
    return jsonb_build_object('status', 'repeated', 'outcome', (
      select outcome from orderly_staff_actions where interaction_id = input ->> 'interaction'));
  end if;
  case input ->> 'action'
    when 'refused' then
      done := jsonb_build_object('outcome', 'refused', 'detail', input ->> 'detail');
    else
      select id into purchase from orderly_purchases where input ->> 'target' in (id, session_id, order_id) limit 1;
      if purchase is null and input ->> 'action' = 'provision' then
        done := orderly_adopt_order(input ->> 'target', 'staff', actor, deadline);
        purchase := case when done ->> 'outcome' in ('known', 'same_purchase') then done ->> 'purchase_id' end;
        if done ->> 'outcome' = 'taken' then
          done := done || jsonb_build_object('outcome', 'retrying', 'hint', (
            select jsonb_build_object('kind', 'order', 'id', id, 'version', version, 'look_at', look_at)
            from orderly_purchases where id = done ->> 'purchase_id'));
        end if;
      end if;
      if purchase is not null then
        done := orderly_retry(purchase, actor, deadline);
      end if;
      done := coalesce(done, jsonb_build_object('outcome', 'unknown'));
  end case;
  update orderly_staff_actions set outcome = done ->> 'outcome', detail = left(done ->> 'detail', 300)
  where interaction_id = input ->> 'interaction';
  return done || jsonb_build_object('status', 'ok');
end $$;

-- Purchases by the beginning of an id, session, subscription, e-mail or server name: {"query", "limit"}; newest first. An empty query: the newest.
create function public.orderly_search(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  raw text := coalesce(input ->> 'query', '');
  q text := replace(replace(replace(raw, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  most integer := least(coalesce((input ->> 'limit')::integer, 25), 100);
begin
  return jsonb_build_object('status', 'ok', 'purchases', (
    select coalesce(jsonb_agg(to_jsonb(hit) order by hit.created_at desc), '[]') from (
      select p.id, p.order_id, p.session_id, p.server_name, p.email, p.plan_id, p.payment, p.problem_code, p.install, p.failure_code,
        p.item_type, p.closed_at, p.provisioned_at, p.order_id is null as without_order, p.created_at
      from orderly_purchases p
      where raw = '' or p.id like q or p.session_id like q or p.order_id like q or p.subscription_id = raw
        or lower(p.server_name) like lower(q) or lower(p.email) like lower(q) or p.panel_server_id::text = raw
      order by p.created_at desc limit most
    ) hit
  ));
end $$;

-- One purchase, by any of its exact ids; a site's order that is not ours is shown as legacy.
create function public.orderly_find(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  target text := p::jsonb ->> 'target';
  purchase text;
  legacy jsonb;
begin
  select id into purchase from orderly_purchases
  where id = target or session_id = target or order_id = target or subscription_id = target
  order by (id = target) desc, created_at desc limit 1;
  if purchase is not null then
    return jsonb_build_object('status', 'found', 'purchase', orderly_view(purchase));
  end if;
  select to_jsonb(o) into legacy from orders o where o.id::text = target;
  if legacy is null then
    return jsonb_build_object('status', 'unknown');
  end if;
  return jsonb_build_object('status', 'legacy', 'order', legacy);
end $$;

-- The messages that are behind their rows, with all that is needed to write them: failures before first messages before progress.
create function public.orderly_next_messages(p text) returns jsonb
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

-- What became of a message: {"id", "generation", "outcome": sending | shown | gone | failed, "version", "channel_id", "message_id",
-- "retry_in_ms", "error"}. An answer about an older generation changes nothing.
create function public.orderly_shown(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
begin
  case input ->> 'outcome'
    when 'sending' then
      update orderly_messages set sending_at = orderly_now()
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

select public.orderly_lock_down();
