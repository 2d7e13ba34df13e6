import { z } from 'zod';

/** Component types of Discord, by name. */
export const Component = {
  ActionRow: 1,
  Button: 2,
  StringSelect: 3,
  TextInput: 4,
  UserSelect: 5,
  RoleSelect: 6,
  MentionableSelect: 7,
  ChannelSelect: 8,
  Section: 9,
  TextDisplay: 10,
  Thumbnail: 11,
  MediaGallery: 12,
  File: 13,
  Separator: 14,
  Container: 17,
  Label: 18,
} as const;

/** Something that a select menu of people, roles or channels starts with. */
export type DefaultValue = { id: string; type: 'user' | 'role' | 'channel' };

export type SelectOption = {
  label: string;
  value: string;
  description?: string | undefined;
  default?: boolean | undefined;
  emoji?: Emoji | undefined;
};

export type Emoji = { id?: string | undefined; name?: string | undefined; animated?: boolean | undefined };

/** A component as sent, without the fields that Discord does not know. */
export type RawComponent = {
  type: number;
  id?: number | undefined;
  components?: RawComponent[] | undefined;
  /** Of a section. */
  accessory?: RawComponent | undefined;
  /** Of a label in a modal. */
  component?: RawComponent | undefined;
  content?: string | undefined;
  custom_id?: string | undefined;
  label?: string | undefined;
  description?: string | undefined;
  style?: number | undefined;
  url?: string | undefined;
  sku_id?: string | undefined;
  emoji?: Emoji | undefined;
  disabled?: boolean | undefined;
  options?: SelectOption[] | undefined;
  placeholder?: string | undefined;
  default_values?: DefaultValue[] | undefined;
  /** Of a channel menu: which channels it lists; left out, all. */
  channel_types?: number[] | undefined;
  min_values?: number | undefined;
  max_values?: number | undefined;
  accent_color?: number | undefined;
  spoiler?: boolean | undefined;
  divider?: boolean | undefined;
  spacing?: number | undefined;
  media?: { url: string } | undefined;
  file?: { url: string } | undefined;
  items?: { media: { url: string }; description?: string | undefined }[] | undefined;
  min_length?: number | undefined;
  max_length?: number | undefined;
  required?: boolean | undefined;
  value?: string | undefined;
};

/** A field that may be left out or null, which mean the same to Discord. */
function optional<T>(schema: z.ZodType<T>) {
  return schema.nullish().transform((value) => value ?? undefined);
}

const media = z.object({ url: z.string().min(1).max(2048) });
const emoji = z.object({
  id: optional(z.string()),
  name: optional(z.string()),
  animated: optional(z.boolean()),
});
const defaultValue = z.object({
  id: z.string().regex(/^\d{17,19}$/, 'Value is not snowflake.'),
  type: z.enum(['user', 'role', 'channel']),
});
const option = z.object({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: optional(z.string().max(100)),
  default: optional(z.boolean()),
  emoji: optional(emoji),
});

export const componentSchema: z.ZodType<RawComponent> = z.lazy(() =>
  z.object({
    type: z.int(),
    id: optional(z.int()),
    components: optional(z.array(componentSchema)),
    accessory: optional(componentSchema),
    component: optional(componentSchema),
    content: optional(z.string().min(1).max(4000)),
    custom_id: optional(z.string().min(1).max(100)),
    label: optional(z.string().max(80)),
    description: optional(z.string().max(1024)),
    style: optional(z.int()),
    url: optional(z.string().max(512)),
    sku_id: optional(z.string()),
    emoji: optional(emoji),
    disabled: optional(z.boolean()),
    options: optional(z.array(option).max(25)),
    placeholder: optional(z.string().max(150)),
    default_values: optional(z.array(defaultValue).max(25)),
    channel_types: optional(z.array(z.int())),
    min_values: optional(z.int().min(0).max(25)),
    max_values: optional(z.int().min(1).max(25)),
    accent_color: optional(z.int().min(0).max(0xffffff)),
    spoiler: optional(z.boolean()),
    divider: optional(z.boolean()),
    spacing: optional(z.int().min(1).max(2)),
    media: optional(media),
    file: optional(media),
    items: optional(z.array(z.object({ media, description: optional(z.string().max(1024)) })).max(10)),
    min_length: optional(z.int().min(0).max(4000)),
    max_length: optional(z.int().min(1).max(4000)),
    required: optional(z.boolean()),
    value: optional(z.string().max(4000)),
  }),
);
