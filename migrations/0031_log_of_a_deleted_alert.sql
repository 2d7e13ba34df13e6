-- A page of a log that finds its alert deleted brings the alert back while it is open, and ends when it is over. It was tried again every
-- minute for ever.
-- Old code runs on this schema: yes. It never says `alert_gone`.

-- A thread was made for an incident, its alert was found deleted, or nothing more is written into it: {"incident", "thread_id",
-- "alert_gone": the message that was not there, "ended"}.
create or replace function public.orderly_thread(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  ending text := left(input ->> 'ended', 200);
begin
  if input ->> 'alert_gone' is not null then
    if exists (select from orderly_incidents where id = (input ->> 'incident')::bigint and closed_at is not null) then
      ending := 'the alert was deleted';
    else
      -- As orderly_shown does when an edit finds it gone; unless another was posted meanwhile.
      update orderly_messages set generation = generation + 1, message_id = null, posted_at = null, sending_at = null, shown_version = 0
      where kind = 'alert' and subject = input ->> 'incident' and message_id = input ->> 'alert_gone';
    end if;
  end if;
  update orderly_incident_logs set thread_id = coalesce(input ->> 'thread_id', thread_id), ended = coalesce(ending, ended)
  where incident_id = (input ->> 'incident')::bigint;
  if ending is not null then
    update orderly_messages set shown_version = wanted_version
    where kind = 'log' and split_part(subject, ':', 1) = input ->> 'incident' and shown_version < wanted_version;
  end if;
  return jsonb_build_object('status', 'ok');
end $$;

select public.orderly_lock_down();
