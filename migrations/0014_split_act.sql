-- An action of staff is one function of its own, orderly_act_<action>(input), so that a new one is added without writing the others
-- anew; orderly_act records each press once and calls it.
-- Old code runs on this schema: yes. It asks for the same actions, and is answered the same.

-- What an action is given, beside what came with the press: "actor" (a short name), "purchase" (the id of what `target` names,
-- or null), "pace_ms" and "deadline_ms". It answers at least {"outcome"}, and locks what it changes itself.

create function public.orderly_act_refused(input jsonb) returns jsonb
language sql immutable set search_path = public, pg_temp as $$
  select jsonb_build_object('outcome', 'refused', 'detail', input ->> 'detail')
$$;

create function public.orderly_act_pause(input jsonb) returns jsonb
language sql volatile set search_path = public, pg_temp as $$
  select orderly_pause(input ->> 'actor', input -> 'pause', (input ->> 'pace_ms')::bigint, (input ->> 'deadline_ms')::bigint)
$$;

create function public.orderly_act_resume(input jsonb) returns jsonb
language sql volatile set search_path = public, pg_temp as $$
  select orderly_resume(input ->> 'actor', input ->> 'target', (input ->> 'pace_ms')::bigint, (input ->> 'deadline_ms')::bigint)
$$;

create function public.orderly_act_retry_incident(input jsonb) returns jsonb
language sql volatile set search_path = public, pg_temp as $$
  select orderly_retry_incident(input ->> 'target', input ->> 'actor', (input ->> 'pace_ms')::bigint, (input ->> 'deadline_ms')::bigint)
$$;

create function public.orderly_act_close(input jsonb) returns jsonb
language sql volatile set search_path = public, pg_temp as $$
  select orderly_close(input ->> 'purchase', input ->> 'actor', input ->> 'detail')
$$;

create function public.orderly_act_link(input jsonb) returns jsonb
language sql volatile set search_path = public, pg_temp as $$
  select orderly_link(input ->> 'purchase', input ->> 'actor', input -> 'server', (input ->> 'pace_ms')::bigint, (input ->> 'deadline_ms')::bigint)
$$;

create function public.orderly_act_reinstall(input jsonb) returns jsonb
language sql volatile set search_path = public, pg_temp as $$
  select orderly_reinstall(input ->> 'purchase', input ->> 'actor')
$$;

-- With no node named, an order goes where there is room; who comes second changes nothing of what the first one asked for.
create function public.orderly_retry_at(p_purchase text, p_actor text, p_node bigint, p_deadline_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  done jsonb;
begin
  done := orderly_retry(p_purchase, p_actor, p_deadline_ms);
  if done ->> 'outcome' = 'retrying' then
    update orderly_purchases set node_asked = p_node where id = p_purchase and node_asked is distinct from p_node;
  end if;
  return done;
end $$;

create function public.orderly_act_retry(input jsonb) returns jsonb
language sql volatile set search_path = public, pg_temp as $$
  select case when input ->> 'purchase' is not null
    then orderly_retry_at(input ->> 'purchase', input ->> 'actor', null, (input ->> 'deadline_ms')::bigint) end
$$;

-- {"node", "again"}: see src/actions/provision.ts. An order of the site that Orderly does not know yet is taken over.
create function public.orderly_act_provision(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  actor text := input ->> 'actor';
  deadline bigint := (input ->> 'deadline_ms')::bigint;
  purchase text := input ->> 'purchase';
  node bigint;
  done jsonb;
begin
  if input ->> 'node' is not null then
    node := orderly_node_named(input ->> 'node');
    if node is null then
      return jsonb_build_object('outcome', 'unknown_node', 'detail', input ->> 'node');
    end if;
  end if;
  if purchase is null then
    done := orderly_adopt_order(input ->> 'target', 'staff', actor, deadline);
    if done ->> 'outcome' = 'taken' then
      update orderly_purchases set node_asked = node where id = done ->> 'purchase_id';
      return done || jsonb_build_object('outcome', 'retrying', 'hint', orderly_hint(done ->> 'purchase_id'));
    elsif done ->> 'outcome' not in ('known', 'same_purchase') then
      return done;
    end if;
    purchase := done ->> 'purchase_id';
  end if;
  if input ->> 'again' is not null then
    return orderly_make_again(purchase, actor, input ->> 'again', deadline);
  end if;
  return orderly_retry_at(purchase, actor, node, deadline);
end $$;

-- A press or a command that acts: recorded once by its interaction id, in the same transaction as what it does (P8).
-- Input: {"interaction", "actor_id", "actor_name", "action", "target", "deadline_ms", "pace_ms", …}, the rest as the action needs it.
create or replace function public.orderly_act(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  action text := input ->> 'action';
  target text := input ->> 'target';
  done jsonb;
begin
  insert into orderly_staff_actions (interaction_id, at, actor_id, actor_name, action, target, outcome)
  values (input ->> 'interaction', orderly_now(), input ->> 'actor_id', left(input ->> 'actor_name', 80), action, left(target, 200), 'recorded')
  on conflict do nothing;
  if not found then
    return jsonb_build_object('status', 'repeated', 'outcome', (
      select outcome from orderly_staff_actions where interaction_id = input ->> 'interaction'));
  end if;
  if action !~ '^[a-z_]{1,40}$' or to_regprocedure(format('public.orderly_act_%s(jsonb)', action)) is null then
    done := jsonb_build_object('outcome', 'unknown_action', 'detail', left(action, 40));
  else
    input := input || jsonb_build_object('actor', left(input ->> 'actor_name', 80), 'pace_ms', coalesce((input ->> 'pace_ms')::bigint, 1000),
      'purchase', (select id from orderly_purchases where target in (id, session_id, order_id) limit 1));
    execute format('select public.orderly_act_%s($1)', action) into done using input;
    done := coalesce(done, jsonb_build_object('outcome', 'unknown'));
  end if;
  update orderly_staff_actions set outcome = done ->> 'outcome', detail = left(done ->> 'detail', 300)
  where interaction_id = input ->> 'interaction';
  return done || jsonb_build_object('status', 'ok');
end $$;

select public.orderly_lock_down();
