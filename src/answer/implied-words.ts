import type { PolicyLayer } from '#iam/layers.ts'

/** A sentence on what else AWS's message settles, or leaves open. */
export interface Implied {
  readonly of: 'passed' | 'unseen' | 'none'
  readonly text: string
}

interface ImpliedFacts {
  readonly denial: {
    readonly reported: {
      readonly layer: PolicyLayer | null
      readonly denyType: 'explicit' | 'implicit' | null
      readonly setting?: unknown
    }
  }
  readonly causes: readonly { readonly layer: PolicyLayer; readonly certainty: string }[]
}

const passed = (text: string): Implied => ({ of: 'passed', text })
const unseen = (text: string): Implied => ({ of: 'unseen', text })
const none = (text: string): Implied => ({ of: 'none', text })

/** What AWS's message settles besides the layer that it names (R-EVID-02, R-EVID-03). */
export function impliedWords({ denial: { reported }, causes }: ImpliedFacts): readonly Implied[] {
  if (reported.setting !== undefined)
    return [none('No Allow overrides the setting. Turn it off, or change the call or the policy so nothing is public.')]
  if (reported.denyType === 'explicit') return [none('No Allow overrides an explicit Deny.')]
  if (reported.denyType !== 'implicit') return []
  switch (reported.layer) {
    case 'identity-policy':
      return [
        passed('No explicit Deny was involved, and SCPs and RCPs allow it.'),
        unseen('A permissions boundary or session policy could still deny it next.'),
      ]
    case 'permissions-boundary':
      return [
        passed('No explicit Deny was involved, and an identity policy allows it.'),
        unseen('A session policy could still deny it next.'),
      ]
    case 'resource-policy':
      return [passed(`No explicit Deny of that account was involved: ${whoMustAllow(causes)}.`)]
    case 'session-policy':
      return [
        passed(
          'No explicit Deny was involved, and the role itself allows it: the session was created with fewer permissions.',
        ),
      ]
    default:
      return []
  }
}

/** Within an account a statement of either side is enough, where the service does not ask for the resource's. */
const whoMustAllow = (causes: ImpliedFacts['causes']): string =>
  causes.some(({ layer, certainty }) => layer === 'identity-policy' && certainty !== 'possible')
    ? 'within one account, a statement in either policy is enough'
    : 'the resource policy must allow the caller'
