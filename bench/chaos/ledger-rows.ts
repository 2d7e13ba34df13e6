/** A promise that was broken, and by which purchase, incident or message. */
export type Wrong = { promise: string; what: string };

export type PurchaseRow = {
  id: string;
  session_id: string | null;
  order_id: string | null;
  payment: string;
  item_type: string | null;
  problem_code: string | null;
  failure_code: string | null;
  install: string | null;
  panel_server_id: string | null;
  closed_at: string | null;
  incident_id: string | null;
  incident_closed_at: string | null;
  incident_severity: string | null;
};
