import type { MessageRow } from '../../orders/purchase.ts';

/** What a button does. All that a press needs is in its id, so that it works after any restart, on a message of any age (P7). */
export type ButtonAction = 'retry' | 'inspect';
export type Button = { action: ButtonAction; purchaseId: string };

const PATTERN = /^(retry|inspect):([^:]{1,60}):/;

/** `mark` tells our own message from others when we don't know whether it was posted. */
export function customId(action: ButtonAction, purchaseId: string, mark: string): string {
  return `${action}:${purchaseId}:${mark}`;
}

/** @returns null for a button that is not ours, or of a version to come. */
export function readCustomId(id: string): Button | null {
  const match = PATTERN.exec(id);
  return match ? { action: match[1] as ButtonAction, purchaseId: match[2]! } : null;
}

/** Differs for every message that we mean to post, and stays the same when a post is repeated. */
export function markOf(row: Pick<MessageRow, 'id' | 'generation'>): string {
  return `m${row.id}.${row.generation}`;
}
