import { type Field, NO_SETTINGS } from '../settings.ts';

export const PAGES = ['channels', 'call', 'rights', 'check'] as const;
export type SetupPage = (typeof PAGES)[number];

/** What a part of `/setup` does: shows a page, keeps a choice, posts test messages; `open` begins from a message that all see. */
export type SetupPress =
  | { does: 'page'; page: SetupPage }
  | { does: 'set'; field: Field }
  | { does: 'test' }
  | { does: 'open' };

export const TEST_ID = 'setup:test';
export const pageId = (page: SetupPage) => `setup:page:${page}`;
export const fieldId = (field: Field) => `setup:set:${field}`;
export const openSetupId = (mark: string) => `setup:open:${mark}`;

/** @returns null for an id that is not of `/setup`, or of a version to come. */
export function readSetupId(id: string): SetupPress | null {
  const [, does, what] = /^setup:(page|set|test|open)(?::([\w.]+))?$/.exec(id) ?? [];
  if (does === 'test' || does === 'open') return { does };
  const page = PAGES.find((one) => one === what);
  if (does === 'page') return page ? { does, page } : null;
  const field = (Object.keys(NO_SETTINGS) as Field[]).find((one) => one === what);
  return does === 'set' && field ? { does, field } : null;
}
