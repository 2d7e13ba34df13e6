import type { Asked } from '../../orders/provision-preview.ts';
import type { MessageRow } from '../../orders/purchase.ts';
import type { Needs } from '../permissions.ts';

/**
 * What a button does. All that a press needs is in its id, so that it works after any restart, on a message of any age (P7). The subject is
 * a purchase; of `retryall`, `ack` and `helped` an incident, of `provision` anything that names an order, of `backfill` a Checkout session.
 * `linkto` asks for the server, `link` has it.
 */
export type ButtonAction = (typeof ACTIONS)[number];
/** `rest`: the mark of the message; of `link` the server's number, of `provision` the node's or `-`. */
export type Button = { action: ButtonAction; subject: string; rest: string };

const ACTIONS = [
  'retry',
  'retryall',
  'reinstall',
  'inspect',
  'close',
  'again',
  'complete',
  'notours',
  'link',
  'linkto',
  'provision',
  'backfill',
  'cancel',
  'ack',
  'helped',
] as const;
const PATTERN = new RegExp(`^(${ACTIONS.join('|')}):([^:]{1,80}):(.*)$`);

/** Who may press it: to look, or to act. */
export function neededToPress(action: ButtonAction): Needs {
  return action === 'inspect' || action === 'cancel' ? 'view' : 'act';
}

/** `mark` tells our own message from others when we don't know whether it was posted. */
export function customId(action: ButtonAction, subject: string, mark: string): string {
  return `${action}:${subject}:${mark}`;
}

/** @returns null for a button that is not ours, or of a version to come. */
export function readCustomId(id: string): Button | null {
  const [, action, subject, rest] = PATTERN.exec(id) ?? [];
  if (action === undefined || subject === undefined) return null;
  return { action: action as ButtonAction, subject, rest: rest ?? '' };
}

/** What a modal asks for, before it is done: a reason, or the beginning of an order's id. */
export type Sure = {
  action: Extract<Asked, 'close' | 'reinstall' | 'again' | 'notours'>;
  subject: string;
  typed: string;
};

/** `typed`: what has to be typed in; `-` when that is free. */
export function sureId({ action, subject, typed }: Sure): string {
  return `sure:${action}:${subject}:${typed}`;
}

/** @returns null for a modal that is not ours, or of a version to come. */
export function readSureId(id: string): Sure | null {
  const [, action, subject, typed] =
    /^sure:(close|reinstall|again|notours):([^:]{1,70}):([^:]{1,8})$/.exec(id) ?? [];
  if (action === undefined || subject === undefined || typed === undefined) return null;
  return { action: action as Sure['action'], subject, typed };
}

/** A modal with fields to fill in, and the purchase that they are about. */
export type Form = { form: Extract<Asked, 'complete' | 'linkto'>; subject: string };

export function formId({ form, subject }: Form): string {
  return `form:${form}:${subject}`;
}

/** @returns null for a modal that is not ours, or of a version to come. */
export function readFormId(id: string): Form | null {
  const [, form, subject] = /^form:(complete|linkto):([^:]{1,80})$/.exec(id) ?? [];
  return form === undefined || subject === undefined ? null : { form: form as Form['form'], subject };
}

/** Differs for every message that we mean to post, and stays the same when a post is repeated. */
export function markOf(row: Pick<MessageRow, 'id' | 'generation'>): string {
  return `m${row.id}.${row.generation}`;
}
