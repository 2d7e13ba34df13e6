-- What the form of Complete shows, in one read; Complete and Not ours judge more exactly; and what was said not to be ours is believed
-- of whatever names no plan of ours, and counts as mended by whoever said it.
-- Old code runs on this schema: yes. What it calls takes and gives what it did.

-- The id of the one user of the site with this e-mail; null where there is none, or more than one.
create function public.orderly_user_of_email(p_email text) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  found_ids text[];
begin
  if p_email is null or to_regclass('auth.users') is null then
    return null;
  end if;
  execute 'select array(select id::text from auth.users where email = lower($1) limit 2)' into found_ids using p_email;
  return case when cardinality(found_ids) = 1 then found_ids[1] end;
end $$;

-- A purchase with what it could be completed with: {"target"}. As orderly_find, with the plans that are for sale, the regions that have an
-- enabled node, and the site's user with the checkout's e-mail.
create function public.orderly_completion(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  found_row jsonb := orderly_find(p);
begin
  if found_row ->> 'status' <> 'found' then
    return jsonb_build_object('status', 'unknown');
  end if;
  return found_row || jsonb_build_object(
    'plans', (select coalesce(jsonb_agg(jsonb_build_object('id', plan -> 'id', 'name', plan -> 'name', 'terms', plan -> 'terms',
        'price_minor', coalesce(plan -> 'price_minor', plan -> 'price_cents')) order by plan ->> 'id'), '[]')
      from (select orderly_mapped(to_jsonb(x), coalesce(orderly_setting('plan_columns'), '{}')) as plan from plans x) all_plans
      where coalesce((plan ->> 'active')::boolean, true)),
    'regions', (select coalesce(jsonb_agg(distinct n ->> 'region'), '[]') from jsonb_array_elements(orderly_nodes()) n
      where n ->> 'region' is not null and coalesce((n ->> 'enabled')::boolean, true)),
    'user_by_email', orderly_user_of_email(found_row -> 'purchase' ->> 'email'));
end $$;

-- {"facts": {"user_id", "plan_id", "term", "region", "server_name"}}, what is absent stays as it was. Nothing changes when the order still can't
-- be made: outcome `still_rejected` with the reason. A user id that the checkout itself named is taken as a webhook takes it: whether the
-- site knows the user is asked of what a person typed.
create or replace function public.orderly_act_complete(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  before orderly_purchases;
  p orderly_purchases;
  facts jsonb := jsonb_strip_nulls(coalesce(input -> 'facts', '{}'));
  problem text;
begin
  before := orderly_lock_purchase(input ->> 'purchase');
  p := before;
  if p.id is null then
    return jsonb_build_object('outcome', 'unknown');
  elsif p.closed_at is not null then
    return jsonb_build_object('outcome', 'closed', 'detail', p.close_reason, 'purchase_id', p.id);
  elsif p.payment <> 'paid' then
    return jsonb_build_object('outcome', 'not_paid', 'purchase_id', p.id);
  elsif p.order_id is not null then
    return jsonb_build_object('outcome', 'has_order', 'detail', p.order_id, 'purchase_id', p.id);
  elsif p.problem_code = 'wrong_mode' then
    return jsonb_build_object('outcome', 'still_rejected', 'detail', p.problem_detail, 'purchase_id', p.id);
  end if;
  p.user_id := lower(trim(coalesce(facts ->> 'user_id', p.user_id)));
  p.plan_id := coalesce(facts ->> 'plan_id', p.plan_id);
  p.term := coalesce(facts ->> 'term', p.term);
  p.region := coalesce(facts ->> 'region', p.region);
  p.server_name := coalesce(facts ->> 'server_name', p.server_name);
  p.item_type := 'game';
  if p.user_id is null or p.plan_id is null or p.region is null then
    problem := 'user id, plan and region are all needed';
  elsif p.user_id !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    problem := 'the user id is not a UUID';
  elsif p.user_id is distinct from lower(trim(before.user_id)) and to_regclass('auth.users') is not null
    and orderly_user_email(p.user_id) is null then
    problem := 'the site has no user with this id, or the user has no e-mail';
  else
    problem := orderly_catalogue_problem(p) ->> 'detail';
  end if;
  if problem is not null then
    return jsonb_build_object('outcome', 'still_rejected', 'detail', problem, 'purchase_id', p.id);
  end if;
  update orderly_purchases set user_id = p.user_id, plan_id = p.plan_id, term = p.term, region = p.region, server_name = p.server_name,
    item_type = 'game', problem_code = null, problem_detail = null where id = p.id;
  perform orderly_note(p.id, 'completed', (
    select string_agg(key || ' ' || value, ', ' order by key) from jsonb_each_text(facts)
    where value is distinct from to_jsonb(before) ->> key), input ->> 'actor');
  perform orderly_leave_incident(p.id, 'completed by ' || (input ->> 'actor'));
  perform orderly_become_order(p.id, (input ->> 'deadline_ms')::bigint);
  perform orderly_touch(p.id);
  select * into p from orderly_purchases where id = p.id;
  return jsonb_build_object('purchase_id', p.id, 'detail', coalesce(p.problem_detail, p.close_reason), 'hint', orderly_hint(p.id),
    'outcome', case when p.problem_code is not null then 'still_rejected' when p.closed_at is not null then 'closed' else 'completed' end);
end $$;

-- {"products": [ids]}: the purchase is closed, and what holds nothing but these products and names no plan of ours alerts no more. What names
-- a plan of ours is ours, whatever else is wrong with it.
create or replace function public.orderly_act_not_ours(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  products jsonb := coalesce(input -> 'products', '[]');
  done jsonb;
begin
  p := orderly_lock_purchase(input ->> 'purchase');
  if p.order_id is not null then
    return jsonb_build_object('outcome', 'has_order', 'detail', p.order_id, 'purchase_id', p.id);
  elsif orderly_plan(p.plan_id) is not null then
    return jsonb_build_object('outcome', 'is_ours', 'detail', p.plan_id, 'purchase_id', p.id);
  elsif jsonb_array_length(products) = 0 then
    return jsonb_build_object('outcome', 'no_products', 'purchase_id', p.id);
  end if;
  done := orderly_close(p.id, input ->> 'actor', 'not ours');
  if done ->> 'outcome' <> 'closed_now' then
    return done;
  end if;
  insert into orderly_settings (key, value) values ('ignored_products', products)
  on conflict (key) do update set value = (
    select jsonb_agg(distinct product) from jsonb_array_elements(orderly_settings.value || excluded.value) product);
  return done || jsonb_build_object('outcome', 'not_ours_now', 'detail', (select string_agg(product, ', ') from jsonb_array_elements_text(products) product));
end $$;

-- Whether a paid session may be somebody else's sale: it can't become an order, names no plan of ours, and has no message yet.
create function public.orderly_may_be_others(p_facts jsonb) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select p_facts ->> 'payment' = 'paid' and orderly_plan(p_facts ->> 'plan_id') is null
    and coalesce(p_facts -> 'problem' ->> 'code' <> 'wrong_mode', p_facts ->> 'item_type' = 'game', false)
    and not exists (select from orderly_purchases where session_id = p_facts ->> 'session_id')
$$;

-- What one event does. Returns the state to store and the purchase that it belongs to.
create or replace function public.orderly_apply_effect(p_effect jsonb, p_deadline_ms bigint, out state text, out purchase text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  facts jsonb := p_effect -> 'facts';
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
      if jsonb_array_length(ignored) > 0 and orderly_may_be_others(facts) then
        if jsonb_typeof(facts -> 'products') is distinct from 'array' then
          -- Which product it was stands only in Stripe: asked before anybody is woken.
          state := 'received';
          return;
        end if;
        -- Of a session that names no product nobody can say that it is not ours.
        if jsonb_array_length(facts -> 'products') > 0 and ignored @> (facts -> 'products') then
          state := 'ignored';
          return;
        end if;
      end if;
      purchase := orderly_apply_session(facts, p_deadline_ms);
      state := case when purchase is null then 'ignored'
        when exists (select from orderly_purchases where id = purchase and problem_code is not null) then 'rejected'
        else 'processed' end;
  end case;
end $$;

create or replace function public.orderly_is_mending(p_action text, p_outcome text) returns boolean
language sql immutable set search_path = public, pg_temp as $$
  select p_action in ('retry', 'retry_incident', 'close', 'link', 'reinstall', 'provision', 'complete', 'not_ours')
    and p_outcome in ('retrying', 'closed_now', 'linked', 'reinstalling', 'reading_install', 'looking_for_server', 'completed', 'not_ours_now')
$$;

select public.orderly_lock_down();
