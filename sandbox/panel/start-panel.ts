import { createServer, type Server } from 'node:http';
import { createPanelContext, type PanelContextOptions } from './context.ts';
import type { PanelFaults } from './faults.ts';
import { closeListener, createDownSwitch, listen } from './listener.ts';
import type { PanelState } from './rows.ts';
import { type LoggedRequest, type RequestHook, serve } from './serve.ts';
import { removeServer } from './wings.ts';

export type { LoggedRequest, RequestHook, SeenRequest } from './serve.ts';

export type PanelOptions = Omit<PanelContextOptions, 'baseUrl' | 'stopped'> & {
  /** 0 or nothing takes a free port of 127.0.0.1. */
  port?: number;
};

export type PanelSimulator = {
  url: string;
  stop(): Promise<void>;
  state: PanelState;
  /** Change its fields to break things; `down` acts at once. */
  faults: PanelFaults;
  /** The last 10,000 requests, oldest first. */
  requests: LoggedRequest[];
  /**
   * Calls back before a request is processed, and again when it is processed but not yet answered; both are awaited.
   * Gives a function that ends it.
   */
  onRequest(hook: RequestHook): () => void;
  /** Removes a server as somebody at the panel would; false when there is none of that id. */
  deleteServer(id: number): boolean;
};

/** A Pterodactyl panel that runs in this process and answers over HTTP as version 1.11 was recorded to. */
export async function startPanel(options: PanelOptions): Promise<PanelSimulator> {
  const stopping = new AbortController();
  const hooks = new Set<RequestHook>();
  const requests: LoggedRequest[] = [];
  let url = '';
  const panel = createPanelContext({ ...options, stopped: stopping.signal, baseUrl: () => url });
  const http = createServer((request, response) => {
    serve({ panel, hooks, requests }, request, response).catch(() => request.socket.destroy());
  });
  const port = await listen(http, options.port ?? 0);
  url = `http://127.0.0.1:${port}`;
  createDownSwitch(panel.faults, http, port);
  return {
    url,
    state: panel.state,
    faults: panel.faults,
    requests,
    stop: () => stop(stopping, http),
    onRequest: (hook) => {
      hooks.add(hook);
      return () => hooks.delete(hook);
    },
    deleteServer: (id) => {
      const server = panel.state.servers.find((row) => row.id === id);
      if (server) removeServer(panel, server);
      return server !== undefined;
    },
  };
}

async function stop(stopping: AbortController, http: Server) {
  stopping.abort();
  await closeListener(http);
}
