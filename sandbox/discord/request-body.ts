import type { IncomingMessage } from 'node:http';
import type { UploadedFile } from './messages.ts';

export type RequestBody = { body: unknown; files: UploadedFile[]; isInvalid: boolean };

/** Reads a request's body: JSON, or a form with `payload_json` and files. */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const raw = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  try {
    return { ...(await parse(type, raw)), isInvalid: false };
  } catch {
    return { body: undefined, files: [], isInvalid: true };
  }
}

async function parse(type: string, raw: Buffer): Promise<{ body: unknown; files: UploadedFile[] }> {
  if (raw.byteLength === 0) return { body: undefined, files: [] };
  if (!type.startsWith('multipart/form-data')) return { body: JSON.parse(raw.toString()), files: [] };
  const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData();
  const files: UploadedFile[] = [];
  let body: unknown;
  for (const [name, value] of form) {
    if (typeof value !== 'string') {
      const bytes = new Uint8Array(await value.arrayBuffer());
      files.push({ filename: value.name, contentType: value.type, bytes });
    } else if (name === 'payload_json') {
      body = JSON.parse(value);
    }
  }
  return { body, files };
}
