type Definition = {
  type: 'counter' | 'histogram' | 'gauge';
  help: string;
  labels: readonly string[];
  /** Of a histogram: upper bounds. */
  buckets?: readonly number[];
};

const counter = (help: string, ...labels: string[]): Definition => ({ type: 'counter', help, labels });
const gauge = (help: string, ...labels: string[]): Definition => ({ type: 'gauge', help, labels });

/** Everything of ours on /metrics. The table in docs/metrics.md has the same names and labels; a test holds that. */
export const METRICS = {
  // Counted by the process that does it
  orderly_events_total: counter("Stripe's events, by what became of them.", 'type', 'outcome'),
  orderly_attempts_total: counter(
    'Tries to make a server that ended, by their failure; ok: it was made.',
    'code',
  ),
  orderly_purchase_stage_seconds: {
    type: 'histogram',
    help: 'From paid until a purchase passed a stage, once each.',
    labels: ['stage'],
    buckets: [1, 2, 5, 10, 15, 20, 30, 45, 60, 120, 300, 600, 1200, 3600, 14_400],
  },
  orderly_outbound_seconds: {
    type: 'histogram',
    help: 'Requests of ours to others, until their answer began.',
    labels: ['to', 'outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  orderly_scrape_failures_total: counter('Scrapes for which a part could not be asked.', 'part'),

  // This process, now
  orderly_build_info: gauge('1; the version of Orderly, and what this process does.', 'version', 'roles'),
  orderly_loop_last_run_timestamp_seconds: gauge('When a loop of this process last went round.', 'loop'),
  orderly_loop_stalled: gauge('1 while a loop of this process stands still; /healthz is 503 then.', 'loop'),
  orderly_discord_leads: gauge('1 while this process is the one in Discord.'),
  orderly_discord_connected: gauge("1 while this process's connection to Discord stands."),
  orderly_discord_requests_left: gauge(
    'Requests that Discord takes now; of the channels, the least.',
    'bucket',
  ),
  orderly_panel_requests_left: gauge('Requests that are left now of our share of the panel.'),

  // Redis, now
  orderly_redis_up: gauge('1 while Redis answers this process.'),
  orderly_queue_jobs: gauge('Hints in the queue.', 'state'),

  // The database, now: the same from every process
  orderly_database_up: gauge('1 when the database answered this scrape, or one in the five seconds before.'),
  orderly_waiting_purchases: gauge('Paid games without a server.'),
  orderly_waiting_oldest_seconds: gauge('Since when the oldest of them is paid.'),
  orderly_overdue_purchases: gauge('Paid games without a server after their deadline.'),
  orderly_stuck_purchases: gauge(
    'Paid games without a server when half of their time is over, or whose create is in doubt.',
  ),
  orderly_due_purchases: gauge('Purchases that are due to be looked at, and are not being looked at.'),
  orderly_due_oldest_seconds: gauge('Since when the first of them is due.'),
  orderly_waiting_events: gauge("Stripe's events that are due to be asked about."),
  orderly_waiting_messages: gauge('Messages that do not say yet what their rows say.', 'kind'),
  orderly_message_lag_seconds: gauge('Since when the oldest of them is behind.', 'kind'),
  orderly_open_incidents: gauge('Incidents that are open.', 'severity', 'code'),
  orderly_unacknowledged_incidents: gauge('Open alerts that nobody is on.', 'code'),
  orderly_capacity_servers: gauge(
    'Servers that a region still takes, of the plan of which it takes least.',
    'region',
  ),
  orderly_capacity_age_seconds: gauge('Since when that is known.'),
  orderly_role_processes: gauge('Processes in which a role is alive.', 'role'),
  orderly_discord_led: gauge('1 while some process is the one in Discord.'),
} as const satisfies Record<string, Definition>;

export type MetricName = keyof typeof METRICS;
export type { Definition };
