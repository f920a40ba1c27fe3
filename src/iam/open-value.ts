/**
 * Prefix of the condition keys that stand in policies for what an imported file does not tell (ADR 0021). No request of
 * AWS carries one, so nothing decides it, and nobody may take it for absent.
 */
export const OPEN_KEY = 'denytrace:unknown/'

/** A statement, or a whole policy, of which nothing is told begins so; it is no JSON. */
export const OPEN_TEXT = '(not known: '
