import { type Failure, failureKind } from '../orders/failures.ts';

/** Names the row and column of `plans` to mend, where the panel named a field of the request that comes from there. */
export function namePlanColumn(failure: Failure, planId: string, field: string | null): Failure {
  if (failureKind(failure.code).scope !== 'plan' || field === null) return failure;
  return { ...failure, detail: `plans "${planId}": ${columnOf(field)}: ${failure.detail}` };
}

function columnOf(field: string): string {
  if (field.startsWith('environment.')) return field.replace('environment.', 'variables.');
  if (field === 'docker_image') return 'image';
  if (field === 'feature_limits.allocations') return 'ports';
  return field.replace(/^(limits|feature_limits)\./, '');
}
