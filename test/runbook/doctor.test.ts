import { expect, it } from 'vitest';
import { z } from 'zod';
import { Permission } from '../../sandbox/discord/index.ts';
import { PARTS } from '../../src/runbook/doctor/finding.ts';
import { examine, runDoctor, said } from '../helpers/doctor.ts';
import { command } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ hasPager: true });

const documentSchema = z.object({
  ok: z.boolean(),
  at: z.iso.datetime(),
  findings: z.array(
    z.strictObject({
      part: z.enum(PARTS),
      check: z.string(),
      mark: z.enum(['ok', 'warn', 'bad', 'unknown']),
      evidence: z.string(),
      fix: z.string().optional(),
    }),
  ),
});

it('a world that is in order: one JSON document, every part in it, exit code 0', async () => {
  const run = await runDoctor(held.get().bot.env(), ['--json']);
  const { ok, findings } = documentSchema.parse(JSON.parse(run.stdout));
  expect(findings.filter(({ mark }) => mark === 'bad' || mark === 'unknown')).toEqual([]);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(ok).toBe(true);
  expect(new Set(findings.map(({ part }) => part))).toEqual(new Set(PARTS));
});

it('changes nothing: no server, no user, no page, nothing written in Discord, no refused delivery', async () => {
  const world = held.get();
  const counts = async () => {
    const [row] = await world.database`select count(*)::int as refusals from orderly_refusals`;
    const { servers, users } = world.panel.state;
    const writes = world.discord.requests.filter(({ method }) => method !== 'GET').length;
    return {
      ...row,
      servers: servers.length,
      users: users.filter(({ id }) => id < 1_000).length,
      writes,
      pages: world.receiver.pages.length,
    };
  };
  const before = await counts();
  await examine(world);
  expect(await counts()).toEqual(before);
});

it('people read a table by service, with the fix under what needs one, and exit code 1', async () => {
  const world = held.get();
  world.stripe.faults.endpointFewEvents = true;
  const { stdout, code } = await runDoctor(world.bot.env());
  world.stripe.faults.endpointFewEvents = false;
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Settings\n {2}✅ settings: all can be read$/m);
  expect(stdout).toMatch(
    /❌ endpoint: we_\w+ does not listen to .*invoice\.paid.*\n {7}→ .*add the event types/,
  );
  expect(stdout).toMatch(/\n1 wrong, \d+ to be looked at, \d+ in order\n$/);
});

it('broken settings are findings, all else is looked at, and no value is repeated', async () => {
  const world = held.get();
  const changes = { STRIPE_SECRET_KEY: 'xX-not-it', PANEL_URL: '', DISCORD_ON_CALL_ROLE_ID: undefined };
  const { stdout, code } = await runDoctor({ ...world.bot.env(), ...changes });
  expect(code).toBe(1);
  expect(stdout).toContain('❌ STRIPE_SECRET_KEY: must be a Stripe secret or restricted key');
  expect(stdout).toContain('❌ PANEL_URL: is missing');
  expect(stdout).toMatch(/Stripe\n {2}❔ look: its settings are missing or wrong/);
  expect(stdout).toContain('❌ on-call role: none is chosen: a failure wakes nobody');
  expect(stdout).toContain('✅ channel: #purchases');
  expect(stdout).toContain('✅ maxmemory-policy: noeviction');
  expect(stdout).not.toContain('xX-not-it');
});

it('with nothing set at all it still ends, and says what is needed', async () => {
  const { stdout, code } = await runDoctor({});
  expect(code).toBe(1);
  expect(stdout.match(/❌ [A-Z_]+: is missing/g)).toHaveLength(9);
});

it('when everything hangs at once it is over within ten seconds, and each part is unknown', async () => {
  const { stripe, panel, discord, proxy, bot } = held.get();
  stripe.faults.apiSlowMs = panel.faults.slowMs = discord.faults.slowMs = proxy.faults.slowMs = 60_000;
  const seen = await examine(held.get());
  stripe.faults.apiSlowMs = panel.faults.slowMs = discord.faults.slowMs = proxy.faults.slowMs = 0;
  expect(seen.tookMs).toBeLessThan(10_000);
  expect(seen.troubles).toEqual([
    'stripe, answers: unknown',
    'stripe, deliveries: unknown',
    'database, answers: unknown',
    'panel, answers: unknown',
    'discord, answers: unknown',
    'clock, skew: unknown',
  ]);
  expect(said(seen.findings, 'database, answers')).toContain('no answer within 3 seconds');
  expect(bot.isRunning()).toBe(true);
});

it('no secret is in what it says, whatever is wrong', async () => {
  const world = held.get();
  const env = world.bot.env();
  world.stripe.faults.api403 = true;
  const wrong = {
    DISCORD_TOKEN: 'ZZZZ.wrong.token-0123456789',
    REDIS_URL: 'redis://user:hidden-password@127.0.0.1:1',
  };
  const { stdout } = await runDoctor({ ...env, ...wrong }, ['--json']);
  world.stripe.faults.api403 = false;
  const names = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'SUPABASE_SERVICE_ROLE_KEY', 'PANEL_API_KEY'];
  for (const secret of [...names.map((name) => env[name]), wrong.DISCORD_TOKEN, 'hidden-password'])
    expect(stdout).not.toContain(secret);
});

it('/doctor answers the person who asked: what is wrong first, with its fix, then what is in order', async () => {
  const world = held.get();
  const { purchases } = world.discord.channels;
  const { bot } = world.discord.roles;
  world.discord.changeOverwrite(purchases, bot, { allow: 0n, deny: Permission.ReadMessageHistory });
  const answer = await command(world, 'ben', 'doctor', {});
  world.discord.changeOverwrite(purchases, bot, null);
  expect(answer).toMatch(/1 wrong, 1 to be looked at, \d+ in order/);
  expect(answer).toMatch(/❌ \*\*Discord\*\* channel: `in #purchases the bot lacks Read Message History`/);
  expect(answer).toContain('allow Read Message History');
  expect(answer.indexOf('❌')).toBeLessThan(answer.indexOf('⚠️'));
  expect(answer.indexOf('⚠️')).toBeLessThan(answer.indexOf('✅ **Stripe**'));
});

it('its requests of the panel come out of the limit that all share', async () => {
  const world = held.get();
  await world.database`select orderly_hold_budget('{"name": "panel", "ms": 60000}')`;
  const before = world.panel.requests.length;
  const { stdout } = await runDoctor(world.bot.env());
  await world.database`delete from orderly_budgets`;
  expect(stdout).toContain('our share of the request limit is used up');
  expect(world.panel.requests.length).toBe(before);
});

it('of a process with one role it looks at what that role uses, and says what it leaves to others', async () => {
  const world = held.get();
  const changes = {
    ROLES: 'webhook',
    STRIPE_MODE: 'test',
    STRIPE_SECRET_KEY: '',
    PANEL_URL: '',
    DISCORD_TOKEN: '',
  };
  const { stdout, code } = await runDoctor({ ...world.bot.env(), ...changes });
  for (const part of ['Stripe', 'Panel', 'Discord'])
    expect(stdout).toContain(`${part}\n  ✅ look: not from here: ROLES is webhook\n`);
  expect(stdout).toContain('✅ maxmemory-policy: noeviction');
  expect(stdout).not.toContain('HEARTBEAT_URL');
  expect(code).toBe(0);
});
