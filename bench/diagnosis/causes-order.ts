import type { FailureCode } from '../../src/orders/failures.ts';
import { metadata, sql } from './breaks.ts';
import type { Case, Truth } from './case.ts';

const noOrder = (cause: FailureCode, action: Truth['action'], says: RegExp): Truth => ({
  issue: 'no_order',
  cause,
  action,
  says,
});

const withoutKey = (key: string): Case => ({
  name: `metadata without ${key}`,
  truth: noOrder('missing_key', 'complete', new RegExp(`lacks ${key}`)),
  order: { metadata: metadata({ [key]: null }) },
  until: 'alert',
});

const itemType = (word: string): Case => ({
  name: `item_type ${word} for a game's plan`,
  truth: {
    issue: 'not_triggered',
    cause: 'item_type_wrong',
    action: 'none',
    says: new RegExp(`"${word}".*among-us-1gb`),
  },
  order: { itemType: word },
  until: 'ordered',
});

/** From our door to an order that somebody works on. */
export const ORDER_CAUSES: Case[] = [
  ...['user_id', 'item_type', 'plan_id', 'term', 'region'].map(withoutKey),
  {
    name: 'metadata without two keys',
    truth: noOrder('missing_key', 'complete', /lacks term, region/),
    order: { metadata: metadata({ term: null, region: null }) },
    until: 'alert',
  },
  {
    name: 'metadata with a misspelt key',
    truth: noOrder('missing_key', 'complete', /lacks plan_id$/),
    order: { metadata: { ...metadata({ plan_id: null }), planId: 'among-us-1gb' } },
    until: 'alert',
  },
  {
    name: 'metadata with an empty key',
    truth: noOrder('missing_key', 'complete', /lacks region/),
    order: { metadata: metadata({ region: ' ' }) },
    until: 'alert',
  },
  {
    name: 'no metadata on a paid subscription',
    truth: noOrder('metadata_missing', 'complete', /none of user_id/),
    order: { metadata: {} },
    until: 'alert',
  },
  {
    name: 'user id that is no UUID',
    truth: noOrder('bad_user_id', 'complete', /user_id/),
    order: { metadata: metadata({ user_id: 'user-17' }) },
    until: 'alert',
  },
  {
    name: 'a one-time payment',
    truth: noOrder('not_subscription', 'complete', /mode is payment/),
    order: { mode: 'payment' },
    until: 'alert',
  },
  {
    name: 'a session without its subscription',
    truth: noOrder('no_subscription', 'complete', /names a subscription/),
    order: { subscription: false },
    until: 'alert',
  },
  {
    name: 'an event of live mode',
    truth: noOrder('wrong_mode', 'none', /live event.*test key/),
    break: (world) => Object.assign(world.stripe.faults, { otherMode: true }),
    until: 'alert',
  },
  {
    name: 'unknown plan',
    truth: noOrder('unknown_plan', 'retry', /no row in plans with id "quake-1gb"/),
    order: { planId: 'quake-1gb' },
    until: 'alert',
  },
  {
    name: 'the plan in other letters',
    truth: noOrder('unknown_plan', 'retry', /no row in plans with id "Among-Us-1GB"/),
    order: { planId: 'Among-Us-1GB' },
    until: 'alert',
  },
  {
    name: 'unknown region',
    truth: noOrder('unknown_region', 'retry', /no row in ptero_nodes with region "mars"/),
    order: { region: 'mars' },
    until: 'alert',
  },
  {
    name: 'unknown term',
    truth: noOrder('unknown_term', 'retry', /"among-us-1gb" lists.*not "hourly"/),
    order: { term: 'hourly' },
    until: 'alert',
  },
  {
    name: 'a constraint of orders refuses the row',
    truth: noOrder('order_refused', 'retry', /bench_refuses/),
    break: sql(`alter table orders add constraint bench_refuses check (plan_id <> 'among-us-1gb') not valid`),
    until: 'alert',
    mend: sql('alter table orders drop constraint if exists bench_refuses'),
  },
  {
    name: 'the event breaks a rule of the database',
    truth: noOrder('event_refused', 'backfill', /evt_.*bench_refuses/),
    break: sql(
      `alter table orderly_purchases add constraint bench_refuses check (plan_id <> 'among-us-1gb') not valid`,
    ),
    until: 'undelivered',
    mend: sql('alter table orderly_purchases drop constraint if exists bench_refuses'),
  },
  {
    name: 'the order row was deleted',
    truth: noOrder('order_row_missing', 'none', /orders has no row/),
    until: 'ready',
    afterwards: { do: (world) => sql('delete from orders')(world), until: 'now' },
  },
  ...['gmae', 'games', 'game_server', 'among us'].map(itemType),
  {
    name: 'the worker died after storing',
    truth: {
      issue: 'not_triggered',
      cause: 'no_worker',
      action: 'none',
      says: /due since.*nobody took it.*last sign/,
    },
    break: (world) => {
      const forget = world.proxy.onRequest(async ({ path, when }) => {
        if (when !== 'after' || !path.includes('orderly_ingest')) return;
        forget();
        await world.bot.kill();
      });
    },
    until: 'silent',
  },
];
