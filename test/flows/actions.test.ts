import { afterEach, expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
import { holdCreates } from '../helpers/panel.ts';
import {
  alerts,
  buy,
  liveMessages,
  row,
  type Sale,
  serversOf,
  textOf,
  untilReady,
} from '../helpers/purchases.ts';
import {
  actionsOn,
  alertsAbout,
  asked,
  CREATE,
  command,
  confirmed,
  pause,
  pressed,
  resumeAll,
  untilAlert,
} from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ factor: 8, installMs: 1_000, timings: { sweepMs: 1_000, snapshotMs: 500 } });

afterEach(() => {
  const { faults, state } = held.get().panel;
  Object.assign(faults, { cutAfterCreate: false, down: false });
  for (const node of state.nodes) Object.assign(node, { memoryMib: 64 * 1024, public: true });
});

const live = (world: World, sale: Sale) => textOf(liveMessages(world, sale.id)[0]);
const orderOf = async (world: World, sale: Sale) => {
  const [order] = await world.database`select * from orders where id::text = ${sale.id}`;
  return order ?? {};
};
const reservationsOf = (world: World, sale: Sale) =>
  world.database`select from orderly_reservations where purchase_id = ${sale.id}`;

/** An order that failed for its plan, which is mended by now; its alert is open. */
async function failedOrder(world: World) {
  await world.database`update plans set egg = 999 where id = 'terraria-2gb'`;
  const sale = await buy(world, { planId: 'terraria-2gb' });
  const alert = await until('an alert', () => alertsAbout(world, sale.id)[0]);
  await world.database`update plans set egg = 4 where id = 'terraria-2gb'`;
  await until('a red message', () => live(world, sale).includes('🔴'));
  return { sale, alert };
}

/** The form that /close ends with, opened; sends it with a reason. */
async function closeForm(world: World, person: 'anna' | 'ben', sale: Sale) {
  const personId = world.discord.people[person];
  await command(world, person, 'close', { order: sale.id });
  const { channelId, id: messageId } = world.discord.interactions.at(-1)!.reply!;
  const where = { personId, channelId, messageId, customId: `close:${sale.id}:ask` };
  const { id: interactionId } = await world.discord.press(where);
  return async (answer: string) => {
    const sent = await world.discord.submitModal({ personId, interactionId, fields: { answer } });
    return textOf(sent.reply ?? undefined);
  };
}

it('/close of a failed order ends its alert and its work for good, with who and why', async () => {
  const world = held.get();
  const { sale, alert } = await failedOrder(world);
  const reason = 'refunded in `cash` @everyone';
  const forms = [await closeForm(world, 'anna', sale), await closeForm(world, 'ben', sale)];
  const answers = await Promise.all([forms[0]!(reason), forms[1]!('me too')]);
  expect(
    answers.filter((answer) => answer.includes('⚫ Closed. Nothing is provisioned for it.')),
  ).toHaveLength(1);
  expect(answers.filter((answer) => answer.includes('The purchase is closed: `closed by'))).toHaveLength(1);
  expect((await actionsOn(world, sale.id)).map(({ outcome }) => outcome).toSorted()).toEqual([
    'closed',
    'closed_now',
  ]);
  await until('the alert is over', () => textOf(alert).includes('🟢 Over'));
  await until('a closed message', () => live(world, sale).includes('⚫'));
  const [entry] = await world.database`
    select actor, detail from orderly_timeline where purchase_id = ${sale.id} and kind = 'closed'`;
  expect([reason, 'me too']).toContain(entry?.detail);
  expect(live(world, sale)).toContain(`\`closed by ${entry?.actor}: `);
  expect(live(world, sale)).not.toContain('`cash`');
  expect(await confirmed(world, 'anna', 'provision', { order: sale.id })).toContain('The purchase is closed');
  expect(textOf(await pressed(world, 'anna', alert, 'inspect'))).toContain('closed by');
  expect(serversOf(world, sale.id)).toHaveLength(0);
  expect(await orderOf(world, sale)).toMatchObject({ status: 'paid', pterodactyl_server_id: null });
});

it.each([
  ['is answered afterwards', false],
  ['never has an answer', true],
])(
  'when a purchase is closed while its create is out, a create that %s is told to staff without a ping',
  async (_name, isCut) => {
    const world = held.get();
    const gate = holdCreates(world);
    const sale = await buy(world);
    const server = await until('the server', () => serversOf(world, sale.id)[0]);
    if (isCut) {
      world.panel.faults.cutAfterCreate = true;
      gate.letGo();
      await until('it is lost', async () => (await row(world, sale.id)).failure_code === 'create_unsure');
    }
    expect(await confirmed(world, 'anna', 'close', { order: sale.id }, 'a test buy')).toContain('⚫ Closed');
    gate.letGo();
    const warning = await until('a warning', () => alertsAbout(world, sale.id)[0], 20_000);
    expect(warning.pings.roles).toEqual([]);
    expect(textOf(warning)).toContain(
      '🟡 The purchase is over (money back, a dispute, or closed by staff) and its server exists',
    );
    expect(textOf(warning)).toContain('a test buy');
    expect(await row(world, sale.id)).toMatchObject({ panel_server_id: String(server.id) });
    expect(await orderOf(world, sale)).toMatchObject({ status: 'provisioned' });
    await until('a closed message', () => live(world, sale).includes('⚫'));
  },
);

it('a purchase that is closed between its port and its create keeps neither the port nor the site waiting', async () => {
  const world = held.get();
  const gate = Promise.withResolvers<void>();
  let steps = 0;
  const forget = world.proxy.onRequest(async ({ path, when }) => {
    if (!path.includes('/rpc/orderly_step') || when !== 'after') return;
    const [reserved] = await reservationsOf(world, sale);
    if (reserved && steps++ === 0) await gate.promise;
  });
  const sale = await buy(world);
  await until('its port', () => steps > 0);
  await confirmed(world, 'anna', 'close', { order: sale.id }, 'a test buy');
  gate.resolve();
  forget();
  await until('the worker has stopped', async () => (await row(world, sale.id)).lease_until === null);
  expect(await reservationsOf(world, sale)).toHaveLength(0);
  expect(await orderOf(world, sale)).toMatchObject({ status: 'paid' });
  expect(serversOf(world, sale.id)).toHaveLength(0);
  expect(alertsAbout(world, sale.id)).toEqual([]);
});

it('/provision puts the server on the named node, a private one too, and Retry of another does not change that', async () => {
  const world = held.get();
  const { sale, alert } = await failedOrder(world);
  const nyc = world.panel.state.nodes.find((node) => node.name === 'nyc-1')!;
  nyc.public = false;
  const gate = holdCreates(world);
  expect(await confirmed(world, 'anna', 'provision', { order: sale.id, node: 'nyc-1' })).toContain(
    'Retrying now',
  );
  await until('the create is out', () => serversOf(world, sale.id).length === 1);
  expect(textOf(await pressed(world, 'ben', alert, 'retry'))).toContain('Nothing was started twice');
  expect((await row(world, sale.id)).node_asked).toBe(String(nyc.id));
  gate.letGo();
  await untilReady(world, sale);
  expect(serversOf(world, sale.id).map((server) => server.nodeId)).toEqual([nyc.id]);
  expect(await actionsOn(world, sale.id)).toMatchObject([
    { actor_name: 'Anna', action: 'provision', outcome: 'retrying' },
    { actor_name: 'Ben', action: 'retry', outcome: 'already_running' },
  ]);
});

it('a named node that is full fails with its numbers, an unknown one is refused, and Retry chooses freely', async () => {
  const world = held.get();
  const { sale, alert } = await failedOrder(world);
  expect(await confirmed(world, 'anna', 'provision', { order: sale.id, node: 'fra-9' })).toContain(
    '`ptero_nodes` has no node `fra-9`',
  );
  world.panel.state.nodes.find((node) => node.name === 'nyc-1')!.memoryMib = 1024;
  expect(await confirmed(world, 'anna', 'provision', { order: sale.id, node: '3' })).toContain(
    'Retrying now',
  );
  const refused = await until('another alert', () =>
    alertsAbout(world, sale.id).find((one) => one !== alert),
  );
  expect(textOf(refused)).toContain('The node that staff asked for cannot take the server');
  expect(textOf(refused)).toContain('of 1 GB memory free, 2 needed');
  expect(await row(world, sale.id)).toMatchObject({ failure_code: 'node_asked_unusable', look_at: null });
  await pressed(world, 'ben', refused, 'retry');
  await untilReady(world, sale);
  expect(serversOf(world, sale.id)[0]?.nodeId).toBeLessThan(3);
  await until('both are over', () => [alert, refused].every((one) => textOf(one).includes('🟢 Over')));
  expect(asked(world, 'POST', CREATE).length).toBe(world.panel.state.servers.length);
  expect(alerts(world).every((one) => textOf(one).includes('🟢 Over') || textOf(one).includes('🟡'))).toBe(
    true,
  );
});

it('an alert that is over counts what was closed afterwards', async () => {
  const world = held.get();
  world.panel.faults.down = true;
  const going = await buy(world);
  const waiting = await buy(world, { planId: 'minecraft-4gb' });
  const alert = await untilAlert(world, 'The panel does not answer');
  await until('both under it', () => textOf(alert).includes('2 orders'));
  await pause(world, { what: 'plan', which: 'minecraft-4gb' });
  world.panel.faults.down = false;
  await untilReady(world, going, 25_000);
  await until('one goes on', () => textOf(alert).includes('1 of 2 orders have their server, 1 going on'));
  await confirmed(world, 'anna', 'close', { order: waiting.id }, 'sold by mistake');
  await until('it does no more', () => textOf(alert).includes('1 of 2 orders have their server, 1 closed'));
  await resumeAll(world);
  expect(serversOf(world, waiting.id)).toHaveLength(0);
});
