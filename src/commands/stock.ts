import { InteractionContextType } from 'discord.js';
import { z } from 'zod';
import { inert } from '../bot/messages/inert.ts';
import { line, message, text, when, whisper } from '../bot/messages/parts.ts';
import { type Stock, stockInWords } from '../orders/forecast.ts';
import type { Command } from './command.ts';

const stockSchema = z.array(
  z.object({
    region: z.string(),
    planId: z.string(),
    planName: z.string(),
    servers: z.number(),
    limitedBy: z.enum(['memory', 'disk', 'ports', 'nodes']),
  }),
);

/** `/stock`: how many more servers of each plan each region takes, and what is paused. */
export const stock: Command = {
  needs: 'view',
  definition: {
    name: 'stock',
    description: 'How many more servers of each plan each region takes, and what is paused',
    contexts: [InteractionContextType.Guild],
  },
  kind: 'look',
  run: async (deps) => {
    const [{ checks }, pauses] = await Promise.all([deps.store.catalogue(), deps.store.pauses()]);
    const last = checks.stock;
    const read = stockSchema.safeParse(last?.result);
    if (!last || !read.success)
      return whisper('grey', 'There is no forecast yet: the panel has not answered so far.');
    const held = pauses.map(
      (pause) =>
        `⏸️ ${pause.scope} ${inert(pause.name ?? pause.subject, 40)} until ${when(pause.until, 'f')}: ${inert(pause.reason, 100)}, ${pause.held} held`,
    );
    return message(
      'blue',
      [
        text(`### 📦 What can still be sold\n-# Each plan alone, ${when(last.at)}`),
        ...byRegion(read.data).map(text),
        ...(held.length > 0 ? [line(), text(held.join('\n'))] : []),
      ],
      { ephemeral: true },
    );
  },
};

function byRegion(all: Stock[]): string[] {
  const regions = [...new Set(all.map((one) => one.region))];
  return regions.map((region) => {
    const lines = all
      .filter((one) => one.region === region)
      .map((one) => `${one.servers === 0 ? '🔴' : '🟢'} ${inert(stockInWords(one), 80)}`);
    return `**${inert(region, 40)}**\n${lines.join('\n')}`;
  });
}
