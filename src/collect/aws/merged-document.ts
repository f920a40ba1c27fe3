import { documentOf } from './collector.ts'

/** Policy document put together of several, `null` where there is none; or why several could not be put together. */
export type Merged = { readonly document: unknown } | { readonly problem: string }

/**
 * Several policies of one resource as one document: all of them apply, so their statements stand one after the other. One
 * alone is kept as AWS returned it. The version decides whether variables are read, so those of two versions stay apart.
 */
export function mergedDocument(texts: readonly string[]): Merged {
  const documents = texts.map(documentOf).filter((document) => document !== null)
  const [first] = documents
  if (documents.length <= 1) return { document: first ?? null }
  const read = documents.map(statementsOf)
  const versions = new Set(read.map((one) => one?.version))
  if (read.some((one) => one === undefined) || versions.size > 1)
    return { problem: `its ${documents.length} policies cannot be put into one` }
  const [version] = versions
  return {
    document: {
      ...(version === undefined ? {} : { Version: version }),
      Statement: read.flatMap((one) => one?.statements ?? []),
    },
  }
}

function statementsOf(
  document: unknown,
): { readonly version: unknown; readonly statements: readonly unknown[] } | undefined {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return undefined
  const { Version: version, Statement: statements } = document as Record<string, unknown>
  if (statements === undefined) return undefined
  return { version, statements: Array.isArray(statements) ? statements : [statements] }
}
