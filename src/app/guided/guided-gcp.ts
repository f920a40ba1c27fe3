import { shellWord } from '#quote/shell.ts'
import type { Denial } from '#intake/denial.ts'
import { block, type Page } from '#report/page.ts'
import { denialsText } from '#report/text-denial.ts'
import { evidenceOfPaste, repeatedOfPaste, whetherRepeated } from './pasted-evidence.ts'
import type { Talk } from './talk.ts'

export interface GuidedGcp {
  readonly schemaVersion: 1
  readonly topic: 'gcp-permission-denied'
  readonly status: 'read' | 'no-evidence'
  /** `null`: neither the message nor a log entry said it. */
  readonly principal: string | null
  readonly permission: string | null
  readonly resource: string | null
  /** Kind of the policy that refuses, where the evidence says that it is no grant that is missing. */
  readonly policyKind: string | null
  /** Commands by which Google Cloud is asked next, filled in with what was read. */
  readonly commands: readonly string[]
  readonly verified: boolean | null
}

type Read = Pick<GuidedGcp, 'principal' | 'permission' | 'resource' | 'policyKind'> & {
  readonly perimeterId: string | null
}

/**
 * The steps of docs/guide/gcp-permission-denied.md as a talk. Nothing is asked of Google Cloud: what a step needs from there
 * is a command, filled in, for somebody who may run it.
 */
export async function guideGcp(talk: Talk, page: Page): Promise<GuidedGcp> {
  talk.step('Read the message', 'As it was printed; or the entry of the audit log, or the name of a file.')
  const first = await denialFrom(talk, page)
  if (first === undefined) return NOTHING
  const read = await withLogEntry(talk, page, readOf(first))
  await whoShould(talk, page, read)
  talk.step(
    'Tell a missing grant from a refusal',
    'A perimeter, a constraint or a deny policy is not mended by a role.',
  )
  talk.tell(`${block(page, '', 0, whatRefuses(read)).join('\n')}\n`)
  talk.step(
    'Ask about the tuple',
    'Principal, permission and full resource name; deny policies are looked at before grants.',
  )
  const commands = commandsFor(read)
  for (const command of commands) talk.tell(`  ${command}\n`)
  if (commands.some((command) => command.includes(' beta '))) talk.tell(`${block(page, '', 0, ONLY_BETA).join('\n')}\n`)
  const verified = await repeated(talk, first)
  const { perimeterId: _, ...said } = read
  return { schemaVersion: 1, topic: 'gcp-permission-denied', status: 'read', ...said, commands, verified }
}

const NOTHING: GuidedGcp = {
  schemaVersion: 1,
  topic: 'gcp-permission-denied',
  status: 'no-evidence',
  principal: null,
  permission: null,
  resource: null,
  policyKind: null,
  commands: [],
  verified: null,
}

/** https://docs.cloud.google.com/policy-intelligence/docs/troubleshoot-access */
const ONLY_BETA = 'With `beta` it looks at principal access boundaries too; without, at allow and deny policies only.'

const TRIES = 3

async function denialFrom(talk: Talk, page: Page): Promise<Denial | undefined> {
  for (let i = 0; i < TRIES; i++) {
    const text = await talk.askText('Paste it')
    if (text === undefined) return undefined
    const found = await denialOf(text)
    if (typeof found !== 'string') {
      talk.tell(denialsText([found], page))
      return found
    }
    talk.tell(`${found}\n`)
  }
  return undefined
}

async function denialOf(text: string): Promise<Denial | string> {
  const evidence = await evidenceOfPaste(text)
  if (typeof evidence === 'string') return evidence
  const found = evidence.denials.find(({ kind }) => kind === 'gcp-permission-denied')
  return (
    found ??
    'That is no denial of Google Cloud: `denytrace guide authorization-denial --interactive` reads those of AWS.'
  )
}

const readOf = ({ principal, action, resource, details }: Denial): Read => ({
  principal,
  permission: action,
  resource,
  policyKind: details?.['policyKind'] ?? null,
  perimeterId: details?.['perimeterId'] ?? null,
})

/** The log knows more than the message: who called through whom, and each permission that was checked. */
async function withLogEntry(talk: Talk, page: Page, read: Read): Promise<Read> {
  talk.step('Find the audit log entry', 'It has every permission that was checked, and who was behind the caller.')
  talk.tell(`  ${logCommand(read)}\n`)
  const text = await talk.askText('Paste the entry, or the name of its file; nothing: there is none')
  if (text === undefined) return read
  const found = await denialOf(text)
  if (typeof found === 'string') {
    talk.tell(`${found}\n`)
    return read
  }
  talk.tell(denialsText([found], page))
  const logged = readOf(found)
  return {
    principal: logged.principal ?? read.principal,
    permission: logged.permission ?? read.permission,
    resource: logged.resource ?? read.resource,
    policyKind: logged.policyKind ?? read.policyKind,
    perimeterId: logged.perimeterId ?? read.perimeterId,
  }
}

async function whoShould(talk: Talk, page: Page, { principal }: Read): Promise<void> {
  talk.step('Ask who called', 'The attached, the impersonated or the own account: only one of them needs the role.')
  const expected = await talk.ask('Who should have? Its mail address; Enter: not known')
  if (expected === undefined) return
  talk.tell(`${block(page, '', 0, whoCalled(principal, expected)).join('\n')}\n`)
}

function whoCalled(principal: string | null, expected: string): string {
  if (principal === null) return `The evidence does not say who called; ${expected} should have.`
  if (principal === expected) return `${principal} called, as it should have.`
  return `${principal} called, not ${expected}: mend that first, and grant nothing to ${principal}.`
}

function whatRefuses({ policyKind, perimeterId }: Read): string {
  switch (policyKind) {
    case 'vpc-service-controls':
      return `A service perimeter refuses${perimeterId === null ? '' : ` (${perimeterId})`}: it takes an ingress or egress rule, or an access level, and no role.`
    case 'organization-policy':
      return 'A constraint of the organization refuses: its administrator can exempt the project; no role does.'
    case 'deny-policy':
      return 'A deny policy refuses: it takes an exception from its rule, and no role.'
    default:
      return 'Nothing in the evidence names a perimeter, a constraint or a deny policy: a grant is missing, or a deny policy says so without being named.'
  }
}

/** Outcome of the call when it is repeated after the change. */
async function repeated(talk: Talk, first: Denial): Promise<boolean | null> {
  talk.step('Repeat the call where it failed', 'As the same account, after the change has spread, which takes minutes.')
  const text = await talk.askText('Paste what it printed; nothing: later')
  if (text === undefined) return null
  const evidence = await repeatedOfPaste(text)
  if (typeof evidence === 'string') {
    talk.tell(`${evidence}\n`)
    return null
  }
  const again = evidence.denials.find(({ kind }) => kind === 'gcp-permission-denied')
  if (again === undefined) return whetherRepeated(talk, evidence, first)
  const isSame = again.action === first.action && again.resource === first.resource
  talk.tell(
    isSame
      ? 'The same permission is still refused.\n'
      : `The next permission is refused: ${again.action ?? 'another'}.\n`,
  )
  return false
}

const filter = (name: string, value: string): string =>
  `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

function logCommand({ principal, perimeterId }: Read): string {
  const of =
    perimeterId !== null
      ? filter('protoPayload.metadata.vpcServiceControlsUniqueId', perimeterId)
      : [
          'protoPayload.status.code=7',
          ...(principal === null ? [] : [filter('protoPayload.authenticationInfo.principalEmail', principal)]),
        ].join(' AND ')
  return `gcloud logging read ${shellWord(of)} --limit=1 --format=json`
}

function commandsFor(read: Read): readonly string[] {
  const { principal, permission, resource, policyKind } = read
  if (policyKind === 'vpc-service-controls' || policyKind === 'organization-policy') return [logCommand(read)]
  const project = /(?:^|\/)projects\/(?<id>[a-z][a-z0-9:.-]{4,60})(?:\/|$)/.exec(resource ?? '')?.groups?.['id']
  const at = `cloudresourcemanager.googleapis.com/projects/${project ?? 'PROJECT'}`
  return [
    [
      'gcloud beta policy-intelligence troubleshoot-policy iam',
      resource === null ? 'FULL_RESOURCE_NAME' : shellWord(fullName(resource, permission)),
      `--principal-email=${principal === null ? 'PRINCIPAL' : shellWord(principal)}`,
      `--permission=${permission === null ? 'PERMISSION' : shellWord(permission)}`,
    ].join(' '),
    `gcloud iam policies list --kind=denypolicies --attachment-point=${shellWord(at)}`,
  ]
}

/**
 * Full resource name, for a name without its service by that of the permission, which most services share; one is called
 * otherwise.
 */
function fullName(resource: string, permission: string | null): string {
  if (resource.startsWith('//') || permission === null) return resource
  const prefix = permission.split('.')[0] ?? ''
  return `//${prefix === 'resourcemanager' ? 'cloudresourcemanager' : prefix}.googleapis.com/${resource}`
}
