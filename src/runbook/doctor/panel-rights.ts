import { z } from 'zod';
import { nestSchema } from '../../panel/egg-schemas.ts';
import type { SendToPanel } from '../../panel/http.ts';
import { pageOf } from '../../panel/schemas.ts';
import type { PanelFault, PanelResult } from '../../panel/types.ts';

/** `yes`, `no`, or why it is not known. */
export type Right = 'yes' | 'no' | { unknown: string };
export type Rights = Record<(typeof RIGHTS)[number], Right>;
export const RIGHTS = [
  'Nests: Read',
  'Eggs: Read',
  'Servers: Read',
  'Users: Read',
  'Servers: Write',
  'Users: Write',
] as const;

/**
 * Finds out each right of a key without changing anything. To write is tried with an empty body: the panel looks at the right first
 * (403) and at the fields afterwards (422), and makes nothing of a body that lacks all of them.
 */
export async function askRights(send: SendToPanel): Promise<Rights> {
  const get = (path: string) => send({ method: 'GET', path }, z.unknown());
  const post = (path: string) => send({ method: 'POST', path, body: {} }, z.unknown());
  const [nests, servers, users, newServer, newUser] = await Promise.all([
    send({ method: 'GET', path: '/nests?include=eggs&per_page=1' }, pageOf(nestSchema)),
    get('/servers?per_page=1'),
    get('/users?per_page=1'),
    post('/servers'),
    post('/users'),
  ]);
  return {
    'Nests: Read': rightOf(nests),
    'Eggs: Read': eggsRight(nests),
    'Servers: Read': rightOf(servers),
    'Users: Read': rightOf(users),
    'Servers: Write': writeRight(newServer),
    'Users: Write': writeRight(newUser),
  };
}

function rightOf(result: PanelResult<unknown>): Right {
  if (result.kind === 'ok') return 'yes';
  return isForbidden(result.fault) ? 'no' : { unknown: wordsOf(result.fault) };
}

/** A key that may read nests and no eggs gets nests with nothing in the place of their eggs. */
function eggsRight(nests: PanelResult<{ data: { eggIds: number[] | null }[] }>): Right {
  if (nests.kind === 'fault')
    return { unknown: isForbidden(nests.fault) ? 'seen only with the nests' : wordsOf(nests.fault) };
  const [first] = nests.value.data;
  if (!first) return { unknown: 'the panel has no nest to look into' };
  return first.eggIds === null ? 'no' : 'yes';
}

function writeRight(result: PanelResult<unknown>): Right {
  if (result.kind === 'fault' && result.fault.status === 422) return 'yes';
  if (result.kind === 'fault') return rightOf(result);
  return { unknown: 'the panel took an empty body' };
}

/** Whether the panel says that the key lacks a right; it says 403 to a wrong address and to a wrong owner as well. */
export function isForbidden(fault: PanelFault): boolean {
  return fault.status === 403 && whyWholeKey(fault) === null;
}

/** Why a 403 is about the key as a whole; null: it is about a right, or is none. */
export function whyWholeKey({ status, detail }: PanelFault): 'address' | 'owner' | null {
  if (status !== 403 || detail === null) return null;
  if (/\bIP address\b/.test(detail)) return 'address';
  return /\baccount does not have permission\b/.test(detail) ? 'owner' : null;
}

export function wordsOf({ request, status, kind, detail }: PanelFault): string {
  return `${request} → ${status ?? kind}${detail === null ? '' : `: ${detail}`}`;
}
