import {
  type APIButtonComponent,
  type APIComponentInContainer,
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from 'discord.js';

/** A Components V2 message as the REST API takes it: what is shown, and whom it may ping. */
export type MessageBody = {
  flags: number;
  components: APIMessageTopLevelComponent[];
  allowed_mentions: { parse: []; roles?: string[]; users?: string[] };
};

/** A role or a person that a message may notify when it is posted; an edit never does. */
export type Target = { kind: 'role' | 'user'; id: string };
/** What a person is answered, with a picture perhaps; `plain` is the same without it, for when it can't be uploaded. */
export type AnswerBody = MessageBody & {
  files?: { name: string; attachment: Buffer }[];
  plain?: MessageBody;
};

export const COLOURS = {
  blue: 0x5865f2,
  amber: 0xf0b232,
  green: 0x23a55a,
  red: 0xda373c,
  grey: 0x80848e,
} as const;
export type Colour = keyof typeof COLOURS;

/** Discord's own limits: 4,000 characters over all text of a message, 80 in a button's label. */
const MOST_TEXT = 3_900;

export const text = (content: string): APIComponentInContainer => ({
  type: ComponentType.TextDisplay,
  content,
});
export const line = (): APIComponentInContainer => ({
  type: ComponentType.Separator,
  divider: true,
  spacing: 1,
});

/** Says of when a message is, where that is not at once after its rows changed: its next change may come as late. */
export function asOf(row: { as_of: number | null }): APIComponentInContainer[] {
  return row.as_of === null ? [] : [text(`-# as of ${when(row.as_of, 'T')}`)];
}

/** One container in one colour. Text over Discord's limit is cut from the end, so that a message never fails for its length. */
export function message(
  colour: Colour,
  parts: APIComponentInContainer[],
  options: { ephemeral?: boolean; pings?: Target[] } = {},
): MessageBody {
  let left = MOST_TEXT;
  const cut = parts.map((part) => {
    if (part.type !== ComponentType.TextDisplay) return part;
    const content =
      part.content.length <= left ? part.content : `${part.content.slice(0, Math.max(0, left - 2))} …`;
    left -= content.length;
    return { ...part, content: content.toWellFormed() };
  });
  return {
    flags: MessageFlags.IsComponentsV2 | (options.ephemeral ? MessageFlags.Ephemeral : 0),
    components: [{ type: ComponentType.Container, accent_color: COLOURS[colour], components: cut }],
    allowed_mentions: {
      parse: [],
      ...allowed('roles', 'role', options),
      ...allowed('users', 'user', options),
    },
  };
}

export const mention = ({ kind, id }: Target): string => (kind === 'role' ? `<@&${id}>` : `<@${id}>`);

function allowed(field: 'roles' | 'users', wanted: Target['kind'], { pings = [] }: { pings?: Target[] }) {
  // Discord refuses a list that names somebody twice.
  const ids = [...new Set(pings.filter(({ kind }) => kind === wanted).map(({ id }) => id))];
  return ids.length === 0 ? {} : { [field]: ids };
}

/** An uploaded picture by its file's name, with what it shows in words. */
export function picture(name: string, description: string): APIComponentInContainer {
  const media = { url: `attachment://${name}` };
  return { type: ComponentType.MediaGallery, items: [{ media, description: description.slice(0, 1_000) }] };
}

/** A short answer that only the person who asked sees. */
export function whisper(colour: Colour, content: string): MessageBody {
  return message(colour, [text(content)], { ephemeral: true });
}

/** Buttons in rows of five; none gives no row. */
export function buttons(all: APIButtonComponent[]): APIComponentInContainer[] {
  const rows: APIComponentInContainer[] = [];
  for (let first = 0; first < all.length; first += 5) {
    rows.push({ type: ComponentType.ActionRow, components: all.slice(first, first + 5) });
  }
  return rows;
}

export function pressButton(
  label: string,
  customId: string,
  style:
    | ButtonStyle.Primary
    | ButtonStyle.Secondary
    | ButtonStyle.Success
    | ButtonStyle.Danger = ButtonStyle.Secondary,
): APIButtonComponent {
  return { type: ComponentType.Button, label: label.slice(0, 80), custom_id: customId, style };
}

export function linkButton(label: string, url: string): APIButtonComponent {
  return { type: ComponentType.Button, label: label.slice(0, 80), url, style: ButtonStyle.Link };
}

/** A time that each reader sees in their own zone; `R` is "3 minutes ago", `t` is "12:00". */
export function when(ms: number, style: 'R' | 'f' | 'T' | 't' = 'R'): string {
  return `<t:${Math.floor(ms / 1000)}:${style}>`;
}
