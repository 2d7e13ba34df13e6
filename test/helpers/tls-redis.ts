import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Redis } from 'ioredis';
import { startRedis } from '../../sandbox/embedded/redis.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');

/** A Redis that asks for a name and a password, and speaks TLS alone; and where it speaks none, for a client that was set up wrongly. */
export async function startTlsRedis(user: { name: string; password: string }) {
  const redis = await startRedis();
  const admin = new Redis(redis.url);
  await admin.acl('SETUSER', user.name, 'on', `>${user.password}`, '~*', '&*', '+@all');
  await admin.config('SET', 'requirepass', `${user.password}-of-the-default-user`);
  admin.disconnect();
  const { hostname, port } = new URL(redis.url);
  const sockets = new Set<Socket>();
  const cert = fixture('localhost-cert.pem');
  const server = createServer({ cert, key: fixture('localhost-key.pem') }, (socket) => {
    const inner = connect(Number(port), hostname);
    for (const one of [socket, inner]) {
      sockets.add(one);
      // One that ends ends the other; why does not matter here.
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        socket.destroy();
        inner.destroy();
      });
    }
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place = `localhost:${(server.address() as AddressInfo).port}`;
  return {
    url: (name: string, password: string) => `rediss://${name}:${password}@${place}`,
    plainUrl: `redis://${user.name}:${user.password}@${place}`,
    /** Until then the certificate is one that nobody knows. */
    trust: () => setDefaultCACertificates([...getCACertificates('default'), cert]),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await redis.stop();
    },
  };
}
