import { afterEach, expect, it } from 'vitest';
import { until, type World } from '../../sandbox/world.ts';
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
import { alertsAbout, asked, CREATE, pressed, sure } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const POLL_MS = 3_000;
const held = useWorld({
  factor: 8,
  installMs: 6_000,
  timings: { sweepMs: 2_000, installPollMs: POLL_MS, installDeadlineMs: 24_000, auditMs: 8_000 },
});

afterEach(() => {
  Object.assign(held.get().panel.faults, { installFails: false, installNever: false, wings: {} });
});

const live = (world: World, sale: Sale) => textOf(liveMessages(world, sale.id)[0]);
const serverOf = (world: World, sale: Sale) => until('its server', () => serversOf(world, sale.id)[0]);
const alertOf = (world: World, sale: Sale) => until('an alert', () => alertsAbout(world, sale.id)[0]);
const untilOver = (world: World, sale: Sale) =>
  until('it is over', () => textOf(alertsAbout(world, sale.id)[0]).includes('🟢 Over'));
const reinstalls = (world: World, id: number) => asked(world, 'POST', new RegExp(`/servers/${id}/reinstall`));
const looksAt = (world: World, id: number) => asked(world, 'GET', new RegExp(`/servers/${id}\\?`)).length;
const untilLooked = (world: World, id: number) => {
  const before = looksAt(world, id);
  return until('a look', () => looksAt(world, id) > before);
};

async function failedInstall(world: World) {
  world.panel.faults.installFails = true;
  const sale = await buy(world);
  const alert = await alertOf(world, sale);
  world.panel.faults.installFails = false;
  return { sale, alert, server: await serverOf(world, sale) };
}

/** An install that hangs; one that is run again does not. */
async function neverEnding(world: World) {
  world.panel.faults.installNever = true;
  const sale = await buy(world);
  const server = await serverOf(world, sale);
  const alert = await alertOf(world, sale);
  world.panel.faults.installNever = false;
  return { sale, alert, server };
}

const untilWatchedAnew = (world: World, sale: Sale) =>
  until('it is watched anew', async () => (await row(world, sale.id)).install === 'installing');

/** Retry reads the install again, and its answer holds the button that runs it again. */
async function reinstall(world: World, alert: Awaited<ReturnType<typeof alertOf>>) {
  const asking = await pressed(world, 'anna', alert, 'retry');
  expect(textOf(asking)).toContain('Reading the status of the install again');
  const id = /inspect:([^:]{8})/.exec(textOf(alert))?.[1] ?? '';
  return () => sure(world, 'anna', asking, /"(reinstall:[^"]+)"/, id);
}

it('many installs are watched with few requests, and all of them end ready', async () => {
  const world = held.get();
  const sales = await Promise.all(Array.from({ length: 12 }, () => buy(world)));
  for (const sale of sales) await serverOf(world, sale);
  for (const sale of sales) await untilReady(world, sale);
  const lists = asked(world, 'GET', /\/servers\?sort=-id/).length;
  const singles = asked(world, 'GET', /\/servers\/\d+\?/).length;
  // One by one it would be twelve a poll, and three polls at least.
  expect(lists).toBeGreaterThan(0);
  expect(lists + singles).toBeLessThan(20);
  expect(asked(world, 'POST', CREATE)).toHaveLength(12);
  expect(alerts(world)).toEqual([]);
});

it('a failed install calls staff once; Retry reads it again and offers to run it again, and then it goes green', async () => {
  const world = held.get();
  const { sale, alert, server } = await failedInstall(world);
  const runAgain = await reinstall(world, alert);
  await untilLooked(world, server.id);
  expect(reinstalls(world, server.id)).toHaveLength(0);
  expect(await runAgain()).toContain('The install runs again');
  await untilReady(world, sale);
  await untilOver(world, sale);
  expect(reinstalls(world, server.id)).toHaveLength(1);
  expect(alertsAbout(world, sale.id)).toHaveLength(1);
  expect(await runAgain()).toContain('Nothing to retry');
  expect(serversOf(world, sale.id)).toHaveLength(1);
});

it('of two who press Retry at once on a failed install, the second hears of the first, and both may run it again', async () => {
  const world = held.get();
  const { sale, alert, server } = await failedInstall(world);
  const gate = Promise.withResolvers<void>();
  const forget = world.panel.onRequest(async ({ method, path }) => {
    if (method === 'GET' && path.includes(`/servers/${server.id}?`)) await gate.promise;
  });
  const first = await pressed(world, 'anna', alert, 'retry');
  const second = await pressed(world, 'ben', alert, 'retry');
  expect(textOf(first)).toContain('Reading the status of the install again');
  expect(textOf(second)).toContain('is being read again already, asked for by `Anna`');
  for (const answer of [first, second]) expect(JSON.stringify(answer.components)).toContain('"reinstall:');
  gate.resolve();
  forget();
  await until('it was read', async () => (await row(world, sale.id)).look_at === null);
});

it('an install that ended well meanwhile is not run again', async () => {
  const world = held.get();
  const { sale, alert, server } = await failedInstall(world);
  const runAgain = await reinstall(world, alert);
  await until('it was read again', async () => (await row(world, sale.id)).look_at === null);
  server.status = null;
  await runAgain();
  await untilReady(world, sale);
  await untilOver(world, sale);
  expect(reinstalls(world, server.id)).toHaveLength(0);
});

it('a Reinstall that the node does not take is tried again, and holds up nobody else', async () => {
  const world = held.get();
  const { sale, alert, server } = await failedInstall(world);
  const runAgain = await reinstall(world, alert);
  world.panel.faults.wings = { [server.nodeId]: 'down' };
  await runAgain();
  await until('the node did not take it', () => reinstalls(world, server.id)[0]?.status === 504);
  await until('it is known', async () => (await row(world, sale.id)).failure_code === 'node_unreachable');
  const open = await world.database`
    select fingerprint from orderly_incidents where code = 'node_unreachable' and closed_at is null`;
  expect(open.map((one) => one.fingerprint)).toEqual([`node_unreachable:node:${server.nodeId}`]);
  const other = await buy(world, { region: 'us-east' });
  await untilReady(world, other);
  world.panel.faults.wings = {};
  await untilReady(world, sale);
});

it('an install that never ends calls staff at its deadline, and Retry watches it anew', async () => {
  const world = held.get();
  const { sale, alert, server } = await neverEnding(world);
  expect(alert.createdMs - server.createdAtMs).toBeGreaterThan(24_000);
  expect(textOf(alert)).toContain('The install never finished');
  expect(await row(world, sale.id)).toMatchObject({ install: 'never_finished' });
  await pressed(world, 'anna', alert, 'retry');
  await untilWatchedAnew(world, sale);
  server.status = null;
  await untilReady(world, sale);
  await untilOver(world, sale);
  expect(reinstalls(world, server.id)).toHaveLength(0);
});

it('an install that hangs can be run again while it is watched anew, from Inspect too, and only once', async () => {
  const world = held.get();
  const { sale, alert, server } = await neverEnding(world);
  const runAgain = await reinstall(world, alert);
  await untilWatchedAnew(world, sale);
  const inspected = await pressed(world, 'ben', liveMessages(world, sale.id)[0]!, 'inspect');
  expect(textOf(inspected)).toContain(`"reinstall:${sale.id}:inspect"`);
  expect(await runAgain()).toContain('The install runs again');
  await until('it runs again', () => reinstalls(world, server.id).length === 1);
  await until('it is known', async () => (await row(world, sale.id)).reinstall_at === null);
  expect(await sure(world, 'ben', inspected, /"(reinstall:[^"]+)"/, sale.id.slice(0, 8))).toContain(
    'Nothing to retry',
  );
  await untilReady(world, sale);
  expect(reinstalls(world, server.id)).toHaveLength(1);
});

it('a server that was suspended in mid-install and let go again is not called ready, until a person says so', async () => {
  const world = held.get();
  const sale = await buy(world);
  const server = await serverOf(world, sale);
  server.status = 'suspended';
  await until('it was seen', async () => (await row(world, sale.id)).install_suspended === true);
  server.status = null;
  const alert = await alertOf(world, sale);
  expect(textOf(alert)).toContain('suspended in mid-install');
  expect(await row(world, sale.id)).toMatchObject({ failure_code: 'install_unknown', ready_at: null });
  expect(live(world, sale)).not.toContain('🟢');
  await reinstall(world, alert);
  await untilReady(world, sale);
  await untilOver(world, sale);
  expect(reinstalls(world, server.id)).toHaveLength(0);
});

it('a ready server that somebody deleted is found, called out once, and never made again', async () => {
  const world = held.get();
  const sale = await buy(world);
  await untilReady(world, sale);
  const server = await serverOf(world, sale);
  const audits = () => asked(world, 'GET', /\/servers\?sort=-id/).length;
  world.panel.deleteServer(server.id);
  const alert = await alertOf(world, sale);
  expect(textOf(alert)).toContain('The server is gone from the panel');
  await until('a red message', () => live(world, sale).includes('🔴'));
  expect(live(world, sale)).toContain('✅ Ready');
  expect(live(world, sale)).not.toContain('❌ Install');
  const answer = await pressed(world, 'anna', alert, 'retry');
  expect(textOf(answer)).toContain(`Looking whether server \`${server.id}\` is back`);
  await untilLooked(world, server.id);
  await until('it is known again', async () => (await row(world, sale.id)).look_at === null);
  const [before, looks] = [audits(), looksAt(world, server.id)];
  await until('more audits', () => audits() > before + 1);
  expect(looksAt(world, server.id)).toBe(looks);
  expect(live(world, sale)).toContain('🔴');
  expect(alertsAbout(world, sale.id)).toHaveLength(1);
  world.panel.state.servers.push(server);
  await pressed(world, 'anna', alert, 'retry');
  await untilReady(world, sale);
  await untilOver(world, sale);
  expect(asked(world, 'POST', CREATE).length).toBe(world.panel.state.servers.length);
});

it('a server that is deleted while it is installed calls staff', async () => {
  const world = held.get();
  const sale = await buy(world);
  world.panel.deleteServer((await serverOf(world, sale)).id);
  expect(textOf(await alertOf(world, sale))).toContain('The server is gone from the panel');
  expect(await row(world, sale.id)).toMatchObject({ failure_code: 'server_gone', look_at: null });
  await until('a red message', () => live(world, sale).includes('🔴'));
});

it('many servers that are gone at once are one alert, and Retry all looks at each of them', async () => {
  const world = held.get();
  const before = alerts(world).length;
  const sales = await Promise.all([1, 2, 3, 4].map(() => buy(world)));
  for (const sale of sales) await untilReady(world, sale);
  const servers = sales.flatMap((sale) => serversOf(world, sale.id));
  for (const server of servers) world.panel.deleteServer(server.id);
  const alert = await until('an alert', () => alerts(world)[before]);
  await until('all under it', () => textOf(alert).includes('4 orders'));
  for (const sale of sales) await until('a red message', () => live(world, sale).includes('🔴'));
  expect(alerts(world)).toHaveLength(before + 1);
  world.panel.state.servers.push(...servers);
  expect(textOf(await pressed(world, 'anna', alert, 'retryall'))).toContain('Retrying 4 orders');
  for (const sale of sales) await untilReady(world, sale);
  await until('it is over', () => textOf(alert).includes('🟢 Over'));
});
