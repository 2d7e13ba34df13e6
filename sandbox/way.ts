import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './embedded/child.ts';

/** A way of its own to a server on loopback, for one process, which can be cut while others reach that server. */
export type Way = {
  url: string;
  /** `gateway`: what is a WebSocket is refused, and cut off. `all`: everything is. */
  cut(what: 'gateway' | 'all'): void;
  mend(): void;
  stop(): Promise<void>;
};

/** @param target where it leads; its path stays. */
export async function startWay(target: string): Promise<Way> {
  const { port: targetPort, pathname } = new URL(target);
  const port = await freePort();
  const open = new Map<Socket, boolean>();
  let broken: 'gateway' | 'all' | null = null;
  const isCut = (isGateway: boolean) => broken === 'all' || (broken === 'gateway' && isGateway);
  const server = createServer((near) => {
    open.set(near, false);
    near.on('error', () => near.destroy()).on('close', () => open.delete(near));
    near.once('data', (first) => {
      const isGateway = /\r\nupgrade: websocket/i.test(first.toString('latin1'));
      if (isCut(isGateway)) return near.destroy();
      const far = connect(Number(targetPort), '127.0.0.1');
      open.set(near, isGateway);
      near.on('close', () => far.destroy());
      far.on('error', () => near.destroy()).on('close', () => near.destroy());
      far.write(first);
      near.pipe(far).pipe(near);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const end = () => {
    for (const [near, isGateway] of open) if (isCut(isGateway)) near.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    cut: (what) => {
      broken = what;
      end();
    },
    mend: () => {
      broken = null;
    },
    stop: async () => {
      broken = 'all';
      end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
