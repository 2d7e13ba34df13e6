import type { PanelFaults } from '../../sandbox/panel/faults.ts';
import type { StripeFaults } from '../../sandbox/stripe/stripe.ts';
import type { World } from '../../sandbox/world.ts';
import { act, metadata, panelUser, serverOf, sql } from './breaks.ts';
import type { Case, Truth } from './case.ts';

const WELL: Truth = { issue: 'healthy', cause: null, action: 'none' };
const SLOW: Truth = { issue: 'under_way', cause: null, action: 'none' };

const stripe = (changes: Partial<StripeFaults>) => (world: World) =>
  void Object.assign(world.stripe.faults, changes);
const panel = (changes: Partial<PanelFaults>) => (world: World) =>
  void Object.assign(world.panel.faults, changes);
const sale = (name: string, order: Case['order']): Case => ({ name, truth: WELL, order, until: 'ready' });
/** Something breaks that this order has behind it. */
const readyThen = (name: string, change: (world: World) => unknown): Case => ({
  name: `ready; then ${name}`,
  truth: WELL,
  until: 'ready',
  afterwards: { do: change, until: 'now' },
});

/** Orders that are well, or take their time: nobody may be blamed, whatever else is broken. */
export const HEALTHY: Case[] = [
  sale('an ordinary sale', {}),
  sale('another plan and region', { planId: 'terraria-2gb', region: 'us-east', term: 'yearly' }),
  sale('a free order, by coupon', { paymentStatus: 'no_payment_required' }),
  sale('no server name', { metadata: metadata({ server_name: null }) }),
  sale('a key more in the metadata', { metadata: metadata({ campaign: 'winter' }) }),
  {
    ...sale('an image that the egg does not list', {}),
    break: sql(`update plans set image = 'ghcr.io/acme/own:1'`),
  },
  sale('ITEM_TYPE in capitals', { itemType: 'GAME' }),
  sale('a page that was open for hours', { openedSecondsAgo: 7_200 }),
  { ...sale('deliveries come three times', {}), break: stripe({ duplicateDeliveries: 3 }) },
  { ...sale('the old secret signs as well', {}), break: stripe({ previousSecret: 'whsec_sandbox_before' }) },
  { ...sale('a second endpoint is refused', {}), break: stripe({ endpointTwice: true }) },
  { ...sale('an endpoint of an old API version', {}), break: stripe({ endpointOldVersion: true }) },
  { ...sale('an endpoint with few events, paid by card', {}), break: stripe({ endpointFewEvents: true }) },
  { ...sale('the first delivery is lost, the second comes', {}), break: stripe({ dropFirstDelivery: true }) },
  { ...sale('one node of two is down', {}), break: panel({ wings: { 1: 'down' } }) },
  {
    ...sale('the answer of the create is lost', {}),
    until: 'ready',
    break: (world) => {
      world.panel.faults.cutAfterCreate = true;
      const forget = world.panel.onRequest(({ method, path, when }) => {
        if (when !== 'after' || method !== 'POST' || !path.includes('/servers')) return;
        forget();
        setImmediate(() => Object.assign(world.panel.faults, { cutAfterCreate: false }));
      });
    },
  },
  {
    ...sale('the panel has the buyer already, by e-mail', { email: 'known@example.com' }),
    break: (world) => panelUser(world, { email: 'known@example.com' }),
  },
  { ...sale('Redis is gone', {}), break: (world) => world.redis.stop(), mend: (world) => world.wipeRedis() },
  { name: 'an add-on', truth: WELL, order: { itemType: 'addon', planId: 'extra-slots' }, until: 'ordered' },
  { name: "an add-on to a game's plan", truth: WELL, order: { itemType: 'addon' }, until: 'ordered' },
  {
    name: 'a one-time sale that is not ours',
    truth: WELL,
    order: { mode: 'payment', metadata: {} },
    until: 'undelivered',
  },
  {
    name: 'a bank debit that failed',
    truth: WELL,
    order: { paymentStatus: 'unpaid' },
    until: 'stored',
    afterwards: {
      do: (world, { sessionId }) => world.stripe.asyncPayment(sessionId, 'failed'),
      until: 'closed',
    },
  },
  {
    name: 'a rejected sale that staff closed',
    truth: WELL,
    order: { planId: 'quake-1gb' },
    until: 'alert',
    afterwards: {
      do: (world, one) => act(world, one, { action: 'close', detail: 'refunded' }),
      until: 'closed',
    },
  },
  {
    name: 'refunded after it was ready',
    truth: WELL,
    until: 'ready',
    afterwards: { do: (world, { sessionId }) => world.stripe.refund(sessionId), until: 'delivered' },
  },
  readyThen('the endpoint was disabled', stripe({ deliveryPaused: true })),
  readyThen('the URL of the endpoint got a typo', stripe({ endpointTypo: true })),
  readyThen('the endpoint was deleted', stripe({ endpointGone: true })),
  readyThen('the signing secret was changed', stripe({ wrongSecret: true })),
  readyThen('Stripe went away', stripe({ apiDown: true })),
  readyThen('the Stripe key lost its rights', stripe({ api403: true })),
  readyThen('the Stripe key is of another account', stripe({ otherAccount: true })),
  readyThen('the panel went away', panel({ down: true })),
  readyThen('the panel key was revoked', panel({ keyRevoked: true })),
  readyThen('Wings went down', panel({ wings: { 1: 'down', 2: 'down' } })),
  readyThen('its plan was deleted', sql('delete from plans')),
  readyThen('its region was closed', sql('update ptero_nodes set enabled = false')),
  {
    name: 'ready; then suspended for a late payment',
    truth: WELL,
    until: 'ready',
    afterwards: {
      do: async (world, one) => Object.assign(await serverOf(world, one), { status: 'suspended' }),
      until: 'now',
    },
  },
  {
    name: 'the delivery is lost, a moment ago',
    truth: SLOW,
    break: stripe({ dropFirstDelivery: true }),
    until: 'delivered',
  },
  {
    name: 'the delivery is lost, with two endpoints',
    truth: SLOW,
    break: stripe({ dropFirstDelivery: true, endpointTwice: true }),
    until: 'delivered',
  },
  { name: 'a bank debit under way', truth: SLOW, order: { paymentStatus: 'unpaid' }, until: 'stored' },
  {
    name: 'a bank debit under way, endpoint disabled since',
    truth: SLOW,
    order: { paymentStatus: 'unpaid' },
    until: 'stored',
    afterwards: { do: stripe({ deliveryPaused: true }), until: 'undelivered' },
  },
  { name: 'being installed', truth: SLOW, break: panel({ installNever: true }), until: 'installing' },
  {
    name: 'being installed, panel away',
    truth: SLOW,
    break: panel({ installNever: true }),
    until: 'installing',
    afterwards: { do: panel({ down: true }), until: 'now' },
  },
  {
    name: 'the panel limits our requests',
    truth: SLOW,
    break: panel({ rateLimited: true }),
    until: 'ordered',
  },
  { name: 'the panel answers slowly', truth: SLOW, break: panel({ slowMs: 8_000 }), until: 'ordered' },
  {
    name: 'the answer of the create is lost, a moment ago',
    truth: SLOW,
    break: panel({ cutAfterCreate: true }),
    until: 'trying',
  },
  {
    name: 'staff hold the plan back',
    truth: SLOW,
    break: sql(`select orderly_act('{"interaction": "bench", "actor_id": "1", "actor_name": "bench",
      "action": "pause", "target": "plan", "pause": {"scope": "plan", "subject": "among-us-1gb", "reason": "new image", "minutes": 60}}')`),
    until: 'ordered',
  },
];
