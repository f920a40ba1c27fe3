import { isOriginAccessIdentity } from '#iam/caller.ts'
import { whose } from '../evaluation-input.ts'
import { truthOfPolicies } from '../prepare.ts'
import { findingOf, type Layer, notApplicable, notKnown } from './finding.ts'

const layer = 'permissions-boundary'

/**
 * A boundary limits what identity policies may give and grants nothing itself (R-EVAL-43). Of a federated session it is
 * the parent user's. Deny with NotPrincipal reaches everyone who has one: see `iam/principal-element.ts` (R-PM-10).
 */
export const permissionsBoundary: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',

  evaluate(input) {
    const { kind } = input.caller
    if (isOriginAccessIdentity(input.caller))
      return [notApplicable({ layer }, 'an origin access identity cannot have a permissions boundary')]
    if (kind !== 'user' && kind !== 'role-session' && kind !== 'federated-session' && kind !== 'unknown')
      return [notApplicable({ layer }, 'only users and roles can have a permissions boundary')]
    if (input.caller.federatedBy?.endsWith(':root') === true)
      return [notApplicable({ layer }, 'the root user, whose session this is, cannot have a permissions boundary')]
    const policy = input.policies.permissionsBoundary
    if (policy === null) return [notApplicable({ layer }, 'the principal has no permissions boundary')]
    if (policy === undefined)
      return [
        notKnown(
          { layer },
          { fact: `permissions boundary of ${whose(input.caller.roleArn ?? input.caller.arn)}`, kind: 'policy' },
          'whether the principal has a permissions boundary is not known',
        ),
      ]
    return [findingOf({ layer }, [policy], truthOfPolicies([policy], input.question))]
  },
}
