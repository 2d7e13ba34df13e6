import { setFlagsFromString } from 'node:v8';

// Imported first, before anything is loaded. Orderly waits nearly all the time: young garbage collected sooner and code kept small cost
// it nothing, and it runs on small machines. `npm run bench -- footprint` shows what they save.
setFlagsFromString('--max-semi-space-size=1');
setFlagsFromString('--optimize-for-size');
