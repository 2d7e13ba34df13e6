// `npm run erase -- <e-mail or user id> [--dry-run]`: erases a customer's personal data from Orderly (docs/erasure.md).
import { parseArgs } from 'node:util';
import { loadEnvFile, readConfig } from './config.ts';
import { systemClock } from './lib/clock.ts';
import { toError } from './lib/failure.ts';
import { TIMINGS } from './orders/timings.ts';
import { createCall } from './store/call.ts';
import { createStore, type Store } from './store/store.ts';

/** Nobody waits for an answer in here but the one who typed it. */
const PATIENT_MS = 60_000;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false } },
  });
  const [who = '', ...more] = positionals;
  if (who.trim() === '' || more.length > 0)
    throw new Error('name one customer: npm run erase -- <e-mail or user id> [--dry-run]');
  loadEnvFile();
  const config = readConfig(process.env);
  const timings = { ...TIMINGS, databaseMs: PATIENT_MS };
  const call = createCall({ ...config.supabase, clock: systemClock });
  const store = createStore({ call, timings, deadlineMs: config.deadlineMs });
  process.exitCode = await erase(store, who.trim(), values['dry-run']);
} catch (thrown) {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(2);
}

/**
 * Events that only name the customer come first: what names them is known from the purchases, which forget it last. So a run that was cut
 * off is simply made again.
 *
 * @returns the exit code: 1 when a purchase is under way and nothing was changed.
 */
async function erase(
  store: Pick<Store, 'erase' | 'eraseEvents'>,
  who: string,
  isDry: boolean,
): Promise<number> {
  const look = await store.erase(who, true);
  if (look.status === 'no_who') return refuse('that is neither an e-mail nor a user id (a UUID)');
  if (look.status === 'under_way') return refuse(underWay(look.purchases));
  let texts = 0;
  let after: string | null = null;
  do {
    const page: { found: number; next: string | null } = await store.eraseEvents(look.words, after, isDry);
    texts += page.found;
    after = page.next;
  } while (after !== null);
  const done = isDry ? look : await store.erase(who, false);
  if (done.status === 'no_who') throw new Error('the database took the customer for one before');
  if (done.status === 'under_way') return refuse(underWay(done.purchases));
  const fresh = done.status === 'ok' ? done.purchases : [];
  if (done.status === 'before') console.log(`Erased before: ${done.purchases.join(', ')}.`);
  for (const id of fresh) console.log(`${id}  e-mail, server name, note, and the texts that quote them`);
  const verb = isDry ? 'would be erased; nothing was changed' : 'erased';
  console.log(`${fresh.length} purchases and the text of ${texts + done.events} events: ${verb}.`);
  if (fresh.length > 0 && !isDry)
    console.log('Their messages in Discord are written anew by the running Orderly.');
  if (done.users.length > 0)
    console.log(`User ids stay, because they are the site's own key: ${done.users.join(', ')}.`);
  console.log(
    "Not erased here: the site's own tables, Stripe, the panel's user, backups, logs (docs/erasure.md).",
  );
  return 0;
}

function underWay(purchases: string[]): string {
  return `still under way, and in need of the data: ${purchases.join(', ')}. Wait for the server, or /close it first`;
}

function refuse(reason: string): number {
  console.error(`orderly: nothing was erased: ${reason}`);
  return 1;
}
