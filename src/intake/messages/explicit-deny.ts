import { policyTypeAt, readNamedPolicy, reasonAt, reasonEnd } from './reason.ts'
import type { MessageRule } from './rule.ts'

const PHRASE = 'explicitdeny'
const THROUGH_SCP = 'transitivelythroughaservicecontrolpolicy'

/** An explicit denial that names the type of policy, and sometimes the policy (R-MSG-01, R-MSG-09). */
export const explicitDenyInPolicy: MessageRule = {
  id: 'explicit-deny-in-policy',
  example:
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::amzn-s3-demo-bucket/a b.txt" with an explicit deny in a service control policy, with policy ARN: arn:aws:organizations::444455556666:policy/o-exampleorg1/service_control_policy/p-example1',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'notauthorizedtoperform',
  read: ({ text, sentence }) => {
    const at = sentence && reasonAt(sentence, text, PHRASE)
    if (sentence === undefined || at === undefined) return undefined
    const clause = readDenyClause(sentence.rest.letters, at)
    if (clause === undefined) return undefined
    const policy = readNamedPolicy(text, reasonEnd(sentence, clause.end - 1))
    return {
      span: [sentence.start, policy.end],
      layer: clause.layer,
      denyType: 'explicit',
      policyArn: policy.arn,
      notes: policy.notes,
      ...(clause.throughScp ? { via: 'service-control-policy' as const } : {}),
    }
  },
}

/** `with an explicit deny` and no more: older services, API Gateway. The layer is not said (R-MSG-04). */
export const explicitDeny: MessageRule = {
  id: 'explicit-deny',
  example:
    'User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********3333:a1b2c3d4e5/dev/GET/orders with an explicit deny',
  docs: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html',
  anchor: 'notauthorizedtoperform',
  read: ({ text, sentence }) => {
    const at = sentence && reasonAt(sentence, text, PHRASE)
    if (sentence === undefined || at === undefined) return undefined
    return { span: [sentence.start, reasonEnd(sentence, at + PHRASE.length - 1)], denyType: 'explicit' }
  },
}

/** `explicit deny in a TYPE [transitively through …]` at `at` of text of letters only. */
export function readDenyClause(letters: string, at: number) {
  const inWord = ['inan', 'ina', 'inthe', 'in'].find((word) => {
    const typeAt = at + PHRASE.length + word.length
    return letters.startsWith(word, at + PHRASE.length) && policyTypeAt(letters, typeAt) !== undefined
  })
  if (inWord === undefined) return undefined
  const typeAt = at + PHRASE.length + inWord.length
  const type = policyTypeAt(letters, typeAt)
  if (type === undefined) return undefined
  const end = typeAt + type.length
  const throughScp = letters.startsWith(THROUGH_SCP, end)
  return { layer: type.layer, throughScp, end: throughScp ? end + THROUGH_SCP.length : end }
}
