/** For what is asked of PostgreSQL while it may be down: tried every tenth of a second until it is done. @throws what the last of `most` tries threw. */
export async function patiently<T>(what: () => Promise<T>, most = 600): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await what();
    } catch (thrown) {
      if (tries >= most) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
