import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cleanServerName } from '../../src/orders/server-name.ts';

const folder = new URL('../fixtures/stripe/', import.meta.url);
const eventSchema = z.object({
  data: z.object({ object: z.object({ metadata: z.object({ server_name: z.string() }) }) }),
});
const typedNames = readdirSync(folder)
  .filter((file) => file.startsWith('checkout-session-completed-server-name-'))
  .map((file): [string, string] => {
    const event = eventSchema.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    return [
      file.slice('checkout-session-completed-server-name-'.length, -'.json'.length),
      event.data.object.metadata.server_name,
    ];
  });

/** What the panel, the database and a log line bear; the joiner of emoji is the one invisible character that stays. */
function expectSafe(cleaned: string | null) {
  const name = cleaned ?? 'no name';
  expect(name.length).toBeGreaterThan(0);
  expect(name.length).toBeLessThanOrEqual(191);
  expect(name).not.toMatch(/(?!\u200d)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u);
  expect(name).not.toMatch(/^\s|\s$|\s\s/);
  expect(name.isWellFormed()).toBe(true);
}

it.each(typedNames)('what a buyer typed is safe to hand on: %s', (_name, typed) => {
  expectSafe(cleanServerName(typed));
});

it('every name that was recorded is looked at', () => {
  expect(typedNames.length).toBeGreaterThanOrEqual(8);
});

describe('a name keeps what was meant', () => {
  it.each([
    ['  My   server ', 'My server'],
    ['a\nb\tc\r\nd', 'a b c d'],
    ['Safe\u202egnp.exe\u2066\u200b\u0000\u001b[31mred', 'Safe gnp.exe [31mred'],
    ['サーバー 👨‍👩‍👧‍👦', 'サーバー 👨‍👩‍👧‍👦'],
    ['e\u0301', 'é'],
    ['@everyone **bold**', '@everyone **bold**'],
    ['\ud83d', null],
    ['', null],
    [' \t ', null],
    ['\u202e\u200b\u2069', null],
    ['\u200d\u200d \u0301', null],
  ])('%j becomes %j', (typed, name) => {
    expect(cleanServerName(typed)).toBe(name);
  });

  it('of 60 characters as people count them, never half of one', () => {
    expect(cleanServerName('A'.repeat(500))).toBe('A'.repeat(60));
    expect(cleanServerName('😀'.repeat(250))).toBe('😀'.repeat(60));
  });

  it.each([
    ['a letter under a thousand accents', `a${'\u0301'.repeat(1_000)}`],
    ['families of many', '👨‍👩‍👧‍👦'.repeat(200)],
    ['halves of characters', '\ud83d'.repeat(300)],
    ['a space that the cut lays bare', `${'a'.repeat(59)} ${'b'.repeat(59)}`],
    ['a million characters', 'x'.repeat(1_000_000)],
  ])('and is safe for the panel with %s', (_name, typed) => {
    expectSafe(cleanServerName(typed));
  });
});
