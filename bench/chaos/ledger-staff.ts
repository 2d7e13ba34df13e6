import type { World } from '../../sandbox/world.ts';
import type { Wrong } from './ledger-rows.ts';

/** P8: what staff did is recorded once, and was done once; what was answered as done is recorded. */
export async function wrongActs({ database, discord }: World): Promise<Wrong[]> {
  const acts = await database<{ interaction_id: string; action: string; target: string; outcome: string }[]>`
    select interaction_id, action, target, outcome from orderly_staff_actions`;
  const done = await database<{ id: string; recorded: number; done: number }[]>`
    select p.id,
      (select count(*) from orderly_staff_actions a where a.target in (p.id, p.order_id, p.session_id) and a.action in ('retry', 'provision')
        and a.outcome in ('retrying', 'reading_install', 'looking_for_server'))::int as recorded,
      (select count(*) from orderly_timeline t where t.purchase_id = p.id and t.kind = 'retry' and t.actor is not null)::int as done
    from orderly_purchases p`;
  const known = new Set(acts.map(({ interaction_id }) => interaction_id));
  const lost = discord.interactions.filter(
    ({ id, kind, reply }) =>
      (kind === 'button' || kind === 'command') &&
      /Retrying|It is yours|is paused until/.test(JSON.stringify(reply?.components ?? [])) &&
      !known.has(id),
  );
  return [
    ...done
      .filter((one) => one.recorded > one.done)
      .map((one) => ({
        promise: 'each recorded action is done once',
        what: `${one.id}: ${one.recorded} retries recorded, ${one.done} done`,
      })),
    ...lost.map(({ id, name }) => ({
      promise: 'what was answered as done is recorded',
      what: `${name} ${id}`,
    })),
    ...acts
      .filter(({ outcome }) => outcome === 'recorded')
      .map(({ interaction_id, action }) => ({
        promise: 'each recorded action is done once',
        what: `${action} ${interaction_id} has no outcome`,
      })),
  ];
}
