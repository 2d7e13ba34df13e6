import { expect, it } from 'vitest';
import { until } from '../../sandbox/world.ts';
import { runEntry } from '../helpers/doctor.ts';
import { takeLease } from '../helpers/lease.ts';
import { buy, liveMessages, messages, sell, textOf, untilReady } from '../helpers/purchases.ts';
import { useWorld } from '../helpers/world.ts';

/** Of whoever asks Stripe for what it did not deliver. */
const LEASE = 'chore:recovery';
const held = useWorld({ factor: 5, installMs: 2_000, isStripeQuiet: true });

it('npm run inspect says link by link what is so, and as one document for scripts', async () => {
  const world = held.get();
  const sale = await buy(world, { email: 'hand@example.com' });
  await untilReady(world, sale);
  const lines = await runEntry('inspect-now', world.bot.env(), ['hand@example.com']);
  expect(lines).toMatchObject({ code: 0, stderr: '' });
  expect(lines.stdout).toMatch(
    /✅ Paid .*\n(.*\n)*.*✅ Installed .*the customer can play\n\nhealthy: Nothing is wrong\./,
  );
  const json = await runEntry('inspect-now', world.bot.env(), ['--json', sale.id]);
  expect(JSON.parse(json.stdout)).toMatchObject({ issue: 'healthy', cause: null });
  expect(await runEntry('inspect-now', world.bot.env(), ['nobody@example.com'])).toMatchObject({ code: 1 });
  expect((await runEntry('inspect-now', world.bot.env(), [])).stderr).toContain('name one thing');
});

it('npm run incidents lists what went wrong, page after page, as lines or one document, and refuses what says nothing', async () => {
  const world = held.get();
  await world.database`
    insert into orderly_incidents (fingerprint, code, scope, severity, opened_at, closed_at, close_reason, detail)
    select 'node_down:node:2:' || n, 'node_down', 'node', 'warning', orderly_now() - n * interval '1 minute', orderly_now(), 'mended',
      'of who@example.com, number ' || n from generate_series(1, 120) n`;
  await world.database`
    insert into orderly_attempts (purchase_id, number, token, holder, started_at, step, ended_at, outcome, code, detail)
    values ('p', 1, 1, 'x', orderly_now(), 'create', orderly_now(), 'failed', 'node_unreachable', 'POST /servers → 504')`;
  const asked = (...args: string[]) => runEntry('incidents-now', world.bot.env(), args);
  const lines = await asked('--code', 'node_down', '--since', '24h');
  expect(lines).toMatchObject({ code: 0, stderr: '' });
  expect(lines.stdout.trim().split('\n')).toHaveLength(120);
  expect(lines.stdout).toContain('over by itself (mended)');
  expect(lines.stdout).not.toContain('who@example.com');
  const json = await asked('--json', '--attempts', '--text', '504');
  expect(JSON.parse(json.stdout)).toMatchObject([{ code: 'node_unreachable', purchase_id: 'p' }]);
  expect((await asked('--attempts', '--node', 'nyc-1')).stdout).toBe('Nothing found.\n');
  const refused = await asked('--text', '%');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('text takes no wildcards');
});

it('npm run reconcile lists in a dry run what it would take, and takes it without one', async () => {
  const world = held.get();
  world.stripe.faults.deliveryPaused = true;
  const { sessionId } = await sell(world, { serverName: 'By hand' });
  world.stripe.faults.deliveryPaused = false;
  const since = ['--since', new Date(world.clock.now() - 3_600_000).toISOString()];
  const dry = await runEntry('reconcile-now', world.bot.env(), [...since, '--dry-run']);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toContain(`${sessionId}  paid: order of among-us-1gb`);
  expect(dry.stdout).toContain('1 would be taken; nothing was changed.');
  const rows = () => world.database`select id from orderly_purchases where session_id = ${sessionId}`;
  expect(await rows()).toEqual([]);
  const real = await runEntry('reconcile-now', world.bot.env(), since);
  expect(real.stdout).toContain('1 taken');
  const [found] = await rows();
  await untilReady(world, { id: String(found?.id), sessionId });
  expect((await runEntry('reconcile-now', world.bot.env(), [])).stderr).toContain('say from when on');
});

it('npm run reconcile waits while the running Orderly asks Stripe, and is not joined by it', async () => {
  const world = held.get();
  const giveBack = await takeLease(world, LEASE);
  const asked = Promise.withResolvers<void>();
  const forget = world.proxy.onRequest(({ path, body, when }) => {
    if (when === 'after' && path.includes('orderly_lease') && body.includes(LEASE)) asked.resolve();
  });
  const requests = world.stripe.requests.length;
  const since = ['--since', new Date(world.clock.now() - 3_600_000).toISOString()];
  const running = runEntry('reconcile-now', world.bot.env(), [...since, '--dry-run']);
  await asked.promise;
  forget();
  expect(world.stripe.requests).toHaveLength(requests);
  let holder = '';
  const watch = world.stripe.onRequest(async () => {
    const [lease] = await world.database`select holder from orderly_leases where name = ${LEASE}`;
    holder = String(lease?.holder);
  });
  await giveBack();
  const { stdout } = await running;
  watch();
  expect(stdout).toContain('waiting for its turn to end');
  expect(stdout).toContain('nothing was changed');
  expect(world.stripe.requests.length).toBeGreaterThan(requests);
  expect(holder).not.toContain(`-${world.bot.pid()}-`);
  const [lease] =
    await world.database`select until <= orderly_now() as free from orderly_leases where name = ${LEASE}`;
  expect(lease?.free).toBe(true);
});

it('npm run erase takes a customer out of the database and out of Discord, and says what it does not reach', async () => {
  const world = held.get();
  const sale = await buy(world, { email: 'forget.me@example.com', serverName: 'Forget my name' });
  const open = await buy(world, { email: 'needs.it@example.com', planId: 'no-such-plan' });
  const early = await runEntry('erase-now', world.bot.env(), ['needs.it@example.com']);
  expect(early).toMatchObject({ code: 1, stdout: '' });
  expect(early.stderr).toContain(`still under way, and in need of the data: ${open.id}`);
  await untilReady(world, sale);
  const dry = await runEntry('erase-now', world.bot.env(), ['forget.me@example.com', '--dry-run']);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toContain('1 purchases and the text of 1 events: would be erased; nothing was changed.');
  expect(textOf(liveMessages(world, sale.id).at(-1))).toContain('Forget my name');
  const real = await runEntry('erase-now', world.bot.env(), ['forget.me@example.com']);
  expect(real.stdout).toContain(sale.id);
  expect(real.stdout).toContain('Not erased here');
  await until(
    'its message without the name',
    () => !/Forget my name|fo…@/.test(JSON.stringify(messages(world).map(textOf))),
  );
  expect(textOf(liveMessages(world, sale.id).at(-1))).toContain('a buyer whose data was erased');
});
