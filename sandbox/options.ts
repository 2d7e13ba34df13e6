import { parseArgs } from 'node:util';

export type SandboxOptions = { once: boolean; port: number; factor: number };

/** Reads `npm run sandbox -- [--once] [--port N] [--factor N]`. @throws Error that names what is wrong. */
export function readOptions(args: string[]): SandboxOptions {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: 'boolean', default: false },
      port: { type: 'string', default: '4242' },
      factor: { type: 'string' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port must be a port number');
  const factor = Number(values.factor ?? (values.once ? 5 : 1));
  if (!(factor >= 0.1 && factor <= 60)) throw new Error('--factor must be a number from 0.1 to 60');
  return { once: values.once, port, factor };
}
