import { createServer, type RequestListener } from 'node:http';
import { closeListener, listen } from '../../sandbox/panel/listener.ts';

/** An HTTP server that is not a panel; `stop` cuts what is still open. */
export async function startOther(answer: RequestListener) {
  const http = createServer((request, response) => {
    response.setHeader('connection', 'close');
    answer(request, response);
  });
  const port = await listen(http, 0);
  return { url: `http://127.0.0.1:${port}`, stop: () => closeListener(http) };
}
