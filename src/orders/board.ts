/** What a board counts: the states of `state.ts`, without the shades that a count does not need (SQL: `orderly_standing`). */
export const STANDINGS = ['ready', 'installing', 'working', 'failed', 'other', 'closed', 'unpaid'] as const;
export type Standing = (typeof STANDINGS)[number];
