import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/failure.ts';
import type { Timings } from '../orders/timings.ts';
import type { DiscordSettings, Store } from '../store/store.ts';
import { type Choices, type Field, missingOf, NO_SETTINGS, type Settings } from './settings.ts';

export type SettingsDeps = {
  clock: Clock;
  timings: Pick<Timings, 'settingsMs'>;
  log: Logger;
  store: Pick<Store, 'discordSettings'>;
};

/** Where a setting comes from: `/setup`, by whom and when; or the environment; null when neither says anything. */
export type Origin = { by: string; at: number } | 'environment' | null;

/** The settings as they are now, of which every process keeps the last that it knows. */
export type SettingsHolder = {
  current(): Settings;
  originOf(field: Field): Origin;
  /** What the environment says, for a field that was never chosen. */
  firstOf(field: Field): string | string[] | null;
  /** Reads them from the database. Never throws: what is known stays when it does not answer. */
  refresh(): Promise<void>;
  /** The same, when they were not read for a while. */
  refreshIfOld(): Promise<void>;
  /** Takes what was just written, which an older reading that is under way does not undo. */
  take(chosen: DiscordSettings): void;
};

/**
 * The settings of `/setup`, and those of the environment for what was never chosen there, field by field. Says loudly in the log
 * what is missing, once until that changes.
 */
export function createSettings(deps: SettingsDeps, guildId: string, first: Partial<Choices>): SettingsHolder {
  let chosen: DiscordSettings = { version: 0, values: {}, changes: {} };
  let current = merge(guildId, first, chosen);
  let readMs = Number.NEGATIVE_INFINITY;
  let said: string | null = null;
  let isAway = false;
  const take = (next: DiscordSettings) => {
    if (next.version <= chosen.version) return;
    chosen = next;
    current = merge(guildId, first, chosen);
  };
  const refresh = async () => {
    readMs = deps.clock.now();
    try {
      take(await deps.store.discordSettings());
      isAway = false;
    } catch (thrown) {
      const reason = toError(thrown).message;
      if (!isAway) deps.log.warn({ reason }, 'the settings could not be read: those known so far serve');
      isAway = true;
    }
    const missing = missingOf(current);
    if (missing !== null && missing !== said) deps.log.error(missing);
    said = missing;
  };
  return {
    current: () => current,
    originOf(field) {
      if (field in chosen.values) return chosen.changes[field] ?? null;
      return isNothing(first[field]) ? null : 'environment';
    },
    firstOf: (field) => first[field] ?? null,
    refresh,
    refreshIfOld: async () => {
      if (deps.clock.now() - readMs >= deps.timings.settingsMs) await refresh();
    },
    take,
  };
}

function merge(guildId: string, first: Partial<Choices>, { values }: DiscordSettings): Settings {
  // Read from JSON, a field is there or it is not: never undefined.
  return { ...NO_SETTINGS, ...first, ...(values as Partial<Choices>), guildId };
}

function isNothing(value: string | string[] | null | undefined): boolean {
  return value === null || value === undefined || value.length === 0;
}
