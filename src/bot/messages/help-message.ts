import packageFile from '../../../package.json' with { type: 'json' };
import { buttons, line, linkButton, type MessageBody, message, text } from './parts.ts';

export type HelpFacts = {
  commands: { name: string; description: string }[];
  menus: string[];
  applicationId: string;
  guildId: string;
  panelUrl: string;
  staffRoleId: string;
  onCallRoleId: string;
};

/** View Channel, Send Messages, Read Message History; the README says why. */
const PERMISSIONS = 68_608;

const BUTTONS = [
  '**Retry**: tries again now. Always safe: never a second server.',
  '**Retry all**: the same for every order of an alert; of an outage, one goes first.',
  '**Inspect**: timeline, attempts, what the panel has. Only you see it.',
  '**Reinstall**: runs a failed install again. It comes with Retry, and asks first.',
  '**Stripe**, **Panel**: the pages of this purchase.',
];

/** What each command and button does, and where the rest is. */
export function helpMessage(facts: HelpFacts): MessageBody {
  const commands = facts.commands.map(({ name, description }) => `\`/${name}\` ${description}`);
  const menus = facts.menus.map(
    (name) => `**${name}**: hold or right-click a message of Orderly, then Apps.`,
  );
  const invite = `https://discord.com/oauth2/authorize?client_id=${facts.applicationId}&scope=bot+applications.commands&permissions=${PERMISSIONS}&guild_id=${facts.guildId}`;
  return message(
    'blue',
    [
      text(
        `### Orderly ${packageFile.version}\nA paid checkout becomes a server; one message follows it. Green: the customer can play. Red: <@&${facts.onCallRoleId}> was called.`,
      ),
      text(`**Commands**\n${commands.join('\n')}`),
      text(`**Buttons**\n${BUTTONS.join('\n')}\n${menus.join('\n')}`),
      line(),
      text(
        `-# <@&${facts.staffRoleId}> may use all of it. Answers are for you alone; what you do is kept with your name.`,
      ),
      ...buttons([
        linkButton('Panel', facts.panelUrl),
        linkButton('Stripe', 'https://dashboard.stripe.com'),
        linkButton('Bot permissions', invite),
      ]),
    ],
    { ephemeral: true },
  );
}
