import {
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord.js';
import { type Completable, isUuid, plansByFit, type SoldPlan, termsOf } from '../../orders/completion.ts';
import { failureKind } from '../../orders/failures.ts';
import { formId } from './custom-id.ts';
import { inert, maskEmail, maskEmails, plain } from './inert.ts';
import { buyer, price, serverName } from './words.ts';

/** Discord's limits: of a menu's options, of an option's value, and of all parts of a form. */
const MOST_OPTIONS = 25;
const MOST_VALUE = 100;
const MOST_PARTS = 5;

type Option = { value: string; label: string; description?: string };
type Field = {
  id: string;
  label: string;
  hint: string;
  value: string | null;
  isNeeded: boolean;
  most?: number;
};

/**
 * Asks what was bought: only what is missing or may be wrong, with what is known filled in. What the catalogue lists is chosen from a
 * menu where Discord's menus have room for it, else typed.
 */
export function completeModal(given: Completable): APIModalInteractionResponseCallbackData {
  const { purchase: p } = given;
  const fields = [
    ...userField(given),
    planField(given),
    regionField(given),
    ...termField(given),
    ...nameField(given),
  ];
  // With all five fields there is no room for a word more: then their hints have to do.
  const head = { type: ComponentType.TextDisplay, content: whatIsWrong(given) } as const;
  return {
    custom_id: formId({ form: 'complete', subject: p.id }),
    title: 'Complete the order',
    components: fields.length < MOST_PARTS ? [head, ...fields] : fields,
  };
}

function whatIsWrong({ purchase: p }: Completable): string {
  const why = p.problem_detail === null ? '' : `: ${inert(maskEmails(p.problem_detail), 200)}`;
  return `${serverName(p)} · ${buyer(p)}\n${failureKind(p.problem_code ?? 'bug').sentence.replace(/\.$/, '')}${why}`;
}

/** Not asked for when the checkout named a user that the site knows. */
function userField({ purchase: p, userByEmail }: Completable): APILabelComponent[] {
  const named = isUuid(p.user_id) ? p.user_id : null;
  if (named !== null && p.site_email !== null) return [];
  const isFound = named === null && userByEmail !== null && p.email !== null;
  const hint = isFound
    ? `Filled in: the site's user with the checkout's e-mail, ${maskEmail(p.email ?? '')}. Check it.`
    : named === null
      ? `A UUID, from Supabase → Authentication → Users. ${said(p.user_id)}`
      : 'The checkout named it; the site has no such user.';
  const value = named ?? userByEmail;
  return [typed({ id: 'user_id', label: "The buyer's user id", hint, value, isNeeded: true, most: 60 })];
}

function planField({ purchase: p, plans }: Completable): APILabelComponent {
  const sorted = plansByFit(plans, p.amount_minor);
  const paid = price(p);
  const known = plans.some(({ id }) => id === p.plan_id);
  const hint = [
    paid === null ? '' : `Paid: ${paid}.`,
    known ? '' : said(p.plan_id),
    p.item_type === null || p.item_type === 'game' ? '' : `It was sold as "${maskEmails(p.item_type)}".`,
  ].join(' ');
  const field = { id: 'plan_id', label: 'Plan', hint, value: p.plan_id, isNeeded: true };
  const options = sorted.map((plan) => optionOf(plan, p.amount_minor));
  if (isMenu(options)) return menu(field, options);
  const best = sorted.filter((plan) => plan.price !== null && plan.price === p.amount_minor);
  const guess = known ? p.plan_id : best.length === 1 ? best[0]!.id : null;
  return typed({ ...field, hint: `Its id in plans, of ${plans.length}. ${hint}`, value: guess });
}

function optionOf({ id, name, terms, price: listed }: SoldPlan, paidMinor: number | null): Option {
  const facts = [
    name === null ? null : id,
    terms.length > 0 ? terms.join(', ') : null,
    listed !== null && listed === paidMinor ? 'costs what was paid' : null,
  ].filter((fact) => fact !== null);
  return { value: id, label: name ?? id, ...(facts.length > 0 ? { description: facts.join(' · ') } : {}) };
}

function regionField({ purchase: p, regions }: Completable): APILabelComponent {
  const field = { id: 'region', label: 'Region', isNeeded: true, ...knownIn(regions, p.region) };
  const options = regions.filter(Boolean).map((region) => ({ value: region, label: region }));
  return isMenu(options)
    ? menu(field, options)
    : typed({ ...field, hint: `As in ptero_nodes. ${field.hint}` });
}

/** Asked for where some plan lists terms; needed where all do. */
function termField({ purchase: p, plans }: Completable): APILabelComponent[] {
  const terms = termsOf(plans, p.plan_id);
  if (terms.length === 0) return [];
  const isNeeded = plans.every((plan) => plan.terms.length > 0);
  const field = { id: 'term', label: 'Term', isNeeded, ...knownIn(terms, p.term) };
  const options = terms.map((term) => ({ value: term, label: term }));
  return [
    isMenu(options) ? menu(field, options) : typed({ ...field, hint: `As the plan lists it. ${field.hint}` }),
  ];
}

/** What the checkout said, filled in where it is one of those that there are, else told. */
function knownIn(all: string[], value: string | null): Pick<Field, 'hint' | 'value'> {
  return value !== null && all.includes(value) ? { hint: '', value } : { hint: said(value), value: null };
}

/** What the buyer named it is kept. */
function nameField({ purchase: p }: Completable): APILabelComponent[] {
  if (p.server_name !== null) return [];
  const hint = 'Empty: it is named after its plan.';
  return [typed({ id: 'server_name', label: 'Server name', hint, value: null, isNeeded: false, most: 60 })];
}

const said = (value: string | null) => (value === null ? '' : `The checkout said "${maskEmails(value)}".`);

function isMenu(options: Option[]): boolean {
  return (
    options.length > 0 &&
    options.length <= MOST_OPTIONS &&
    options.every(({ value }) => value !== '' && value.length <= MOST_VALUE)
  );
}

function menu({ id, label, hint, value: chosen, isNeeded }: Field, options: Option[]): APILabelComponent {
  return {
    ...labelled(label, hint),
    component: {
      type: ComponentType.StringSelect,
      custom_id: id,
      placeholder: 'Choose …',
      required: isNeeded,
      options: options.map(({ value, label: name, description }) => ({
        value,
        label: plain(name, 100),
        ...(description === undefined ? {} : { description: plain(description, 100) }),
        ...(value === chosen ? { default: true } : {}),
      })),
    },
  };
}

function typed({ id, label, hint, value, isNeeded, most = MOST_VALUE }: Field): APILabelComponent {
  return {
    ...labelled(label, hint),
    component: {
      type: ComponentType.TextInput,
      custom_id: id,
      style: TextInputStyle.Short,
      required: isNeeded,
      max_length: most,
      ...(value === null || value.length > most ? {} : { value }),
    },
  };
}

function labelled(label: string, hint: string) {
  const description = hint.trim() === '' ? {} : { description: plain(hint, 100) };
  return { type: ComponentType.Label, label, ...description } as const;
}
