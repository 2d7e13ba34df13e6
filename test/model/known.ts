/**
 * What the model has found and the product does not keep yet, so that the rest can still be watched. Take an entry out
 * when its cause is mended: the model is then red wherever it is not.
 */
export const known = {
  /** A stop of a claimed purchase takes its look away without ending its attempt: when the worker is gone too, nobody ends it. */
  attemptOfAStoppedPurchaseStaysOpen: true,
};
