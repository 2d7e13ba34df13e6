import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { ComponentType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { doctorMessage } from '../../src/bot/messages/doctor-message.ts';
import { createClock, systemClock } from '../../src/lib/clock.ts';
import { readCertificate } from '../../src/runbook/doctor/certificate.ts';
import { checkClock } from '../../src/runbook/doctor/clock.ts';
import { runDoctor } from '../../src/runbook/doctor/doctor.ts';
import { type Finding, findingsOf, PARTS, type Part } from '../../src/runbook/doctor/finding.ts';
import { createProbe, type Reply } from '../../src/runbook/doctor/probe.ts';
import { checkPublicUrl, judgePublicUrl } from '../../src/runbook/doctor/public-url.ts';
import { said } from '../helpers/doctor.ts';
import { useWorld } from '../helpers/world.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const DAY_MS = 86_400_000;
const checksWith = (change: Partial<Record<Part, () => Promise<Finding[]>>>) => ({
  ...(Object.fromEntries(PARTS.map((part) => [part, async () => []])) as unknown as Record<
    Part,
    () => Promise<Finding[]>
  >),
  ...change,
});

describe('the run', () => {
  it('a part that never ends is unknown after nine seconds of the clock, and the others are told', async () => {
    const clock = createClock(100);
    const checks = checksWith({
      panel: () => new Promise(() => {}),
      redis: async () => [findingsOf('redis').ok('version', 'Redis 7')],
    });
    const found = await runDoctor({ clock, secrets: [] }, checks);
    expect(said(found, 'panel, answers')).toBe('unknown: no answer within 9 seconds');
    expect(said(found, 'redis, version')).toBe('ok: Redis 7');
  });

  it('a part that fails is unknown, with the reason and without a secret', async () => {
    const checks = checksWith({ redis: () => Promise.reject(new Error('cannot use s3cret-0123456789')) });
    const found = await runDoctor({ clock: systemClock, secrets: ['s3cret-0123456789'] }, checks);
    expect(said(found, 'redis, look')).toBe('unknown: it failed: cannot use …');
  });

  it('what a service says is one line, short, and names no e-mail address', () => {
    const { evidence } = findingsOf('panel').ok('x', `a\n\u202eb anna@example.com ${'c'.repeat(900)}`);
    expect(evidence).toMatch(/^a b … c+$/);
    expect(evidence.length).toBeLessThanOrEqual(400);
  });
});

describe('the certificate', () => {
  const file = (name: string) =>
    readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');
  const cert = file('localhost-cert');

  it('is read from a host that shows one, and trusted only when an authority stands for it', async () => {
    const server = createServer({ key: file('localhost-key'), cert }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = new URL(`https://localhost:${(server.address() as AddressInfo).port}`);
    const trusted = await readCertificate(url, { timeoutMs: 3_000, ca: cert });
    const unknown = await readCertificate(url, { timeoutMs: 3_000 });
    await new Promise((resolve) => server.close(resolve));
    expect(trusted).toMatchObject({ kind: 'certificate', distrust: null });
    expect(unknown).toMatchObject({ kind: 'certificate', distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const gone = await readCertificate(url, { timeoutMs: 3_000 });
    expect(gone).toEqual({ kind: 'silence', reason: 'ECONNREFUSED' });
  });

  const healthy: Reply = {
    kind: 'answer',
    status: 200,
    headers: new Headers(),
    json: { status: 'ok' },
    sentAtMs: NOW,
    takenMs: 5,
  };
  const refusing: Reply = {
    ...healthy,
    status: 400,
    json: { error: 'the Stripe-Signature header is missing' },
  };
  const facts = {
    url: new URL('https://orderly.example'),
    livemode: true,
    nowMs: NOW,
    health: healthy,
    webhook: refusing,
  };

  it.each([
    [90, null, 'ok', 'for 90 days'],
    [14, null, 'ok', 'for 14 days'],
    [13, null, 'warn', 'ends in 13 days'],
    [-1, null, 'bad', 'expired'],
    [90, 'CERT_HAS_EXPIRED', 'bad', 'CERT_HAS_EXPIRED'],
  ] as const)('%i days left, distrusted for %s: %s', (days, distrust, mark, words) => {
    const certificate = { kind: 'certificate' as const, distrust, validToMs: NOW + days * DAY_MS };
    expect(said(judgePublicUrl({ ...facts, certificate }), 'public url, certificate')).toMatch(
      new RegExp(`^${mark}: .*${words}`),
    );
  });

  it.each([
    ['http://127.0.0.1:8080', false, 'ok: not needed on loopback'],
    ['http://localhost', false, 'ok: not needed on loopback'],
    ['http://127.0.0.1:8080', true, 'bad: .* is plain http'],
    ['http://orderly.example', false, 'bad: .* is plain http'],
  ])('%s, live mode %s: %s', (url, livemode, words) => {
    const found = judgePublicUrl({ ...facts, url: new URL(url), livemode, certificate: null });
    expect(said(found, 'public url, https')).toMatch(new RegExp(`^${words}`));
  });

  it.each([
    [{ ...refusing, status: 403 }, 'answers 403'],
    [{ ...refusing, json: { error: 'bad gateway' } }, 'answers 400 to an unsigned call'],
    [{ ...refusing, status: 200 }, 'answers 200'],
  ])('a webhook that does not answer as ours does is wrong', (webhook, words) => {
    expect(said(judgePublicUrl({ ...facts, webhook, certificate: null }), 'public url, webhook')).toContain(
      words,
    );
  });

  it('an address that is not told is a warning', async () => {
    const deps = { probe: async () => healthy, publicUrl: null, livemode: true, nowMs: NOW };
    const found = await checkPublicUrl({
      ...deps,
      readCertificate: async () => ({ kind: 'silence', reason: '' }),
    });
    expect(found).toEqual([expect.objectContaining({ mark: 'warn', check: 'PUBLIC_URL' })]);
  });
});

describe('the clock, against the real answers', () => {
  const held = useWorld({ startBot: false, hasPager: true });

  it.each([
    [0, /^ok: .*\nok: /],
    [-60_000, /^warn: ours is (59|6\d) s behind that of Stripe.*\nwarn: .* of the database/],
    [290_000, /^bad: ours is (289|29\d) s ahead of that of Stripe.*\nbad: .* of the database/],
  ])('%i ms beside', async (offMs, words) => {
    const world = held.get();
    const env = world.bot.env();
    const probe = createProbe(createClock(1, Date.now() + offMs), 3_000);
    const supabase = { url: env.SUPABASE_URL!, serviceKey: env.SUPABASE_SERVICE_ROLE_KEY! };
    const found = await checkClock({ probe, stripeUrl: world.stripe.url, supabase });
    expect(said(found, 'clock, skew')).toMatch(words);
  });
});

describe('the message of /doctor', () => {
  const lengthOf = (findings: Finding[]) => {
    const [container] = doctorMessage(findings).components;
    const parts = container?.type === ComponentType.Container ? container.components : [];
    return parts.flatMap((part) => (part.type === ComponentType.TextDisplay ? [part.content] : []));
  };

  it('fits, however much is wrong, and says how much is not shown', () => {
    const { bad, ok } = findingsOf('panel');
    const many = Array.from({ length: 60 }, (_, n) => bad(`right ${n}`, 'x'.repeat(400), 'y'.repeat(200)));
    const told = lengthOf([...many, ok('key', 'fine')]).join('\n');
    expect(told.length).toBeLessThanOrEqual(3_900);
    expect(told).toMatch(/and \d+ more: `npm run doctor` tells all/);
    expect(told).toContain('✅ **Panel** key');
  });

  it('puts wrong before unknown before warnings, and what is in order last and by name', () => {
    const { bad, ok, warn, unknown } = findingsOf('redis');
    const all = [ok('a', '1'), warn('b', '2', 'w'), unknown('c', '3'), bad('d', '4', 'f')];
    const told = lengthOf(all).join('\n');
    expect(told.match(/[❌❔✅]|⚠️/gu)).toEqual(['❌', '❔', '⚠️', '✅']);
  });

  it('foreign words can neither ping nor format', () => {
    const told = lengthOf([findingsOf('panel').bad('nodes', '@everyone **`x`**', 'fix')]).join('\n');
    expect(told).toContain('`@everyone **ˋxˋ**`');
  });
});
