import type { DecisionEffect, Verdict } from '#http/wire.ts'

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  allow: 'allow',
  'explicit-deny': 'explicit deny',
  'implicit-deny': 'implicit deny',
  'not-applicable': 'not applicable',
  unknown: 'unknown',
}

/** A shape for each, so that nothing hangs on colour. */
export const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = {
  allow: '✓',
  'explicit-deny': '✕',
  'implicit-deny': '○',
  'not-applicable': '–',
  unknown: '?',
}

/** Effect on a step: its decision, or that an edited request does not need it any more. */
export type Effect = DecisionEffect | 'not needed'

export const EFFECT_SIGNS: Readonly<Record<Effect, string>> = {
  allowed: '✓',
  denied: '✕',
  undetermined: '?',
  'not needed': '–',
}

/** The colours of a step's decision are those of a verdict. */
export const EFFECT_KINDS: Readonly<Record<Effect, Verdict>> = {
  allowed: 'allow',
  denied: 'explicit-deny',
  undetermined: 'unknown',
  'not needed': 'not-applicable',
}

export const NEED_WORDS: Readonly<Record<string, string>> = {
  'no-explicit-deny': 'must not deny',
  allow: 'must allow',
  'allow-naming-principal': 'must allow, naming the principal',
  'allow-naming-session': 'must allow, naming the session',
  'allow-to-account': 'must allow the account',
}

export const RELATION_WORDS: Readonly<Record<string, string>> = {
  denied: 'Denied call',
  next: 'Needed next',
  before: 'Before it',
}

export const PROOF_WORDS = {
  proved: 'Proved: it grants what is said here, and nothing else',
  refuted: 'Grants more than this',
  'not-proved': 'Not proved',
} as const

export const oneLine = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** The end of an ARN, which tells more than its beginning. */
export const shortArn = (arn: string): string => {
  const parts = arn.split(':')
  return parts.length < 6 ? arn : parts.slice(5).join(':')
}

/** The command that reads from AWS what was not provided, as it is typed by who pasted a text. */
export const LIVE = 'denytrace diagnose --live -'
