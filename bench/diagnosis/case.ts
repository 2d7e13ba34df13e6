import type { CheckoutOptions } from '../../sandbox/stripe/stripe.ts';
import type { World } from '../../sandbox/world.ts';
import type { FailureCode } from '../../src/orders/failures.ts';
import type { NextAction } from '../../src/runbook/diagnose.ts';
import type { Issue } from '../../src/runbook/issues.ts';
import type { Moment, Sale } from './moments.ts';

/** What the report must say. */
export type Truth = {
  issue: Issue;
  /** Null: nothing is to be blamed. */
  cause: FailureCode | null;
  action: NextAction;
  /** What the evidence must name, so that nobody has to search. */
  says?: RegExp;
  /** What the next action must say beside what the table of failures has. */
  next?: RegExp;
};

type Do = (world: World, sale: Sale) => unknown;

/** One way in which something can be broken, or be well; all is mended after it. */
export type Case = {
  name: string;
  truth: Truth;
  /** What is bought; an ordinary sale unless told. */
  order?: Partial<CheckoutOptions> | undefined;
  /** Breaks it before the buyer pays. */
  break?: (world: World) => unknown;
  /** When the sale is far enough. */
  until: Moment;
  /** What happens then, and how long it takes to be seen. */
  afterwards?: { do: Do; until: Moment };
  /** What the reset of the world does not mend by itself. */
  mend?: (world: World) => unknown;
};
