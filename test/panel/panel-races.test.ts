import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type PanelSimulator, startPanel } from '../../sandbox/panel/start-panel.ts';
import { createClock } from '../../src/lib/clock.ts';
import { waitUntil } from './fixtures.ts';
import { fullKey, recordedWorld } from './recorded-world.ts';
import { recordedMoment, recordedRace, recording, replay } from './recordings.ts';
import { shapeDifferences } from './same-shape.ts';

let panel: PanelSimulator;

/** A panel for each test; what lasts 40 ms there lasts a `factor`th of it here. */
function usePanel(factor: number): void {
  beforeEach(async () => {
    panel = await startPanel({ clock: createClock(factor), apiKey: fullKey, seed: recordedWorld() });
  });
  afterEach(() => panel.stop());
}

const envelope = z.object({ errors: z.array(z.object({ code: z.string() })).default([]) });

/** Status and error codes: `201`, `500 QueryException`. */
function outcomeOf({ status, body }: { status: number; body?: unknown }): string {
  return [status, ...envelope.parse(body).errors.map((error) => error.code)].join(' ');
}

const recordedOutcomes = (name: string) =>
  recordedRace(name)
    .map(({ response }) => outcomeOf(response))
    .toSorted();

/** Sends the requests of a recorded race at the same time and gives their outcomes, sorted. */
async function race(name: string): Promise<string[]> {
  const answers = recordedRace(name).map(({ request }) => replay(panel.url, request));
  return (await Promise.all(answers)).map(outcomeOf).toSorted();
}

const getServer = (externalId: string) =>
  replay(panel.url, {
    method: 'GET',
    path: `/api/application/servers/external/${externalId}`,
    headers: { accept: 'application/json', authorization: `Bearer ${fullKey}` },
  });

/** A recorded create under another external id. */
function createRequest(externalId: string) {
  const { request } = recording('servers-create-deploy-ok');
  return {
    ...request,
    body: { ...z.record(z.string(), z.unknown()).parse(request.body), external_id: externalId },
  };
}

describe('simultaneous requests', () => {
  // The gap in which two creates race is short: on a busy machine the second must still get into it.
  usePanel(0.5);

  it.each(['race-additional-allocation', 'race-capacity', 'race-user-external-id-both-created'])(
    '%s: nothing guards it, both succeed',
    async (name) => {
      expect(await race(name)).toEqual(recordedOutcomes(name));
    },
  );

  it.each([
    ['race-same-external-id', '422 ValidationException'],
    ['race-explicit-same-allocation', '422 ValidationException'],
    ['race-deploy-one-allocation', '400 NoViableAllocationException'],
  ])(
    '%s: one server, and the loser is refused or meets an unexplained 500 in turn',
    async (name, refusal) => {
      expect(await race(name)).toEqual(['201', refusal]);
      expect(panel.state.servers).toHaveLength(2);

      panel.deleteServer(panel.state.servers[1]?.id ?? 0);
      expect(await race(name)).toEqual(recordedOutcomes(name));
      expect(panel.state.servers).toHaveLength(2);
    },
  );

  it('race-user-same-email: the database lets one user in', async () => {
    expect(await race('race-user-same-email')).toEqual(recordedOutcomes('race-user-same-email'));
  });

  it('race-distinct-users-no-password: deadlocks when the switch is on', async () => {
    panel.faults.usersDeadlock = true;
    const name = 'race-distinct-users-no-password';
    expect(await race(name)).toEqual(recordedOutcomes(name));
    expect(panel.state.users).toHaveLength(3);
  });

  it('two users made at once, both with a password, never deadlock', async () => {
    panel.faults.usersDeadlock = true;
    expect(await race('race-user-external-id-both-created')).toEqual(['201', '201']);
  });
});

describe('a create that takes long', () => {
  usePanel(20);

  it('ghost-server-during-hang: is visible until its node has failed, then gone, and its port is free', async () => {
    panel.faults.wings[1] = 'hang';
    const pending = replay(panel.url, createRequest('sub_ghost'));
    await waitUntil(async () => expect((await getServer('sub_ghost')).status).toBe(200));
    const during = await getServer('sub_ghost');
    const retry = await replay(panel.url, createRequest('sub_ghost'));
    const create = await pending;
    const after = await getServer('sub_ghost');

    const answers = { during, retry_during: retry, create, after };
    for (const [moment, answer] of Object.entries(answers)) {
      const recorded = recordedMoment('ghost-server-during-hang', moment);
      expect(outcomeOf(answer)).toBe(outcomeOf(recorded));
      expect(shapeDifferences(recorded.body, answer.body)).toEqual([]);
    }
    expect(panel.state.allocations.filter((row) => row.serverId !== null)).toHaveLength(1);
  });

  it('client-abort-create: goes on to its end when the caller drops the connection', async () => {
    const caller = new AbortController();
    const end = panel.onRequest(({ method, when }) => {
      if (method === 'POST' && when === 'before') caller.abort();
    });
    await expect(replay(panel.url, createRequest('sub_abort'), caller.signal)).rejects.toThrow();
    end();
    await waitUntil(async () => expect((await getServer('sub_abort')).status).toBe(200));
    const early = await getServer('sub_abort');
    expect(shapeDifferences(recordedMoment('client-abort-create', 'at_1s').body, early.body)).toEqual([]);

    await waitUntil(() => expect(panel.state.servers[1]?.status).toBeNull());
    const late = await getServer('sub_abort');
    expect(shapeDifferences(recordedMoment('client-abort-create', 'at_6s').body, late.body)).toEqual([]);
  });
});
