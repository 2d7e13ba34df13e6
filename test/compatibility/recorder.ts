import { z } from 'zod';
import type { World } from '../../sandbox/world.ts';
import { TIMINGS } from '../../src/orders/timings.ts';
import { createStore } from '../../src/store/store.ts';
import { leavesOf, mapLeaves, type Step, type Version } from './version.ts';

const bodySchema = z.object({
  p: z.string().transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text))),
});
const answerSchema = z.looseObject({ status: z.string(), outcome: z.string().nullish() });
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

/** Writes down what the product calls through the proxy, until `end`. */
export function recordCalls(world: World) {
  const steps: Step[] = [];
  const answers: unknown[] = [];
  /** Since the last change from outside: after it the same may be told for another reason. */
  const seen = new Set<string>();
  const began = new Map<string, number>();
  const add = (step: Step, answer: unknown) => {
    steps.push(step);
    answers.push(answer);
  };
  const forget = world.proxy.onRequest(({ path, when, body, answer }) => {
    const [, name] = /\/rpc\/(\w+)/.exec(path) ?? [];
    if (name === undefined) return;
    const key = `${name}${body}`;
    if (when === 'before') return void began.set(key, world.clock.now());
    const input = bodySchema.parse(JSON.parse(body)).p;
    const told = answerSchema.parse(JSON.parse(answer ?? 'null'));
    // Asking again what was told before adds nothing.
    const again = JSON.stringify([name, input, { ...told, now: null }]);
    if (seen.has(again)) return;
    seen.add(again);
    const { status, outcome = null } = told;
    add(
      {
        at_ms: began.get(key) ?? 0,
        name,
        input: withReferences(name, slim(name, input), answers),
        status,
        outcome,
      },
      told,
    );
  });
  return {
    /** Changes something in the database as the site or an operator would. */
    change: async (sql: string) => {
      seen.clear();
      add({ at_ms: world.clock.now(), sql }, null);
      await world.database.unsafe(sql);
    },
    end: (version: number): Version => {
      forget();
      return { version, answers: schemasOf(), steps };
    },
  };
}

/** The text of an event is kept and never looked into: it would only make the recording long. */
function slim(name: string, input: Record<string, unknown>): Record<string, unknown> {
  if (name !== 'orderly_ingest' && name !== 'orderly_recover') return input;
  return z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(JSON.stringify(input), (key, value) => (key === 'raw' ? '{}' : value)));
}

/** Where the ids came from that a call names: the numbers that the database gives out may be others the next time. */
const SOURCES: Record<string, Record<string, RegExp>> = {
  orderly_shown: { id: /^messages\.\d+\.id$/ },
  orderly_doubt_messages: { ids: /^messages\.\d+\.id$/ },
  orderly_outbox: { busy: /^messages\.\d+\.id$/ },
  orderly_thread: { incident: /^messages\.\d+\.log\.incident\.id$/ },
  orderly_paged: { id: /^incidents\.\d+\.id$/ },
};

/** What one answer told and a later call says is told, in a replay, by that answer as it is then: ids, and times of the database's clock. */
function withReferences(
  name: string,
  input: Record<string, unknown>,
  answers: unknown[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      const source = SOURCES[name]?.[key];
      const change = (leaf: unknown) => {
        if (typeof leaf === 'number' && source) return referTo(leaf, answers, source);
        return typeof leaf === 'string' && TIME.test(leaf) ? referTo(leaf, answers, /./) : leaf;
      };
      return [key, mapLeaves(value, change)];
    }),
  );
}

/** The latest answer that told it; itself when none did. */
function referTo(leaf: unknown, answers: unknown[], source: RegExp): unknown {
  for (let index = answers.length - 1; index >= 0; index -= 1) {
    const found = leavesOf(answers[index]).find(([place, value]) => value === leaf && source.test(place));
    if (found) return { $answer: [index, found[0]] };
  }
  return leaf;
}

/** What the code reads of each answer. Nothing is asked: each method is called only for the schema that it hands over. */
function schemasOf(): Version['answers'] {
  const schemas: Version['answers'] = {};
  const call = async (name: string, _input: object, schema: z.ZodType): Promise<never> => {
    schemas[name] = z
      .record(z.string(), z.unknown())
      .parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
    throw new Error('not asked');
  };
  const store = createStore({ call, timings: TIMINGS, deadlineMs: TIMINGS.deadlineMs });
  for (const method of Object.values(store) as ((...input: object[]) => Promise<unknown>)[])
    method({}, {}, {}, {}).catch(() => undefined);
  return schemas;
}
