import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './embedded/child.ts';

/** A way of its own to a server on loopback, for one process, which can be cut while others reach that server. */
export type Way = {
  url: string;
  /** `gateway`: what is a WebSocket is cut off and refused. `hang`: it is cut off, and new ones wait for an answer. `all`: everything is cut. */
  cut(what: 'gateway' | 'hang' | 'all'): void;
  /** What waits goes on. */
  mend(): void;
  stop(): Promise<void>;
};

/** @param target where it leads; its path stays. */
export async function startWay(target: string): Promise<Way> {
  const { port: targetPort, pathname } = new URL(target);
  const port = await freePort();
  const open = new Map<Socket, { isGateway: boolean; goOn: (() => void) | null }>();
  let broken: 'gateway' | 'hang' | 'all' | null = null;
  const isCut = (isGateway: boolean) => broken === 'all' || (broken !== null && isGateway);
  const server = createServer((near) => {
    open.set(near, { isGateway: false, goOn: null });
    near.on('error', () => near.destroy()).on('close', () => open.delete(near));
    near.once('data', (first) => {
      const isGateway = /\r\nupgrade: websocket/i.test(first.toString('latin1'));
      const goOn = () => {
        open.set(near, { isGateway, goOn: null });
        const far = connect(Number(targetPort), '127.0.0.1');
        near.on('close', () => far.destroy());
        far.on('error', () => near.destroy()).on('close', () => near.destroy());
        far.write(first);
        near.pipe(far).pipe(near);
      };
      if (broken === 'hang' && isGateway) open.set(near, { isGateway, goOn });
      else if (isCut(isGateway)) near.destroy();
      else goOn();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const cut = (what: 'gateway' | 'hang' | 'all') => {
    broken = what;
    for (const [near, { isGateway }] of open) if (isCut(isGateway)) near.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    cut,
    mend: () => {
      broken = null;
      for (const { goOn } of open.values()) goOn?.();
    },
    stop: async () => {
      cut('all');
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
