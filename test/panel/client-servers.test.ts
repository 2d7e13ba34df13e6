import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PanelSimulator, startPanel } from '../../sandbox/panel/start-panel.ts';
import { createClock } from '../../src/lib/clock.ts';
import { createPanelClient, type PanelClient, panelUrl } from '../../src/panel/client.ts';
import { newServer, okValue, waitUntil } from './fixtures.ts';

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

describe('servers', () => {
  it('creates a server and knows its address and node at once', async () => {
    const server = okValue(await client.createServer(await newServer(client)));
    expect(server).toMatchObject({
      externalId: 'order-1',
      status: 'installing',
      address: 'fra1.example.com:25565',
      nodeName: 'fra-1',
      userId: 1,
      eggId: 1,
      nodeId: 1,
      allocationId: 1,
    });
    expect(Math.abs(server.createdAtMs - clock.now())).toBeLessThan(60_000);
    expect(panelUrl(`${panel.url}/`, server.id)).toBe(`${panel.url}/admin/servers/view/1`);
  });

  it('finds it by external id and by id, and sees its install end', async () => {
    const created = okValue(await client.createServer(await newServer(client)));
    await waitUntil(async () => expect(okValue(await client.getServer(created.id))?.status).toBeNull());
    expect(okValue(await client.findServerByExternalId('order-1'))).toEqual({ ...created, status: null });
  });

  it('takes no server whose external id differs in case or by a trailing space', async () => {
    await client.createServer(await newServer(client));
    expect(okValue(await client.findServerByExternalId('ORDER-1'))).toBeNull();
    expect(okValue(await client.findServerByExternalId('order-1 '))).toBeNull();
    expect(okValue(await client.getServer(99))).toBeNull();
  });

  it('has no address when the key may not read ports', async () => {
    panel.faults.hideAllocations = true;
    expect(okValue(await client.createServer(await newServer(client))).address).toBeNull();
  });

  it('names every variable that the egg refuses', async () => {
    const environment = { SERVER_JARFILE: 'evil;rm.sh' };
    expect(await client.createServer(await newServer(client, { environment }))).toMatchObject({
      fault: {
        code: 'ValidationException',
        fields: [
          { field: 'environment.SERVER_JARFILE', rule: 'regex' },
          { field: 'environment.BUILD_NUMBER', rule: 'required' },
        ],
      },
    });
  });

  it('shows a ghost while its node hangs, which is gone after the failure', async () => {
    panel.faults.wings[1] = 'hang';
    const pending = client.createServer(await newServer(client));
    await waitUntil(async () =>
      expect(okValue(await client.findServerByExternalId('order-1'))?.status).toBe('installing'),
    );
    expect(await pending).toMatchObject({ fault: { status: 504, code: 'DaemonConnectionException' } });
    expect(okValue(await client.findServerByExternalId('order-1'))).toBeNull();
  });

  it("tells a node's 404 from a missing record", async () => {
    panel.faults.wings[1] = '404';
    expect(await client.createServer(await newServer(client))).toMatchObject({
      fault: { kind: 'error', status: 404, code: 'DaemonConnectionException' },
    });
    const { id } = okValue(await client.createServer(await newServer(client, { allocationId: 41 })));
    panel.faults.wings[2] = '404';
    expect((await client.reinstallServer(id)).kind).toBe('fault');
  });
});
