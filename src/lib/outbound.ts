/** How a request of ours went: `refused` 4xx, `limited` 429, `error` 5xx, `timeout` no answer in time, `unreachable` no connection. */
export type OutboundOutcome = 'ok' | 'refused' | 'limited' | 'error' | 'timeout' | 'unreachable';

/** Hears of every request of ours, when its answer begins. `seconds` are real ones, whatever the clock of the process shows. */
export type ObserveOutbound = (outcome: OutboundOutcome, seconds: number) => void;

/**
 * The same call, of which `observe` hears. It changes neither answer nor error.
 *
 * @param statusOf the HTTP status of an answer.
 */
export function observed<A extends unknown[], R>(
  call: (...given: A) => Promise<R>,
  observe: ObserveOutbound,
  statusOf: (answer: R) => number,
): (...given: A) => Promise<R> {
  return async (...given) => {
    const beganMs = performance.now();
    const tell = (outcome: OutboundOutcome) => observe(outcome, (performance.now() - beganMs) / 1000);
    let answer: R;
    try {
      answer = await call(...given);
    } catch (thrown) {
      tell(isTimeout(thrown) ? 'timeout' : 'unreachable');
      throw thrown;
    }
    tell(outcomeOf(statusOf(answer)));
    return answer;
  };
}

/** The global `fetch`, of which `observe` hears. */
export function observedFetch(observe: ObserveOutbound): typeof fetch {
  return observed(
    (...given: Parameters<typeof fetch>) => fetch(...given),
    observe,
    ({ status }) => status,
  );
}

function outcomeOf(status: number): OutboundOutcome {
  if (status === 429) return 'limited';
  if (status >= 500) return 'error';
  return status >= 400 ? 'refused' : 'ok';
}

/** The names of `fetch` and undici, and the code of Node's own client. */
function isTimeout(thrown: unknown): boolean {
  const { name, code } = Object(thrown) as { name?: unknown; code?: unknown };
  return name === 'TimeoutError' || name === 'AbortError' || code === 'ETIMEDOUT';
}
