import { CALL_FACTS } from '#iam/call-facts.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { BY_TEMPLATE } from '../launch-tags.ts'
import { notKnown, own } from './target-selectors.ts'
import type { TargetSelector, DependentCall, Target } from './dependent-call.ts'
import { isResource, passesTags, type CallView, values } from './call-view.ts'
import { LAUNCHED, MADE_IN_EC2, operationsOf, TAGGING_CALLS } from './tagging-calls.ts'
import { SAME_CALL } from './who.ts'

const AWS = 'https://docs.aws.amazon.com/'

/**
 * Resources that a call tags: it says for each type of what it makes which tags it is to have. It may be refused on
 * something else, as the image of an instance; what it makes has no name yet. Where no type is known, whatever it makes may
 * be tagged.
 */
const tagged =
  (made: readonly string[]): TargetSelector =>
  (view) => {
    const said = typesTagged(view)
    const types = said.length > 0 ? said : made.length === 1 ? made : made.filter((type) => ofOwn(view, type))
    if (types.length > 0) return types.flatMap((type) => madeOf(view, type))
    return made.some((type) => siblingOf(view, type) !== undefined) ? [] : notKnown(view)
  }

/** Types of which the call itself says so; what a launch template tags besides it does not tell. */
const typesTagged = (view: CallView): readonly string[] =>
  values(view, CALL_FACTS.tagged).filter((type) => type !== BY_TEMPLATE)

const ofOwn = ({ own: arn }: CallView, type: string): boolean => arn !== undefined && isResource(arn, 'ec2', `${type}/`)

/** Of the other resources of the same call. */
const siblingOf = ({ input }: CallView, type: string): string | undefined =>
  [input.request.resource ?? []].flat().find((arn) => isResource(arn, 'ec2', `${type}/`))

function madeOf(view: CallView, type: string): readonly Target[] {
  if (ofOwn(view, type)) return own(view)
  const { partition, region, callerAccount } = view
  const listed = siblingOf(view, type)
  if (listed !== undefined) return [{ arn: listed }]
  if (region === '' || callerAccount === undefined) return notKnown(view)
  return [{ arn: `arn:${partition}:ec2:${region}:${callerAccount}:${type}/*` }]
}

/** The call's own name, in IAM's spelling. */
const operationOf = ({ input }: CallView): string => input.action.split(':')[1] ?? ''

const ec2Tags = (rule: string, made: ReadonlyMap<string, readonly string[]>): DependentCall => ({
  rule,
  on: [...made.keys()].map((operation) => `ec2:${operation}`),
  // What was refused may have no tags of its own (R-REQ-02).
  when: (view) => passesTags(view) || typesTagged(view).length > 0,
  who: SAME_CALL,
  needs: [
    {
      actions: ['ec2:CreateTags'],
      on: (view) => tagged(made.get(operationOf(view)) ?? [])(view),
      context: (view) => ({ 'ec2:CreateAction': operationOf(view) }),
    },
  ],
  why: 'tags are passed on creation, which needs the permission to tag for this very action',
  docs: `${AWS}AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html`,
})

/** A new key has no ARN to be tagged by; what is made under a name has. `type`: of what is made, where the call is evaluated on others too. */
function taggable(view: CallView, service: string, type: string | undefined): readonly Target[] {
  if (view.ownArn === undefined) return notKnown(view)
  const types = actionFacts(service, operationOf(view))?.resourceTypes.length ?? 0
  const isMade = type === undefined ? types === 1 : isOfType(view.ownArn.resource, type)
  return isMade ? own(view) : notKnown(view)
}

/** `webacl` comes behind its scope. */
const isOfType = (resource: string, type: string): boolean =>
  resource.startsWith(`${type}:`) || `/${resource}`.includes(`/${type}/`)

/** `made`: by operation the type of what it makes, where that need not be what it is evaluated on. */
const tagging = (tagAction: string, docs: string, made: ReadonlyMap<string, string | undefined>): DependentCall => {
  const service = tagAction.split(':')[0] ?? ''
  return {
    rule: 'G-85',
    on: [...made.keys()].map((operation) => `${service}:${operation}`),
    when: passesTags,
    who: SAME_CALL,
    needs: [{ actions: [tagAction], on: (view) => taggable(view, service, made.get(operationOf(view))) }],
    why: 'tags are passed on creation, which needs the permission to tag as well',
    docs: `${AWS}${docs}`,
  }
}

/** Tags on creation, which are evaluated as tagging as well (G-21, G-85). */
export const TAG_CALLS: readonly DependentCall[] = [
  ec2Tags('G-21', new Map([['RunInstances', LAUNCHED]])),
  ec2Tags('G-85', new Map(MADE_IN_EC2)),
  ...TAGGING_CALLS.map(([tagAction, docs, operations]) =>
    tagging(tagAction, docs, new Map(operationsOf(operations).map(({ operation, type }) => [operation, type]))),
  ),
]
