import { v5 } from 'uuid';

/** Any fixed UUID: it makes our name-based ids differ from everybody else's. Never change it: ids are made from it. */
const NAMESPACE = '6f3c1f0e-6d0b-4c53-9a55-0d5f3b0f6c11';

/**
 * The id of the purchase, and of its order, that a checkout session makes: always the same for one session, so that
 * a database restored from yesterday meets the panel's servers under the ids that they have.
 */
export function purchaseIdOf(sessionId: string): string {
  // Half a character has no bytes to make an id of, and is stored as a whole one.
  return v5(sessionId.toWellFormed(), NAMESPACE);
}

/** The panel's username for a user of the site: a pure function of the id, within the panel's rule (letters, digits). */
export function panelUsername(userId: string): string {
  return `u${userId.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`.slice(0, 60);
}

/** The first eight characters, enough for people to tell two orders apart. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
