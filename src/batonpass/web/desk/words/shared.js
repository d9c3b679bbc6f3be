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
