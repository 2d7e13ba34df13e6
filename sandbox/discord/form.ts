import type { z } from 'zod';
import { ApiError } from './errors.ts';

export type FormPath = readonly (string | number)[];
export type FormIssue = { path: FormPath; code: string; message: string };
type ErrorTree = { [key: string]: ErrorTree | { code: string; message: string }[] };

/** The 50035 refusal: the issues as the tree that Discord answers with. */
export function invalidForm(issues: readonly FormIssue[]): ApiError {
  const errors: ErrorTree = {};
  for (const { path, code, message } of issues) {
    let node = errors;
    for (const key of path) {
      const next = node[String(key)];
      const branch: ErrorTree = next && !Array.isArray(next) ? next : {};
      node[String(key)] = branch;
      node = branch;
    }
    const leaf = node._errors;
    node._errors = [...(Array.isArray(leaf) ? leaf : []), { code, message }];
  }
  return new ApiError(400, 50035, 'Invalid Form Body', { errors });
}

/** Parses a request body, or throws the 50035 refusal that says what is wrong where. */
export function parseForm<T>(schema: z.ZodType<T>, body: unknown, at: FormPath = []): T {
  const parsed = schema.safeParse(body ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalidForm(
    parsed.error.issues.map((issue) => ({
      path: [...at, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))],
      ...codeOf(issue),
    })),
  );
}

function codeOf(issue: z.core.$ZodIssue): { code: string; message: string } {
  if (issue.input === undefined && issue.code === 'invalid_type') {
    return { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };
  }
  if (issue.code === 'too_big') {
    return { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${issue.maximum} or fewer in length.` };
  }
  if (issue.code === 'too_small') {
    return { code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${issue.minimum} or more in length.` };
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String).join(', ');
    return { code: 'BASE_TYPE_CHOICES', message: `Value must be one of (${values}).` };
  }
  return { code: 'BASE_TYPE_INVALID', message: issue.message };
}
