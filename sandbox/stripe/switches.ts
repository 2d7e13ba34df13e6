/** What can be broken about the simulated Stripe. The object is read at every request and delivery; change it at any time. */
export type StripeFaults = {
  /** The API drops every connection without an answer. Webhooks still go out. */
  apiDown: boolean;
  /** How long the API waits before it answers, in milliseconds of the clock. */
  apiSlowMs: number;
  /** The API answers 500. */
  api500: boolean;
  /** The API answers 429. */
  api429: boolean;
  /** The API answers 403, as it does to a restricted key that lacks a permission. */
  api403: boolean;
  /** The endpoint is disabled: events are made but never sent, and what was being retried is given up. */
  deliveryPaused: boolean;
  /** How many copies of each attempt are sent at once; 1 is normal. */
  duplicateDeliveries: number;
  /** An event waits for the next one (3 seconds at most) and is sent after it. */
  reorder: boolean;
  /** Deliveries are signed with a secret that nobody has. */
  wrongSecret: boolean;
  /** While a secret is rolled: the previous one, with which deliveries are signed as well. */
  previousSecret: string | null;
  /** The first attempt of each event is lost on the way; the retries arrive. */
  dropFirstDelivery: boolean;
  /** A byte is added to the body after it was signed. */
  corruptBody: boolean;
  /** Deliveries don't get through to the endpoint, as behind a firewall. */
  firewalled: boolean;
  /** Deliveries are signed as of ten minutes ago, as when the receiver's clock is ahead. */
  staleSignature: boolean;
  /** Deliveries carry thin payloads: a pointer to the event, and nothing of it. */
  thinPayloads: boolean;
  /** Events and sessions are of live mode: the API, asked with a test key, does not know them. */
  otherMode: boolean;
  /** The API knows no session: its key is of another account. */
  otherAccount: boolean;
  /** There is no endpoint: nothing is sent, and none is listed. */
  endpointGone: boolean;
  /** The endpoint's path has a typing error. */
  endpointTypo: boolean;
  /** A second endpoint sends to the same URL; its deliveries carry a secret that nobody has. */
  endpointTwice: boolean;
  /** The endpoint listens to checkout.session.completed alone. */
  endpointFewEvents: boolean;
  /** The endpoint was made with an older API version. Its events are rendered as ever; only the version that they name is old. */
  endpointOldVersion: boolean;
  /** The shop that opens the checkouts puts nothing into their metadata. */
  noMetadata: boolean;
};

/** Everything as it should be. */
export function healthyStripe(): StripeFaults {
  return {
    apiDown: false,
    apiSlowMs: 0,
    api500: false,
    api429: false,
    api403: false,
    deliveryPaused: false,
    duplicateDeliveries: 1,
    reorder: false,
    wrongSecret: false,
    previousSecret: null,
    dropFirstDelivery: false,
    corruptBody: false,
    firewalled: false,
    staleSignature: false,
    thinPayloads: false,
    otherMode: false,
    otherAccount: false,
    endpointGone: false,
    endpointTypo: false,
    endpointTwice: false,
    endpointFewEvents: false,
    endpointOldVersion: false,
    noMetadata: false,
  };
}

/** A switch as a page shows it: `on` is the value that breaks something. */
export type StripeSwitch = {
  [Name in keyof StripeFaults]: { name: Name; label: string; on: StripeFaults[Name] };
}[keyof StripeFaults];

export const stripeSwitches: readonly StripeSwitch[] = [
  { name: 'apiDown', label: 'API is unreachable', on: true },
  { name: 'apiSlowMs', label: 'API takes 5 seconds', on: 5_000 },
  { name: 'api500', label: 'API answers 500', on: true },
  { name: 'api429', label: 'API limits our requests (429)', on: true },
  { name: 'api403', label: 'API key lacks permissions (403)', on: true },
  { name: 'deliveryPaused', label: 'Webhook endpoint is disabled', on: true },
  { name: 'duplicateDeliveries', label: 'Every webhook arrives three times at once', on: 3 },
  { name: 'reorder', label: 'Webhooks arrive in the wrong order', on: true },
  { name: 'wrongSecret', label: 'Webhooks are signed with a wrong secret', on: true },
  {
    name: 'previousSecret',
    label: 'Webhooks carry the old signature too (secret is rolled)',
    on: 'whsec_sandbox_before',
  },
  { name: 'dropFirstDelivery', label: 'The first try of each webhook is lost', on: true },
  { name: 'corruptBody', label: 'Webhook bodies are altered on the way', on: true },
  { name: 'firewalled', label: 'Webhooks do not get through a firewall', on: true },
  { name: 'staleSignature', label: 'Signatures of webhooks are ten minutes old', on: true },
  { name: 'thinPayloads', label: 'Webhooks have thin payloads', on: true },
  { name: 'otherMode', label: 'Webhooks are of live mode', on: true },
  { name: 'otherAccount', label: 'API key is of another account: it knows no session', on: true },
  { name: 'endpointGone', label: 'The webhook endpoint was deleted', on: true },
  { name: 'endpointTypo', label: 'The URL of the endpoint has a typing error', on: true },
  { name: 'endpointTwice', label: 'A second endpoint sends to the same URL', on: true },
  { name: 'endpointFewEvents', label: 'The endpoint listens to one event type alone', on: true },
  { name: 'endpointOldVersion', label: 'The endpoint has an old API version', on: true },
  { name: 'noMetadata', label: 'The shop forgets the metadata of its checkouts', on: true },
];

/** Turns a switch of the list on, or back to normal. */
export function setStripeSwitch(faults: StripeFaults, name: keyof StripeFaults, isOn: boolean): void {
  const found = stripeSwitches.find((element) => element.name === name);
  Object.assign(faults, { [name]: isOn ? found?.on : healthyStripe()[name] });
}
