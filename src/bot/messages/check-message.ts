import { ButtonStyle } from 'discord.js';
import type { Finding } from '../../runbook/check-setup.ts';
import type { Tested } from '../../store/store.ts';
import { inert } from './inert.ts';
import { buttons, type Colour, linkButton, type MessageBody, message, pressButton, text } from './parts.ts';
import { TEST_ID } from './setup-id.ts';
import { mention, setupFrame } from './setup-message.ts';

const SIGNS: Record<Finding['level'], string> = { bad: '🔴', warning: '🟡', good: '🟢' };

/** What the check of `/setup` found, the worst first, each with where to click. */
export function checkMessage(findings: Finding[], invite: string): MessageBody {
  const order = Object.keys(SIGNS) as Finding['level'][];
  const sorted = order.flatMap((level) => findings.filter((one) => one.level === level));
  const isGood = sorted.every(({ level }) => level === 'good');
  return setupFrame('check', [
    text(`### ⚙️ Setup: check\n${isGood ? 'All is well.' : 'Mend these, then press **Check** again.'}`),
    text(sorted.map(drawn).join('\n')),
    ...buttons([
      pressButton('Post a test message', TEST_ID, ButtonStyle.Success),
      linkButton('Bot permissions', invite),
    ]),
  ]);
}

/** Discord was asked, and did not answer. */
export function uncheckedMessage(reason: string): MessageBody {
  return setupFrame('check', [
    text(`### ⚙️ Setup: check\n🔴 Discord could not be asked: ${inert(reason, 200)}`),
  ]);
}

/** What became of the test messages. */
export function testedMessage(tested: Tested[], guildId: string): MessageBody {
  const lines = tested.map(({ channel_id: channel, message_id: id, error }) =>
    id === null
      ? `🔴 <#${channel}>: not posted within 10 seconds, and given up. ${error === null ? 'Discord took nothing; `/readyz` and the log say more.' : inert(error, 200)}`
      : `🟢 <#${channel}>: [it arrived](https://discord.com/channels/${guildId}/${channel}/${id})`,
  );
  const colour: Colour = tested.every(({ message_id: id }) => id !== null) ? 'green' : 'red';
  return message(colour, [text(`### 🧪 Test messages\n${lines.join('\n')}`)], { ephemeral: true });
}

function drawn({ level, about, says, click = '', name = '' }: Finding): string {
  const what = about ? `${mention(about.kind, about.id)}: ` : '';
  const where = click === '' ? '' : `\n-# → ${click.replace('{}', () => inert(name, 60))}`;
  return `${SIGNS[level]} ${what}${says}${where}`;
}
