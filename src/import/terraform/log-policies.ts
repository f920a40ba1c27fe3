import { addResource } from '../draft.ts'
import { joinedPolicies } from '../joined-policies.ts'
import { policyIn } from './documents.ts'
import type { TerraformResource } from './plan.ts'
import { inRegion } from './policy-holder.ts'
import { accountOf, linkOf, resourcesOf, type Source, tell, textOf } from './source.ts'

export const LOG_POLICY_TYPE = 'aws_cloudwatch_log_resource_policy'

/** By the ARN that stands for all log groups of an account and Region. */
type Common = Map<
  string,
  { readonly account: string; readonly policies: unknown[]; readonly own: Map<string, unknown[]> }
>

/**
 * Resource policies of CloudWatch Logs: those of an account and Region count for every log group of theirs, and those with a
 * `resource_arn` for that one too. No file holds all of an account, so there may always be others.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_log_resource_policy
 */
export function readLogPolicies(source: Source): void {
  const common: Common = new Map()
  for (const resource of resourcesOf(source, LOG_POLICY_TYPE)) addPolicy(source, resource, common)
  for (const [all, { account, policies, own }] of common)
    for (const [arn, ofGroup] of new Map([[all, []], ...own])) {
      const draft = addResource(source.draft, { arn, account, service: 'logs', kind: 'log-group' })
      draft.policy = joinedPolicies([...policies, ...ofGroup], 'resource policies of CloudWatch Logs given elsewhere')
    }
}

function addPolicy(source: Source, resource: TerraformResource, common: Common): void {
  const { region, partition } = source.placeOf(resource)
  const account = accountOf(source, resource)
  if (region === undefined) tell(source, resource, 'nothing says which Region it is in: give `--region REGION`')
  const policy = policyIn(source, resource, 'policy_document')
  if (account === undefined || region === undefined || policy === undefined) return
  const place = { account, region, partition }
  const all = inRegion('logs', 'log-group:')('*', place)
  const entry = common.get(all) ?? { account, policies: [], own: new Map<string, unknown[]>() }
  common.set(all, entry)
  const of = linkOf(source, resource, 'resource_arn', (target) => groupArn(source, target, place))
  if (of === undefined) entry.policies.push(policy)
  else if (typeof of === 'string') {
    const arn = of.replace(/:\*$/, '')
    entry.own.set(arn, [...(entry.own.get(arn) ?? []), policy])
  } else tell(source, resource, 'nothing says which log group it belongs to')
}

/** A log group that the plan makes: its ARN follows from its name. */
function groupArn(
  source: Source,
  target: TerraformResource,
  place: { readonly account: string; readonly region: string; readonly partition: string },
): string | undefined {
  const name = target.type === 'aws_cloudwatch_log_group' ? textOf(source, target, 'name') : undefined
  return typeof name === 'string' ? inRegion('logs', 'log-group:')(name, place) : undefined
}
