/**
 * Every way in which a purchase can fail to become a server: one closed set, each with what staff read, what they do
 * next, and how the machine goes on by itself. `outage` and `capacity` heal when their cause does; `config` and `bug` wait
 * for a person.
 */
export type FailureClass = 'transient' | 'capacity' | 'outage' | 'config' | 'unsure' | 'bug';
/** What the cause is shared by: all failures of one cause and scope are one incident, with one ping (P5). */
export type FailureScope = 'panel' | 'node' | 'region' | 'plan' | 'order' | 'deployment';

export type FailureKind = { class: FailureClass; scope: FailureScope; sentence: string; next: string };

const config = (scope: FailureScope, sentence: string, next: string): FailureKind => ({
  class: 'config',
  scope,
  sentence,
  next,
});
const outage = (scope: FailureScope, sentence: string, next: string): FailureKind => ({
  class: 'outage',
  scope,
  sentence,
  next,
});

export const FAILURES = {
  // The panel as a whole
  panel_unreachable: outage(
    'panel',
    'The panel does not answer.',
    'Check that the panel is up; orders go on by themselves when it is.',
  ),
  panel_html: outage(
    'panel',
    'The panel answers with a web page instead of data.',
    'A proxy or an error page stands before the panel: check it and the web server. Orders go on when it is gone.',
  ),
  panel_redirect: outage(
    'panel',
    'The panel redirects our calls.',
    'PANEL_URL must be the address that answers itself (https, right host).',
  ),
  panel_maintenance: outage(
    'panel',
    'The panel is in maintenance mode.',
    'Run `php artisan up` when the upgrade is done; orders go on by themselves.',
  ),
  panel_broken: outage(
    'panel',
    'The panel fails inside (its database or cache).',
    "Look at the panel's own log; orders go on when it works again.",
  ),
  panel_key_refused: outage(
    'panel',
    'The panel refuses our key.',
    'Make a new application key and set PANEL_API_KEY.',
  ),
  panel_key_forbidden: outage(
    'panel',
    'Our panel key lacks a right, or this address.',
    'Give the key read and write on servers and users, read on nodes, allocations, eggs and nests; check its IP list and that its owner is an administrator.',
  ),
  panel_two_factor: outage(
    'panel',
    "The panel wants two-factor login of the key's owner.",
    "Turn on 2FA for the key's owner, or turn the requirement off.",
  ),
  panel_strange: outage(
    'panel',
    'The panel answers in a shape that Orderly does not know.',
    'Check that PANEL_URL is a Pterodactyl panel, and its version. Orders go on when it answers as one.',
  ),
  panel_wrong_url: config(
    'panel',
    'The panel does not know our route.',
    'PANEL_URL must point at the root of a Pterodactyl panel.',
  ),
  panel_rate_limited: {
    class: 'transient',
    scope: 'panel',
    sentence: 'The panel asks us to slow down.',
    next: 'Nothing: it goes on by itself.',
  },
  panel_hiccup: {
    class: 'transient',
    scope: 'panel',
    sentence: 'The panel answered with an error once.',
    next: 'Nothing yet: it is tried again.',
  },
  panel_busy: {
    class: 'transient',
    scope: 'panel',
    sentence: 'It waits for its turn at the panel.',
    next: 'Nothing: it goes on by itself.',
  },
  // Whether it still stands
  stripe_unreachable: {
    class: 'transient',
    scope: 'deployment',
    sentence: 'Stripe could not be asked whether the purchase still stands.',
    next: 'Nothing yet: it is asked again. If it stays so, look at status.stripe.com.',
  },
  stripe_key_lacks: outage(
    'deployment',
    'The Stripe key lacks a right, so nobody knows whether the purchase still stands.',
    'Give the restricted key the named right (read) in Stripe. Orders go on by themselves.',
  ),
  session_missing: config(
    'order',
    'Stripe does not know the checkout session of this order.',
    'Check that STRIPE_SECRET_KEY is of the account and mode that sold it, then press Retry.',
  ),
  // Where the server should go
  node_unreachable: outage(
    'node',
    'The node does not answer the panel (Wings).',
    'Check Wings on that node; orders go on when it answers.',
  ),
  node_down: outage(
    'node',
    'A node does not answer the panel; other nodes take its orders.',
    'Check Wings on that node. It is tried again every few minutes, and this ends when it takes an order.',
  ),
  no_capacity: {
    class: 'capacity',
    scope: 'region',
    sentence: 'No node of the region has room.',
    next: 'Add a node or ports, free some, or end what keeps the named nodes back (maintenance, private); orders go on by themselves.',
  },
  no_nodes: config(
    'region',
    'The region has no enabled node.',
    'Add or enable a row in ptero_nodes with this region and its panel_node_id, then press Retry.',
  ),
  port_race: {
    class: 'transient',
    scope: 'order',
    sentence: 'Somebody else took the port first.',
    next: 'Nothing: another port is tried.',
  },
  node_asked_unusable: config(
    'order',
    'The node that staff asked for cannot take the server.',
    'Press Retry to let Orderly choose a node, or name another with /provision.',
  ),
  // What should be made
  plan_missing: config(
    'plan',
    'The plan is gone from the catalogue.',
    'Put the row back into plans, then press Retry.',
  ),
  plan_incomplete: config(
    'plan',
    'The plan lacks something that a server needs.',
    'Mend the named column of its row in plans, then press Retry.',
  ),
  egg_missing: config(
    'plan',
    "The plan's egg is not on the panel.",
    "Set the plan's egg to one that the panel has, then press Retry.",
  ),
  variable_refused: config(
    'plan',
    "The panel refuses one of the plan's egg variables.",
    "Mend the plan's variables, then press Retry.",
  ),
  image_refused: config(
    'plan',
    "The panel refuses the plan's Docker image.",
    "Mend the plan's image, then press Retry.",
  ),
  plan_refused: config(
    'plan',
    'The panel refuses a value of the plan.',
    'Mend the named column of its row in plans, then press Retry.',
  ),
  // For whom
  user_without_email: config(
    'order',
    'No e-mail is known for the buyer.',
    'Give the user an e-mail in the site, then press Retry.',
  ),
  user_refused: config(
    'order',
    "The panel refuses the buyer's account.",
    'Mend what the detail names, then press Retry.',
  ),
  user_conflict: config(
    'order',
    "The buyer's e-mail belongs to another account of the panel.",
    'Decide whose server it is: set the external id of that panel user to the user id of the site, then press Retry.',
  ),
  panel_user_gone: {
    class: 'transient',
    scope: 'order',
    sentence: "The buyer's panel user that Orderly knew is gone.",
    next: 'Nothing: it is looked up or made again.',
  },
  // What became of it
  create_unsure: {
    class: 'unsure',
    scope: 'order',
    sentence: 'It is not known yet whether the panel made the server.',
    next: 'Nothing: it is looked up until it is known.',
  },
  server_mismatch: config(
    'order',
    'The panel has a server under this order that is not what was bought.',
    'Compare owner and egg on the panel; remove it or correct it, then press Retry.',
  ),
  server_named_elsewhere: config(
    'order',
    'The order already names a server that Orderly did not make.',
    'Look at that server. If it is the right one, link it (in Inspect, or `/link`); if not, empty pterodactyl_server_id of the order and press Retry.',
  ),
  server_gone: config(
    'order',
    'The server is gone from the panel.',
    'If it was deleted on purpose, close the order. If not, `/provision` offers to make a new one; nothing else ever does.',
  ),
  install_failed: config(
    'order',
    'The server was made but its install failed.',
    'Read the install log on the node, then press Reinstall, which Inspect and Retry offer.',
  ),
  install_never_finished: config(
    'order',
    'The install never finished.',
    'Check Wings on the node, then press Reinstall, which Inspect and Retry offer.',
  ),
  install_unknown: config(
    'order',
    'The server was suspended in mid-install, so the panel no longer tells whether the install ended.',
    "Look at the server's console; if it runs, press Retry to take it as ready, else reinstall it.",
  ),
  order_row_missing: config(
    'order',
    'The row of this order is gone from orders.',
    "Look at the site's own changes; a paid order should not vanish.",
  ),
  overdue: {
    class: 'bug',
    scope: 'order',
    sentence: 'The deadline passed and no attempt has ended.',
    next: 'Check that a worker runs and reaches Redis and the database, then press Retry.',
  },
  bug: {
    class: 'bug',
    scope: 'deployment',
    sentence: 'Something went wrong that Orderly does not know.',
    next: 'Press Retry; if it comes again, tell the makers of Orderly what stands above.',
  },
  // Paid, but not an order
  metadata_missing: config(
    'order',
    'A subscription was paid and nothing says what for.',
    'Look in Stripe at what was sold. Press Complete and say what it is, or Not ours if somebody else sold it.',
  ),
  missing_key: config(
    'order',
    "The checkout's metadata is incomplete.",
    "Press Complete and fill in what is missing, for this buyer. Mend the site's checkout for the next one.",
  ),
  bad_user_id: config(
    'order',
    "The checkout's user id is not a UUID.",
    "Press Complete and name the buyer's user id. Mend the site's checkout for the next one.",
  ),
  not_subscription: config(
    'order',
    'The checkout was not a subscription.',
    "Press Complete if it is a real sale, else refund it and `/close` this. Mend the site's checkout (mode: subscription).",
  ),
  no_subscription: config(
    'order',
    'The checkout has no subscription, in Stripe either.',
    'Look at the session in Stripe. Press Complete if it is a real sale, else refund it and `/close` this.',
  ),
  wrong_mode: config(
    'order',
    'A purchase of the other Stripe mode (live or test) came here.',
    'Check which endpoint sends to this deployment; test and live must be apart.',
  ),
  unknown_plan: config(
    'plan',
    'The bought plan is not in the catalogue.',
    'Add the plan to plans, then press Retry; or press Complete and choose the plan that was meant.',
  ),
  unknown_region: config(
    'region',
    'The bought region is not in the catalogue.',
    'Add a node of this region to ptero_nodes, then press Retry; or press Complete and choose another region.',
  ),
  unknown_term: config(
    'plan',
    'The plan does not list the bought term.',
    "Add the term to the plan's terms, then press Retry; or press Complete and choose one that it lists.",
  ),
  order_refused: config(
    'order',
    'The database refused the order row.',
    'Mend what the detail names (a constraint of orders), then press Retry; or press Complete, if it is a value of the checkout.',
  ),
  item_type_wrong: config(
    'order',
    'The checkout says that no game was bought, and names the plan of one.',
    "Mend item_type in the site's checkout (it must be `game`). This buyer: refund it and let them buy anew, or make the server by hand on the panel.",
  ),
  // Warnings
  plan_unsellable: config(
    'plan',
    'A plan is on sale that could not be provisioned.',
    'Mend the named column before somebody buys it. This is looked at again every day, and at every start.',
  ),
  node_unusable: config(
    'node',
    'A node of the catalogue cannot be used.',
    'Mend the named row of ptero_nodes, or set enabled to false.',
  ),
  low_stock: {
    class: 'capacity',
    scope: 'region',
    sentence: 'A plan is almost sold out.',
    next: 'Add a node or ports, or stop selling the plan there. The warning ends by itself.',
  },
  stopped_with_server: config(
    'order',
    'The purchase is over (money back, a dispute, or closed by staff) and its server exists.',
    'Decide whether the server is to be suspended or removed.',
  ),
  ping_blocked: config(
    'deployment',
    'An alert could not ping everybody whom it should.',
    'Click what stands above. This is looked at again every ten minutes; the warning ends by itself.',
  ),
  // Nothing failed
  drill: config(
    'deployment',
    "Drill: nobody's server is affected.",
    "Press I'm on it. This only tries how long it takes.",
  ),
  not_delivered: config(
    'deployment',
    'Stripe made the event, and it did not arrive.',
    'Mend what the detail names. The purchase itself is found by asking Stripe, within minutes; Inspect can fetch it now.',
  ),
  database_away: {
    class: 'outage',
    scope: 'deployment',
    sentence: 'The database does not answer.',
    next: 'Check the Supabase project (paused, full, status.supabase.com) and SUPABASE_SERVICE_ROLE_KEY. Nothing is lost: Stripe repeats.',
  },
  no_worker: config(
    'deployment',
    'No worker is alive.',
    'Start Orderly (or the process with ROLES=worker) and look at its log. Orders go on by themselves when it runs.',
  ),
  endpoint_missing: config(
    'deployment',
    'Stripe has no webhook endpoint for Orderly.',
    'Stripe → Developers → Webhooks: make one that sends to /stripe-webhook of this deployment. Purchases are found by asking meanwhile.',
  ),
  endpoint_disabled: config(
    'deployment',
    'The webhook endpoint is disabled in Stripe.',
    'Stripe → Developers → Webhooks → the endpoint → Enable. Purchases are found by asking meanwhile.',
  ),
  endpoint_url_changed: config(
    'deployment',
    'The webhook endpoint sends to another address now.',
    'Stripe → Developers → Webhooks → the endpoint: set the URL back, or set PUBLIC_URL to the new one.',
  ),
  endpoint_twice: config(
    'deployment',
    'Two webhook endpoints send to Orderly.',
    'Delete one of them in Stripe: each has a secret of its own, and the deliveries of one are refused.',
  ),
  endpoint_events: config(
    'deployment',
    'The webhook endpoint does not listen to all that Orderly needs.',
    'Stripe → Developers → Webhooks → the endpoint: add the event types that are named above.',
  ),
  endpoint_version: config(
    'deployment',
    'The webhook endpoint sends another API version than Orderly reads.',
    'Make the endpoint anew with the version that is named above. Until then each event is asked about at Stripe, which is slower.',
  ),
  orderly_down: config(
    'deployment',
    'Orderly was not there when Stripe called.',
    'Start Orderly and look at its log. Stripe repeats for three days, and Orderly asks for what it missed when it starts.',
  ),
  secret_wrong: config(
    'deployment',
    'Deliveries are signed with another secret than ours.',
    'Set STRIPE_WEBHOOK_SECRET to the signing secret of this very endpoint (Stripe → Developers → Webhooks → the endpoint → Reveal). `stripe listen` has one of its own.',
  ),
  secret_of_other_mode: config(
    'deployment',
    'Deliveries of the other Stripe mode (test or live) come here.',
    "Let that mode's endpoint send to its own deployment; here only the mode of STRIPE_SECRET_KEY belongs.",
  ),
  body_changed: config(
    'deployment',
    'Deliveries are altered on the way.',
    'A proxy, firewall or framework before Orderly reads and rewrites the body: let it pass /stripe-webhook as it is.',
  ),
  clock_wrong: config(
    'deployment',
    'Deliveries arrive with signatures that are too old.',
    "Set this machine's clock (NTP); if it is right, something before Orderly holds deliveries back for minutes.",
  ),
  not_stored: {
    class: 'outage',
    scope: 'deployment',
    sentence: 'The event came, and could not be stored.',
    next: 'Check the database; Stripe repeats the delivery for three days, and Orderly asks for it by itself.',
  },
  signatures_failing: config(
    'deployment',
    'Deliveries from Stripe are refused, one after the other.',
    "Mend what the detail names; most often STRIPE_WEBHOOK_SECRET is not this endpoint's. Stripe repeats for three days.",
  ),
  events_silent: config(
    'deployment',
    'Stripe has sent nothing for unusually long.',
    'Look at the endpoint in Stripe, and whether the shop sells at all. Purchases are found by asking meanwhile.',
  ),
  stripe_key: config(
    'deployment',
    'Stripe does not let Orderly ask.',
    'Give the restricted key the read right that is named above (Stripe → Developers → API keys), or set a key that is valid.',
  ),
  thin_events: config(
    'deployment',
    'The Stripe endpoint sends thin payloads.',
    'Set the destination to snapshot payloads in Stripe.',
  ),
  event_refused: config(
    'deployment',
    'A Stripe event broke a rule of the database.',
    'Read the detail; it is stored and can be looked at.',
  ),
} as const satisfies Record<string, FailureKind>;

export type FailureCode = keyof typeof FAILURES;

/** What one failure is, looked up by a code that may come from an older version's row. */
export function failureKind(code: string): FailureKind {
  return Object.hasOwn(FAILURES, code) ? FAILURES[code as FailureCode] : FAILURES.bug;
}

/**
 * One failure of a try: which, what exactly, and which node it is about where it is about one. `evidence` tells one unknown
 * failure from another, so that two bugs are two incidents.
 */
export type Failure = {
  code: FailureCode;
  detail: string;
  nodeId?: number;
  retryAfterMs?: number;
  evidence?: string;
};

export type RetryPolicy = { baseMs: number; capMs: number; alertAfterAttempts: number };

/** Waiting is the database's job; these are only its numbers. `Infinity`: the deadline alone raises the alert. */
export const RETRY: Record<FailureClass, RetryPolicy | null> = {
  transient: { baseMs: 2_000, capMs: 60_000, alertAfterAttempts: Number.POSITIVE_INFINITY },
  unsure: { baseMs: 5_000, capMs: 60_000, alertAfterAttempts: Number.POSITIVE_INFINITY },
  // One blip that heals by itself wakes nobody.
  outage: { baseMs: 4_000, capMs: 60_000, alertAfterAttempts: 2 },
  capacity: { baseMs: 15_000, capMs: 120_000, alertAfterAttempts: 1 },
  config: null,
  bug: null,
};
