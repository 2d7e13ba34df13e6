import type { PendingMessage } from '../store/store.ts';
import type { ChannelTroubles } from './channel-trouble.ts';
import type { BotDeps } from './deps.ts';
import { callsSomebody, channelFor, type Settings } from './settings.ts';

/** Where a message is written: where it stands, else where one of its kind is posted; null while no channel is chosen. */
export function placeOf(
  pending: Pick<PendingMessage, 'kind' | 'channel_id' | 'message_id'>,
  settings: Settings,
): string | null {
  // A test is about the channel that it names.
  const isBound = pending.message_id !== null || pending.kind === 'test';
  return (isBound ? pending.channel_id : null) ?? channelFor(settings, pending.kind);
}

/** Which messages may be written now, by their channel: one that lets nobody in holds up no other. */
export type Gate = {
  /** Those that wait for their channel. Asked at the beginning of a round, it lets go those that may try. */
  held(underWay: ReadonlySet<string>): number[];
  /** Whether this one may be written now; if not, it is held. */
  admits(pending: PendingMessage, underWay: ReadonlySet<string>): boolean;
};

/** While a channel lets nobody in, one message is tried now and then, for all that go there. */
export function createGate(deps: Pick<BotDeps, 'settings'>, troubles: ChannelTroubles): Gate {
  const held = new Map<number, string | null>();
  let settings = deps.settings();
  const mayTry = (channelId: string, underWay: ReadonlySet<string>) => {
    const trouble = troubles.of(channelId);
    return trouble.words() === null || (trouble.mayTry() && !underWay.has(channelId));
  };
  const goesElsewhere = ({ kind, message_id }: PendingMessage, channelId: string | null) =>
    callsSomebody(kind) &&
    message_id === null &&
    settings.channelId !== null &&
    settings.channelId !== channelId &&
    troubles.of(settings.channelId).words() === null;
  return {
    held(underWay) {
      // With other settings they may go elsewhere.
      if (settings !== deps.settings()) held.clear();
      settings = deps.settings();
      for (const [id, channelId] of held) {
        if (channelId !== null && mayTry(channelId, underWay)) held.delete(id);
      }
      return [...held.keys()];
    },
    admits(pending, underWay) {
      const channelId = placeOf(pending, settings);
      // Somebody waits for a test: what they just mended shows at once. A page of a log has a thread and a pace of its own. And a call
      // that its channel does not take goes among the purchases.
      const isFree = pending.kind === 'test' || pending.kind === 'log' || goesElsewhere(pending, channelId);
      if (channelId !== null && (isFree || mayTry(channelId, underWay))) return true;
      held.set(pending.id, channelId);
      return false;
    },
  };
}
