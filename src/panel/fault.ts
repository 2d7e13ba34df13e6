import { z } from 'zod';
import { AnswerTooLargeError } from '../lib/bounded-fetch.ts';
import { errorSchema } from './schemas.ts';
import type { PanelFault, PanelFaultKind } from './types.ts';

const RECORD_MISSING = 'The requested resource could not be found on the server.';

/** Failures of making the connection, so that nothing can have been sent. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** A complete HTTP reply. `text` is its body. */
export type Reply = { status: number; headers: Headers; text: string };

/** Cuts to 300 characters and removes control characters, so that the text is safe in a log line or a message. */
export function safeDetail(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, 300);
}

/** A fault of `kind` about which nothing else is known yet. */
export function bareFault(kind: PanelFaultKind, request: string, detail: string | null = null): PanelFault {
  return {
    kind,
    status: null,
    code: null,
    detail: detail === null ? null : safeDetail(detail),
    field: null,
    rule: null,
    fields: [],
    retryAfterMs: null,
    request,
  };
}

/**
 * The fault behind an error thrown by `fetch`, or by reading the body.
 *
 * @param hasTimedOut whether the call's own timeout had passed when it was thrown.
 */
export function thrownFault(error: Error, hasTimedOut: boolean, request: string): PanelFault {
  if (hasTimedOut) return bareFault('timeout', request);
  if (error instanceof AnswerTooLargeError) return bareFault('unexpected_shape', request, error.message);
  const { code, syscall } = causeOf(error);
  const isUnsent = (code !== null && NOT_SENT.has(code)) || syscall === 'connect';
  return bareFault(isUnsent ? 'no_connection' : 'cut', request, code ?? error.name);
}

const causeSchema = z.object({ code: z.string().optional(), syscall: z.string().optional() });

function causeOf(error: Error): { code: string | null; syscall: string | null } {
  const cause = causeSchema.safeParse(error.cause);
  return { code: cause.data?.code ?? null, syscall: cause.data?.syscall ?? null };
}

/**
 * The fault in a reply; null when it is a success, whose body is still to be checked.
 *
 * @param json the parsed body, or undefined when it is not JSON.
 */
export function replyFault(reply: Reply, json: unknown, request: string): PanelFault | null {
  const { status, headers, text } = reply;
  const known = { status, retryAfterMs: retryAfterMs(headers) };
  if (status >= 300 && status < 400) {
    return { ...bareFault('redirect', request, withoutQuery(headers.get('location'))), ...known };
  }
  if (status === 204) return null;
  if (json === undefined) return { ...bareFault('html', request, titleOf(text)), ...known };
  if (status >= 200 && status < 300) return null;
  const envelope = errorSchema.safeParse(json);
  if (!envelope.success) return { ...shapeFault(envelope.error, request), ...known };
  return { ...errorFault(envelope.data.errors, request), ...known };
}

function errorFault(errors: z.output<typeof errorSchema>['errors'], request: string): PanelFault {
  const [first] = errors;
  return {
    ...bareFault('error', request, first?.detail ?? null),
    code: first?.code ?? null,
    field: first?.meta?.source_field ?? null,
    rule: first?.meta?.rule ?? null,
    fields: errors.flatMap(({ meta }) => (meta ? [{ field: meta.source_field, rule: meta.rule }] : [])),
  };
}

/** JSON of a wrong shape: says where and what was expected, never the value. */
export function shapeFault(error: z.ZodError, request: string): PanelFault {
  const [issue] = error.issues;
  const where = issue?.path.join('.') || 'body';
  return bareFault('unexpected_shape', request, `${where}: ${issue?.message ?? 'invalid'}`);
}

/** Whether the panel says that the record does not exist, as against an unknown route or a node's own 404. */
export function isMissingRecord(fault: PanelFault): boolean {
  return fault.status === 404 && fault.code === 'NotFoundHttpException' && fault.detail === RECORD_MISSING;
}

/** The reply's Date header in milliseconds since the epoch. */
export function panelTimeMs(headers: Headers): number | null {
  return parseDate(headers.get('date'));
}

function retryAfterMs(headers: Headers): number | null {
  const value = headers.get('retry-after');
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const until = parseDate(value);
  const now = panelTimeMs(headers);
  return until === null || now === null ? null : Math.max(0, until - now);
}

function parseDate(text: string | null): number | null {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : ms;
}

function titleOf(html: string): string | null {
  return /<title>([^<]*)<\/title>/i.exec(html)?.[1] ?? null;
}

/** A redirect's query may hold a token. */
function withoutQuery(location: string | null): string | null {
  return location?.split(/[?#]/)[0] ?? null;
}
