import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/orders/retry.ts';
import { bareFault } from '../../src/panel/fault.ts';
import type { PanelFault } from '../../src/panel/types.ts';
import { failureOfPanel } from '../../src/provisioning/panel-failure.ts';

const teapot = { kind: 'error', status: 418, code: 'TeapotException' } as const;
const refusedField = (field: string, rule = 'string') =>
  ({ kind: 'error', status: 422, code: 'ValidationException', field, rule }) as const;

function failureOf(request: string, changes: Partial<PanelFault>) {
  return failureOfPanel({ ...bareFault('error', request, 'why'), ...changes });
}

/** The incident that the answer would open, for one order or another. */
function incidentOf(request: string, changes: Partial<PanelFault>, purchaseId = 'order-1') {
  return fingerprintOf(failureOf(request, changes), { purchaseId, planId: purchaseId, region: null });
}

describe('an answer that the panel never gave before', () => {
  it.each([
    ['a status nobody knows', 'GET /servers/7', teapot],
    ['a field nobody knows', 'POST /servers', refusedField('moon_phase')],
    ['a validation error without a field', 'POST /servers', { ...teapot, status: 422 }],
    ['a field of a user that nobody knows', 'POST /users', refusedField('shoe_size')],
    ['a known field that breaks a rule of form', 'POST /servers', refusedField('external_id')],
    ['a missing port number', 'POST /servers', refusedField('allocation.default', 'required')],
    ['a create that asks for a missing record', 'POST /servers', missingRecord()],
  ])('%s is a bug, with evidence', (_name, request, changes) => {
    const failure = failureOf(request, changes);
    expect(failure.code).toBe('bug');
    expect(failure.evidence).toContain(`${request.split('/')[0]}/`);
  });

  it.each(['startup', 'limits.memory', 'feature_limits.backups'])('but "%s" is the plan\'s', (field) => {
    expect(failureOf('POST /servers', refusedField(field)).code).toBe('plan_refused');
  });

  it('is one incident, whichever server, user or order it is about', () => {
    expect(incidentOf('GET /servers/8', teapot, 'order-2')).toBe(incidentOf('GET /servers/7', teapot));
    expect(incidentOf('GET /servers/external/b', teapot, 'b')).toBe(
      incidentOf('GET /servers/external/1-a', teapot),
    );
    expect(incidentOf('PATCH /servers/8/details', teapot)).toBe(
      incidentOf('PATCH /servers/17/details', teapot),
    );
  });

  it('is another incident than any other unknown answer', () => {
    const incidents = [
      incidentOf('GET /servers/7', teapot),
      incidentOf('GET /servers/external/a', teapot),
      incidentOf('POST /servers', teapot),
      incidentOf('GET /servers/7', { ...teapot, code: 'KettleException' }),
      incidentOf('GET /servers/7', { ...teapot, status: 409 }),
      incidentOf('POST /servers', refusedField('moon_phase')),
      incidentOf('POST /servers', refusedField('moon_phase', 'required')),
      incidentOf('POST /servers', refusedField('tide')),
    ];
    expect(new Set(incidents).size).toBe(incidents.length);
  });

  it('leaves evidence of at most 200 characters', () => {
    expect(failureOf('POST /servers', refusedField('x'.repeat(500))).evidence).toHaveLength(200);
  });
});

function missingRecord(): Partial<PanelFault> {
  const detail = 'The requested resource could not be found on the server.';
  return { status: 404, code: 'NotFoundHttpException', detail };
}
