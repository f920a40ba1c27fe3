import { CALL_FACTS } from '#iam/call-facts.ts'
import { type CallView, isResource, values } from './call-view.ts'
import type { DependentCall, Target, TargetSelector } from './dependent-call.ts'
import { EBS_ACTIONS, listedKey, onKey } from './keys.ts'
import { passes } from './rows-roles.ts'
import { notKnown, profileRoles, serviceLinkedRole } from './target-selectors.ts'
import { SAME_CALL, through } from './who.ts'

const EC2 = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/'
const FLEET = `${EC2}ec2-fleet-prerequisites.html`
const TEMPLATE = `${EC2}permissions-for-launch-templates.html`

const ON = ['ec2:CreateFleet']

const typeOf = (view: CallView): string | undefined => values(view, CALL_FACTS.fleetType)[0]

const isInstant = (view: CallView): boolean => typeOf(view) === 'instant'
const isOfUnknownType = (view: CallView): boolean => typeOf(view) === undefined
const isKept = (view: CallView): boolean => !isInstant(view) && !isOfUnknownType(view)

/** What every launch makes, and what it needs, by the name of their types; of the others the template or the call says which. */
const MADE = ['instance', 'network-interface', 'volume']
const NEEDED = ['image', 'security-group', 'subnet']
const NAMED = [...NEEDED, 'launch-template', 'placement-group', 'capacity-reservation']

/**
 * What the launch of a fleet's instances is evaluated on: the template, and what the call sets in its place, as the call names
 * them; the rest by their types, because it stands in the template.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html (RunInstances)
 */
const launched: TargetSelector = (view) => {
  const { partition, region, callerAccount, own, others } = view
  if (region === '' || callerAccount === undefined) return notKnown(view)
  const ofCall = [own ?? [], others.map(({ arn }) => arn)].flat()
  const named = [...new Set(ofCall)].filter((arn) => NAMED.some((type) => isResource(arn, 'ec2', `${type}/`)))
  const any = (type: string): string =>
    `arn:${partition}:ec2:${region}:${type === 'image' ? '' : callerAccount}:${type}/*`
  const open = NEEDED.filter((type) => !named.some((arn) => isResource(arn, 'ec2', `${type}/`))).map(
    (type): Target => ({ arn: any(type), open: [any(type)] }),
  )
  return [...named.map((arn) => ({ arn })), ...MADE.map((type) => ({ arn: any(type) })), ...open]
}

const launches = {
  rule: 'G-116',
  on: ON,
  who: SAME_CALL,
  needs: [{ actions: ['ec2:RunInstances'], on: launched }],
  why: 'the instances of an instant fleet are launched as the caller, who must be let use all that the launch template names',
  docs: TEMPLATE,
} as const

const INSTANT = {
  fact: 'whether the fleet is an instant one',
  howToGet:
    'the parameters of the call: `Type`; the instances of other fleets are launched by AWSServiceRoleForEC2Fleet',
}

const hasProfile = (view: CallView): boolean => profileRoles(view).length > 0

/** Fleets of EC2's, whose instances stand in a launch template (G-116). */
export const FLEET_CALLS: readonly DependentCall[] = [
  { ...launches, when: isInstant },
  { ...launches, when: isOfUnknownType, onlyIf: INSTANT },
  passes('G-116', ON, { from: profileRoles, to: 'ec2.amazonaws.com', docs: FLEET }),
  {
    ...passes('G-116', ON, { from: notKnown, to: 'ec2.amazonaws.com', docs: FLEET }),
    when: (view) => !hasProfile(view),
    onlyIf: {
      fact: 'whether the launch template has an instance profile',
      howToGet: 'aws ec2 describe-launch-template-versions --launch-template-id ID',
    },
    why: 'a launch template may have an instance profile, whose role is handed to `ec2.amazonaws.com`',
  },
  {
    rule: 'G-116',
    on: ON,
    when: isInstant,
    who: through('ec2'),
    needs: [onKey(listedKey, EBS_ACTIONS, { via: 'ec2', encryption: () => ({ 'aws:ebs:id': undefined }) })],
    why: 'the volumes of the instances are encrypted with this key, which EC2 uses as the caller',
    docs: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html',
  },
  {
    rule: 'G-116',
    on: ON,
    when: isKept,
    who: { kind: 'role', role: serviceLinkedRole('ec2fleet.amazonaws.com', 'AWSServiceRoleForEC2Fleet') },
    needs: [onKey(listedKey, [...EBS_ACTIONS, 'kms:Encrypt', 'kms:GenerateDataKey'])],
    later: true,
    why: 'the fleet launches instances with encrypted volumes as its service-linked role, which the key must allow',
    docs: FLEET,
  },
]
