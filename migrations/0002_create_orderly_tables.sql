-- Orderly's own tables. Only the functions of the later files write to them, and only the service role may call those.
-- Old code runs on this schema: yes, there is none before it.

-- One row per purchase: a checkout session, or an order of the site that a person (or the site) handed over.
create table public.orderly_purchases (
  -- UUIDv5 of the checkout session id, so that a database restored from yesterday cannot buy a second server.
  id text primary key,
  session_id text unique,
  order_id text unique,
  source text not null check (source in ('stripe', 'site', 'staff')),
  subscription_id text,
  customer_id text,
  payment_intent_id text,
  invoice_id text,
  livemode boolean,
  -- What was bought, as it was parsed at the purchase: metadata can be edited in Stripe afterwards.
  user_id text,
  item_type text,
  plan_id text,
  term text,
  region text,
  server_name text,
  email text,
  amount_minor bigint,
  currency text,
  note text,
  bought_at timestamptz,
  payment text not null check (payment in ('waiting', 'paid', 'failed', 'expired')),
  problem_code text,
  problem_detail text,
  -- Work: `look_at` null means that nothing is to be done.
  version bigint not null default 1,
  look_at timestamptz,
  deadline_at timestamptz,
  lease_holder text,
  lease_token bigint not null default 0,
  lease_until timestamptz,
  attempts integer not null default 0,
  -- The server on the panel.
  panel_user_id bigint,
  panel_node_id bigint,
  allocation_id bigint,
  create_sent_at timestamptz,
  panel_server_id bigint,
  panel_identifier text,
  node_name text,
  address text,
  install text check (install in ('installing', 'ready', 'failed', 'never_finished')),
  -- The last failure, kept until a success clears it.
  failure_code text,
  failure_detail text,
  failed_at timestamptz,
  incident_id bigint,
  retried_at timestamptz,
  retried_by text,
  paid_at timestamptz,
  provisioning_at timestamptz,
  provisioned_at timestamptz,
  ready_at timestamptz,
  closed_at timestamptz,
  close_reason text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index orderly_purchases_due on public.orderly_purchases (look_at) where look_at is not null;
create index orderly_purchases_overdue on public.orderly_purchases (deadline_at)
  where deadline_at is not null and provisioned_at is null and closed_at is null and incident_id is null;
create index orderly_purchases_subscription on public.orderly_purchases (subscription_id);
create index orderly_purchases_recent on public.orderly_purchases (created_at desc);
create index orderly_purchases_email on public.orderly_purchases (lower(email) text_pattern_ops);
create index orderly_purchases_server_name on public.orderly_purchases (lower(server_name) text_pattern_ops);
create index orderly_purchases_session_prefix on public.orderly_purchases (session_id text_pattern_ops);
create index orderly_purchases_order_prefix on public.orderly_purchases (order_id text_pattern_ops);

-- Every Stripe event that was received, with its exact text.
create table public.orderly_events (
  id text primary key,
  type text not null,
  livemode boolean not null,
  api_version text,
  made_at timestamptz,
  received_at timestamptz not null,
  state text not null check (state in ('received', 'processed', 'ignored', 'rejected', 'deferred')),
  reason text,
  purchase_id text,
  subscription_id text,
  -- What is to be asked of Stripe while the state is `received`.
  ask jsonb,
  look_at timestamptz,
  attempts integer not null default 0,
  raw text not null
);
create index orderly_events_due on public.orderly_events (look_at) where state = 'received';
create index orderly_events_purchase on public.orderly_events (purchase_id);
create index orderly_events_subscription on public.orderly_events (subscription_id) where subscription_id is not null;

create table public.orderly_timeline (
  id bigint generated always as identity primary key,
  purchase_id text not null,
  at timestamptz not null,
  kind text not null,
  detail text,
  actor text
);
create index orderly_timeline_purchase on public.orderly_timeline (purchase_id, id);

-- One row per try to make the server, so that what was tried is known after the process is gone.
create table public.orderly_attempts (
  id bigint generated always as identity primary key,
  purchase_id text not null,
  number integer not null,
  token bigint not null,
  holder text not null,
  started_at timestamptz not null,
  step text not null,
  ended_at timestamptz,
  outcome text check (outcome in ('provisioned', 'failed', 'unsure', 'closed', 'lost')),
  code text,
  detail text
);
create index orderly_attempts_purchase on public.orderly_attempts (purchase_id, id);

-- A port that is held for an order from its placement until the panel shows it as taken.
create table public.orderly_reservations (
  allocation_id bigint primary key,
  panel_node_id bigint not null,
  purchase_id text not null unique,
  reserved_at timestamptz not null
);

create table public.orderly_incidents (
  id bigint generated always as identity primary key,
  fingerprint text not null,
  code text not null,
  scope text not null,
  severity text not null check (severity in ('alert', 'warning')),
  detail text,
  version bigint not null default 1,
  opened_at timestamptz not null,
  closed_at timestamptz,
  close_reason text
);
create unique index orderly_incidents_open on public.orderly_incidents (fingerprint) where closed_at is null;

create table public.orderly_incident_purchases (
  incident_id bigint not null references public.orderly_incidents (id),
  purchase_id text not null,
  joined_at timestamptz not null,
  left_at timestamptz,
  outcome text,
  primary key (incident_id, purchase_id)
);

-- One row per Discord message that should exist. `wanted_version` runs ahead of `shown_version` until the outbox catches up.
create table public.orderly_messages (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('purchase', 'alert')),
  subject text not null,
  generation integer not null default 1,
  channel_id text,
  message_id text,
  wanted_version bigint not null,
  shown_version bigint not null default 0,
  sending_at timestamptz,
  posted_at timestamptz,
  tries integer not null default 0,
  next_try_at timestamptz,
  error text,
  unique (kind, subject)
);
create index orderly_messages_behind on public.orderly_messages (id) where shown_version < wanted_version;

-- What staff did, once per Discord interaction; refused presses too.
create table public.orderly_staff_actions (
  interaction_id text primary key,
  at timestamptz not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  target text not null,
  outcome text not null,
  detail text
);
create index orderly_staff_actions_target on public.orderly_staff_actions (target, at desc);

-- Webhook calls that were refused: bounded, so that nobody can fill the database from outside.
create table public.orderly_refusals (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  path text not null,
  status integer not null,
  reason text not null
);

-- Work that only one process may do at a time, by name.
create table public.orderly_leases (
  name text primary key,
  holder text not null,
  until timestamptz not null
);
