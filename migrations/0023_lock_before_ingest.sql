-- Events that share one call: the locks of all their purchases are taken first, in one order, so that two calls can't wait for each other.
-- Old code runs on this schema: yes, the call and its answer are the same.

create or replace function public.orderly_ingest(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  came timestamptz := case when not coalesce((input ->> 'asked')::boolean, false) then orderly_now() end;
  e jsonb;
  answers jsonb[] := '{}';
  done record;
begin
  -- Two events, or the site's own call, about one purchase wait for each other here.
  perform pg_advisory_xact_lock(key) from (
    select distinct hashtextextended('orderly:' || word, 0) as key
    from jsonb_array_elements(input -> 'events') event, unnest(array[event ->> 'session_id', event ->> 'subscription_id']) word
    where word is not null order by key
  ) keys;
  for e in select value from jsonb_array_elements(input -> 'events') order by value ->> 'id' loop
    insert into orderly_events (id, type, livemode, api_version, made_at, received_at, delivered_at, state, subscription_id, raw)
    values (e ->> 'id', e ->> 'type', (e ->> 'livemode')::boolean, e ->> 'api_version', (e ->> 'made_at')::timestamptz,
      orderly_now(), came, 'received', e ->> 'subscription_id', e ->> 'raw')
    on conflict (id) do nothing;
    if not found then
      update orderly_events set delivered_at = came where id = e ->> 'id' and delivered_at is null and came is not null;
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
  return jsonb_build_object('status', 'ok', 'events', to_jsonb(answers));
end $$;

select public.orderly_lock_down();
