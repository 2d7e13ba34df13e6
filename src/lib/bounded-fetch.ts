const MIB = 1024 * 1024;

/** An answer grew beyond what it may be; the rest was not read, and the connection is closed. */
export class AnswerTooLargeError extends Error {
  override name = 'AnswerTooLargeError';
  constructor(mostMiB: number) {
    super(`answer larger than ${mostMiB} MiB`);
  }
}

/**
 * `fetch` whose bodies are read no further than `mostMiB`, counted after decompression: reading more rejects with AnswerTooLargeError.
 *
 * @param inner the HTTP client; the global one unless told.
 */
export function boundedFetch(mostMiB: number, inner: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, init);
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(limit(mostMiB)), { status, statusText, headers });
  };
}

function limit(mostMiB: number): TransformStream<Uint8Array, Uint8Array> {
  let read = 0;
  return new TransformStream({
    transform: (chunk, controller) => {
      read += chunk.byteLength;
      if (read > mostMiB * MIB) controller.error(new AnswerTooLargeError(mostMiB));
      else controller.enqueue(chunk);
    },
  });
}
