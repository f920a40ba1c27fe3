import { type EvaluatedStep, furtherScenario, nextStep } from '#engine/chain.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { FurtherRequest } from '#engine/services/service-rule.ts'
import { readCaller } from '#iam/caller.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Denial } from '#intake/denial.ts'
import { ACCOUNT } from './placeholders.ts'

/**
 * Usual dependent requests of a call that its evidence does not show: a launch hands over the role of an instance profile, an
 * upload sends an ACL. Asked only where nothing else explains that the call was refused.
 */
export function usualDependencies(
  denial: Denial,
  { scenario }: EvaluatedStep,
  readings: SomeReadings | undefined,
): readonly EvaluatedStep[] {
  // A record shows what the call had.
  if (denial.eventId !== null) return []
  const passed = passedRole(denial, scenario) ?? setAcl(denial, scenario)
  if (passed === undefined) return []
  const own = furtherScenario(scenario, passed)
  const step = { ...nextStep(passed, evaluate(own, readings)), relation: 'next' as const }
  return [{ step, scenario: own, further: passed }]
}

const knows = ({ context }: Denial, name: string): boolean =>
  Object.keys(context).some((key) => key.toLowerCase().startsWith(name))

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances */
function passedRole(denial: Denial, { request }: Scenario): FurtherRequest | undefined {
  if (!LAUNCHES.has(request.action.toLowerCase()) || knows(denial, 'ec2:instanceprofile')) return undefined
  const caller = readCaller(request)
  const { resourcePatterns: _, resourceAccount: _owner, context = {}, ...rest } = request
  const role = `arn:${caller.partition}:iam::${caller.account ?? ACCOUNT}:role/ROLE_OF_THE_INSTANCE_PROFILE`
  return {
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
}

/** Tools that upload often send an ACL without being asked to: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
function setAcl(denial: Denial, { request }: Scenario): FurtherRequest | undefined {
  const isTold = ['s3:x-amz-acl', 's3:x-amz-grant-'].some((name) => knows(denial, name))
  if (request.action.toLowerCase() !== 's3:putobject' || WITHOUT_ACL.has(denial.operation ?? '')) return undefined
  if (isTold || isAclStated(request)) return undefined
  return {
    request: { ...request, action: 's3:PutObjectAcl' },
    why: 'an upload that sends an ACL needs it, too',
    rule: 'G-63',
    who: 'caller',
  }
}

/** Parts of an upload have the ACL that it began with. */
const WITHOUT_ACL: ReadonlySet<string> = new Set(['UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'])

const isAclStated = ({ context = {} }: Request): boolean =>
  Object.keys(context).some((key) => /^s3:x-amz-(?:acl$|grant-)/i.test(key))

const LAUNCHES: ReadonlySet<string> = new Set([
  'ec2:runinstances',
  'ec2:requestspotinstances',
  'autoscaling:createlaunchconfiguration',
])
