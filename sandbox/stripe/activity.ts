/** Counts what is under way, so that a test can wait for quiet instead of for a time. */
export type Activity = {
  /** The same promise, counted until it settles. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Resolves as soon as nothing is under way. */
  idle(): Promise<void>;
};

export function createActivity(): Activity {
  let underWay = 0;
  let waiting: (() => void)[] = [];
  const end = () => {
    underWay -= 1;
    if (underWay > 0) return;
    const done = waiting;
    waiting = [];
    for (const resolve of done) resolve();
  };
  return {
    during: (work) => {
      underWay += 1;
      return work.finally(end);
    },
    idle: () => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
