import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import { leaveOnCall, MOST_SHIFT_HOURS, putOnCall } from '../actions/oncall.ts';
import type { BotDeps } from '../bot/deps.ts';
import { onCallMessage, shiftMessage } from '../bot/messages/oncall-message.ts';
import { whisper } from '../bot/messages/parts.ts';
import type { Command, CommandInput } from './command.ts';

const ACTIONS = {
  show: 'who is on call',
  take: 'take it yourself',
  hand_over: 'hand it over to somebody',
  leave: 'nobody by name: alerts call the role',
};

/** `/oncall`: whom an alert calls first. Everybody sees a change. */
export const oncall: Command = {
  needs: 'act',
  definition: {
    name: 'oncall',
    description: 'Who is on call by name; take it, hand it over, or leave it to the role',
    contexts: [InteractionContextType.Guild],
    options: [
      {
        name: 'action',
        description: 'Without it: who is on call',
        type: ApplicationCommandOptionType.String,
        choices: Object.entries(ACTIONS).map(([value, name]) => ({ name, value })),
      },
      { name: 'to', description: 'To whom it is handed over', type: ApplicationCommandOptionType.User },
      {
        name: 'hours',
        description: 'For how long; without it until somebody else is',
        type: ApplicationCommandOptionType.Integer,
        min_value: 1,
        max_value: MOST_SHIFT_HOURS,
      },
    ],
  },
  kind: 'act',
  run: async (deps, input) => {
    const { options, actor } = input;
    // Whoever names somebody means to hand it over.
    const action = options.action ?? (options.to ? 'hand_over' : 'show');
    if (action === 'show') return shiftMessage(await deps.store.onCall(), deps.settings().onCallRoleId);
    if (action === 'leave') return onCallMessage(await leaveOnCall(deps, actor), actor, null);
    return handOver(deps, input, action === 'take' ? actor : whom(input));
  },
};

function whom({ options, people }: CommandInput): { id: string; name: string } | null {
  return options.to ? { id: options.to, name: people.to ?? options.to } : null;
}

async function handOver(deps: BotDeps, input: CommandInput, person: { id: string; name: string } | null) {
  const { actor, options } = input;
  if (person === null) return whisper('grey', 'To whom? Name somebody in `to`.');
  const hours = options.hours ? Number(options.hours) : null;
  return onCallMessage(await putOnCall(deps, actor, person, hours), actor, person.id);
}
