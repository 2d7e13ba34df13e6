import { askForTest, choose } from '../actions/setup.ts';
import { toError } from '../lib/failure.ts';
import { checkSetup, readSetupFacts } from '../runbook/check-setup.ts';
import { actorOf, change, look, type OnMessage, turn } from './answers.ts';
import type { BotDeps } from './deps.ts';
import { inviteUrl } from './invite.ts';
import { actionMessage } from './messages/action-words.ts';
import { checkMessage, testedMessage, uncheckedMessage } from './messages/check-message.ts';
import { type MessageBody, whisper } from './messages/parts.ts';
import type { SetupPage, SetupPress } from './messages/setup-id.ts';
import { pageOf, setupMessage } from './messages/setup-message.ts';
import { channelsOf, type Field } from './settings.ts';

/** Between two looks whether a test message stands. */
const LOOK_MS = 300;

/** A press or a choice in `/setup`. Who may was decided before. */
export function useSetup(deps: BotDeps, interaction: OnMessage, press: SetupPress): Promise<void> {
  switch (press.does) {
    // It is on a message that all see: what it opens is for one.
    case 'open':
      return look(deps, interaction, async () => setupPage(deps, 'channels'));
    case 'page': {
      const { page } = press;
      if (page !== 'check') return change(deps, interaction, async () => ({ page: setupPage(deps, page) }));
      return turn(deps, interaction, () => checkPage(deps, interaction.applicationId));
    }
    case 'set':
      return change(deps, interaction, () => keep(deps, interaction, press.field));
    case 'test':
      return look(deps, interaction, () => test(deps, interaction));
  }
}

/** A page of `/setup` as the settings are now. */
export function setupPage(deps: BotDeps, page: Exclude<SetupPage, 'check'>): MessageBody {
  return setupMessage(page, deps.settings(), deps.choices.originOf);
}

async function keep(deps: BotDeps, interaction: OnMessage, field: Field) {
  const chosen = interaction.isAnySelectMenu() ? interaction.values : [];
  const value = Array.isArray(deps.settings()[field]) ? chosen : (chosen[0] ?? null);
  const guild = deps.settings().guildId;
  const choice = { field, value, was: deps.choices.firstOf(field), guild };
  const done = await choose(deps, actorOf(interaction), choice);
  if (done.settings) deps.choices.take(done.settings);
  if (done.outcome !== 'saved') return { whisper: actionMessage(done) };
  return { page: setupPage(deps, pageOf(field)) };
}

async function checkPage(deps: BotDeps, applicationId: string): Promise<MessageBody> {
  const settings = deps.settings();
  try {
    const facts = await readSetupFacts(deps.guild, settings);
    return checkMessage(checkSetup(facts, settings), inviteUrl(applicationId, settings.guildId));
  } catch (thrown) {
    return uncheckedMessage(toError(thrown).message);
  }
}

/** Asks the outbox for a test message in each channel and waits until all stand, or the time is over. */
async function test(deps: BotDeps, interaction: OnMessage): Promise<MessageBody> {
  const { settings, clock, store, timings } = deps;
  const channels = channelsOf(settings());
  if (channels.length === 0) return whisper('grey', 'No channel is chosen yet: **Channels** first.');
  await askForTest(deps, actorOf(interaction), channels);
  const endMs = clock.now() + timings.testMs;
  for (;;) {
    const isOver = clock.now() >= endMs;
    const tested = await store.tested(interaction.id, isOver);
    if (isOver || tested.every(({ message_id: id }) => id !== null)) {
      return testedMessage(tested, settings().guildId);
    }
    await clock.sleep(LOOK_MS);
  }
}
