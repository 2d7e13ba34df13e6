-- Of two who press Retry at once on a failed install, the second is told who was first, as everywhere; and a press while the next look
-- is some time away looks now.
-- Old code runs on this schema: yes. It knows the outcome, and says that a try is under way.

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
    if p.look_at <= orderly_now() and p.retried_at > orderly_now() - interval '1 minute' then
      return before || jsonb_build_object('outcome', 'already_running', 'detail', p.install);
    end if;
    update orderly_purchases set look_at = orderly_now(), retried_at = orderly_now(), retried_by = p_actor,
      -- Who says "look again" after a suspension has seen the server: what the panel says now counts.
      install_suspended = false where id = p.id;
    perform orderly_note(p.id, 'retry', 'read the install again', p_actor);
    perform orderly_touch(p.id);
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

select public.orderly_lock_down();
