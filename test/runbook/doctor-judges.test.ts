import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { judgeClock } from '../../src/runbook/doctor/clock.ts';
import { judgeDatabase, type KeyKind, keyKindOf } from '../../src/runbook/doctor/database.ts';
import { lackingIn, permissionsIn } from '../../src/runbook/doctor/discord-permissions.ts';
import { exitCodeOf, type Mark } from '../../src/runbook/doctor/finding.ts';
import type { Reply } from '../../src/runbook/doctor/probe.ts';
import { judgeRedis, type RedisFacts, readInfo } from '../../src/runbook/doctor/redis.ts';
import { judgeStripe, keyOf, READS } from '../../src/runbook/doctor/stripe.ts';
import { said } from '../helpers/doctor.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const answer = (status: number, json: unknown = {}): Reply => ({
  ...{ kind: 'answer', status, headers: new Headers(), json, sentAtMs: NOW, takenMs: 20 },
});

describe('the clock', () => {
  it.each([
    [0, 'ok'],
    [30_000, 'ok'],
    [31_000, 'warn'],
    [-31_000, 'warn'],
    [240_000, 'warn'],
    [241_000, 'bad'],
    [-241_000, 'bad'],
  ] as const)('%i ms beside is %s', (aheadMs, mark) => {
    expect(judgeClock([{ of: 'Stripe', aheadMs }])[0]?.mark).toBe(mark);
  });

  it('says which way to turn it, and is unknown when nobody told the time', () => {
    expect(judgeClock([{ of: 'Stripe', aheadMs: 250_000 }])[0]?.evidence).toContain('ours is 250 s behind');
    expect(judgeClock([{ of: 'Stripe', aheadMs: -250_000 }])[0]?.evidence).toContain('250 s ahead of');
    expect(judgeClock([])[0]?.mark).toBe('unknown');
  });
});

describe('the key of the database', () => {
  const jwt = (claims: object) =>
    ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'signature'].join('.');
  const judge = (key: KeyKind, url = 'https://abcdefghijklmnopqrst.supabase.co') =>
    judgeDatabase({
      ...{ url, key, reply: answer(200, { status: 'ok', migrations: 3 }), wanted: 3, nowMs: NOW },
    });

  it.each([
    ['sb_secret_0123456789', 'ok', /secret key/],
    ['sb_publishable_0123456789', 'bad', /publishable/],
    [jwt({ role: 'service_role', ref: 'abcdefghijklmnopqrst', exp: NOW / 1000 + 60 }), 'ok', /service-role/],
    [jwt({ role: 'anon' }), 'bad', /role "anon"/],
    [jwt({ role: 'service_role', exp: NOW / 1000 - 60 }), 'bad', /expired/],
    [jwt({ role: 'service_role', ref: 'zzzzzzzzzzzzzzzzzzzz' }), 'bad', /of the project zzzz/],
    ['a.b.c', 'warn', /no kind/],
    ['something else', 'warn', /no kind/],
  ] as const)('%s is %s', (key, mark, words) => {
    const [finding] = judge(keyKindOf(key));
    expect(finding).toMatchObject({ check: 'key', mark, evidence: expect.stringMatching(words) });
    expect(finding?.evidence).not.toContain(key);
  });

  it.each<[string, Reply, Mark, string]>([
    ['another page', answer(404, { message: 'no Route matched' }), 'bad', 'SUPABASE_URL'],
    ['a redirect', answer(301), 'bad', 'SUPABASE_URL'],
    ['no functions', answer(404, { code: 'PGRST202', message: 'x' }), 'bad', 'npm run migrate'],
    ['a refusal', answer(401, { message: 'Invalid API key' }), 'bad', 'SUPABASE_SERVICE_ROLE_KEY'],
    ['an outage behind it', answer(503, { code: 'PGRST001' }), 'unknown', 'status and logs'],
    ['an unknown host', { kind: 'silence', reason: 'x', code: 'ENOTFOUND' }, 'unknown', 'SUPABASE_URL'],
    ['fewer migrations', answer(200, { status: 'ok', migrations: 2 }), 'bad', 'npm run migrate'],
    ['more migrations', answer(200, { status: 'ok', migrations: 4 }), 'warn', 'newest version'],
  ])('%s', (_what, reply, mark, fix) => {
    const facts = {
      url: 'https://db.example',
      key: { kind: 'secret' } as const,
      reply,
      wanted: 3,
      nowMs: NOW,
    };
    const last = judgeDatabase(facts).at(-1);
    expect(last?.mark).toBe(mark);
    expect(last?.fix).toContain(fix);
  });
});

describe('Redis', () => {
  const facts: RedisFacts = {
    ...{ version: '7.4.1', flavour: 'Redis', policy: 'noeviction', appendOnly: true, save: '' },
  };
  it.each<[string, Partial<RedisFacts>, string, Mark]>([
    ['all is well', {}, 'version', 'ok'],
    ['6.2 is enough', { version: '6.2.0' }, 'version', 'ok'],
    ['6.0 is not', { version: '6.0.16' }, 'version', 'bad'],
    ['5 is not', { version: '5.0.14' }, 'version', 'bad'],
    ['any Valkey is', { version: '8.1.0', flavour: 'Valkey' }, 'version', 'ok'],
    ['an unknown version', { version: null }, 'version', 'unknown'],
    ['a policy that drops jobs', { policy: 'volatile-lru' }, 'maxmemory-policy', 'bad'],
    ['a policy that is not told', { policy: null }, 'maxmemory-policy', 'unknown'],
    ['snapshots', { appendOnly: false, save: '3600 1' }, 'persistence', 'ok'],
    ['nothing kept', { appendOnly: false }, 'persistence', 'warn'],
    ['CONFIG is refused', { appendOnly: false, save: null }, 'persistence', 'warn'],
  ])('%s', (_what, change, check, mark) => {
    const found = judgeRedis({ kind: 'facts', facts: { ...facts, ...change } });
    expect(found.find((one) => one.check === check)?.mark).toBe(mark);
  });

  it('reads what INFO says', () => {
    expect(
      readInfo('# Server\r\nredis_version:7.2.4\r\n\r\n# Memory\r\nmaxmemory_policy:noeviction\r\n'),
    ).toEqual({
      redis_version: '7.2.4',
      maxmemory_policy: 'noeviction',
    });
  });
});

describe('Stripe', () => {
  const deliveries = { now: NOW, firstEventAt: null, lastEventAt: null, refusals: [], usualSince: 0 };
  const judge = (
    secretKey: string,
    replyOf: (path: string) => Reply,
    webhookSecrets = ['whsec_0123456789ab'],
  ) =>
    judgeStripe({
      ...{ key: keyOf(secretKey), webhookSecrets, publicUrl: null, deliveries },
      replies: READS.map(({ path }) => replyOf(path)),
    });
  const all = () => answer(200, { data: [] });

  it.each(READS)('without the right to read $right, asked at $path, it is named alone', ({ right, path }) => {
    const refused = answer(403, {
      error: { message: "key 'rk_live_***abc': having the 'rak_some_read' permission" },
    });
    const found = judge('rk_live_0123456789', (asked) => (asked === path ? refused : all()));
    const wrong = found.filter(({ check }) => check.startsWith('right '));
    expect(wrong).toEqual([expect.objectContaining({ check: `right to read ${right}`, mark: 'bad' })]);
    expect(wrong[0]?.evidence).toBe('403: Stripe names rak_some_read');
    expect(said(found, 'stripe, rights')).not.toContain(right);
  });

  it.each([
    ['rk_live_0123456789', 'ok: a restricted key, live mode'],
    ['rk_test_0123456789', 'ok: a restricted key, test mode'],
    ['sk_test_0123456789', 'ok: a secret key, test mode: it may do everything'],
    ['sk_live_0123456789', 'warn: a secret key, live mode: it may do everything'],
  ])('the kind and mode of %s', (key, words) => {
    expect(said(judge(key, all), 'stripe, key')).toContain(words);
  });

  it.each([
    [[], 'bad: none can be read'],
    [['whsec_x'], 'bad: it does not look like one'],
    [['whsec_0123456789ab', 'whsec_0123456789cd'], 'ok: looks like one, and the one before it'],
  ])('signing secrets %j', (secrets, words) => {
    expect(said(judge('rk_live_0', all, secrets), 'stripe, signing secret')).toContain(words);
  });

  it('a limit that is used up or an answer in another shape is unknown, not wrong', () => {
    const limited = judge('rk_live_0', (path) => (path.includes('events') ? answer(429) : all()));
    expect(said(limited, 'stripe, right to read Events')).toContain('unknown: Stripe answers 429');
    const strange = judge('rk_live_0', (path) => (path.includes('endpoints') ? answer(200, 'x') : all()));
    expect(said(strange, 'stripe, endpoint')).toContain('unknown: Stripe answers in another shape');
  });
});

describe('what the bot may do in a channel', () => {
  const { ViewChannel, SendMessages, ReadMessageHistory, Administrator } = PermissionFlagsBits;
  const NEEDED = ViewChannel | SendMessages | ReadMessageHistory;
  const role = (id: string, permissions: bigint) => ({ id, name: id, permissions, mentionable: false });
  const member = { id: 'bot', roleIds: ['a', 'b'], isTimedOut: false };
  const guild = (everyone: bigint, a = 0n, b = 0n) => ({
    ...{
      id: 'guild',
      ownerId: 'olga',
      roles: [role('guild', everyone), role('a', a), role('b', b), role('other', NEEDED)],
    },
  });
  const deny = (id: string, bits: bigint) => ({ id, allow: 0n, deny: bits });
  const allow = (id: string, bits: bigint) => ({ id, allow: bits, deny: 0n });

  it.each([
    ['the roles together give it', guild(ViewChannel, SendMessages, ReadMessageHistory), member, [], []],
    [
      'roles of others give nothing',
      guild(0n),
      member,
      [],
      ['View Channel', 'Send Messages', 'Read Message History'],
    ],
    ['an administrator may all', guild(0n, Administrator), member, [deny('bot', NEEDED)], []],
    ['so may the owner', guild(0n), { ...member, id: 'olga' }, [], []],
    ['everyone is denied', guild(NEEDED), member, [deny('guild', SendMessages)], ['Send Messages']],
    [
      'a role wins over everyone',
      guild(NEEDED),
      member,
      [deny('guild', SendMessages), allow('a', SendMessages)],
      [],
    ],
    [
      'of roles, what is allowed wins',
      guild(NEEDED),
      member,
      [deny('a', SendMessages), allow('b', SendMessages)],
      [],
    ],
    [
      'the member wins over roles',
      guild(NEEDED),
      member,
      [allow('a', SendMessages), deny('bot', SendMessages)],
      ['Send Messages'],
    ],
    [
      'the order of the overwrites is nothing',
      guild(NEEDED),
      member,
      [deny('bot', SendMessages), allow('a', SendMessages)],
      ['Send Messages'],
    ],
    ['overwrites of others are nothing', guild(NEEDED), member, [deny('other', NEEDED)], []],
    [
      'what is not seen is not written',
      guild(NEEDED),
      member,
      [deny('guild', ViewChannel)],
      ['View Channel', 'Send Messages', 'Read Message History'],
    ],
    ['who is timed out only looks', guild(NEEDED), { ...member, isTimedOut: true }, [], ['Send Messages']],
  ] as const)('%s', (_what, place, who, overwrites, lacking) => {
    expect(lackingIn(permissionsIn(place, { ...who, roleIds: [...who.roleIds] }, [...overwrites]))).toEqual(
      lacking,
    );
  });
});

it.each([
  [['ok', 'warn'], 0],
  [['ok', 'bad'], 1],
  [['ok', 'unknown'], 1],
  [[], 0],
] as const)('the exit code of %j is %i', (marks, code) => {
  expect(exitCodeOf(marks.map((mark) => ({ part: 'redis', check: 'x', mark, evidence: '' })))).toBe(code);
});
