import { z } from 'zod';
import type { Role } from '../lib/roles.ts';
import type { Effect, EventToStore } from '../orders/effect.ts';
import { type IncidentQuery, SPANS } from '../orders/incident-search.ts';
import type { Timings } from '../orders/timings.ts';
import {
  actionSchema,
  activePauseSchema,
  claimEventSchema,
  claimSchema,
  completionSchema,
  discordSettingsSchema,
  eraseEventsSchema,
  eraseSchema,
  evidenceSchema,
  findSchema,
  finishedSchema,
  hintSchema,
  incidentFoundSchema,
  ingestSchema,
  judgedSchema,
  leadSchema,
  listSchema,
  lookupSchema,
  ok,
  type PendingMessage,
  pendingSchema,
  provisionSchema,
  pulseSchema,
  reconcileStateSchema,
  recoverSchema,
  type SearchHit,
  type StepResult,
  searchSchema,
  senderSchema,
  seriesSchema,
  shiftSchema,
  statsSchema,
  status,
  stepSchema,
  type Tested,
  testedSchema,
  type Unheard,
  unheardSchema,
  unknownSchema,
} from './answers.ts';
import type { Call } from './call.ts';
import { attemptsSchema, choicesSchema, incidentsSchema, sameAsSchema } from './incident-rows.ts';
import { numbersSchema } from './numbers.ts';
import { catalogueSchema, installsSchema } from './rows.ts';

export type { EventToStore } from '../orders/effect.ts';
export type * from './answers.ts';
export type * from './incident-rows.ts';
export type { Numbers } from './numbers.ts';

export type Press = {
  interaction: string;
  actor_id: string;
  actor_name: string;
  target: string;
  detail?: string;
} & (
  | {
      action: 'retry' | 'retry_incident' | 'close' | 'reinstall' | 'resume' | 'backfill' | 'refused';
    }
  | { action: 'acknowledge' | 'drill' | 'helped' }
  | { action: 'oncall'; person_name?: string; hours?: number }
  | { action: 'provision'; node?: string | undefined; again?: string | undefined }
  | { action: 'link'; server: object }
  | { action: 'setup'; field: string; value: string | string[] | null; was: unknown; guild: string }
  | { action: 'setup_test'; channels: string[] }
  | { action: 'complete'; facts: object }
  | { action: 'not_ours'; products: string[] }
  | { action: 'pause'; pause: { scope: string; subject: string; reason: string; minutes: number } }
);

export type Shown =
  | { outcome: 'sending' | 'gone' | 'dropped' }
  | { outcome: 'shown'; version: number; channel_id: string; message_id: string }
  | { outcome: 'failed'; error: string; retry_in_ms: number };

/** `alive`: those of the roles that are not only there, but do what they are for. No roles: goodbye. */
export type SignOfLife = { holder: string; roles: readonly Role[]; alive: Role[]; fresh_ms: number };

export type ListFilter = 'recent' | 'failed' | 'stuck' | 'paused';
/** `customer`: an e-mail, a user id, or a purchase of theirs. `after`: the last purchase of the page before; `before`: the first of the page after. */
export type ListQuery = {
  filter: ListFilter;
  customer: string | null;
  after: string | null;
  before: string | null;
};
/**
 * How many messages of each lane may be written now, and the ids of those that are under way. `steps`: how many steps of escalation are
 * set, beside the person on call.
 */
export type OutboxRoom = {
  alerts: number;
  posts: number;
  edits: number;
  logs: number;
  busy: number[];
  steps: number;
};

type SearchInput = Omit<IncidentQuery, 'of'>;
const searchInput = ({ span, ...query }: SearchInput, limit?: number) => ({
  ...query,
  hours: SPANS[span],
  limit,
});

export type Store = ReturnType<typeof createStore>;

/** Every way to read and change the database: one function each, in the order of a purchase's life. Each throws StoreError. */
export function createStore(deps: { call: Call; timings: Timings; deadlineMs: number }) {
  const { call } = deps;
  const { quickDatabaseMs: quick, databaseMs: slow } = deps.timings;
  const deadline_ms = deps.deadlineMs;
  // What resumes together does so at this pace, each with a fresh deadline.
  const pace = { pace_ms: deps.timings.resumePaceMs, deadline_ms };
  // How long an acknowledgement holds, and how long a ping waits for one.
  const calling = { ack_ms: deps.timings.ackMs, escalate_ms: deps.timings.escalateMs };
  return {
    health: () => call('orderly_health', {}, ok.extend({ migrations: z.number() }), quick),

    // The webhook
    ingest: (events: EventToStore[]) => call('orderly_ingest', { deadline_ms, events }, ingestSchema, slow),
    refuse: (refusal: {
      path: string;
      status: number;
      reason: string;
      code?: string | undefined;
      ago_ms?: number;
    }) => call('orderly_refuse', refusal, ok, quick),
    warn: (warning: { fingerprint: string; code: string; severity: 'alert' | 'warning'; detail: string }) =>
      call('orderly_report', warning, ok, quick),
    provisionOrder: (order_id: string) =>
      call('orderly_provision_order', { order_id, deadline_ms }, provisionSchema, slow),

    // The worker
    due: (limit: number) =>
      call('orderly_due', { limit, installs: false }, ok.extend({ hints: z.array(hintSchema) }), slow),
    claim: (id: string, holder: string) =>
      call('orderly_claim', { id, holder, ttl_ms: deps.timings.leaseMs, ...pace }, claimSchema, slow),
    step: (id: string, token: number, step: string, facts: object = {}): Promise<StepResult> => {
      const input = { ...facts, id, token, step, ttl_ms: deps.timings.leaseMs, pausable: true };
      return call('orderly_step', input, stepSchema, slow);
    },
    finish: (id: string, token: number, outcome: object) =>
      call('orderly_finish', { id, token, outcome, ...pace }, status('ok', 'stale'), slow),
    nodeDown: (panel_node_id: number, detail: string) =>
      call('orderly_node_down', { panel_node_id, detail }, ok, slow),
    dueInstalls: (limit: number, ahead_ms: number) =>
      call('orderly_due_installs', { limit, ahead_ms }, installsSchema, slow),
    /** @returns how many seconds after it was paid each became ready that never was before. */
    judgeInstalls: async (verdicts: object[]): Promise<number[]> =>
      (await call('orderly_judge_installs', { verdicts }, judgedSchema, slow)).ready_s,
    finishedServers: async (after: number, limit: number) =>
      (await call('orderly_finished_servers', { after, limit }, finishedSchema, slow)).servers,
    findStrays: async (external_ids: string[]) =>
      (await call('orderly_find_strays', { external_ids }, ok.extend({ found: z.number() }), slow)).found,
    takeRequests: (bucket: {
      name: string;
      wanted: number;
      size: number;
      per_minute: number;
      keep: number;
    }) => call('orderly_take', bucket, ok.extend({ granted: z.number(), wait_ms: z.number() }), quick),
    holdRequests: (name: string, ms: number) => call('orderly_hold_budget', { name, ms }, ok, quick),
    catalogue: () => call('orderly_catalogue', {}, catalogueSchema, slow),
    reportCheck: (check: {
      name: string;
      result: unknown;
      warnings: { fingerprint: string; code: string; scope: string; detail: string }[];
    }) => call('orderly_report_check', check, ok, slow),
    /** What a look at the on-call role found, `ago_ms` ago: alerts that may not have pinged call again when they can. */
    pingsLookedAt: (look: {
      holder: string;
      state: 'lands' | 'names' | 'blocked';
      ago_ms: number;
      /** Whether Discord told, since the look before, of a change on which pings may depend. */
      changed: boolean;
    }) => call('orderly_pings_looked_at', look, ok, slow),
    claimEvent: (id: string) =>
      call('orderly_claim_event', { id, ttl_ms: deps.timings.leaseMs }, claimEventSchema, slow),
    resolveEvent: (id: string, answer: { effect: Effect } | { retry_in_ms: number; reason: string }) =>
      call('orderly_resolve_event', { id, deadline_ms, ...answer }, status('ok', 'later', 'nothing'), slow),
    lease: async (name: string, holder: string, ttl_ms: number): Promise<boolean> =>
      (await call('orderly_lease', { name, holder, ttl_ms }, status('held', 'taken'), slow)).status ===
      'held',

    // The processes
    /** Takes, keeps or (0) gives back the lead in Discord. True while it is ours. */
    lead: async (holder: string, ttl_ms: number, settle_ms: number): Promise<boolean> =>
      (await call('orderly_lead', { holder, ttl_ms, settle_ms }, leadSchema, quick)).status === 'held',
    /** Messages that another leader may have overwritten are written again. */
    doubtMessages: (ids: number[]) => call('orderly_doubt_messages', { ids }, ok, slow),
    /** A sign of life. @returns the roles that are alive in other processes. */
    pulse: async (sign: SignOfLife): Promise<Role[]> =>
      (await call('orderly_pulse', sign, pulseSchema, quick)).others,
    /** All of Orderly in numbers, for /metrics. @param fresh_ms how old a sign of life may be. */
    numbers: (fresh_ms: number) => call('orderly_metrics', { deadline_ms, fresh_ms }, numbersSchema, quick),

    // What Stripe never delivered
    reconcileState: () => call('orderly_reconcile_state', {}, reconcileStateSchema, slow),
    unknown: (asked: { events?: string[]; sessions?: object[] }) =>
      call('orderly_unknown', asked, unknownSchema, slow),
    waitingSessions: (limit: number) =>
      call('orderly_waiting_sessions', { limit }, ok.extend({ sessions: z.array(z.string()) }), slow),
    recover: (event: EventToStore, why: string | null) =>
      call('orderly_recover', { deadline_ms, event, why }, recoverSchema, slow),
    lookup: (target: string) => call('orderly_lookup', { target }, lookupSchema, quick),
    evidence: (about: { purchase: string | null; event: string | null; since: string | null }) =>
      call('orderly_evidence', about, evidenceSchema, quick),
    prune: (days: number, limit: number) =>
      call('orderly_prune', { days, limit }, ok.extend({ pruned: z.number() }), slow),
    sender: () => call('orderly_sender', {}, senderSchema, slow),

    // Staff
    act: (press: Press) =>
      call('orderly_act', { ...press, ...pace, ack_ms: calling.ack_ms }, actionSchema, quick),
    pauses: async () =>
      (await call('orderly_active_pauses', {}, ok.extend({ pauses: z.array(activePauseSchema) }), quick))
        .pauses,
    onCall: async () =>
      (await call('orderly_on_call', {}, ok.extend({ shift: shiftSchema.nullable() }), quick)).shift,
    search: async (query: string, limit: number): Promise<SearchHit[]> =>
      (await call('orderly_search', { query, limit }, searchSchema, quick)).purchases,
    list: (wanted: ListQuery) =>
      call('orderly_list', { ...wanted, limit: 10, deadline_ms }, listSchema, slow),
    /** Eight rows a page, unless `limit` says more: at most 100. */
    incidents: (query: SearchInput, limit?: number) =>
      call('orderly_list_incidents', searchInput(query, limit), incidentsSchema, slow),
    attempts: (query: SearchInput, limit?: number) =>
      call('orderly_list_attempts', searchInput(query, limit), attemptsSchema, slow),
    incident: (id: string) => call('orderly_incident', { id }, incidentFoundSchema, slow),
    incidentChoices: () => call('orderly_incident_choices', {}, choicesSchema, quick),
    /** The last incident that had this cause and is over. */
    sameAs: async (code: string, purchase: string | null) =>
      (await call('orderly_same_as', { code, purchase }, sameAsSchema, quick)).incident,
    stats: (hours: number) => call('orderly_stats', { hours }, statsSchema, slow),
    /** The same over time, in so many stretches. */
    statsSeries: async (hours: number, buckets: number) =>
      (await call('orderly_stats_series', { hours, buckets }, seriesSchema, slow)).buckets,
    find: (target: string) => call('orderly_find', { target }, findSchema, slow),
    /** The same for somebody who waits for a modal, which Discord takes within 3 seconds or not at all. */
    findNow: (target: string) => call('orderly_find', { target }, findSchema, quick),
    /** A purchase with all that the form of Complete offers, for the same person. */
    completion: (target: string) => call('orderly_completion', { target }, completionSchema, quick),

    // The customer
    erase: (who: string, dry_run: boolean) => call('orderly_erase', { who, dry_run }, eraseSchema, slow),
    /** One page of events that name one of these words; the next begins after `next`, until it is null. */
    eraseEvents: (words: string[], after: string | null, dry_run: boolean) => {
      const input = { words, after, limit: 5_000, dry_run };
      return call('orderly_erase_events', input, eraseEventsSchema, slow);
    },

    // The settings
    discordSettings: () => call('orderly_discord_settings', {}, discordSettingsSchema, quick),
    tested: async (interaction: string, give_up: boolean): Promise<Tested[]> =>
      (await call('orderly_tested', { interaction, give_up }, testedSchema, quick)).messages,

    // The messages
    /** What is to be written now, the first first. Leave out what is under way; one process at a time asks. */
    outbox: async (room: OutboxRoom): Promise<PendingMessage[]> =>
      (await call('orderly_outbox', { ...room, ...calling }, pendingSchema, slow)).messages,
    shown: (id: number, generation: number, what: Shown) =>
      call('orderly_shown', { id, generation, ...what }, status('ok', 'stale'), slow),
    /** The thread of an incident, or why nothing more is written into it. */
    thread: (incident: number, what: { thread_id: string } | { alert_gone: string } | { ended: string }) =>
      call('orderly_thread', { incident, ...what }, ok, slow),

    // The pager
    unheard: async (older_than_ms: number, limit: number): Promise<Unheard[]> =>
      (await call('orderly_unheard', { older_than_ms, limit }, unheardSchema, slow)).incidents,
    paged: (id: number) => call('orderly_paged', { id }, status('ok', 'stale'), slow),
  };
}
