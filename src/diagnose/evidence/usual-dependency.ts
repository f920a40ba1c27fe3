import { type EvaluatedStep, furtherScenario, nextStep } from '#engine/chain.ts'
import { evaluate } from '#engine/evaluate.ts'
import { passedTo } from '#engine/dependent-calls/passed-to.ts'
import type { FurtherRequest } from '#engine/services/service-rule.ts'
import { readCaller } from '#iam/caller.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Denial } from '#intake/denial.ts'
import { ACCOUNT } from './placeholders.ts'
import { usualRequest } from './usual-request.ts'

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
  if (denial.eventId !== null && denial.evidence.reader === 'cloudtrail') return []
  const found =
    passedRole(denial, scenario) ??
    setAcl(denial, scenario) ??
    missingObject(denial, usualRequest(scenario, readings)?.scenario ?? scenario)
  if (found === undefined) return []
  const own = furtherScenario(scenario, found)
  const step = { ...nextStep(found, evaluate(own, readings)), relation: 'next' as const }
  return [{ step, scenario: own, further: found }]
}

const knows = ({ context }: Denial, name: string): boolean =>
  Object.keys(context).some((key) => key.toLowerCase().startsWith(name))

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances */
function passedRole(denial: Denial, { request }: Scenario): FurtherRequest | undefined {
  const { isLaunch, service } = passingCall(denial, request.action)
  if (service === undefined || knows(denial, 'ec2:instanceprofile')) return undefined
  const caller = readCaller(request)
  const { resourcePatterns: _, resourceAccount: _owner, context = {}, ...rest } = request
  const role = `arn:${caller.partition}:iam::${caller.account ?? ACCOUNT}:role/${isLaunch ? 'ROLE_OF_THE_INSTANCE_PROFILE' : 'ROLE_THAT_IS_PASSED'}`
  return {
    request: {
      ...rest,
      action: 'iam:PassRole',
      resource: role,
      context: { ...context, 'iam:PassedToService': service },
    },
    why: isLaunch ? 'a launch with an instance profile hands its role over' : `the call may pass a role to ${service}`,
    rule: 'R-PASS-01',
    who: 'passes-role',
  }
}

/** The service to which a call passes a role; undefined: the call passes none, or roles for several services. */
function passingCall(
  { operation }: Denial,
  action: string,
): { readonly isLaunch: boolean; readonly service: string | undefined } {
  if (LAUNCHES.has(action.toLowerCase())) return { isLaunch: true, service: 'ec2.amazonaws.com' }
  const [service, name = ''] = action.split(':')
  return { isLaunch: false, service: operation === null ? undefined : passedTo(name, service) }
}

/**
 * S3 answers 403 for an object that does not exist, where the caller may not list the bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
function missingObject(denial: Denial, { request }: Scenario): FurtherRequest | undefined {
  const bucket =
    typeof request.resource === 'string' ? /^arn:[\w-]{1,20}:s3:::[^/]+/.exec(request.resource)?.[0] : undefined
  // A stored denial has the action alone.
  const isRead = request.action.toLowerCase() === 's3:getobject' && READS_ONE.has(denial.operation ?? 'GetObject')
  if (!isRead || bucket === undefined) return undefined
  const { resourcePatterns: _, ...rest } = request
  return {
    request: { ...rest, action: 's3:ListBucket', resource: bucket },
    why: 'S3 answers 403 instead of 404 for an object that does not exist, if the caller may not list the bucket',
    rule: 'G-05',
    who: 'caller',
  }
}

const READS_ONE: ReadonlySet<string> = new Set(['GetObject', 'HeadObject'])

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
