// `npm run bench:diagnosis [-- --only NAME] [--json] [--check] [--lines]`: breaks the running sandbox in every known way and compares
// what the report says with the truth. --lines prints the whole chain of each case that was judged wrong.
import { parseArgs } from 'node:util';
import { reportDepsOf } from '../../sandbox/report-deps.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { toError } from '../../src/lib/failure.ts';
import { type Report, report } from '../../src/runbook/report.ts';
import { printTable } from '../figures.ts';
import { sell } from './breaks.ts';
import type { Case } from './case.ts';
import { ORDER_CAUSES } from './causes-order.ts';
import { PANEL_CAUSES } from './causes-panel.ts';
import { SENDER_CAUSES } from './causes-sender.ts';
import { SERVER_CAUSES } from './causes-server.ts';
import { HEALTHY } from './healthy.ts';
import { broken, type Judged, judge } from './judge.ts';
import { reach } from './moments.ts';
import { createReset, startBot } from './reset.ts';
import { BENCH_TIMINGS, FACTOR } from './timings.ts';

const MOST_NEXT = 90;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    lines: { type: 'boolean', default: false },
  },
});
const isAsked = ({ name }: Case) => values.only === undefined || name.includes(values.only);
const causes = [...SENDER_CAUSES, ...ORDER_CAUSES, ...PANEL_CAUSES, ...SERVER_CAUSES].filter(isAsked);
const healthy = HEALTHY.filter(isAsked);
if (causes.length + healthy.length === 0) {
  console.error(`orderly: no case has "${values.only}" in its name`);
  process.exit(2);
}

const beganMs = Date.now();
const world = await startWorld({ factor: FACTOR, installMs: 1_000, timings: BENCH_TIMINGS });
let judged: { causes: Judged[]; healthy: Judged[] };
try {
  await startBot(world);
  const reset = createReset(world);
  judged = { causes: await playAll(reset, causes), healthy: await playAll(reset, healthy) };
} finally {
  await world.stop();
}
tell(judged);

async function playAll(reset: () => Promise<void>, cases: Case[]): Promise<Judged[]> {
  const all: Judged[] = [];
  for (const one of cases) {
    await reset();
    const done = await play(one);
    await one.mend?.(world);
    all.push(done);
    if (done.wrong.length > 0) console.log(`✗ ${done.name}: ${done.wrong.join('; ')}`);
  }
  return all;
}

async function play(one: Case): Promise<Judged> {
  try {
    const told = await playedReport(world, one);
    const done = judge(one, told);
    if (values.lines && done.wrong.length > 0 && told.kind === 'diagnosis') {
      for (const { mark, title, evidence } of told.diagnosis.lines)
        console.log(`    ${mark} ${title}: ${evidence}`);
    }
    return done;
  } catch (thrown) {
    return broken(one, toError(thrown));
  }
}

async function playedReport(world: World, one: Case): Promise<Report> {
  await one.break?.(world);
  const sale = await sell(world, one.order ?? {});
  await reach(world, sale, one.until);
  if (one.afterwards) {
    await one.afterwards.do(world, sale);
    await reach(world, sale, one.afterwards.until);
  }
  return report(reportDepsOf(world, BENCH_TIMINGS), sale.sessionId);
}

function tell({ causes, healthy }: { causes: Judged[]; healthy: Judged[] }): void {
  const isRight = ({ wrong }: Judged) => wrong.length === 0;
  const row = (one: Judged) => [
    `${isRight(one) ? '✓' : '✗'} ${one.name}`,
    one.truth.cause ?? one.truth.issue,
    one.told,
    one.next.slice(0, MOST_NEXT),
  ];
  const head = ['', 'truth', 'verdict', 'next action'];
  printTable(`diagnosis: ${causes.length} causes`, [head, ...causes.map(row)], 'left');
  printTable(`diagnosis: ${healthy.length} healthy or slow orders`, [head, ...healthy.map(row)], 'left');
  const seconds = Math.round((Date.now() - beganMs) / 1000);
  const right = causes.filter(isRight).length;
  const unblamed = healthy.filter(isRight).length;
  console.log(
    `\n${right} of ${causes.length} causes right, ${unblamed} of ${healthy.length} healthy orders right, in ${seconds} s`,
  );
  const figures = {
    causes: causes.length,
    causes_right: right,
    healthy: healthy.length,
    healthy_right: unblamed,
    seconds,
  };
  if (values.json) console.log(JSON.stringify(figures));
  process.exit(values.check && right + unblamed < causes.length + healthy.length ? 1 : 0);
}
