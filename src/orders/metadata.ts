import { z } from 'zod';
import { cleanServerName } from './server-name.ts';

/** What a checkout session's metadata says was bought; null where a key is absent or empty. */
export type Bought = {
  userId: string | null;
  itemType: string | null;
  planId: string | null;
  term: string | null;
  region: string | null;
  serverName: string | null;
};

export type Problem = { code: ProblemCode; detail: string };

/** Why a paid session can't become an order, as far as the session alone tells. */
export type ProblemCode =
  | 'metadata_missing'
  | 'missing_key'
  | 'bad_user_id'
  | 'not_subscription'
  | 'no_subscription'
  | 'wrong_mode';

const KEYS = ['user_id', 'item_type', 'plan_id', 'term', 'region', 'server_name'] as const;
/** A game order needs them all; without a server name a default is used. */
const REQUIRED = ['user_id', 'item_type', 'plan_id', 'term', 'region'] as const;
const uuid = z.string().trim().toLowerCase().pipe(z.guid());

type Metadata = Record<string, string>;

/** Whether any of the keys is ours: a session without one is somebody else's sale. */
export function isOurs(metadata: Metadata): boolean {
  return KEYS.some((key) => value(metadata, key) !== null);
}

/** Reads the keys that we know; everything else in the metadata is ignored. */
export function readBought(metadata: Metadata): Bought {
  const userId = value(metadata, 'user_id');
  const typedName = value(metadata, 'server_name');
  return {
    userId: uuid.safeParse(userId).data ?? userId,
    itemType: value(metadata, 'item_type')?.toLowerCase() ?? null,
    planId: value(metadata, 'plan_id'),
    term: value(metadata, 'term'),
    region: value(metadata, 'region'),
    serverName: typedName === null ? null : cleanServerName(typedName),
  };
}

/** What is wrong with the metadata of a paid subscription, or null. The first thing to mend is named, with all its fellows. */
export function metadataProblem(metadata: Metadata): Problem | null {
  if (!isOurs(metadata)) {
    return { code: 'metadata_missing', detail: `the session has none of ${KEYS.join(', ')} in its metadata` };
  }
  // Something that is not a game is an order with nothing to provision: only who bought it matters.
  const itemType = value(metadata, 'item_type');
  const required =
    itemType === null || itemType.toLowerCase() === 'game' ? REQUIRED : (['user_id', 'item_type'] as const);
  const missing = required.filter((key) => value(metadata, key) === null);
  if (missing.length > 0) {
    return { code: 'missing_key', detail: `the session's metadata lacks ${missing.join(', ')}` };
  }
  if (!uuid.safeParse(value(metadata, 'user_id')).success) {
    return { code: 'bad_user_id', detail: `the session's metadata has a user_id that is not a UUID` };
  }
  return null;
}

function value(metadata: Metadata, key: string): string | null {
  const raw = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  // Stored and shown later: what a terminal or the database can't take is removed here already.
  const clean =
    raw
      ?.replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, 500)
      .toWellFormed() ?? '';
  return clean === '' ? null : clean;
}
