import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seedNode } from '../../sandbox/panel/seed.ts';
import { type PanelSimulator, startPanel } from '../../sandbox/panel/start-panel.ts';
import { createClock } from '../../src/lib/clock.ts';
import { createPanelClient, type PanelClient } from '../../src/panel/client.ts';
import { newUser, okValue } from './fixtures.ts';

const clock = createClock(20);
/** 50 real seconds: no test may fail because the machine is busy. */
const timeoutMs = 1_000_000;
const apiKey = 'ptla_test';
let panel: PanelSimulator;
let client: PanelClient;

beforeEach(async () => {
  panel = await startPanel({ clock, apiKey });
  client = createPanelClient({ url: panel.url, apiKey, clock, timeoutMs });
});
afterEach(() => panel.stop());

const requestCount = () => panel.requests.length;

describe('users', () => {
  it('creates a user, finds it by external id and by e-mail', async () => {
    const created = okValue(await client.createUser(newUser({ username: 'Buyer1' })));
    expect(created).toMatchObject({ externalId: 'user-1', username: 'buyer1', rootAdmin: false });
    expect(okValue(await client.findUserByExternalId('user-1'))).toEqual(created);
    expect(okValue(await client.findUserByEmail('BUYER@example.com'))).toEqual(created);
  });

  it('sends no password, so that the panel mails its own link', async () => {
    const bodies: unknown[] = [];
    panel.onRequest(({ body }) => void bodies.push(body));
    await client.createUser(newUser());
    expect(bodies[0]).not.toHaveProperty('password');
  });

  it('takes no user whose external id differs in case or by a trailing space', async () => {
    await client.createUser(newUser());
    expect(okValue(await client.findUserByExternalId('USER-1'))).toBeNull();
    expect(okValue(await client.findUserByExternalId('user-1 '))).toBeNull();
    expect(okValue(await client.findUserByExternalId('user-2'))).toBeNull();
  });

  it('asks for an external id as it is, whatever characters it has', async () => {
    const externalId = 'a?b#c&d%20é';
    await client.createUser(newUser({ externalId }));
    expect(okValue(await client.findUserByExternalId(externalId))?.externalId).toBe(externalId);
  });

  it('does not take buyer@example.com for r@example.com', async () => {
    await client.createUser(newUser());
    expect(okValue(await client.findUserByEmail('r@example.com'))).toBeNull();
  });

  it('finds the exact address among more look-alikes than fit on a page', async () => {
    const [admin] = panel.state.users;
    if (!admin) throw new Error('the panel has no administrator');
    for (let id = 2; id <= 230; id += 1) {
      panel.state.users.push({ ...admin, id, username: `u${id}`, email: `${id}r@example.com` });
    }
    panel.state.users.push({ ...admin, id: 231, username: 'r', email: 'r@example.com' });
    expect(okValue(await client.findUserByEmail('r@example.com'))?.id).toBe(231);
    expect(requestCount()).toBe(3);
  });

  it('reports every field that is taken', async () => {
    await client.createUser(newUser());
    expect(await client.createUser(newUser())).toMatchObject({
      fault: {
        kind: 'error',
        status: 422,
        code: 'ValidationException',
        field: 'email',
        rule: 'unique',
        fields: [
          { field: 'email', rule: 'unique' },
          { field: 'external_id', rule: 'unique' },
          { field: 'username', rule: 'unique' },
        ],
        request: 'POST /users',
      },
    });
  });

  it('links a user to an external id and leaves the rest of it alone', async () => {
    const user = okValue(await client.createUser(newUser()));
    const linked = okValue(await client.linkUser(user, 'user-2'));
    expect(linked).toEqual({ ...user, externalId: 'user-2' });
  });
});

describe('nodes', () => {
  it('lists nodes with sizes, what is allocated, and every port', async () => {
    panel.state.allocations[0]!.serverId = 7;
    const nodes = okValue(await client.listNodes());
    expect(nodes.map((node) => node.name)).toEqual(['fra-1', 'fra-2', 'nyc-1']);
    expect(nodes[0]).toMatchObject({
      memoryMib: 65_536,
      diskMib: 512_000,
      allocatedMemoryMib: 0,
      public: true,
    });
    expect(nodes[0]?.allocations).toHaveLength(40);
    expect(nodes[0]?.allocations?.[0]).toEqual({
      id: 1,
      ip: '10.0.0.1',
      alias: 'fra1.example.com',
      port: 25_565,
      assigned: true,
    });
  });

  it('reads all pages', async () => {
    for (let id = 4; id <= 250; id += 1) panel.state.nodes.push(seedNode(id, `node-${id}`, 1));
    expect(okValue(await client.listNodes())).toHaveLength(250);
  });

  it('says that ports are unknown when the key may not read them', async () => {
    panel.faults.hideAllocations = true;
    expect(okValue(await client.listNodes())[0]?.allocations).toBeNull();
  });
});

describe('eggs', () => {
  it('finds the nest of an egg, and the egg with its variables', async () => {
    const egg = okValue(await client.findEgg(1));
    expect(egg).toMatchObject({ id: 1, nestId: 1, name: 'Paper' });
    expect(egg?.dockerImages).toContain('ghcr.io/pterodactyl/yolks:java_21');
    expect(egg?.variables[1]).toEqual({
      envVariable: 'SERVER_JARFILE',
      defaultValue: 'server.jar',
      rules: 'required|regex:/^([\\w\\d._-]+)(\\.jar)$/',
    });
  });

  it('keeps what it found for ten minutes', async () => {
    let nowMs = 0;
    const keeping = createPanelClient({ url: panel.url, apiKey, clock: { ...clock, now: () => nowMs } });
    await keeping.findEgg(1);
    await keeping.findEgg(1);
    await keeping.findEgg(2);
    expect(requestCount()).toBe(3);
    nowMs = 10 * 60_000;
    await keeping.findEgg(1);
    expect(requestCount()).toBe(5);
  });

  it('asks once for many that ask together, and again for one who wants it fresher', async () => {
    const together = Array.from({ length: 10 }, () => client.findEgg(1));
    for (const answer of await Promise.all(together)) expect(okValue(answer)).toMatchObject({ id: 1 });
    expect(requestCount()).toBe(2);
    panel.faults.slowMs = 1_000;
    const older = client.findEgg(2);
    await clock.sleep(200);
    await Promise.all([older, client.findEgg(2, clock.now())]);
    // The older one knows the nests; the newer one asks for both again.
    expect(requestCount()).toBe(5);
  });

  it('sees an egg that was made after it had looked', async () => {
    expect(okValue(await client.findEgg(99))).toBeNull();
    panel.state.eggs.push({ ...panel.state.eggs[0]!, id: 99 });
    expect(okValue(await client.findEgg(99))?.id).toBe(99);
  });

  it("reports the panel's refusal when the key may not read eggs", async () => {
    panel.state.keys[0]!.permissions = { nests: 'read' };
    expect(await client.findEgg(1)).toMatchObject({
      fault: { status: 403, code: 'AccessDeniedHttpException' },
    });
  });
});
