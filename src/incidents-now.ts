// `npm run incidents -- --code X --node Y --plan Z --since 30d --text T [--attempts] [--json]`: what went wrong before, where, and what helped.
import { parseArgs } from 'node:util';
import { howItEnded } from './bot/messages/incident-words.ts';
import { maskEmails } from './bot/messages/inert.ts';
import { lasting } from './bot/messages/words.ts';
import { loadEnvFile, readWorkerConfig } from './config.ts';
import { systemClock } from './lib/clock.ts';
import { toError } from './lib/failure.ts';
import { readIncidentQuery } from './orders/incident-search.ts';
import { TIMINGS } from './orders/timings.ts';
import { createCall } from './store/call.ts';
import { createStore, type FailedAttempt, type IncidentRow } from './store/store.ts';

const A_PAGE = 100;
const MOST = 1_000;

try {
  const word = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { code: word, node: word, plan: word, since: word, text: word, attempts: flag, json: flag };
  const { attempts, json, ...typed } = parseArgs({ options }).values;
  const read = readIncidentQuery({ ...typed, show: attempts ? 'attempts' : 'incidents' });
  if (read.kind === 'refused') throw new Error(read.reason.replaceAll('`', ''));
  loadEnvFile();
  const { query } = read;
  const store = createOwnStore();
  if (attempts) {
    const page = async (after: number | null) => {
      const { attempts: rows, more } = await store.attempts({ ...query, after }, A_PAGE);
      return { rows, more };
    };
    tell(await all(page), json, attemptLine);
  } else {
    const page = async (after: number | null) => {
      const { incidents: rows, more } = await store.incidents({ ...query, after }, A_PAGE);
      return { rows, more };
    };
    tell(await all(page), json, incidentLine);
  }
} catch (thrown) {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(2);
}

function createOwnStore() {
  const config = readWorkerConfig(process.env);
  const call = createCall({ ...config.supabase, clock: systemClock });
  return createStore({ call, timings: TIMINGS, deadlineMs: config.deadlineMs });
}

async function all<T extends { id: number }>(
  page: (after: number | null) => Promise<{ rows: T[]; more: boolean }>,
): Promise<T[]> {
  const found: T[] = [];
  for (let more = true; more && found.length < MOST; ) {
    const next = await page(found.at(-1)?.id ?? null);
    found.push(...next.rows);
    more = next.more;
  }
  return found;
}

function tell<T>(rows: T[], isJson: boolean, lineOf: (row: T) => string) {
  if (isJson) return console.log(maskEmails(JSON.stringify(rows, null, 2)));
  for (const row of rows) console.log(lineOf(row));
  if (rows.length === 0) console.log('Nothing found.');
  if (rows.length >= MOST) console.log(`These are the newest ${rows.length}: name more, or a shorter time.`);
}

function incidentLine(row: IncidentRow): string {
  const { id, code, opened_at, closed_at, nodes, plans, joined, detail } = row;
  return said([
    `${time(opened_at)}  #${id}  ${code}`,
    [...nodes, ...plans].join(', '),
    `${joined} orders`,
    closed_at === null ? '' : lasting(closed_at - opened_at),
    howItEnded(row).replaceAll('`', ''),
    detail,
  ]);
}

function attemptLine({
  ended_at,
  code,
  purchase_id,
  number,
  step,
  plan_id,
  node,
  detail,
}: FailedAttempt): string {
  const what = `${time(ended_at)}  ${code ?? 'worker lost'}  ${purchase_id}`;
  return said([what, `try ${number} at ${step}`, plan_id, node, detail]);
}

function time(ms: number | null): string {
  return ms === null ? '–' : new Date(ms).toISOString();
}

/** Foreign text must not move a terminal's cursor. */
function said(parts: (string | null)[]): string {
  return maskEmails(parts.filter(Boolean).join(' · ')).replaceAll(/\p{Cc}+/gu, ' ');
}
