// Words that more than one room of the desk uses.

export const KINDS = {
  arrival: "Arrival",
  escalation: "Escalation",
  transfer: "Transfer",
  hand_back: "Hand-back",
  failover: "Failover",
  invitation: "Invitation",
  consultation: "Consultation",
  take_over: "Take-over",
  return: "Return",
  promotion: "Promotion",
};

export const ROLES = { holder: "holder", helper: "helper", consulted: "consulted", observer: "watching" };

export const wrapUp = (left) => `Wrap-up${left ? `, ${left} left` : ""}`;

/** What the customer is called here; an anonymous one by the end of the chat's id. */
export const customerName = (name, conversationId) => name || `Customer ${conversationId.slice(-4).toUpperCase()}`;
