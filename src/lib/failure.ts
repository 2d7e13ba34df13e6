/** What was thrown, as an `Error`, so that no `unknown` travels on. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Makes a `switch` over a closed union exhaustive: a missing arm is a type error here, and a clear one at run time. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
