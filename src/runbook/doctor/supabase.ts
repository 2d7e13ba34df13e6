import type { Probe, Reply } from './probe.ts';

/** Calls the smallest of our functions as the product does. It only reads. */
export function askHealth(
  probe: Probe,
  { url, serviceKey }: { url: string; serviceKey: string },
): Promise<Reply> {
  return probe({
    url: `${url}/rest/v1/rpc/orderly_health`,
    method: 'POST',
    headers: {
      ...{ accept: 'application/json', 'content-type': 'application/json' },
      ...{ apikey: serviceKey, authorization: `Bearer ${serviceKey}` },
    },
    body: JSON.stringify({ p: '{}' }),
  });
}
