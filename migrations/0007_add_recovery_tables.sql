-- What healing by itself needs: incidents that are probed while their orders are parked, pauses, one request budget for all
-- workers, reservations that carry their size, the panel users that are known, and the last result of each periodic check.
-- Old code runs on this schema: yes, it only adds.

alter table public.orderly_purchases
  -- How many creates ever went out: the first may go straight to the panel, a later one is looked up before.
  add column creates_sent integer not null default 0,
  -- Since when the install that is watched runs, and whether the server was seen suspended meanwhile: then the panel no longer
  -- tells how the install ended.
  add column install_since timestamptz,
  add column install_suspended boolean not null default false,
  -- Staff asked for the install to run again, and it was not sent yet.
  add column reinstall_at timestamptz,
  -- The panel's node that staff asked for.
  add column node_asked bigint,
  add column paused_by bigint,
  -- When Stripe was last asked whether the purchase still stands.
  add column standing_at timestamptz;
update public.orderly_purchases set creates_sent = 1 where create_sent_at is not null;
update public.orderly_purchases set install_since = provisioned_at where install is not null;
create index orderly_purchases_installs on public.orderly_purchases (look_at)
  where look_at is not null and panel_server_id is not null;
create index orderly_purchases_incident on public.orderly_purchases (incident_id) where incident_id is not null;
create index orderly_purchases_server on public.orderly_purchases (panel_server_id) where panel_server_id is not null;
create index orderly_purchases_paused on public.orderly_purchases (paused_by) where paused_by is not null;

alter table public.orderly_attempts drop constraint orderly_attempts_outcome_check;
alter table public.orderly_attempts add constraint orderly_attempts_outcome_check
  check (outcome in ('provisioned', 'failed', 'unsure', 'closed', 'lost', 'parked'));

-- An order of an `outage` waits for one that goes first (the canary); of a `capacity` incident, one of each plan goes first.
alter table public.orderly_incidents
  add column class text,
  add column probe_at timestamptz,
  add column probes integer not null default 0,
  add column canary text,
  add column last_at timestamptz;
create index orderly_incidents_probe on public.orderly_incidents (probe_at) where closed_at is null and probe_at is not null;

alter table public.orderly_incident_purchases add column recovered_at timestamptz;
create index orderly_incident_purchases_purchase on public.orderly_incident_purchases (purchase_id);

-- A reservation counts until the panel's own numbers have it: `settled_at` is when the server was there. `seq` tells a worker
-- which ones came after it looked.
alter table public.orderly_reservations
  add column seq bigint generated always as identity,
  add column memory integer not null default 0,
  add column disk integer not null default 0,
  add column settled_at timestamptz;

-- The panel's user of each buyer, so that a returning one costs no request.
create table public.orderly_panel_users (
  user_id text primary key,
  panel_user_id bigint not null,
  known_at timestamptz not null
);

-- Subscriptions whose money went back or that ended, by the first word of it: the event that says "paid" may come later.
create table public.orderly_stops (
  subscription_id text primary key,
  reason text not null,
  at timestamptz not null
);

-- Always with an expiry, so that nobody forgets one.
create table public.orderly_pauses (
  id bigint generated always as identity primary key,
  scope text not null check (scope in ('panel', 'region', 'node', 'plan')),
  subject text not null,
  reason text not null,
  started_at timestamptz not null,
  started_by text not null,
  until timestamptz not null,
  ended_at timestamptz,
  ended_by text
);
create unique index orderly_pauses_open on public.orderly_pauses (scope, subject) where ended_at is null;

-- A bucket of requests by name: it fills at a steady pace up to its size.
create table public.orderly_budgets (
  name text primary key,
  tokens numeric not null,
  filled_at timestamptz not null,
  hold_until timestamptz
);

-- The last result of a check that runs now and then.
create table public.orderly_checks (
  name text primary key,
  at timestamptz not null,
  result jsonb not null
);
