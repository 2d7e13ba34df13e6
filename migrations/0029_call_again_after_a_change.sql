-- An alert that came while its role could not be pinged for a moment, between two looks that saw nothing of it, calls again.
-- Old code runs on this schema: yes. It does not say whether something changed, and is answered as before.

-- What a look at the on-call role found, made after each alert: {"holder", "state", "ago_ms", "changed"}: `lands`, `names` when people are
-- named instead of it, `blocked` when nobody is; `changed`: Discord told since the look before of a change on which pings may depend. An
-- alert that came since the look before has pinged if this one finds that the role can be. If it can't be, if something changed, or if
-- nobody looked in time (the process died in between, or Discord did), it calls the same step again as soon as that can ping: a second ping
-- is better than none. What has gone on to the next step has called others.
create or replace function public.orderly_pings_looked_at(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  state text := input ->> 'state';
  changed boolean := coalesce((input ->> 'changed')::boolean, false);
  looked timestamptz := orderly_now() - (input ->> 'ago_ms')::bigint * interval '1 millisecond';
  before orderly_checks;
  i orderly_incidents;
  pinged timestamptz;
  place integer;
begin
  insert into orderly_checks (name, at, result) values ('landing', looked, input - 'ago_ms') on conflict do nothing;
  select * into before from orderly_checks where name = 'landing' for update;
  update orderly_checks set at = looked, result = input - 'ago_ms' where name = 'landing';
  for i in
    select * from orderly_incidents where closed_at is null and severity = 'alert' and acked_at is null and level = 0 and on_call_id is null
    order by id for update
  loop
    pinged := orderly_last_ping(i.id);
    continue when pinged is null or pinged > looked or not (i.unlanded or pinged > before.at);
    if state = 'blocked' then
      update orderly_incidents set unlanded = true where id = i.id and not unlanded;
      continue;
    end if;
    update orderly_incidents set unlanded = false where id = i.id and unlanded;
    if i.unlanded or ((state <> before.result ->> 'state' or changed) and before.result ->> 'state' <> 'names')
      or input ->> 'holder' <> before.result ->> 'holder' or pinged < looked - interval '1 minute'
    then
      insert into orderly_calls (incident_id, number, at, reason, level)
      select i.id, coalesce(max(number), 0) + 1, orderly_now(), 'unanswered', 0 from orderly_calls where incident_id = i.id
      returning number into place;
      insert into orderly_messages (kind, subject, wanted_version) values ('call', i.id || ':' || place, 1);
      perform orderly_note_incident(i.id, 'called', 'unlanded', null, null);
      perform orderly_touch_incident(i.id);
    end if;
  end loop;
  return jsonb_build_object('status', 'ok');
end $$;

select public.orderly_lock_down();
