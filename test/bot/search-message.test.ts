import { expect, it } from 'vitest';
import { incidentMessage } from '../../src/bot/messages/incident-message.ts';
import { readSearchId, searchId } from '../../src/bot/messages/search-id.ts';
import { attemptsMessage, incidentsMessage } from '../../src/bot/messages/search-message.ts';
import { FAILURES } from '../../src/orders/failures.ts';
import { type IncidentQuery, readIncidentQuery } from '../../src/orders/incident-search.ts';
import type { FailedAttempt, IncidentRow } from '../../src/store/store.ts';
import { alert, attempt, ID, incidentRow, NOW } from '../helpers/purchase-rows.ts';
import { expectSendable, rendered } from '../helpers/rendered.ts';

const links = { panelUrl: 'https://panel.example.com', guildId: '900000000000000001' };
const query = (facts: Partial<IncidentQuery> = {}): IncidentQuery => ({
  of: 'incidents',
  span: '30d',
  code: null,
  node: null,
  plan: null,
  text: null,
  after: null,
  before: null,
  ...facts,
});
const page = { status: 'ok', more: false, first: true, node: null } as const;
const failedTry = (facts: Partial<FailedAttempt> = {}): FailedAttempt => ({
  ...attempt({
    ended_at: NOW - 60_000,
    outcome: 'failed',
    code: 'node_unreachable',
    detail: 'POST /servers → 504',
  }),
  purchase_id: ID,
  plan_id: 'minecraft-4gb',
  node: 'fra-2',
  purchase: { id: ID, order_id: ID, server_name: 'Friday crew', plan_id: 'minecraft-4gb' },
  ...facts,
});

it('a page of incidents says of each when, where, for how many, how long, and how it ended', () => {
  const by = (how: string) => ({ at: NOW, by: 'Ben', how, note: null });
  const incidents = [
    incidentRow({ id: 9, closed_at: null, close_reason: null, acked_by: 'Anna', opened_at: NOW - 60_000 }),
    incidentRow({ id: 8, code: 'low_stock', severity: 'warning', closed_at: null, joined: 0, place: null }),
    incidentRow({ id: 7, nodes: ['fra-1', 'fra-2'], fix: { ...by('helped'), note: 'replaced the key' } }),
    incidentRow({ id: 6, code: 'metadata_missing', joined: 1, fix: by('complete') }),
    incidentRow({ id: 5, fix: by('retry_incident'), opened_at: NOW - 7 * 86_400_000 }),
    incidentRow({ id: 4, code: 'a_code_of_another_version', acked_by: 'Ben' }),
  ];
  const body = incidentsMessage(
    query({ code: 'x', node: 'fra-2' }),
    { ...page, more: true, node: '2', incidents },
    links,
  );
  expectSendable(body);
  expect(rendered(body)).toMatchSnapshot();
});

it('a page of attempts says of each what failed, whose, where and at which step', () => {
  const attempts = [
    failedTry(),
    failedTry({ id: 2, outcome: 'unsure', code: 'create_unsure', detail: null, number: 2 }),
    failedTry({
      id: 3,
      outcome: 'lost',
      code: null,
      detail: 'the worker went away',
      node: null,
      purchase: null,
    }),
  ];
  const body = attemptsMessage(query({ of: 'attempts', after: 9 }), { ...page, first: false, attempts });
  expectSendable(body);
  expect(rendered(body)).toMatchSnapshot();
});

it('an empty page says what was looked for', () => {
  const body = incidentsMessage(
    query({ span: '24h', text: 'bo@example.com' }),
    { ...page, incidents: [] },
    links,
  );
  expectSendable(body);
  expect(rendered(body)).toMatchSnapshot();
});

it.each(Object.keys(FAILURES))(
  'eight incidents of %s with long and nasty text fit into one message',
  (code) => {
    const long = `@everyone \`\`\` buyer@example.com ${'🚀'.repeat(300)}`;
    const row = (id: number): IncidentRow =>
      incidentRow({
        ...{ id: 100_000 + id, code, detail: long, nodes: [long, long], plans: [long], joined: 12_345 },
        fix: { at: NOW, by: long, how: 'helped', note: long },
        place: { channel_id: '1'.repeat(20), message_id: '2'.repeat(20) },
      });
    const incidents = Array.from({ length: 8 }, (_, id) => row(id));
    const body = incidentsMessage(query({ text: 'x'.repeat(60) }), { ...page, more: true, incidents }, links);
    expectSendable(body);
    expect(rendered(body)).not.toContain('buyer@example.com');
    expect(rendered(body).match(/fixed by/g)).toHaveLength(8);
    const attempts = Array.from({ length: 8 }, (_, id) =>
      failedTry({
        id,
        code,
        detail: long,
        plan_id: long,
        node: long,
        step: long,
        purchase: { ...failedTry().purchase!, id: String(id), server_name: long },
      }),
    );
    expectSendable(attemptsMessage(query({ of: 'attempts' }), { ...page, attempts }));
  },
);

it('one incident says what happened, for whom, how it ended, and asks what helped', () => {
  const note = { seq: 1, at: NOW, kind: 'helped', detail: 'replaced the key', actor: 'Ben', purchase: null };
  const row = incidentRow({
    nodes: ['fra-2'],
    fix: { at: NOW, by: 'Ben', how: 'helped', note: 'replaced the key' },
  });
  const incident = alert('panel_unreachable', 'GET /nodes → 403', { joined: 3, recovered: 2 });
  const body = incidentMessage({ status: 'found', row, incident, notes: [note] }, links);
  expectSendable(body);
  expect(rendered(body)).toMatchSnapshot();
  expectSendable(incidentMessage({ status: 'unknown' }, links));
});

it('a button of a search carries all of it, within what Discord takes, or is not there', () => {
  const all = query({
    ...{
      of: 'attempts',
      span: '90d',
      code: 'install_never_finished',
      node: 'fra:2',
      plan: 'mc-4gb',
      text: 'a:b <c> é',
    },
    before: 123_456,
  });
  const id = searchId(all);
  expect(id?.length).toBeLessThanOrEqual(100);
  expect(readSearchId(id ?? '')).toEqual(all);
  for (const one of [query(), query({ after: 7 }), query({ text: '-' }), query({ text: '<9:' })])
    expect(readSearchId(searchId(one) ?? '')).toEqual(one);
  expect(searchId(query({ text: 'x'.repeat(90) }))).toBeNull();
  for (const foreign of ['inc:i:1y:::::', 'inc:x:24h:::::', 'orders:recent:-:-', 'inc:i:24h:A::::', ''])
    expect(readSearchId(foreign)).toBeNull();
  // A bad escape in a button of another version's names nothing.
  expect(readSearchId('inc:i:24h::%E0%A4:::x')).toMatchObject({ node: null, text: 'x' });
  const body = incidentsMessage(
    query({ plan: 'p'.repeat(90) }),
    { ...page, more: true, incidents: [incidentRow()] },
    links,
  );
  expectSendable(body);
  expect(rendered(body)).toContain('too much was named for a button');
});

it.each([
  [{ text: '%' }, 'wildcards'],
  [{ text: ' *?_% ' }, 'wildcards'],
  [{ node: '*' }, 'wildcards'],
  [{ code: '%' }, 'wildcards'],
  [{ text: 'x'.repeat(4_000) }, 'at most 60 characters; this has 4000'],
  [{ plan: 'x'.repeat(201) }, 'at most 200'],
  [{ text: 'x' }, 'at least 2'],
  [{ code: "x'; drop" }, 'looks like'],
  [{ code: 'constructor.name' }, 'looks like'],
  [{ since: '5y' }, 'one of 24h, 7d, 30d, 90d'],
  [{ since: 'toString' }, 'one of'],
  [{ show: 'all' }, 'incidents or attempts'],
])('a search for %j is refused with words', (typed, words) => {
  expect(readIncidentQuery(typed)).toMatchObject({ kind: 'refused', reason: expect.stringContaining(words) });
});

it('what is left out or blank is not asked for; a text with a percent sign in it is a text', () => {
  expect(readIncidentQuery({})).toEqual({ kind: 'query', query: query() });
  expect(
    readIncidentQuery({ text: '  ', node: ' fra-2 ', since: '7d', show: 'attempts', code: 'no_capacity' }),
  ).toEqual({
    kind: 'query',
    query: query({ of: 'attempts', span: '7d', node: 'fra-2', code: 'no_capacity' }),
  });
  expect(readIncidentQuery({ text: '95% full' })).toMatchObject({ query: { text: '95% full' } });
});
