// The process behind startSupabase: DATABASE_URL PORT.
import { serve } from '@hono/node-server';
import { App } from '@supabase/lite';
import { createPostgresConnection } from '@supabase/lite/postgres';
import { tellAtOnce } from './at-once.ts';
import { ANON_KEY, SERVICE_KEY } from './supabase.ts';

const [url, port] = process.argv.slice(2);
if (!url || !port) throw new Error('usage: supabase-process DATABASE_URL PORT');

const connection = await createPostgresConnection({ url });
tellAtOnce(connection);
const app = new App({
  connection,
  auth: { enabled: false, publishable_key: ANON_KEY, secret_key: SERVICE_KEY },
  studio: { enabled: false },
});
serve(
  {
    hostname: '127.0.0.1',
    port: Number(port),
    fetch: (request, env) => app.fetch(request, { peerAddress: env.incoming.socket.remoteAddress ?? null }),
  },
  () => console.log('serving'),
);
