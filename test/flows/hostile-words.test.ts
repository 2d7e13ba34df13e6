import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EMAIL, nasty } from '../../bench/fuzz/texts.ts';
import { OptionType } from '../../sandbox/discord/command-schema.ts';
import { textsOf } from '../../sandbox/discord/components.ts';
import type { InteractionOutcome, RawComponent } from '../../sandbox/discord/index.ts';
import type { World } from '../../sandbox/world.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { buy, textOf } from '../helpers/purchases.ts';
import { command } from '../helpers/staff.ts';
import { useWorld } from '../helpers/world.ts';

const held = useWorld({ isStripeQuiet: true });
const SEED = 20_261_124;
/** Looks at every service, or pings: neither takes a word of anybody's. */
const LEFT_OUT = new Set(['doctor', 'drill']);

type Option = {
  type: number;
  name: string;
  required?: boolean;
  choices?: { value: string | number }[];
  autocomplete?: boolean;
};
const optionsOf = (name: string): Option[] => (COMMANDS[name]?.definition.options ?? []) as Option[];
const commands = Object.keys(COMMANDS).filter((name) => !LEFT_OUT.has(name));

/** So many texts as people may type them: Discord takes no text of more than 6,000 characters, nor half of one. */
const words = (count: number, salt: number) =>
  fc.sample(
    fc
      .oneof(
        nasty,
        nasty.map((text) => `${text.slice(0, 30)} ${EMAIL}`),
      )
      .map((text) => text.toWellFormed().slice(0, 5_900).toWellFormed()),
    { seed: SEED + salt, numRuns: count },
  );

function typedInto(world: World, option: Option, typed: string, turn: number): string | number | null {
  if (option.choices?.length) return option.choices[turn % option.choices.length]!.value;
  if (option.type === OptionType.Integer || option.type === OptionType.Number)
    return [1, 0, -1, 2 ** 31, 60][turn % 5]!;
  if (option.type === OptionType.User) return world.discord.people.carl;
  return option.type === OptionType.String ? typed : null;
}

/** What a person may be told: nothing of it calls anybody, and what they typed stays within its code. */
function wrongIn(outcome: InteractionOutcome): string[] {
  const replies = [outcome.reply, ...outcome.followups].filter((reply) => reply !== null);
  return replies.flatMap((reply) => {
    const open = textsOf(reply.components as RawComponent[]).map((text) => text.replaceAll(/`[^`\n]*`/g, ''));
    return [
      ...(JSON.stringify(reply.pings).match(/\d{17}/) || reply.pings.everyone
        ? [`${outcome.name} pings`]
        : []),
      ...(open.some((text) => /ZQX|@everyone|@here/.test(text))
        ? [`${outcome.name}: ${open.join('\n').slice(0, 300)}`]
        : []),
    ];
  });
}

/** What Discord refused of ours since then, and what the log says went wrong. */
function troublesOf(world: World, from: number) {
  const refused = world.discord.requests.slice(from).filter(({ status }) => status === 400 || status >= 500);
  const lines = readFileSync(world.bot.logFile, 'utf8').split('\n');
  const bad = lines.filter(
    (line) =>
      /"level":(50|60)/.test(line) || (line.includes('could not be answered') && !/10062|40060/.test(line)),
  );
  return { refused, bad };
}

it('whatever staff type into commands and completions is answered, pings nobody, and breaks no message', async () => {
  const world = held.get();
  await buy(world, { serverName: 'A target' });
  await command(world, 'anna', 'help', {});
  const from = world.discord.requests.length;
  const where = { personId: world.discord.people.emil, channelId: world.discord.channels.purchases };
  const wrong: string[] = [];
  let answered = 0;
  let asked = 0;
  for (const [salt, name] of commands.entries()) {
    for (const [turn, typed] of words(6, salt).entries()) {
      const given = optionsOf(name).map(
        (option) => [option.name, typedInto(world, option, typed, turn)] as const,
      );
      const options = Object.fromEntries(given.filter(([, value]) => value !== null)) as Record<
        string,
        string | number
      >;
      asked += 1;
      const outcome = await world.discord.runCommand({ ...where, name, options });
      answered += outcome.reply || outcome.modal ? 1 : 0;
      wrong.push(...wrongIn(outcome));
      for (const { name: focused } of optionsOf(name).filter(({ autocomplete }) => autocomplete)) {
        const choices = await world.discord.autocomplete({
          ...where,
          name,
          options: { [focused]: typed },
          focused,
        });
        if (JSON.stringify(choices).includes(EMAIL)) wrong.push(`/${name} completes a whole e-mail`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(troublesOf(world, from)).toEqual({ refused: [], bad: [] });
  // A machine that is busy may be late for some.
  expect(answered / asked).toBeGreaterThan(0.8);
}, 120_000);

it('whatever is typed into the form of a close is kept and shown as words, and nothing else', async () => {
  const world = held.get();
  const from = world.discord.requests.length;
  const where = { personId: world.discord.people.anna, channelId: world.discord.channels.purchases };
  const wrong: string[] = [];
  for (const typed of words(6, 1_000)) {
    const sale = await buy(world, { planId: 'no-such-plan' });
    const shown = await world.discord.runCommand({ ...where, name: 'close', options: { order: sale.id } });
    const customId = /"(close:[^"]+)"/.exec(textOf(shown.reply ?? undefined))?.[1] ?? '';
    const form = await world.discord.press({ ...where, messageId: shown.reply?.id ?? '', customId });
    const answer = typed.slice(0, 200).toWellFormed();
    const sent = await world.discord.submitModal({
      personId: where.personId,
      interactionId: form.id,
      fields: { answer },
    });
    wrong.push(...wrongIn(sent));
    const [kept] = await world.database`select close_reason from orderly_purchases where id = ${sale.id}`;
    expect(kept?.close_reason).toContain('closed by');
  }
  expect(wrong).toEqual([]);
  expect(troublesOf(world, from)).toEqual({ refused: [], bad: [] });
});
