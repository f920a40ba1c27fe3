import type { PreparedScenario } from '#engine/read-request.ts'
import { isAccountId } from '#iam/arn.ts'
import { readResourcePattern, type ResourcePattern } from '#iam/resource.ts'
import type { ActionClass } from '#space/known-actions.ts'
import type { ResourceView } from '#space/segment-texts.ts'
import type { Entry } from './document-set.ts'
import { ownPatterns } from './own-resource.ts'

/** The root user, and whoever an ACL or a grant lets in. */
export function mayActWithoutPolicies({ scenario, policies }: PreparedScenario): boolean {
  const isRoot = scenario.request.principal.endsWith(':root') || isAccountId(scenario.request.principal)
  const guards = policies.serviceGuards ?? scenario.resources?.find(({ attributes }) => attributes !== undefined)
  return (
    isRoot || guards !== undefined || policies.identityPolicies === undefined || policies.resourcePolicy === undefined
  )
}

/** Resources the scenario tells more about: they may be evaluated in their own way. */
export function listedResources({ scenario }: PreparedScenario): readonly ResourcePattern[] {
  return (scenario.resources ?? []).flatMap(({ arn }) =>
    [arn, ...(arn.includes(':s3:::') ? [`${arn}/*`] : [])].map((text) =>
      readResourcePattern(text, '2008-10-17', 'identity'),
    ),
  )
}

/** The resources of the scenario's own request, with what shares the policies for them. */
export const ownResources = ({ scenario }: PreparedScenario): readonly ResourcePattern[] =>
  [scenario.request.resource ?? []]
    .flat()
    .flatMap(ownPatterns)
    .map((text) => readResourcePattern(text, '2008-10-17', 'identity'))

/** Segments and texts that the engine itself tells apart: accounts, reserved names. */
export function viewOf({ service, form }: ActionClass, { scenario }: PreparedScenario): ResourceView {
  const account = scenario.request.principal.split(':')[4] ?? ''
  const management = scenario.organization?.managementAccount
  const accounts = [account, management ?? '', ''].filter((text, i, all) => all.indexOf(text) === i)
  const rest = [...(RESERVED.get(service) ?? []), ...(form === 'bucket' || form === 'object' ? ['*/*'] : [])]
  return {
    segments: {
      2: [service],
      3: [''],
      4: [...accounts, ...(service === 'iam' ? ['aws'] : [])],
      ...(rest.length === 0 ? {} : { 5: rest }),
    },
    preferred: { 2: [service], 4: [account, ''] },
  }
}

const RESERVED: ReadonlyMap<string, readonly string[]> = new Map([
  ['iam', ['policy/*', 'role/aws-service-role/*', 'role/aws-reserved/*']],
  ['kms', ['alias/aws/*', 'alias/*', 'key/*']],
  ['s3', ['accesspoint/*']],
])

/** Who may own a resource whose ARN does not say. */
export function ownersOf({ scenario }: PreparedScenario, resource: string): readonly (string | undefined)[] {
  const account = resource.split(':')[4] ?? ''
  if (resource === '*' || isAccountId(account)) return [undefined]
  const statedOwner = scenario.request.resourceAccount
  if (statedOwner !== undefined) return [statedOwner]
  const own = scenario.request.principal.split(':')[4] ?? ''
  const other = own === '444455556666' ? '111122223333' : '444455556666'
  return isAccountId(own) ? [own, other] : [other]
}

/** Any action on any resource: what a whole layer may have let through. */
export const ANYTHING: Entry = {
  statement: {
    index: 0,
    pointer: '',
    sid: undefined,
    effect: 'Allow',
    listsAction: () => true,
    actionElement: 'Action',
    actionSource: ['*'],
    resources: [{ kind: 'any', source: '*' }],
    resourceElement: 'Resource',
    principal: undefined,
    principalElement: 'Principal',
    principalSource: null,
    conditions: [],
  },
  place: 'identity',
  version: '2012-10-17',
  isDeny: false,
  sides: [true, true],
  resources: [],
  grants: true,
}
