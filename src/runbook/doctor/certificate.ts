import { connect } from 'node:tls';

/** `trusted`: null, or the TLS library's code for why it is not. */
export type Certificate = { kind: 'certificate'; distrust: string | null; validToMs: number };
export type CertificateLook = Certificate | { kind: 'silence'; reason: string };

/**
 * Reads the certificate that a host shows, also one that is not to be trusted. Never throws.
 *
 * @param options.ca instead of the usual authorities.
 */
export function readCertificate(
  url: URL,
  options: { timeoutMs: number; ca?: string },
): Promise<CertificateLook> {
  const { hostname, port } = url;
  const { ca, timeoutMs } = options;
  return new Promise((resolve) => {
    const socket = connect({
      ...{ host: hostname, port: port === '' ? 443 : Number(port), servername: hostname },
      // To be looked at, not to be used: nothing is sent over it.
      rejectUnauthorized: false,
      ...(ca === undefined ? {} : { ca }),
    });
    const end = (look: CertificateLook) => {
      socket.destroy();
      resolve(look);
    };
    socket.setTimeout(timeoutMs, () =>
      end({ kind: 'silence', reason: `no answer within ${timeoutMs / 1000} seconds` }),
    );
    socket.once('error', (error) =>
      end({ kind: 'silence', reason: 'code' in error ? String(error.code) : error.name }),
    );
    socket.once('secureConnect', () => {
      const distrust = socket.authorized ? null : String(socket.authorizationError);
      const validToMs = Date.parse(socket.getPeerCertificate().valid_to);
      end({ kind: 'certificate', distrust, validToMs });
    });
  });
}
