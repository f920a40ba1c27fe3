import type { Action } from '#iam/action.ts'
import type { Truth } from '#iam/truth.ts'

/**
 * Actions whose requests have none of `aws:ResourceAccount`, `aws:ResourceOrgID` and `aws:ResourceOrgPaths`, besides all of
 * EBS: the same list stands under each of the three (R-CTX-03).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
 */
const WITHOUT: ReadonlySet<string> = new Set([
  'auditmanager:updateassessmentframeworkshare',
  'detective:acceptinvitation',
  'ds:acceptshareddirectory',
  'ec2:accepttransitgatewaypeeringattachment',
  'ec2:acceptvpcendpointconnections',
  'ec2:acceptvpcpeeringconnection',
  'ec2:createtransitgatewaypeeringattachment',
  'ec2:createvpcendpoint',
  'ec2:createvpcpeeringconnection',
  'es:acceptinboundconnection',
  'guardduty:acceptadministratorinvitation',
  'macie2:acceptinvitation',
  'route53:associatevpcwithhostedzone',
  'route53:createvpcassociationauthorization',
  'securityhub:acceptadministratorinvitation',
])

/**
 * Whether requests say whose the resource is. Unknown for events on a bus: one in another account that was a target before
 * March 2, 2023 does not say it, and no policy tells which those are.
 */
export function saysOwner({ service, name }: Action): Truth {
  const action = `${service}:${name.toLowerCase()}`
  if (action === 'events:putevents') return 'unknown'
  return service !== 'ebs' && !WITHOUT.has(action)
}
