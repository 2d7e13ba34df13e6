import { createPanelContext, type PanelContext } from '../../sandbox/panel/context.ts';
import { deliver } from '../../sandbox/panel/deliver.ts';
import type { RawAnswer, RawRequest } from '../../sandbox/panel/pipeline.ts';
import { createPanelClient, type PanelClient } from '../../src/panel/client.ts';
import type { VirtualClock } from './clock.ts';
import type { Fencing } from './fencing.ts';
import type { Actor, Gates } from './gates.ts';

const PANEL_URL = 'http://panel.test';
const PANEL_KEY = 'ptla_model';

/** A create that the panel has in its hands, as `by` asked for it. */
export type CreateUnderWay = { orderId: string; allocationId: number; by: string };

export type ModelPanel = {
  context: PanelContext;
  creating: Set<CreateUnderWay>;
  /** Orders whose create has reached the panel, and when each did. */
  asked: { orderId: string; atMs: number; decidedAtMs: number | null }[];
  /** Loses every connection that waits for an answer; the panel goes on with what it has. */
  cut(): void;
  /** For the requests under way: what `cut` does to each. */
  connections: Set<() => void>;
};

export function createModelPanel(clock: VirtualClock): ModelPanel {
  const stopped = new AbortController().signal;
  const options = { clock, apiKey: PANEL_KEY, installMs: 6_000, baseUrl: () => PANEL_URL, stopped };
  const connections = new Set<() => void>();
  return {
    context: createPanelContext(options),
    creating: new Set(),
    asked: [],
    connections,
    cut: () => {
      for (const lose of connections) lose();
    },
  };
}

type Deps = { gates: Gates; clock: VirtualClock; fencing: Fencing; timeoutMs: number };

/** The real client, whose requests go through the gates into the simulated panel. */
export function createGatedPanelClient(panel: ModelPanel, deps: Deps, actor: Actor): PanelClient {
  // A process that stalls before it sends has not set its timeout either: the timeout begins behind the first gate.
  const controllers = new WeakMap<AbortSignal, () => void>();
  const timeout = (ms: number) => {
    const controller = new AbortController();
    controllers.set(controller.signal, () => {
      const passed = deps.clock.timeout(ms);
      passed.addEventListener('abort', () => controller.abort(passed.reason), { once: true });
    });
    return controller.signal;
  };
  const exchange: typeof fetch = async (input, init = {}) => {
    const request = rawRequest(String(input), init);
    const label = `${request.method} ${request.url.pathname.replace('/api/application/', '')}`;
    const signal = init.signal ?? new AbortController().signal;
    const gate = { actor, target: 'panel' as const, label };
    const sent = await deps.gates.pass({ ...gate, kind: 'send' });
    if (sent === 'lost') throw failed('ECONNRESET');
    controllers.get(signal)?.();
    const arrived = sent === 'held' ? await deps.gates.pass({ ...gate, kind: 'network' }, signal) : 'go';
    if (arrived === 'aborted') throw signal.reason;
    if (arrived === 'lost') throw failed('ECONNRESET');
    if (panel.context.faults.down) throw failed('ECONNREFUSED');
    const answer = await untilLost(panel, arrive(panel, request, deps.fencing, actor.name), signal);
    if (signal.aborted) throw signal.reason;
    const read = await deps.gates.pass({ ...gate, kind: 'answer' }, signal);
    if (read === 'aborted') throw signal.reason;
    if (answer === null || read === 'lost' || panel.context.faults.down) throw failed('UND_ERR_SOCKET');
    return new Response(answer.text === '' ? null : answer.text, answer);
  };
  const clock = { ...deps.clock, timeout };
  return createPanelClient({
    url: PANEL_URL,
    apiKey: PANEL_KEY,
    clock,
    timeoutMs: deps.timeoutMs,
    fetch: exchange,
  });
}

function rawRequest(address: string, init: RequestInit): RawRequest {
  const headers = new Headers(init.headers);
  return {
    method: init.method ?? 'GET',
    url: new URL(address),
    accept: headers.get('accept') ?? '*/*',
    authorization: headers.get('authorization') ?? '',
    clientIp: '127.0.0.1',
    body: typeof init.body === 'string' ? init.body : '',
  };
}

async function arrive(
  panel: ModelPanel,
  request: RawRequest,
  fencing: Fencing,
  by: string,
): Promise<RawAnswer | null> {
  if (request.method !== 'POST' || !request.url.pathname.endsWith('/servers')) {
    return deliver(panel.context, request);
  }
  const body = JSON.parse(request.body) as { external_id: string; allocation: { default: number } };
  const create = { orderId: body.external_id, allocationId: body.allocation.default, by };
  const { orderId } = create;
  panel.asked.push({ orderId, atMs: panel.context.clock.now(), decidedAtMs: fencing.decidedAtMs(orderId) });
  panel.creating.add(create);
  try {
    return await deliver(panel.context, request);
  } finally {
    panel.creating.delete(create);
  }
}

function failed(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

/** What the panel answers, or null when the connection is lost before or nobody waits any more. */
function untilLost<T>(panel: ModelPanel, answer: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve) => {
    const lose = () => resolve(null);
    panel.connections.add(lose);
    signal.addEventListener('abort', lose, { once: true });
    void answer.then(resolve).finally(() => panel.connections.delete(lose));
  });
}
