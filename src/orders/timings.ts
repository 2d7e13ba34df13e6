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
  /** How long one process may lead the outbox without a sign of life. */
  outboxLeaseMs: number;
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
};

export const TIMINGS: Timings = {
  deadlineMs: 10 * 60_000,
  leaseMs: 90_000,
  ghostMs: 35_000,
  installPollMs: 5_000,
  installDeadlineMs: 20 * 60_000,
  sweepMs: 5_000,
  outboxMs: 400,
  outboxLeaseMs: 15_000,
  quickDatabaseMs: 1_500,
  databaseMs: 10_000,
  hintMs: 500,
  panelMs: 40_000,
  askAgainMs: 15_000,
};
