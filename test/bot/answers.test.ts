import { expect, it } from 'vitest';
import { type Answerable, look } from '../../src/bot/answers.ts';
import type { BotDeps } from '../../src/bot/deps.ts';
import { type AnswerBody, message, picture, text, whisper } from '../../src/bot/messages/parts.ts';
import { NO_SETTINGS } from '../../src/bot/settings.ts';

const settings = () => ({ ...NO_SETTINGS, guildId: '1', channelId: '2', onCallRoleId: '3' });
const quiet = { log: { warn: () => {} }, settings } as unknown as BotDeps;

/** An interaction whose edits are refused as long as they carry files. */
function refusing(edits: unknown[]): Answerable {
  return {
    id: '1',
    deferReply: async () => {},
    editReply: async (edit: { files?: unknown[] }) => {
      edits.push(edit);
      if (edit.files) throw new Error('Request entity too large');
    },
  } as unknown as Answerable;
}

it('a picture that Discord does not take is left out, and the numbers are answered', async () => {
  const plain = whisper('blue', 'the numbers');
  const drawn: AnswerBody = {
    ...message('blue', [text('the numbers'), picture('stats.png', 'a chart')]),
    files: [{ name: 'stats.png', attachment: Buffer.from('png') }],
    plain,
  };
  const edits: unknown[] = [];
  await look(quiet, refusing(edits), async () => drawn);
  expect(edits).toHaveLength(2);
  expect(edits[1]).toMatchObject({ components: plain.components });
  expect(edits[1]).not.toHaveProperty('files');
});
