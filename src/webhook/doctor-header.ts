/**
 * On an unsigned call of the webhook: a person looks whether the way in is open. It is refused like any other and not kept, or it
 * would count as a delivery that was refused.
 */
export const DOCTOR_HEADER = 'x-orderly-doctor';
