import type { AutocompleteInteraction } from 'discord.js';
import { toError } from '../lib/failure.ts';
import { type Answerable, actorOf, reply } from './answers.ts';
import type { BotDeps } from './deps.ts';
import { whisper } from './messages/parts.ts';
import { type Level, type Needs, rolesThatMay } from './permissions.ts';

export type Refusal = { target: string; needs: Needs; has: Level };

/** Says who may do it. The refusal is kept once, but nobody waits for that. */
export async function refuse(deps: BotDeps, interaction: Answerable, refusal: Refusal): Promise<void> {
  const kept = keep(deps, actorOf(interaction), refusal);
  await reply(deps, interaction, whisper('grey', whoMay(deps, refusal.needs)));
  await kept;
}

/**
 * Proposes nothing. Discord asks with every letter that is typed: kept once for a person, a command and an hour.
 */
export async function refuseCompletion(
  deps: BotDeps,
  interaction: AutocompleteInteraction,
  refusal: Refusal,
): Promise<void> {
  const { id, displayName: name } = interaction.user;
  const hour = Math.floor(deps.clock.now() / 3_600_000);
  const kept = keep(deps, { interaction: `ac:${id}:${refusal.target}:${hour}`, id, name }, refusal);
  await interaction.respond([]);
  await kept;
}

/** Mentions in an answer that one person sees ping nobody. */
function whoMay(deps: BotDeps, needs: Needs): string {
  const roles = rolesThatMay(needs, deps.settings());
  if (roles.length === 0) {
    return 'Only administrators of this Discord server may do this; with `/setup` they choose the roles that may.';
  }
  return `Only ${roles.map((id) => `<@&${id}>`).join(', ')} may do this.`;
}

/** Never rejects: the answer is not to wait for it, and an error that nobody waits for would end the process. */
async function keep(
  deps: BotDeps,
  actor: ReturnType<typeof actorOf>,
  { target, needs, has }: Refusal,
): Promise<void> {
  try {
    await deps.store.act({
      interaction: actor.interaction,
      actor_id: actor.id,
      actor_name: actor.name,
      action: 'refused',
      target,
      detail: `needs ${needs}, has ${has}`,
    });
  } catch (thrown) {
    deps.log.warn(
      { interaction: actor.interaction, reason: toError(thrown).message },
      'a refusal was not recorded',
    );
  }
}
