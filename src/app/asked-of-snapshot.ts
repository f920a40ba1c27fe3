import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { actionFacts, actionsOf } from '#iam/facts/actions.ts'
import { allServices } from '#iam/facts/services.ts'
import { type WhatCan, whatCan } from '#prove/what-can.ts'
import { type WhoCan, whoCan } from '#prove/who-can.ts'
import { principalsOfAccount } from '#snapshot/account-principals.ts'
import { principalOf } from '#snapshot/principal.ts'
import { resourcesIn } from '#snapshot/resources.ts'
import { accountFilesOf, perSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { UserError } from '../errors.ts'
import { type BatchLine, textOf } from './batch.ts'

/** `{"action", "resource", "resourceAccount"?}`: what `who-can --all --format json` prints. */
export function whoCanLine(line: BatchLine, snapshot: Snapshot, budget: number | undefined): WhoCan {
  const account = line['resourceAccount']
  const question = {
    action: textOf('action', line['action']),
    resource: textOf('resource', line['resource']),
    ...(account === undefined ? {} : { resourceAccount: textOf('resourceAccount', account) }),
  }
  return whoCan(snapshot, question, { managedPolicies: managedPolicyByArn, all: true, budget })
}

/** `{"principal"}`: what `what-can --format json` prints. */
export function whatCanLine(line: BatchLine, snapshot: Snapshot, budget: number | undefined): WhatCan {
  const principal = textOf('principal', line['principal'])
  const { caller, entity, why } = principalOf(snapshot, { principal, action: '', resource: null })
  const isKnown = entity !== undefined || caller.kind === 'root'
  const result = isKnown ? whatCan(snapshot, principal, { managedPolicies: managedPolicyByArn, budget }) : undefined
  if (result !== undefined) return result
  throw new UserError(
    'usage/unknown-principal',
    why ?? `\`${principal}\` is no user or role of the snapshot`,
    'give the ARN of a user or role of the snapshot: `POST /api/suggest` finds them',
  )
}

/** Suggestions for a few letters that somebody typed, and how many more there are. */
export interface Suggestions {
  readonly schemaVersion: 1
  readonly suggestions: readonly { readonly value: string; readonly note: string }[]
  readonly more: number
}

const SHOWN = 12
/** Most letters of a text that suggestions are asked for: it is compared letter by letter with all there is. */
const MOST_LETTERS = 400

/** `{"of": "principal" | "action" | "resource", "text"}`: what of the snapshot, or of AWS's actions, holds the text. */
export function suggestLine(line: BatchLine, snapshot: Snapshot | undefined): Suggestions {
  const of = textOf('of', line['of'])
  const typed = textOf('text', line['text']).slice(0, MOST_LETTERS).toLowerCase()
  const all =
    of === 'action'
      ? actionsLike(typed)
      : snapshot === undefined
        ? []
        : of === 'principal'
          ? principalsIn(snapshot, '')
          : resourceChoices(snapshot, '')
  const found = all.filter(({ value }) => value.toLowerCase().includes(typed))
  // What begins so is meant rather than what holds it.
  const rank = (value: string): number =>
    nameOf(value)
      .toLowerCase()
      .indexOf(typed.includes(':') ? nameOf(typed) : typed)
  const near = (value: string): number => (rank(value) < 0 ? 1000 : rank(value))
  const sorted = found.toSorted(
    (a, b) => near(a.value) - near(b.value) || a.value.length - b.value.length || (a.value < b.value ? -1 : 1),
  )
  return { schemaVersion: 1, suggestions: sorted.slice(0, SHOWN), more: Math.max(0, found.length - SHOWN) }
}

interface Choice {
  readonly value: string
  readonly note: string
}

/** The part that people know by heart: behind the last colon, or slash. */
const nameOf = (value: string): string => value.slice(Math.max(value.lastIndexOf(':'), value.lastIndexOf('/')) + 1)

/** Users, roles and the root of every account. */
const principalsIn = perSnapshot<readonly Choice[]>((snapshot) =>
  [...accountFilesOf(snapshot).keys()].flatMap((account) => [
    ...[...principalsOfAccount(snapshot, account).principals].map(({ arn, kind }) => ({ value: arn, note: kind })),
    { value: `arn:aws:iam::${account}:root`, note: 'root user' },
  ]),
)

/** Every resource; of a bucket its objects, too. */
const resourceChoices = perSnapshot<readonly Choice[]>((snapshot) =>
  resourcesIn(snapshot).flatMap(({ arn, kind }): readonly Choice[] =>
    kind === 'bucket'
      ? [
          { value: arn, note: 'the bucket' },
          { value: `${arn}/*`, note: 'every object' },
        ]
      : [{ value: arn, note: kind ?? '' }],
  ),
)

/** Actions of the services that the text can mean; with a colon, of that one. */
function actionsLike(typed: string): readonly Choice[] {
  const [service = '', name] = typed.split(':')
  if (name === undefined && service.length < 2)
    return allServices().flatMap((serviceName) =>
      serviceName.startsWith(service) ? [{ value: `${serviceName}:`, note: 'a service' }] : [],
    )
  const services = name === undefined ? allServices() : allServices().filter((serviceName) => serviceName === service)
  return services.flatMap((service) =>
    actionsOf(service)
      .filter((action) => `${service}:${action}`.toLowerCase().includes(typed))
      .map((action) => ({
        value: `${service}:${action}`,
        note: actionFacts(service, action)?.accessLevel.toLowerCase() ?? '',
      })),
  )
}
