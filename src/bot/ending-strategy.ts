import {
  type ManagerShardEventsMap,
  SimpleShardingStrategy,
  type WebSocketShardDestroyOptions,
} from 'discord.js';

type Manager = ConstructorParameters<typeof SimpleShardingStrategy>[0];

const HELLO = 'hello' as keyof ManagerShardEventsMap;

/**
 * The connection of one term, which does not come back once that has ended. Left to itself, discord.js forgets that it was told to end
 * when it is between two tries, and what it only is making when it is told has nobody to hear how that fails: the process would end.
 */
export class EndingStrategy extends SimpleShardingStrategy {
  readonly #isConnecting: () => boolean;

  /**
   * @param ended aborted before `destroy` is called.
   * @param isConnecting whether a connection is being made, or waited for, that Discord has not greeted yet.
   */
  constructor(manager: Manager, ended: AbortSignal, isConnecting: () => boolean) {
    super(manager);
    this.#isConnecting = isConnecting;
    const { retrieveSessionInfo } = manager.options;
    // Asked before each try: what is never answered never connects.
    manager.options.retrieveSessionInfo = (shardId) =>
      ended.aborted ? new Promise(() => {}) : retrieveSessionInfo(shardId);
    manager.on(HELLO, () => {
      if (ended.aborted) void super.destroy();
    });
  }

  override async destroy(options?: Omit<WebSocketShardDestroyOptions, 'recover'>): Promise<void> {
    if (!this.#isConnecting()) await super.destroy(options);
  }
}
