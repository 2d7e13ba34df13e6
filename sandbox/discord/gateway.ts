/** The gateway: a session per IDENTIFY, resumable for a while after its connection is gone. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Clock } from '../../src/lib/clock.ts';

const Op = {
  Dispatch: 0,
  Heartbeat: 1,
  Identify: 2,
  Presence: 3,
  Resume: 6,
  InvalidSession: 9,
  Hello: 10,
  Ack: 11,
};
const Close = {
  UnknownOp: 4001,
  Decode: 4002,
  NotIdentified: 4003,
  BadToken: 4004,
  Twice: 4005,
  BadIntents: 4014,
};
const PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15);
const HEARTBEAT_MS = 41_250;
const RESUMABLE_MS = 180_000;
const REMEMBERED_EVENTS = 1000;

/** Which intent an event needs; the others reach every session. */
const INTENTS: Record<string, number> = {
  MESSAGE_CREATE: 1 << 9,
  MESSAGE_UPDATE: 1 << 9,
  MESSAGE_DELETE: 1 << 9,
  CHANNEL_CREATE: 1,
  CHANNEL_UPDATE: 1,
  CHANNEL_DELETE: 1,
  THREAD_CREATE: 1,
  THREAD_UPDATE: 1,
  THREAD_DELETE: 1,
  GUILD_CREATE: 1,
  GUILD_ROLE_UPDATE: 1,
};

const frameSchema = z.object({ op: z.int(), d: z.unknown().optional() });
const identifySchema = z.object({ token: z.string(), intents: z.int(), shard: z.array(z.int()).optional() });
const resumeSchema = z.object({ token: z.string(), session_id: z.string(), seq: z.int().nullable() });

type Session = {
  id: string;
  intents: number;
  seq: number;
  sent: { s: number; frame: string }[];
  socket: WebSocket | null;
  lostAtMs: number;
};

export type GatewayDeps = {
  clock: Clock;
  factor: () => number;
  token: string;
  nextId: () => string;
  isDown: () => boolean;
  /** READY without the session's own fields, and the GUILD_CREATE that follows it. */
  ready: () => Record<string, unknown>;
  guildCreate: () => unknown;
  onSessions: (connected: number) => void;
};

export type Gateway = {
  /** Sends an event to every session whose intents include it; sessions that may resume get it later. */
  dispatch(type: string, data: unknown): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  connectedSessions(): number;
  closeConnections(code: number): void;
  /** Destroys the connections without a word. */
  cutConnections(): void;
};

export function createGateway(deps: GatewayDeps): Gateway {
  const server = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const connected = () => [...sessions.values()].filter(({ socket }) => socket).length;

  function send(session: Session, type: string, data: unknown): void {
    session.seq += 1;
    const frame = JSON.stringify({ op: Op.Dispatch, t: type, s: session.seq, d: data });
    session.sent.push({ s: session.seq, frame });
    if (session.sent.length > REMEMBERED_EVENTS) session.sent.shift();
    session.socket?.send(frame);
  }

  function attach(session: Session, socket: WebSocket): void {
    session.socket = socket;
    socket.on('close', (code) => {
      if (session.socket !== socket) return;
      session.socket = null;
      session.lostAtMs = deps.clock.now();
      // A client that says goodbye ends its session; one that is cut off may resume it.
      if (code === 1000 || code === 1001) sessions.delete(session.id);
      deps.onSessions(connected());
    });
    deps.onSessions(connected());
  }

  function identify(socket: WebSocket, host: string, data: unknown): Session | null {
    const parsed = identifySchema.safeParse(data);
    if (!parsed.success) return end(socket, Close.Decode);
    const { token, intents, shard } = parsed.data;
    if (token.replace(/^Bot /, '') !== deps.token) return end(socket, Close.BadToken);
    if (intents & PRIVILEGED) return end(socket, Close.BadIntents);
    const id = `session-${deps.nextId()}`;
    const session: Session = { id, intents, seq: 0, sent: [], socket: null, lostAtMs: 0 };
    sessions.set(id, session);
    attach(session, socket);
    const own = { session_id: id, resume_gateway_url: `ws://${host}`, shard: shard ?? [0, 1] };
    send(session, 'READY', { ...deps.ready(), ...own });
    if (wants(session, 'GUILD_CREATE')) send(session, 'GUILD_CREATE', deps.guildCreate());
    return session;
  }

  function resume(socket: WebSocket, data: unknown): Session | null {
    const parsed = resumeSchema.safeParse(data);
    if (!parsed.success) return end(socket, Close.Decode);
    const { token, session_id: id, seq } = parsed.data;
    if (token.replace(/^Bot /, '') !== deps.token) return end(socket, Close.BadToken);
    const session = sessions.get(id);
    const expired = session?.socket === null && deps.clock.now() - session.lostAtMs > RESUMABLE_MS;
    if (!session || expired) {
      sessions.delete(id);
      socket.send(JSON.stringify({ op: Op.InvalidSession, d: false }));
      return null;
    }
    session.socket?.terminate();
    attach(session, socket);
    for (const { s, frame } of session.sent) if (s > (seq ?? 0)) socket.send(frame);
    send(session, 'RESUMED', {});
    return session;
  }

  function connect(socket: WebSocket, host: string): void {
    let session: Session | null = null;
    socket.on('error', () => socket.terminate());
    socket.on('message', (raw) => {
      const frame = frameSchema.safeParse(parseJson(raw));
      if (!frame.success) return socket.close(Close.Decode);
      const { op, d } = frame.data;
      if (op === Op.Heartbeat) return socket.send(JSON.stringify({ op: Op.Ack }));
      if (op === Op.Identify || op === Op.Resume) {
        if (session) return socket.close(Close.Twice);
        session = op === Op.Identify ? identify(socket, host, d) : resume(socket, d);
        return;
      }
      if (!session) return socket.close(Close.NotIdentified);
      if (op < Op.Presence || op > Op.InvalidSession) socket.close(Close.UnknownOp);
    });
    const interval = Math.max(1000, Math.round(HEARTBEAT_MS / deps.factor()));
    socket.send(JSON.stringify({ op: Op.Hello, d: { heartbeat_interval: interval } }));
  }

  return {
    dispatch(type, data) {
      for (const session of sessions.values()) if (wants(session, type)) send(session, type, data);
    },
    upgrade(request, socket, head) {
      if (deps.isDown()) return void socket.destroy();
      server.handleUpgrade(request, socket, head, (opened) => connect(opened, request.headers.host ?? ''));
    },
    connectedSessions: connected,
    closeConnections(code) {
      for (const socket of server.clients) socket.close(code);
    },
    cutConnections() {
      for (const socket of server.clients) socket.terminate();
    },
  };
}

function wants(session: Session, type: string): boolean {
  const intent = INTENTS[type];
  return intent === undefined || (session.intents & intent) !== 0;
}

function end(socket: WebSocket, code: number): null {
  socket.close(code);
  return null;
}

function parseJson(raw: RawData): unknown {
  try {
    return JSON.parse(raw.toString());
  } catch {
    return undefined;
  }
}
