import { z } from 'zod';
import { type FormIssue, type FormPath, invalidForm, parseForm } from './form.ts';

export const CommandType = { ChatInput: 1, User: 2, Message: 3 } as const;

export const OptionType = {
  Subcommand: 1,
  SubcommandGroup: 2,
  String: 3,
  Integer: 4,
  Boolean: 5,
  User: 6,
  Channel: 7,
  Role: 8,
  Mentionable: 9,
  Number: 10,
} as const;

const MAX_COMMAND_TEXT = 8000;
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

const localizations = z.record(z.string(), z.string().nullable()).nullish();
const choice = z.object({
  name: z.string().min(1).max(100),
  value: z.union([z.string().max(100), z.number()]),
  name_localizations: localizations,
});

export type CommandOption = {
  type: number;
  name: string;
  description: string;
  required?: boolean | undefined;
  autocomplete?: boolean | undefined;
  choices?: { name: string; value: string | number }[] | undefined;
  options?: CommandOption[] | undefined;
};

const optionSchema: z.ZodType<CommandOption> = z.lazy(() =>
  z.object({
    type: z.int().min(1).max(11),
    name: z.string().min(1).max(32),
    name_localizations: localizations,
    description: z.string().min(1).max(100),
    description_localizations: localizations,
    required: z.boolean().optional(),
    autocomplete: z.boolean().optional(),
    choices: z.array(choice).max(25).optional(),
    options: z.array(optionSchema).max(25).optional(),
    min_value: z.number().optional(),
    max_value: z.number().optional(),
    min_length: z.int().min(0).max(6000).optional(),
    max_length: z.int().min(1).max(6000).optional(),
    channel_types: z.array(z.int()).optional(),
  }),
);

const commandSchema = z.object({
  type: z.int().min(1).max(3).default(1),
  name: z.string().min(1).max(32),
  name_localizations: localizations,
  description: z.string().max(100).default(''),
  description_localizations: localizations,
  options: z.array(optionSchema).max(25).default([]),
  default_member_permissions: z.string().nullish(),
  contexts: z.array(z.int()).nullish(),
  integration_types: z.array(z.int()).optional(),
  nsfw: z.boolean().default(false),
});

export type CommandBody = z.infer<typeof commandSchema>;

/** A registered application command. */
export type SimCommand = CommandBody & {
  id: string;
  application_id: string;
  /** Left out for a global command. */
  guild_id?: string;
  version: string;
};

/** Reads a command as Discord would, or throws its 400. */
export function parseCommand(body: unknown, at: FormPath = []): CommandBody {
  const command = parseForm(commandSchema, body, at);
  const issues =
    command.type === CommandType.ChatInput ? checkChatInput(command, at) : checkMenu(command, at);
  if (issues.length > 0) throw invalidForm(issues);
  return command;
}

function checkChatInput(command: CommandBody, at: FormPath): FormIssue[] {
  const issues = [
    ...checkName(command.name, [...at, 'name']),
    ...checkOptions(command.options, [...at, 'options']),
  ];
  if (command.description === '') {
    const message = 'This field is required';
    issues.push({ path: [...at, 'description'], code: 'BASE_TYPE_REQUIRED', message });
  }
  if (textLength(command.name, command.description, command.options) > MAX_COMMAND_TEXT) {
    const message = `Command exceeds maximum size (${MAX_COMMAND_TEXT})`;
    issues.push({ path: at, code: 'APPLICATION_COMMAND_TOO_LARGE', message });
  }
  return issues;
}

function checkMenu(command: CommandBody, at: FormPath): FormIssue[] {
  if (command.description === '') return [];
  const message = 'Context menu commands cannot have description';
  return [{ path: [...at, 'description'], code: 'APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED', message }];
}

function checkName(name: string, path: FormPath): FormIssue[] {
  if (NAME.test(name) && name === name.toLowerCase()) return [];
  return [{ path, code: 'APPLICATION_COMMAND_INVALID_NAME', message: 'Command name is invalid' }];
}

function checkOptions(options: readonly CommandOption[], at: FormPath): FormIssue[] {
  const names = new Set<string>();
  let optionalSeen = false;
  return options.flatMap((option, index) => {
    const path: FormPath = [...at, index];
    const issues = [
      ...checkName(option.name, [...path, 'name']),
      ...checkOptions(option.options ?? [], [...path, 'options']),
    ];
    if (names.has(option.name)) {
      const message = 'Option names must be unique';
      issues.push({ path: [...path, 'name'], code: 'APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE', message });
    }
    names.add(option.name);
    if (option.required && optionalSeen) {
      const message = 'Required options must be placed before non-required options';
      issues.push({ path, code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', message });
    }
    optionalSeen ||= option.type > OptionType.SubcommandGroup && !option.required;
    if (option.autocomplete && option.choices?.length) {
      const message = 'Choices cannot be set with autocomplete';
      issues.push({ path, code: 'APPLICATION_COMMAND_OPTIONS_CHOICES_WITH_AUTOCOMPLETE', message });
    }
    return issues;
  });
}

function textLength(name: string, description: string, options: readonly CommandOption[]): number {
  const own = name.length + description.length;
  return options.reduce((sum, option) => {
    const choices = (option.choices ?? []).reduce(
      (all, { name: label, value }) => all + label.length + String(value).length,
      0,
    );
    return sum + choices + textLength(option.name, option.description, option.options ?? []);
  }, own);
}
