// The plain way, in a process of its own: verify, insert the event, insert the order; nothing else. PORT SUPABASE_URL KEY SECRET.
import { createClient } from '@supabase/supabase-js';
import Fastify from 'fastify';
import Stripe from 'stripe';

const [port, url, key, secret] = process.argv.slice(2) as [string, string, string, string];
const supabase = createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false } });
const server = Fastify();
server.removeAllContentTypeParsers();
server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
);
server.post('/stripe-webhook', async (request, reply) => {
  const body = request.body as Buffer;
  const event = Stripe.webhooks.constructEvent(body, String(request.headers['stripe-signature']), secret);
  const session = event.data.object as Stripe.Checkout.Session;
  const stored = await supabase
    .from('plain_events')
    .insert({ id: event.id, type: event.type, raw: body.toString() });
  if (stored.error) return reply.code(503).send();
  const order = await supabase.from('plain_orders').insert({
    user_id: session.metadata?.user_id,
    plan_id: session.metadata?.plan_id,
    item_type: session.metadata?.item_type,
    server_name: session.metadata?.server_name,
    stripe_sub_id: String(session.subscription),
  });
  return reply.code(order.error ? 503 : 200).send();
});
await server.listen({ host: '127.0.0.1', port: Number(port) });
console.log('serving');
