import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { MOST_PAUSE_MINUTES, type PauseScope, pause as startPause } from '../actions/pause.ts';
import { actionMessage } from '../bot/messages/action-words.ts';
import type { Command } from './command.ts';

const SCOPES: Record<PauseScope, string> = {
  panel: 'everything',
  region: 'one region',
  node: 'one node',
  plan: 'one plan',
};

/** `/pause`: holds provisioning back for a while, always with a reason and an end. */
export const pause: Command = {
  needs: 'act',
  definition: {
    name: 'pause',
    description: 'Hold provisioning back for a while; purchases are recorded and go on by themselves',
    contexts: [InteractionContextType.Guild],
    options: [
      {
        name: 'what',
        description: 'What is held back',
        type: ApplicationCommandOptionType.String,
        required: true,
        choices: Object.entries(SCOPES).map(([value, name]) => ({ name, value })),
      },
      {
        name: 'minutes',
        description: 'For how long; it ends by itself',
        type: ApplicationCommandOptionType.Integer,
        required: true,
        min_value: 1,
        max_value: MOST_PAUSE_MINUTES,
      },
      {
        name: 'reason',
        description: 'Why; it stands on every message that it holds',
        type: ApplicationCommandOptionType.String,
        required: true,
        min_length: 3,
        max_length: 200,
      },
      {
        name: 'which',
        description: 'The region, node or plan',
        type: ApplicationCommandOptionType.String,
        autocomplete: true,
        max_length: 100,
      },
    ],
  },
  kind: 'act',
  run: async (deps, { actor, options }) => {
    const scope = (options.what ?? 'panel') as PauseScope;
    const wanted = { scope, subject: (options.which ?? '').trim(), reason: options.reason ?? '' };
    return actionMessage(await startPause(deps, actor, { ...wanted, minutes: Number(options.minutes) }));
  },
  complete: async (deps, typed) => {
    const { nodes, plans } = await deps.store.catalogue();
    const names = [
      ...nodes.flatMap((node) => node.region ?? []),
      ...nodes.flatMap((node) => node.name ?? []),
      ...plans.map((plan) => String(plan.id)),
    ];
    const wanted = typed.toLowerCase();
    return [...new Set(names)]
      .filter((name) => name.toLowerCase().includes(wanted))
      .slice(0, 25)
      .map((name) => ({ name: name.slice(0, 100), value: name.slice(0, 100) }));
  },
};
