import { expect, it } from 'vitest';
import { FAILURES } from '../../src/orders/failures.ts';
import type { Unheard } from '../../src/store/store.ts';
import { alertPage, databaseOverPage, databasePage, morePage } from '../../src/watchdog/page.ts';

const NOW = Date.parse('2027-03-04T02:15:00Z');
const ALERT: Unheard = {
  id: 7,
  code: 'panel_unreachable',
  detail: null,
  opened_at: Date.parse('2027-03-04T02:03:00Z'),
  orders: 5,
  examples: ['a-1', 'b-2', 'c-3'],
};

it('a page alone says what failed, for whom, since when, what to do and why it comes this way', () => {
  const { key, summary, text } = alertPage(ALERT, NOW);
  expect({ key, summary }).toEqual({
    key: 'incident:7',
    summary: 'The panel does not answer. For 5 orders',
  });
  expect(text.split('\n')).toEqual([
    '🔴 The panel does not answer.',
    'For 5 orders, since 2027-03-04 02:03 UTC (12 min ago): `a-1`, `b-2`, `c-3` and 2 more',
    `➡️ ${FAILURES.panel_unreachable.next}`,
    expect.stringContaining('Discord could not be reached with this alert, so it comes through the pager.'),
  ]);
});

it('an alert without orders is for the whole deployment', () => {
  expect(alertPage({ ...ALERT, orders: 0, examples: [] }, NOW).text).toContain(
    'For the whole deployment, since 2027',
  );
});

it('foreign text in a page can not ping, format or give an e-mail away', () => {
  const detail = '@everyone <!channel> `</code>` **x** jane.doe@example.com\n\u202e';
  const shown = alertPage({ ...ALERT, detail }, NOW).text.split('\n')[2];
  expect(shown).toBe('`@everyone ‹!channel› ˋ‹/code›ˋ **x** ja…@example.com`');
});

it('causes that are too many for a page each are summed up by kind, each with its next step', () => {
  const { summary, text } = morePage([ALERT, { ...ALERT, id: 8 }, { ...ALERT, id: 9, code: 'bug' }], NOW);
  expect(summary).toBe('And 3 more causes that Discord could not be told of');
  expect(text).toContain(`• The panel does not answer. For 10 orders. ➡️ ${FAILURES.panel_unreachable.next}`);
  expect(text).toContain(FAILURES.bug.next);
});

it('the longest page fits into a Discord message', () => {
  const all = Object.keys(FAILURES).map((code, id) => ({ ...ALERT, id, code, detail: 'x'.repeat(5_000) }));
  const pages = [morePage(all, NOW), ...all.map((alert) => alertPage(alert, NOW)), databasePage(0, NOW)];
  expect(Math.max(...pages.map(({ text }) => text.length))).toBeLessThanOrEqual(2_000);
  expect(morePage(all, NOW).text).toContain('other kinds.');
});

it('the page that it is over has the key of the page that it began', () => {
  expect(databaseOverPage(ALERT.opened_at, NOW)).toMatchObject({
    key: databasePage(ALERT.opened_at, NOW).key,
    severity: 'info',
    text: expect.stringContaining('It began 2027-03-04 02:03 UTC (12 min ago).'),
  });
});
