/** Every wait of the product, in milliseconds of the process's clock. One plain object, passed in through deps. */
export type Timings = {
  /** From paid to an alert when there is no server yet (P4). */
  deadlineMs: number;
  /** How long a worker holds an order without a sign of life; longer than any one panel call. */
  leaseMs: number;
  /** How long the panel may show a server that it then takes back: facts of the real panel, 30 s and some. */
  ghostMs: number;
  /** Between two looks at an install. */
  installPollMs: number;
  /** From created to "this install will never finish". */
  installDeadlineMs: number;
  /** Between two sweeps for what is due. */
  sweepMs: number;
  /** Between two looks for messages that are behind. */
  outboxMs: number;
  /** How long one process may lead in Discord without a sign of life; a standby takes over after this and a few seconds. */
  leadMs: number;
  /** Between two signs of the one that leads, and between two looks of those that stand by. */
  leadEveryMs: number;
  /** How long the one that leads may be without its connection before it lets another try; longer than a reconnect takes. */
  cutOffMs: number;
  /** How long a request of a leader that is gone may still be under way to Discord; longer than one may take. */
  settleMs: number;
  /** Between two signs of life that a process gives. */
  pulseMs: number;
  /** How long what is under way at the panel may go on when a process is told to stop. */
  drainMs: number;
  /** How old the settings that were chosen with /setup may be, in a process that did not write them. */
  settingsMs: number;
  /** How long /setup waits for its test messages. */
  testMs: number;
  /** Database calls on the way of a Stripe delivery or a press of a button. */
  quickDatabaseMs: number;
  /** All other database calls. */
  databaseMs: number;
  /** Telling the queue; what is not told is found by the sweep. */
  hintMs: number;
  /** One call of the panel; it may take 30 s to answer a create. */
  panelMs: number;
  /** A stored event that Stripe has to be asked about again. */
  askAgainMs: number;
  /** How old the shared look at the panel's capacity may be. */
  snapshotMs: number;
  /** Between two orders that resume together after an outage or a pause: a pace that the panel bears. */
  resumePaceMs: number;
  /** A purchase older than this is asked for again at Stripe before its server is made. */
  standingMs: number;
  /** Between two forecasts of what can still be sold. */
  stockMs: number;
  /** Between two checks of every plan against the panel. */
  planCheckMs: number;
  /** Between two looks whether the servers of finished orders are still there. */
  auditMs: number;
  /** How long "I'm on it" keeps an alert quiet. */
  ackMs: number;
  /** From a ping that nobody answered to the next step. */
  escalateMs: number;
  /** Between two looks whether a ping can land. */
  pingCheckMs: number;
  /** What one source of Inspect may take; two are asked one after the other, and the answer comes within 3 s. */
  lookMs: number;
  /** Between two questions to Stripe for events that it could not deliver. */
  undeliveredMs: number;
  /** Between two comparisons of Stripe's complete sessions with ours. */
  sessionsMs: number;
  /** Between two purchases that were found by asking: a backlog of days must not drown panel and channel. */
  recoverPaceMs: number;
  /** Older than this, an event that did not come was not just slow. */
  slowDeliveryMs: number;
  /** Between two looks at the endpoint and at how deliveries go. */
  senderMs: number;
  /** Between two looks for payloads that are old enough to be let go. */
  pruneMs: number;
  /** Between two beats of the heartbeat. */
  heartbeatMs: number;
  /** How long Discord or the database may be away before the pager is used. */
  pagerAfterMs: number;
  /** One call of the heartbeat or the pager. */
  watchdogMs: number;
};

export const TIMINGS: Timings = {
  deadlineMs: 10 * 60_000,
  leaseMs: 90_000,
  ghostMs: 35_000,
  installPollMs: 5_000,
  installDeadlineMs: 20 * 60_000,
  sweepMs: 5_000,
  outboxMs: 400,
  leadMs: 5_000,
  leadEveryMs: 1_000,
  cutOffMs: 60_000,
  settleMs: 15_000,
  pulseMs: 10_000,
  drainMs: 12_000,
  settingsMs: 10_000,
  testMs: 10_000,
  quickDatabaseMs: 1_500,
  databaseMs: 10_000,
  hintMs: 500,
  panelMs: 40_000,
  askAgainMs: 15_000,
  snapshotMs: 10_000,
  resumePaceMs: 1_000,
  standingMs: 15 * 60_000,
  stockMs: 5 * 60_000,
  planCheckMs: 24 * 60 * 60_000,
  auditMs: 6 * 60 * 60_000,
  ackMs: 30 * 60_000,
  escalateMs: 5 * 60_000,
  pingCheckMs: 10 * 60_000,
  lookMs: 1_300,
  undeliveredMs: 3 * 60_000,
  sessionsMs: 30 * 60_000,
  recoverPaceMs: 2_000,
  slowDeliveryMs: 15 * 60_000,
  senderMs: 5 * 60_000,
  pruneMs: 24 * 60 * 60_000,
  heartbeatMs: 60_000,
  pagerAfterMs: 60_000,
  watchdogMs: 10_000,
};
