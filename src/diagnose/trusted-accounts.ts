import { documentValue } from '#iam/json-value.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns the accounts that statements of the documents let in: by an Allow, or as what a Deny spares. */
export const trustedAccountsIn = (documents: readonly unknown[]): ReadonlySet<string> =>
  new Set(statementsIn(documents).flatMap((statement) => accountsIn(trustOf(statement))))

/** Whether the id is anywhere in the documents. */
export const mentions = (documents: readonly unknown[], account: string): boolean =>
  accountsIn(documents).includes(account)

const accountsIn = (value: unknown): readonly string[] => JSON.stringify(value)?.match(/(?<!\d)\d{12}(?!\d)/g) ?? []

/** Returns every policy statement in the values, however deep; policies that are written as a text are read. */
export function statementsIn(values: readonly unknown[]): readonly Fields[] {
  const found: Fields[] = []
  // A worklist, not recursion: a file may nest as deep as it likes.
  const open: unknown[] = [...values]
  for (let value = open.pop(); value !== undefined || open.length > 0; value = open.pop()) {
    const read = typeof value === 'string' && /^\s*(?:\{|%7B)/i.test(value) ? documentValue(value) : value
    if (Array.isArray(read)) for (const item of read) open.push(item)
    if (!isFields(read)) continue
    if (read['Effect'] === 'Allow' || read['Effect'] === 'Deny') found.push(read)
    else for (const item of Object.values(read)) open.push(item)
  }
  return found
}

/** The parts of a statement that name who may: an Allow's principals and conditions, and what a Deny leaves out. */
function trustOf({ Effect, Principal, NotPrincipal, Condition }: Fields): unknown {
  const isAllow = Effect === 'Allow'
  const lines = isFields(Condition) ? Object.entries(Condition) : []
  const fitting = lines.filter(([operator]) => /Not(?:Equals|Like)/i.test(operator) !== isAllow)
  const ofCaller = fitting.flatMap(([, keys]) =>
    isFields(keys) ? Object.entries(keys).flatMap(([key, value]) => (OF_CALLER.test(key) ? [value] : [])) : [],
  )
  return [isAllow ? Principal : NotPrincipal, ofCaller]
}

/** Condition keys that say whose the caller is. */
const OF_CALLER = /^(?:aws:(?:principal|source)(?:account|arn|owner)$|aws:userid$|kms:calleraccount$)/i
