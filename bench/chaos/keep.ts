import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../../sandbox/world.ts';
import type { Actor } from './cast.ts';

const TABLES = [
  'orderly_purchases',
  'orderly_events',
  'orderly_timeline',
  'orderly_attempts',
  'orderly_incidents',
  'orderly_incident_purchases',
  'orderly_messages',
  'orderly_calls',
  'orderly_staff_actions',
  'orderly_leases',
  'orders',
];

/** The log of each process, for whoever has to find out what went wrong. */
export function keepLogs(actors: Actor[], folder: string): void {
  for (const [index, { process }] of actors.entries())
    copyFileSync(process.logFile, join(folder, `process-${index + 1}.log`));
}

/** What the database, the panel and the channel say at the end. */
export async function keepRows({ database, panel, discord, stripe }: World, folder: string): Promise<void> {
  const keep = (name: string, rows: readonly unknown[]) =>
    writeFileSync(join(folder, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  for (const name of TABLES) keep(name, await database`select * from ${database(name)}`);
  keep('panel-servers', panel.state.servers);
  keep('panel-requests', panel.requests);
  keep('discord-messages', discord.messages(discord.channels.purchases));
  keep('discord-requests', discord.requests);
  keep('stripe-events', stripe.events);
}
