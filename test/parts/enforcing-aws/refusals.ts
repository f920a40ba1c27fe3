/** A refusal as the services put it on the wire, with the sentence that AWS writes (semantics.md E is where its forms are listed). */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { SpecDecision } from '../../spec/spec.ts'
import type { Protocol } from './calls.ts'

/** In the order in which AWS asks; what it calls each of them. */
const NAMES: readonly (readonly [layer: string, explicit: string, implicit: string])[] = [
  ['resource-control-policy', 'a resource control policy', 'resource control policy'],
  ['service-control-policy', 'a service control policy', 'service control policy'],
  ['resource-policy', 'a resource-based policy', 'resource-based policy'],
  ['identity-policy', 'an identity-based policy', 'identity-based policy'],
  ['permissions-boundary', 'a permissions boundary', 'permissions boundary'],
  ['session-policy', 'a session policy', 'session policy'],
]

/**
 * AWS's sentence: the first layer with an explicit deny, else the first that has to allow and does not.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function sentence(
  decision: SpecDecision,
  { principal, action, resource }: { readonly principal: string; readonly action: string; readonly resource: string },
): string {
  const on = resource === '*' && action.startsWith('ec2:') ? '' : ` on resource: ${resource}`
  const head = `User: ${principal} is not authorized to perform: ${action}${on}`
  const refuses = (layer: string, verdict: string): boolean =>
    decision.layers.some((one) => one.layer === layer && one.verdict === verdict)
  const explicit = NAMES.find(([layer]) => refuses(layer, 'explicit-deny'))
  if (explicit !== undefined) return `${head} with an explicit deny in ${explicit[1]}`
  const implicit = NAMES.find(([layer]) => decision.blockedBy.some((name) => name === layer))
  return implicit === undefined ? head : `${head} because no ${implicit[2]} allows the ${action} action`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Answers 403 (400 for JSON protocols, as AWS does) in the protocol of the service. */
export function refuse(answer: ServerResponse, protocol: Protocol, message: string): void {
  const id = randomUUID()
  const [status, type, body] = forms[protocol](message, id)
  answer.writeHead(status, {
    'content-type': type,
    'x-amzn-requestid': id,
    'x-amz-request-id': id,
    ...(protocol === 'rest-json' || protocol === 'json' ? { 'x-amzn-errortype': 'AccessDeniedException' } : {}),
  })
  answer.end(body)
}

type Form = (message: string, id: string) => readonly [status: number, type: string, body: string]

const forms: Readonly<Record<Protocol, Form>> = {
  query: (message, id) => [
    403,
    'text/xml',
    `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${escaped(message)}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`,
  ],
  ec2: (message, id) => [
    403,
    'text/xml',
    `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation. ${escaped(message)}</Message></Error></Errors><RequestID>${id}</RequestID></Response>`,
  ],
  s3: (message, id) => [
    403,
    'application/xml',
    `<Error><Code>AccessDenied</Code><Message>${escaped(message)}</Message><RequestId>${id}</RequestId><HostId>x</HostId></Error>`,
  ],
  json: (message) => [
    400,
    'application/x-amz-json-1.1',
    JSON.stringify({ __type: 'AccessDeniedException', Message: message, message }),
  ],
  'rest-json': (message) => [403, 'application/json', JSON.stringify({ Message: message })],
}
