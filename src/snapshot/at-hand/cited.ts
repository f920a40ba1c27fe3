import type { Policy, PolicyLevel, Resource, Scenario } from '#engine/scenario.ts'

/** The scenario with policies of these files cited by the file alone: its lines are not those that were read. */
export function citedWithoutLines(scenario: Scenario, files: ReadonlySet<string> | undefined): Scenario {
  const { policies, resources } = scenario
  if (files === undefined || files.size === 0 || policies === undefined) return scenario
  const bare = <P extends Policy | Resource>(one: P): P => {
    if (one.file === undefined || !files.has(one.file) || one.lines === undefined) return one
    const { lines: _, ...rest } = one
    return rest as P
  }
  const orNone = <P extends Policy>(one: P | null | undefined): P | null | undefined => one && bare(one)
  const list = (all: readonly Policy[] | null | undefined) => all?.map(bare) ?? all
  const levels = (all: readonly PolicyLevel[] | null | undefined) =>
    all?.map((level) => (level.policies === undefined ? level : { ...level, policies: level.policies.map(bare) })) ??
    all
  const cited = {
    serviceControlPolicies: levels(policies.serviceControlPolicies),
    resourceControlPolicies: levels(policies.resourceControlPolicies),
    vpcEndpointPolicy: orNone(policies.vpcEndpointPolicy),
    resourcePolicy: orNone(policies.resourcePolicy),
    identityPolicies: list(policies.identityPolicies),
    permissionsBoundary: orNone(policies.permissionsBoundary),
    sessionPolicies: list(policies.sessionPolicies),
  }
  const known = Object.fromEntries(Object.entries(cited).filter(([, value]) => value !== undefined))
  return {
    ...scenario,
    policies: { ...policies, ...known },
    ...(resources === undefined ? {} : { resources: resources.map(bare) }),
  }
}
