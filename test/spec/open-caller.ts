/**
 * R-EVID-12: a caller that nobody names is a variable. What holds for it is what holds for every caller that it may be. Callers are told
 * apart by what kind they are, by their account, and by what the policies call by name.
 */
import type { Scenario } from '#engine/scenario.ts'
import { isAccountId } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'

type Caller = Pick<Request, 'principal' | 'principalDetails'>

const STRANGER = '999999999999'

/** Keys and variables that hang on who calls: with them callers of one kind are not alike. */
const ON_CALLER =
  /aws:(?:principal|user|token|federated|multifactor|called|via|source|ec2|ssmessages|chatbot)|saml:|:(?:sub|aud|amr)"|sts:/i

/** Every kind of caller that there may be, once in each account that the scenario names and in one that it does not; undefined: they are too many. */
export function callersThatMayBe({ request, ...rest }: Scenario): readonly Caller[] | undefined {
  const text = JSON.stringify(rest)
  if (ON_CALLER.test(text)) return undefined
  const known = isAccountId(request.principal) ? request.principal : undefined
  const all = `${text} ${JSON.stringify(request)}`
  const accounts = known === undefined ? [...new Set(all.match(/\b\d{12}\b/g)), STRANGER] : [known]
  const named = [
    ...new Set(text.match(/arn:aws:(?:iam|sts)::\d{12}:(?:user|role|assumed-role|federated-user)\/[\w+=,.@/-]+/g)),
  ]
  const services = [...new Set(text.match(/[a-z0-9.-]+\.amazonaws\.com/g)), 'nobody.amazonaws.com']
  return [
    ...accounts.flatMap(ofAccount),
    ...named.filter((arn) => accounts.includes(arn.split(':')[4] ?? '')).map((principal) => ({ principal })),
    ...(known === undefined ? [...services, 'anonymous'].map((principal) => ({ principal })) : []),
  ]
}

const ofAccount = (account: string): readonly Caller[] => [
  { principal: `arn:aws:iam::${account}:root` },
  { principal: `arn:aws:iam::${account}:user/nobody` },
  {
    principal: `arn:aws:sts::${account}:assumed-role/nobody/s`,
    principalDetails: { roleArn: `arn:aws:iam::${account}:role/nobody` },
  },
  {
    principal: `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForN/s`,
    principalDetails: { roleArn: `arn:aws:iam::${account}:role/aws-service-role/n.amazonaws.com/AWSServiceRoleForN` },
  },
  { principal: `arn:aws:sts::${account}:federated-user/nobody` },
]
