-- A paid session that could not become an order is mended by a person: what is missing is named, and it goes the way of any
-- other; or it is not ours, and its products are never asked about again.
-- Old code runs on this schema: yes, it only adds.

-- {"facts": {"user_id", "plan_id", "term", "region", "server_name"}}, what is absent stays as it was. Nothing changes when the order still can't
-- be made: outcome `still_rejected` with the reason.
create function public.orderly_act_complete(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  facts jsonb := jsonb_strip_nulls(coalesce(input -> 'facts', '{}'));
  problem jsonb;
begin
  p := orderly_lock_purchase(input ->> 'purchase');
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
  if p.user_id !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    problem := jsonb_build_object('detail', 'the user id is not a UUID');
  elsif to_regclass('auth.users') is not null and orderly_user_email(p.user_id) is null then
    problem := jsonb_build_object('detail', 'the site has no user with this id');
  elsif p.user_id is null or p.plan_id is null or p.region is null then
    problem := jsonb_build_object('detail', 'user id, plan and region are all needed');
  else
    problem := orderly_catalogue_problem(p);
  end if;
  if problem is not null then
    return jsonb_build_object('outcome', 'still_rejected', 'detail', problem ->> 'detail', 'purchase_id', p.id);
  end if;
  update orderly_purchases set user_id = p.user_id, plan_id = p.plan_id, term = p.term, region = p.region, server_name = p.server_name,
    item_type = 'game', problem_code = null, problem_detail = null where id = p.id;
  perform orderly_note(p.id, 'completed', (select string_agg(key || ' ' || value, ', ' order by key) from jsonb_each_text(facts)), input ->> 'actor');
  perform orderly_leave_incident(p.id, 'completed by ' || (input ->> 'actor'));
  perform orderly_become_order(p.id, (input ->> 'deadline_ms')::bigint);
  perform orderly_touch(p.id);
  select * into p from orderly_purchases where id = p.id;
  return jsonb_build_object('outcome', case when p.problem_code is null then 'completed' else 'still_rejected' end,
    'purchase_id', p.id, 'detail', p.problem_detail, 'hint', orderly_hint(p.id));
end $$;

-- {"products": [ids]}: the purchase is closed, and paid subscriptions of nothing but these products alert no more.
create function public.orderly_act_not_ours(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  products jsonb := coalesce(input -> 'products', '[]');
  done jsonb;
begin
  p := orderly_lock_purchase(input ->> 'purchase');
  if p.order_id is not null then
    return jsonb_build_object('outcome', 'has_order', 'detail', p.order_id, 'purchase_id', p.id);
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

select public.orderly_lock_down();
