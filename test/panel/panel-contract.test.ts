import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type PanelSimulator, startPanel } from '../../sandbox/panel/start-panel.ts';
import { createClock } from '../../src/lib/clock.ts';
import { multiRequest, notCovered, setups } from './recorded-cases.ts';
import { fullKey, otherKeys, recordedWorld } from './recorded-world.ts';
import { type RecordedResponse, recording, recordingNames, replay } from './recordings.ts';
import { shapeDifferences } from './same-shape.ts';

const clock = createClock(50);
let panel: PanelSimulator | undefined;

afterEach(async () => {
  await panel?.stop();
  panel = undefined;
});

const single = recordingNames().filter((name) => !multiRequest.includes(name) && !(name in notCovered));

const errorsOf = (body: unknown) =>
  z.object({ errors: z.array(z.unknown()) }).safeParse(body).data?.errors ?? [];

/** The page that was answered, where the body is one. */
function pageOf(body: unknown) {
  const page = z.object({ per_page: z.number(), current_page: z.number() });
  return z.object({ meta: z.object({ pagination: page }) }).safeParse(body).data;
}

/** What of an answer's headers a caller can build on; links are compared without the panel's address. */
function telling(headers: RecordedResponse['headers']) {
  const isThere = (name: string) => headers[name] !== undefined;
  return {
    type: headers['content-type']?.split(';')[0],
    allow: headers.allow,
    location: headers.location?.replace(/^http:\/\/127\.0\.0\.1:\d+/, ''),
    hasLimit: isThere('x-ratelimit-limit'),
    hasRemaining: isThere('x-ratelimit-remaining'),
    hasReset: isThere('x-ratelimit-reset'),
    hasRetryAfter: isThere('retry-after'),
  };
}

describe('the simulated panel answers as the real one was recorded to', () => {
  it('with every recording accounted for', () => {
    const names = recordingNames();
    const listed = [...Object.keys(setups), ...multiRequest, ...Object.keys(notCovered)];
    expect(listed.filter((name) => !names.includes(name))).toEqual([]);
    expect(single.length).toBeGreaterThan(155);
  });

  it.each(single)('%s', async (name) => {
    const { request, response } = recording(name);
    panel = await startPanel({ clock, apiKey: fullKey, seed: recordedWorld() });
    panel.state.keys.push(...otherKeys);
    setups[name]?.(panel);

    const answer = await replay(panel.url, request);

    expect(errorsOf(answer.body)).toEqual(errorsOf(response.body));
    expect(answer.status).toBe(response.status);
    expect(shapeDifferences(response.body, answer.body)).toEqual([]);
    expect(pageOf(answer.body)).toEqual(pageOf(response.body));
    expect(telling(answer.headers)).toEqual(telling(response.headers));
    expect(answer.headers.date).toBeDefined();
  });
});
