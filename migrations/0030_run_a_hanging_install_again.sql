-- An install that never finished and was read again is watched anew; a person may run it again all the while, and at once nobody is told
-- any more that it failed.
-- Old code runs on this schema: yes. It does not read the new column, and offers Reinstall only before the install is read again.

-- The `install_since` of a watch that began because the install before it had not ended in time.
alter table public.orderly_purchases add column install_late_since timestamptz;

-- What looking at an install came to; see src/orders/install.ts.
create or replace function public.orderly_install_verdict(p orderly_purchases, report jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  -- Staff were told that its money went back: that stays until they closed it, however its install ends.
  stopped boolean := exists (select from orderly_incidents where id = p.incident_id and code = 'stopped_with_server' and closed_at is null);
  now timestamptz := orderly_now();
begin
  case report ->> 'kind'
    when 'ready' then
      update orderly_purchases set install = 'ready', ready_at = now, address = coalesce(report ->> 'address', address),
        failure_code = null, failure_detail = null, failed_at = null where id = p.id;
      perform orderly_note(p.id, 'ready', null);
      if p.closed_at is null and not stopped then
        perform orderly_leave_incident(p.id, 'ready');
      end if;
      perform orderly_touch(p.id);
    when 'install_failed' then
      update orderly_purchases set failure_code = report ->> 'code', failure_detail = report ->> 'detail',
        failed_at = case when failure_code = report ->> 'code' then failed_at else now end,
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
          failed_at = coalesce(failed_at, now) where id = p.id;
        perform orderly_join_incident(report ->> 'fingerprint', report ->> 'code', report ->> 'scope', 'alert', report ->> 'detail',
          p.id, report ->> 'class');
        perform orderly_touch(p.id);
      end if;
    when 'installing' then
      if p.install <> 'installing' then
        -- Somebody ran the install again on the panel, or it hangs: it is watched anew.
        update orderly_purchases set install = 'installing', install_since = now, install_suspended = false,
          install_late_since = case when p.install = 'never_finished' then now end where id = p.id;
      end if;
      if p.failure_code is not null then
        update orderly_purchases set failure_code = null, failure_detail = null, failed_at = null where id = p.id;
        if not stopped then
          perform orderly_leave_incident(p.id, 'the install is watched again');
        end if;
      end if;
      if p.install <> 'installing' or p.failure_code is not null then
        perform orderly_touch(p.id);
      end if;
  end case;
end $$;

-- Runs the install of a server again, after it failed or did not end in time; never of one that may be in use.
create or replace function public.orderly_reinstall(p_purchase text, p_actor text) returns jsonb
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
  elsif p.reinstall_at is not null or p.install = 'installing' and p.install_late_since is distinct from p.install_since then
    return jsonb_build_object('outcome', 'installing', 'purchase_id', p.id, 'by', p.retried_by, 'at', p.retried_at);
  end if;
  update orderly_purchases set reinstall_at = orderly_now(), look_at = orderly_now(), retried_at = orderly_now(), retried_by = p_actor
  where id = p.id;
  perform orderly_note(p.id, 'reinstall', null, p_actor);
  perform orderly_touch(p.id);
  return jsonb_build_object('outcome', 'reinstalling', 'purchase_id', p.id, 'hint', orderly_hint(p.id));
end $$;

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
  elsif p.panel_server_id is not null and p.install = 'installing'
    and (p.reinstall_at is not null or p.install_late_since is distinct from p.install_since) then
    return before || jsonb_build_object('outcome', 'installing');
  elsif p.panel_server_id is not null then
    -- The install failed or hangs: its status is read again, and the one who pressed is asked whether it shall run again.
    if p.look_at <= orderly_now() and p.retried_at > orderly_now() - interval '1 minute' then
      return before || jsonb_build_object('outcome', 'already_running', 'detail', p.install);
    end if;
    update orderly_purchases set look_at = orderly_now(), retried_at = orderly_now(), retried_by = p_actor,
      -- Who says "look again" after a suspension has seen the server: what the panel says now counts.
      install_suspended = install_suspended and install = 'installing' where id = p.id;
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
