import fc from 'fast-check';
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
  const { actor, store } = world.site;
  const target = world.sales[sale]!.purchaseId;
  const act = async () => {
    const press = { interaction, actor_id: '1', actor_name: 'Staff', action: 'retry' as const, target };
    const { status } = await store.act(press);
    if (status === 'ok' && world.pressed.has(interaction)) world.refusals.push(`${interaction} acted twice`);
    if (status === 'ok') world.pressed.add(interaction);
  };
  await world.through(actor, () => void act().catch(() => {}), isDirect);
}
