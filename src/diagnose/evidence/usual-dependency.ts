import { type EvaluatedStep, furtherScenario, nextStep } from '#engine/chain.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { FurtherRequest } from '#engine/services/service-rule.ts'
import { readCaller } from '#iam/caller.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Denial } from '#intake/denial.ts'
import { ACCOUNT } from './placeholders.ts'

/**
 * Usual dependent requests of a call that its evidence does not show: a launch hands over the role of an instance profile,
 * and tags what it makes. Asked only where nothing else explains that the call was refused.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
 */
export function usualDependencies(
  denial: Denial,
  { scenario }: EvaluatedStep,
  readings: SomeReadings | undefined,
): readonly EvaluatedStep[] {
  const { request } = scenario
  if (!LAUNCHES.has(request.action.toLowerCase())) return []
  const known = new Set(Object.keys(denial.context).map((key) => key.toLowerCase()))
  const caller = readCaller(request)
  const { resourcePatterns: _, resourceAccount: _owner, context = {}, ...rest } = request
  const role = `arn:${caller.partition}:iam::${caller.account ?? ACCOUNT}:role/ROLE_OF_THE_INSTANCE_PROFILE`
  const passed: FurtherRequest = {
    request: {
      ...rest,
      action: 'iam:PassRole',
      resource: role,
      context: { ...context, 'iam:PassedToService': 'ec2.amazonaws.com' },
    },
    why: 'a launch with an instance profile hands its role over',
    rule: 'R-PASS-01',
    who: 'passes-role',
  }
  // A record shows whether there is a profile.
  if (known.has('ec2:instanceprofile') || denial.eventId !== null) return []
  const own = furtherScenario(scenario, passed)
  const step = { ...nextStep(passed, evaluate(own, readings)), relation: 'next' as const }
  return [{ step, scenario: own, further: passed }]
}

const LAUNCHES: ReadonlySet<string> = new Set([
  'ec2:runinstances',
  'ec2:requestspotinstances',
  'autoscaling:createlaunchconfiguration',
])
