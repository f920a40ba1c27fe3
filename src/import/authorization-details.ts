import { duplicateKeyAt, skipSpace } from '#iam/json-scan.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { field, type JsonObject, listField, textField } from '#snapshot/fields.ts'
import { printed } from './draft-files.ts'
import type { Imported, NotImported } from './imported.ts'
import type { ImportOptions } from './options.ts'

const LISTS = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const

const CUT = 'the output ends before its last page: get the rest with `--marker`'

/**
 * A snapshot of one output of `aws iam get-account-authorization-details`, or of its pages as a list. The text goes in as it
 * is, so that lines and keys that stand twice stay what they were.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export function importAuthorizationDetails(
  value: unknown,
  text: string,
  options: ImportOptions = {},
): Imported | NotImported {
  const pages: readonly unknown[] = Array.isArray(value) ? value : [value]
  const isDetails = pages.length > 0 && pages.every((page) => LISTS.some((name) => listField(page, name) !== undefined))
  if (!isDetails)
    return {
      problem: 'this is no output of `aws iam get-account-authorization-details`: it has none of its lists',
      hint: 'aws iam get-account-authorization-details > details.json',
    }
  const byAccount = entriesByAccount(pages, options)
  if (typeof byAccount === 'string') return { problem: byAccount, hint: 'give `--account ID`', lacks: 'account' }
  if (pages.length + byAccount.size > 2 && duplicateKeyAt(text, skipSpace(text, 0)) !== undefined)
    return { problem: 'a key stands twice in it', hint: 'import the pages as AWS printed them, each account alone' }
  const lists = LISTS.filter((name) => pages.some((page) => listField(page, name) !== undefined))
  const isCut = pages.some((page, index) => goesOn(page) && !isNextPage(page, pages[index + 1]))
  const left = LISTS.filter((name) => !lists.includes(name))
  const lack = isCut ? CUT : left.length > 0 ? `the output was filtered: without ${left.join(', ')}` : undefined
  const files = new Map<string, string>()
  for (const [account, entries] of [...byAccount].sort(([a], [b]) => (a < b ? -1 : 1))) {
    files.set(`accounts/${account}/account.json`, printed({ id: account }))
    const same = pages.length === 1 && byAccount.size === 1 && !Array.isArray(value)
    const kept = Object.fromEntries(lists.map((name) => [name, entries.get(name) ?? []]))
    files.set(`accounts/${account}/authorization-details.json`, same ? text : printed(kept))
  }
  if (options.noOrganization === true) files.set('organization.json', printed(null))
  files.set('meta.json', printed(metaOf([...byAccount.keys()].sort(), lack, options)))
  const size = (name: string): number =>
    [...byAccount.values()].reduce((sum, one) => sum + (one.get(name)?.length ?? 0), 0)
  return {
    kind: 'authorization-details',
    files,
    open: [],
    unread: [
      ...left.map((name) => ({ where: name, why: 'the list is not in the output: it was filtered' })),
      ...(isCut ? [{ where: 'IsTruncated', why: CUT }] : []),
    ],
    counts: {
      accounts: byAccount.size,
      principals: size('UserDetailList') + size('GroupDetailList') + size('RoleDetailList'),
      policies: size('Policies'),
      resources: 0,
      endpoints: 0,
    },
  }
}

/** Whether AWS has more of it than the page holds. */
const goesOn = (page: unknown): boolean =>
  field(page, 'IsTruncated') === true || textField(page, 'NextToken') !== undefined

/** The pages of several accounts may stand one after the other; those of each end with one that does not go on. */
function isNextPage(page: unknown, next: unknown): boolean {
  if (next === undefined) return false
  const [before, after] = [accountsIn(page), accountsIn(next)]
  return after.size === 0 || [...after].some((account) => before.has(account))
}

const accountsIn = (page: unknown): ReadonlySet<string> =>
  new Set(
    LISTS.flatMap((list) => listField(page, list) ?? [])
      .map((entry) => parseArn(textField(entry, 'Arn') ?? '')?.account ?? '')
      .filter(isAccountId),
  )

type Entries = ReadonlyMap<string, Map<string, unknown[]>>

/** The entries by account and list. A managed policy of AWS belongs to no account and goes to each. */
function entriesByAccount(pages: readonly unknown[], options: ImportOptions): Entries | string {
  const found = new Map<string, Map<string, unknown[]>>()
  const add = (account: string, list: string, entry: unknown): void => {
    const lists = found.get(account) ?? new Map<string, unknown[]>()
    found.set(account, lists.set(list, [...(lists.get(list) ?? []), entry]))
  }
  const shared: unknown[] = []
  for (const page of pages)
    for (const list of LISTS)
      for (const entry of listField(page, list) ?? []) {
        const account = parseArn(textField(entry, 'Arn') ?? '')?.account ?? ''
        if (list === 'Policies' && account === 'aws') shared.push(entry)
        else if (isAccountId(account)) add(account, list, entry)
        else if (options.account !== undefined) add(options.account, list, entry)
        else return `an entry of \`${list}\` has no ARN with an account`
      }
  if (found.size === 0 && options.account !== undefined) found.set(options.account, new Map())
  if (found.size === 0) return 'nothing in it names an account'
  for (const account of found.keys()) for (const entry of shared) add(account, 'Policies', entry)
  return found
}

/** `lack`: what is missing in the lists of users, roles and policies. */
function metaOf(accounts: readonly string[], lack: string | undefined, options: ImportOptions): JsonObject {
  const why = 'made from get-account-authorization-details alone'
  return {
    ...(options.collectedAt === undefined ? {} : { collectedAt: options.collectedAt }),
    tool: 'denytrace import authorization-details',
    coverage: [
      ...accounts.flatMap((account) => [
        { part: `accounts/${account}`, state: 'partial', why },
        {
          part: `accounts/${account}/authorization-details.json`,
          ...(lack === undefined
            ? { state: 'complete', why: 'all four lists, to the last page' }
            : { state: 'partial', why: lack }),
        },
      ]),
      options.noOrganization === true
        ? { part: 'organization.json', state: 'complete', why: 'said to be none when it was imported' }
        : { part: 'organization.json', state: 'missing', why },
    ],
  }
}
