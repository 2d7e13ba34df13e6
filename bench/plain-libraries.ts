// Nothing but libraries, for the benchmark of the footprint: imports what it is told, connects to nothing, and waits.
const names = process.argv.slice(2);
await Promise.all(names.map((name) => import(name)));
setInterval(() => {}, 60_000);
console.log('loaded');
