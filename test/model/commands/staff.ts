import fc from 'fast-check';
import type { Press } from '../../../src/store/store.ts';
import type { ModelWorld } from '../world.ts';
import { command, isDirect, saleIndex } from './command.ts';

/** Staff press Retry: once, or two of them at the same time, or Discord repeats the press. */
export const retry = command({
  name: 'retry',
  weight: 3,
  input: fc.record({ sale: saleIndex, presses: fc.constantFrom('one', 'two', 'repeated'), isDirect }),
  run: async (world, { sale, presses, isDirect }) => {
    const first = `press_${world.next()}`;
    const second = presses === 'two' ? `press_${world.next()}` : first;
    for (const interaction of presses === 'one' ? [first] : [first, second]) {
      await pressRetry(world, sale, interaction, isDirect);
    }
  },
});

export async function pressRetry(world: ModelWorld, sale: number, interaction: string, isDirect: boolean) {
  const target = world.sales[sale]!.purchaseId;
  await press(world, { action: 'retry', target }, interaction, isDirect);
}

type What = Press extends infer P
  ? P extends Press
    ? Omit<P, 'interaction' | 'actor_id' | 'actor_name'>
    : never
  : never;

/** Records an action, once, however often it is sent. */
async function press(world: ModelWorld, what: What, interaction: string, isDirect: boolean) {
  const { actor, store } = world.site;
  const act = async () => {
    const { status } = await store.act({ ...what, interaction, actor_id: '1', actor_name: 'Staff' });
    if (status === 'ok' && world.pressed.has(interaction)) world.refusals.push(`${interaction} acted twice`);
    if (status === 'ok') world.pressed.add(interaction);
  };
  await world.through(actor, () => void act().catch(() => {}), isDirect);
}

/** Retry on the alerts: every incident that is open. */
export const retryIncidents = command({
  name: 'retry incidents',
  weight: 1,
  input: fc.record({ isDirect }),
  run: async (world, { isDirect }) => {
    const open = await world.database
      .sql`select id from orderly_incidents where closed_at is null order by id`;
    for (const { id } of open) {
      const what = { action: 'retry_incident', target: String(id) } as const;
      await press(world, what, `press_${world.next()}`, isDirect);
    }
  },
});

export const close = command({
  name: 'close',
  weight: 1,
  input: fc.record({ sale: saleIndex, isDirect }),
  run: (world, { sale, isDirect }) => {
    const what = { action: 'close', target: world.sales[sale]!.purchaseId, detail: 'by the model' } as const;
    return press(world, what, `press_${world.next()}`, isDirect);
  },
});

export const reinstall = command({
  name: 'reinstall',
  weight: 1,
  input: fc.record({ sale: saleIndex, isDirect }),
  run: (world, { sale, isDirect }) => {
    const what = { action: 'reinstall', target: world.sales[sale]!.purchaseId } as const;
    return press(world, what, `press_${world.next()}`, isDirect);
  },
});

export const pause = command({
  name: 'pause',
  weight: 1,
  input: fc.record({
    what: fc.constantFrom(['panel', ''], ['region', 'us-east'], ['node', 'nyc-1'], ['plan', 'among-us-1gb']),
    minutes: fc.constantFrom(1, 10, 30),
    isDirect,
  }),
  run: (world, { what, minutes, isDirect }) => {
    const [scope, subject] = what as [string, string];
    const pause = { scope, subject, reason: 'by the model', minutes };
    return press(world, { action: 'pause', target: scope, pause }, `press_${world.next()}`, isDirect);
  },
});

export const resume = command({
  name: 'resume',
  weight: 1,
  input: fc.record({ isDirect }),
  run: async (world, { isDirect }) => {
    const [held] = await world.database
      .sql`select id from orderly_pauses where ended_at is null order by id limit 1`;
    if (!held) return;
    await press(world, { action: 'resume', target: String(held.id) }, `press_${world.next()}`, isDirect);
  },
});
