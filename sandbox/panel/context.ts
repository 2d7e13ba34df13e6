import type { Clock } from '../../src/lib/clock.ts';
import { noFaults, type PanelFaults } from './faults.ts';
import type { KeyRow, PanelResource, PanelSeed, PanelState } from './rows.ts';
import { createState } from './seed.ts';

/** What every handler of the simulated panel works with. */
export type PanelContext = {
  state: PanelState;
  faults: PanelFaults;
  clock: Clock;
  /** How long an install script runs, in milliseconds of the clock. */
  installMs: number;
  /** Requests per minute and panel user. */
  rateLimitPerMinute: number;
  /** The panel's own address, for links and redirects. */
  baseUrl(): string;
  /** Waits on the clock; not any longer once the panel is stopped. */
  pause(ms: number): Promise<void>;
  stopped: AbortSignal;
  races: Races;
  /** Windows of the rate limit by panel user. */
  windows: Map<number, { startMs: number; hits: number }>;
};

/** What real concurrency decides on the panel, made repeatable. */
export type Races = {
  /** How many lost races were answered, so that their answers alternate. */
  lost: number;
  /** How many ports were drawn by automatic deployment. */
  drawn: number;
  /** User creations without a password that are under way. */
  passwordlessCreations: number;
};

export type PanelContextOptions = {
  clock: Clock;
  /** The application key of user 1. */
  apiKey: string;
  seed?: PanelSeed;
  /** How long an install takes, in milliseconds of the clock; 6000 unless told. */
  installMs?: number;
  /** Per panel user; 240 unless told. */
  rateLimitPerMinute?: number;
  baseUrl(): string;
  stopped: AbortSignal;
};

/** A panel without a listener: `deliver` answers its requests. */
export function createPanelContext(options: PanelContextOptions): PanelContext {
  const { clock, apiKey, seed = {}, installMs = 6000, rateLimitPerMinute = 240, baseUrl, stopped } = options;
  return {
    state: createState(seed, apiKey, clock.now()),
    faults: noFaults(),
    clock,
    installMs,
    rateLimitPerMinute,
    baseUrl,
    pause: (ms) => clock.sleep(ms, stopped),
    stopped,
    races: noRaces(),
    windows: new Map(),
  };
}

function noRaces(): Races {
  return { lost: 0, drawn: 0, passwordlessCreations: 0 };
}

/** A request as it came in. `path` has no query. */
export type PanelCall = {
  method: string;
  path: string;
  query: URLSearchParams;
  /** Segments of the path by name. */
  params: Record<string, string>;
  /** Blank strings are null and texts are trimmed, as the panel's middleware does. */
  body: Record<string, unknown>;
  key: KeyRow;
};

export type PanelAnswer = { status: number; body?: unknown; headers?: Record<string, string> };

export type PanelHandler = (panel: PanelContext, call: PanelCall) => PanelAnswer | Promise<PanelAnswer>;

export const noContent: PanelAnswer = { status: 204 };

/** Whether a key may do something with a kind of record. */
export function mayUse(
  panel: PanelContext,
  key: KeyRow,
  resource: PanelResource,
  access: 'read' | 'write',
): boolean {
  if (resource === 'allocations' && panel.faults.hideAllocations) return false;
  if (key.permissions === 'all') return true;
  const granted = key.permissions[resource];
  return granted === 'write' || granted === access;
}
