import { ApplicationCommandOptionType, InteractionContextType } from 'discord.js';
import type { BotDeps } from '../bot/deps.ts';
import { incidentMessage } from '../bot/messages/incident-message.ts';
import { type MessageBody, whisper } from '../bot/messages/parts.ts';
import { attemptsMessage, incidentsMessage } from '../bot/messages/search-message.ts';
import { failureKind } from '../orders/failures.ts';
import { type IncidentQuery, readIncidentQuery, SPANS } from '../orders/incident-search.ts';
import type { Choice, Command } from './command.ts';

const proposed = (name: string, description: string) =>
  ({ name, description, type: ApplicationCommandOptionType.String, autocomplete: true }) as const;
const chosen = (name: string, description: string, values: readonly string[]) =>
  ({
    name,
    description,
    type: ApplicationCommandOptionType.String,
    choices: values.map((value) => ({ name: value, value })),
  }) as const;

/** `/incidents`: what went wrong before, where, and what helped. */
export const incidents: Command = {
  needs: 'view',
  definition: {
    name: 'incidents',
    description: 'What went wrong before, where, and what helped; by code, node, plan, time and text',
    contexts: [InteractionContextType.Guild],
    options: [
      proposed('code', 'Which cause; those that were seen are proposed'),
      proposed('node', 'Only what concerned this node'),
      proposed('plan', 'Only what concerned this plan'),
      chosen('since', 'How far back; without it 30 days', Object.keys(SPANS)),
      {
        name: 'text',
        description: 'Words that were seen, tried, done or noted',
        type: ApplicationCommandOptionType.String,
      },
      chosen('show', 'Incidents, or each attempt that failed', ['incidents', 'attempts']),
    ],
  },
  kind: 'look',
  run: async (deps, { options }) => {
    const read = readIncidentQuery(options);
    if (read.kind === 'refused') return whisper('grey', `Not searched: ${read.reason}.`);
    return searchIncidents(deps, read.query);
  },
  complete,
};

/** One page of a search. @throws StoreError */
export async function searchIncidents(deps: BotDeps, query: IncidentQuery): Promise<MessageBody> {
  if (query.of === 'attempts') return attemptsMessage(query, await deps.store.attempts(query));
  return incidentsMessage(query, await deps.store.incidents(query), linksOf(deps));
}

/** Everything about one incident. @throws StoreError */
export async function openIncident(deps: BotDeps, id: string): Promise<MessageBody> {
  return incidentMessage(await deps.store.incident(id), linksOf(deps));
}

const linksOf = (deps: BotDeps) => ({ panelUrl: deps.panelUrl, guildId: deps.settings().guildId });

/** What was ever seen, as it is named by people; the node's value is its number, which stays when it is renamed. */
async function complete(deps: BotDeps, typed: string, option: string): Promise<Choice[]> {
  const seen = await deps.store.incidentChoices();
  const all: Record<string, Choice[]> = {
    code: seen.codes.map((code) => ({ name: `${code}: ${failureKind(code).sentence}`, value: code })),
    node: seen.nodes.map(({ id, name }) => ({ name, value: id })),
    plan: seen.plans.map((plan) => ({ name: plan, value: plan })),
  };
  const wanted = typed.toLowerCase();
  return (all[option] ?? [])
    .filter(({ name, value }) => value.length <= 100 && name.toLowerCase().includes(wanted))
    .slice(0, 25)
    .map(({ name, value }) => ({ name: name.slice(0, 100).toWellFormed(), value }));
}
