import { hasUnknownName } from '#iam/unknown-name.ts'
import { isMasked } from '#iam/masked-account.ts'
import { parseArn } from '#iam/arn.ts'
import { shellWord } from '#quote/shell.ts'
import { ABLE, type NotChecked, notCheckedName } from './not-checked-words.ts'

/** An entry of a list of what was not checked. */
export interface NotCheckedEntry {
  readonly name: string
  readonly could: string
  readonly howToGet: string
  /** The same as a command that runs as it is; left out where a part of it is not known. */
  readonly command?: string
}

/** What was not provided, each name once, with how to get it. */
export function notCheckedList(
  items: readonly NotChecked[],
  request: { readonly principal: string | null; readonly resource: string | readonly string[] | null },
): readonly NotCheckedEntry[] {
  const entries = items.map((item): readonly [string, NotCheckedEntry] => {
    const name = notCheckedName(item)
    const command = lookUpCommand(item, request)
    const could = ABLE.find(([code]) => code === item.could)?.[1] ?? ''
    return [name, { name, could, howToGet: item.howToGet, ...(command === undefined ? {} : { command }) }]
  })
  return [...new Map(entries).values()]
}

/** The command that reads a policy that was not provided, with the names that the request has. */
function lookUpCommand(
  { layer, kind, account, dependentActions, key }: NotChecked,
  { principal, resource }: Parameters<typeof notCheckedList>[1],
): string | undefined {
  if (dependentActions !== undefined || key !== undefined) return undefined
  const [arn, ...more] = [resource ?? []].flat()
  switch (layer) {
    case 'identity-policy':
    case 'permissions-boundary':
      return 'aws iam get-account-authorization-details'
    case 'vpc-endpoint-policy':
      return 'aws ec2 describe-vpc-endpoints'
    case 'service-control-policy':
      return listCommand('SERVICE_CONTROL_POLICY', account ?? knownAccount(principal))
    case 'resource-control-policy':
      return listCommand('RESOURCE_CONTROL_POLICY', account ?? knownAccount(arn ?? null))
    case 'resource-policy':
      return arn === undefined || more.length > 0 || kind === undefined ? undefined : policyCommand(kind, arn)
    default:
      return undefined
  }
}

const listCommand = (filter: string, account: string | undefined): string | undefined =>
  account === undefined
    ? undefined
    : `aws organizations list-policies-for-target --filter ${filter} --target-id ${account}`

function knownAccount(arn: string | null): string | undefined {
  const account = parseArn(arn ?? '')?.account ?? ''
  return /^\d{12}$/.test(account) ? account : undefined
}

/** https://docs.aws.amazon.com/cli/latest/reference/ */
const POLICY_COMMANDS: Readonly<Record<string, (arn: string, name: string) => string>> = {
  bucket: (_, name) => `s3api get-bucket-policy --bucket ${shellWord(name)}`,
  key: (arn) => `kms get-key-policy --policy-name default --key-id ${shellWord(arn)}`,
  trust: (_, name) => `iam get-role --role-name ${shellWord(name)}`,
  secret: (arn) => `secretsmanager get-resource-policy --secret-id ${shellWord(arn)}`,
  function: (arn) => `lambda get-policy --function-name ${shellWord(arn)}`,
  topic: (arn) => `sns get-topic-attributes --topic-arn ${shellWord(arn)}`,
}

function policyCommand(kind: string, text: string): string | undefined {
  const arn = parseArn(text)
  const words = POLICY_COMMANDS[kind]
  const isOpen = arn === undefined || /[*?]/.test(text) || hasUnknownName(text) || isMasked(arn.account)
  if (isOpen || words === undefined || /[^a-z0-9-]/.test(arn.region)) return undefined
  const [first = '', ...path] = arn.resource.split('/')
  const name = kind === 'bucket' ? first : (path.at(-1) ?? '')
  return `aws ${words(text, name)}${arn.region === '' ? '' : ` --region ${arn.region}`}`
}
