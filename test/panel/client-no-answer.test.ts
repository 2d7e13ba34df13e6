import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PanelSimulator, startPanel } from '../../sandbox/panel/start-panel.ts';
import { createClock } from '../../src/lib/clock.ts';
import { createPanelClient, type PanelClient } from '../../src/panel/client.ts';
import { mayHaveCreated } from '../../src/provisioning/panel-failure.ts';
import { serveTooMuch } from '../helpers/too-much.ts';
import { faultOf, newServer, newUser, okValue, waitUntil } from './fixtures.ts';
import { startOther } from './not-a-panel.ts';

const clock = createClock(50);
/** 20 real seconds: no test may fail because the machine is busy. */
const timeoutMs = 1_000_000;
const apiKey = 'ptla_secret';
let panel: PanelSimulator;
let client: PanelClient;

beforeEach(async () => {
  panel = await startPanel({ clock, apiKey });
  client = createPanelClient({ url: panel.url, apiKey, clock, timeoutMs });
});
afterEach(() => panel.stop());

describe('no answer', () => {
  it('a refused connection was surely not sent', async () => {
    panel.faults.down = true;
    expect(await client.createUser(newUser())).toEqual({
      kind: 'fault',
      panelTimeMs: null,
      fault: {
        kind: 'no_connection',
        status: null,
        code: null,
        detail: 'ECONNREFUSED',
        field: null,
        rule: null,
        fields: [],
        retryAfterMs: null,
        request: 'POST /users',
      },
    });
  });

  it('a connection cut after the create leaves a server behind', async () => {
    const server = await newServer(client);
    panel.faults.cutAfterCreate = true;
    expect(faultOf(await client.createServer(server)).kind).toBe('cut');
    expect(okValue(await client.findServerByExternalId('order-1'))?.externalId).toBe('order-1');
  });

  it('a connection cut before the create leaves none, and looks the same', async () => {
    const server = await newServer(client);
    panel.faults.cutBeforeCreate = true;
    expect(faultOf(await client.createServer(server)).kind).toBe('cut');
    expect(okValue(await client.findServerByExternalId('order-1'))).toBeNull();
  });

  it('a panel switched off in the middle of a request cuts it', async () => {
    const server = await newServer(client);
    panel.faults.wings[1] = 'hang';
    const pending = client.createServer(server);
    await waitUntil(() => expect(panel.state.servers).toHaveLength(1));
    panel.faults.down = true;
    expect(faultOf(await pending).kind).toBe('cut');
  });

  it('a timeout says nothing about the outcome: the server may be there a moment later', async () => {
    const hasty = createPanelClient({ url: panel.url, apiKey, clock, timeoutMs: 1000 });
    const server = await newServer(client);
    panel.faults.slowMs = 3000;
    expect(faultOf(await hasty.createServer(server))).toMatchObject({ kind: 'timeout', status: null });
    await waitUntil(() => expect(panel.state.servers).toHaveLength(1));
  });

  it('the timeout is over the body too', async () => {
    const other = await startOther((_request, response) => void response.writeHead(200).write('{'));
    const dripping = createPanelClient({ url: other.url, apiKey, clock, timeoutMs: 1000 });
    const result = await dripping.listNodes();
    await other.stop();
    expect(faultOf(result).kind).toBe('timeout');
  });

  it('an answer that never ends is cut off at 8 MiB; a create may have been carried out', async () => {
    const server = await newServer(client);
    const { url, closed } = await serveTooMuch();
    const flooded = createPanelClient({ url, apiKey, clock, timeoutMs });
    const fault = faultOf(await flooded.createServer(server));
    expect(fault).toMatchObject({
      kind: 'unexpected_shape',
      detail: 'answer larger than 8 MiB',
      status: null,
    });
    expect(mayHaveCreated(fault)).toBe(true);
    await closed;
  });

  it('waits 40 s unless told otherwise: longer than the panel waits for a node that hangs', async () => {
    const askedMs: number[] = [];
    const timeout = (ms: number) => {
      askedMs.push(ms);
      return clock.timeout(ms);
    };
    await createPanelClient({ url: panel.url, apiKey, clock: { ...clock, timeout } }).listNodes();
    expect(askedMs).toEqual([40_000]);
  });

  it('a node that hangs on the clean-up too is answered after 30 s', async () => {
    const server = await newServer(client);
    panel.faults.wings[1] = 'hang_all';
    const startedMs = clock.now();
    expect(faultOf(await client.createServer(server))).toMatchObject({ kind: 'error', status: 504 });
    expect(clock.now() - startedMs).toBeGreaterThanOrEqual(30_000);
  });
});
