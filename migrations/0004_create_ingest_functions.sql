-- From a Stripe event to a purchase and its order, in one transaction (P1, P2).
-- What an event means is decided in the pure code of src/orders and src/stripe and arrives here as `effect`; what depends
-- on rows (is the plan known, is there an order already) is decided here.
-- Old code runs on this schema: yes.

-- Why this paid purchase can't become an order, by the catalogue; null when it can.
create function public.orderly_catalogue_problem(p orderly_purchases) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  plan jsonb;
  terms jsonb;
begin
  if p.item_type is distinct from 'game' then
    return null;
  end if;
  plan := orderly_plan(p.plan_id);
  if plan is null then
    return jsonb_build_object('code', 'unknown_plan', 'detail', format('no row in plans with id "%s"', left(p.plan_id, 80)));
  end if;
  if not exists (select from jsonb_array_elements(orderly_nodes()) n where n ->> 'region' = p.region) then
    return jsonb_build_object('code', 'unknown_region',
      'detail', format('no row in ptero_nodes with region "%s"', left(p.region, 80)));
  end if;
  terms := plan -> 'terms';
  if jsonb_typeof(terms) = 'array' and jsonb_array_length(terms) > 0 and not terms ? p.term then
    return jsonb_build_object('code', 'unknown_term', 'detail',
      format('plan "%s" lists the terms %s, not "%s"', p.plan_id, terms, left(p.term, 80)));
  end if;
  return null;
end $$;

-- The order row of a paid purchase: the one that the site's own webhook made for the same subscription, or a new one.
create function public.orderly_make_order(p orderly_purchases, out made_order text, out adopted boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  fields jsonb;
  columns text;
  id_type text;
begin
  adopted := false;
  if p.subscription_id is not null then
    select o.id::text into made_order from orders o
    where o.stripe_sub_id = p.subscription_id
      and not exists (select from orderly_purchases other where other.order_id = o.id::text)
    order by o.created_at limit 1;
    if found then
      adopted := true;
      return;
    end if;
  end if;
  fields := jsonb_strip_nulls(jsonb_build_object('user_id', p.user_id, 'plan_id', p.plan_id, 'item_type', p.item_type,
    'server_name', p.server_name, 'status', 'paid', 'stripe_sub_id', p.subscription_id, 'created_at', orderly_now()));
  select format_type(a.atttypid, null) into id_type from pg_attribute a
  where a.attrelid = 'public.orders'::regclass and a.attname = 'id';
  -- A numeric key can't be made from a session id: there the column's own default gives it.
  if id_type in ('uuid', 'text', 'character varying') then
    fields := fields || jsonb_build_object('id', p.id);
    perform from orders o where o.id::text = p.id;
    if found then
      made_order := p.id;
      return;
    end if;
  end if;
  select string_agg(quote_ident(key), ', ') into columns from jsonb_object_keys(fields) key;
  execute format(
    'insert into public.orders (%1$s) select %1$s from jsonb_populate_record(null::public.orders, $1) returning id::text', columns
  ) into made_order using fields;
end $$;

-- A paid purchase that can't become an order: a message, an alert, and never silence.
create function public.orderly_set_problem(p_purchase text, p_code text, p_detail text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update orderly_purchases set problem_code = p_code, problem_detail = p_detail where id = p_purchase;
  perform orderly_note(p_purchase, 'rejected', p_code || ': ' || p_detail);
  perform orderly_join_incident('purchase:' || p_purchase, p_code, 'order', 'alert', p_detail, p_purchase);
end $$;

-- Makes the order of a paid purchase, or says why that can't be.
create function public.orderly_become_order(p_purchase text, p_deadline_ms bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  problem jsonb;
  made record;
begin
  select * into p from orderly_purchases where id = p_purchase;
  if p.order_id is not null or p.closed_at is not null or p.payment <> 'paid' or p.problem_code is not null then
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

-- One checkout session, as its purchase. Payment never goes back: an older event changes nothing.
create function public.orderly_apply_session(p_facts jsonb, p_deadline_ms bigint) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  f record;
  p orderly_purchases;
begin
  select * into f from jsonb_to_record(p_facts) as r(purchase_id text, session_id text, subscription_id text, customer_id text,
    payment_intent_id text, invoice_id text, livemode boolean, user_id text, item_type text, plan_id text, term text, region text,
    server_name text, email text, amount_minor bigint, currency text, note text, bought_at timestamptz, payment text, problem jsonb);
  select * into p from orderly_purchases where session_id = f.session_id for update;
  if not found and f.subscription_id is not null then
    -- The site handed this order over before Stripe's event came.
    select * into p from orderly_purchases where subscription_id = f.subscription_id and session_id is null
    order by created_at limit 1 for update;
    if found then
      update orderly_purchases set session_id = f.session_id, term = coalesce(term, f.term), region = coalesce(region, f.region),
        email = coalesce(email, f.email), customer_id = f.customer_id, invoice_id = f.invoice_id, livemode = f.livemode,
        amount_minor = f.amount_minor, currency = f.currency, bought_at = f.bought_at where id = p.id;
      perform orderly_note(p.id, 'session_linked', f.session_id);
      perform orderly_touch(p.id);
      return p.id;
    end if;
  end if;
  if p.id is null and f.payment = 'expired' then
    return null; -- a cart that was left: nobody waits for it
  elsif p.id is null then
    insert into orderly_purchases (id, session_id, source, subscription_id, customer_id, payment_intent_id, invoice_id, livemode,
      user_id, item_type, plan_id, term, region, server_name, email, amount_minor, currency, note, bought_at, payment,
      created_at, updated_at)
    values (f.purchase_id, f.session_id, 'stripe', f.subscription_id, f.customer_id, f.payment_intent_id, f.invoice_id, f.livemode,
      f.user_id, f.item_type, f.plan_id, f.term, f.region, f.server_name, f.email, f.amount_minor, f.currency, f.note, f.bought_at,
      f.payment, orderly_now(), orderly_now())
    returning * into p;
  elsif p.payment = f.payment or p.payment = 'paid' or f.payment = 'waiting' then
    return p.id;
  else
    update orderly_purchases set payment = f.payment, subscription_id = coalesce(subscription_id, f.subscription_id),
      invoice_id = coalesce(invoice_id, f.invoice_id) where id = p.id returning * into p;
  end if;
  perform orderly_note(p.id, p.payment, case p.payment when 'waiting' then 'the payment is not confirmed yet' end);
  if p.payment = 'paid' then
    update orderly_purchases set paid_at = orderly_now(), closed_at = null, close_reason = null where id = p.id;
    if p_facts -> 'problem' ->> 'code' is not null then
      perform orderly_set_problem(p.id, p_facts -> 'problem' ->> 'code', p_facts -> 'problem' ->> 'detail');
    else
      perform orderly_become_order(p.id, p_deadline_ms);
    end if;
  elsif p.payment in ('failed', 'expired') then
    update orderly_purchases set closed_at = orderly_now(),
      close_reason = case p.payment when 'failed' then 'the payment failed' else 'the checkout expired' end where id = p.id;
  end if;
  perform orderly_touch(p.id);
  return p.id;
end $$;

-- The money went back, or is disputed: an order without a server stops, one with a server is for staff to decide.
create function public.orderly_stop(p_subscription text, p_reason text) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
begin
  select * into p from orderly_purchases where subscription_id = p_subscription order by created_at limit 1 for update;
  if not found or p.closed_at is not null then
    return p.id;
  end if;
  perform orderly_note(p.id, 'stopped', p_reason);
  if p.panel_server_id is null then
    -- A create that may be under way is looked up by the worker: what it made is then staff's to remove.
    update orderly_purchases set closed_at = orderly_now(), close_reason = p_reason,
      look_at = case when create_sent_at is null then null else orderly_now() end where id = p.id;
    perform orderly_leave_incident(p.id, p_reason);
  else
    perform orderly_join_incident('stopped:' || p.id, 'stopped_with_server', 'order', 'warning', p_reason, p.id);
  end if;
  perform orderly_touch(p.id);
  return p.id;
end $$;

-- Opens a warning that belongs to no purchase, once while it is open.
create function public.orderly_warn(p_fingerprint text, p_code text, p_severity text, p_detail text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform orderly_join_incident(p_fingerprint, p_code, 'deployment', p_severity, left(p_detail, 500), null);
  return jsonb_build_object('status', 'ok');
end $$;

-- What one event does. Returns the state to store and the purchase that it belongs to.
create function public.orderly_apply_effect(p_effect jsonb, p_deadline_ms bigint, out state text, out purchase text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  ignored jsonb := coalesce(orderly_setting('ignored_products'), '[]');
begin
  case p_effect ->> 'kind'
    when 'ignore' then state := 'ignored';
    when 'reject' then state := 'rejected';
    when 'ask' then state := 'received';
    when 'defer' then
      state := 'deferred';
      select id into purchase from orderly_purchases where subscription_id = p_effect ->> 'subscription_id' limit 1;
    when 'stop' then
      purchase := orderly_stop(p_effect ->> 'subscription_id', p_effect ->> 'reason');
      state := case when purchase is null then 'deferred' else 'processed' end;
    when 'session' then
      if p_effect -> 'facts' -> 'problem' ->> 'code' = 'metadata_missing' and jsonb_array_length(ignored) > 0 then
        if p_effect -> 'facts' -> 'products' is null or p_effect -> 'facts' -> 'products' = 'null' then
          -- Which product it was stands only in Stripe: asked before anybody is woken.
          state := 'received';
          return;
        end if;
        if ignored @> (p_effect -> 'facts' -> 'products') then
          state := 'ignored';
          return;
        end if;
      end if;
      purchase := orderly_apply_session(p_effect -> 'facts', p_deadline_ms);
      state := case when purchase is null then 'ignored'
        when exists (select from orderly_purchases where id = purchase and problem_code is not null) then 'rejected'
        else 'processed' end;
  end case;
end $$;

-- Stores events and all that follows from each. Input: {"deadline_ms": n, "events": [{id, type, livemode, api_version, made_at,
-- raw, session_id, subscription_id, effect}]}. Output: one entry an event, by id. An event that breaks a rule is stored as rejected and never fails
-- its neighbours; what says nothing about the event (no space, no connection) fails the call, and Stripe sends it again.
create function public.orderly_ingest(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  e jsonb;
  answers jsonb := '[]';
  done record;
  lock_key text;
begin
  for e in select value from jsonb_array_elements(input -> 'events') order by value ->> 'id' loop
    -- Two events, or the site's own call, about one purchase wait for each other here.
    for lock_key in
      select k from unnest(array[e ->> 'session_id', e ->> 'subscription_id']) k where k is not null order by k
    loop
      perform pg_advisory_xact_lock(hashtextextended('orderly:' || lock_key, 0));
    end loop;
    insert into orderly_events (id, type, livemode, api_version, made_at, received_at, state, subscription_id, raw)
    values (e ->> 'id', e ->> 'type', (e ->> 'livemode')::boolean, e ->> 'api_version', (e ->> 'made_at')::timestamptz,
      orderly_now(), 'received', e ->> 'subscription_id', e ->> 'raw')
    on conflict (id) do nothing;
    if not found then
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
  return jsonb_build_object('status', 'ok', 'events', answers);
end $$;

-- Takes an event that Stripe is to be asked about: {"id", "ttl_ms"}. Nobody else is told of it until the time is over.
create function public.orderly_claim_event(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  event orderly_events;
begin
  update orderly_events set look_at = orderly_now() + (input ->> 'ttl_ms')::bigint * interval '1 millisecond'
  where id = input ->> 'id' and state = 'received' and look_at <= orderly_now() returning * into event;
  if not found then
    return jsonb_build_object('status', 'nothing');
  end if;
  return jsonb_build_object('status', 'claimed', 'ask', event.ask, 'type', event.type, 'attempts', event.attempts);
end $$;

-- The answer to what an event left open, after Stripe was asked. Input: {"id", "deadline_ms", "effect"} or {"id", "retry_in_ms", "reason"}.
create function public.orderly_resolve_event(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  event orderly_events;
  done record;
begin
  select * into event from orderly_events where id = input ->> 'id' for update;
  if not found or event.state <> 'received' then
    return jsonb_build_object('status', 'nothing');
  end if;
  if input -> 'effect' is null then
    update orderly_events set attempts = attempts + 1, reason = left(input ->> 'reason', 300),
      look_at = orderly_now() + (input ->> 'retry_in_ms')::bigint * interval '1 millisecond' where id = event.id;
    return jsonb_build_object('status', 'later');
  end if;
  perform pg_advisory_xact_lock(hashtextextended('orderly:' || coalesce(input -> 'effect' -> 'facts' ->> 'session_id', event.id), 0));
  select * into done from orderly_apply_effect(input -> 'effect', (input ->> 'deadline_ms')::bigint);
  update orderly_events set state = done.state, purchase_id = done.purchase, look_at = null, ask = null,
    reason = coalesce(input -> 'effect' ->> 'reason', reason) where id = event.id;
  return jsonb_build_object('status', 'ok', 'state', done.state, 'purchase_id', done.purchase);
end $$;

-- Keeps the last 1,000 refused calls, so that "how did we answer" has an answer and nobody fills the disk from outside.
create function public.orderly_refuse(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  newest bigint;
begin
  insert into orderly_refusals (at, path, status, reason)
  values (orderly_now(), left(input ->> 'path', 100), (input ->> 'status')::integer, left(input ->> 'reason', 200))
  returning id into newest;
  delete from orderly_refusals where id <= newest - 1000;
  return jsonb_build_object('status', 'ok');
end $$;

-- The same for a warning of the webhook itself: {"fingerprint", "code", "severity", "detail"}.
create function public.orderly_report(p text) returns jsonb
language sql security definer set search_path = public, pg_temp as $$
  select orderly_warn(p::jsonb ->> 'fingerprint', p::jsonb ->> 'code', p::jsonb ->> 'severity', p::jsonb ->> 'detail')
$$;
