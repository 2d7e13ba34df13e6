import {
  type APIChannelSelectComponent,
  type APIComponentInContainer,
  type APIRoleSelectComponent,
  type APIUserSelectComponent,
  ButtonStyle,
  ChannelType,
  ComponentType,
  SelectMenuDefaultValueType,
} from 'discord.js';
import type { Field, Settings } from '../settings.ts';
import type { Origin } from '../settings-holder.ts';
import { inert } from './inert.ts';
import { buttons, line, type MessageBody, message, pressButton, text, when } from './parts.ts';
import { fieldId, pageId, type SetupPage } from './setup-id.ts';

/** How many roles or people a list takes. The database refuses more. */
const MOST = 10;

type Chosen = 'channel' | 'role' | 'user';
type Question = { field: Field; asks: Chosen; title: string; says: string; setting: string | null };

const QUESTIONS: Record<Exclude<SetupPage, 'check'>, Question[]> = {
  channels: [
    {
      field: 'channelId',
      asks: 'channel',
      title: 'Purchases',
      says: 'One live message a purchase.',
      setting: 'DISCORD_CHANNEL_ID',
    },
    {
      field: 'alertChannelId',
      asks: 'channel',
      title: 'Alerts',
      says: 'Without one they come among the purchases.',
      setting: null,
    },
  ],
  call: [
    {
      field: 'onCallRoleId',
      asks: 'role',
      title: 'On call',
      says: 'What a failure pings.',
      setting: 'DISCORD_ON_CALL_ROLE_ID',
    },
    {
      field: 'escalationRoleId',
      asks: 'role',
      title: 'Escalation: role',
      says: 'Called next when nobody acknowledges an alert.',
      setting: 'DISCORD_ESCALATION_ROLE_ID',
    },
    {
      field: 'escalationUserId',
      asks: 'user',
      title: 'Escalation: person',
      says: 'Called after that.',
      setting: 'DISCORD_ESCALATION_USER_ID',
    },
    {
      field: 'namedUserIds',
      asks: 'user',
      title: 'By name',
      says: 'Who is named when the on-call role cannot be pinged.',
      setting: 'DISCORD_ON_CALL_USER_IDS',
    },
  ],
  rights: [
    {
      field: 'viewRoleIds',
      asks: 'role',
      title: 'View',
      says: 'Orders, lists, Inspect, numbers.',
      setting: null,
    },
    {
      field: 'actRoleIds',
      asks: 'role',
      title: 'Act',
      says: 'All of that, and Retry, `/provision`, `/pause` and whatever else changes something.',
      setting: 'DISCORD_STAFF_ROLE_ID',
    },
    {
      field: 'adminRoleIds',
      asks: 'role',
      title: 'Administer',
      says: 'All of that, and `/setup`. Administrators of the Discord server may do all of it anyway.',
      setting: null,
    },
  ],
};

const TITLES: Record<SetupPage, string> = {
  channels: 'Channels',
  call: 'Whom to call',
  rights: 'Who may',
  check: 'Check',
};

/** On which page a field is chosen. */
export function pageOf(field: Field): Exclude<SetupPage, 'check'> {
  const pages = Object.keys(QUESTIONS) as Exclude<SetupPage, 'check'>[];
  return pages.find((page) => QUESTIONS[page].some((one) => one.field === field)) ?? 'channels';
}

/** One page of `/setup`: what is chosen now, by whom, and a menu for each. A choice is kept at once. */
export function setupMessage(
  page: Exclude<SetupPage, 'check'>,
  settings: Settings,
  originOf: (field: Field) => Origin,
): MessageBody {
  const parts = QUESTIONS[page].flatMap((question) => {
    const chosen = [settings[question.field] ?? []].flat();
    return [
      text(
        `**${question.title}**: ${mentions(question, chosen)}\n-# ${question.says} ${origin(question, originOf)}`,
      ),
      menu(question, chosen),
    ];
  });
  return setupFrame(page, [text(`### ⚙️ Setup: ${TITLES[page].toLowerCase()}`), ...parts]);
}

/** A page with the buttons that lead to the others. */
export function setupFrame(page: SetupPage, parts: APIComponentInContainer[]): MessageBody {
  const style = (one: SetupPage) => (one === page ? ButtonStyle.Primary : ButtonStyle.Secondary);
  const leads = (Object.keys(TITLES) as SetupPage[]).map((one) =>
    pressButton(TITLES[one], pageId(one), style(one)),
  );
  return message('blue', [...parts, line(), ...buttons(leads)], { ephemeral: true });
}

/** A channel, role or person as a link; in an answer that one person sees it pings nobody. */
export const mention = (asks: Chosen, id: string) =>
  ({ channel: `<#${id}>`, role: `<@&${id}>`, user: `<@${id}>` })[asks];

function mentions({ asks, field }: Question, chosen: string[]): string {
  if (chosen.length > 0) return chosen.map((id) => mention(asks, id)).join(', ');
  return field === 'alertChannelId' ? 'with the purchases' : NONE[asks];
}

const NONE: Record<Chosen, string> = { channel: 'none', role: 'none', user: 'nobody' };

function origin({ field, setting }: Question, originOf: (field: Field) => Origin): string {
  const from = originOf(field);
  if (from === null) return 'Not chosen yet.';
  if (from === 'environment') return `From \`${setting}\`, until it is chosen here.`;
  return `Chosen by ${inert(from.by, 40)} ${when(from.at)}.`;
}

function menu(question: Question, chosen: string[]): APIComponentInContainer {
  const { asks, field } = question;
  const isList = field.endsWith('Ids');
  const shared = {
    custom_id: fieldId(field),
    placeholder: `${question.title} …`,
    min_values: 0,
    max_values: isList ? MOST : 1,
  };
  const components = [asked(asks, shared, chosen)];
  return { type: ComponentType.ActionRow, components };
}

type Shared = Pick<APIRoleSelectComponent, 'custom_id' | 'placeholder' | 'min_values' | 'max_values'>;

function asked(
  asks: Chosen,
  shared: Shared,
  ids: string[],
): APIChannelSelectComponent | APIRoleSelectComponent | APIUserSelectComponent {
  if (asks === 'channel') {
    const defaults = ids.map((id) => ({ id, type: SelectMenuDefaultValueType.Channel as const }));
    const channel_types: [ChannelType.GuildText] = [ChannelType.GuildText];
    return { type: ComponentType.ChannelSelect, ...shared, channel_types, default_values: defaults };
  }
  if (asks === 'role') {
    const defaults = ids.map((id) => ({ id, type: SelectMenuDefaultValueType.Role as const }));
    return { type: ComponentType.RoleSelect, ...shared, default_values: defaults };
  }
  const defaults = ids.map((id) => ({ id, type: SelectMenuDefaultValueType.User as const }));
  return { type: ComponentType.UserSelect, ...shared, default_values: defaults };
}
