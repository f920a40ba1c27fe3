/** The verdict above an answer, and what its colour says. */
export interface Verdict {
  readonly kind: 'deny' | 'like' | 'allow' | 'open' | 'other'
  readonly text: string
}

interface VerdictFacts {
  readonly status: 'explained' | 'likely' | 'allowed-now' | 'undetermined' | 'contradicted' | 'not-a-denial'
  readonly reconciliation: { readonly denialIsOlder?: boolean }
}

/** The verdict on a denial by AWS: `DENIED`. */
export function verdictOf({ status, reconciliation }: VerdictFacts): Verdict {
  if (status !== 'allowed-now' && reconciliation.denialIsOlder === true) return { kind: 'open', text: 'UNDECIDED' }
  return VERDICTS[status]
}

const VERDICTS: Readonly<Record<VerdictFacts['status'], Verdict>> = {
  explained: { kind: 'deny', text: 'DENIED' },
  likely: { kind: 'like', text: 'DENIED' },
  undetermined: { kind: 'like', text: 'DENIED' },
  contradicted: { kind: 'open', text: 'DENIED' },
  'allowed-now': { kind: 'allow', text: 'ALLOWED NOW' },
  'not-a-denial': { kind: 'other', text: 'NOT A DENIAL' },
}
