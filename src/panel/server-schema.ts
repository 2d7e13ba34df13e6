import { z } from 'zod';
import { allocations, nullResource, resource } from './schemas.ts';
import type { PanelServer } from './types.ts';

export const serverSchema = resource(
  z.object({
    id: z.number().int(),
    external_id: z.string().nullable(),
    uuid: z.string(),
    identifier: z.string(),
    name: z.string(),
    description: z.string().nullish(),
    status: z.string().nullable(),
    user: z.number().int(),
    egg: z.number().int(),
    node: z.number().int(),
    allocation: z.number().int(),
    created_at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
    relationships: z
      .object({
        allocations: allocations.optional(),
        node: z.union([nullResource, resource(z.object({ name: z.string() }))]).optional(),
      })
      .optional(),
  }),
).transform(({ attributes: server }): PanelServer => {
  const port = server.relationships?.allocations?.find((row) => row.id === server.allocation);
  return {
    id: server.id,
    externalId: server.external_id,
    uuid: server.uuid,
    identifier: server.identifier,
    name: server.name,
    description: server.description ?? '',
    status: server.status,
    userId: server.user,
    eggId: server.egg,
    nodeId: server.node,
    allocationId: server.allocation,
    createdAtMs: server.created_at,
    address: port ? `${hostOf(port)}:${port.port}` : null,
    nodeName: server.relationships?.node?.attributes.name ?? null,
  };
});

function hostOf(port: { alias: string | null; ip: string }): string {
  const host = port.alias ?? port.ip;
  return host.includes(':') ? `[${host}]` : host;
}
