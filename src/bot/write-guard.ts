import { DefaultRestOptions, type RESTOptions } from 'discord.js';
import { type ObserveOutbound, observed } from '../lib/outbound.ts';

/** Another process may lead by now: what was to be written is that one's to write. */
export class NotLeadingError extends Error {
  override name = 'NotLeadingError';
  constructor() {
    super('another process may lead in Discord by now: not written');
  }
}

/**
 * The last gate before the wire, also for what waited in discord.js and what it tries again: no message is written unless we lead. Answers
 * to whoever pressed are not held: nobody else was told of that press.
 *
 * @param observe hears of every request that goes out.
 */
export function guardWrites(
  mayWrite: () => boolean,
  observe: ObserveOutbound = () => {},
): RESTOptions['makeRequest'] {
  const send = observed(DefaultRestOptions.makeRequest, observe, ({ status }) => status);
  return async (url, init) => {
    const isRead = (init.method ?? 'GET').toUpperCase() === 'GET';
    if (!isRead && /\/channels\/\d+/.test(url) && !mayWrite()) throw new NotLeadingError();
    return send(url, init);
  };
}
