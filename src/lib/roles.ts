/** What one process may do. Any number of processes may have each. */
export const ROLES = ['webhook', 'worker', 'bot'] as const;
export type Role = (typeof ROLES)[number];
