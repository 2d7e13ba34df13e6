-- Payloads of Stripe's events that nothing will be decided by any more are let go after a time that the operator sets.
-- Old code runs on this schema: yes, it only adds.

create index orderly_events_prunable on public.orderly_events (received_at) where raw <> '' and state in ('processed', 'ignored');

-- {"days", "limit"}: empties the payloads of so many events at most, oldest first. What is not decided yet (received, deferred), what was
-- refused, and whatever belongs to a purchase that still waits for something keeps its own. Rows stay: they tell a repeated delivery.
create function public.orderly_prune(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
  before timestamptz := orderly_now() - (input ->> 'days')::integer * interval '1 day';
  pruned integer;
begin
  with old as (
    select id from orderly_events e
    where e.raw <> '' and e.state in ('processed', 'ignored') and e.received_at < before
      and not exists (select from orderly_purchases x where x.id = e.purchase_id and x.closed_at is null and (x.look_at is not null
        or x.incident_id is not null or x.problem_code is not null or x.payment = 'waiting'
        or x.item_type = 'game' and x.install is distinct from 'ready'))
    order by e.received_at limit (input ->> 'limit')::integer for update skip locked
  )
  update orderly_events e set raw = '' from old where e.id = old.id;
  get diagnostics pruned = row_count;
  return jsonb_build_object('status', 'ok', 'pruned', pruned);
end $$;

select public.orderly_lock_down();
