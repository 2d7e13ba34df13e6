import { takeCallback } from '../callbacks.ts';
import { byToken, deleteByToken, editByToken, followUp, messageOf } from '../followups.ts';
import { apiMessage } from '../message-wire.ts';
import { noContent, ok, param, type Route, type RouteContext } from '../router.ts';

const WEBHOOK = '/webhooks/:applicationId/:token';

/** Answers to interactions; the token in the path is what gives access. */
export const interactionRoutes: Route[] = [
  {
    method: 'POST',
    pattern: '/interactions/:interactionId/:token/callback',
    open: true,
    handle: (context) => {
      const path = { id: param(context, 'interactionId'), token: param(context, 'token') };
      const response = takeCallback(context.world, path, context.body, context.files);
      return context.query.get('with_response') === 'true' ? ok(response) : noContent;
    },
  },
  {
    method: 'POST',
    pattern: WEBHOOK,
    open: true,
    handle: (context) => {
      const message = followUp(context.world, heldOf(context), context.body, context.files);
      return ok(apiMessage(context.world, message));
    },
  },
  {
    method: 'GET',
    pattern: `${WEBHOOK}/messages/:messageId`,
    open: true,
    handle: (context) => ok(apiMessage(context.world, targetOf(context))),
  },
  {
    method: 'PATCH',
    pattern: `${WEBHOOK}/messages/:messageId`,
    open: true,
    handle: (context) => {
      const { world, body, files } = context;
      return ok(apiMessage(world, editByToken(world, heldOf(context), targetOf(context), body, files)));
    },
  },
  {
    method: 'DELETE',
    pattern: `${WEBHOOK}/messages/:messageId`,
    open: true,
    handle: (context) => {
      deleteByToken(context.world, heldOf(context), targetOf(context));
      return noContent;
    },
  },
];

function heldOf(context: RouteContext) {
  return byToken(context.world, param(context, 'applicationId'), param(context, 'token'));
}

function targetOf(context: RouteContext) {
  return messageOf(context.world, heldOf(context), param(context, 'messageId'));
}
