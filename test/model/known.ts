/**
 * What the model has found and the product does not keep yet, so that the rest can still be watched. Take an entry out
 * when its cause is mended: the model is then red wherever it is not.
 */
export const known = {
  /** A stop of a claimed purchase takes its look away without ending its attempt: when the worker is gone too, nobody ends it. */
  attemptOfAStoppedPurchaseStaysOpen: true,
  /**
   * The money went back before the event that says "paid" came: a stop of an unknown subscription is only stored, and a
   * stop of a waiting purchase is undone by the payment. Either way the server is made and nobody is told.
   */
  stopBeforeThePaymentIsForgotten: true,
  /** A stop of a purchase with a server opens a warning; when its install ends, `ready` takes the order out of it again. */
  warningOfAStoppedServerEndsAtReady: true,
  /**
   * A worker stalls between the commit of `create_sent` and the create, or the create travels, for longer than the ghost
   * window (a call may take longer than that). Meanwhile the purchase is stopped and found to have nothing; then the create comes.
   */
  lateCreateOfAStoppedPurchaseIsUnseen: true,
};
