/** One entry of the panel's error envelope; `meta` is there for validation errors only. */
export type ErrorEntry = {
  code: string;
  status: string;
  detail: string;
  meta?: { source_field: string; rule: string };
};

/** An answer that is an error. Thrown by the handlers, as the panel throws the exception that `code` names. */
export class PanelError extends Error {
  readonly status: number;
  readonly errors: ErrorEntry[];
  readonly headers: Record<string, string>;

  constructor(status: number, errors: ErrorEntry[], headers: Record<string, string> = {}) {
    super(errors[0]?.detail);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

function single(status: number, code: string, detail: string, headers: Record<string, string> = {}) {
  return new PanelError(status, [{ code, status: String(status), detail }], headers);
}

const UNEXPECTED = 'An unexpected error was encountered while processing this request, please try again.';

export type FieldError = { field: string; rule: string; detail: string };

export const panelErrors = {
  validation: (fields: FieldError[]) =>
    new PanelError(
      422,
      fields.map(({ field, rule, detail }) => ({
        code: 'ValidationException',
        status: '422',
        detail,
        meta: { source_field: field, rule },
      })),
    ),
  unauthenticated: () => single(401, 'AuthenticationException', 'Unauthenticated.'),
  forbidden: (detail = 'This action is unauthorized.') => single(403, 'AccessDeniedHttpException', detail),
  twoFactor: () =>
    single(
      400,
      'TwoFactorAuthRequiredException',
      'Two-factor authentication is required on this account in order to access this endpoint.',
    ),
  missing: () =>
    single(404, 'NotFoundHttpException', 'The requested resource could not be found on the server.'),
  unknownRoute: (path: string) =>
    single(404, 'NotFoundHttpException', `The route ${path} could not be found.`),
  wrongMethod: (method: string, path: string, allowed: string) =>
    single(
      405,
      'MethodNotAllowedHttpException',
      `The ${method} method is not supported for route ${path}. Supported methods: ${allowed}.`,
      { allow: allowed },
    ),
  malformedJson: () =>
    single(
      400,
      'BadRequestHttpException',
      'The JSON data passed in the request appears to be malformed: Syntax error',
    ),
  tooMany: (headers: Record<string, string>) =>
    single(429, 'ThrottleRequestsException', 'Too Many Attempts.', headers),
  maintenance: () => single(503, 'HttpException', 'Service Unavailable'),
  redis: () => single(500, 'ConnectionException', UNEXPECTED),
  query: () => single(500, 'QueryException', UNEXPECTED),
  bug: () => single(500, 'ErrorException', UNEXPECTED),
  unknownFilter: (unknown: string, allowed: string[]) =>
    single(
      400,
      'InvalidFilterQuery',
      `Requested filter(s) \`${unknown}\` are not allowed. Allowed filter(s) are \`${allowed.join(', ')}\`.`,
    ),
  unknownSort: (unknown: string, allowed: string[]) =>
    single(
      400,
      'InvalidSortQuery',
      `Requested sort(s) \`${unknown}\` is not allowed. Allowed sort(s) are \`${allowed.join(', ')}\`.`,
    ),
  noNode: () =>
    single(
      400,
      'NoViableNodeException',
      'No nodes satisfying the requirements specified for automatic deployment could be found.',
    ),
  noAllocation: () =>
    single(
      400,
      'NoViableAllocationException',
      'No allocations satisfying the requirements for automatic deployment were found.',
    ),
  userHasServers: () =>
    single(
      400,
      'DisplayException',
      'Cannot delete a user with active servers attached to their account. Please delete their servers before continuing.',
    ),
  daemon: (status: number, detail: string) => single(status, 'DaemonConnectionException', detail),
};

/** These are `DisplayException`s: without an Accept header the panel redirects back instead of showing a page. */
const REDIRECTED = new Set([
  'ValidationException',
  'DisplayException',
  'NoViableNodeException',
  'NoViableAllocationException',
  'DaemonConnectionException',
]);

/** Where an error leads a caller that did not ask for JSON; null is an HTML page with the error's own status. */
export function redirectOf(error: PanelError, baseUrl: string): string | null {
  const code = error.errors[0]?.code ?? '';
  if (code === 'AuthenticationException') return `${baseUrl}/auth/login`;
  return REDIRECTED.has(code) ? baseUrl : null;
}
