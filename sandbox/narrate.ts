import type { World } from './world.ts';

const WORDS: Record<string, string> = {
  paid: '💶 paid: Stripe told us, stored in one call',
  order_created: '🧾 order made',
  attempt: '▶️  a worker took it',
  user: '👤',
  placed: '📍 placed',
  create_sent: '📤 create sent to the panel',
  created: '🖥️  server created',
  adopted: '🖥️  server was there already, taken over',
  ready: '✅ ready to play',
  failed: '❌ failed',
  retry: '🔁 Retry',
  unsure: '❔ not known whether it was made',
};

type Line = { at: number; text: string };

/** Prints what happened to a purchase, from the database and from Discord, as a person would tell it. */
export async function narrate(world: World, title: string, id: string): Promise<void> {
  const entries = await world.database<
    { at: Date; kind: string; detail: string | null; actor: string | null }[]
  >`
    select at, kind, detail, actor from orderly_timeline where purchase_id = ${id} order by id`;
  const told: Line[] = entries
    .filter(({ kind }) => kind !== 'order_created')
    .map(({ at, kind, detail, actor }) => ({
      at: at.getTime(),
      text: `${WORDS[kind] ?? kind}${actor ? ` pressed by ${actor}` : ''}${detail ? `${kind === 'user' ? ' ' : ' · '}${detail}` : ''}`,
    }));
  const lines = [...told, ...inDiscord(world, id)].toSorted((a, b) => a.at - b.at);
  const began = lines[0]?.at ?? 0;
  console.log(`\n${title}  (order ${id.slice(0, 8)})`);
  for (const line of lines)
    console.log(`  ${`+${((line.at - began) / 1000).toFixed(1)} s`.padStart(8)}  ${line.text}`);
}

function inDiscord(world: World, id: string): Line[] {
  return world.discord
    .messages(world.discord.channels.purchases)
    .filter((message) => JSON.stringify(message.components).includes(`inspect:${id}:`))
    .flatMap((message) =>
      message.history.map((revision, index) => {
        const head = /### (.*?)(?:\\n|")/.exec(JSON.stringify(revision.components))?.[1] ?? '';
        const title = /\*\*(.*?)\*\*/.exec(JSON.stringify(revision.components))?.[1] ?? '';
        const isAlert = message.pings.roles.length > 0;
        if (isAlert)
          return {
            at: revision.atMs,
            text: index === 0 ? `   💬 @on-call pinged: ${head}` : `   💬 alert edited: ${head}`,
          };
        return {
          at: revision.atMs,
          text: `   💬 ${index === 0 ? 'live message posted' : 'same message edited'}: ${head.slice(0, 2)} ${title}`,
        };
      }),
    );
}
