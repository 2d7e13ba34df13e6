import pino, { type Logger } from 'pino';

/** JSON lines on stdout. Errors are logged by name, message and stack only: clients hang payloads and keys on them. */
export function createLog(level: string, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: {
      err: (error: Error) => ({ name: error.name, message: error.message, stack: error.stack }),
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
