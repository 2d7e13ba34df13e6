import type { StripeFaults } from '../../sandbox/stripe/stripe.ts';
import type { World } from '../../sandbox/world.ts';
import type { FailureCode } from '../../src/orders/failures.ts';
import { sellToAnother, sql } from './breaks.ts';
import type { Case, Truth } from './case.ts';

const notCalled = (cause: FailureCode, says: RegExp): Truth => ({
  issue: 'webhook_not_called',
  cause,
  action: 'backfill',
  says,
});
const refused = (cause: FailureCode, says: RegExp): Truth => ({
  issue: 'no_order',
  cause,
  action: 'backfill',
  says,
});
const stripe = (name: keyof StripeFaults) => (world: World) =>
  void Object.assign(world.stripe.faults, { [name]: true });

/** What comes in once it works again is what tells of the time in which it did not. */
const worksAgain = (mend: (world: World) => unknown): NonNullable<Case['afterwards']> => ({
  do: async (world) => {
    await mend(world);
    await sellToAnother(world);
    await world.stripe.idle();
  },
  until: 'delivered',
});
const NO_SPACE = `create function public.bench_full() returns trigger language plpgsql as
  $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
  create trigger bench_full before insert on orderly_events for each row execute function bench_full()`;
const SPACE = 'drop trigger if exists bench_full on orderly_events; drop function if exists bench_full()';

/** Between the buyer's money and our door. */
export const SENDER_CAUSES: Case[] = [
  {
    name: 'endpoint disabled',
    truth: notCalled('endpoint_disabled', /disabled/),
    break: stripe('deliveryPaused'),
    until: 'undelivered',
  },
  {
    name: 'endpoint disabled, a moment ago',
    truth: notCalled('endpoint_disabled', /disabled/),
    break: stripe('deliveryPaused'),
    until: 'now',
  },
  {
    name: 'endpoint disabled, and the panel away',
    truth: notCalled('endpoint_disabled', /disabled/),
    break: (world) => {
      world.stripe.faults.deliveryPaused = true;
      world.panel.faults.down = true;
    },
    until: 'undelivered',
  },
  {
    name: 'endpoint disabled then, enabled now',
    truth: notCalled('not_delivered', /sent it to nobody.*disabled.*Events → evt_/),
    break: stripe('deliveryPaused'),
    until: 'undelivered',
    afterwards: {
      do: (world) => Object.assign(world.stripe.faults, { deliveryPaused: false }),
      until: 'now',
    },
  },
  {
    name: 'endpoint deleted',
    truth: notCalled('endpoint_missing', /no endpoint.*\/stripe-webhook/),
    break: stripe('endpointGone'),
    until: 'undelivered',
  },
  {
    name: 'endpoint URL with a typo',
    truth: notCalled('endpoint_url_changed', /sends to .*\/stripe-webhooks now, not to .*\/stripe-webhook$/),
    break: stripe('endpointTypo'),
    until: 'undelivered',
  },
  {
    name: 'endpoint does not listen to late payments',
    truth: notCalled('endpoint_events', /async_payment_succeeded/),
    order: { paymentStatus: 'unpaid' },
    break: stripe('endpointFewEvents'),
    until: 'stored',
    afterwards: {
      do: (world, sale) => world.stripe.asyncPayment(sale.sessionId, 'succeeded'),
      until: 'undelivered',
    },
  },
  {
    name: 'late payment while the endpoint was disabled',
    truth: notCalled('endpoint_disabled', /disabled/),
    order: { paymentStatus: 'unpaid' },
    until: 'stored',
    afterwards: {
      do: (world, sale) => {
        world.stripe.faults.deliveryPaused = true;
        return world.stripe.asyncPayment(sale.sessionId, 'succeeded');
      },
      until: 'undelivered',
    },
  },
  {
    name: 'wrong signing secret',
    truth: refused('secret_wrong', /answered 400.*secret/),
    break: stripe('wrongSecret'),
    until: 'undelivered',
  },
  {
    name: 'wrong signing secret, a moment ago',
    truth: refused('secret_wrong', /answered 400.*secret/),
    break: stripe('wrongSecret'),
    until: 'delivered',
  },
  {
    name: 'body changed on the way',
    truth: refused('body_changed', /answered 400.*changed on the way/),
    break: stripe('corruptBody'),
    until: 'undelivered',
  },
  {
    name: 'clock ten minutes off',
    truth: refused('clock_wrong', /answered 400.*older than 300 seconds/),
    break: stripe('staleSignature'),
    until: 'undelivered',
  },
  {
    name: 'thin payloads',
    truth: refused('thin_events', /answered 400.*thin/),
    break: stripe('thinPayloads'),
    until: 'undelivered',
  },
  {
    name: 'database away while storing',
    truth: refused('not_stored', /answered 503.*could not be stored/),
    break: (world) => Object.assign(world.proxy.faults, { down: true }),
    until: 'repeated',
    afterwards: worksAgain((world) => Object.assign(world.proxy.faults, { down: false })),
  },
  {
    name: 'database error while storing',
    truth: refused('not_stored', /answered 503.*could not be stored/),
    break: sql(NO_SPACE),
    until: 'repeated',
    afterwards: worksAgain(sql(SPACE)),
    mend: sql(SPACE),
  },
  {
    name: 'Orderly down when Stripe called',
    truth: notCalled('orderly_down', /last sign of Orderly/),
    break: (world) => world.bot.kill(),
    until: 'silent',
  },
  {
    name: 'deliveries do not get through a firewall',
    truth: notCalled('not_delivered', /no call of it reached us.*Events → evt_/),
    break: stripe('firewalled'),
    until: 'undelivered',
  },
  {
    name: 'endpoint disabled, and our key lacks a right',
    truth: { issue: 'not_known', cause: 'stripe_key', action: 'none', says: /lacks a permission/ },
    break: (world) => Object.assign(world.stripe.faults, { deliveryPaused: true, api403: true }),
    until: 'undelivered',
  },
  {
    name: 'database away now',
    truth: { issue: 'not_known', cause: 'database_away', action: 'none' },
    until: 'ready',
    afterwards: { do: (world) => Object.assign(world.proxy.faults, { down: true }), until: 'now' },
  },
];
