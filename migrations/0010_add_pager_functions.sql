-- The pager's side: alerts that Discord did not take, and which of them a person was paged for (P4).
-- Old code runs on this schema: yes.

alter table public.orderly_incidents add column if not exists paged_at timestamptz;

-- Open alerts that nobody heard: {"older_than_ms", "limit"}; the oldest first. A generation above the first means that Discord
-- took the alert once, and staff were called: it was deleted since, or is being posted anew.
create function public.orderly_unheard(p text) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  before timestamptz := orderly_now() - (input ->> 'older_than_ms')::bigint * interval '1 millisecond';
begin
  return jsonb_build_object('status', 'ok', 'incidents', (
    select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'code', i.code, 'detail', i.detail, 'opened_at', i.opened_at,
      'orders', (select count(*) from orderly_incident_purchases ip where ip.incident_id = i.id and ip.left_at is null),
      'examples', (select coalesce(jsonb_agg(x.purchase_id order by x.joined_at), '[]') from (
        select * from orderly_incident_purchases ip where ip.incident_id = i.id and ip.left_at is null
        order by ip.joined_at limit 3) x)
    ) order by i.opened_at, i.id), '[]')
    from (
      select * from orderly_incidents i
      where closed_at is null and severity = 'alert' and paged_at is null and opened_at <= before
        and not exists (select from orderly_messages m where m.kind = 'alert' and m.subject = i.id::text
          and (m.message_id is not null or m.generation > 1))
      order by opened_at, id limit least(coalesce((input ->> 'limit')::integer, 100), 1000)
    ) i
  ));
end $$;

-- A person was paged for an alert: {"id"}. Once and for all processes.
create function public.orderly_paged(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update orderly_incidents set paged_at = orderly_now() where id = (p::jsonb ->> 'id')::bigint and paged_at is null;
  return jsonb_build_object('status', case when found then 'ok' else 'stale' end);
end $$;

select public.orderly_lock_down();
