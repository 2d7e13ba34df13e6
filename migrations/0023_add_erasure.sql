-- A customer's personal data is erased on request: e-mail, server name, note, the raw text of events, and what quotes them. What the ledger
-- needs stays: ids, states, times, amounts. See docs/erasure.md.
-- Old code runs on this schema: yes, it only adds. It says "unknown buyer" of an erased customer.

alter table public.orderly_purchases add column erased_at timestamptz;

-- Ids of Stripe's, and of purchases, whose events no longer keep their text.
create table public.orderly_erased (
  key text primary key,
  at timestamptz not null
);

create function public.orderly_is_erased(p_keys text[]) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from orderly_erased where key = any(p_keys))
$$;

-- A later event of an erased purchase is taken like any other; its text is not kept.
create function public.orderly_on_event_change() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  object jsonb;
  keys text[] := array[new.purchase_id, new.subscription_id];
begin
  if not exists (select from orderly_erased) or new.raw = '{"erased": true}' then
    return new;
  end if;
  if tg_op = 'INSERT' and pg_input_is_valid(new.raw, 'jsonb') then
    object := new.raw::jsonb -> 'data' -> 'object';
    keys := keys || array[object ->> 'id', object ->> 'payment_intent', object ->> 'invoice', object ->> 'subscription'];
    -- Whoever buys again has a purchase that nobody asked to erase.
    if new.subscription_id is null and new.type not like 'checkout.session.%' then
      keys := keys || (object ->> 'customer');
    end if;
  end if;
  if orderly_is_erased(keys) then
    new.raw := '{"erased": true}';
  end if;
  return new;
end $$;
create trigger orderly_event_changed before insert or update of purchase_id, raw on public.orderly_events
  for each row execute function public.orderly_on_event_change();

-- Whatever writes to an erased purchase later, its personal fields stay empty; a name that is needed is the default one.
create function public.orderly_on_erased_change() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  new.erased_at := old.erased_at;
  new.email := null;
  new.note := null;
  new.server_name := case when new.server_name is not null then coalesce(new.plan_id, 'server') || ' ' || left(new.id, 8) end;
  return new;
end $$;
create trigger orderly_erased_changed before update on public.orderly_purchases
  for each row when (old.erased_at is not null) execute function public.orderly_on_erased_change();

-- An e-mail address or a user id of the site's: nothing else may be looked for in everybody's events.
create function public.orderly_is_who(p_who text) returns boolean
language sql immutable as $$
  select p_who ~ '^[^\s@"\\]+@[^\s@"\\]+$' or lower(p_who) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
$$;

-- Where a word stands by itself: "ann@example.com" is not in "jo.ann@example.com".
create function public.orderly_word_pattern(p_word text) returns text
language sql immutable as $$
  select '(?<![[:alnum:]._%+-])' || regexp_replace(p_word, '([^[:alnum:][:space:]])', '\\\1', 'g') || '(?![[:alnum:]_-])'
$$;

-- A text without these words, in whatever case.
create function public.orderly_without(p_text text, p_words text[]) returns text
language plpgsql immutable set search_path = public, pg_temp as $$
declare
  word text;
  scrubbed text := p_text;
begin
  foreach word in array p_words loop
    scrubbed := regexp_replace(scrubbed, orderly_word_pattern(word), '(erased)', 'gi');
  end loop;
  return scrubbed;
end $$;

-- The purchases of a customer: by the site's user id, or by an e-mail, of the checkout or of the site's own user.
create function public.orderly_purchases_of(p_who text) returns setof orderly_purchases
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  users text[] := array[lower(p_who)];
begin
  if p_who like '%@%' and to_regclass('auth.users') is not null then
    execute 'select array_agg(id::text) from auth.users where lower(email) = lower($1)' into users using p_who;
  end if;
  return query select * from orderly_purchases where user_id = any(users)
    union select * from orderly_purchases where lower(email) = lower(p_who);
end $$;

-- Erases a customer: {"who": e-mail or user id, "dry_run"}. All or nothing; status `no_who` when it is neither, `under_way` when a
-- purchase of theirs still needs its data, `before` when nothing is left to erase.
-- `words` in the answer is what orderly_erase_events looks for in events that belong to no purchase.
create function public.orderly_erase(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  who text := trim(input ->> 'who');
  ids text[];
  open text[];
  fresh text[];
  mails text[];
  names text[];
  users text[];
  targets text[];
  incidents bigint[];
  count_events integer;
  incident bigint;
  id_ text;
begin
  if not coalesce(orderly_is_who(who), false) then
    return jsonb_build_object('status', 'no_who');
  end if;
  select coalesce(array_agg(x.id order by x.id), '{}') into ids from orderly_purchases_of(who) x;
  -- Incidents before purchases, as everywhere.
  perform from orderly_incidents i where i.id in (select incident_id from orderly_purchases where id = any(ids)) order by i.id for update;
  perform from orderly_purchases where id = any(ids) order by id for update;
  select coalesce(array_agg(id) filter (where closed_at is null and payment in ('waiting', 'paid') and panel_server_id is null
      and (order_id is null or item_type is not distinct from 'game')), '{}'),
    coalesce(array_agg(id) filter (where erased_at is null), '{}'),
    array(select distinct w from unnest(array_agg(lower(email)) || case when who like '%@%' then array[lower(who)] end) w where w is not null),
    -- Shorter ones are words of their own, and are gone with the fields that hold them.
    array_agg(distinct server_name) filter (where length(server_name) > 2),
    coalesce(array_agg(distinct user_id) filter (where user_id is not null), '{}'),
    array_remove(array_agg(id) || array_agg(session_id) || array_agg(order_id), null)
  into open, fresh, mails, names, users, targets from orderly_purchases where id = any(ids);
  if cardinality(open) > 0 then
    return jsonb_build_object('status', 'under_way', 'purchases', to_jsonb(open));
  end if;
  names := mails || coalesce(names, '{}');
  select count(*) into count_events from orderly_events where purchase_id = any(ids) and raw <> '{"erased": true}';
  if not coalesce((input ->> 'dry_run')::boolean, false) then
    insert into orderly_erased (key, at) select distinct key, orderly_now() from orderly_purchases x,
      unnest(array[x.id, x.session_id, x.subscription_id, x.customer_id, x.payment_intent_id, x.invoice_id]) key
    where x.id = any(ids) and key is not null on conflict do nothing;
    update orderly_events set raw = '{"erased": true}', reason = orderly_without(reason, names)
    where (purchase_id = any(ids) or subscription_id in (select subscription_id from orderly_purchases where id = any(ids)))
      and raw <> '{"erased": true}';
    update orderly_timeline set detail = case when kind = 'completed' then '(erased)' else orderly_without(detail, names) end,
      actor = orderly_without(actor, mails)
    where purchase_id = any(ids);
    update orderly_attempts set detail = orderly_without(detail, names) where purchase_id = any(ids) and detail is not null;
    update orderly_staff_actions set target = orderly_without(target, mails), detail = orderly_without(detail, names) where target = any(targets)
      or exists (select from unnest(mails) m where position(m in lower(target)) > 0 or position(m in lower(detail)) > 0);
    select coalesce(array_agg(distinct i.id), '{}') into incidents from orderly_incidents i
    where i.id in (select incident_id from orderly_incident_purchases where purchase_id = any(ids))
      or exists (select from unnest(mails) m where position(m in lower(i.detail)) > 0);
    update orderly_incidents set detail = orderly_without(detail, names), close_reason = orderly_without(close_reason, names) where id = any(incidents);
    update orderly_incident_purchases set outcome = orderly_without(outcome, names) where purchase_id = any(ids) and outcome is not null;
    update orderly_incident_notes set detail = orderly_without(detail, names) where incident_id = any(incidents) and detail is not null;
    delete from orderly_panel_users where user_id = any(users);
    update orderly_purchases x set email = null, server_name = null, note = null, erased_at = coalesce(erased_at, orderly_now()),
      -- What is no id of the site's was typed by somebody.
      user_id = case when user_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then user_id end,
      failure_detail = orderly_without(failure_detail, names), problem_detail = orderly_without(problem_detail, names),
      close_reason = orderly_without(close_reason, names) where x.id = any(fresh);
    foreach id_ in array fresh loop
      perform orderly_note(id_, 'erased', 'the customer''s data was erased on request', 'the operator');
      perform orderly_touch(id_);
    end loop;
    -- What stands in Discord is written anew; what never was posted, or is given up, stays so.
    foreach incident in array case when cardinality(fresh) > 0 then incidents else '{}' end loop
      if exists (select from orderly_messages where kind = 'alert' and subject = incident::text and message_id is not null) then
        perform orderly_touch_incident(incident);
      end if;
    end loop;
    if cardinality(fresh) > 0 then
      update orderly_messages m set wanted_version = wanted_version + 1 where kind in ('call', 'log') and message_id is not null
        and split_part(subject, ':', 1)::bigint = any(incidents)
        and not exists (select from orderly_incident_logs l where kind = 'log' and l.incident_id = split_part(m.subject, ':', 1)::bigint and l.ended is not null);
    end if;
  end if;
  return jsonb_build_object('status', case when cardinality(fresh) > 0 then 'ok' when cardinality(ids) > 0 then 'before' else 'nobody' end,
    'purchases', to_jsonb(case when cardinality(fresh) > 0 then fresh else ids end), 'events', count_events, 'users', to_jsonb(users),
    'words', to_jsonb(coalesce(mails, '{}') || users || case when who like '%@%' then '{}' else array[lower(who)] end));
end $$;

-- Events of theirs that belong to no purchase, as those of another sale: {"words", "after", "limit", "dry_run"}. So many events a call, by
-- id; `next` is null when there are no more.
create function public.orderly_erase_events(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  words text[] := array(select lower(w) from jsonb_array_elements_text(input -> 'words') w where orderly_is_who(w));
  page text[];
  hits text[];
begin
  select coalesce(array_agg(id order by id), '{}') into page from (
    select id from orderly_events where id > coalesce(input ->> 'after', '') order by id limit (input ->> 'limit')::integer) x;
  select coalesce(array_agg(id), '{}') into hits from orderly_events e where id = any(page) and purchase_id is null and raw <> '{"erased": true}'
    and exists (select from unnest(words) w where position(w in lower(e.raw)) > 0 and e.raw ~* orderly_word_pattern(w));
  if not coalesce((input ->> 'dry_run')::boolean, false) then
    update orderly_events set raw = '{"erased": true}', reason = orderly_without(reason, words) where id = any(hits);
  end if;
  return jsonb_build_object('status', 'ok', 'found', cardinality(hits),
    'next', case when cardinality(page) = (input ->> 'limit')::integer then page[cardinality(page)] end);
end $$;

-- As 0009, and: of an erased customer the site's own e-mail is not shown either.
create or replace function public.orderly_view(p_purchase text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select to_jsonb(p) || jsonb_build_object(
    'now', orderly_now(),
    'order', (select to_jsonb(o) || case when p.erased_at is null then '{}' else '{"server_name": null}' end::jsonb from orders o where o.id::text = p.order_id),
    'plan', orderly_plan(p.plan_id),
    'site_email', case when p.erased_at is null then orderly_user_email(p.user_id) end,
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

-- As 0003, and: nobody else counts our sequences on. A Supabase project grants them to its public roles by default.
create or replace function public.orderly_lock_down() returns void
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
  for thing in select sequencename from pg_sequences where schemaname = 'public' and sequencename like 'orderly\_%' loop
    execute format('revoke all on sequence public.%I from public', thing.sequencename);
    foreach role in array others loop
      execute format('revoke all on sequence public.%I from %I', thing.sequencename, role);
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

select public.orderly_lock_down();
