import packageFile from '../../../package.json' with { type: 'json' };
import { inviteUrl } from '../invite.ts';
import { rolesThatMay } from '../permissions.ts';
import type { Settings } from '../settings.ts';
import { buttons, line, linkButton, type MessageBody, message, text } from './parts.ts';

export type HelpFacts = {
  commands: { name: string; description: string }[];
  menus: string[];
  applicationId: string;
  panelUrl: string;
  settings: Settings;
};

const BUTTONS = [
  '**Retry**: tries again now. Always safe: never a second server.',
  '**Retry all**: the same for every order of an alert; of an outage, one goes first.',
  "**I'm on it**: the alert names you and calls nobody for half an hour, unless its orders double.",
  '**Inspect**: timeline, attempts, what the panel has. Only you see it.',
  '**Complete**: asks what was bought, of what was paid and could not become an order; then it is one.',
  "**Not ours**: it was somebody else's sale. Its product alerts no more; asks first.",
  '**Reinstall**: runs a failed install again. It comes with Retry and Inspect, and asks first.',
  '**Stripe**, **Panel**: the pages of this purchase.',
];

/** What each command and button does, and where the rest is. */
export function helpMessage(facts: HelpFacts): MessageBody {
  const commands = facts.commands.map(({ name, description }) => `\`/${name}\` ${description}`);
  const menus = facts.menus.map(
    (name) => `**${name}**: hold or right-click a message of Orderly, then Apps.`,
  );
  const invite = inviteUrl(facts.applicationId, facts.settings.guildId);
  const { onCallRoleId } = facts.settings;
  const onCall = onCallRoleId === null ? 'whoever is on call' : `<@&${onCallRoleId}>`;
  return message(
    'blue',
    [
      text(
        `### Orderly ${packageFile.version}\nA paid checkout becomes a server; one message follows it. Green: the customer can play. Red: ${onCall} was called.`,
      ),
      text(`**Commands**\n${commands.join('\n')}`),
      text(`**Buttons**\n${BUTTONS.join('\n')}\n${menus.join('\n')}`),
      line(),
      text(`-# ${mayWhat(facts.settings)} Answers are for you alone; what you do is kept with your name.`),
      ...buttons([
        linkButton('Panel', facts.panelUrl),
        linkButton('Stripe', 'https://dashboard.stripe.com'),
        linkButton('Bot permissions', invite),
      ]),
    ],
    { ephemeral: true },
  );
}

function mayWhat(settings: Settings): string {
  const who = (ids: string[]) =>
    ids.length === 0 ? 'administrators of this Discord server' : ids.map((id) => `<@&${id}>`).join(', ');
  return [
    `May look: ${who(rolesThatMay('view', settings))}.`,
    `May act as well: ${who(rolesThatMay('act', settings))}.`,
    `May change settings: ${who(rolesThatMay('administer', settings))}.`,
  ].join(' ');
}
