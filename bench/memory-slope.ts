type Look = { minute: number; memoryMb: number; leads: boolean };

/** What a new leader loads it has loaded by then. */
const SETTLE_MINUTES = 1;

/**
 * How much memory grows, in MB per hour, over the longest time in which a process led or did not. Taking over the lead is one step, for
 * all that a leader has loaded, and a line through it would be growth without end.
 */
export function memorySlope(looks: Look[]): number {
  const stretches: Look[][] = [];
  for (const look of looks) {
    const stretch = stretches.at(-1);
    if (stretch?.[0]?.leads === look.leads) stretch.push(look);
    else stretches.push([look]);
  }
  const lasting = (stretch: Look[]) => (stretch.at(-1)?.minute ?? 0) - (stretch[0]?.minute ?? 0);
  const [longest = []] = stretches.toSorted((a, b) => lasting(b) - lasting(a));
  const since = longest === stretches[0] ? 0 : (longest[0]?.minute ?? 0) + SETTLE_MINUTES;
  return leastSquares(
    longest.filter(({ minute }) => minute >= since).map(({ minute, memoryMb }) => [minute / 60, memoryMb]),
  );
}

/** Of the line with the least squares, in y by x. */
function leastSquares(points: [x: number, y: number][]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([one]) => one)), mean(points.map(([, one]) => one))];
  const up = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return up / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}
