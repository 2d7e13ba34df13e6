import type { MessageRow } from '../../orders/purchase.ts';
import type { Needs } from '../permissions.ts';

/**
 * What a button does. All that a press needs is in its id, so that it works after any restart, on a message of any age (P7). The subject is
 * a purchase; of `retryall` and `ack`, an incident.
 */
export type ButtonAction = 'retry' | 'retryall' | 'reinstall' | 'inspect' | 'ack';
export type Button = { action: ButtonAction; subject: string };

/** Who may press it. */
export const NEEDS: Record<ButtonAction, Needs> = {
  retry: 'act',
  retryall: 'act',
  reinstall: 'act',
  inspect: 'view',
  ack: 'act',
};

const PATTERN = /^(retry|retryall|reinstall|inspect|ack):([^:]{1,60}):/;

/** `mark` tells our own message from others when we don't know whether it was posted. */
export function customId(action: ButtonAction, subject: string, mark: string): string {
  return `${action}:${subject}:${mark}`;
}

/** @returns null for a button that is not ours, or of a version to come. */
export function readCustomId(id: string): Button | null {
  const match = PATTERN.exec(id);
  return match ? { action: match[1] as ButtonAction, subject: match[2]! } : null;
}

/** Differs for every message that we mean to post, and stays the same when a post is repeated. */
export function markOf(row: Pick<MessageRow, 'id' | 'generation'>): string {
  return `m${row.id}.${row.generation}`;
}
