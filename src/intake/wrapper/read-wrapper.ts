import { withoutVersion } from '#iam/event-sources.ts'
import { stampLength } from '../text/letters-only.ts'
import type { Denial } from '../denial.ts'
import { denialCodes } from './error-code.ts'
import { callInWords } from './call-in-words.ts'
import { callOfRecord } from './record-part.ts'
import { readRequestIds, type RequestIds } from './request-ids.ts'
import { hadoopCandidates, readS3Location, type S3Location } from './s3-location.ts'
import { readSdkRequest } from './sdk-request.ts'
import { eventSourceOf } from './service-names.ts'
import { callOfStack } from './stack-frame.ts'
import { terraformCall } from './terraform-call.ts'

/** The wrapper that an SDK, CLI or service put around the message. */
export interface Wrapper extends RequestIds {
  readonly code: string | null
  readonly operation: string | null
  readonly eventSource: string | null
  /** Who called, in a row of CloudTrail records; messages name the caller themselves. */
  readonly caller?: string
  /** The bucket or object it names. */
  readonly location: S3Location | undefined
  /** Requests of which one was refused. */
  readonly tried: Denial['candidates']
}

/** How far a wrapper may reach from the message on either side. */
export const WRAPPER_REACH = 1500

/** The method of a client stands below the frames of the HTTP client. */
const STACK_REACH = 8000

// In front of the message: CLI and boto, Go v2, PHP, CloudFormation's older form, XML. The last one is the innermost.
const BEFORE: readonly (readonly [key: string, pattern: RegExp])[] = [
  [
    'An error occur',
    /An error occurr?ed \((?<code>[\w.]{1,80}|Access [Dd]enied)\)(?:["'`]? when calling the (?<op>\w{1,80}) operation)?/g,
  ],
  // The CLI before 2015, and a text that lost the beginning of the line.
  [
    'when calling the',
    /(?:A client error |^|[`'"]|\s)\((?<code>[A-Z][\w.]{3,80}|Access [Dd]enied)\)(?: occurred)? when calling the (?<op>\w{1,80}) operation/g,
  ],
  // As people write it down.
  [
    ' when calling ',
    /\b(?:AccessDenied\w{0,12}|UnauthorizedOperation|AuthorizationError\w{0,9})["'`]{0,2} when calling (?:the )?(?<op>[A-Z]\w{2,80}(?= operation)|[A-Z][a-z]{1,20}[A-Z]\w{1,60})/g,
  ],
  ['operation error ', /operation error (?<service>[\w .-]{1,60}?): (?<op>\w{1,80})/g],
  ['api error ', /api error (?<code>[\w.]{1,80})/g],
  ['Error executing ', /Error executing "(?<op>\w{1,80})" on/g],
  // Ruby, PHP, .NET, Java v1 and v2 name the service in the exception's.
  ['::Errors::', /\bA(?:ws|WS)::(?<service>\w{1,60})::Errors::/g],
  ['Aws\\', /\bAws\\{1,2}(?<service>\w{1,60})\\{1,2}Exception\b/g],
  ['Amazon.', /\bAmazon\.(?<service>(?!Runtime\b|Util\b)\w{1,60})\.(?:Model\.)?Amazon\w{1,60}Exception/g],
  ['.services.', /\b(?:com\.amazonaws|software\.amazon\.awssdk)\.services\.(?<service>\w{1,60})\.model\./g],

  // Fluent Bit, whose plugins are named as the services are.
  [' API responded ', /\b(?<op>[A-Z]\w{1,80}) API responded with error(?:=['"](?<code>\w{1,80}))?/g],
  ['[output:', /\[output:(?<service>\w{2,40}):/g],
  // Amazon Redshift.
  ['S3ServiceException', /\b(?<service>S3)ServiceException:/g],
  // Apache Arrow, and the SDK for .NET where the answer has no body.
  ['AWS Error ', /\bAWS Error [A-Z_]{3,40} during (?<op>[A-Z]\w{1,80}) operation/g],
  ['with Error Code ', /\bError making request with Error Code (?<code>\w{3,80}) and Http Status Code/g],
  ['API: ', /\bAPI: (?<service>[a-z0-9-]{2,40}):(?<op>\w{1,80})/g],
  // The CDK with `-v`, and the log of the JavaScript SDK before version 3.
  ['Call failed: ', /\bCall failed: (?<op>\w{1,80})\(/g],
  ['[AWS ', /\[AWS (?<service>\w{1,40}) 4\d\d [\d.]{1,12}s \d{1,3} retries\] (?<op>\w{1,80})\(/g],
  ['<Code>', /<Code>(?<code>\w{1,80})<\/Code>/g],
  ['calling ', /\bcalling (?:the )?(?<service>[a-z0-9-]{2,40}):(?<op>[A-Z]\w{2,80})\b/g],
  ['"', /"(?:__type|code|errorCode)"\s{0,3}:\s{0,3}"(?:[\w.]{1,80}#)?(?<code>\w{3,80})"/gi],
]

// Behind it: Java v1 and v2, JSON bodies, JavaScript error objects, CloudFormation's handler.
const BEHIND = [
  /\(Service: (?<service>[^;,()]{1,60})[;,] Status Code: \d{3}(?:[;,] Error Code: (?<code>\w{1,80}))?/,
  /"(?:__type|code|errorCode)"\s{0,3}:\s{0,3}"(?:[\w.]{1,80}#)?(?<code>\w{3,80})"/i,
  /\b(?:Code|code|errorCode): ['"](?<code>\w{3,80})['"]/,
  /<Code>(?<code>\w{1,80})<\/Code>/,
  /AWS Error Code: (?<code>\w{3,80})/,
  // PowerShell, in the id of the error.
  /\bAmazon\.(?<service>\w{1,60})\.Amazon\w{1,60}Exception\b/,
  /\(Aws::(?<service>\w{1,60})::Errors::(?<code>\w{3,80})\)/,
]

const sourceOf = (location: S3Location | undefined): string | null =>
  location === undefined ? null : 's3.amazonaws.com'

type Found = { [K in 'code' | 'op' | 'service']: string | undefined }

/** Reads the wrapper around the message [from, to) of cleaned text, between the neighbouring messages. */
export function readWrapper(text: string, from: number, to: number, floor: number, ceiling: number): Wrapper {
  const left = text.slice(Math.max(floor, from - WRAPPER_REACH), from)
  const right = text.slice(to, Math.min(ceiling, to + WRAPPER_REACH))
  const before = lastBefore(left.replaceAll('\n', ' '))
  const behind = firstBehind(nearText(right))
  const code = before.code ?? codeBeside(left, right) ?? behind.code ?? null
  const call = callOfStack(text.slice(to, Math.min(ceiling, to + STACK_REACH)))
  const asked = before.op === undefined ? readSdkRequest(left, right) : undefined
  const told =
    before.op === undefined && asked === undefined && call === undefined
      ? (terraformCall(left) ?? callInWords(left))
      : undefined
  const service = asked?.service ?? before.service ?? behind.service ?? call?.service ?? told?.service
  const isNamed = before.op !== undefined || call !== undefined || asked !== undefined
  const recorded = isNamed ? undefined : callOfRecord(left)
  const calledOp = before.op ?? asked?.op ?? call?.op ?? recorded?.op ?? told?.operation
  const operation = calledOp === undefined ? null : withoutVersion(calledOp)
  const location = asked?.place ?? readS3Location(left, operation) ?? told?.place
  return {
    ...readRequestIds(left, right),
    code,
    operation,
    ...(recorded?.caller === undefined ? {} : { caller: recorded.caller }),
    location,
    tried: operation === null ? hadoopCandidates(left) : [],
    eventSource: recorded?.source ?? (service === undefined ? sourceOf(location) : eventSourceOf(service)),
  }
}

function lastBefore(left: string): Found {
  const found: Found = { code: undefined, op: undefined, service: undefined }
  const at: Record<keyof Found, number> = { code: -1, op: -1, service: -1 }
  for (const [key, pattern] of BEFORE)
    if (left.includes(key))
      for (const { groups = {}, index } of left.matchAll(pattern))
        for (const key of ['code', 'op', 'service'] as const)
          if (groups[key] !== undefined && index > at[key]) {
            found[key] = groups[key]
            at[key] = index
          }
  return found
}

function firstBehind(right: string): Found {
  const found: Found = { code: undefined, op: undefined, service: undefined }
  for (const pattern of BEHIND) {
    const groups = pattern.exec(right)?.groups ?? {}
    found.code ??= groups['code']
    found.service ??= groups['service']
  }
  return found
}

/** `AccessDeniedException: User: …`, or the same on the line above; else in the rest of this line. */
function codeBeside(left: string, right: string): string | undefined {
  const before = denialCodes(left.slice(-200)).at(-1)?.code
  return before ?? denialCodes(right.slice(0, 200).split('\n', 1)[0] ?? '')[0]?.code
}

const nearText = (right: string): string => right.split(/\n[ \t]*\n/, 1)[0]?.replaceAll('\n', ' ') ?? ''

/** A message further from its line's start than this is in no log line. */
const LONGEST_LINE = 8192

/** Gives the time a log printed before the line of a place in the original text, if it is UTC; places in any order. */
export function timesOfLines(text: string): (from: number) => string | null {
  // The start of the line in which the place before stood: several in one line are not searched again.
  let start = 0
  let last = 0
  return (from) => {
    const floor = from >= last ? Math.max(last, from - LONGEST_LINE) : Math.max(0, from - LONGEST_LINE)
    const newline = text.slice(floor, from).lastIndexOf('\n')
    if (newline >= 0) start = floor + newline + 1
    else if (floor !== last || from < last) start = floor === 0 ? 0 : -1
    last = from
    return start < 0 || from - start > LONGEST_LINE ? null : timeAt(text, start)
  }
}

/** The time of a line as a field, in the brackets of Python's and Jenkins' logs, in logfmt and JSON; UTC alone is certain. */
const TIME_FIELD =
  /(?:^\[|[\s,{"']@?(?:time|ts|timestamp)["']?\s{0,2}[=:]\s{0,2}["']?|^@?(?:time|ts|timestamp)=["']?)(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,3})\d{0,6})?(?:Z|\+00:?00)/
const FIELD_REACH = 400

function timeAt(text: string, start: number): string | null {
  const head = text.slice(start, start + FIELD_REACH)
  const line = head.slice(0, head.includes('\n') ? head.indexOf('\n') : head.length)
  const length = stampLength(line, 0)
  const stamp = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,3})\d{0,6})?Z\s/.exec(line.slice(0, length))
  const match = length > 0 ? stamp : TIME_FIELD.exec(line)
  if (match === null) return null
  return `${match[1]}T${match[2]}${match[3] === undefined ? '' : `.${match[3]}`}Z`
}
