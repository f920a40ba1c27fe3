import type { SnapshotFiles } from '#snapshot/snapshot.ts'
import { type Draft, newDraft, type Unread } from './draft.ts'
import { filesOfDraft } from './draft-files.ts'
import { unknownPlaceholders } from './unknown-placeholders.ts'
import type { ImportOptions } from './options.ts'

/** The kinds of file that can be imported, as the command names them. */
export const IMPORT_KINDS = [
  'authorization-details',
  'aws-config',
  'cloudformation',
  'iam-collect',
  'terraform',
] as const
export type ImportKind = (typeof IMPORT_KINDS)[number]

/** A snapshot made from something else. */
export interface Imported {
  readonly kind: ImportKind
  readonly files: SnapshotFiles
  /** What the source holds and the snapshot does not, or only in part; in order of the source. */
  readonly unread: readonly Unread[]
  /** Policies that are in the snapshot, and of which the source leaves something open. */
  readonly open: readonly Unread[]
  readonly counts: ImportCounts
}

export interface ImportCounts {
  readonly accounts: number
  /** Users, roles and groups. */
  readonly principals: number
  /** Customer managed policies, SCPs and RCPs. */
  readonly policies: number
  readonly resources: number
  readonly endpoints: number
}

/** Why nothing could be made of a source. */
export interface NotImported {
  readonly problem: string
  readonly hint: string
  /** The option without which nothing can be placed. */
  readonly lacks?: 'account'
  /** An option is given that the source has no place for. */
  readonly isMisused?: true
}

export const isImported = (result: Imported | NotImported): result is Imported => !('problem' in result)

/** Runs a reader on a draft and gives the files of what it put in. */
export function importedFrom(
  kind: ImportKind,
  what: string,
  options: ImportOptions,
  read: (draft: Draft) => NotImported | { readonly collectedAt?: string | undefined } | undefined,
): Imported | NotImported {
  const draft = newDraft()
  const result = read(draft)
  if (result !== undefined && 'problem' in result) return result
  const accounts = [...draft.accounts.values()]
  const collectedAt = result?.collectedAt ?? options.collectedAt
  const sum = (size: (account: (typeof accounts)[number]) => number): number =>
    accounts.reduce((total, account) => total + size(account), 0)
  const counts: ImportCounts = {
    accounts: accounts.length,
    principals: sum(({ entities }) => entities.size),
    policies: sum(({ managed }) => managed.size) + (draft.organization?.documents.size ?? 0),
    resources: sum(({ resources }) => resources.size),
    endpoints: sum(({ endpoints }) => endpoints.size),
  }
  const isEmpty = counts.principals + counts.policies + counts.resources + counts.endpoints === 0
  if (
    isEmpty &&
    draft.organization === undefined &&
    accounts.every((account) => account.blockPublicAccess === undefined)
  ) {
    const problem = nothingIn(what, draft.unread)
    return draft.unread.some(({ why }) => why.includes('--account'))
      ? { problem, hint: 'give `--account ID`: the account it is for', lacks: 'account' }
      : { problem, hint: 'docs/import.md lists what is read of each kind' }
  }
  const noOrganization = options.noOrganization === true && draft.organization === undefined
  const meta = { collectedAt, tool: `denytrace import ${kind}`, why: `made from ${what}`, noOrganization }
  const files = filesOfDraft(draft, meta)
  return { kind, files, unread: draft.unread, open: unknownPlaceholders(files), counts }
}

const nothingIn = (what: string, unread: readonly Unread[]): string => {
  const [first] = unread
  return first === undefined
    ? `this is ${what}, and nothing in it is a principal, a policy or a resource with a policy`
    : `this is ${what} of which nothing could be read: ${first.where}: ${first.why}`
}
