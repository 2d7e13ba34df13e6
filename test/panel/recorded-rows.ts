import { z } from 'zod';
import type { AllocationRow, EggRow, NodeRow } from '../../sandbox/panel/rows.ts';
import { recording } from './recordings.ts';

const bodyOf = (name: string) => recording(name).response.body;
const listOf = <T extends z.ZodType>(attributes: T) => z.object({ data: z.array(z.object({ attributes })) });

const nodeSchema = z.object({
  id: z.number(),
  uuid: z.string(),
  name: z.string(),
  location_id: z.number(),
  fqdn: z.string(),
  public: z.boolean(),
  memory: z.number(),
  disk: z.number(),
  relationships: z.object({
    allocations: listOf(
      z.object({ id: z.number(), ip: z.string(), alias: z.string().nullable(), port: z.number() }),
    ),
  }),
});
const eggSchema = z.object({
  id: z.number(),
  uuid: z.string(),
  nest: z.number(),
  name: z.string(),
  author: z.string(),
  description: z.string(),
  docker_images: z.record(z.string(), z.string()),
  startup: z.string(),
  config: z.record(z.string(), z.unknown()),
  script: z.record(z.string(), z.unknown()),
});
const variableSchema = z.object({
  id: z.number(),
  name: z.string(),
  description: z.string(),
  env_variable: z.string(),
  default_value: z.string(),
  rules: z.string(),
});
const nestSchema = z.object({
  id: z.number(),
  uuid: z.string(),
  name: z.string(),
  description: z.string(),
  relationships: z.object({ eggs: listOf(eggSchema) }),
});

/** Nodes and ports of the recorded panel, all ports free. */
export function recordedNodes(): { nodes: NodeRow[]; allocations: AllocationRow[] } {
  const { data } = listOf(nodeSchema).parse(bodyOf('nodes-list-include-allocations'));
  const nodes = data.map(({ attributes: node }) => ({
    id: node.id,
    uuid: node.uuid,
    name: node.name,
    locationId: node.location_id,
    fqdn: node.fqdn,
    public: node.public,
    maintenance: false,
    memoryMib: node.memory,
    memoryOverallocate: 0,
    diskMib: node.disk,
    diskOverallocate: 0,
  }));
  const allocations = data.flatMap(({ attributes: node }) =>
    node.relationships.allocations.data.map(({ attributes: row }) => ({
      ...row,
      nodeId: node.id,
      serverId: null,
    })),
  );
  return { nodes, allocations };
}

/** All nests and eggs of the recorded panel; only the egg Paper (5) was recorded with its variables. */
export function recordedEggs() {
  const { data } = listOf(nestSchema).parse(bodyOf('nests-list-include-eggs'));
  const paper = z
    .object({ attributes: z.object({ relationships: z.object({ variables: listOf(variableSchema) }) }) })
    .parse(bodyOf('egg-include-variables'));
  const variables = paper.attributes.relationships.variables.data.map(({ attributes: row }) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    envVariable: row.env_variable,
    defaultValue: row.default_value,
    rules: row.rules,
    userViewable: true,
    userEditable: true,
  }));
  const nests = data.map(({ attributes: { id, uuid, name, description } }) => ({
    id,
    uuid,
    name,
    description,
  }));
  const eggs = data.flatMap(({ attributes: nest }) =>
    nest.relationships.eggs.data.map(({ attributes: egg }): EggRow => {
      const { nest: nestId, docker_images: dockerImages, ...rest } = egg;
      return { ...rest, nestId, dockerImages, variables: egg.id === 5 ? variables : [] };
    }),
  );
  return { nests, eggs };
}
