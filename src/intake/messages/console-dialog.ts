import { policyTypeAt } from './reason.ts'
import type { MessageRule, PreparedMessage, ParsedMessage } from './rule.ts'

const DIALOG = 'copythefollowingtextandsendit'
const DOCS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html'

// Between two fields stand blanks or HTML tags, and in a copied dialog nothing at all.
const GAP = /(?:\s|<\/?[a-z]{1,10}\s?\/?>){0,40}/y
const PRINCIPAL = /User:(?:\s|<\/?[a-z]{1,10}\s?\/?>){0,40}\[?(?<value>[^\s[\]<>]{1,600}?)\]?(?=\s|<|Service:|Action:)/y
const SERVICE = /Service:\s{0,8}\[?(?<value>[\w-]{1,60}?)\]?(?=\s|<|Action:)/y
const ACTION = /Action:\s{0,8}\[?(?<value>[\w:-]{1,160}?)(?=\]|\s|<|On resource|Context:|$)\]?/y
const RESOURCE = /On resource\(s\):\s{0,8}\[?(?<value>[^\s[\]<>]{1,2000}?)(?=\]|\s|<|Context:|$)\]?/y
const CONTEXT =
  /Context:\s{0,8}\[?(?<value>(?:no|an?|the)\s[\w\s-]{3,60}?\s(?:allows?|explicitly\s{1,8}den(?:y|ies))(?:\s(?:the\s)?(?:[\w:-]{1,160}\s)?action)?)/y
const MAX_TRIES = 40
/** An ARN and its label. */
const LONGEST_FIELD = 2400

/** The dialog of the AWS Management Console, copied: field by field instead of a sentence. */
export const consoleDialog: MessageRule = {
  id: 'console-dialog',
  example:
    "You don't have permission to iam:GetRole. To request access, copy the following text and send it to your AWS administrator.\nUser: arn:aws:sts::111122223333:assumed-role/dev/ana\nAction: iam:GetRole\nContext: an identity-based policy explicitly denies the action",
  docs: DOCS,
  anchor: DIALOG,
  read: (message) => (message.lettersOnly.letters.includes(DIALOG) ? readDialog(message) : undefined),
}

/** Its fields without the words above them. */
export const consoleFields: MessageRule = {
  id: 'console-fields',
  example:
    'User: arn:aws:sts::111122223333:assumed-role/dev/ana\nAction: bedrock:InvokeModel\nOn resource(s): arn:aws:bedrock:eu-west-3::foundation-model/amazon.nova-pro-v1:0\nContext: a service control policy explicitly denies the action',
  docs: DOCS,
  anchor: 'onresources',
  read: readDialog,
}

function readDialog({ text }: PreparedMessage): ParsedMessage | undefined {
  let tries = 0
  for (let at = text.indexOf('User:'); at >= 0 && tries < MAX_TRIES; at = text.indexOf('User:', at + 5), tries++) {
    const principal = fieldAt(PRINCIPAL, text, at)
    const service = fieldAt(SERVICE, text, principal?.end)
    const action = fieldAt(ACTION, text, service?.end ?? principal?.end)
    if (principal === undefined || action === undefined) continue
    const resource = fieldAt(RESOURCE, text, action.end)
    const context = fieldAt(CONTEXT, text, resource?.end ?? action.end)
    const end = context?.to ?? resource?.to ?? action.to
    const whole = action.value.includes(':') || service === undefined
    return {
      span: [at, end],
      principal: principal.value,
      action: whole ? action.value : `${prefixOf(service.value)}:${action.value}`,
      resource: resource?.value ?? null,
      ...reasonOf(context?.value ?? ''),
    }
  }
  return undefined
}

/** Parts of the dialog: its action and its reason, whatever stands between them. */
export const consoleContext: MessageRule = {
  id: 'console-context',
  example: 'AccessDenied\nAction: sqs:ListQueues\nContext: no identity-based policy allows the action',
  docs: DOCS,
  anchor: 'context',
  read: ({ text }) => {
    for (const { index } of text.matchAll(/\bContext:/g)) {
      const context = fieldAt(CONTEXT, text, index)
      const left = text.slice(Math.max(0, index - NEAR), index)
      const action = lastOf(NAMED_ACTION, left)
      if (context === undefined || action === undefined) continue
      const service = lastOf(NAMED_SERVICE, left)
      if (!action.includes(':') && service === undefined) continue
      return {
        span: [index, context.to],
        principal: lastOf(NAMED_PRINCIPAL, left) ?? null,
        action: action.includes(':') ? action : `${prefixOf(service ?? '')}:${action}`,
        resource: lastOf(NAMED_RESOURCE, left) ?? null,
        ...reasonOf(context.value),
      }
    }
    return undefined
  },
}

/** The dialog with the longest ARNs fits in this. */
const NEAR = 1200
const NAMED_ACTION =
  /(?:\bAction: {0,4}|\bAccess denied to |\bpermissions? to )\[?(?<value>[a-z0-9-]{2,40}:[A-Za-z0-9]{2,80}|[A-Z][A-Za-z0-9]{2,80}(?=\]?(?:\s|$)))/g
const NAMED_SERVICE = /\bService: {0,4}\[?(?<value>[\w-]{1,60})/g
const NAMED_PRINCIPAL = /\bUser: {0,4}\[?(?<value>arn:[^\s[\]<>]{8,600})/g
const NAMED_RESOURCE = /\bOn resource\(s\): {0,4}\[?(?<value>[^\s[\]<>]{1,1000})/g

const lastOf = (pattern: RegExp, text: string): string | undefined =>
  [...text.matchAll(pattern)].at(-1)?.groups?.['value']

interface Field {
  readonly value: string
  readonly to: number
  /** Where the next field may begin. */
  readonly end: number
}

function fieldAt(pattern: RegExp, text: string, at: number | undefined): Field | undefined {
  if (at === undefined) return undefined
  const window = text.slice(at, at + LONGEST_FIELD)
  pattern.lastIndex = 0
  const match = pattern.exec(window)
  if (match === null) return undefined
  GAP.lastIndex = match[0].length
  const gap = GAP.exec(window)?.[0].length ?? 0
  return { value: match.groups?.['value'] ?? '', to: at + match[0].length, end: at + match[0].length + gap }
}

/** `AWSS3` and `AmazonS3` are names of consoles. */
const prefixOf = (service: string): string => service.replace(/^(?:AWS|Amazon)/i, '').toLowerCase()

/** `no identity-based policy allows the action`, `a service control policy explicitly denies the action`. */
export function reasonOf(context: string): Pick<ParsedMessage, 'layer' | 'denyType'> {
  const letters = context.toLowerCase().replace(/[^a-z]/g, '')
  const implicit = letters.startsWith('no') ? policyTypeAt(letters, 2) : undefined
  if (implicit !== undefined) return { layer: implicit.layer, denyType: 'implicit' }
  const article = ['an', 'a', 'the'].find(
    (word) => policyTypeAt(letters, word.length) !== undefined && letters.startsWith(word),
  )
  const explicit = article === undefined ? undefined : policyTypeAt(letters, article.length)
  if (explicit === undefined || !letters.includes('explicitlydenies')) return {}
  return { layer: explicit.layer, denyType: 'explicit' }
}
