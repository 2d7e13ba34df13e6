-- A session that was asked for again and still lacks the same keeps its alert: the same news must not ping twice.
-- Old code runs on this schema: yes. It calls the same function.

create or replace function public.orderly_reread_session(p_purchase text, f jsonb, p_deadline_ms bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p orderly_purchases;
  lacks text := f -> 'problem' ->> 'code';
begin
  p := orderly_lock_purchase(p_purchase);
  if p.order_id is not null or p.closed_at is not null or p.payment <> 'paid' or p.problem_code is null or f ->> 'payment' <> 'paid' then
    return;
  end if;
  update orderly_purchases set subscription_id = coalesce(f ->> 'subscription_id', subscription_id), user_id = f ->> 'user_id',
    item_type = f ->> 'item_type', plan_id = f ->> 'plan_id', term = f ->> 'term', region = f ->> 'region', server_name = f ->> 'server_name',
    problem_code = null, problem_detail = null where id = p.id;
  -- An incident keeps the cause that it was opened with: another cause is another alert.
  if lacks is distinct from p.problem_code then
    perform orderly_leave_incident(p.id, 'asked for again at Stripe');
  elsif p.incident_id is not null then
    update orderly_incidents set detail = f -> 'problem' ->> 'detail' where id = p.incident_id;
    perform orderly_touch_incident(p.incident_id);
  end if;
  if lacks is not null then
    perform orderly_set_problem(p.id, lacks, f -> 'problem' ->> 'detail');
  else
    perform orderly_become_order(p.id, p_deadline_ms);
  end if;
end $$;

select public.orderly_lock_down();
