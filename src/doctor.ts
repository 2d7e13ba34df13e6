// `npm run doctor`: looks at every setting against the real service. `-- --json`: one JSON document. Exit code 1 when something is
// wrong or could not be found out.
import { parseArgs } from 'node:util';
import { createSettings } from './bot/settings-holder.ts';
import { buildDoctor } from './build-doctor.ts';
import { loadEnvFile, readLoosely } from './config.ts';
import { type DoctorSettings, settingsOfValues } from './doctor-settings.ts';
import { systemClock } from './lib/clock.ts';
import { toError } from './lib/failure.ts';
import { createLog } from './log.ts';
import { TIMINGS } from './orders/timings.ts';
import { exitCodeOf } from './runbook/doctor/finding.ts';
import { asJson, inWords } from './runbook/doctor/report.ts';
import { createCall } from './store/call.ts';
import { createStore } from './store/store.ts';

/** The database has so long to say what was chosen; then the doctor says that it does not answer. */
const PATIENT_MS = 3_000;

try {
  const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  loadEnvFile();
  const { roles, values, problems } = readLoosely(process.env);
  const settings = await chosenOf(settingsOfValues(roles, values, problems));
  const findings = await buildDoctor(settings, { clock: systemClock, log: createLog('silent') })();
  const told = options.json ? asJson(findings, systemClock.now()) : inWords(findings);
  process.stdout.write(told, () => process.exit(exitCodeOf(findings)));
} catch (thrown) {
  console.error(`orderly: ${toError(thrown).message}`);
  process.exit(1);
}

/** What `/setup` chose counts here as it does in the bot; without the database, what the environment says. */
async function chosenOf(known: DoctorSettings): Promise<DoctorSettings> {
  const { discord, supabase } = known;
  if (discord === null || supabase === null) return known;
  const clock = systemClock;
  const timings = { ...TIMINGS, databaseMs: PATIENT_MS, quickDatabaseMs: PATIENT_MS };
  const call = createCall({ ...supabase, clock });
  const store = createStore({ call, timings, deadlineMs: timings.deadlineMs });
  const { guildId, ...first } = discord.settings();
  const settings = createSettings({ clock, timings, log: createLog('silent'), store }, guildId, first);
  await settings.refresh();
  return { ...known, discord: { ...discord, settings: settings.current } };
}
