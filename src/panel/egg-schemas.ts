import { z } from 'zod';
import { nullResource, resource, rows } from './schemas.ts';
import type { PanelEgg } from './types.ts';

/** A nest with the ids of its eggs; `eggIds` is null when the key may not read eggs. */
export const nestSchema = resource(
  z.object({
    id: z.number().int(),
    relationships: z.object({
      eggs: z.union([
        nullResource,
        rows(z.object({ id: z.number().int() })).transform(({ data }) =>
          data.map((egg) => egg.attributes.id),
        ),
      ]),
    }),
  }),
).transform(({ attributes: nest }) => ({ id: nest.id, eggIds: nest.relationships.eggs }));

export type PanelNest = z.output<typeof nestSchema>;

const variable = z
  .object({ env_variable: z.string(), default_value: z.string().nullable(), rules: z.string() })
  .transform((row) => ({
    envVariable: row.env_variable,
    defaultValue: row.default_value ?? '',
    rules: row.rules,
  }));

export const eggSchema = resource(
  z.object({
    id: z.number().int(),
    nest: z.number().int(),
    name: z.string(),
    // PHP writes an empty map as a list.
    docker_images: z.union([
      z.record(z.string(), z.string()).transform((images) => Object.values(images)),
      z.array(z.string()),
    ]),
    startup: z.string().nullable(),
    relationships: z.object({ variables: rows(variable) }),
  }),
).transform(
  ({ attributes: egg }): PanelEgg => ({
    id: egg.id,
    nestId: egg.nest,
    name: egg.name,
    dockerImages: egg.docker_images,
    startup: egg.startup ?? '',
    variables: egg.relationships.variables.data.map((row) => row.attributes),
  }),
);
