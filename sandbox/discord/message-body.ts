import { z } from 'zod';
import { componentSchema, type RawComponent } from './component-schema.ts';
import { checkMessageComponents } from './components.ts';
import { refuse } from './errors.ts';
import { type FormIssue, invalidForm, parseForm } from './form.ts';

/** Message flags, by name. */
export const Flag = {
  SuppressEmbeds: 1 << 2,
  HasThread: 1 << 5,
  Ephemeral: 1 << 6,
  Loading: 1 << 7,
  SuppressNotifications: 1 << 12,
  ComponentsV2: 1 << 15,
} as const;

const snowflake = z.string().regex(/^\d{17,19}$/, 'Value is not snowflake.');

const messageBodySchema = z.object({
  content: z.string().max(2000).nullish(),
  embeds: z.array(z.looseObject({})).max(10).nullish(),
  components: z.array(componentSchema).nullish(),
  flags: z.int().min(0).nullish(),
  nonce: z.union([z.string(), z.int()]).transform(String).pipe(z.string().max(25)).nullish(),
  enforce_nonce: z.boolean().nullish(),
  allowed_mentions: z
    .object({
      parse: z.array(z.enum(['roles', 'users', 'everyone'])).nullish(),
      roles: z.array(snowflake).max(100).nullish(),
      users: z.array(snowflake).max(100).nullish(),
      replied_user: z.boolean().nullish(),
    })
    .nullish(),
  message_reference: z
    .object({
      type: z.int().nullish(),
      message_id: snowflake.nullish(),
      channel_id: snowflake.nullish(),
      fail_if_not_exists: z.boolean().nullish(),
    })
    .nullish(),
  attachments: z.array(z.object({ id: z.coerce.string(), filename: z.string().nullish() })).nullish(),
});

/** The body of a create or an edit, without the fields that Discord does not know. */
export type MessageBody = z.infer<typeof messageBodySchema>;

/** What a message would hold after a create or an edit. */
export type MessageState = {
  content: string;
  components: RawComponent[];
  embeds: Record<string, unknown>[];
  flags: number;
  attachments: number;
};

/** Reads a message body, or throws Discord's 400. */
export function parseMessageBody(body: unknown, at: readonly string[] = []): MessageBody {
  const parsed = parseForm(messageBodySchema, body, at);
  const { parse = [], roles, users } = parsed.allowed_mentions ?? {};
  const clash = (['roles', 'users'] as const).find(
    (kind) => parse?.includes(kind) && (kind === 'roles' ? roles : users)?.length,
  );
  if (!clash) return parsed;
  const message = `parse:["${clash}"] and ${clash}: [ids...] are mutually exclusive.`;
  throw invalidForm([
    { path: [...at, 'allowed_mentions'], code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE', message },
  ]);
}

/** Throws Discord's 400 unless a message may look like this. */
export function checkMessageState(state: MessageState): void {
  const v2 = (state.flags & Flag.ComponentsV2) !== 0;
  const issues: FormIssue[] = v2 ? legacyFields(state) : [];
  issues.push(...checkMessageComponents(state.components, v2));
  if (issues.length > 0) throw invalidForm(issues);
  const filled = state.content.trim() || state.embeds.length || state.attachments || state.components.length;
  if (v2 ? state.components.length === 0 : !filled) throw refuse.emptyMessage();
}

function legacyFields(state: MessageState): FormIssue[] {
  const used = [state.content !== '' && 'content', state.embeds.length > 0 && 'embeds'];
  return used
    .filter((field) => field !== false)
    .map((field) => ({
      path: [field],
      code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      message: `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    }));
}
