import type { Incident } from '../orders/purchase.ts';
import type { Target } from './messages/parts.ts';
import type { Settings } from './settings.ts';

type Chosen = Pick<Settings, 'onCallRoleId' | 'escalationRoleId' | 'escalationUserId'>;

/** Whom an alert calls, one step after the other while nobody is on it: whoever is on call by name, and what the settings say. */
export function targetsOf(incident: Pick<Incident, 'on_call_id'>, settings: Chosen): Target[] {
  const person = incident.on_call_id;
  return [...(person === null ? [] : [{ kind: 'user' as const, id: person }]), ...chosenSteps(settings)];
}

/** The steps that do not depend on who is on call. */
export function chosenSteps({ onCallRoleId, escalationRoleId, escalationUserId }: Chosen): Target[] {
  const steps: Target[] = [];
  if (onCallRoleId) steps.push({ kind: 'role', id: onCallRoleId });
  if (escalationRoleId) steps.push({ kind: 'role', id: escalationRoleId });
  if (escalationUserId) steps.push({ kind: 'user', id: escalationUserId });
  return steps;
}

/** Whom one message calls, and why those are others than they should be. */
export type Called = { pings: Target[]; why: string | null };

/**
 * The step as it can be pinged: where a role can't be, the people who are named for that are as well, and the message says why. `blocked`:
 * the reason by the id of the role.
 */
export function calledAt(
  targets: Target[],
  level: number,
  blocked: Record<string, string>,
  namedUserIds: string[],
): Called {
  const named = namedUserIds.map((id): Target => ({ kind: 'user', id }));
  const step = targets[Math.min(level, targets.length - 1)];
  if (!step) return { pings: named, why: 'No role is set to be pinged' };
  const reason = step.kind === 'role' ? blocked[step.id] : undefined;
  if (reason === undefined) return { pings: [step], why: null };
  const end = named.length > 0 ? ', so these people are named' : ', and nobody is named for that';
  return { pings: [step, ...named], why: `<@&${step.id}> can't be pinged: ${reason}${end}` };
}
