/** An answer that is not 2xx, in Stripe's envelope. */
export class ApiError extends Error {
  readonly status: number;
  readonly error: Record<string, string>;

  constructor(status: number, error: Record<string, string>) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

export function badRequest(code: string, message: string): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', code, message });
}

export function missing(kind: string, id: string): ApiError {
  const message = `No such ${kind}: '${id}'`;
  return new ApiError(404, { type: 'invalid_request_error', code: 'resource_missing', message, param: 'id' });
}

export function wrongKey(): ApiError {
  return new ApiError(401, {
    type: 'invalid_request_error',
    message: 'Invalid API Key provided: sk_test_****',
  });
}

export function forbidden(): ApiError {
  const message =
    "The provided key 'rk_test_*********sandbox' does not have the required permissions for this endpoint. " +
    "Having the 'rak_checkout_session_read' permission would allow this request to continue.";
  return new ApiError(403, { type: 'invalid_request_error', message });
}

export function tooMany(): ApiError {
  const message = 'Request rate limit exceeded.';
  return new ApiError(429, { type: 'invalid_request_error', code: 'rate_limit', message });
}

export function broken(): ApiError {
  return new ApiError(500, { type: 'api_error', message: 'An unknown error occurred' });
}

export function unknownPath(method: string, path: string): ApiError {
  const message = `Unrecognized request URL (${method}: ${path}).`;
  return new ApiError(404, { type: 'invalid_request_error', message });
}
