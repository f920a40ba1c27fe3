import type { ManagedPolicies } from '#engine/managed-policies.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import type { Lookup } from '#iam/key-state.ts'
import type { Request } from '#iam/request.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import type { AccessSet } from '#space/access-set.ts'
import { everyName, resourceServices } from './action-names.ts'
import { type Answer, type Asked, newAnswers } from './answer.ts'
import {
  type ActionGroup,
  type Entry,
  entriesOf,
  grantNotKnown,
  grantsOf,
  groupsOf,
  type Holder,
  holderOf,
} from './grants.ts'
import { writtenPattern } from './open-conditions.ts'
import { askAt, lookupOf } from './own-account.ts'
import { cutFrom, joined, keyOf, merged, type Piece, setsOf } from './pieces.ts'
import { regionsOf, type Regions, UNCLEAR } from './regions.ts'
import { lookElsewhere } from './what-can-elsewhere.ts'

export interface WhatCanOptions {
  readonly managedPolicies: ManagedPolicies
  /** Keys that are not free. */
  readonly context?: NonNullable<Request['context']>
}

/** What a principal may do. */
export interface WhatCan {
  readonly schemaVersion: 1
  readonly access: readonly AccessSet[]
  /** Sets in which it hangs on a fact that is missing. */
  readonly undetermined: readonly AccessSet[]
  /** What was taken for granted, as sentences. */
  readonly assumptions: readonly string[]
}

/**
 * What a principal may do, in the words of the policies: for each Allow of its own side what boundary, organization and
 * Denies leave of it, for resources of its own account; and for each resource of the snapshot with a policy what that
 * policy makes of it, with grants of keys and ACLs. Undefined: the caller has no account.
 */
export function whatCan(snapshot: Snapshot, principal: string, options: WhatCanOptions): WhatCan | undefined {
  const holder = holderOf(snapshot, principal, options.context, options.managedPolicies)
  if (holder === undefined) return undefined
  const hunt: Hunt = { holder, entries: entriesOf(holder), answers: newAnswers(), lookup: lookupOf(holder) }
  const general = [...grantsOf(holder).flatMap((grant) => piecesOf(hunt, grant, isPossible)), ...piecesNotKnown(hunt)]
  const elsewhere = lookElsewhere({ snapshot, ...hunt })
  const told = [
    ...general.flatMap((piece) => cutFrom(piece, elsewhere.cuts) ?? []),
    ...joined(elsewhere.pieces).map((piece) => ({ piece, cuts: [] })),
  ]
  const { account, request } = holder
  const sets = (decision: Answer['decision']): readonly AccessSet[] =>
    merged(told.flatMap((one) => setsOf(one, decision, { principal: request.principal, account })))
  return {
    schemaVersion: 1,
    access: sets('allowed'),
    undetermined: sets('undetermined'),
    assumptions: assumptionsOf(holder),
  }
}

const assumptionsOf = ({ policies, account, notes }: Holder): readonly string[] => [
  ...(policies.identityPolicies === undefined ? [`identity policies are not known: ${notes.join('; ')}`] : []),
  `a resource of account ${account} that the snapshot does not list has no policy that refuses`,
  'sessions are made without a session policy, and no VPC endpoint policy refuses',
]

interface Hunt {
  readonly holder: Holder
  readonly entries: readonly Entry[]
  readonly lookup: Lookup
  readonly answers: (asked: Asked) => Answer
}

const isPossible = ({ decision }: Answer): boolean => decision !== 'denied'
/** What a policy that can be read surely allows is told as its own. */
const isOpen = ({ decision }: Answer): boolean => decision === 'undetermined'

/** What identity policies that are missing or cannot be read may allow: all that the rest lets through. */
function piecesNotKnown(hunt: Hunt): readonly Piece[] {
  const grant = grantNotKnown(hunt.holder)
  return grant === undefined ? [] : piecesOf(hunt, grant, isOpen)
}

function piecesOf(hunt: Hunt, grant: Entry, tells: (answer: Answer) => boolean): readonly Piece[] {
  const groups = groupsOf(grant, hunt.entries)
  const { statement } = grant
  const isListed = statement.actionElement === 'Action'
  const words = {
    actions: isListed ? statement.actionSource : ['*'],
    names: isListed ? groups.flatMap((group) => group.names) : everyName(),
  }
  const pieces = groups.flatMap((group) =>
    regionsIn(hunt, grant, group)
      .filter(({ value }) => tells(value))
      .map(
        ({ resources, except, value }): Piece => ({
          names: group.names,
          resources,
          except,
          answer: value,
          patterns: [grant, ...group.bearing].flatMap((entry) => entry.statement.actionSource),
          grant: words,
        }),
      ),
  )
  return joined(pieces)
}

/** The resources of the grant, divided by what the other statements say there. */
function regionsIn(hunt: Hunt, grant: Entry, group: ActionGroup): Regions<Answer>['regions'] {
  const { holder } = hunt
  const [name = ''] = group.names
  if (isWildcardOnlyAction(name) === true) {
    const value = hunt.answers(askAt(holder, name, '*'))
    return [{ resources: ['*'], except: [], value }]
  }
  const { statement } = grant
  const own = statement.resourceElement === 'Resource' ? writtenOf(hunt, grant) : ['*']
  const patterns = [...new Set([...group.bearing, grant].flatMap((entry) => writtenOf(hunt, entry))), ...FIXED]
  const services = resourceServices(name)
  const apart = { accounts: [holder.account], services }
  return own.flatMap((within) => {
    const { regions, unclear } = regionsOf(within, patterns, apart, (arn) => {
      if (isElsewhere(arn, holder.account, services)) return undefined
      const value = hunt.answers(askAt(holder, name, arn))
      return { key: keyOf(value), value }
    })
    return [...regions, ...unclear.map((one) => ({ resources: [one], except: [], value: UNCLEAR }))]
  })
}

/** Resources that services treat apart whatever the policies say (R-EVAL-05, R-KMS-01). */
const FIXED = [
  'arn:*:iam::*:role/aws-reserved/*',
  'arn:*:iam::*:role/aws-service-role/*',
  'arn:*:iam::aws:policy/*',
  'arn:*:kms:*:*:key/*',
]

const writtenOf = ({ lookup }: Hunt, { statement, policy }: Entry): readonly string[] =>
  (statement.resources ?? []).map(({ source }) => writtenPattern(source, policy.document.version, lookup))

function isElsewhere(arn: string, account: string, services: readonly string[]): boolean {
  const parts = parseArn(arn)
  if (parts === undefined) return true
  if (isAccountId(parts.account) && parts.account !== account) return true
  return services.length > 0 && !services.includes(parts.service)
}
