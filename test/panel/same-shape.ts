function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

/**
 * Where two JSON values differ in keys or in the types of values; the values themselves may differ. Each entry of an
 * actual list must look like some entry of the recorded one.
 */
export function shapeDifferences(recorded: unknown, actual: unknown, at = 'body'): string[] {
  if (kindOf(recorded) !== kindOf(actual)) {
    return [`${at}: ${kindOf(recorded)} recorded, ${kindOf(actual)} answered`];
  }
  if (Array.isArray(recorded) && Array.isArray(actual)) return listDifferences(recorded, actual, at);
  if (!isRecord(recorded) || !isRecord(actual)) return [];
  const keys = new Set([...Object.keys(recorded), ...Object.keys(actual)]);
  return [...keys].flatMap((key) => {
    if (!(key in actual)) return [`${at}.${key}: missing`];
    if (!(key in recorded)) return [`${at}.${key}: not recorded`];
    return shapeDifferences(recorded[key], actual[key], `${at}.${key}`);
  });
}

function listDifferences(recorded: unknown[], actual: unknown[], at: string): string[] {
  if ((recorded.length === 0) !== (actual.length === 0)) {
    return [`${at}: ${recorded.length} entries recorded, ${actual.length} answered`];
  }
  return actual.flatMap((entry, index) => {
    const candidates = recorded.map((one) => shapeDifferences(one, entry, `${at}[${index}]`));
    return candidates.toSorted((one, other) => one.length - other.length)[0] ?? [];
  });
}
