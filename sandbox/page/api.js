// What the page asks of the sandbox.
import { toast } from './dom.js';

/** Sends what somebody did; a refusal is shown, and answers null. */
export async function send(body, show = (error) => toast(error, 'error')) {
  try {
    const answer = await fetch('/do', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    if (answer.ok) return said;
    show(said.error);
  } catch {
    show('The sandbox does not answer. Is it still running?');
  }
  return null;
}

/** All that is to be drawn, or null while the sandbox does not answer. */
export async function load(person) {
  try {
    const answer = await fetch(`/state?person=${person}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
