import type { Action } from '../action.ts'

/**
 * Services of the `aws` partition with one endpoint, in N. Virginia, for all Regions: `aws:RequestedRegion` of every call
 * is `us-east-1` (R-CTX-03). Only those a page of AWS names; of any other service the Region is that of the endpoint
 * called. Other partitions have other Regions for the same services, so this table says nothing about them.
 *
 * [region] https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-requested-region.html
 * [global] https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
 *
 * Left out on purpose: globalaccelerator and networkmanager (us-west-2 by [global]), sts (also Regional endpoints),
 * wafv2 and acm (global only for CloudFront), s3:ListAllMyBuckets and other single actions.
 */
export const GLOBAL_SERVICES: ReadonlySet<string> = new Set([
  'account', // [global]
  'budgets', // [region]
  'cloudfront', // [region] [global]
  'iam', // [region] [global]
  'importexport', // [region]
  'organizations', // [region] [global]
  'route53', // [region] [global]
  'shield', // [global]
  'support', // [region]
  'waf', // [region]: WAF Classic for CloudFront; waf-regional is Regional
])

/**
 * The Region that every call of the action has under `aws:RequestedRegion`; undefined: the one of the endpoint called. `iam:PassRole` is
 * no call of its own: the service that is given the role checks it within its call, so that the Region may be that of this call.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export const globalRegionOf = ({ service, name }: Action): string | undefined =>
  GLOBAL_SERVICES.has(service) && !(service === 'iam' && name === 'passrole') ? 'us-east-1' : undefined
