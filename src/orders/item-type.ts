/** Words that mean a game's server to whoever wrote them; `addon`, `rank` or `donation` are sales of another kind. */
const MEANT = /game|server|hosting/;
const MOST_TYPOS = 2;

/**
 * Whether an item type that is not `game` was meant as one, for a purchase that names a game's plan: it is misspelt, says the same in another
 * word, or names the game itself. Pure.
 *
 * @param plan the row of the plan that was bought, under our names.
 */
export function isMeantAsGame(itemType: string, plan: Record<string, unknown>): boolean {
  const said = itemType.trim().toLowerCase();
  if (said === 'game') return false;
  const names = [plan.game, plan.id, plan.name].flatMap((name) =>
    typeof name === 'string' ? name.toLowerCase() : [],
  );
  return MEANT.test(said) || names.includes(said) || typos(said, 'game') <= MOST_TYPOS;
}

/** How many letters are wrong, missing, too many or swapped with their neighbour. */
function typos(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let j = 0; j <= b.length; j += 1) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      rows[i]![j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change, swap);
    }
  }
  return at(a.length, b.length);
}
