import { expect, it } from 'vitest';
import { reportDepsOf } from '../../sandbox/report-deps.ts';
import { until } from '../../sandbox/world.ts';
import { report } from '../../src/runbook/report.ts';
import { alerts, buy, purchaseOf, row, sell, textOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 10, installMs: 2_000, isStripeQuiet: true });

it('a healthy purchase is not blamed, and is found by everything that names it', async () => {
  const world = held.get();
  const sale = await buy(world, { email: 'healthy@example.com', serverName: 'Healthy one' });
  await untilReady(world, sale);
  const p = await row(world, sale.id);
  const [event] = await world.database`select id from orderly_events where purchase_id = ${sale.id}`;
  const names = [
    sale.id,
    sale.sessionId,
    event?.id,
    p.subscription_id,
    p.customer_id,
    p.invoice_id,
    'HEALTHY@example.com',
    'healthy ONE',
    String(p.panel_server_id),
    p.panel_identifier,
    p.user_id,
  ];
  for (const name of names) {
    const told = await report(reportDepsOf(world), String(name));
    expect([name, told.kind === 'diagnosis' && told.diagnosis.issue]).toEqual([name, 'healthy']);
    if (told.kind === 'diagnosis') {
      expect(told.diagnosis.lines.filter(({ mark }) => mark === 'bad')).toEqual([]);
      expect(told.diagnosis.lines.find(({ id }) => id === 'install')?.evidence).toBe('the customer can play');
    }
  }
});

it('"I paid and there is nothing" is answered by the e-mail alone: the endpoint is disabled', async () => {
  const world = held.get();
  world.stripe.faults.deliveryPaused = true;
  await sell(world, { email: 'nothing@example.com' });
  const told = await report(reportDepsOf(world), 'nothing@example.com');
  expect(told).toMatchObject({
    kind: 'diagnosis',
    diagnosis: { issue: 'webhook_not_called', cause: 'endpoint_disabled', action: 'backfill' },
  });
  world.stripe.faults.deliveryPaused = false;
});

it('an order whose panel is away: provisioning failed, with what the panel says', async () => {
  const world = held.get();
  world.panel.faults.down = true;
  const sale = await buy(world);
  await until('an alert', () => alerts(world).find((one) => textOf(one).includes(sale.id)));
  const told = await report(reportDepsOf(world), sale.id);
  expect(told).toMatchObject({
    kind: 'diagnosis',
    diagnosis: { issue: 'provisioning_failed', cause: 'panel_unreachable', action: 'retry' },
  });
  world.panel.faults.down = false;
  await untilReady(world, sale);
});

it('with Stripe and the panel dead the answer is there all the same, and says what is not known', async () => {
  const world = held.get();
  const sale = await buy(world);
  await untilReady(world, sale);
  world.panel.faults.slowMs = 60_000;
  world.stripe.faults.apiSlowMs = 60_000;
  const told = await report(reportDepsOf(world), sale.id);
  expect(told).toMatchObject({ kind: 'diagnosis', diagnosis: { issue: 'healthy' } });
  const blind =
    told.kind === 'diagnosis' ? told.diagnosis.lines.filter(({ mark }) => mark === 'unknown') : [];
  expect(blind.map(({ id }) => id)).toEqual(expect.arrayContaining(['endpoint', 'panel']));
  world.panel.faults.slowMs = 0;
  world.stripe.faults.apiSlowMs = 0;
});

it('nothing found says what was searched; a wildcard and a very long query are refused', async () => {
  const world = held.get();
  expect(await report(reportDepsOf(world), 'nobody@example.com')).toMatchObject({
    kind: 'nothing',
    blind: [],
  });
  for (const text of ['%', '*', 'a%', '', 'x'.repeat(4_000)]) {
    expect((await report(reportDepsOf(world), text)).kind).toBe('refused');
  }
});

it('an order that nobody takes because the bot is dead: no worker is alive', async () => {
  const world = held.get();
  const { sessionId } = await sell(world);
  const sale = await purchaseOf(world, sessionId);
  await world.bot.kill();
  await world.database`update orderly_purchases set panel_server_id = null, provisioned_at = null, install = null, look_at = orderly_now() - interval '5 minutes', lease_until = null where id = ${sale.id}`;
  await world.database`update orderly_attempts set ended_at = orderly_now(), outcome = 'lost' where ended_at is null`;
  await world.database`update orderly_leases set until = orderly_now() - interval '5 minutes'`;
  const told = await report(reportDepsOf(world), sale.id);
  expect(told).toMatchObject({
    kind: 'diagnosis',
    diagnosis: { issue: 'not_triggered', cause: 'no_worker' },
  });
  await world.bot.start();
  await untilReady(world, sale);
});
