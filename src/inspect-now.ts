// `npm run inspect -- X`: the runbook for whatever X names, as lines for people or, with --json, one document for scripts.
import { parseArgs } from 'node:util';
import { sameAsWords } from './bot/messages/incident-words.ts';
import { loadEnvFile, readWorkerConfig } from './config.ts';
import { systemClock } from './lib/clock.ts';
import { toError } from './lib/failure.ts';
import { createLog } from './log.ts';
import { TIMINGS } from './orders/timings.ts';
import { createPanelClient } from './panel/client.ts';
import { createPanelBudget } from './provisioning/panel-budget.ts';
import { type Report, report } from './runbook/report.ts';
import { createCall } from './store/call.ts';
import { createStore } from './store/store.ts';
import { createStripeClient } from './stripe/client.ts';

const MARKS = { ok: '✅', bad: '❌', warn: '⚠️', unknown: '❔', later: ' ·' };

/** Nobody has three seconds to answer in here: a source may take longer than in Discord. */
const PATIENT_MS = 8_000;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.length !== 1)
    throw new Error('name one thing: npm run inspect -- <id, e-mail or server name>');
  loadEnvFile();
  const told = await look(positionals[0] ?? '');
  if (values.json)
    console.log(
      JSON.stringify(told.kind === 'diagnosis' ? { ...told.diagnosis, sameAs: told.sameAs } : told, null, 2),
    );
  else for (const row of linesOf(told)) console.log(row);
  process.exit(told.kind === 'diagnosis' && told.diagnosis.cause === null ? 0 : 1);
} catch (thrown) {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(2);
}

async function look(target: string): Promise<Report> {
  const config = readWorkerConfig(process.env);
  const clock = systemClock;
  const timings = { ...TIMINGS, lookMs: PATIENT_MS, quickDatabaseMs: PATIENT_MS };
  const call = createCall({ ...config.supabase, clock });
  const store = createStore({ call, timings, deadlineMs: config.deadlineMs });
  const { stripe, panel, publicUrl } = config.worker;
  const budget = createPanelBudget(
    { clock, log: createLog('silent'), store },
    panel.requestsPerMinute,
    'staff',
  );
  return report(
    {
      clock,
      timings,
      store,
      stripe: createStripeClient({ ...stripe, clock }),
      panel: createPanelClient({ ...panel, clock, timeoutMs: PATIENT_MS, budget }),
      settings: { publicUrl, livemode: config.livemode, slowDeliveryMs: timings.slowDeliveryMs },
    },
    target,
  );
}

function linesOf(told: Report): string[] {
  switch (told.kind) {
    case 'refused':
      return [`Not searched: ${told.reason}.`];
    case 'nothing': {
      const blind = told.blind.map((reason) => `${MARKS.unknown} ${reason}`);
      return [`Nothing found. Searched: ${told.searched}.`, ...blind];
    }
    case 'many': {
      const ids = [...told.purchases, ...told.sessions.map(({ id }) => id)];
      return ['More than one fits; name one:', ...ids.map((id) => `  ${id}`)];
    }
    case 'legacy':
      return [
        `An order from before Orderly: ${told.order.id}, status ${told.order.status}. /provision takes it over.`,
      ];
    case 'diagnosis': {
      const { issue, sentence, next, lines } = told.diagnosis;
      const chain = lines.map(
        ({ mark, title, evidence }) => `${MARKS[mark]} ${title.padEnd(18)} ${plainTimes(evidence)}`,
      );
      const before = told.sameAs === null ? [] : [plainTimes(sameAsWords(told.sameAs, { panelUrl: '' }))];
      return [...chain, '', `${issue.replaceAll('_', ' ')}: ${sentence}`, ...before, `→ ${next}`];
    }
  }
}

/** Times are in Discord's notation, which a terminal does not know. */
function plainTimes(evidence: string): string {
  return evidence.replaceAll(/<t:(\d+):[A-Za-z]>/g, (_, seconds) =>
    new Date(Number(seconds) * 1000).toISOString(),
  );
}
