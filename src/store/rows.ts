import { z } from 'zod';
import type { NodeRow, PausedNode, Reservation } from '../orders/capacity.ts';
import type { WatchedInstall } from '../orders/install.ts';

const maybeTime = z.string().nullable();
const timeMs = (text: string) => Date.parse(text);

/** A row of `ptero_nodes` under our names, whatever the types of the site's columns. */
export const nodeRowSchema = z
  .object({
    id: z.union([z.string(), z.number()]).transform(String),
    panel_node_id: z.union([z.number(), z.string().regex(/^\d+$/)]).nullish(),
    name: z.string().nullish(),
    region: z.string().nullish(),
    enabled: z.boolean().nullish(),
  })
  .transform(
    (row): NodeRow => ({
      id: row.id,
      name: row.name ?? null,
      panelNodeId: row.panel_node_id == null ? null : Number(row.panel_node_id),
      region: row.region ?? null,
      enabled: row.enabled ?? true,
    }),
  );

export const reservationSchema = z
  .object({
    seq: z.number(),
    allocation_id: z.number(),
    panel_node_id: z.number(),
    memory: z.number(),
    disk: z.number(),
    settled_at: maybeTime,
  })
  .transform(
    (row): Reservation => ({
      seq: row.seq,
      allocationId: row.allocation_id,
      nodeId: row.panel_node_id,
      memory: row.memory,
      disk: row.disk,
      settledAtMs: row.settled_at === null ? null : timeMs(row.settled_at),
    }),
  );

export const troubledSchema = z.object({ panel_node_id: z.number() }).transform((row) => row.panel_node_id);

export const pausedNodeSchema = z
  .object({ panel_node_id: z.number(), pause_id: z.number(), until: z.string(), reason: z.string() })
  .transform(
    (row): PausedNode => ({
      nodeId: row.panel_node_id,
      pauseId: row.pause_id,
      untilMs: timeMs(row.until),
      reason: row.reason,
    }),
  );

/** Installs to look at. `since` is given back as it came: it names the install that the answer is about. */
export const installsSchema = z.object({
  status: z.literal('ok'),
  now: z.string().transform(timeMs),
  installs: z.array(
    z
      .object({
        id: z.string(),
        server_id: z.number(),
        since: maybeTime,
        install: z.enum(['installing', 'ready', 'failed', 'never_finished']).nullable(),
        suspended: z.boolean(),
        due: z.boolean(),
      })
      .transform((row): WatchedInstall & { id: string; since: string | null; due: boolean } => ({
        id: row.id,
        since: row.since,
        due: row.due,
        serverId: row.server_id,
        install: row.install ?? 'installing',
        sinceMs: row.since === null ? 0 : timeMs(row.since),
        suspended: row.suspended,
      })),
  ),
});
export type DueInstall = z.output<typeof installsSchema>['installs'][number];

/** The catalogue as forecasts and checks need it; plans are raw rows under our names. */
export const catalogueSchema = z.object({
  status: z.literal('ok'),
  nodes: z.array(nodeRowSchema),
  plans: z.array(z.record(z.string(), z.unknown())),
  reservations: z.array(reservationSchema),
  paused_nodes: z.array(pausedNodeSchema),
  checks: z.record(z.string(), z.object({ at: z.string().transform(timeMs), result: z.unknown() })),
});
export type Catalogue = z.output<typeof catalogueSchema>;
