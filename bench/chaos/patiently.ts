/** For what this side asks of PostgreSQL while it may be down: tried until it is done. */
export async function patiently<T>(what: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await what();
    } catch (thrown) {
      if (tries >= 600) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
