import { z } from 'zod';
import type { PanelNode, PanelUser } from './types.ts';

/** `{attributes}`: one record of the API. */
export const resource = <T extends z.ZodType>(attributes: T) => z.object({ attributes });
/** `{data: [{attributes}]}`: an included list, which has no pages. */
export const rows = <T extends z.ZodType>(attributes: T) => z.object({ data: z.array(resource(attributes)) });
/** What an `include` gives when the key may not read that resource. */
export const nullResource = z.object({ object: z.literal('null_resource') }).transform(() => null);

/** Of a hundred rows each. A panel that names more, each time anew, would be asked without end. */
const MOST_PAGES = 1_000;

const pagination = z.object({
  meta: z.object({ pagination: z.object({ total_pages: z.number().int().max(MOST_PAGES) }) }),
});

/** One page of a list: its `data` mapped, and how many pages there are. */
export function pageOf<T extends z.ZodType>(one: T) {
  return z
    .object({ data: z.array(one) })
    .and(pagination)
    .transform(({ data, meta }) => ({ data, totalPages: meta.pagination.total_pages }));
}

export const userSchema = resource(
  z.object({
    id: z.number().int(),
    external_id: z.string().nullable(),
    uuid: z.string(),
    username: z.string(),
    email: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    root_admin: z.boolean(),
  }),
).transform(
  ({ attributes: user }): PanelUser => ({
    id: user.id,
    externalId: user.external_id,
    uuid: user.uuid,
    username: user.username,
    email: user.email,
    firstName: user.first_name,
    lastName: user.last_name,
    rootAdmin: user.root_admin,
  }),
);

const allocation = z.object({
  id: z.number().int(),
  ip: z.string(),
  alias: z.string().nullable(),
  port: z.number().int(),
  assigned: z.boolean(),
});
export const allocations = z.union([
  nullResource,
  rows(allocation).transform(({ data }) => data.map((row) => row.attributes)),
]);

export const nodeSchema = resource(
  z.object({
    id: z.number().int(),
    name: z.string(),
    fqdn: z.string(),
    public: z.boolean(),
    maintenance_mode: z.boolean(),
    memory: z.number(),
    memory_overallocate: z.number(),
    disk: z.number(),
    disk_overallocate: z.number(),
    allocated_resources: z.object({ memory: z.number(), disk: z.number() }),
    relationships: z.object({ allocations }),
  }),
).transform(
  ({ attributes: node }): PanelNode => ({
    id: node.id,
    name: node.name,
    fqdn: node.fqdn,
    public: node.public,
    maintenance: node.maintenance_mode,
    memoryMib: node.memory,
    memoryOverallocate: node.memory_overallocate,
    diskMib: node.disk,
    diskOverallocate: node.disk_overallocate,
    allocatedMemoryMib: node.allocated_resources.memory,
    allocatedDiskMib: node.allocated_resources.disk,
    allocations: node.relationships.allocations,
  }),
);

/** The panel's error envelope. `meta` is there for validation errors only. */
export const errorSchema = z.object({
  errors: z
    .array(
      z.object({
        code: z.string(),
        detail: z.string(),
        meta: z.object({ source_field: z.string(), rule: z.string() }).optional(),
      }),
    )
    .min(1),
});
