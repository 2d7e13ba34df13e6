import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands before a server on loopback; its connections can go dead without a word, as behind a router that forgot them. */
export type DeadLine = {
  /** The same address, through it. */
  url: string;
  /** What is connected now stays so, and hears and says nothing ever again; who connects anew is served. */
  cut(): void;
  /** Whether whoever connects is taken and not served either, as by a process that hangs. */
  faults: { silent: boolean };
  stop(): Promise<void>;
};

/** @param target a URL with host and port. */
export async function startDeadLine(target: string): Promise<DeadLine> {
  const { hostname, port } = new URL(target);
  const faults = { silent: false };
  const sockets = new Set<Socket>();
  const cuts = new Set<() => void>();
  const server = createServer((outer) => {
    outer.on('error', () => {});
    sockets.add(outer);
    outer.on('close', () => sockets.delete(outer));
    // Read, so that its end is seen; never answered, also later.
    if (faults.silent) return void outer.resume();
    const inner = connect(Number(port), hostname);
    inner.on('error', () => {});
    const end = () => {
      cuts.delete(cut);
      outer.destroy();
      inner.destroy();
    };
    const cut = () => {
      cuts.delete(cut);
      inner.off('close', end);
      outer.unpipe().resume();
      inner.destroy();
    };
    cuts.add(cut);
    inner.on('close', end);
    outer.on('close', end);
    outer.pipe(inner).pipe(outer, { end: false });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    faults,
    cut: () => {
      for (const cut of cuts) cut();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
